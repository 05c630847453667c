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
    from aftercare.messages import say
    from aftercare.money import Amounts, Money, amounts, byn, chf, czk, eur, gbp, jpy, kwd, pln, usd, vnd
    from aftercare.order import Charge, Customer, Line, Order, Product, Shipment, Tier
    from aftercare.order_events import Delivered, Dispatch, Installed, Payment, Purchase
    from aftercare.policies.comparing import compare
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
    from aftercare.schedule import Schedule
    from aftercare.statement import Name, Statement

__all__ = [
    "AftercareError",
    "Amounts",
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
    "Installed",
    "ItemCondition",
    "Line",
    "Money",
    "MoneyError",
    "Months",
    "Name",
    "Notice",
    "Order",
    "OrderError",
    "Payment",
    "Percent",
    "PolicyBook",
    "PolicyError",
    "Problem",
    "ProblemsError",
    "Product",
    "Promotion",
    "Purchase",
    "Receipt",
    "Returned",
    "Schedule",
    "Shipment",
    "Statement",
    "Tender",
    "Tier",
    "TruthError",
    "UnitPrice",
    "Verdict",
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
    "compare",
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
    "AftercareError": "errors",
    "Amounts": "money",
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
    "Installed": "order_events",
    "ItemCondition": "policies.condition",
    "Line": "order",
    "Money": "money",
    "MoneyError": "errors",
    "Months": "calendar",
    "Name": "statement",
    "Notice": "policies.promotion",
    "Order": "order",
    "OrderError": "errors",
    "Payment": "order_events",
    "Percent": "rates",
    "PolicyBook": "book",
    "PolicyError": "errors",
    "Problem": "errors",
    "ProblemsError": "errors",
    "Product": "order",
    "Promotion": "policies.promotion",
    "Purchase": "order_events",
    "Receipt": "receipt",
    "Returned": "return_events",
    "Schedule": "schedule",
    "Shipment": "order",
    "Statement": "statement",
    "Tender": "receipt",
    "Tier": "order",
    "TruthError": "errors",
    "UnitPrice": "rates",
    "Verdict": "policies.verdict",
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
    "compare": "policies.comparing",
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
