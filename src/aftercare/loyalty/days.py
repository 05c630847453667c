"""Days that points and tiers are reckoned by: the day after another, the ends of months, quarters and years."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, TypeAlias

Period: TypeAlias = Literal["month", "quarter", "half_year", "year"]

MONTHS: dict[Period, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def day_after(day: date) -> date:
    """The next day.

    >>> day_after(date(2026, 4, 8))
    datetime.date(2026, 4, 9)
    """
    return day + timedelta(days=1)


def end_of(day: date, period: Period) -> date:
    """The last day of the calendar *period* that *day* is in.

    >>> end_of(date(2028, 2, 10), "month"), end_of(date(2028, 2, 10), "quarter")
    (datetime.date(2028, 2, 29), datetime.date(2028, 3, 31))
    """
    months = MONTHS[period]
    month = (day.month - 1) // months * months + months
    return date(day.year, month, monthrange(day.year, month)[1])
