"""What a member has: credit by counter, facts of the profile, and where counters that start anew began."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, assert_never

from aftercare.loyalty.counting import Counter, DayCounter, Number, counter_of
from aftercare.loyalty.periods import (
    CalendarYear,
    Lifetime,
    MembershipYear,
    Rolling,
    SinceChange,
    anniversary,
    first_day_of_rolling,
    start_of_year,
)
from aftercare.loyalty.qualification import Held, Reached, Several, leaves
from aftercare.money import Amounts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.loyalty.counting import CounterKey
    from aftercare.loyalty.ladder import Carry
    from aftercare.loyalty.qualification import Metric, Requirement
    from aftercare.order import Attribute


class Found(NamedTuple):
    """What was found for one metric or attribute; *currency* is the one that is nearest to its amount."""

    leaf: Reached | Held
    found: Number
    needed: Number
    currency: str | None = None

    @property
    def met(self) -> bool:
        """Whether it is enough."""
        return self.found >= self.needed


class Tally:
    """What one member has, while the credit of the history arrives in order."""

    __slots__ = ("_carried", "_counters", "_marks", "_profile", "joined")

    def __init__(self, joined: date) -> None:
        self.joined = joined
        self._counters: dict[CounterKey, Counter] = {}
        self._profile: dict[str, Attribute | None] = {}
        self._marks: dict[CounterKey, Number] = {}
        self._carried: tuple[Metric, date, Number] | None = None

    def copy(self) -> Tally:
        """The same, free to change on its own."""
        other = Tally(self.joined)
        other._counters = {key: counter.copy() for key, counter in self._counters.items()}
        other._profile = self._profile.copy()
        other._marks, other._carried = self._marks, self._carried
        return other

    def tell(self, key: str, value: Attribute | None) -> None:
        """The profile says *value* under *key* from now on."""
        self._profile[key] = value

    def count(self, key: CounterKey, day: date, amount: Number) -> None:
        """Credit of *day* arrives, or goes where it is below zero."""
        counter = self._counters.get(key)
        if counter is None:
            counter = self._counters[key] = DayCounter() if key.kind == "days" else Counter()
        counter.add(day, amount)

    def restart(
        self, day: date, requirement: Requirement | None, found: tuple[Found, ...], carry: Carry | None
    ) -> None:
        """Counters since the last change start again, with what *requirement* had over and *carry* lets through."""
        if carry is not None:
            self._carried = None
            if isinstance(requirement, Reached) and found:
                surplus = max(found[0].found - found[0].needed, 0)
                most = surplus if carry.cap is None else min(surplus, carry.cap)
                self._carried = (requirement.metric, day, most)
        self._marks = {key: counter.arrived for key, counter in self._counters.items()}

    def leaving(self, requirement: Requirement, today: date) -> Iterator[date]:
        """The days on which the next credit leaves a rolling window that *requirement* reads."""
        for leaf in leaves(requirement):
            if not isinstance(leaf, Reached) or not isinstance(leaf.metric.window, Rolling):
                continue
            months = leaf.metric.window.months
            for currency in leaf.currencies:
                counter = self._counters.get(counter_of(leaf.metric, currency))
                first = None if counter is None else counter.first_since(first_day_of_rolling(months.n, today))
                if first is not None:
                    yield months.after(first)

    def found(self, requirement: Requirement, day: date) -> tuple[Found, ...]:
        """What there is of everything that *requirement* reads, as of the end of *day*."""
        return tuple(self.look(leaf, day) for leaf in leaves(requirement))

    def meets(self, requirement: Requirement, day: date) -> bool:
        """Whether *requirement* is met as of the end of *day*."""
        if isinstance(requirement, Several):
            return sum(self.meets(part, day) for part in requirement.parts) >= requirement.needed
        return self.look(requirement, day).met

    def look(self, leaf: Reached | Held, day: date) -> Found:
        """What there is of a metric or attribute as of the end of *day*, and what is needed."""
        if isinstance(leaf, Held):
            return Found(leaf, int(self._profile.get(leaf.key) in leaf.values), 1)
        if not isinstance(leaf.threshold, Amounts):
            return Found(leaf, self._value(leaf.metric, None, day), leaf.threshold)
        each = [
            Found(leaf, self._value(leaf.metric, amount.currency, day), amount.minor, amount.currency)
            for amount in leaf.threshold
        ]
        return max(each, key=lambda one: (one.met, Fraction(one.found) / (one.needed or 1)))

    def _value(self, metric: Metric, currency: str | None, day: date) -> Number:
        key = counter_of(metric, currency)
        counter = self._counters.get(key)
        first: date | None = None
        match metric.window:
            case Lifetime():
                pass
            case Rolling(months):
                first = first_day_of_rolling(months.n, day)
            case CalendarYear(starts):
                first = start_of_year(starts, day)
            case MembershipYear():
                first = anniversary(self.joined, day)
            case SinceChange():
                carried = 0 if self._carried is None or self._carried[0] != metric else self._carried[2]
                return carried + (0 if counter is None else counter.arrived - self._marks.get(key, 0))
            case window:
                assert_never(window)
        value = 0 if counter is None else counter.between(first, day)
        if self._carried is None or self._carried[0] != metric or not (first or date.min) <= self._carried[1] <= day:
            return value
        return value + self._carried[2]
