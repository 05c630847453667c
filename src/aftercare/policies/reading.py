"""The readers of facts and conditions: each turns a node into a function that answers fast.

An item condition becomes a function from `Goods` to the lines that satisfy it, as bits. A condition becomes a function
from a `Snapshot` to whether it is known to hold. Because conditions are in negation normal form, what is unknown simply
is not known to hold, at a leaf and in every combination. `aftercare.policies.explain` is the reader that says why.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from aftercare.calendar import WEEK
from aftercare.errors import PolicyError
from aftercare.money import Amounts
from aftercare.policies.condition import (
    Combination,
    Condition,
    ItemCombination,
    ItemCondition,
    ItemTest,
    NamedGoods,
    Reading,
    Test,
)
from aftercare.policies.vocabulary import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.order import Attribute, Line
    from aftercare.policies.snapshot import Snapshot
    from aftercare.policies.units import Goods

Mask: TypeAlias = "Callable[[Goods], int]"
Holds: TypeAlias = "Callable[[Snapshot], bool]"
Read: TypeAlias = "Callable[[Snapshot], Any]"


def fold(code: str) -> str:
    """A code as it is compared: without spaces around it and without case.

    >>> fold(" Summer10 ")
    'summer10'
    """
    return code.strip().casefold()


def _words(found: Any) -> tuple[str, ...] | None:
    if found is None or isinstance(found, tuple):
        return found
    if isinstance(found, str):
        return (found,)
    return tuple(found)


def word(given: Attribute) -> str:
    """An attribute as a word: yes and no for truth values, plain digits for numbers.

    >>> word(True), word(3), word("red")
    ('yes', '3', 'red')
    """
    if isinstance(given, bool):
        return "yes" if given else "no"
    return str(given)


def number(given: Any) -> int | Decimal | None:
    """An attribute as a number, or None where it is none."""
    return given if isinstance(given, int | Decimal) and not isinstance(given, bool) else None


def _sku(line: Line) -> tuple[str, ...]:
    return (line.product.sku,)


def _categories(line: Line) -> tuple[str, ...]:
    return line.product.categories


def _tags(line: Line) -> tuple[str, ...]:
    return line.product.tags


def item_reader(reading: Reading) -> Callable[[Line], Any]:
    """The function that reads a fact of a line; None is unknown."""
    key = reading.key or ""
    match reading.name:
        case "item.sku":
            return _sku
        case "item.category":
            return _categories
        case "item.tag":
            return _tags
        case "item.line":
            return lambda line: (line.id,)
        case "item.price":
            return lambda line: line.unit_price
        case "item.list_price":
            return lambda line: line.list_price
        case "item.quantity":
            return lambda line: line.quantity
        case "item.on_sale":
            return lambda line: line.list_price is not None and line.unit_price.minor < line.list_price.minor
        case "item.attribute":

            def attribute(line: Line) -> tuple[str, ...] | None:
                found = line.product.attribute(key)
                return None if found is None else (word(found),)

            return attribute
        case "item.measure":
            return lambda line: number(line.product.attribute(key))
        case "item.words":
            function = resolve(key)
            return lambda line: _words(function(line))
        case "item.number" | "item.flag":
            return cast("Callable[[Line], Any]", resolve(key))
        case _:
            raise _unknown(reading)


def _unknown(reading: Reading) -> PolicyError:
    return PolicyError(f"`{reading.name}` is not a fact of this library: use the vocabulary, or read a custom fact")


def item_mask(condition: ItemCondition) -> Mask:
    """The function from goods to the lines that are known to satisfy *condition*."""
    match condition:
        case NamedGoods(goods, _, is_negated):
            return item_mask(goods.negated() if is_negated else goods)
        case ItemCombination(needed, parts):
            return _together(needed, [item_mask(part) for part in parts])
        case ItemTest(Reading("item.sku" | "item.category" | "item.tag"), "one_of"):
            return _words_mask(condition)
        case ItemTest(reading, operator, bound):
            read = item_reader(reading)
            key = (reading.name, reading.key)
            if operator in {"one_of", "none_of"}:
                return _word_mask(key, read, cast("tuple[str, ...]", bound), wanted=operator == "one_of")
            if operator in {"holds", "fails"}:
                wanted = operator == "holds"
                return lambda goods: _bits(found is wanted for found in goods.numbers(key, read))
            return _number_mask(key, read, bound, at_least=operator == "at_least")
        case _:
            msg = f"`{condition!r}` is not an item condition of this library"
            raise PolicyError(msg)


@lru_cache(maxsize=64)
def _words_mask(condition: ItemTest) -> Mask:
    """The commonest function; a promotion mostly names the same goods several times, and all of them share it."""
    reading = condition.reading
    words = cast("tuple[str, ...]", condition.bound)
    return _word_mask(_key(reading.name, reading.key), item_reader(reading), words, wanted=True)


@lru_cache(maxsize=64)
def _key(name: str, key: str | None) -> tuple[str, str | None]:
    """What the words of a fact are known by, one tuple for all promotions."""
    return (name, key)


def _together(needed: int, masks: list[Mask]) -> Mask:
    if needed == len(masks):

        def every(goods: Goods) -> int:
            found = goods.all
            for mask in masks:
                found &= mask(goods)
            return found

        return every
    if needed == 1:

        def either(goods: Goods) -> int:
            found = 0
            for mask in masks:
                found |= mask(goods)
            return found

        return either

    def enough(goods: Goods) -> int:
        each = [mask(goods) for mask in masks]
        return _bits(sum(found >> place & 1 for found in each) >= needed for place in range(len(goods.lines)))

    return enough


def _bits(answers: Any) -> int:
    found = 0
    for place, answer in enumerate(answers):
        if answer:
            found |= 1 << place
    return found


class _Having:
    """The lines that have a word. There is one for most promotions: a method takes a third of the room of a closure."""

    __slots__ = ("key", "only", "read")

    def __init__(self, key: Any, read: Callable[[Line], Any], only: str) -> None:
        self.key = key
        self.read = read
        self.only = only

    def mask(self, goods: Goods) -> int:
        # What most promotions ask first, and most often in vain: no call for what is known.
        known = goods.known.get(self.key) or goods.words(self.key, self.read)
        return known[0].get(self.only, 0)


def _word_mask(key: Any, read: Callable[[Line], Any], words: tuple[str, ...], *, wanted: bool) -> Mask:
    if wanted and len(words) == 1:
        return _Having(key, read, words[0]).mask

    def among(goods: Goods) -> int:
        index, known = goods.words(key, read)
        found = 0
        for each in words:
            found |= index.get(each, 0)
        return found if wanted else known & ~found

    return among


def _number_mask(key: Any, read: Callable[[Line], Any], bound: Any, *, at_least: bool) -> Mask:
    def compared(goods: Goods) -> int:
        limit = _in_currency(bound, goods.order.currency)
        return _bits(found is not None and (_minor(found) >= limit) is at_least for found in goods.numbers(key, read))

    return compared


def _minor(found: Any) -> Any:
    return getattr(found, "minor", found)


def _in_currency(bound: Any, currency: str) -> Any:
    return bound.in_(currency).minor if isinstance(bound, Amounts) else bound


def reader(reading: Reading) -> Read:
    """The function that reads a fact of the order; None is unknown. Amounts come as minor units, words as tuples."""
    section, _, fact = reading.name.partition(".")
    match section:
        case "cart":
            return _cart_reader(reading, fact)
        case "customer":
            return _customer_reader(reading, fact)
        case "clock" if fact == "date":
            return lambda snapshot: snapshot.moment.day
        case "clock" if fact == "weekday":
            return lambda snapshot: (WEEK[snapshot.moment.day.weekday()],)
        case "custom" if fact in {"number", "flag"}:
            function = resolve(reading.key or "")
            return lambda snapshot: function(snapshot.order, snapshot.moment.at)
        case "custom" if fact == "words":
            function = resolve(reading.key or "")
            return lambda snapshot: _words(function(snapshot.order, snapshot.moment.at))
        case "returns":
            return lambda snapshot: snapshot.outside(reading.name)
        case _:
            raise _unknown(reading)


def _all_lines(goods: Goods) -> int:
    return goods.all


class _Quantity:
    """How many units there are of some goods."""

    __slots__ = ("mask",)

    def __init__(self, mask: Mask) -> None:
        self.mask = mask

    def read(self, snapshot: Snapshot) -> int:
        return snapshot.quantity(self.mask(snapshot.goods))


class _Amount:
    """What some goods cost."""

    __slots__ = ("mask", "reading")

    def __init__(self, mask: Mask, reading: Reading) -> None:
        self.mask = mask
        self.reading = reading

    def read(self, snapshot: Snapshot) -> int:
        reading = self.reading
        before_discounts = reading.basis == "before_discounts"
        return snapshot.amount(self.mask(snapshot.goods), reading.money, before_discounts=before_discounts)


def _cart_reader(reading: Reading, fact: str) -> Read:
    mask = _all_lines if reading.of is None else item_mask(reading.of)
    match fact:
        case "quantity":
            return _Quantity(mask).read
        case "distinct":
            return lambda snapshot: snapshot.distinct(mask(snapshot.goods))
        case "amount":
            return _Amount(mask, reading).read
        case "total":
            return _total_reader(reading, mask)
        case "channel":
            return lambda snapshot: None if snapshot.order.channel is None else (snapshot.order.channel,)
        case "code":
            return lambda snapshot: tuple(fold(code) for code in snapshot.order.codes)
        case "delivery":
            return lambda snapshot: tuple(shipment.method for shipment in snapshot.order.shipments) or None
        case _:
            raise _unknown(reading)


def _total_reader(reading: Reading, mask: Mask) -> Read:
    key = ("item.measure", reading.key)
    read = item_reader(Reading("item.measure", key=reading.key))

    def total(snapshot: Snapshot) -> int | Decimal | None:
        lines = mask(snapshot.goods)
        found: int | Decimal = 0
        for place, (count, each) in enumerate(
            zip(snapshot.counts(), cast("list[Any]", snapshot.goods.numbers(key, read)), strict=True)
        ):
            if lines >> place & 1 and count:
                if each is None:
                    return None
                found += each * count
        return found

    return total


def _customer_reader(reading: Reading, fact: str) -> Read:
    match fact:
        case "signed_in":
            return lambda snapshot: snapshot.customer is not None
        case "orders":
            return lambda snapshot: None if snapshot.history is None else snapshot.history.orders
        case "first_order":
            return lambda snapshot: None if snapshot.history is None else snapshot.history.orders == 0
        case "spend":
            return lambda snapshot: (
                None if snapshot.history is None else snapshot.history.spend(snapshot.order.currency).minor
            )
        case "days_since_order":

            def days(snapshot: Snapshot) -> int | None:
                last = None if snapshot.history is None else snapshot.history.last_order_on(snapshot.moment.zone)
                return None if last is None else (snapshot.moment.day - last).days

            return days
        case "tier" | "since" | "staff" | "opted_in":
            return lambda snapshot: None if snapshot.customer is None else getattr(snapshot.customer, fact)
        case "group" | "tag":
            field = f"{fact}s"
            return lambda snapshot: None if snapshot.customer is None else getattr(snapshot.customer, field)
        case "id" | "country":
            return lambda snapshot: None if snapshot.customer is None else _words(getattr(snapshot.customer, fact))
        case _:
            raise _unknown(reading)


def holds(condition: Condition) -> Holds:
    """The function from a snapshot to whether *condition* is known to hold."""
    match condition:
        case Combination(needed, parts):
            return _enough(needed, [holds(part) for part in parts])
        case Test(reading, operator, bound):
            read = reader(reading)
            match operator:
                case "holds" | "fails":
                    wanted = operator == "holds"
                    return lambda snapshot: read(snapshot) is wanted
                case "one_of" | "none_of":
                    return _among(read, bound, fold_codes=reading.name == "cart.code", wanted=operator == "one_of")
                case _:
                    return _compared(read, bound, at_least=operator == "at_least")
        case _:
            msg = f"`{condition!r}` is not a condition of this library"
            raise PolicyError(msg)


class _Every:
    """Several conditions, all of which have to hold."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[Holds]) -> None:
        self.parts = tuple(parts)

    def hold(self, snapshot: Snapshot) -> bool:
        for part in self.parts:
            if not part(snapshot):
                return False
        return True


