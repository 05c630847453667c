from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aftercare.calendar import Days
from aftercare.policies.limit import Budget
from tests.reference.conditions import folded
from tests.reference.numbers import in_currency

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare import Order
    from aftercare.limits import Counts
    from aftercare.policies.limit import Limit
    from aftercare.policies.promotion import Promotion


@dataclass
class Let:
    """A promotion that its limits let through: what a cut leaves of it, what must be enough, the code that is used."""

    room: int | None
    fit: int | None
    code: str | None


def period(every: Any, today: date) -> tuple[str | None, date | None]:
    """What a tally of today is named by."""
    if every is None:
        return None, None
    if isinstance(every, Days):
        return "day", today
    back = {"day": 0, "week": today.weekday(), "month": today.day - 1, "year": today.timetuple().tm_yday - 1}[every]
    return every, today - timedelta(days=back)


class Limits:
    """What the limits of a book let through for one order."""

    def __init__(self, order: Order, at: datetime, zone: str, counts: Counts | None) -> None:
        self.order, self.at, self.counts = order, at, counts
        self.today = at.astimezone(ZoneInfo(zone)).date()
        self.refused: set[str] = set()

    def row(self, promotion: Promotion, limit: Limit, code: str | None) -> dict[str, Any]:
        """The tally that counts for a limit, field by field."""
        every, start = period(limit.every, self.today)
        return {
            "promotion": promotion.id,
            "of": self.order.currency if isinstance(limit, Budget) else "uses",
            "customer": self.order.customer.id if limit.per == "customer" and self.order.customer else None,
            "code": code if limit.per == "code" else None,
            "every": every,
            "start": start,
        }

    def left(self, promotion: Promotion, limit: Limit, code: str | None) -> int:
        """What a limit has left."""
        assert self.counts is not None
        wanted = self.row(promotion, limit, code)
        rows = list(self.counts.tallies)
        for held in self.counts.reservations:
            if not held.committed and held.until > self.at:
                rows += held.amounts.items()
        used = 0
        for tally, number in rows:
            found = {name: getattr(tally, name) for name in wanted}
            if isinstance(limit.every, Days) and found["start"] is not None:
                age = (self.today - found["start"]).days
                found["start"] = wanted["start"] if age < limit.every.n else None
            used += number if found == wanted else 0
        most = in_currency(limit.most, self.order.currency) if isinstance(limit, Budget) else limit.most
        return max(0, most - used)

    def let(self, promotion: Promotion) -> Let | None:
        """How far the limits of an eligible promotion let it through."""
        if not promotion.limits:
            return Let(None, None, None)
        guest = self.order.customer is None and any(limit.per == "customer" for limit in promotion.limits)
        if self.counts is None or guest or promotion.id in self.refused:
            return None
        own, entered = ({folded(code) for code in codes} for codes in (promotion.codes, self.order.codes))
        for code in sorted(own & entered) or [""]:
            left = [(limit, self.left(promotion, limit, code)) for limit in promotion.limits]
            if all(each for _, each in left):
                cut = [each for limit, each in left if isinstance(limit, Budget) and limit.partial == "cut"]
                fit = [each for limit, each in left if isinstance(limit, Budget) and limit.partial == "refuse"]
                return Let(min(cut, default=None), min(fit, default=None), code)
        return None

    def uses(self, promotion: Promotion, amount: int) -> list[tuple[Any, ...]]:
        """What a promotion that applied takes of each of its limits."""
        let = self.let(promotion)
        assert let is not None
        return [
            (*self.row(promotion, limit, let.code).values(), amount if isinstance(limit, Budget) else 1)
            for limit in promotion.limits
        ]
