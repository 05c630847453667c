"""What comes after an answer: what the customer must do, and what the shop should."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.calendar import local_date
from aftercare.returns.clauses import OUTCOMES
from aftercare.returns.effects import ExpectParcel
from aftercare.statement import Name, Statement, known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from aftercare.order_events import Units
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.effects import Effect
    from aftercare.returns.offers import Offered
    from aftercare.returns.rights import Case

_KEEP = Statement("returns.step.keep")
_SEND, _RETURN = Statement("returns.step.send"), Statement("returns.step.return")


def todo(case: Case, offered: Offered, by: date | None) -> tuple[Statement, ...]:
    """What the customer must do next, in the order of doing it; the goods are sent *by* a day, if there is one."""
    found: list[Statement] = []
    terms = offered.terms
    if terms.evidence:
        missing = tuple(Name(word) for word in terms.evidence if word not in case.evidence)
        if missing:
            found.append(known("returns.step.evidence", needed=missing))
    found += case.held.asks
    if "keep_item" in terms.resolutions:
        return (*found, _KEEP)
    if "sent" in case.acts or "received" in case.acts:
        return tuple(found)
    found += offered.packaging
    if case.channel is None:
        found += offered.channel
    found += _way_back(case, offered, by)
    return tuple(found)


def _way_back(case: Case, offered: Offered, by: date | None) -> Iterator[Statement]:
    """Where and *by* when the goods go: sent, unless there is a channel for them, in the shop's words."""
    sent = case.channel is None and not offered.terms.channels
    if offered.terms.address is not None:
        yield known("returns.step.address" if sent else "returns.step.return_to", address=offered.terms.address)
    if by is None:
        yield _SEND if sent else _RETURN
    else:
        yield known("returns.step.send_by" if sent else "returns.step.return_by", date=by)


def plan(
    case: Case, offered: Offered, by: date | None, units: tuple[Units, ...]
) -> tuple[tuple[Outcome, tuple[Effect, ...]], ...]:
    """What the shop should do for each outcome."""
    found: list[tuple[Outcome, tuple[Effect, ...]]] = []
    for outcome in OUTCOMES:
        effects: list[Effect] = []
        if outcome == "accept" and "keep_item" not in offered.terms.resolutions and "received" not in case.acts:
            effects.append(ExpectParcel(units, by, offered.terms.address))
        for on, effect in case.held.jobs:
            if outcome in on:
                effects.append(effect)
        if effects:
            found.append((outcome, tuple(effects)))
    return tuple(found)


def send_by(case: Case, offered: Offered, deadline: Deadline) -> date | None:
    """The last day on which the goods may be sent, or None if there is none."""
    span = offered.terms.send_within
    day = None if span is None else span.after(local_date(case.acts.get("requested", case.at), case.receipt.zone))
    last = deadline.last_day if deadline.act == "sent" else None
    if day is None or last is None:
        return last if day is None else day
    return min(day, last)
