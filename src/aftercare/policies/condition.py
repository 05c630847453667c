"""Conditions: what an order or an item must be like, as values composed with `&`, `|` and `~`.

There are two algebras, and mixing them is a type error: an `ItemCondition` is about one line's goods, a `Condition`
about the whole order. Both are in negation normal form by construction: `~` is resolved at the leaves, so that a
condition which fails can always say what it would have needed. A condition has no truth value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, TypeAlias, TypeVar, cast

import attrs

from aftercare.canonical import Coded, written
from aftercare.errors import PolicyError, TruthError, is_a
from aftercare.statement import Name

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from aftercare.money import Amounts
    from aftercare.order import PriceMode, Tier

Operator: TypeAlias = Literal["at_least", "below", "one_of", "none_of", "holds", "fails"]
Basis: TypeAlias = Literal["before_discounts", "before_phase"]
Bound: TypeAlias = "int | Decimal | Amounts | Tier | date | tuple[str, ...] | tuple[Tier, ...] | None"

COMPLEMENT: dict[Operator, Operator] = {
    "at_least": "below",
    "below": "at_least",
    "one_of": "none_of",
    "none_of": "one_of",
    "holds": "fails",
    "fails": "holds",
}
# Facts with several words at once: two different words of them may well be true together.
MANY_VALUED = frozenset(
    {
        "item.category",
        "item.tag",
        "item.words",
        "customer.group",
        "customer.tag",
        "cart.code",
        "cart.delivery",
        "custom.words",
        "returns.tender",
        "returns.evidence",
    }
)
_METHODS = frozenset({"cart.quantity", "cart.amount", "cart.distinct"})


@attrs.frozen(repr=False)
class Reading:
    """Which fact is read: its *name* in the vocabulary and what the name needs to be complete.

    >>> Reading("customer.tier")
    customer.tier
    """

    name: str
    of: ItemCondition | None = attrs.field(default=None, kw_only=True)
    key: str | None = attrs.field(default=None, kw_only=True)
    basis: Basis = attrs.field(default="before_phase", kw_only=True)
    money: PriceMode | None = attrs.field(default=None, kw_only=True)
    label: Name | None = attrs.field(default=None, kw_only=True)

    @property
    def about_item(self) -> bool:
        """Whether the fact is one of an item, not of the order."""
        return self.name.startswith("item.")

    def __repr__(self) -> str:
        given = [repr(each) for each in (self.key, self.of) if each is not None]
        if self.basis != "before_phase":
            given.append(f"basis={self.basis!r}")
        if self.money is not None:
            given.append(f"money={self.money!r}")
        if self.label is not None:
            given.append(f"label={self.label!r}")
        return f"{self.name}({', '.join(given)})" if given or self.name in _METHODS else self.name


C = TypeVar("C", bound="Condition | ItemCondition")


class Algebra(Coded, Generic[C]):
    """What both kinds of condition can do."""

    __slots__ = ()

    def and_(self, *others: C) -> C:
        """The condition that holds when this and all *others* hold; `&` is its operator."""
        return at_least(1 + len(others), (cast("C", self), *others))

    def or_(self, *others: C) -> C:
        """The condition that holds when this or any of *others* holds; `|` is its operator."""
        return at_least(1, (cast("C", self), *others))

    def negated(self) -> C:
        """The condition that holds exactly when this one is known not to; `~` is its operator."""
        return cast("C", _negated(cast("Any", self)))

    def __invert__(self) -> C:
        return self.negated()

    def __bool__(self) -> NoReturn:
        msg = (
            f"`{self!r}` is a condition, which is neither true nor false by itself: "
            "compose with `&`, `|` and `~` instead of `and`, `or` and `not`, and price an order to learn what holds"
        )
        raise TruthError(msg)


def _refuse_mixed(one: object, other: object) -> None:
    """Refuse an operand of the other algebra with advice; what is no condition at all is left to Python."""
    if isinstance(other, Algebra):
        msg = (
            f"`{one!r}` and `{other!r}` cannot be combined: one is about an item, the other about the order; "
            "ask how many there are of some goods with `cart.has(...)` or `cart.quantity(...)`"
        )
        raise TypeError(msg)


class Condition(Algebra["Condition"]):
    """Something about a whole order that holds, does not hold, or cannot be known."""

    __slots__ = ()

    def __and__(self, other: Condition) -> Condition:
        if not is_a(other, Condition):
            _refuse_mixed(self, other)
            return NotImplemented
        return self.and_(other)

    def __or__(self, other: Condition) -> Condition:
        if not is_a(other, Condition):
            _refuse_mixed(self, other)
            return NotImplemented
        return self.or_(other)


class ItemCondition(Algebra["ItemCondition"]):
    """Something about one line's goods."""

    __slots__ = ()

    def __and__(self, other: ItemCondition) -> ItemCondition:
        if not is_a(other, ItemCondition):
            _refuse_mixed(self, other)
            return NotImplemented
        return self.and_(other)

    def __or__(self, other: ItemCondition) -> ItemCondition:
        if not is_a(other, ItemCondition):
            _refuse_mixed(self, other)
            return NotImplemented
        return self.or_(other)

    def named(self, text: str, **translations: str) -> ItemCondition:
        """The same goods under a name that messages use for them.

        >>> ItemTest(Reading("item.tag"), "one_of", ("hot",)).named("hot drinks", pl="napoje gorące")
        item.tag.is_('hot').named('hot drinks', pl='napoje gorące')
        """
        goods: ItemCondition = self
        if isinstance(self, NamedGoods):
            goods = self.goods.negated() if self.is_negated else self.goods
        return NamedGoods(goods, Name(text, **translations))


