"""Referrals: what a member gets for a friend, and the friend too, once nothing can be undone any more.

A referral is invited, has ordered, and is vested; or it was refused, ran out, or was taken back, each with its reason.
What makes two people suspicious (the same card, the same household) is told by the shop as signals with scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import Days, Months
from aftercare.errors import PolicyError
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.gifts import Gift, ItemGift, PointsGift, VoucherGift
from aftercare.loyalty.given import an_id, maybe_amounts, maybe_length, whole
from aftercare.loyalty.lots import one_of
from aftercare.statement import Name, name

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.loyalty.gifts import Award
    from aftercare.money import Amounts
    from aftercare.statement import Statement

Vests: TypeAlias = Literal["first_order", "returns_over", "second_order"]
ReferralState: TypeAlias = Literal["invited", "ordered", "in_review", "vested", "refused", "expired", "taken_back"]
Scores: TypeAlias = "tuple[tuple[str, int], ...]"

HOUSEHOLD = "same_household"
USUAL = {
    "same_card": 100,
    "same_email": 100,
    "referred_by_another": 100,
    "same_device": 60,
    "same_ip": 20,
    HOUSEHOLD: 0,
}
REFUSED_FROM = 100
REVIEWED_FROM = 50


def _scores(given: Any) -> Scores:
    rows = tuple(sorted(dict(given).items())) if isinstance(given, Mapping | tuple) else None
    if rows is None or not all(type(key) is str and type(score) is int and score >= 0 for key, score in rows):
        msg = f"signals have whole scores from zero, such as `{{'same_card': 100}}`, given `{given!r}`"
        raise PolicyError(msg)
    return rows


def _maybe_gift(given: Any) -> Gift | None:
    if given is None or isinstance(given, PointsGift | VoucherGift | ItemGift):
        return given
    msg = f"`{given!r}` gives nothing: write `loyalty.give_points(100)`, `give_voucher(eur(5))` or `give_item('...')`"
    raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False)
class ReferralProgram(LoyaltyCoded):
    """Bring a friend: a gift for the *member*, one for the *friend*, or both.

    The friend is new, and orders goods for at *least* so much *within* so long. Both gifts vest when that order can no
    longer come back, at once, or with the second such order. *at_most* caps the referrals of a member in any twelve
    months; those that were refused or ran out do not count, those that were taken back do. *signals* are scores: from
    100 in all a referral is refused, from 50 staff look at it. A shared household alone is never enough for either.
    Raises `PolicyError`.

    >>> from aftercare import loyalty
    >>> ReferralProgram("friends", member=loyalty.give_points(500)).vests
    'returns_over'
    """

    id: str = attrs.field(converter=an_id)
    member: Gift | None = attrs.field(default=None, converter=_maybe_gift, kw_only=True)
    friend: Gift | None = attrs.field(default=None, converter=_maybe_gift, kw_only=True)
    vests: Vests = attrs.field(default="returns_over", kw_only=True)
    least: Amounts | None = attrs.field(default=None, converter=maybe_amounts, kw_only=True)
    within: Days | Months | None = attrs.field(default=Months(3), converter=maybe_length, kw_only=True)
    at_most: int | None = attrs.field(default=None, kw_only=True)
    signals: Scores = attrs.field(default=_scores(USUAL), converter=_scores, kw_only=True)
    title: Name = attrs.field(default=Name("referral"), converter=name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("when a referral vests", self.vests, get_args(Vests))
        if self.member is None and self.friend is None:
            msg = f"`{self.id}` gives nothing to anybody: give `member=` or `friend=`"
            raise PolicyError(msg)
        if self.at_most is not None:
            whole("the referrals of twelve months", self.at_most)
        if dict(self.signals).get(HOUSEHOLD, 0) >= REVIEWED_FROM:
            msg = (
                f"`{self.id}` suspects every shared household: families refer each other, so score `{HOUSEHOLD}` "
                f"below {REVIEWED_FROM}, where only other signals beside it matter"
            )
            raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class ReferralStanding(LoyaltyCoded):
    """Where one referral stands: since when, and why; what it gave to the member and to the friend.

    *score* is the sum of its *signals*. *reason* says what it waits for, or why it was refused.
    """

    event: str
    friend: str
    invited_at: datetime
    state: ReferralState
    since: datetime
    reason: Statement
    order: str | None = None
    signals: tuple[str, ...] = ()
    score: int = 0
    member_award: Award | None = None
    friend_award: Award | None = None
