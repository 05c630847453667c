"""What an award brings (points, a voucher, a thing), and the award itself: given once, under a key of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs

from aftercare.calendar import Days, utc
from aftercare.canonical import call
from aftercare.errors import PolicyError, is_a
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.given import maybe_amounts, maybe_length, whole
from aftercare.member_events import Adjustment
from aftercare.money import Amounts, Money, Percent, percent
from aftercare.order import Tier
from aftercare.statement import Name, Statement, name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aftercare.calendar import Months
    from aftercare.loyalty.vault import TierChange


@attrs.frozen(eq=False, repr=False)
class PointsGift(LoyaltyCoded):
    """So many points.

    >>> PointsGift(100)
    loyalty.give_points(100)
    """

    points: int

    def __attrs_post_init__(self) -> None:
        whole("the points of a gift", self.points)

    def __repr__(self) -> str:
        return call("loyalty.give_points", self)


def _off(given: Any) -> Amounts | Percent:
    if is_a(given, Amounts, Money):
        return cast("Amounts", maybe_amounts(given))
    made = percent(given)
    if not 0 < made.ratio <= 1:
        msg = f"a voucher takes off a part of an order, up to all of it, not `{made}`"
        raise PolicyError(msg)
    return made


@attrs.frozen(eq=False, repr=False)
class VoucherGift(LoyaltyCoded):
    """A voucher for one order: an amount *off* or a percentage (a whole number is one), which *at_most* may cut.

    The order comes to at *least* so much. It *lasts* so long, None for ever; the day it is given is not counted. When
    everything that it was used on comes back, it is *given_back*, and lasts at least for *courtesy* from then.

    >>> VoucherGift(30, at_most=Money(200_000, "VND")).worth(Money(1_000_000, "VND"))
    Money("200000", "VND")
    """

    off: Amounts | Percent = attrs.field(converter=_off)
    at_most: Amounts | None = attrs.field(default=None, converter=maybe_amounts, kw_only=True)
    least: Amounts | None = attrs.field(default=None, converter=maybe_amounts, kw_only=True)
    lasts: Days | Months | None = attrs.field(default=Days(30), converter=maybe_length, kw_only=True)
    given_back: bool = attrs.field(default=True, kw_only=True)
    courtesy: Days = attrs.field(default=Days(30), kw_only=True)

    def worth(self, order: Money) -> Money:
        """What it takes off an *order* of so much, were it valid; rounded half up.

        Raises `CurrencyMismatch` where it says no amount in that currency.
        """
        off = order.scaled(self.off.ratio) if isinstance(self.off, Percent) else self.off.in_(order.currency)
        if self.at_most is not None:
            off = min(off, self.at_most.in_(order.currency))
        return min(off, order)

    def refusal(self, order: Money) -> Statement | None:
        """Why an *order* of so much is too small for it, or None where it is not."""
        if self.least is None or order >= self.least.in_(order.currency):
            return None
        needed = self.least.in_(order.currency)
        return Statement("voucher.refused.basket", found=order, needed=needed, missing=needed - order)

    def __repr__(self) -> str:
        return call("loyalty.give_voucher", self)


@attrs.frozen(eq=False, repr=False)
class ItemGift(LoyaltyCoded):
    """A thing or a service, by the name that customers read; it can be had for as long as it *lasts*.

    >>> ItemGift("a dessert")
    loyalty.give_item(Name('a dessert'))
    """

    name: Name = attrs.field(converter=name)
    lasts: Days | Months | None = attrs.field(default=Days(30), converter=maybe_length, kw_only=True)

    def __repr__(self) -> str:
        return call("loyalty.give_item", self)


Gift: TypeAlias = "PointsGift | VoucherGift | ItemGift"
Gifts: TypeAlias = "Gift | tuple[tuple[Tier, Gift], ...]"


def gifts(given: Any) -> Gifts:
    """A gift, or one a tier, each for the tiers above it too; raises `PolicyError` for anything else.

    >>> gifts({Tier("gold", 2): PointsGift(50)})
    ((Tier('gold', 2), loyalty.give_points(50)),)
    """
    if is_a(given, PointsGift, VoucherGift, ItemGift):
        return cast("Gift", given)
    rows = tuple(dict(given).items()) if is_a(given, Mapping, tuple) else ()
    if not rows or not all(is_a(tier, Tier) and is_a(gift, PointsGift, VoucherGift, ItemGift) for tier, gift in rows):
        msg = (
            f"`{given!r}` gives nothing: write `loyalty.give_points(100)`, `give_voucher(eur(5))`, `give_item('...')`, "
            "or a table of them by tier"
        )
        raise PolicyError(msg)
    return tuple(sorted(rows, key=lambda row: row[0].rank))


def gift_for(given: Gifts, tier: Tier | None) -> Gift | None:
    """What a member of *tier* gets; nothing below the first tier of a table.

    >>> gift_for(((Tier("gold", 2), PointsGift(50)),), Tier("silver", 1)) is None
    True
    """
    if not isinstance(given, tuple):
        return given
    found = None
    for row, gift in given:
        if tier is not None and tier.rank >= row.rank:
            found = gift
    return found


def in_turn(changes: Iterable[TierChange]) -> list[TierChange]:
    """Changes of a tier by instant; of several at one, the last that is given stands.

    >>> in_turn(())
    []
    """
    return sorted(changes, key=lambda change: utc(change[0]))


def tier_at(changes: Iterable[TierChange], at: datetime) -> Tier | None:
    """The tier that is held at an instant, after *changes* in order; None before the first.

    >>> from datetime import UTC, datetime
    >>> march = datetime(2026, 3, 1, tzinfo=UTC)
    >>> tier_at([(march, Tier("gold", 2))], march)
    Tier('gold', 2)
    """
    found, now = None, utc(at)
    for instant, tier in changes:
        if utc(instant) <= now:
            found = tier
    return found


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Award(LoyaltyCoded):
    """What a *rule* gave at an instant, under a *key* that no second award can have; *reason* says what for.

    *title* is what it was given for, in a few words. An award that was *withdrawn* is taken back at that instant.
    """

    key: str
    rule: str
    at: datetime
    gift: Gift
    title: Name
    reason: Statement
    withdrawn: datetime | None = None

    @property
    def events(self) -> tuple[Adjustment, ...]:
        """The points of the award as events for the ledger, to put beside the history; none for other gifts."""
        if not isinstance(self.gift, PointsGift):
            return ()
        points = self.gift.points
        given = Adjustment(self.key, self.at, points, reason=self.title)
        if self.withdrawn is None:
            return (given,)
        return (given, Adjustment(f"{self.key}:withdrawn", self.withdrawn, -points, reason=self.title))


@attrs.frozen(eq=False, repr=False, kw_only=True)
class NotAwarded(LoyaltyCoded):
    """What a rule did not give for an *event*, and why."""

    at: datetime
    event: str
    reason: Statement


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Awards(LoyaltyCoded):
    """What a rule gave and what it did not; *next_day* is when it gives again, if anybody can tell."""

    given: tuple[Award, ...] = ()
    refused: tuple[NotAwarded, ...] = ()
    next_day: date | None = None

    @property
    def events(self) -> tuple[Adjustment, ...]:
        """The points of all awards as events for the ledger."""
        return tuple(event for award in self.given for event in award.events)
