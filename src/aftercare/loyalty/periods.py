"""The time over which a metric counts: always, the last months, a year, or since the tier changed.

Everything is in local dates. A period says from which day on credit still counts on a given day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.calendar import Months
from aftercare.errors import PolicyError, is_a
from aftercare.loyalty.coded import LoyaltyCoded

if TYPE_CHECKING:
    from typing import Any

_A_COMMON_YEAR = 2001


@attrs.frozen(eq=False, repr=False)
class Lifetime(LoyaltyCoded):
    """Everything since the member joined."""


def _some_months(given: Any) -> Months:
    if is_a(given, Months) and given.n > 0:
        return given  # type: ignore[no-any-return]
    msg = f"credit counts for some months, such as `Months(12)`, given `{given!r}`"
    raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False)
class Rolling(LoyaltyCoded):
    """The last *months*: credit leaves on the day so many months after it was gained, at the start of that day."""

    months: Months = attrs.field(converter=_some_months)


def year_start(given: tuple[int, int]) -> tuple[int, int]:
    """The month and day on which a year starts.

    Raises `PolicyError` for a day that not every year has.

    >>> year_start((4, 1))
    (4, 1)
    """
    try:
        month, day = given
        date(_A_COMMON_YEAR, month, day)
    except (TypeError, ValueError):
        msg = f"`{given!r}` does not start every year: give month and day, such as `(4, 1)` for the first of April"
        raise PolicyError(msg) from None
    return month, day


@attrs.frozen(eq=False, repr=False)
class CalendarYear(LoyaltyCoded):
    """The year that is running, which *starts* on a month and day; 1 January unless told.

    >>> CalendarYear((10, 1)).starts
    (10, 1)
    """

    starts: tuple[int, int] = attrs.field(default=(1, 1), converter=year_start)


@attrs.frozen(eq=False, repr=False)
class MembershipYear(LoyaltyCoded):
    """The year of membership that is running, from one anniversary of joining to the next.

    Who joined on 29 February has the anniversary on the 28th in common years.
    """


@attrs.frozen(eq=False, repr=False)
class SinceChange(LoyaltyCoded):
    """What came after the tier was last gained, lost or renewed, without the credit that did it."""


CreditWindow: TypeAlias = Lifetime | Rolling | CalendarYear | MembershipYear | SinceChange


def first_day_of_rolling(months: int, day: date) -> date:
    """The earliest date whose credit, which counts for so many *months*, still counts on *day*.

    >>> first_day_of_rolling(12, date(2026, 11, 19)), first_day_of_rolling(12, date(2026, 11, 20))
    (datetime.date(2025, 11, 20), datetime.date(2025, 11, 21))
    """
    place = day.year * 12 + day.month - 1 - months
    year, month = place // 12, place % 12 + 1
    if year < date.min.year:
        return date.min
    # A month's last days all leave together where the month of *day* is shorter.
    if day.day >= min(monthrange(year, month)[1], monthrange(day.year, day.month)[1]):
        return date(year, month, monthrange(year, month)[1]) + timedelta(days=1)
    return date(year, month, day.day + 1)


def start_of_year(starts: tuple[int, int], day: date) -> date:
    """The first day of the year that *day* is in.

    >>> start_of_year((10, 1), date(2026, 6, 15))
    datetime.date(2025, 10, 1)
    """
    start = date(day.year, *starts)
    return start if start <= day else date(day.year - 1, *starts)


def anniversary(joined: date, day: date) -> date:
    """The last anniversary of *joined*, or that day itself, on or before *day*; *joined* for an earlier day.

    >>> anniversary(date(2024, 2, 29), date(2025, 2, 28)), anniversary(date(2024, 2, 29), date(2028, 2, 28))
    (datetime.date(2025, 2, 28), datetime.date(2027, 2, 28))
    """
    years = max(day.year - joined.year, 0)
    found = Months(12 * years).after(joined)
    return found if found <= day or not years else Months(12 * (years - 1)).after(joined)


def next_anniversary(joined: date, day: date) -> date:
    """The first anniversary of *joined* after *day*.

    >>> next_anniversary(date(2024, 10, 25), date(2025, 10, 15))
    datetime.date(2025, 10, 25)
    """
    years = max(day.year - joined.year, 1)
    found = Months(12 * years).after(joined)
    return found if found > day else Months(12 * (years + 1)).after(joined)
