"""Incentives for feedback: for any review of what was really bought, never for a good one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.calendar import Days, aware, local_date
from aftercare.errors import PolicyError, is_a
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.days import end_of
from aftercare.loyalty.gifts import Award, Awards, Gifts, NotAwarded, gift_for, gifts, in_turn, tier_at
from aftercare.loyalty.given import an_id, maybe_length, whole
from aftercare.member_events import Review
from aftercare.order_events import Delivered, Purchase
from aftercare.statement import Name, Statement, name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aftercare.calendar import Months
    from aftercare.history import History
    from aftercare.loyalty.vault import TierChange


@attrs.frozen(eq=False, repr=False)
class FeedbackIncentive(LoyaltyCoded):
    """Every first review of a product that was bought *gives* something, whatever it says.

    It comes *within* so long after the goods were delivered (ordered, while nobody said that they were), None for ever;
    with ``purchased=False`` anything may be reviewed. *at_most* caps the awards of a calendar month. No field can ask
    for praise: incentives for reviews of one sentiment are unfair practices (EU Directive 2005/29 annex I 23c; in the
    United States 16 CFR 465.4). Raises `PolicyError`.

    >>> from aftercare import loyalty
    >>> FeedbackIncentive("review", gives=loyalty.give_points(50)).within
    Days(60)
    """

    id: str = attrs.field(converter=an_id)
    gives: Gifts = attrs.field(converter=gifts, kw_only=True)
    within: Days | Months | None = attrs.field(default=Days(60), converter=maybe_length, kw_only=True)
    purchased: bool = attrs.field(default=True, kw_only=True)
    at_most: int | None = attrs.field(default=None, kw_only=True)
    title: Name = attrs.field(default=Name("review"), converter=name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.at_most is not None:
            whole("the awards of a month", self.at_most)
        if not is_a(self.purchased, bool):
            msg = f"whether the goods were bought is `True` or `False`, not `{self.purchased!r}`"
            raise PolicyError(msg)

    def awards(self, history: History, *, at: datetime, zone: str, tiers: Iterable[TierChange] = ()) -> Awards:
        """What the reviews up to the instant *at* gave, and why others gave nothing.

        *tiers* are the changes of the member's tier, by which a table of gifts is read.
        """
        instant = aware(at, "the instant of an award")
        changes = in_turn(tiers)
        had = _Had(zone)
        given: list[Award] = []
        refused: list[NotAwarded] = []
        months: dict[date, int] = {}
        rewarded: set[str] = set()
        for event in history.until(instant).events:
            had.read(event)
            gift = gift_for(self.gives, tier_at(changes, event.at)) if isinstance(event, Review) else None
            if not isinstance(event, Review) or gift is None:
                continue
            day = local_date(event.at, zone)
            month = end_of(day, "month")
            reason = self._refusal(event.subject, day, had, rewarded)
            if reason is None and self.at_most is not None and months.get(month, 0) >= self.at_most:
                reason = Statement("feedback.refused.enough", most=self.at_most)
            if reason is not None:
                refused.append(NotAwarded(at=event.at, event=event.id, reason=reason))
                continue
            months[month] = months.get(month, 0) + 1
            rewarded.add(event.subject)
            said = Statement("feedback.awarded", subject=Name(event.subject))
            key = f"{self.id}:{event.subject}"
            given.append(Award(key=key, rule=self.id, at=event.at, gift=gift, title=self.title, reason=said))
        return Awards(given=tuple(given), refused=tuple(refused))

    def _refusal(self, subject: str, day: date, had: _Had, rewarded: set[str]) -> Statement | None:
        if subject in rewarded:
            return Statement("feedback.refused.twice", subject=Name(subject))
        if not self.purchased:
            return None
        since = had.days.get(subject)
        if since is None:
            return Statement("feedback.refused.not_bought", subject=Name(subject))
        if self.within is not None and day > self.within.after(since):
            return Statement("feedback.refused.late", subject=Name(subject), date=self.within.after(since))
        return None


class _Had:
    """Since when the customer has had which goods, by the last order of them."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        self.days: dict[str, date] = {}
        self.goods: dict[str, tuple[tuple[str, str], ...]] = {}

    def read(self, event: object) -> None:
        match event:
            case Purchase(receipt=receipt):
                lines = tuple((line.id, line.product.sku) for line in receipt.order.lines)
                self.goods[receipt.id] = lines
                self._had(event.at, [sku for _, sku in lines])
            case Delivered(order=order):
                named = {units.line for units in event.units}
                self._had(event.at, [sku for line, sku in self.goods.get(order, ()) if not named or line in named])
            case _:
                pass  # nothing else brings goods to the customer

    def _had(self, at: datetime, skus: list[str]) -> None:
        for sku in skus:
            self.days[sku] = local_date(at, self.zone)
