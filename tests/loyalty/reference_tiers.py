"""The tiers of a member, reckoned the naive way: day by day, with every sum taken anew from the list of credit.

It knows one measure, and no carry-over; what it does know it decides by itself, without the library's own arithmetic.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from aftercare import loyalty
from aftercare.calendar import Days, local_date

if TYPE_CHECKING:
    from aftercare import Measured
    from aftercare.loyalty.ladder import Ladder
    from aftercare.loyalty.periods import CreditWindow
    from aftercare.loyalty.qualification import Reached

ONE = timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def later(day: date, length: Any, times: int = 1) -> date:
    """The day a length of time later."""
    return day + timedelta(days=length.n * times) if isinstance(length, Days) else months_after(day, length.n * times)


class Naive:
    """One member on a ladder of thresholds of one measure."""

    def __init__(self, ladder: Ladder, events: list[Measured], joined: date, zone: str) -> None:
        self.ladder = ladder
        self.events = [(local_date(event.at, zone), event) for event in events]
        self.joined = joined
        self.enter: list[Reached] = [given for _, given in ladder.enter]  # type: ignore[misc]
        self.keep: list[Reached] = [dict(ladder.retention).get(tier, given) for tier, given in ladder.enter]  # type: ignore[misc]
        self.place = self.since_event = 0
        self.since = self.gained = joined
        self.judged: date | None = None
        self.last: date | None = None
        self.grace: date | None = None
        self.terms = 0
        self.new = self.waiting = False
        self.arrived = 0

    def tier_on(self, day: date) -> tuple[str, date | None]:
        """The tier and its last day, at the end of *day*."""
        today = self.joined
        self.credit(today)
        while today < day:
            today += ONE
            self.begin(today)
            self.credit(today)
        return self.ladder.tiers[self.place].id, self.last

    def begin(self, today: date) -> None:
        """What happens at the start of *today*."""
        if self.ladder.changes == "month" and today.day > 1:
            return
        seen = today - ONE if self.ladder.changes == "month" else today
        # Only new credit lifts, or credit that a tenure kept waiting.
        rises, self.new = self.new or self.waiting, False
        if rises and self.rise(today, seen):
            return
        if not self.place:
            return
        if self.grace is not None:
            self.end_grace(today, seen)
        elif self.last is not None and self.judged is not None:
            # Where changes wait for the month, short terms may have passed since.
            while today > self.last and self.met(self.keep[self.place], self.judged):
                self.terms += 1
                self.term(self.judged)
                self.since_event = self.arrived
            if today > self.last:
                self.warn(today, self.judged, self.last)
                if self.grace is not None:  # it may be over by the turn of the month, too
                    self.end_grace(today, seen)
        elif self.keep[self.place].metric.window != loyalty.SinceChange() and not self.met(self.keep[self.place], seen):
            self.warn(today, seen, today - ONE)

    def end_grace(self, today: date, seen: date) -> None:
        """Be out of danger at the turn of a month, or fall once the grace is over."""
        if self.ladder.changes == "month" and self.met(self.keep[self.place], seen):
            self.renew(today)
        elif self.grace is not None and today > self.grace:
            self.fall(today, {seen, self.judged or seen})

    def credit(self, today: date) -> None:
        """What arrives on *today*, in its order."""
        for day, _ in self.events:
            if day == today:
                self.arrived += 1
                self.new = self.ladder.changes == "month"
                if self.new or self.rise(today, today):
                    continue
                if self.grace is not None and self.met(self.keep[self.place], today):
                    self.renew(today)

    def met(self, reached: Reached, seen: date) -> bool:
        """Whether the threshold is reached as of the end of a day."""
        total = 0
        for number, (day, event) in enumerate(self.events[: self.arrived]):
            if self.counts(reached.metric.window, number, day, seen):
                total += int(event.amount)
        return total >= reached.threshold  # type: ignore[operator]

    def counts(self, window: CreditWindow, number: int, day: date, seen: date) -> bool:
        """Whether credit of *day* counts on the day *seen*."""
        if isinstance(window, loyalty.SinceChange):
            return number >= self.since_event
        if day > seen:
            return False
        if isinstance(window, loyalty.Lifetime):
            return True
        if isinstance(window, loyalty.Rolling):
            return seen < months_after(day, window.months.n)
        if isinstance(window, loyalty.CalendarYear):
            return self.year(day, window.starts) == self.year(seen, window.starts)
        return self.membership(day) == self.membership(seen)

    @staticmethod
    def year(day: date, starts: tuple[int, int]) -> int:
        """The number of the year of a day."""
        return day.year if (day.month, day.day) >= starts else day.year - 1

    def membership(self, day: date) -> int:
        """The number of the year of membership of a day."""
        number = 0
        while months_after(self.joined, 12 * (number + 1)) <= day:
            number += 1
        return number

    def rise(self, today: date, seen: date) -> bool:
        """Go up as far as is allowed."""
        above = [place for place in range(self.place + 1, len(self.enter)) if self.met(self.enter[place], seen)]
        tenure, steps = self.ladder.tenure, self.ladder.steps
        if not above:
            return False
        if self.place and tenure and today < later(self.since, tenure):
            self.waiting = True
            return False
        by_one = steps == "one" or (steps == "one_after_first" and self.place > 0)
        self.go(today, self.place + 1 if by_one else above[-1], today)
        self.waiting = bool(tenure) and self.place < above[-1]
        return True

    def fall(self, today: date, seen: set[date]) -> None:
        """Go down as far as the ladder says."""
        below = [
            p
            for p in range(1, self.place)
            if any(self.met(each[p], day) for each in (self.enter, self.keep) for day in seen)
        ]
        match self.ladder.downgrade.to:
            case "one_step":
                target = self.place - 1
            case "base":
                target = 0
            case "supported":
                target = below[-1] if below else 0
        self.go(today, target, self.judged or today)

    def warn(self, today: date, judged: date, last: date) -> None:
        """Fall, or begin the grace."""
        if self.ladder.downgrade.grace is None:
            self.fall(today, {judged})
        else:
            self.grace = later(last, self.ladder.downgrade.grace)

    def renew(self, today: date) -> None:
        """Reached again in the grace."""
        since = self.since
        self.go(today, self.place, today)
        self.since = since

    def go(self, today: date, target: int, earned: date) -> None:
        """Be on another tier."""
        self.place, self.since, self.gained, self.grace, self.terms = target, today, today, None, 1
        self.since_event, self.waiting = self.arrived, False
        self.judged = self.last = None
        if target:
            self.term(earned)

    def term(self, earned: date) -> None:
        """How long the tier is kept now."""
        match self.ladder.validity:
            case None:
                return
            case loyalty.KeptFor() as kept:
                self.last = later(self.gained, kept.length, self.terms)
                while kept.to_end_of and not self.ends(self.last, kept.to_end_of):
                    self.last += ONE
                self.judged = self.last
            case loyalty.KeptToYearEnd() as kept:
                end = self.year(earned, kept.starts) + kept.after
                day = earned
                least = later(self.gained, kept.minimum) if kept.minimum else self.gained
                while True:
                    while self.year(day + ONE, kept.starts) <= end:
                        day += ONE
                    self.judged = day
                    self.last = day if kept.tail is None else later(day + ONE, kept.tail) - ONE
                    if self.last >= least:
                        return
                    end += 1
            case loyalty.KeptToAnniversary() as kept:
                day = self.gained if self.terms == 1 else earned + ONE
                least = later(self.gained, kept.minimum) if kept.minimum else self.gained
                while self.membership(day + ONE) == self.membership(day) or (self.terms == 1 and day < least):
                    day += ONE
                self.judged = self.last = day

    @staticmethod
    def ends(day: date, period: str) -> bool:
        """Whether a day is the last of its month, quarter, half or whole year."""
        months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[period]
        return (day + ONE).day == 1 and day.month % months == 0
