from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

from tests.reference.numbers import in_currency, rounded

if TYPE_CHECKING:
    from aftercare import Order
    from aftercare.order import Line


@dataclass(eq=False)
class Unit:
    """One unit of a line, or one shipment."""

    line: Any
    n: int
    sku: str
    rate: Fraction
    price: int
    start: int
    left: int
    floor: int
    gift: bool = False
    hidden: bool = False
    roles: set[int] = field(default_factory=set)
    parts: list[tuple[str, int, int | None]] = field(default_factory=list)

    @property
    def key(self) -> tuple[Any, ...]:
        """What decides between units of one price."""
        return (self.sku, self.rate, self.line.id, self.n)

    @property
    def discountable(self) -> bool:
        """Whether promotions may act on it."""
        return self.line.product.discountable and not self.gift

    def copy(self) -> Unit:
        """The same, free to change on its own."""
        return replace(self, roles=set(self.roles), parts=list(self.parts))

    def take(self, promotion: str, amount: int, tax: int | None = None) -> None:
        """Take an amount off for a promotion."""
        self.left -= amount
        self.parts.append((promotion, amount, tax))


def cheapest_first(unit: Unit) -> Any:
    """By price, the cheapest first."""
    return (unit.start, unit.key)


def dearest_first(unit: Unit) -> Any:
    """By price, the dearest first."""
    return (-unit.start, unit.key)


def basket_first(unit: Unit) -> Any:
    """By place in the basket."""
    position = unit.line.position
    return (math.inf if position is None else position, -unit.start, unit.key)


def line_prices(line: Line, tag: Fraction) -> list[int]:
    """The prices of a line's units, in minor units."""
    total = rounded(tag * line.quantity * Fraction(line.measure or 1))
    return [total // line.quantity + (n < total % line.quantity) for n in range(line.quantity)]


def line_price(line: Line, named: int) -> int:
    """Another price of a unit; of goods sold by measure, for what there is of them."""
    return rounded(named * Fraction(line.measure or 1))


def minimum(line: Line) -> int:
    """The price tag below which no promotion goes."""
    given = line.product.minimum_price
    if given is None:
        return 0
    return max(0, in_currency(given, line.currency))


@dataclass
class State:
    """All that changes while an order is priced."""

    order: Order
    units: list[Unit]
    tags: dict[str, Fraction]
    start_tags: dict[str, Fraction]
    parcels: list[Unit] = field(default_factory=list)
    gifts: list[tuple[str, str, int, int]] = field(default_factory=list)
    rewards: list[tuple[str, str, Any, int]] = field(default_factory=list)
    spent: dict[str, int] = field(default_factory=dict)

    def copy(self) -> State:
        """The same, free to change on its own."""
        return State(
            self.order,
            [unit.copy() for unit in self.units],
            dict(self.tags),
            dict(self.start_tags),
            [unit.copy() for unit in self.parcels],
            list(self.gifts),
            list(self.rewards),
            dict(self.spent),
        )

    def given(self) -> int:
        """What gifts and rewards are worth."""
        return sum(units * value for _, _, units, value in self.gifts) + sum(worth for *_, worth in self.rewards)

    def cost(self) -> int:
        """What everything costs, less what gifts and rewards are worth."""
        return sum(unit.left for unit in chain(self.units, self.parcels)) - self.given()


def taken(state: State) -> dict[str, int]:
    """What each promotion took off."""
    found: dict[str, int] = {}
    for unit in chain(state.units, state.parcels):
        for who, amount, _ in unit.parts:
            found[who] = found.get(who, 0) + amount
    return {who: amount for who, amount in found.items() if amount}


def gave(state: State) -> dict[str, int]:
    """What each promotion that did anything gave, gifts at their value and rewards at their worth."""
    found = taken(state)
    for who, _, units, value in state.gifts:
        found[who] = found.get(who, 0) + units * value
    for who, _, _, worth in state.rewards:
        found[who] = found.get(who, 0) + worth
    return found


def takes(state: State, who: str) -> bool:
    """Whether a promotion takes something: off a price, or as a gift or reward that is worth something."""
    return (
        bool(taken(state).get(who))
        or any(who == promotion and units * value for promotion, _, units, value in state.gifts)
        or any(who == promotion and worth for promotion, *_, worth in state.rewards)
    )
