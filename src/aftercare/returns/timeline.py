"""What had happened to the units of a receipt's line by an instant, read from the receipt and the history.

Units of one line that came in different parcels have different facts; equal ones are told together. Only events of that
order up to the instant are looked at, so that nothing recorded later changes an answer.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import attrs

from aftercare.calendar import aware
from aftercare.canonical import Coded, call
from aftercare.errors import OrderError, did_you_mean
from aftercare.order_events import Delivered, Dispatch, Installed, Payment
from aftercare.return_events import InformationGiven, RemedyDone, RemedyRequested

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from aftercare.history import Event, History
    from aftercare.money import Money
    from aftercare.order_events import Units
    from aftercare.receipt import Receipt
    from aftercare.return_events import MadeGood

_Run: TypeAlias = "tuple[int, int, datetime]"
"""Units from the first to the last, both included, and when it happened to them."""


@attrs.frozen(repr=False)
class Stop(Coded):
    """The time from the request of a repair or replacement until the customer has the goods, None while it lasts."""

    start: datetime
    end: datetime | None = None
    remedy: MadeGood = attrs.field(default="repair", kw_only=True)

    def __repr__(self) -> str:
        return call("returns.Stop", self)


@attrs.frozen(repr=False, kw_only=True)
class Milestones(Coded):
    """When what happened to equal units of one line, from the *first* on, *count* of them; None is not yet.

    *first_delivered* is the first parcel with units of the line, *last_delivered* the last parcel of the whole order.
    """

    line: str
    first: int
    count: int
    ordered: datetime
    paid: datetime | None = None
    shipped: datetime | None = None
    delivered: datetime | None = None
    first_delivered: datetime | None = None
    last_delivered: datetime | None = None
    installed: datetime | None = None
    informed: datetime | None = None
    stops: tuple[Stop, ...] = ()

    def __repr__(self) -> str:
        return call("returns.Milestones", self)


def milestones(
    receipt: Receipt, history: History, *, at: datetime, line: str, informed: bool = True
) -> tuple[Milestones, ...]:
    """What had happened by *at* to the units of *line*, one value for each run of units with the same facts.

    Units that an event counts without saying which are the lowest that are left. *informed* says whether the order came
    with the information that the law asks for; if not, an `InformationGiven` tells when it was given. Without a
    `Payment` the order counts as paid when it was placed, for its receipt says how.

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
    quantities = {each.id: each.quantity for each in receipt.order.lines}
    if line not in quantities:
        msg = f"receipt `{receipt.id}` has no line `{line}`: {did_you_mean(line, quantities)}"
        raise OrderError(msg)
    now = aware(at, "the instant of a question about a return")
    if now < receipt.placed_at:
        msg = f"`{receipt.id}` was placed at `{receipt.placed_at}`, after `{now}`: ask for an instant after it"
        raise OrderError(msg)
    tracks = _Tracks(receipt, quantities)
    for event in _events(receipt, history, now):
        tracks.add(event)
    return tracks.groups(line, receipt.placed_at if informed else tracks.told)


def _events(receipt: Receipt, history: History, at: datetime) -> Iterator[Event]:
    for event in history.events:
        if event.at > at:
            return
        if getattr(event, "order", None) != receipt.id:
            continue
        if event.at < receipt.placed_at:
            msg = f"event `{event.id}` is at `{event.at}`, before `{receipt.id}` was placed: correct its instant"
            raise OrderError(msg)
        yield event


class _Track:
    """What happens once to every unit of an order, such as its delivery; most often to all units at once."""

    def __init__(self, what: str, quantities: Mapping[str, int]) -> None:
        self.what = what
        self.quantities = quantities
        self.parts: dict[str, list[_Run]] = {}
        self.left: dict[str, list[tuple[int, int]]] = {}
        self.rest: datetime | None = None

    def add(self, event: Dispatch | Delivered | Installed) -> None:
        """Let it happen to the units of *event*, or to all that are left."""
        if not event.units and any(map(self._left, self.quantities)):
            self.rest = event.at
        for units in event.units:
            runs = self._taken(event.id, units)
            self.parts.setdefault(units.line, []).extend((first, last, event.at) for first, last in runs)

    def _left(self, line: str) -> list[tuple[int, int]]:
        """The units of *line* to which it is still to happen."""
        return [] if self.rest is not None else self.left.get(line, [(1, self.quantities[line])])

    def runs(self, line: str) -> list[_Run]:
        """When it happened to the units of *line*."""
        parts = self.parts.get(line, [])
        if self.rest is None:
            return parts
        left = self.left.get(line, [(1, self.quantities[line])])
        return [*parts, *((first, last, self.rest) for first, last in left)]

    def _taken(self, event: str, units: Units) -> list[tuple[int, int]]:
        bounds = within_line(event, units, self.quantities)
        left = self._left(units.line)
        if bounds is None:
            taken = _lowest(left, units.count)
        else:
            taken = [bounds] if any(first <= bounds[0] and bounds[1] <= last for first, last in left) else None
        if taken is None:
            most = sum(last - first + 1 for first, last in left)
            msg = (
                f"event `{event}` says that {units.count} of line `{units.line}` were {self.what}, {most} are left: "
                "record each unit once"
            )
            raise OrderError(msg)
        self.left[units.line] = list(_without(left, taken))
        return taken

    def last(self) -> datetime | None:
        """When it happened to the last unit of all, or None if it is still to."""
        if self.rest is not None or any(map(self._left, self.quantities)):
            return self.rest
        return max((at for runs in self.parts.values() for *_, at in runs), default=None)