def _enough(needed: int, parts: list[Holds]) -> Holds:
    if needed == len(parts):
        return _Every(parts).hold

    def enough(snapshot: Snapshot) -> bool:
        missing = needed
        for part in parts:
            if part(snapshot):
                missing -= 1
                if not missing:
                    return True
        return False

    return enough


def _among(read: Read, bound: Any, *, fold_codes: bool, wanted: bool) -> Holds:
    choices = frozenset(fold(each) for each in bound) if fold_codes else frozenset(bound)

    def among(snapshot: Snapshot) -> bool:
        found = read(snapshot)
        if found is None:
            return False
        if not isinstance(found, tuple):
            return (found in choices) is wanted
        return choices.isdisjoint(found) is not wanted

    return among


class _Compared:
    """A fact compared with a number or a date."""

    __slots__ = ("at_least", "bound", "read")

    def __init__(self, read: Read, bound: Any, *, at_least: bool) -> None:
        self.read = read
        self.bound = bound
        self.at_least = at_least

    def holds(self, snapshot: Snapshot) -> bool:
        found = self.read(snapshot)
        return found is not None and (found >= self.bound) is self.at_least


class _ComparedAmount(_Compared):
    """An amount compared with the bound in the order's own currency."""

    __slots__ = ()

    def holds(self, snapshot: Snapshot) -> bool:
        found = self.read(snapshot)
        return found is not None and (found >= self.bound.in_(snapshot.order.currency).minor) is self.at_least


def _compared(read: Read, bound: Any, *, at_least: bool) -> Holds:
    if isinstance(bound, Amounts):
        return _ComparedAmount(read, bound, at_least=at_least).holds
    rank = getattr(bound, "rank", None)
    if rank is not None:

        def tier(snapshot: Snapshot) -> bool:
            found = read(snapshot)
            return found is not None and (found.rank >= rank) is at_least

        return tier

    return _Compared(read, bound, at_least=at_least).holds