@attrs.frozen(eq=False, repr=False)
class Test(Condition):
    """One fact of the order compared with a bound: the leaf of a condition."""

    __test__ = False

    reading: Reading
    operator: Operator
    bound: Bound = None

    def __repr__(self) -> str:
        return _comparison(self.reading, self.operator, self.bound)


@attrs.frozen(eq=False, repr=False)
class ItemTest(ItemCondition):
    """One fact of an item compared with a bound: the leaf of an item condition."""

    reading: Reading
    operator: Operator
    bound: Bound = None

    def __repr__(self) -> str:
        return _comparison(self.reading, self.operator, self.bound)


@attrs.frozen(eq=False, repr=False)
class NamedGoods(ItemCondition):
    """Goods under the name that messages use for them; the name changes nothing else."""

    goods: ItemCondition
    name: Name
    is_negated: bool = False

    def __repr__(self) -> str:
        is_word = isinstance(self.goods, ItemTest) and self.goods.operator != "fails"
        goods = repr(self.goods) if is_word else f"({self.goods!r})"
        named = f"{goods}.named{repr(self.name).removeprefix('Name')}"
        return f"~{named}" if self.is_negated else named


@attrs.frozen(eq=False, repr=False)
class Combination(Condition):
    """At least *needed* of the *parts* hold: all of them is `&`, one of them is `|`."""

    needed: int
    parts: tuple[Condition, ...]

    def __repr__(self) -> str:
        return _combination(self.needed, self.parts, ("always", "never"))


@attrs.frozen(eq=False, repr=False)
class ItemCombination(ItemCondition):
    """At least *needed* of the *parts* hold of the item."""

    needed: int
    parts: tuple[ItemCondition, ...]

    def __repr__(self) -> str:
        return _combination(self.needed, self.parts, ("everything", "nothing"))


def _comparison(reading: Reading, operator: Operator, bound: Bound) -> str:
    if operator in {"holds", "fails"}:
        return repr(reading) if operator == "holds" else f"~{reading!r}"
    if isinstance(bound, tuple):
        given = ", ".join(map(repr, bound))
        method = {"one_of": "is_", "none_of": "is_not"}.get(operator, operator) if len(bound) == 1 else operator
        return f"{reading!r}.{method}({given})"
    return f"{reading!r}.{operator}({written(bound)})"


def _combination(needed: int, parts: tuple[Any, ...], constants: tuple[str, str]) -> str:
    if not parts:
        return constants[needed]
    if needed not in {1, len(parts)}:
        return f"at_least_of({needed}, {', '.join(map(repr, parts))})"
    return (" | " if needed == 1 else " & ").join(
        f"({part!r})" if isinstance(part, Combination | ItemCombination) and part.parts else repr(part)
        for part in parts
    )


def _negated(condition: Any) -> Any:
    match condition:
        case Test(reading, operator, bound):
            return Test(reading, COMPLEMENT[operator], bound)
        case ItemTest(reading, operator, bound):
            return ItemTest(reading, COMPLEMENT[operator], bound)
        case NamedGoods(goods, name, is_negated):
            return NamedGoods(goods, name, not is_negated)
        case Combination(needed, parts) | ItemCombination(needed, parts):
            return type(condition)(len(parts) + 1 - needed, tuple(_negated(part) for part in parts))
        case _:
            msg = f"`{condition!r}` is not a condition of this library: compose the ones it has, or read a custom fact"
            raise PolicyError(msg)


def _is_condition(given: Any) -> bool:
    return isinstance(given, Condition | ItemCondition)


def at_least(needed: int, parts: tuple[C, ...]) -> C:
    """The normal form of "at least *needed* of *parts* hold".

    All and any are flat, name each part once and contain no constant; one part alone is itself. Raises `PolicyError`
    where conditions of items and of the order meet.
    """
    if len({isinstance(part, ItemCondition) for part in parts}) != 1 or not all(map(_is_condition, parts)):
        msg = f"`{parts!r}` cannot be combined: give one or more conditions, all about items or all about the order"
        raise PolicyError(msg)
    kind: Any = ItemCombination if isinstance(parts[0], ItemCondition) else Combination
    always, never = kind(0, ()), kind(1, ())
    sure = sum(part == always for part in parts)
    open_ = [part for part in parts if part not in (always, never)]
    needed -= sure
    if needed <= 0:
        return cast("C", always)
    if needed > len(open_):
        return cast("C", never)
    if needed not in {1, len(open_)}:
        return cast("C", kind(needed, tuple(open_)))
    whole = needed == len(open_)
    flat: list[Any] = []
    part: Any
    for part in open_:
        melts = isinstance(part, kind) and part.needed == (len(part.parts) if whole else 1)
        flat += [each for each in (part.parts if melts else (part,)) if each not in flat]
    return cast("C", flat[0] if len(flat) == 1 else kind(len(flat) if whole else 1, tuple(flat)))


def unnamed(condition: ItemCondition) -> ItemCondition:
    """The same goods without the names that messages use.

    >>> unnamed(ItemTest(Reading("item.tag"), "one_of", ("hot",)).named("hot drinks"))
    item.tag.is_('hot')
    """
    match condition:
        case NamedGoods(goods, _, is_negated):
            return unnamed(goods.negated() if is_negated else goods)
        case ItemCombination(needed, parts):
            return at_least(needed, tuple(unnamed(part) for part in parts)) if parts else condition
        case _:
            return condition