def within_line(event: str, units: Units, quantities: Mapping[str, int]) -> tuple[int, int] | None:
    """The first and last unit named, or None if they are only counted; raises `OrderError` outside the order."""
    if units.line not in quantities:
        known = did_you_mean(units.line, quantities)
        msg = f"event `{event}` is about line `{units.line}`, which is not ordered: {known}"
        raise OrderError(msg)
    last = (units.first or 1) + units.count - 1
    if last > quantities[units.line]:
        msg = f"event `{event}` is about unit {last} of line `{units.line}`, which has {quantities[units.line]}"
        raise OrderError(msg)
    return None if units.first is None else (units.first, last)


def _lowest(left: list[tuple[int, int]], count: int) -> list[tuple[int, int]] | None:
    taken = []
    for first, last in left:
        size = min(count, last - first + 1)
        taken.append((first, first + size - 1))
        count -= size
        if not count:
            return taken
    return None


def _without(left: list[tuple[int, int]], taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for first, last in left:
        start = first
        for from_, to in taken:
            if first <= from_ and to <= last:
                if start < from_:
                    yield start, from_ - 1
                start = to + 1
        if start <= last:
            yield start, last


class _Tracks:
    """The tracks of one order, filled event by event."""

    def __init__(self, receipt: Receipt, quantities: Mapping[str, int]) -> None:
        self.receipt = receipt
        self.quantities = quantities
        self.shipped = _Track("dispatched", quantities)
        self.delivered = _Track("delivered", quantities)
        self.installed = _Track("installed", quantities)
        self.remedies: dict[str, tuple[RemedyRequested, datetime | None]] = {}
        self.told: datetime | None = None
        self.paid: datetime | None = receipt.placed_at
        self.money: Money | None = None

    def add(self, event: Event) -> None:
        match event:
            case Payment():
                self._pay(event)
            case Dispatch():
                self.shipped.add(event)
            case Delivered():
                self.delivered.add(event)
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
                pass  # the rest of the life of a return moves no window

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

    def groups(self, line: str, informed: datetime | None) -> tuple[Milestones, ...]:
        """The runs of units of *line* that have the same facts."""
        shipped, delivered, installed = self.shipped.runs(line), self.delivered.runs(line), self.installed.runs(line)
        first_delivered = min((at for *_, at in delivered), default=None)
        last_delivered = self.delivered.last()
        stops = [
            ((units.first or 1), (units.first or 1) + units.count - 1, Stop(request.at, done, remedy=request.remedy))
            for request, done in self.remedies.values()
            for units in request.units
            if units.line == line
        ]
        edges = {1, self.quantities[line] + 1}
        for first, last, _ in (*shipped, *delivered, *installed, *stops):
            edges |= {first, last + 1}
        return _merged(
            Milestones(
                line=line,
                first=first,
                count=after - first,
                ordered=self.receipt.placed_at,
                paid=self.paid,
                shipped=_at(shipped, first),
                delivered=_at(delivered, first),
                first_delivered=first_delivered,
                last_delivered=last_delivered,
                installed=_at(installed, first),
                informed=informed,
                stops=tuple(stop for start, last, stop in stops if start <= first <= last),
            )
            for first, after in pairwise(sorted(edges))
        )


def _at(runs: list[_Run], unit: int) -> datetime | None:
    return next((at for first, last, at in runs if first <= unit <= last), None)


def _merged(groups: Iterable[Milestones]) -> tuple[Milestones, ...]:
    merged: list[Milestones] = []
    for group in groups:
        if merged and attrs.evolve(group, first=merged[-1].first, count=merged[-1].count) == merged[-1]:
            merged[-1] = attrs.evolve(merged[-1], count=merged[-1].count + group.count)
        else:
            merged.append(group)
    return tuple(merged)
