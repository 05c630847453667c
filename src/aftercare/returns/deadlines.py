"""When a return window ends, and whether something is in time.

A deadline is a value: it can be stored, compared with another for the same act, and said. How it is worked out from a
window and what happened stands in `aftercare.returns.counting`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from aftercare.calendar import Days, aware, local_date, start_of_day, utc
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError
from aftercare.statement import Name, Statement, known

if TYPE_CHECKING:
    from datetime import date

    from aftercare.returns.windows import Act, StartEvent

State: TypeAlias = Literal["not_yet", "open", "over"]


@lru_cache(maxsize=4096)
def end_of_day(day: date, zone: str) -> datetime:
    """The first instant after *day* in *zone*.

    >>> from datetime import date
    >>> end_of_day(date(2026, 3, 28), "Asia/Beirut").isoformat()
    '2026-03-29T01:00:00+03:00'
    """
    return start_of_day(Days(1).after(day), zone)


def _moment(given: datetime | None) -> datetime | None:
    return None if given is None else aware(given, "an instant of a deadline")


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Deadline(Coded):
    """By when an *act* must have happened, and the steps that led there, as statements.

    It names a *last_day* in its *zone*, or, counted in blocks of 24 hours, the *instant* it ends before. It names
    neither without a limit, and while it is *waiting_for* the event that starts it. *at_least* is a deadline that may
    turn out later: holidays are not known, or a repair goes on. *right* says whose deadline it is.

    >>> from datetime import UTC, date, datetime
    >>> opens = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> deadline = Deadline(act="requested", zone="Europe/Warsaw", opens=opens, last_day=date(2026, 3, 16))
    >>> deadline.ends_at.isoformat(), deadline.state(datetime(2026, 3, 16, 22, 59, tzinfo=UTC))
    ('2026-03-17T00:00:00+01:00', 'open')
    """

    act: Act
    zone: str
    opens: datetime | None = attrs.field(converter=_moment)
    last_day: date | None = None
    instant: datetime | None = attrs.field(default=None, converter=_moment)
    waiting_for: StartEvent | None = None
    at_least: bool = False
    right: Name | None = None
    trace: tuple[Statement, ...] = ()

    @property
    def ends_at(self) -> datetime | None:
        """The first instant that is too late, or None if there is none, or it is not known yet."""
        return self.instant if self.last_day is None else end_of_day(self.last_day, self.zone)

    def state(self, at: datetime) -> State:
        """Whether *at* is before, in or after the window."""
        now = utc(at)
        if self.opens is None or now < self.opens.astimezone(UTC):
            return "not_yet"
        ends = self.ends_at
        return "open" if ends is None or now < ends.astimezone(UTC) else "over"

    def contains(self, at: datetime) -> bool:
        """Whether what happens *at* an instant is in time."""
        return self.state(at) == "open"

    def why_not(self, at: datetime) -> Statement | None:
        """Why *at* is not in time, or None if it is."""
        now = utc(at)
        if self.opens is None:
            return self.said
        if now < self.opens.astimezone(UTC):
            return Statement("returns.deadline.not_yet", date=local_date(self.opens, self.zone))
        ends = self.ends_at
        if ends is None or now < ends.astimezone(UTC):
            return None
        if self.last_day is not None:
            return known("returns.deadline.over", date=self.last_day)
        return Statement("returns.deadline.over_at", moment=ends)

    @property
    def said(self) -> Statement:
        """The deadline as a sentence: the last usable day, or day and time for blocks of 24 hours."""
        if self.last_day is not None:
            end = "by_at_least" if self.at_least else "by"
            return Statement(f"returns.deadline.{self.act}_{end}", date=self.last_day)
        if self.waiting_for is not None:
            return Statement(f"returns.waiting.{self.waiting_for}")
        if self.instant is not None:
            return Statement(f"returns.deadline.{self.act}_before", moment=self.instant)
        return Statement("returns.deadline.unlimited")

    @property
    def explanation(self) -> tuple[Statement, ...]:
        """The steps that led to the deadline, and last which right it belongs to, if that is told."""
        if self.right is None:
            return self.trace
        return (*self.trace, Statement("returns.deadline.governed", right=self.right))

    def __repr__(self) -> str:
        return call("returns.Deadline", self)


def longest(*deadlines: Deadline) -> Deadline:
    """The deadline that ends last: which right governs, when either of several suffices.

    One without a limit ends after one that waits for its start, and that after any day. Between equal ends the earlier
    opening counts, then the name of the right. Raises `PolicyError` for none, and for different acts, which no date
    compares.

    >>> from datetime import UTC, date, datetime
    >>> opens = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> law = Deadline(act="sent", zone="UTC", opens=opens, last_day=date(2026, 3, 16), right=Name("the law"))
    >>> shop = Deadline(act="sent", zone="UTC", opens=opens, last_day=date(2026, 4, 1), right=Name("the shop"))
    >>> longest(law, shop).right
    Name('the shop')
    """
    if len(deadlines) == 1:
        return deadlines[0]
    acts = {deadline.act for deadline in deadlines}
    if len(acts) != 1:
        given = " and ".join(f"`{act}`" for act in sorted(acts)) or "nothing"
        msg = f"only deadlines of one act can be compared, given {given}: either right suffices, so ask each"
        raise PolicyError(msg)
    days = [deadline.last_day for deadline in deadlines if deadline.zone == deadlines[0].zone and deadline.last_day]
    if len(days) == len(deadlines) and days.count(max(days)) == 1:
        return deadlines[days.index(max(days))]  # the usual case: days of one zone, of which one is the last
    return min(deadlines, key=_rank)


_FIRST = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


def end_rank(deadline: Deadline) -> tuple[int, timedelta]:
    """The smallest ends last: first those without a limit, then those that wait for their start."""
    ends = deadline.ends_at
    known = 2 if ends is not None else 1 if deadline.waiting_for is not None else 0
    return known, _NEVER - (_FIRST if ends is None else ends.astimezone(UTC))


def _rank(deadline: Deadline) -> tuple[int, timedelta, datetime, str]:
    """The smallest governs."""
    opens = _NEVER if deadline.opens is None else deadline.opens.astimezone(UTC)
    return *end_rank(deadline), opens, "" if deadline.right is None else deadline.right.text
