"""After the sale: windows and deadlines, grounds, what the law gives, refunds.

>>> from aftercare import Days, returns
>>> returns.ReturnWindow(Days(30), after="delivered")
returns.ReturnWindow(Days(30))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.lazily import loader

if TYPE_CHECKING:
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.assessing import assess
    from aftercare.returns.assessment import Assessment, Override
    from aftercare.returns.cancelling import CancellationPolicy, CancellationReply, assess_cancellation
    from aftercare.returns.changing import ChangePolicy, ChangeReply, assess_change
    from aftercare.returns.checking import undeclared_floors
    from aftercare.returns.counting import deadline
    from aftercare.returns.deadlines import Deadline, longest
    from aftercare.returns.effects import ExpectParcel, HoldBack, OpenTask, SendGoods, Tell
    from aftercare.returns.exchange import ExchangeDifference, exchange_difference
    from aftercare.returns.exchanging import ExchangePolicy, ExchangeReply, assess_exchange
    from aftercare.returns.facts import channel, days_since_delivery, evidence, grade, ground, quantity, tender
    from aftercare.returns.fees import FREE, CancellationFee, FeeKept, flat, graded, label, restocking
    from aftercare.returns.grounds import Ground
    from aftercare.returns.jointly import LineTerms
    from aftercare.returns.left import UnitsLeft
    from aftercare.returns.open_rights import OpenRight, OpenRights, rights_at
    from aftercare.returns.provisions import Provision
    from aftercare.returns.recycling import TakeBack, TakeBackReply, assess_take_back
    from aftercare.returns.refund_deadline import RefundDue, RefundWithin
    from aftercare.returns.rights import Answer
    from aftercare.returns.settled import KeptUnits, Settlement
    from aftercare.returns.settlement import preview, settle, settlements
    from aftercare.returns.several import ReturnPolicies, best_for_customer, first_of, longest_of
    from aftercare.returns.statutes import Statute, StatutoryRight, jurisdictions, statutory
    from aftercare.returns.terms import Terms
    from aftercare.returns.timeline import Milestones, Stop, milestones
    from aftercare.returns.trade_in import TradeIn, TradeInReply, assess_trade_in
    from aftercare.returns.variants import Exchangeable, exchangeable
    from aftercare.returns.warranty import Warranty, WarrantyReply, assess_warranty
    from aftercare.returns.windows import IfRepaired, IfUninformed, ReturnWindow, Roll, Season, Start

__all__ = [
    "FREE",
    "AfterSales",
    "Answer",
    "Assessment",
    "CancellationFee",
    "CancellationPolicy",
    "CancellationReply",
    "ChangePolicy",
    "ChangeReply",
    "Deadline",
    "ExchangeDifference",
    "ExchangePolicy",
    "ExchangeReply",
    "Exchangeable",
    "ExpectParcel",
    "FeeKept",
    "Ground",
    "HoldBack",
    "IfRepaired",
    "IfUninformed",
    "KeptUnits",
    "LineTerms",
    "Milestones",
    "OpenRight",
    "OpenRights",
    "OpenTask",
    "Override",
    "Provision",
    "RefundDue",
    "RefundWithin",
    "ReturnPolicies",
    "ReturnWindow",
    "Roll",
    "Season",
    "SendGoods",
    "Settlement",
    "Start",
    "Statute",
    "StatutoryRight",
    "Stop",
    "TakeBack",
    "TakeBackReply",
    "Tell",
    "Terms",
    "TradeIn",
    "TradeInReply",
    "UnitsLeft",
    "Warranty",
    "WarrantyReply",
    "assess",
    "assess_cancellation",
    "assess_change",
    "assess_exchange",
    "assess_take_back",
    "assess_trade_in",
    "assess_warranty",
    "best_for_customer",
    "channel",
    "days_since_delivery",
    "deadline",
    "evidence",
    "exchange_difference",
    "exchangeable",
    "first_of",
    "flat",
    "grade",
    "graded",
    "ground",
    "jurisdictions",
    "label",
    "longest",
    "longest_of",
    "milestones",
    "preview",
    "quantity",
    "restocking",
    "rights_at",
    "settle",
    "settlements",
    "statutory",
    "tender",
    "undeclared_floors",
]

# The module in which each word lives.
_HOMES = {
    "AfterSales": "after_sales",
    "Answer": "rights",
    "Assessment": "assessment",
    "CancellationFee": "fees",
    "CancellationPolicy": "cancelling",
    "CancellationReply": "cancelling",
    "ChangePolicy": "changing",
    "ChangeReply": "changing",
    "Deadline": "deadlines",
    "ExchangeDifference": "exchange",
    "ExchangePolicy": "exchanging",
    "ExchangeReply": "exchanging",
    "Exchangeable": "variants",
    "ExpectParcel": "effects",
    "FREE": "fees",
    "FeeKept": "fees",
    "Ground": "grounds",
    "HoldBack": "effects",
    "IfRepaired": "windows",
    "IfUninformed": "windows",
    "KeptUnits": "settled",
    "LineTerms": "jointly",
    "Milestones": "timeline",
    "OpenRight": "open_rights",
    "OpenRights": "open_rights",
    "OpenTask": "effects",
    "Override": "assessment",
    "Provision": "provisions",
    "RefundDue": "refund_deadline",
    "RefundWithin": "refund_deadline",
    "ReturnPolicies": "several",
    "ReturnWindow": "windows",
    "Roll": "windows",
    "Season": "windows",
    "SendGoods": "effects",
    "Settlement": "settled",
    "Start": "windows",
    "Statute": "statutes",
    "StatutoryRight": "statutes",
    "Stop": "timeline",
    "TakeBack": "recycling",
    "TakeBackReply": "recycling",
    "Tell": "effects",
    "Terms": "terms",
    "TradeIn": "trade_in",
    "TradeInReply": "trade_in",
    "UnitsLeft": "left",
    "Warranty": "warranty",
    "WarrantyReply": "warranty",
    "assess": "assessing",
    "assess_cancellation": "cancelling",
    "assess_change": "changing",
    "assess_exchange": "exchanging",
    "assess_take_back": "recycling",
    "assess_trade_in": "trade_in",
    "assess_warranty": "warranty",
    "best_for_customer": "several",
    "channel": "facts",
    "days_since_delivery": "facts",
    "deadline": "counting",
    "evidence": "facts",
    "exchange_difference": "exchange",
    "exchangeable": "variants",
    "first_of": "several",
    "flat": "fees",
    "grade": "facts",
    "graded": "fees",
    "ground": "facts",
    "jurisdictions": "statutes",
    "label": "fees",
    "longest": "deadlines",
    "longest_of": "several",
    "milestones": "timeline",
    "preview": "settlement",
    "quantity": "facts",
    "restocking": "fees",
    "rights_at": "open_rights",
    "settle": "settlement",
    "settlements": "settlement",
    "statutory": "statutes",
    "tender": "facts",
    "undeclared_floors": "checking",
}

# Hidden from type checkers, which would otherwise believe that every misspelt name exists.
if not TYPE_CHECKING:
    __getattr__ = loader(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
