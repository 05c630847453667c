"""All that a programme tells of one member: tier, points, cards, vouchers, referrals and money, by the same events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.calendar import utc
from aftercare.history import History
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.gifts import Awards
from aftercare.loyalty.keeping import balances
from aftercare.loyalty.punching import card_standing
from aftercare.loyalty.referring import referrals_of
from aftercare.loyalty.vouchers import vouchers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from aftercare.loyalty.clawback import Repaid
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.gifts import Award, NotAwarded
    from aftercare.loyalty.ledger import Ledger
    from aftercare.loyalty.program import ProgramVersions
    from aftercare.loyalty.referral import ReferralStanding
    from aftercare.loyalty.stamps import CardStanding
    from aftercare.loyalty.standing import Standing
    from aftercare.loyalty.vault import TierChange
    from aftercare.loyalty.vouchers import Voucher
    from aftercare.loyalty.wallets import Balance
    from aftercare.statement import Statement


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Membership(LoyaltyCoded):
    """What a member has at an instant.

    *standing* is None where there are no tiers. *points* hold those of awards and of referrals, *vouchers* what else
    these brought; *refused* says what brought nothing. *wallets* are the money that the shop keeps, by account.
    """

    at: datetime
    standing: Standing | None
    points: Ledger
    cards: tuple[CardStanding, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    referrals: tuple[ReferralStanding, ...] = ()
    wallets: tuple[Balance, ...] = ()
    refused: tuple[NotAwarded, ...] = ()

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Why the member stands where they do, then each card, voucher, referral and account of money, to be told."""
        why = () if self.standing is None else self.standing.why
        cards = (said for each in self.cards for said in each.statements)
        vouchers = (each.reason for each in self.vouchers)
        money = (said for each in self.wallets for said in each.statements)
        return (*why, *cards, *vouchers, *(each.reason for each in self.referrals), *money)


def awards_of(program: ProgramVersions, history: History, *, at: datetime, holds: Holds) -> Awards:
    """What birthdays and reviews brought by *at* under the programme in force then, and what they did not."""
    rules, zone = program.at(at).awards, program.first.zone
    if not rules or zone is None:
        return Awards()
    tiers = _tiers(program, history, at, holds)
    each = [rule.awards(history, at=at, zone=zone, tiers=tiers) for rule in rules]
    return Awards(
        given=tuple(award for awards in each for award in awards.given),
        refused=tuple(refusal for awards in each for refusal in awards.refused),
    )


def _tiers(program: ProgramVersions, history: History, at: datetime, holds: Holds) -> list[TierChange]:
    """The tier from the first event on, and its changes."""
    past = history.until(at)
    if program.first.ladder is None or not past.events:
        return []
    standing = program.standing(past, at=at, holds=holds)
    first = standing.changes[0].before if standing.changes else standing.earned
    return [(past.events[0].at, first), *((change.at, change.after) for change in standing.changes)]


def with_points(history: History, awards: Sequence[Award], at: datetime) -> History:
    """The *history* with the points that *awards* brought by *at*."""
    events = (event for award in awards for event in award.events if utc(event.at) <= utc(at))
    return History((*history.events, *events))


def membership_of(
    program: ProgramVersions,
    history: History,
    *,
    at: datetime,
    holds: Holds,
    member: str = "",
    friends: Mapping[str, History] | None = None,
    signals: Mapping[str, Sequence[str]] | None = None,
    repaid: Repaid | None = None,
) -> Membership:
    """All that is told of a *member* at the instant *at*; *friends* are histories by customer id."""
    rules, zone = program.at(at), program.first.zone or ""
    awards = awards_of(program, history, at=at, holds=holds)
    referred: tuple[ReferralStanding, ...] = ()
    if rules.referrals is not None:
        each = {} if friends is None else friends
        referred = referrals_of(rules.referrals, member, history, each, at=at, zone=zone, holds=holds, signals=signals)
    given = [*awards.given, *(each.member_award for each in referred if each.member_award is not None)]
    return Membership(
        at=at,
        standing=None if program.first.ladder is None else program.standing(history, at=at, holds=holds),
        points=program.ledger(with_points(history, given, at), at=at, holds=holds, repaid=repaid),
        cards=tuple(card_standing(card, history, at=at, zone=zone, holds=holds) for card in rules.cards),
        vouchers=vouchers_of(given, history, at=at, zone=zone),
        referrals=referred,
        wallets=balances(rules.wallets, history, at=at, zone=zone, holds=holds),
        refused=awards.refused,
    )
