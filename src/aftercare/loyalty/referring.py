"""The reader of referrals: each goes through its states by the histories of the member and of the friend alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, assert_never

import attrs

from aftercare.calendar import Months, aware, local_date, start_of_day, utc
from aftercare.errors import PolicyError, did_you_mean
from aftercare.history import History
from aftercare.loyalty.credit import quantities, settles
from aftercare.loyalty.days import day_after
from aftercare.loyalty.folding import lasting_events
from aftercare.loyalty.gifts import Award
from aftercare.loyalty.referral import REFUSED_FROM, REVIEWED_FROM, ReferralProgram, ReferralStanding
from aftercare.loyalty.returning import goods_value
from aftercare.member_events import Referral
from aftercare.money import Money
from aftercare.order_events import Purchase
from aftercare.return_events import Returned
from aftercare.reward_events import ReferralDecided
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from aftercare.history import Event
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.gifts import Gift
    from aftercare.loyalty.referral import ReferralState
    from aftercare.receipt import Receipt

_YEAR = Months(12)
_LEAVES_ITS_PLACE = {"refused", "expired"}


def referrals_of(
    program: ReferralProgram,
    member: str,
    history: History,
    friends: Mapping[str, History],
    *,
    at: datetime,
    zone: str,
    holds: Holds | None = None,
    signals: Mapping[str, Sequence[str]] | None = None,
) -> tuple[ReferralStanding, ...]:
    """Where every referral of a *member* stands as of the instant *at*, in the order in which they were made.

    *history* is the member's, *friends* the histories of those that were referred, by customer id. *holds* say until
    when their lines may come back; *signals* are those that the shop found, by friend. Raises `PolicyError` for a
    signal that the program has no score for.
    """
    instant = aware(at, "the instant of a referral")
    found: list[ReferralStanding] = []
    past = lasting_events(history, instant)
    for event in past:
        if isinstance(event, Referral):
            friend = lasting_events(friends.get(event.friend, History()), instant)
            known = tuple(sorted(signals.get(event.friend, ()))) if signals else ()
            one = _One(program, member, event, friend, _When(instant, zone, holds or {}))
            found.append(one.standing(found, past, known))
    return tuple(found)


class _When(NamedTuple):
    """As of which instant referrals are read, and by which days."""

    at: datetime
    zone: str
    holds: Holds


class _Order(NamedTuple):
    """An order of a friend: what it came to, whether that is enough, and when returns made it too little."""

    receipt: Receipt
    at: datetime
    lost: datetime | None


class _One:
    """One referral, being read."""

    def __init__(
        self, program: ReferralProgram, member: str, event: Referral, friend: list[Event], when: _When
    ) -> None:
        self.program, self.member, self.event, self.friend = program, member, event, friend
        self.at, self.zone, self.holds = when
        self.day = local_date(event.at, self.zone)
        self.small: Statement | None = None

    def standing(self, earlier: list[ReferralStanding], past: list[Event], known: tuple[str, ...]) -> ReferralStanding:
        scores = dict(self.program.signals)
        for signal in known:
            if signal not in scores:
                msg = f"`{signal}` is no signal of `{self.program.id}`: {did_you_mean(signal, scores)}"
                raise PolicyError(msg)
        score = sum(scores[signal] for signal in known)
        names = tuple(Name(signal) for signal in known if scores[signal])
        decided = self._decided(past)
        refusal = self._refusal(earlier)
        since = self.event.at
        if refusal is None and score >= REFUSED_FROM and decided is not True:
            refusal = Statement("referral.refused.signals", signals=names)
        if refusal is None and decided is False:
            refusal = Statement("referral.refused.by_staff")
        if refusal is not None:
            found = self._told("refused", since, refusal)
        elif score >= REVIEWED_FROM and decided is None:
            found = self._told("in_review", since, Statement("referral.in_review", signals=names))
        else:
            found = self._ordered()
        return attrs.evolve(found, signals=known, score=score)

    def _decided(self, past: list[Event]) -> bool | None:
        """What staff decided last, None while nobody did."""
        each = [event for event in past if isinstance(event, ReferralDecided) and event.friend == self.event.friend]
        return each[-1].accepted if each else None

    def _refusal(self, earlier: list[ReferralStanding]) -> Statement | None:
        """What stands against the referral itself, whatever signals say."""
        event = self.event
        if event.friend == self.member:
            return Statement("referral.refused.self")
        if any(each.friend == event.friend for each in earlier):
            return Statement("referral.refused.twice", friend=Name(event.friend))
        for before in self.friend:
            if utc(before.at) >= utc(event.at):
                break
            if isinstance(before, Purchase):
                return Statement("referral.refused.known_customer", date=local_date(before.at, self.zone))
            if isinstance(before, Referral) and before.friend == self.member:
                return Statement("referral.refused.mutual", friend=Name(event.friend))
        if self.program.at_most is not None:
            recent = [each for each in earlier if each.state not in _LEAVES_ITS_PLACE and self._within_a_year(each)]
            if len(recent) >= self.program.at_most:
                return Statement("referral.refused.enough", most=self.program.at_most)
        return None

    def _within_a_year(self, other: ReferralStanding) -> bool:
        return self.day < _YEAR.after(local_date(other.invited_at, self.zone))

    def _last_day(self) -> date | None:
        return None if self.program.within is None else self.program.within.after(self.day)

    def _ordered(self) -> ReferralStanding:
        last = self._last_day()
        orders = self._orders(last)
        for place, order in enumerate(orders):
            vests, lost = self._vests(order, orders[place + 1 :])
            if lost is not None and (vests is None or lost < vests):
                continue  # it came back before anything was given for it: another order may follow
            if vests is None or vests > self.at:
                return self._told("ordered", order.at, self._waits(vests), order)
            awards = (
                self._award(self.program.member, self.event.friend, vests, lost),
                self._award(self.program.friend, self.member, vests, lost),
            )
            state: ReferralState = "vested" if lost is None else "taken_back"
            reason = Statement(f"referral.{state}", friend=Name(self.event.friend), order=Name(order.receipt.id))
            return self._told(state, lost or vests, reason, order, awards=awards)
        if last is not None and self.at >= start_of_day(day_after(last), self.zone):
            reason = Statement("referral.expired", last_day=last)
            return self._told("expired", start_of_day(day_after(last), self.zone), self.small or reason)
        reason = Statement("referral.invited") if last is None else Statement("referral.invited_until", last_day=last)
        return self._told("invited", self.event.at, self.small or reason)

    def _orders(self, last: date | None) -> list[_Order]:
        """The friend's orders that are large enough, the first of them in time."""
        found: list[_Order] = []
        for event in self.friend:
            if not isinstance(event, Purchase) or utc(event.at) < utc(self.event.at):
                continue
            if last is not None and not found and local_date(event.at, self.zone) > last:
                break
            if self._enough(event.receipt, quantities(event.receipt)):
                found.append(_Order(event.receipt, utc(event.at), self._lost(event.receipt)))
        return found

    def _enough(self, receipt: Receipt, kept: dict[str, int]) -> bool:
        """Whether what stays of an order is worth enough; where it is not, what is missing is remembered."""
        currency = receipt.payable.currency
        value = Money.of_minor(goods_value(receipt, kept), currency)
        needed = Money.of_minor(1, currency)
        if self.program.least is not None:
            if currency not in self.program.least.currencies:
                self.small = Statement("referral.currency", currency=Name(currency))
                return False
            needed = self.program.least.in_(currency)
        if value < needed:
            self.small = Statement("referral.too_small", found=value, needed=needed, missing=needed - value)
        return value >= needed

    def _lost(self, receipt: Receipt) -> datetime | None:
        kept = quantities(receipt)
        for event in self.friend:
            if isinstance(event, Returned) and event.order == receipt.id:
                for units in event.units:
                    kept[units.line] = max(0, kept.get(units.line, 0) - units.count)
                if not self._enough(receipt, kept):
                    return utc(event.at)
        return None

    def _vests(self, order: _Order, later: list[_Order]) -> tuple[datetime | None, datetime | None]:
        """When an order vests, None while nobody can tell; and when it, or the order that made it vest, was lost."""
        match self.program.vests:
            case "first_order":
                return order.at, order.lost
            case "returns_over":
                each = [
                    settles(order.receipt.id, line, order.at, self.holds, self.zone)
                    for line in quantities(order.receipt)
                ]
                known = [utc(one) for one in each if one is not None]
                return (max(known) if len(known) == len(each) else None), order.lost
            case "second_order":
                if not later:
                    return None, order.lost
                second = later[0]
                if order.lost is not None and order.lost < second.at:
                    return None, order.lost
                lost = [each for each in (order.lost, second.lost) if each is not None]
                return second.at, min(lost, default=None)
            case _:
                assert_never(self.program.vests)

    def _waits(self, vests: datetime | None) -> Statement:
        if self.program.vests == "second_order":
            return Statement("referral.waits_for_second")
        if vests is None:
            return Statement("referral.waits_for_returns")
        return Statement("referral.waits_until", date=local_date(vests, self.zone))

    def _award(self, gift: Gift | None, other: str, at: datetime, lost: datetime | None) -> Award | None:
        if gift is None:
            return None
        key = f"{self.program.id}:{self.member}:{self.event.friend}"
        reason = Statement("referral.awarded", friend=Name(other))
        return Award(
            key=key, rule=self.program.id, at=at, gift=gift, title=self.program.title, reason=reason, withdrawn=lost
        )

    def _told(
        self,
        state: ReferralState,
        since: datetime,
        reason: Statement,
        order: _Order | None = None,
        *,
        awards: tuple[Award | None, Award | None] = (None, None),
    ) -> ReferralStanding:
        return ReferralStanding(
            event=self.event.id,
            friend=self.event.friend,
            invited_at=self.event.at,
            state=state,
            since=utc(since),
            reason=reason,
            order=None if order is None else order.receipt.id,
            member_award=awards[0],
            friend_award=awards[1],
        )
