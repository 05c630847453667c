"""What had happened to the units of a receipt's line by an instant, read from the receipt and the history.

Units of one line that came in different parcels have different facts; equal ones are told together. Only events of that
order up to the instant are looked at, so that nothing recorded later changes an answer.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import attrs

from aftercare.calendar import utc
from aftercare.canonical import Coded, call
from aftercare.errors import OrderError, did_you_mean
from aftercare.order_events import Cancelled, Delivered, Dispatch, Installed, Lost, Payment, Picked
from aftercare.return_events import InformationGiven, RemedyDone, RemedyRequested
from aftercare.returns.line_units import LineUnits
from aftercare.returns.runs import highest, joined, size, within, without
from aftercare.returns.tracks import Absent, Track, within_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aftercare.history import Event, History
    from aftercare.money import Money
    from aftercare.order_events import Units
    from aftercare.receipt import Receipt
    from aftercare.return_events import MadeGood
    from aftercare.returns.runs import Run
    from aftercare.returns.tracks import TimedRun


@attrs.frozen(eq=False, repr=False)
class Stop(Coded):
    """The time from the request of a repair or replacement until the customer has the goods, None while it lasts."""

    start: datetime
    end: datetime | None = None
    remedy: MadeGood = attrs.field(default="repair", kw_only=True)

    def __repr__(self) -> str:
        return call("returns.Stop", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Milestones(Coded):
    """When what happened to equal units of one line, from the *first* on, *count* of them; None is not yet.

    *first_delivered* is the first parcel with units of the line, *last_delivered* the last parcel of the whole order,
    for which units that are *cancelled* or *lost* are not waited.
    """

    line: str
    first: int
    count: int
    ordered: datetime
    paid: datetime | None = None
    picked: datetime | None = None
    shipped: datetime | None = None
    delivered: datetime | None = None
    first_delivered: datetime | None = None
    last_delivered: datetime | None = None
    installed: datetime | None = None
    informed: datetime | None = None
    cancelled: datetime | None = None
    lost: datetime | None = None
    stops: tuple[Stop, ...] = ()

    def __repr__(self) -> str:
        return call("returns.Milestones", self)


def milestones(
    receipt: Receipt, history: History, *, at: datetime, line: str, informed: bool = True
) -> tuple[Milestones, ...]:
    """What had happened by *at* to the units of *line*, one value for each run of units with the same facts.

    Units that an event counts without saying which are the lowest that are left. Of those that were cancelled or lost
    they are the highest that have neither arrived nor come back: first what was not dispatched if it was cancelled,
    what was if it was lost. *informed* says whether the order came with the information that the law asks for; if not,
    an `InformationGiven` tells when it was given. Without a `Payment` the order counts as paid when it was placed, for
    its receipt says how.

    Raises `OrderError` for a line that the receipt lacks, an event before the order, and units that arrived twice.

    >>> from datetime import UTC, datetime
    >>> from aftercare import History, Line, Order, PolicyBook, Product, Tender, eur
    >>> from aftercare.order_events import Units
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("CUP"), 3, unit_price=eur(2))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(6))])
    >>> parcel = Delivered("e1", datetime(2026, 3, 4, 15, tzinfo=UTC), "A-1", (Units("1", 2),))
    >>> for group in milestones(receipt, History([parcel]), at=datetime(2026, 3, 5, tzinfo=UTC), line="1"):
    ...     print(group.first, group.count, group.delivered)
    1 2 2026-03-04 15:00:00+00:00
    3 1 None
    """
    return follow(receipt, history, at).milestones(line, informed=informed)


def moves(receipt: Receipt, history: History, *, at: datetime) -> Mapping[str, Mapping[str, list[Run]]]:
    """The units, by event and line, that were cancelled or lost by *at*, or that turned up again."""
    if not any(isinstance(event, Cancelled | Lost) for event in history.events):
        return {}
    return follow(receipt, history, at).moves


def follow(receipt: Receipt, history: History, at: datetime) -> Timeline:
    """What had happened by *at* to an order; raises `OrderError` as `milestones` does."""
    now, placed = utc(at, "the instant of a question about a return"), utc(receipt.placed_at)
    if now < placed:
        msg = f"`{receipt.id}` was placed at `{receipt.placed_at}`, after `{at}`: ask for an instant after it"
        raise OrderError(msg)
    timeline = Timeline(receipt, receipt.order.quantities)
    for event in history.events:
        if event.at > now:
            break
        if getattr(event, "order", None) == receipt.id:
            if event.at < placed:
                msg = f"event `{event.id}` is at `{event.at}`, before `{receipt.id}` was placed: correct its instant"
                raise OrderError(msg)
            timeline.add(event)
    return timeline


class Timeline:
    """What happened to one order, filled event by event; those *taking* units away, or giving them back, are kept."""

    def __init__(self, receipt: Receipt, quantities: Mapping[str, int]) -> None:
        self.receipt = receipt
        self.taking: list[Event] = []
        self.quantities = quantities
        self.cancelled = Absent()
        self.lost = Absent()
        absent = (self.cancelled, self.lost)
        self.picked = Track("picked", quantities, absent)
        self.shipped = Track("dispatched", quantities, absent)
        self.delivered = Track("delivered", quantities, absent)
        self.installed = Track("installed", quantities, absent)
        self.moves: dict[str, dict[str, list[Run]]] = {}
        self._lives: dict[str, list[tuple[Event, list[Run], list[Run]]]] = {}
        self._units: dict[str, LineUnits] = {}
        self._arrived: dict[str, dict[str, list[Run]]] = {}
        self._of_event: dict[str | None, dict[str, None]] = {}
        self._of_return: dict[str | None, dict[str, None]] = {}
        self.remedies: dict[str, tuple[RemedyRequested, datetime | None]] = {}
        self.told: datetime | None = None
        self.paid: datetime | None = receipt.placed_at
        self.money: Money | None = None

    def milestones(self, line: str, *, informed: bool) -> tuple[Milestones, ...]:
        """What happened to the units of *line*; *informed* says whether the order came with the information."""
        if line not in self.quantities:
            msg = f"receipt `{self.receipt.id}` has no line `{line}`: {did_you_mean(line, self.quantities)}"
            raise OrderError(msg)
        return self._groups(line, self.receipt.placed_at if informed else self.told)

    def add(self, event: Event) -> None:
        """Let an event happen."""
        match event:
            case Delivered():
                self._turn_up(event)
                self.delivered.add(event)
                if event.id in self.moves:
                    self._take(event)
            case Dispatch():
                self.shipped.add(event)
            case Payment():
                self._pay(event)
            case Picked():
                self.picked.add(event)
            case Cancelled() | Lost():
                self._miss(event)
                self._take(event)
            case Installed():
                self.installed.add(event)
            case InformationGiven(about="withdrawal"):
                self.told = self.told or event.at
            case RemedyRequested():
                for units in event.units:
                    within_line(event.id, units, self.quantities)
                self.remedies[event.remedy_id] = event, None
            case RemedyDone():
                self._mend(event)
            case _:
                self._take(event)  # the life of a return moves no window

    def _take(self, event: Event) -> None:
        """Let an event take units away, or give them back, of the lines that it, its return or its refund is about."""
        self.taking.append(event)
        moved = self.moves.get(event.id, {})
        given: tuple[Units, ...] = getattr(event, "units", ())
        own = dict.fromkeys((*moved, *(each.line for each in given)))
        of, refund = (getattr(event, name, None) for name in ("return_id", "refund"))
        for line in {**own, **self._of_return.get(of, {}), **self._of_event.get(refund, {})}:
            if line in self.quantities:
                delivered = [(first, last) for first, last, _ in self.delivered.runs(line)]
                self._lives.setdefault(line, []).append((event, delivered, moved.get(line, [])))
        self._of_event[event.id] = own
        if of is not None:
            self._of_return.setdefault(of, {}).update(own)

    def units(self, line: str) -> LineUnits | None:
        """The units of a *line* by now; None where nothing was about them. They are read when somebody asks."""
        life = self._lives.get(line)
        if life is None:
            return None
        units = self._units.setdefault(line, LineUnits(line, self.quantities[line]))
        for event, delivered, moved in life:
            units.add(event, delivered, moved)
            self._arrived.setdefault(event.id, {})[line] = units.arrived
        life.clear()
        return units

    @property
    def arrived(self) -> Mapping[str, Mapping[str, list[Run]]]:
        """By event and line, the units that had arrived before it."""
        for line in self._lives:
            self.units(line)
        return self._arrived

    def _pay(self, event: Payment) -> None:
        before = self.money
        self.money = event.amount if before is None else before + event.amount
        if self.money < self.receipt.payable:
            self.paid = None
        elif before is None or before < self.receipt.payable:
            self.paid = event.at

    def _mend(self, event: RemedyDone) -> None:
        if event.remedy_id not in self.remedies:
            msg = (
                f"event `{event.id}` ends remedy `{event.remedy_id}`, which nobody requested: record its request first"
            )
            raise OrderError(msg)
        request, done = self.remedies[event.remedy_id]
        self.remedies[event.remedy_id] = request, done or event.at

    def _miss(self, event: Cancelled | Lost) -> None:
        """Let units be cancelled or lost: those that *event* names or counts, or all that have not arrived."""
        known = self.cancelled if isinstance(event, Cancelled) else self.lost
        if not event.units:
            for line in self.quantities:
                self._absent(event, known, line, self._waited(known, line))
        for units in event.units:
            bounds = within_line(event.id, units, self.quantities)
            waited = self._waited(known, units.line)
            if bounds is None:
                taken = self._likely(waited, units, dispatched_first=known is self.lost)
            else:
                taken = within(waited, bounds[0], units.count)
            if size(taken) < units.count:
                msg = (
                    f"event `{event.id}` is about {units.count} of line `{units.line}` that will not arrive, "
                    f"of which {size(waited)} are still to arrive: record each unit once"
                )
                raise OrderError(msg)
            self._absent(event, known, units.line, taken)

    def _waited(self, known: Absent, line: str) -> list[Run]:
        """The units of *line* that may still be cancelled, or lost."""
        waited = without(self.delivered.waited(line), known.runs(line))
        units = self.units(line)
        came = [] if units is None else joined(units.seen, units.back)
        return without(without(waited, self.cancelled.runs(line)), came)

    def _likely(self, waited: list[Run], units: Units, *, dispatched_first: bool) -> list[Run]:
        """Which of the units that are *waited* for are meant by a mere count."""
        inside = without(waited, [(first, last) for first, last, _ in self.shipped.runs(units.line)])
        outside = without(waited, inside)
        first, then = (outside, inside) if dispatched_first else (inside, outside)
        taken = highest(first, units.count)
        return joined(taken, highest(then, units.count - size(taken)))

    def _absent(self, event: Cancelled | Lost, known: Absent, line: str, units: list[Run]) -> None:
        known.add(line, units, event.at)
        moved = self.moves.setdefault(event.id, {})
        moved[line] = joined(moved.get(line, []), units)

    def _turn_up(self, event: Delivered) -> None:
        """What was lost and arrives by name is there again."""
        for units in event.units:
            if units.first is not None:
                found = within(self.lost.runs(units.line), units.first, units.count)
                if found:
                    self.lost.drop(units.line, found)
                    self.moves.setdefault(event.id, {})[units.line] = found

    def _groups(self, line: str, informed: datetime | None) -> tuple[Milestones, ...]:
        """The runs of units of *line* that have the same facts."""
        picked, shipped = self.picked.runs(line), self.shipped.runs(line)
        delivered, installed = self.delivered.runs(line), self.installed.runs(line)
        cancelled, lost = self.cancelled.parts.get(line, []), self.lost.parts.get(line, [])
        first_delivered = min([at for *_, at in delivered], key=utc, default=None)
        last_delivered = self.delivered.last()
        stops = [
            ((units.first or 1), (units.first or 1) + units.count - 1, Stop(request.at, done, remedy=request.remedy))
            for request, done in self.remedies.values()
            for units in request.units
            if units.line == line
        ]
        edges = {1, self.quantities[line] + 1}
        for runs in (picked, shipped, delivered, installed, cancelled, lost, stops):
            for first, last, _ in runs:
                edges.add(first)
                edges.add(last + 1)
        groups = [
            Milestones(
                line=line,
                first=first,
                count=after - first,
                ordered=self.receipt.placed_at,
                paid=self.paid,
                picked=_at(picked, first),
                shipped=_at(shipped, first),
                delivered=_at(delivered, first),
                first_delivered=first_delivered,
                last_delivered=last_delivered,
                installed=_at(installed, first),
                informed=informed,
                cancelled=_at(cancelled, first),
                lost=_at(lost, first),
                stops=tuple([stop for start, last, stop in stops if start <= first <= last]) if stops else (),
            )
            for first, after in pairwise(sorted(edges))
        ]
        return tuple(groups) if len(groups) == 1 else _merged(groups)


def _at(runs: list[TimedRun], unit: int) -> datetime | None:
    for first, last, at in runs:
        if first <= unit <= last:
            return at
    return None


def _merged(groups: Iterable[Milestones]) -> tuple[Milestones, ...]:
    merged: list[Milestones] = []
    for group in groups:
        if merged and attrs.evolve(group, first=merged[-1].first, count=merged[-1].count) == merged[-1]:
            merged[-1] = attrs.evolve(merged[-1], count=merged[-1].count + group.count)
        else:
            merged.append(group)
    return tuple(merged)
