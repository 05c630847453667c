"""Loyalty: tiers, points and what they bring, as values that a history is read with.

>>> from aftercare import loyalty
>>> loyalty.Basis(tax="included")
loyalty.Basis(tax='included')
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.lazily import loader

if TYPE_CHECKING:
    from aftercare.loyalty.birthdays import BirthdayReward
    from aftercare.loyalty.clawback import ClawBack
    from aftercare.loyalty.credit import Basis, Credit
    from aftercare.loyalty.earned import Earned, RuleTrace
    from aftercare.loyalty.earning import Earning, best_of, first_of, sum_of
    from aftercare.loyalty.earning import PerAmount as points
    from aftercare.loyalty.earning import PerEvent as points_for
    from aftercare.loyalty.earning import PerOrder as bonus
    from aftercare.loyalty.earning import PerUnit as points_each
    from aftercare.loyalty.entries import Entry, PointsVoucher, Refused, SetOff
    from aftercare.loyalty.feedback import FeedbackIncentive
    from aftercare.loyalty.gifts import Award, Awards, NotAwarded
    from aftercare.loyalty.gifts import ItemGift as give_item
    from aftercare.loyalty.gifts import PointsGift as give_points
    from aftercare.loyalty.gifts import VoucherGift as give_voucher
    from aftercare.loyalty.household import Household, HouseholdLedger
    from aftercare.loyalty.keeping import balance
    from aftercare.loyalty.ladder import Carry, Downgrade, Ladder
    from aftercare.loyalty.ledger import Account, Ledger, PointsPreview, account
    from aftercare.loyalty.lots import After as expire_after
    from aftercare.loyalty.lots import Idle as expire_unless_active
    from aftercare.loyalty.lots import Lot, Lots
    from aftercare.loyalty.lots import Suspended as never_with
    from aftercare.loyalty.lots import Until as held_until
    from aftercare.loyalty.lots import Yearly as expire_yearly
    from aftercare.loyalty.member_state import Member
    from aftercare.loyalty.membership import Membership
    from aftercare.loyalty.metrics import (
        attribute,
        distinct_days,
        measure,
        orders,
        points_earned,
        referrals,
        reviews,
        spend,
        visits,
    )
    from aftercare.loyalty.periods import CalendarYear, Lifetime, MembershipYear, Rolling, SinceChange
    from aftercare.loyalty.pooling import household_ledger
    from aftercare.loyalty.program import Program, ProgramVersions
    from aftercare.loyalty.punching import card_offer, card_standing
    from aftercare.loyalty.qualification import Metric, all_required, any_required, required
    from aftercare.loyalty.referral import ReferralProgram, ReferralStanding
    from aftercare.loyalty.referring import referrals_of
    from aftercare.loyalty.spending import Conversion, SpendingPlan, reward_table
    from aftercare.loyalty.spending import Spending as spending_rate
    from aftercare.loyalty.stamps import CardOffer, CardPreview, CardStanding, PunchCard, StampCharge, VisitCard
    from aftercare.loyalty.standing import Change, Distance, Forecast, Standing
    from aftercare.loyalty.terms import Points
    from aftercare.loyalty.validity import KeptFor, KeptToAnniversary, KeptToYearEnd, Term
    from aftercare.loyalty.vouchers import Voucher, vouchers_of
    from aftercare.loyalty.wallets import Balance, Cashback, GiftCards, MoneyEntry, StoreCredit

__all__ = [
    "Account",
    "Award",
    "Awards",
    "Balance",
    "Basis",
    "BirthdayReward",
    "CalendarYear",
    "CardOffer",
    "CardPreview",
    "CardStanding",
    "Carry",
    "Cashback",
    "Change",
    "ClawBack",
    "Conversion",
    "Credit",
    "Distance",
    "Downgrade",
    "Earned",
    "Earning",
    "Entry",
    "FeedbackIncentive",
    "Forecast",
    "GiftCards",
    "Household",
    "HouseholdLedger",
    "KeptFor",
    "KeptToAnniversary",
    "KeptToYearEnd",
    "Ladder",
    "Ledger",
    "Lifetime",
    "Lot",
    "Lots",
    "Member",
    "Membership",
    "MembershipYear",
    "Metric",
    "MoneyEntry",
    "NotAwarded",
    "Points",
    "PointsPreview",
    "PointsVoucher",
    "Program",
    "ProgramVersions",
    "PunchCard",
    "ReferralProgram",
    "ReferralStanding",
    "Refused",
    "Rolling",
    "RuleTrace",
    "SetOff",
    "SinceChange",
    "SpendingPlan",
    "StampCharge",
    "Standing",
    "StoreCredit",
    "Term",
    "VisitCard",
    "Voucher",
    "account",
    "all_required",
    "any_required",
    "attribute",
    "balance",
    "best_of",
    "bonus",
    "card_offer",
    "card_standing",
    "distinct_days",
    "expire_after",
    "expire_unless_active",
    "expire_yearly",
    "first_of",
    "give_item",
    "give_points",
    "give_voucher",
    "held_until",
    "household_ledger",
    "measure",
    "never_with",
    "orders",
    "points",
    "points_each",
    "points_earned",
    "points_for",
    "referrals",
    "referrals_of",
    "required",
    "reviews",
    "reward_table",
    "spend",
    "spending_rate",
    "sum_of",
    "visits",
    "vouchers_of",
]

# Where each word lives, as module and name there.
_HOMES = {
    "Account": ("ledger", "Account"),
    "Award": ("gifts", "Award"),
    "Awards": ("gifts", "Awards"),
    "Balance": ("wallets", "Balance"),
    "Basis": ("credit", "Basis"),
    "BirthdayReward": ("birthdays", "BirthdayReward"),
    "CalendarYear": ("periods", "CalendarYear"),
    "CardOffer": ("stamps", "CardOffer"),
    "CardPreview": ("stamps", "CardPreview"),
    "CardStanding": ("stamps", "CardStanding"),
    "Carry": ("ladder", "Carry"),
    "Cashback": ("wallets", "Cashback"),
    "Change": ("standing", "Change"),
    "ClawBack": ("clawback", "ClawBack"),
    "Conversion": ("spending", "Conversion"),
    "Credit": ("credit", "Credit"),
    "Distance": ("standing", "Distance"),
    "Downgrade": ("ladder", "Downgrade"),
    "Earned": ("earned", "Earned"),
    "Earning": ("earning", "Earning"),
    "Entry": ("entries", "Entry"),
    "FeedbackIncentive": ("feedback", "FeedbackIncentive"),
    "Forecast": ("standing", "Forecast"),
    "GiftCards": ("wallets", "GiftCards"),
    "Household": ("household", "Household"),
    "HouseholdLedger": ("household", "HouseholdLedger"),
    "KeptFor": ("validity", "KeptFor"),
    "KeptToAnniversary": ("validity", "KeptToAnniversary"),
    "KeptToYearEnd": ("validity", "KeptToYearEnd"),
    "Ladder": ("ladder", "Ladder"),
    "Ledger": ("ledger", "Ledger"),
    "Lifetime": ("periods", "Lifetime"),
    "Lot": ("lots", "Lot"),
    "Lots": ("lots", "Lots"),
    "Member": ("member_state", "Member"),
    "Membership": ("membership", "Membership"),
    "MembershipYear": ("periods", "MembershipYear"),
    "Metric": ("qualification", "Metric"),
    "MoneyEntry": ("wallets", "MoneyEntry"),
    "NotAwarded": ("gifts", "NotAwarded"),
    "Points": ("terms", "Points"),
    "PointsPreview": ("ledger", "PointsPreview"),
    "PointsVoucher": ("entries", "PointsVoucher"),
    "Program": ("program", "Program"),
    "ProgramVersions": ("program", "ProgramVersions"),
    "PunchCard": ("stamps", "PunchCard"),
    "ReferralProgram": ("referral", "ReferralProgram"),
    "ReferralStanding": ("referral", "ReferralStanding"),
    "Refused": ("entries", "Refused"),
    "Rolling": ("periods", "Rolling"),
    "RuleTrace": ("earned", "RuleTrace"),
    "SetOff": ("entries", "SetOff"),
    "SinceChange": ("periods", "SinceChange"),
    "SpendingPlan": ("spending", "SpendingPlan"),
    "StampCharge": ("stamps", "StampCharge"),
    "Standing": ("standing", "Standing"),
    "StoreCredit": ("wallets", "StoreCredit"),
    "Term": ("validity", "Term"),
    "VisitCard": ("stamps", "VisitCard"),
    "Voucher": ("vouchers", "Voucher"),
    "account": ("ledger", "account"),
    "all_required": ("qualification", "all_required"),
    "any_required": ("qualification", "any_required"),
    "attribute": ("metrics", "attribute"),
    "balance": ("keeping", "balance"),
    "best_of": ("earning", "best_of"),
    "bonus": ("earning", "PerOrder"),
    "card_offer": ("punching", "card_offer"),
    "card_standing": ("punching", "card_standing"),
    "distinct_days": ("metrics", "distinct_days"),
    "expire_after": ("lots", "After"),
    "expire_unless_active": ("lots", "Idle"),
    "expire_yearly": ("lots", "Yearly"),
    "first_of": ("earning", "first_of"),
    "give_item": ("gifts", "ItemGift"),
    "give_points": ("gifts", "PointsGift"),
    "give_voucher": ("gifts", "VoucherGift"),
    "held_until": ("lots", "Until"),
    "household_ledger": ("pooling", "household_ledger"),
    "measure": ("metrics", "measure"),
    "never_with": ("lots", "Suspended"),
    "orders": ("metrics", "orders"),
    "points": ("earning", "PerAmount"),
    "points_each": ("earning", "PerUnit"),
    "points_earned": ("metrics", "points_earned"),
    "points_for": ("earning", "PerEvent"),
    "referrals": ("metrics", "referrals"),
    "referrals_of": ("referring", "referrals_of"),
    "required": ("qualification", "required"),
    "reviews": ("metrics", "reviews"),
    "reward_table": ("spending", "reward_table"),
    "spend": ("metrics", "spend"),
    "spending_rate": ("spending", "Spending"),
    "sum_of": ("earning", "sum_of"),
    "visits": ("metrics", "visits"),
    "vouchers_of": ("vouchers", "vouchers_of"),
}

# Hidden from type checkers, which would otherwise believe that every misspelt name exists.
if not TYPE_CHECKING:
    __getattr__ = loader(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
