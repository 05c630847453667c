"""Settling a receipt: a pure fold over the events of its order, one settlement for each step that moves money.

The money of a step depends only on the receipt and the events of its order up to there. A preview is the same fold with
one more event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.calendar import utc
from aftercare.errors import OrderError, did_you_mean
from aftercare.history import History
from aftercare.order_events import Cancelled, Delivered, Lost, Units
from aftercare.policies.worth import Unit
from aftercare.return_events import (
    AmountRefunded,
    Exchanged,
    Refunded,
    RefundReversed,
    ReturnApproved,
    ReturnCancelled,
    Returned,
)
from aftercare.returns.acts import acts_of
from aftercare.returns.folding import Fold
from aftercare.returns.refund_deadline import dues, sooner
from aftercare.returns.timeline import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from aftercare.history import Event
    from aftercare.policies.price import Pricer
    from aftercare.receipt import Receipt
    from aftercare.returns.jointly import LineTerms
    from aftercare.returns.runs import Run
    from aftercare.returns.settled import Settlement

Settled: TypeAlias = "Returned | Refunded | Cancelled"
"""An event with which units come back, or are given back to the shop before they were sent."""

TermsOf: TypeAlias = "Callable[[Settled, tuple[Units, ...]], LineTerms]"
"""What tells the terms on which units of one line come back with an event."""


def settlements(
    receipt: Receipt,
    events: Iterable[Event],
    *,
    pricer: Pricer,
    terms: TermsOf,
    takes: Collection[str] | None = None,
) -> tuple[Settlement, ...]:
    """One settlement for each event of the receipt's order that moves money, in their order.

    *pricer* is that of the book which priced the receipt; *terms* tells those under which the units of one line came
    back with an event; *takes* are the kinds of tenders that can take money back, by default all. Units that were
    cancelled are settled as if they came back, and a payment that was undone once its goods are back. Raises
    `OrderError` for more units than were bought, an amount above what is left, the reversal of an event that there is
    not, and lines whose terms cannot be settled as one.
    """
    return tuple(made for _, made, _ in _steps(receipt, events, pricer, terms, takes) if made is not None)


def paid_back(
    receipt: Receipt, events: Iterable[Event], kind: str, *, pricer: Pricer, terms: TermsOf
) -> Iterator[tuple[str, int]]:
    """How much of the tenders of a *kind* is paid back in all after each event of the receipt's order, in minor units.

    Raises what `settlements` raises, at the event that cannot be settled.
    """
    for event, _, fold in _steps(receipt, events, pricer, terms, None):
        yield event.id, fold.paid_back(kind)


def _steps(
    receipt: Receipt, events: Iterable[Event], pricer: Pricer, terms: TermsOf, takes: Collection[str] | None
) -> Iterator[tuple[Event, Settlement | None, Fold]]:
    """Each event of the receipt's order, its settlement if it has one, and the state after it."""
    own = [event for event in events if getattr(event, "order", None) == receipt.id]
    for event in own[:1]:
        if event.at < utc(receipt.placed_at):
            msg = f"event `{event.id}` is at `{event.at}`, before `{receipt.id}` was placed: correct its instant"
            raise OrderError(msg)
    given_up = _given_up(own)
    approved = {event.return_id: event.regimes for event in own if isinstance(event, ReturnApproved)}
    absent: Mapping[str, Mapping[str, list[Run]]] = {}
    arrived: Mapping[str, Mapping[str, list[Run]]] = {}
    if any(isinstance(event, Cancelled | Lost) or (isinstance(event, Delivered) and event.units) for event in own):
        timeline = follow(receipt, History(own), max(utc(event.at) for event in own))
        absent, arrived = timeline.moves, timeline.arrived
    fold = Fold(receipt, pricer, takes)
    for event in own:
        fold.arrived(arrived.get(event.id, {}))
        made: Settlement | None = None
        match event:
            case Returned() if event.id in given_up:
                pass
            case Returned(units=units, gifts=gifts) if not units and not gifts:
                pass  # what came was of no use
            case Returned() | Refunded(kept=True):
                told = event.regimes or approved.get(event.return_id or "", ())
                lines = _by_line(event, event.units, terms)
                due = _refund_by(receipt, lines, event, own) if isinstance(event, Returned) else None
                made = fold.returned(event, lines, told, refund_by=due)
                if isinstance(event, Refunded):
                    fold.paid_out(event)
            case Cancelled() if any(absent.get(event.id, {}).values()):
                back = _as_returned(event, absent[event.id])
                lines = _by_line(event, back.units, terms)
                made = fold.returned(back, lines, event.regimes, refund_by=_refund_by(receipt, lines, back, own))
            case Exchanged(return_id=return_id):
                fold.exchanged(return_id)
            case Lost():
                fold.lost(_units(absent[event.id]))
            case Delivered() if event.id in absent:
                fold.found(_units(absent[event.id]))
            case AmountRefunded():
                fold.credited(event)
                fold.paid_out(event)
            case Refunded():
                fold.paid_out(event)
            case RefundReversed():
                made = fold.reversed(event)
            case _:
                pass
        yield event, made, fold


