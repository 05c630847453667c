"""A naive ledger: every point is a thing of its own, and before every event all of them are looked through.

It knows nothing of heaps, lots or states, and takes only programs that earn so many points a unit.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aftercare import Adjustment, PointsReleased, PointsReserved, PointsSpent, Purchase, Returned
from aftercare.calendar import local_date, start_of_day

if TYPE_CHECKING:
    from aftercare.history import Event
    from aftercare.loyalty.terms import Points


class Point:
    """One point: where it came from, when it can be spent, and what became of it."""

    def __init__(self, place: tuple[Any, ...], order: str | None, line: str | None, free: datetime | None) -> None:
        self.place = place
        self.order = order
        self.line = line
        self.free = free
        self.last: date | None = None
        self.state = "pending"
        self.key: str | None = None


class NaiveLedger:
    """The points after some events, point by point."""

    def __init__(self, points: Points, per_unit: int, holds: dict[tuple[str, str], date | None], zone: str) -> None:
        self.terms = points
        self.per_unit = per_unit
        self.holds = holds
        self.zone = zone
        self.all: list[Point] = []
        self.deficit = 0
        self.kept: dict[str, dict[str, int]] = {}
        self.receipts: dict[str, Any] = {}
        self.counted: dict[str, int] = {}
        self.reserved: dict[str, datetime | None] = {}
        self.used: set[str] = set()
        self.paid: dict[str | None, list[Point]] = {}  # the points that paid for an order, until they go back
        self.spent: dict[str | None, int] = {}

    def after(self, day: date) -> datetime:
        """The first instant after a day."""
        return start_of_day(day + timedelta(days=1), self.zone)

    def of(self, state: str) -> list[Point]:
        """All points in a state, in the order in which they are spent."""
        found = [point for point in self.all if point.state == state]
        if self.terms.lots.spend == "oldest_first":
            return sorted(found, key=lambda point: (point.place[0], *point.place[1:]))
        return sorted(found, key=lambda point: (point.last or date.max, point.free or point.place[0], *point.place[1:]))

    def arrive(self, point: Point) -> None:
        """A point is there to be spent, unless it is owed."""
        if self.deficit:
            self.deficit -= 1
            point.state = "taken"
        else:
            point.state = "available"

    def until(self, at: datetime) -> None:
        """Pass every boundary up to an instant, one by one."""
        while True:
            known: list[tuple[datetime, int, Any]] = []
            for point in self.all:
                if point.state == "pending" and point.free is not None:
                    known.append((point.free, 0, point))
                if point.state == "available" and point.last is not None:
                    known.append((max(point.free or point.place[0], self.after(point.last)), 2, point))
            known += [(end, 1, key) for key, end in self.reserved.items() if end is not None]
            known = [each for each in known if each[0] <= at]
            if not known:
                return
            now, rank, _ = min(known, key=lambda each: each[:2])
            for _, _, what in [each for each in known if each[:2] == (now, rank)]:
                if rank == 0:
                    if self.terms.lots.expire is not None:
                        what.last = self.terms.lots.expire.last_day(local_date(now, self.zone))
                    self.arrive(what)
                elif rank == 1:
                    self.release(what, now)
                else:
                    what.state = "expired"

    def release(self, key: str, now: datetime) -> None:
        """What was set aside is free again."""
        del self.reserved[key]
        for point in self.of("reserved"):
            if point.key == key:
                self.back(point, now, courtesy=False)

    def back(self, point: Point, now: datetime, *, courtesy: bool) -> None:
        """A point comes back to where it was."""
        if point.last is not None and self.after(point.last) <= now:
            day = self.terms.claw_back.courtesy.after(local_date(now, self.zone))
            if not courtesy or not self.terms.claw_back.courtesy.n:
                point.state = "expired"
                return
            for other in self.all:  # they share a lot, and with it the day
                if other.place == point.place and other is not point:
                    other.last = day
            point.last = day
        self.arrive(point)

    def add(self, lot: str, at: datetime, count: int, owner: tuple[str, str] | None, free: datetime | None) -> None:
        """New points."""
        order, line = owner or (None, None)
        self.all += [Point((at, lot), order, line, free) for _ in range(count)]

    def play(self, event: Event) -> None:
        """One event."""
        self.until(event.at)
        match event:
            case Purchase(id, at, receipt):
                self.receipts[receipt.id] = receipt
                self.kept[receipt.id] = {}
                for line in receipt.order.lines:
                    self.kept[receipt.id][line.id] = line.quantity
                    owner = (receipt.id, line.id)
                    last = self.holds.get(owner)
                    free = at if owner not in self.holds else None if last is None else max(at, self.after(last))
                    self.add(f"{id}:{line.id}", at, line.quantity * self.per_unit, owner, free)
            case Adjustment(id, at, points) if points > 0:
                self.add(id, at, points, None, at)
            case Adjustment(_, _, points):
                self.take(-points, owing=True)
            case PointsReserved(_, _, key, points, until=until):
                if key not in self.used and len(self.of("available")) >= points:
                    self.used.add(key)
                    self.reserved[key] = until
                    for point in self.of("available")[:points]:
                        point.state, point.key = "reserved", key
            case PointsReleased(_, at, key):
                if key in self.reserved:
                    self.release(key, at)
            case PointsSpent(_, _, _, points, order=order):
                if len(self.of("available")) >= points:
                    chosen = self.of("available")[:points]
                    for point in chosen:
                        point.state = "spent"
                    self.paid[order] = self.paid.get(order, []) + chosen
                    self.spent[order] = self.spent.get(order, 0) + points
            case Returned(_, at, order, units):
                self.returned(at, order, {each.line: each.count for each in units})
            case _:
                raise NotImplementedError(event)

    def take(self, count: int, *, owing: bool) -> None:
        """Take the next points to be spent; what is missing is owed."""
        found = self.of("available")[:count]
        for point in found:
            point.state = "taken"
        if owing:
            self.deficit += count - len(found)

    def returned(self, at: datetime, order: str, units: dict[str, int]) -> None:
        """Units came back."""
        kept = self.kept.get(order)
        if kept is None or any(count > kept.get(line, 0) for line, count in units.items()):
            return
        receipt = self.receipts[order]
        for line, count in units.items():
            kept[line] -= count
        price = {line.id: line.unit_price.minor for line in receipt.order.lines}
        came = sum(price[line.id] * (line.quantity - kept[line.id]) for line in receipt.order.lines)
        paid, spent = self.paid.get(order, []), self.spent.get(order, 0)
        stay = spent - spent * came // receipt.payable.minor
        while len(paid) > stay:
            self.back(paid.pop(), at, courtesy=True)
        left = sum(units.values()) * self.per_unit
        own = sorted(
            (point for point in self.all if point.order == order),
            key=lambda point: (point.line not in units, point.line),
        )
        for state in ("pending", "available"):
            for point in [point for point in own if point.state == state][:left]:
                point.state = "taken"
                left -= 1
        expired = sum(point.state == "expired" for point in own) - self.counted.get(order, 0)
        counted = min(left, expired)
        self.counted[order] = self.counted.get(order, 0) + counted
        self.take(left - counted, owing=self.terms.claw_back.shortfall == "deficit")

    def numbers(self) -> tuple[int, int, int, int]:
        """What is available, pending, reserved and owed."""
        return (len(self.of("available")), len(self.of("pending")), len(self.of("reserved")), self.deficit)
