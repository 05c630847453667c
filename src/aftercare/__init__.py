"""The promises of a shop, written once as values.

The everyday names live here and are loaded on first use, so that `import aftercare` costs next to nothing.
The subpackages `policies`, `loyalty` and `returns` hold the rest.

>>> from aftercare import eur
>>> eur("4.95") + eur("0.05")
Money("5.00", "EUR")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aftercare.book import PolicyBook
    from aftercare.calendar import BusinessDays, Days, Months, Window, WorkWeek
    from aftercare.errors import (
        AftercareError,
        BookError,
        CalendarError,
        CurrencyMismatch,
        DocumentError,
        MoneyError,
        OrderError,
        PolicyError,
        Problem,
        ProblemsError,
        TruthError,
    )
    from aftercare.history import History
    from aftercare.member_events import (
        Adjustment,
        Birthday,
        Measured,
        Pin,
        ProfileChange,
        Referral,
        Review,
        SignUp,
        Visit,
    )
    from aftercare.messages import say
    from aftercare.money import Amounts, Money, amounts, byn, chf, czk, eur, gbp, jpy, kwd, pln, usd, vnd
    from aftercare.order import Charge, Customer, Line, Order, Product, Shipment, Tier
    from aftercare.order_events import Delivered, Dispatch, Installed, Payment, Purchase
    from aftercare.points_events import (
        PointsPart,
        PointsReceived,
        PointsReleased,
        PointsReserved,
        PointsSpent,
        PointsTransferred,
        Undone,
    )
    from aftercare.policies.condition import Condition, ItemCondition
    from aftercare.policies.decision import Decision
    from aftercare.policies.promotion import Notice, Promotion
    from aftercare.policies.shipping import Delivery
    from aftercare.policies.variable import by, dated, stepped
    from aftercare.policies.verdict import Verdict
    from aftercare.policies.vocabulary import (
        all_of,
        always,
        any_of,
        at_least_of,
        cart,
        clock,
        custom,
        customer,
        everything,
        item,
        never,
        nothing,
    )
    from aftercare.rates import Percent, UnitPrice, percent
    from aftercare.receipt import Receipt, Tender
    from aftercare.return_events import Returned
    from aftercare.reward_events import (
        HouseholdJoined,
        HouseholdLeft,
        MoneyCredited,
        MoneyReleased,
        MoneyReserved,
        MoneyReturned,
        MoneySpent,
        ReferralDecided,
        RewardUsed,
    )
    from aftercare.schedule import Schedule
    from aftercare.statement import Name, Statement

__all__ = [
    "Adjustment",
    "AftercareError",
    "Amounts",
    "Birthday",
    "BookError",
    "BusinessDays",
    "CalendarError",
    "Charge",
    "Condition",
    "CurrencyMismatch",
    "Customer",
    "Days",
    "Decision",
    "Delivered",
    "Delivery",
    "Dispatch",
    "DocumentError",
    "History",
    "HouseholdJoined",
    "HouseholdLeft",
    "Installed",
    "ItemCondition",
    "Line",
    "Measured",
    "Money",
    "MoneyCredited",
    "MoneyError",
    "MoneyReleased",
    "MoneyReserved",
    "MoneyReturned",
    "MoneySpent",
    "Months",
    "Name",
    "Notice",
    "Order",
    "OrderError",
    "Payment",
    "Percent",
    "Pin",
    "PointsPart",
    "PointsReceived",
    "PointsReleased",
    "PointsReserved",
    "PointsSpent",
    "PointsTransferred",
    "PolicyBook",
    "PolicyError",
    "Problem",
    "ProblemsError",
    "Product",
    "ProfileChange",
    "Promotion",
    "Purchase",
    "Receipt",
    "Referral",
    "ReferralDecided",
    "Returned",
    "Review",
    "RewardUsed",
    "Schedule",
    "Shipment",
    "SignUp",
    "Statement",
    "Tender",
    "Tier",
    "TruthError",
    "Undone",
    "UnitPrice",
    "Verdict",
    "Visit",
    "Window",
    "WorkWeek",
    "all_of",
    "always",
    "amounts",
    "any_of",
    "at_least_of",
    "by",
    "byn",
    "cart",
    "chf",
    "clock",
    "custom",
    "customer",
    "czk",
    "dated",
    "eur",
    "everything",
    "gbp",
    "item",
    "jpy",
    "kwd",
    "never",
    "nothing",
    "percent",
    "pln",
    "say",
    "stepped",
    "usd",
    "vnd",
]

# Where each public name lives. A test holds this table, `__all__` and the imports above together.
_HOMES = {
    "Adjustment": "member_events",
    "AftercareError": "errors",
    "Amounts": "money",
    "Birthday": "member_events",
    "BookError": "errors",
    "BusinessDays": "calendar",
    "CalendarError": "errors",
    "Charge": "order",
    "Condition": "policies.condition",
    "CurrencyMismatch": "errors",
    "Customer": "order",
    "Days": "calendar",
    "Decision": "policies.decision",
    "Delivered": "order_events",
    "Delivery": "policies.shipping",
    "Dispatch": "order_events",
    "DocumentError": "errors",
    "History": "history",
    "HouseholdJoined": "reward_events",
    "HouseholdLeft": "reward_events",
    "Installed": "order_events",
    "ItemCondition": "policies.condition",
    "Line": "order",
    "Measured": "member_events",
    "Money": "money",
    "MoneyCredited": "reward_events",
    "MoneyError": "errors",
    "MoneyReleased": "reward_events",
    "MoneyReserved": "reward_events",
    "MoneyReturned": "reward_events",
    "MoneySpent": "reward_events",
    "Months": "calendar",
    "Name": "statement",
    "Notice": "policies.promotion",
    "Order": "order",
    "OrderError": "errors",
    "Payment": "order_events",
    "Percent": "rates",
    "Pin": "member_events",
    "PointsPart": "points_events",
    "PointsReceived": "points_events",
    "PointsReleased": "points_events",
    "PointsReserved": "points_events",
    "PointsSpent": "points_events",
    "PointsTransferred": "points_events",
    "PolicyBook": "book",
    "PolicyError": "errors",
    "Problem": "errors",
    "ProblemsError": "errors",
    "Product": "order",
    "ProfileChange": "member_events",
    "Promotion": "policies.promotion",
    "Purchase": "order_events",
    "Receipt": "receipt",
    "Referral": "member_events",
    "ReferralDecided": "reward_events",
    "Returned": "return_events",
    "Review": "member_events",
    "RewardUsed": "reward_events",
    "Schedule": "schedule",
    "Shipment": "order",
    "SignUp": "member_events",
    "Statement": "statement",
    "Tender": "receipt",
    "Tier": "order",
    "TruthError": "errors",
    "Undone": "points_events",
    "UnitPrice": "rates",
    "Verdict": "policies.verdict",
    "Visit": "member_events",
    "Window": "calendar",
    "WorkWeek": "calendar",
    "all_of": "policies.vocabulary",
    "always": "policies.vocabulary",
    "amounts": "money",
    "any_of": "policies.vocabulary",
    "at_least_of": "policies.vocabulary",
    "by": "policies.variable",
    "byn": "money",
    "cart": "policies.vocabulary",
    "chf": "money",
    "clock": "policies.vocabulary",
    "custom": "policies.vocabulary",
    "customer": "policies.vocabulary",
    "czk": "money",
    "dated": "policies.variable",
    "eur": "money",
    "everything": "policies.vocabulary",
    "gbp": "money",
    "item": "policies.vocabulary",
    "jpy": "money",
    "kwd": "money",
    "never": "policies.vocabulary",
    "nothing": "policies.vocabulary",
    "percent": "rates",
    "pln": "money",
    "say": "messages",
    "stepped": "policies.variable",
    "usd": "money",
    "vnd": "money",
}

# Hidden from type checkers, which would otherwise believe that every misspelt name exists.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            msg = f"module `{__name__}` has no attribute `{name}`"
            raise AttributeError(msg)
        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