def _given_up(own: Sequence[Event]) -> set[str]:
    """The events with which goods came whose return was cancelled after that: the customer has them again."""
    found: set[str] = set()
    cancelled: set[str] = set()
    for event in reversed(own):
        if isinstance(event, ReturnCancelled):
            cancelled.add(event.return_id)
        elif isinstance(event, Returned) and event.return_id in cancelled:
            found.add(event.id)
    return found


def _refund_by(receipt: Receipt, lines: Mapping[str, LineTerms], event: Returned, own: Iterable[Event]) -> date | None:
    """The last day by which the money is back for what came back with an *event*, where its terms promise one."""
    promises = sooner(promise for each in lines.values() for promise in each.terms.refund_within)
    if not promises:
        return None
    done = acts_of(own, event.return_id)
    done["received"] = event.at
    (due,) = dues(promises, done, event.at, receipt.zone)  # of goods that are back every last day is known
    return due.by


def _by_line(event: Settled, units: Iterable[Units], terms: TermsOf) -> dict[str, LineTerms]:
    """The terms on which the units of each line come back."""
    lines: dict[str, list[Units]] = {}
    for each in units:
        lines.setdefault(each.line, []).append(each)
    return {line: terms(event, tuple(each)) for line, each in lines.items()}


def _units(moved: Mapping[str, list[Run]]) -> Iterator[Unit]:
    for line, runs in moved.items():
        for first, last in runs:
            yield from (Unit(line, number) for number in range(first, last + 1))


def _as_returned(event: Cancelled, gone: Mapping[str, list[Run]]) -> Returned:
    units = [Units(line, last - first + 1, first=first) for line, runs in gone.items() for first, last in runs]
    return Returned(event.id, event.at, event.order, units, "cancelled", regimes=event.regimes)


def settle(
    receipt: Receipt,
    events: Iterable[Event],
    *,
    pricer: Pricer,
    terms: TermsOf,
    takes: Collection[str] | None = None,
    of: str | None = None,
) -> Settlement:
    """The settlement *of* an event, or of the last one that moves money; see `settlements`.

    Raises `OrderError` where there is none.
    """
    found = settlements(receipt, events, pricer=pricer, terms=terms, takes=takes)
    if not found:
        msg = f"nothing of `{receipt.id}` came back yet: record what did as a `Returned`, or ask for a preview"
        raise OrderError(msg)
    if of is None:
        return found[-1]
    by_event = {each.event: each for each in found}
    if of not in by_event:
        msg = f"event `{of}` moved no money of `{receipt.id}`: {did_you_mean(of, by_event)}"
        raise OrderError(msg)
    return by_event[of]


def preview(
    receipt: Receipt,
    events: Iterable[Event],
    returning: Iterable[Units],
    *,
    at: datetime,
    pricer: Pricer,
    terms: TermsOf,
    regimes: Iterable[str] = (),
    grade: str | None = None,
    takes: Collection[str] | None = None,
) -> Settlement:
    """What *returning* would give back at *at*: the same fold with one more event, which nobody records.

    Before the purchase, give the receipt that a quote would become. Raises what `settlements` raises.
    """
    event = Returned(f"{receipt.id} previewed", at, receipt.id, returning, regimes=regimes, grade=grade)
    return settle_next(receipt, events, event, pricer=pricer, terms=terms, takes=takes)


def settle_next(
    receipt: Receipt,
    events: Iterable[Event],
    event: Returned,
    *,
    pricer: Pricer,
    terms: TermsOf,
    takes: Collection[str] | None = None,
) -> Settlement:
    """What one more event would give back after those before it; not until when, for nobody knows when goods come.

    Raises what `settlements` raises.
    """
    now = utc(event.at)
    before = [each for each in events if each.at <= now]
    found = settle(receipt, [*before, event], pricer=pricer, terms=terms, takes=takes)
    return attrs.evolve(found, refund_by=None)
