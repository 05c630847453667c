"""The yardstick of returns: the benchmark shop's return policy written by hand, in straight Python.

This is what a backend developer would write for exactly this shop, and it is meant to be hard to beat: no rule is data,
the history is read once, dates are compared instead of instants, and what cannot matter is not asked. It answers what
the library answers, from the same receipt and the same events: what becomes of the wish, which right governs until when
and how that day was counted, what each other right says, the fee, the reasons, what the customer has to do and what the
shop should.

The shop sends every line in one parcel, and takes one return of a line at a time. It is frozen: ratios of different
days are compared with each other, so it changes only if an answer of it is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from aftercare import Delivered, Returned, ReturnRequested
from aftercare.return_events import ReturnCancelled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aftercare import Receipt

WARSAW = ZoneInfo("Europe/Warsaw")
DAY = timedelta(days=1)
FORTNIGHT, MONTH, TWO_MONTHS = timedelta(days=14), timedelta(days=30), timedelta(days=60)
GOLD = 2
FEE = 495
ADDRESS = "Returns, Long Lane 1"
CHANNELS, GRADES = ["mail", "store"], ["new", "opened"]
PROMISED = {
    "change_of_mind",
    "unwanted_gift",
    "late",
    "defect",
    "not_as_described",
    "wrong_item",
    "damaged_in_transit",
}
FAULTY = {"defect", "not_as_described", "wrong_item", "damaged_in_transit"}
EU = {
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
}


@dataclass(slots=True)
class Said:
    """Something to tell the customer: a code and what it is about."""

    code: str
    params: dict[str, Any]


@dataclass(slots=True)
class Effect:
    """Something that the shop should do."""

    kind: str
    role: str | None = None
    task: str | None = None
    units: tuple[int, int] | None = None
    by: date | None = None
    address: str | None = None


@dataclass(slots=True)
class Right:
    """What one right says; no last day is one that is not known yet."""

    name: str
    regime: str
    outcome: str
    last_day: date | None
    reasons: list[Said]
    trace: list[Said]
    at_least: bool = False


@dataclass(slots=True)
class Answer:
    """The whole answer; the fee is in cents, the units are the first and the last that come back."""

    outcome: str
    units: tuple[int, int] | None
    regimes: list[str]
    governs: str
    last_day: date | None
    trace: list[Said]
    fee: int
    reasons: list[Said]
    steps: list[Said]
    effects: list[Effect]
    rights: list[Right]


def assess(  # noqa: PLR0915, PLR0917 - one function, as such code is
    receipt: Receipt,
    events: Iterable[Any],
    line_id: str,
    quantity: int,
    ground: str,
    at: datetime,
    grade: str | None,
    channel: str | None,
    evidence: list[str],
    *,
    law: bool,
) -> Answer:
    """Whether *quantity* units of a line can come back; *law* says whether the rights of the EU are asked, too."""
    order = receipt.order
    line = None
    for each in order.lines:
        if each.id == line_id:
            line = each
            break
    if line is None:
        msg = f"no line {line_id}"
        raise ValueError(msg)
    if not 1 <= quantity <= line.quantity:
        msg = f"{quantity} of line {line_id}"
        raise ValueError(msg)

    # What happened: parcels by line, units that came back or are asked for.
    came: dict[str, datetime] = {}
    asked: dict[str, int] = {}
    gone = 0
    for event in events:
        if event.at > at:
            break
        kind = type(event)
        if kind is Delivered:
            if event.order == receipt.id:
                if event.units:
                    for units in event.units:
                        came[units.line] = event.at
                else:
                    for each in order.lines:
                        came.setdefault(each.id, event.at)
        elif kind is ReturnRequested:
            if event.order == receipt.id:
                for units in event.units:
                    if units.line == line_id:
                        asked[event.return_id] = units.count
        elif kind is ReturnCancelled:
            asked.pop(event.return_id, None)
        elif kind is Returned and event.order == receipt.id:
            asked.pop(event.return_id, None)
            for units in event.units:
                if units.line == line_id:
                    gone += units.count
    left = line.quantity - gone - sum(asked.values())
    today = at.astimezone(WARSAW).date()
    delivered = came.get(line_id)
    arrived = None if delivered is None else delivered.astimezone(WARSAW).date()

    # The shop's own promise.
    buyer = order.customer
    gold = buyer is not None and buyer.tier is not None and buyer.tier.rank >= GOLD
    gadget = "gadgets" in line.product.categories
    outlet = "outlet" in line.product.tags
    opened_soap = grade in {"opened", "worn"} and "soap" in line.product.categories
    own_fee = 0 if gold or ground in FAULTY or ground == "late" else FEE
    photo = ground in {"defect", "damaged_in_transit"}
    reasons = []
    if outlet:
        reasons.append(Said("returns.barred.final_sale", {}))
    if opened_soap:
        reasons.append(Said("returns.barred.unsealed_hygiene", {}))
    span = TWO_MONTHS if gold else MONTH
    if arrived is None:
        last = None
        trace = [Said("returns.waiting.delivered", {})]
    else:
        last = arrived + span
        trace = [
            Said("returns.start.delivered", {"date": arrived}),
            Said("returns.count.days", {"count": span.days, "date": last}),
        ]
        if today > last:
            reasons.append(Said("returns.deadline.over", {"date": last}))
    if channel is not None and channel not in CHANNELS:
        reasons.append(Said("returns.channel_not_offered", {"found": [channel], "needed": CHANNELS}))
    if gadget and grade is not None and grade not in GRADES:
        reasons.append(Said("returns.grade_not_accepted", {"found": [grade], "needed": GRADES}))
    many = quantity >= 3
    outcome = "refuse" if reasons else "needs_review" if many else "accept"
    if many and not reasons:
        reasons.append(Said("returns.review", {"because": "many at once"}))
    own = Right("gold" if gold else "standard", "promise", outcome, last, reasons, trace)
    rights = [own] if ground in PROMISED else []

    # The rights of the law.
    if law and rights and (buyer is None or buyer.country is None or buyer.country in EU):
        reasons = []
        if opened_soap:
            reasons.append(Said("returns.barred.unsealed_hygiene", {}))
        if len(came) < len(order.lines):
            last = None
            trace = [Said("returns.waiting.last_delivered", {})]
        else:
            start = max(came.values()).astimezone(WARSAW).date()
            last = counted = start + FORTNIGHT
            trace = [
                Said("returns.start.last_delivered", {"date": start}),
                Said("returns.count.days", {"count": 14, "date": counted}),
            ]
            weekday = counted.weekday()
            if weekday >= 5:
                last = counted + (7 - weekday) * DAY
                trace.append(Said("returns.roll", {"last": counted, "date": last}))
            trace.append(Said("returns.roll.holidays_unknown", {}))
            if today > last:
                reasons.append(Said("returns.deadline.over", {"date": last}))
        outcome = "refuse" if reasons else "accept"
        rights.append(Right("Legal right of withdrawal", "withdrawal", outcome, last, reasons, trace, last is not None))
        if ground in FAULTY:
            reasons = []
            if arrived is None:
                last = None
                trace = [Said("returns.waiting.delivered", {})]
            else:
                try:
                    last = arrived.replace(year=arrived.year + 2)
                except ValueError:  # 29 February
                    last = arrived.replace(year=arrived.year + 2, day=28)
                trace = [
                    Said("returns.start.delivered", {"date": arrived}),
                    Said("returns.count.months", {"count": 24, "date": last}),
                ]
                if today > last:
                    reasons.append(Said("returns.deadline.over", {"date": last}))
            outcome = "refuse" if reasons else "accept"
            rights.append(Right("Legal guarantee of conformity", "conformity", outcome, last, reasons, trace))

    # Either suffices.
    outcome = "refuse"
    for right in rights:
        if right.outcome == "accept":
            outcome = "accept"
            break
        if right.outcome == "needs_review":
            outcome = "needs_review"
    saying = [right for right in rights if right.outcome == outcome]
    if not rights:
        reasons = [Said("returns.no_right", {})]
    elif left < quantity:
        outcome = "refuse"
        saying = rights
        reasons = [
            Said("returns.too_many", {"asked": quantity, "left": left}) if left else Said("returns.none_left", {})
        ]
    elif outcome == "accept":
        reasons = []
    else:
        reasons = []
        over = None  # of several last days that are over, only the latest is told
        for right in saying:
            for reason in right.reasons:
                if reason.code == "returns.deadline.over":
                    if over is not None:
                        if reason.params["date"] <= over.params["date"]:
                            continue
                        reasons.remove(over)
                    over = reason
                    reasons.append(reason)
                elif reason not in reasons:
                    reasons.append(reason)
    governs = saying[0] if saying else own
    for right in saying[1:]:
        if governs.last_day == right.last_day:
            if right.name < governs.name:
                governs = right
        elif governs.last_day is not None and (right.last_day is None or right.last_day > governs.last_day):
            governs = right

    # The terms: the better ones, where the law accepts as well.
    regimes = [right.regime for right in saying] if outcome == "accept" else []
    promised = outcome != "accept" or "promise" in regimes
    lawful = "withdrawal" in regimes or "conformity" in regimes
    fee = 0 if lawful else own_fee
    by = None if "conformity" in regimes else today + FORTNIGHT
    steps = []
    if outcome != "refuse":
        if photo and promised and not lawful and "photo" not in evidence:
            steps.append(Said("returns.step.evidence", {"needed": ["photo"]}))
        if gadget:
            steps.append(Said("returns.step.ask", {"step": "remove your data"}))
            if promised and not lawful:
                steps.append(Said("returns.step.original_packaging", {}))
        if channel is None:
            steps.append(Said("returns.step.channel", {"needed": CHANNELS}))
        steps.append(Said("returns.step.return_to", {"address": ADDRESS}))
        steps.append(Said("returns.step.return", {}) if by is None else Said("returns.step.return_by", {"date": by}))
    units = (left - quantity + 1, left) if left >= quantity else None
    effects = []
    if outcome == "accept":
        effects.append(Effect("parcel", units=units, by=by, address=ADDRESS))
        if gadget:
            effects.append(Effect("task", "warehouse", "inspect the goods"))
    else:
        if many and outcome == "needs_review":
            effects.append(Effect("task", "staff", "many at once"))
        effects.append(Effect("tell", "support"))
    return Answer(
        outcome,
        units,
        regimes,
        governs.name,
        governs.last_day,
        governs.trace,
        fee,
        reasons,
        steps,
        effects,
        rights,
    )
