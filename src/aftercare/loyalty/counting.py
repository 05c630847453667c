"""Credit as it is counted: by day, so that any time up to now can be asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from datetime import date, datetime
    from fractions import Fraction
    from typing import Self

    from aftercare.loyalty.credit import Basis
    from aftercare.loyalty.qualification import Metric, MetricKind
    from aftercare.order import Attribute

Number: TypeAlias = "int | Fraction"


class CounterKey(NamedTuple):
    """Which counter credit goes to; spend has one for each basis and currency."""

    kind: MetricKind
    name: str | None = None
    basis: Basis | None = None
    currency: str | None = None


def counter_of(metric: Metric, currency: str | None = None) -> CounterKey:
    """The counter that *metric* reads."""
    return CounterKey(metric.kind, metric.name, metric.basis, currency)


class Gain(NamedTuple):
    """Credit that counts from the instant *at*, as of *day*; below zero it is taken away again."""

    at: datetime
    key: CounterKey
    day: date
    amount: Number


class Told(NamedTuple):
    """What the profile says under *key* from the instant *at*."""

    at: datetime
    key: str
    value: Attribute | None


class Counter:
    """Credit by day: how much there was from one day to another, and how much ever arrived."""

    __slots__ = ("arrived", "days", "sums")

    def __init__(self) -> None:
        self.days: list[date] = []
        self.sums: list[Number] = []
        self.arrived: Number = 0

    def copy(self) -> Self:
        """The same credit, free to change on its own."""
        other = self.__class__()
        other.days, other.sums, other.arrived = self.days.copy(), self.sums.copy(), self.arrived
        return other

    def add(self, day: date, amount: Number) -> None:
        """Count *amount* more on *day*."""
        self.arrived += amount
        days, sums = self.days, self.sums
        if not days or day > days[-1]:
            days.append(day)
            sums.append(self.arrived)
            return
        place = bisect_left(days, day)
        if days[place] != day:
            days.insert(place, day)
            sums.insert(place, sums[place - 1] if place else 0)
        for later in range(place, len(sums)):
            sums[later] += amount

    def between(self, first: date | None, last: date) -> Number:
        """How much there was from *first*, or ever, through *last*."""
        end = bisect_right(self.days, last)
        start = 0 if first is None else bisect_left(self.days, first)
        if end <= start:
            return 0
        return self.sums[end - 1] - (self.sums[start - 1] if start else 0)

    def first_since(self, day: date) -> date | None:
        """The first day with credit on *day* or later."""
        place = bisect_left(self.days, day)
        return self.days[place] if place < len(self.days) else None


class DayCounter(Counter):
    """Counts a day once, while anything is left of what was credited on it."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        super().__init__()
        self.left: dict[date, Number] = {}

    def copy(self) -> Self:
        """The same days, free to change on their own."""
        other = super().copy()
        other.left = self.left.copy()
        return other

    def add(self, day: date, amount: Number) -> None:
        """Count *day*, or no longer where nothing is left of it."""
        before = self.left.get(day, 0)
        after = self.left[day] = before + amount
        if (after > 0) != (before > 0):
            super().add(day, 1 if after > 0 else -1)
