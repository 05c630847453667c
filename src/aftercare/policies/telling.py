"""Conditions and values as expressions of generated source.

What is not written out here is asked of the plain reader through a function in the table of constants; `None` says that
even that would need more than there is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aftercare.calendar import WEEK
from aftercare.money import Amounts, Money, Percent, amounts
from aftercare.policies.condition import Combination, ItemTest, Reading, Test, unnamed
from aftercare.policies.holding import holds
from aftercare.policies.item_reading import item_mask
from aftercare.policies.reading import reader
from aftercare.policies.source import Source, whole
from aftercare.policies.variable import Steps
from aftercare.policies.vocabulary import always

if TYPE_CHECKING:
    from aftercare.policies.condition import Condition, ItemCondition
    from aftercare.policies.units import Runs

_KEYED = ("item.category", "item.tag", "item.sku")

DEEPEST = 30
"""An expression in so many others has a line of its own, since no compiler reads all that are nested."""
LONGEST = 500
"""A sum of more is called for, for the same reason."""


def quantity_of(runs: Runs, lines: int) -> int:
    """How many units some lines have."""
    return sum([run.count for run in runs.of(lines)]) if lines else 0


def amount_of(runs: Runs, lines: int) -> int:
    """What some lines cost."""
    return sum([run.count * run.left for run in runs.of(lines)]) if lines else 0


def _combined(needed: int, told: list[str]) -> str:
    """The expression for whether so many of several hold."""
    if needed == len(told):
        return f"({' and '.join(told)})"
    if needed == 1:
        return f"({' or '.join(told)})"
    each = [f"bool({part})" for part in told]
    count = " + ".join(each) if len(each) <= LONGEST else f"sum(({', '.join(each)}))"
    return f"({count} >= {whole(needed)})"


class Telling:
    """Writes what an order has to be like, for one currency."""

    def __init__(self, source: Source, currency: str) -> None:
        self.source = source
        self.currency = currency
        self.words: dict[str, dict[str, tuple[int, ...]]] = {name: {} for name in _KEYED}
        self.sets: dict[ItemCondition, str] = {}
        self.masked: dict[ItemCondition, str] = {}
        self.counted = 0
        self.depth = 0
        self.apart = 0
        self.seen = "pricing.look()"
        self.used: set[str] = set()

    def lines(self, of: ItemCondition | None) -> str:
        """The expression for the lines that satisfy *of*, as bits."""
        if of is None:
            return "everything"
        of = unnamed(of)
        match of:
            case ItemTest(Reading("item.category" | "item.tag" | "item.sku" as name), "one_of", words):
                if of not in self.sets:
                    number = self.counted
                    self.counted += 1
                    self.sets[of] = f"m[{number}]"
                    for word in cast("tuple[str, ...]", words):
                        known = self.words[name]
                        known[word] = (*known.get(word, ()), number)
                return self.sets[of]
            case _:
                if of not in self.masked:
                    self.masked[of] = self.source.constant(item_mask(of))
                return f"{self.masked[of]}(goods)"

    def condition(self, condition: Condition) -> str:
        """The expression for whether *condition* is known to hold."""
        match condition:
            case Combination(needed, parts):
                self.depth += 1
                told = _combined(needed, [self.condition(part) for part in parts])
                self.depth -= 1
                return told if not self.depth or self.depth % DEEPEST else self._named(told)
            case Test(Reading("customer.tier"), "at_least" | "below" as operator, bound):
                sign = ">=" if operator == "at_least" else "<"
                return f"(tier is not None and tier {sign} {whole(self._height(bound))})"
            case Test(reading, "at_least" | "below" as operator, bound):
                number = self.number(reading)
                limit = self._height(bound)
                if number is not None and type(limit) is int:
                    sign = ">=" if operator == "at_least" else "<"
                    return f"({number} {sign} {whole(limit)})"
            case Test(Reading("clock.weekday"), "one_of", days):
                wanted = frozenset(map(WEEK.index, cast("tuple[str, ...]", days)))
                return f"(moment.day.weekday() in {self.source.constant(wanted)})"
            case Test(Reading("customer.signed_in"), operator):
                return f"(customer is {'not ' if operator == 'holds' else ''}None)"
            case Test(Reading("customer.opted_in" | "customer.staff" as name), operator):
                field = name.partition(".")[2]
                return f"(customer is not None and customer.{field} is {operator == 'holds'})"
            case _:
                pass
        return f"{self.source.constant(holds(condition))}({self.seen})"

    def _named(self, told: str) -> str:
        """The name of what is told by a line of its own."""
        self.apart += 1
        name = f"told{whole(self.apart)}"
        self.source.say(f"{name} = {told}")
        return name

    def number(self, reading: Reading) -> str | None:
        """The expression for a count or an amount that is always known; None for other facts."""
        match reading:
            case Reading("cart.quantity"):
                if reading.of is None:
                    self.used.add("counted")
                    return "counted"
                return f"quantity_of(runs, {self.lines(reading.of)})"
            case Reading("cart.amount", basis="before_phase", money=None):
                return self.amount(reading.of)
            case _:
                return None

    def amount(self, of: ItemCondition | None = None) -> str:
        """The expression for what some goods, or all, cost at the start of the phase."""
        if of is not None:
            return f"amount_of(runs, {self.lines(of)})"
        self.used.add("amount")
        return "amount"

    def value(self, value: Any) -> Any:
        """A constant as it is used: a percentage as two numbers, an amount in minor units; None where it is none."""
        match value:
            case Percent():
                return value.ratio.as_integer_ratio()
            case Amounts():
                return value.in_(self.currency).minor
            case Money():
                return self.value(amounts(value))
            case _:
                return None

    def can_tell(self, value: Any) -> bool:
        """Whether `rows` can tell a variable value."""
        match value:
            case Steps(_, steps):
                return all(self.value(each) is not None and type(self._height(bound)) is int for bound, each in steps)
            case _:
                return self.value(value) is not None

    def rows(self, value: Any) -> tuple[str, list[tuple[str, Any]]]:
        """A variable value: what to look at, and the rows as a test of it and a constant, the highest first."""
        if not isinstance(value, Steps):
            return "None", [("True", self.value(value))]
        reading = value.fact.reading
        told = "tier" if reading == Reading("customer.tier") else self.number(reading)
        if told is not None and told != "tier":
            known = ""
        else:
            known = "step is not None and "
            told = told or f"{self.source.constant(reader(reading))}(pricing.look())"
        return told, [
            (f"{known}step >= {whole(self._height(bound))}", self.value(each)) for bound, each in reversed(value.steps)
        ]

    def _height(self, bound: Any) -> Any:
        """A bound as it is compared: an amount in minor units, a tier by its rank."""
        return bound.in_(self.currency).minor if isinstance(bound, Amounts) else getattr(bound, "rank", bound)

    def gates(self, condition: Condition) -> list[str]:
        """What has to hold, none where nothing has to."""
        return [] if condition == always else [self.condition(condition)]
