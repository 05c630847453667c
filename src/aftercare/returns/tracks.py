"""What happens once to every unit of an order, such as its delivery, told by runs of units."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from aftercare.calendar import utc
from aftercare.errors import OrderError, did_you_mean
from aftercare.returns.runs import lowest, size, within, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aftercare.order_events import Delivered, Dispatch, Installed, Picked, Units
    from aftercare.return_events import WarrantyRegistered
    from aftercare.returns.runs import Run

TimedRun: TypeAlias = "tuple[int, int, datetime]"
"""Units from the first to the last, both included, and when it happened to them."""


class Absent:
    """Units that will not arrive, and since when that is known."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: dict[str, list[TimedRun]] = {}

    def runs(self, line: str) -> list[Run]:
        """The units of *line*."""
        return [(first, last) for first, last, _ in self.parts.get(line, ())]

    def add(self, line: str, runs: Iterable[Run], at: datetime) -> None:
        """Units will not arrive."""
        self.parts.setdefault(line, []).extend((first, last, at) for first, last in runs)

    def drop(self, line: str, runs: list[Run]) -> None:
        """Units did arrive."""
        parts = self.parts[line]
        self.parts[line] = [(*run, at) for first, last, at in parts for run in without([(first, last)], runs)]


class Track:
    """What happens once to every unit that is not *absent*; most often to all units at once."""

    __slots__ = ("absent", "left", "parts", "quantities", "rest", "what")

    def __init__(self, what: str, quantities: Mapping[str, int], absent: tuple[Absent, ...]) -> None:
        self.what = what
        self.quantities = quantities
        self.absent = absent
        self.parts: dict[str, list[TimedRun]] = {}
        self.left: dict[str, list[Run]] = {}
        self.rest: datetime | None = None

    def add(self, event: Picked | Dispatch | Delivered | Installed | WarrantyRegistered) -> None:
        """Let it happen to the units of *event*, or to all that are left."""
        if not event.units:
            self._add_all(event.at)
        for units in event.units:
            if self._is_whole_line(units):
                self.left[units.line] = []
                self.parts[units.line] = [(1, units.count, event.at)]
            else:
                self._happen(units.line, self._taken(event.id, units), event.at)

    def _is_whole_line(self, units: Units) -> bool:
        """Whether it is the usual part of a parcel: a line to which nothing happened yet, and all of it."""
        line = units.line
        if units.first is not None or self.rest is not None or line in self.left:
            return False
        return units.count == self.quantities.get(line) and not any(line in each.parts for each in self.absent)

    def _add_all(self, at: datetime) -> None:
        if not any(each.parts for each in self.absent):
            if self.rest is None and (not self.parts or any(map(self._free, self.quantities))):
                self.rest = at
            return
        for line in self.quantities:
            self._happen(line, self._free(line), at)

    def _happen(self, line: str, runs: list[Run], at: datetime) -> None:
        if not runs:
            return
        self.left[line] = without(self.waited(line), runs)
        self.parts.setdefault(line, []).extend((first, last, at) for first, last in runs)

    def waited(self, line: str) -> list[Run]:
        """The units of *line* to which it did not happen."""
        return [] if self.rest is not None else self.left.get(line, [(1, self.quantities[line])])

    def _free(self, line: str) -> list[Run]:
        """The units of *line* to which it is still to happen."""
        found = self.waited(line)
        for each in self.absent:
            if line in each.parts:
                found = without(found, each.runs(line))
        return found

    def runs(self, line: str) -> list[TimedRun]:
        """When it happened to the units of *line*."""
        parts, rest = self.parts.get(line, []), self.rest
        if rest is None:
            return parts
        left = self.left.get(line, [(1, self.quantities[line])])
        return [*parts, *[(first, last, rest) for first, last in left]]

    def _taken(self, event: str, units: Units) -> list[Run]:
        bounds = within_line(event, units, self.quantities)
        left = self._free(units.line)
        taken = lowest(left, units.count) if bounds is None else within(left, bounds[0], units.count)
        if size(taken) < units.count:
            msg = (
                f"event `{event}` says that {units.count} of line `{units.line}` were {self.what}, {size(left)} "
                "are left: record each unit once"
            )
            raise OrderError(msg)
        return taken

    def last(self) -> datetime | None:
        """When it happened to the last unit of all, or None if it is still to."""
        if self.rest is not None or not self.parts or any(map(self._free, self.quantities)):
            return self.rest
        return max((at for runs in self.parts.values() for *_, at in runs), key=utc, default=None)


def within_line(event: str, units: Units, quantities: Mapping[str, int]) -> Run | None:
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
