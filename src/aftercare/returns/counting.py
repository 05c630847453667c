"""How a deadline comes about: a window, read for the milestones of some units.

The order is always the same: the start, the count, a season, the days under repair and what is left after them, the
extensions, and last the roll to a day that is worked. Each step that does something leaves a statement.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, assert_never

import attrs

from aftercare.calendar import BusinessDays, Days, Months, Span, WorkWeek, in_zone, local_date, utc
from aftercare.calendar import zone as find_zone
from aftercare.returns.deadlines import Deadline, end_of_day
from aftercare.returns.timeline import Milestones
from aftercare.returns.windows import IfRepaired, IfUninformed
from aftercare.statement import Statement, known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.returns.timeline import Stop
    from aftercare.returns.windows import Counting, Extension, ReturnWindow, Roll, Season, Start, StartEvent
    from aftercare.statement import Name

_Beginning: TypeAlias = "tuple[StartEvent | Literal['replaced'], datetime, Days]"

# Nowhere do clocks show a later date than in the first zone, nor an earlier one than in the second.
_LATEST, _EARLIEST = "Pacific/Kiritimati", "Etc/GMT+12"
_DAY = timedelta(days=1)
_SATURDAY = 5

# What happened to units of which nobody asks more than the day on which their window starts.
_ANY = datetime(2000, 1, 1, tzinfo=UTC)
_USUAL = Milestones(line="", first=1, count=1, ordered=_ANY, informed=_ANY)


def deadline(
    window: ReturnWindow, facts: Milestones, *, at: datetime, zone: str, right: Name | None = None
) -> Deadline:
    """When *window* ends for units with these *facts*, as known *at* an instant; *zone* is the shop's.

    Raises `CalendarError` where the end is past the year 9999.

    >>> from datetime import UTC
    >>> from aftercare.returns.windows import ReturnWindow
    >>> came = datetime(2026, 3, 2, 15, tzinfo=UTC)
    >>> facts = Milestones(line="1", first=1, count=1, ordered=came - timedelta(days=2), delivered=came)
    >>> deadline(ReturnWindow(Days(14)), facts, at=came, zone="Europe/Warsaw").last_day
    datetime.date(2026, 3, 16)
    """
    trace: list[Statement] = []
    own = zone if window.zone in {"shop", "unknown"} else window.zone
    renewed = _replaced(facts) if window.restarts_for_replacement else None
    if renewed is not None:
        facts = attrs.evolve(facts, stops=tuple(stop for stop in facts.stops if stop.start >= renewed))
    begun = _begun(window.after, facts, trace) if renewed is None else ("replaced", renewed, Days(0))
    opens = facts.ordered if window.opens == "ordered" else None if begun is None else begun[1]
    if window.within is None and opens is not None:
        return Deadline(act=window.act, zone=own, opens=opens, right=right)
    if window.within is None or begun is None:
        waiting = window.after.event
        return Deadline(act=window.act, zone=own, opens=opens, waiting_for=waiting, right=right, trace=tuple(trace))
    if window.counting == "blocks":
        end = _blocks(window.within, begun, own, trace)
        return Deadline(act=window.act, zone=own, opens=opens, instant=end, right=right, trace=tuple(trace))
    unknown = window.zone == "unknown"
    if unknown:
        trace.append(Statement("returns.zone.unknown"))
    place = _Place(late=_LATEST, early=_EARLIEST) if unknown else _Place(late=own, early=own)
    event, moment, plus = begun
    start = local_date(moment, place.late)
    if _is_usual(window, facts):
        day, at_least, steps = _usual_end(window, window.within, (event, start, plus.n), place)
        steps = (*trace, *steps) if trace else steps
    else:
        counted, at_least = _Count(window, window.within, facts, at, place, trace).last_day(event, start, plus)
        day, steps = _existing(counted, place.early), tuple(trace)
    return Deadline(
        act=window.act, zone=place.early, opens=opens, last_day=day, at_least=at_least, right=right, trace=steps
    )


def _is_usual(window: ReturnWindow, facts: Milestones) -> bool:
    """Whether the end depends on nothing but the day on which the window starts."""
    if facts.stops or not window.is_plain:
        return False
    return not window.extensions or facts.informed == facts.ordered


@lru_cache(maxsize=4096)
def _usual_end(
    window: ReturnWindow, within: Span, begun: tuple[str, date, int], place: _Place
) -> tuple[date, bool, tuple[Statement, ...]]:
    """The last day, whether it may turn out later, and the steps, where only the day of the start matters."""
    event, start, plus = begun
    trace: list[Statement] = []
    count = _Count(window, within, _USUAL, _ANY, place, trace)
    day, at_least = count.last_day(event, start, Days(plus))
    return _existing(day, place.early), at_least, tuple(trace)


def _replaced(facts: Milestones) -> datetime | None:
    """When the customer last got new goods for the old."""
    ends = (stop.end for stop in facts.stops if stop.end and stop.remedy == "replacement")
    return max(ends, key=utc, default=None)


def _begun(start: Start, facts: Milestones, trace: list[Statement]) -> _Beginning | None:
    """The event that starts the window, its instant and what is added to it, or None if nothing started it yet."""
    here: Start | None = start
    while here is not None:
        moment: datetime | None = getattr(facts, here.event)
        if moment is not None:
            return here.event, moment, here.plus
        trace.append(known(f"returns.waiting.{here.event}"))
        here = here.otherwise
    return None


def _blocks(within: Span, begun: _Beginning, zone: str, trace: list[Statement]) -> datetime:
    event, moment, plus = begun
    place = find_zone(zone)
    # In UTC, where a day is 24 hours long.
    end = in_zone(utc(moment) + timedelta(days=plus.n + within.n), place)
    trace.append(Statement(f"returns.start.{event}_at", moment=in_zone(moment, place)))
    if plus.n:
        trace.append(Statement("returns.start.transit_blocks", count=plus.n))
    trace.append(Statement("returns.count.blocks", count=within.n, moment=end))
    return end


@lru_cache(maxsize=4096)
def _existing(day: date, zone: str) -> date:
    """The same end, named by a day that *zone* did not skip."""
    return local_date(utc(end_of_day(day, zone)) - timedelta.resolution, zone)


class _Place(NamedTuple):
    """The zone where a date comes *late* and the one where it comes *early*: one and the same unless it is unknown.

    An end counted from a date that came late, and over where dates come early, is the latest that there can be.
    """

    late: str
    early: str


def _counted(span: Span, day: date, counting: Counting) -> date:
    """The last day of *span*, which starts after *day* or, with the first day counted, on it."""
    if counting != "inclusive":
        return span.after(day)
    match span:
        case Days() | BusinessDays():
            return span.after(day - _DAY)
        case Months():
            # The day before the same day of the month; where that month has no such day, its last day.
            end = span.after(day)
            return end - _DAY if end.day == day.day else end
        case _:
            assert_never(span)


class _Count(NamedTuple):
    """The counting of one window; each step takes the last day so far and gives the next."""

    window: ReturnWindow
    within: Span
    facts: Milestones
    at: datetime
    place: _Place
    trace: list[Statement]

    def last_day(self, event: str, start: date, plus: Days) -> tuple[date, bool]:
        """The last day, and whether it may turn out later."""
        window = self.window
        self.trace.append(known(f"returns.start.{event}", date=start))
        if plus.n:
            start = plus.after(start)
            self.trace.append(Statement("returns.start.transit", count=plus.n, date=start))
        day = _counted(self.within, start, window.counting)
        self.trace.append(known(f"returns.count.{self._manner()}", count=self.within.n, date=day))
        at_least = isinstance(self.within, BusinessDays) and not _tells_holidays(self.within)
        if at_least:
            self.trace.append(Statement("returns.count.holidays_unknown"))
        for season in window.seasons:
            day = self._seasonal(season, start, day)
        if window.stops_for_repair:
            day, running = self._stopped(start, day)
            at_least = at_least or running
        for extension in window.extensions:
            day, running = self._extended(extension, start, day)
            at_least = at_least or running
        if window.roll is None:
            return day, at_least
        return self._rolled(window.roll, day), at_least or window.roll.calendar is None

    def _manner(self) -> str:
        match self.within:
            case Days():
                unit = "days"
            case Months():
                unit = "months"
            case BusinessDays():
                unit = "business_days"
            case _:
                assert_never(self.within)
        return unit if self.window.counting == "exclusive" else f"{unit}_inclusive"

    def _seasonal(self, season: Season, start: date, day: date) -> date:
        key = self.facts.ordered if season.by == "ordered" else self.facts.delivered
        if key is None or not season.first <= local_date(key, self.place.late) <= season.last:
            return day
        end = season.until if season.within is None else _counted(season.within, start, self.window.counting)
        if end is None or end == day or (season.rule == "longest" and end < day):
            return day
        self.trace.append(Statement("returns.season", season=season.named, date=end))
        return end

    def _stopped(self, start: date, day: date) -> tuple[date, bool]:
        """The day after the days under repair were added, each once and both ends counted."""
        first = start if self.window.counting == "inclusive" else start + _DAY
        running = False
        for from_, to, over in _union(self._stop(stop) for stop in self.facts.stops):
            since = max(from_, first)
            if to < since or day < since:
                continue
            day = self._longer(since, to, day)
            if not over:
                running = True
                self.trace.append(Statement("returns.stop.running", date=since))
            tail = self.window.tail
            if tail is not None and tail.after(to) > day:
                day = tail.after(to)
                self.trace.append(Statement("returns.stop.tail", count=tail.n, date=day))
        return day, running

    def _stop(self, stop: Stop) -> tuple[date, date, bool]:
        """The days of a stop and whether it is over; one that is not lasts until the instant of the question."""
        end = stop.end or self.at
        return local_date(stop.start, self.place.early), local_date(end, self.place.late), stop.end is not None

    def _longer(self, since: date, to: date, day: date) -> date:
        days = (to - since).days + 1
        span: Span = Days(days)
        if isinstance(self.within, BusinessDays):
            calendar = self.within.calendar
            span = BusinessDays(_worked(since, days, self.within), calendar=calendar)
        end = span.after(day)
        self.trace.append(Statement("returns.stop.days", count=span.n, date=end))
        return end

    def _extended(self, extension: Extension, start: date, day: date) -> tuple[date, bool]:
        """The day with an extension, and whether it may turn out later."""
        match extension:
            case IfUninformed():
                return self._uninformed(extension, start, day), False
            case IfRepaired():
                return self._repaired(extension, start, day)
            case _:
                assert_never(extension)

    def _uninformed(self, extension: IfUninformed, start: date, day: date) -> date:
        told = self.facts.informed
        if told is not None and told == self.facts.ordered:
            return day  # the information came with the order, as it should
        given = None if told is None else local_date(told, self.place.late)
        if given is not None and given <= start:
            return day
        if given is not None and given <= extension.by.after(start):
            end = max(day, _counted(extension.then, given, self.window.counting))
            if end > day:
                self.trace.append(Statement("returns.extension.informed_late", given=given, date=end))
            return end
        end = self._prolonged(extension.by, start, day)
        self.trace.append(Statement("returns.extension.uninformed", date=end))
        return end

    def _repaired(self, extension: IfRepaired, start: date, day: date) -> tuple[date, bool]:
        """The day with what a repair adds once it is over; while it goes on the window does not lapse."""
        repairs = [(local_date(stop.start, self.place.early), stop) for stop in self.facts.stops]
        began = [(since, stop) for since, stop in repairs if stop.remedy == "repair" and since <= day]
        if not began:
            return day, False
        if all(stop.end is None for _, stop in began):
            running = Statement("returns.stop.running", date=min(since for since, _ in began))
            if running not in self.trace:
                self.trace.append(running)
            return max(day, local_date(self.at, self.place.late)), True
        end = self._prolonged(extension.by, start, day)
        self.trace.append(Statement("returns.extension.repaired", date=end))
        return end, False

    def _prolonged(self, by: Months | Days, start: date, day: date) -> date:
        if not isinstance(by, Months) or not isinstance(self.within, Months):
            return by.after(day)
        # Months are counted from the start, not one span from the end of another.
        whole = _counted(Months(self.within.n + by.n), start, self.window.counting)
        return whole + (day - _counted(self.within, start, self.window.counting))

    def _rolled(self, roll: Roll, day: date) -> date:
        is_weekday = roll.calendar is None and day.weekday() < _SATURDAY
        end = day if is_weekday else BusinessDays(1, calendar=roll.calendar).after(day - _DAY)
        if end != day:
            self.trace.append(known("returns.roll", date=end, last=day))
        if roll.calendar is None:
            self.trace.append(known("returns.roll.holidays_unknown"))
        return end


def _tells_holidays(span: BusinessDays) -> bool:
    """Whether the calendar of *span* knows more than the days of the week."""
    return span.calendar is not None and not (isinstance(span.calendar, WorkWeek) and not span.calendar.holidays)


def _worked(since: date, days: int, span: BusinessDays) -> int:
    """How many of so many *days* from *since* on are counted by *span*."""
    one = BusinessDays(1, calendar=span.calendar)
    each = [since + _DAY * n for n in range(days)]
    return sum(one.after(day - _DAY) == day for day in each)


def _union(stops: Iterable[tuple[date, date, bool]]) -> list[tuple[date, date, bool]]:
    """The days that are in any of the stops, as ranges apart from each other."""
    merged: list[tuple[date, date, bool]] = []
    for from_, to, over in sorted(stops):
        if merged and from_ <= merged[-1][1]:
            start, end, ended = merged.pop()
            merged.append((start, max(end, to), ended and over))
        else:
            merged.append((from_, to, over))
    return merged
