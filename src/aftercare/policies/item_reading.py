"""The readers of facts and conditions of an item: which lines satisfy it, as bits.

An item condition becomes a function from `Goods` to the lines that are known to satisfy it. Because conditions are in
negation normal form, what is unknown simply is not known to hold, at a leaf and in every combination.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from aftercare.errors import PolicyError
from aftercare.money import Amounts
from aftercare.policies.condition import (
    ItemCombination,
    ItemCondition,
    ItemTest,
    NamedGoods,
    Reading,
)
from aftercare.policies.vocabulary import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.order import Attribute, Line
    from aftercare.policies.units import Goods

Mask: TypeAlias = "Callable[[Goods], int]"


def fold(code: str) -> str:
    """A code as it is compared: without spaces around it and without case.

    >>> fold(" Summer10 ")
    'summer10'
    """
    return code.strip().casefold()


def words(found: Any) -> tuple[str, ...] | None:
    """What was found as a tuple of words; None is unknown."""
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
            return lambda line: words(function(line))
        case "item.number" | "item.flag":
            return cast("Callable[[Line], Any]", resolve(key))
        case _:
            raise unknown(reading)


def unknown(reading: Reading) -> PolicyError:
    """The error for a fact that is not in the vocabulary."""
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
