"""Values that are not constant: by steps of a fact, by a word or tier of the customer, by date.

A benefit's value is always one of: a constant, `stepped(fact, {...})`, `by(fact, {...})` or `dated(...)`, and they may
hold one another. A value that cannot be told (the fact is unknown, or below the first step) makes the benefit not
eligible.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, cast, overload

import attrs

from aftercare.calendar import aware, utc
from aftercare.canonical import Coded, written
from aftercare.errors import PolicyError, is_a
from aftercare.money import Amounts
from aftercare.order import Tier
from aftercare.policies.condition import MANY_VALUED, Condition
from aftercare.policies.fact import Ordered, Rank, Words, coerce_bound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

B = TypeVar("B")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Choose: TypeAlias = Literal["highest", "lowest"]


@attrs.frozen(eq=False, repr=False)
class Steps(Coded, Generic[T_co]):
    """The value of the highest step that a fact has reached; steps are inclusive."""

    fact: Ordered[Condition, Any]
    steps: tuple[tuple[Any, T_co], ...]

    def __repr__(self) -> str:
        called = "by" if isinstance(self.fact, Rank) else "stepped"
        return f"{called}({self.fact!r}, {_mapping(self.steps)})"


@attrs.frozen(eq=False, repr=False)
class Cases(Coded, Generic[T_co]):
    """The value for the word that a fact is; of several, the one that *choose* names."""

    fact: Words[Condition]
    cases: tuple[tuple[str, T_co], ...]
    choose: Choose | None = None

    def __repr__(self) -> str:
        choose = "" if self.choose is None else f", choose={self.choose!r}"
        return f"by({self.fact!r}, {_mapping(self.cases)}{choose})"


@attrs.frozen(eq=False, repr=False)
class Dated(Coded, Generic[T_co]):
    """A value that changes at announced instants."""

    value: T_co
    changes: tuple[tuple[datetime, T_co], ...]

    def at(self, instant: datetime) -> T_co:
        """What it is at an instant."""
        current, now = self.value, utc(instant)
        for turn, new in self.changes:
            if now < utc(turn):
                break
            current = new
        return current

    def __repr__(self) -> str:
        return f"dated({written(self.value)}, {_mapping(self.changes)})"


Variable: TypeAlias = "T | Steps[T] | Cases[T] | Dated[T]"


def _mapping(pairs: tuple[tuple[Any, Any], ...]) -> str:
    return "{" + ", ".join(f"{written(key)}: {written(value)}" for key, value in pairs) + "}"


def stepped(fact: Ordered[Condition, B], steps: Mapping[B, T]) -> Steps[T]:
    """The value of the highest step that *fact* has reached; below the first step there is none.

    >>> from aftercare.policies.vocabulary import cart
    >>> stepped(cart.quantity(), {3: 5, 10: 15})
    stepped(cart.quantity(), {3: 5, 10: 15})
    """
    if not is_a(fact, Ordered):
        msg = f"`{fact!r}` has no steps: give a fact with an order, such as `cart.amount()` or `cart.quantity()`"
        raise PolicyError(msg)
    _some(steps)
    bounds = sorted(
        ((coerce_bound(fact, bound), value) for bound, value in steps.items()), key=lambda step: _height(step[0])
    )
    for (lower, _), (higher, _) in itertools.pairwise(bounds):
        if not _all_below(lower, higher):
            msg = f"steps `{lower!r}` and `{higher!r}` are not in order: each step must be higher in every currency"
            raise PolicyError(msg)
    return Steps(fact, tuple(bounds))


@overload
def by(fact: Rank[Condition], values: Mapping[Tier, T]) -> Steps[T]: ...
@overload
def by(fact: Words[Condition], values: Mapping[str, T], *, choose: Choose | None = None) -> Cases[T]: ...
def by(
    fact: Rank[Condition] | Words[Condition], values: Mapping[Any, T], *, choose: Choose | None = None
) -> Steps[T] | Cases[T]:
    """The value for what *fact* is: a tier's row holds for the tiers above it too, a word's for the word alone.

    A fact with several words at once (groups, tags) needs *choose*, ``highest`` or ``lowest``, to say which row counts.

    >>> from aftercare.policies.vocabulary import customer
    >>> by(customer.tier, {Tier("gold", 2): 10, Tier("member", 0): 5})
    by(customer.tier, {Tier('member', 0): 5, Tier('gold', 2): 10})
    """
    if isinstance(fact, Rank):
        return stepped(fact, values)
    if not is_a(fact, Words):
        msg = f"`{fact!r}` has no rows: give `customer.tier` or a fact of words, or use `stepped` for numbers"
        raise PolicyError(msg)
    _some(values)
    several = fact.reading.name in MANY_VALUED
    if several and len(values) > 1 and choose not in {"highest", "lowest"}:
        msg = (
            f"`{fact!r}` may be several of these at once: say which row counts, `choose='highest'` or `choose='lowest'`"
        )
        raise PolicyError(msg)
    return Cases(fact, tuple(sorted(values.items())), choose if several and len(values) > 1 else None)


def dated(value: T, changes: Mapping[datetime, T]) -> Dated[T]:
    """*value*, until each announced instant from which another holds.

    >>> from datetime import UTC, datetime
    >>> dated(5, {datetime(2027, 1, 1, tzinfo=UTC): 10}).changes[0][1]
    10
    """
    _some(changes)
    announced = [(aware(at, "a dated change"), new) for at, new in changes.items()]
    return Dated(value, tuple(sorted(announced, key=lambda change: utc(change[0]))))


def convert(given: Any, constant: Callable[[Any], Any]) -> Any:
    """*given* with *constant* applied to every constant in it."""
    match given:
        case Steps(fact, steps):
            return Steps(fact, tuple((bound, convert(value, constant)) for bound, value in steps))
        case Cases(fact, cases, choose):
            return Cases(fact, tuple((word, convert(value, constant)) for word, value in cases), choose)
        case Dated(value, changes):
            return Dated(convert(value, constant), tuple((at, convert(new, constant)) for at, new in changes))
        case _:
            return constant(given)


def constants(given: Any) -> list[Any]:
    """Every constant that *given* may become.

    >>> constants(5)
    [5]
    """
    match given:
        case Steps(_, rows) | Cases(_, rows):
            return [each for _, value in rows for each in constants(value)]
        case Dated(value, changes):
            return [*constants(value), *(each for _, new in changes for each in constants(new))]
        case _:
            return [given]


def facts(given: Any) -> list[Ordered[Condition, Any] | Words[Condition]]:
    """Every fact that *given* reads.

    >>> facts(5)
    []
    """
    match given:
        case Steps(fact, rows) | Cases(fact, rows):
            return [fact, *(each for _, value in rows for each in facts(value))]
        case Dated(value, changes):
            return [*facts(value), *(each for _, new in changes for each in facts(new))]
        case _:
            return []


def _some(given: Mapping[Any, Any]) -> None:
    if not given:
        msg = "a value without rows never holds: give at least one"
        raise PolicyError(msg)


def _height(bound: Any) -> Any:
    match bound:
        case Amounts():
            return tuple(each.minor for each in bound)
        case Tier():
            return (bound.rank, bound.id)
        case _:
            return bound


def _all_below(lower: Any, higher: Any) -> bool:
    match lower:
        case Amounts():
            both = cast("Amounts", higher)
            return lower.currencies == both.currencies and all(
                lower.in_(currency) < both.in_(currency) for currency in lower.currencies
            )
        case Tier():
            return lower.rank < cast("Tier", higher).rank
        case _:
            return bool(lower < higher)
