"""The units of one line while events happen to them: which are left, asked for, or came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.order_events import Cancelled, Delivered, Lost
from aftercare.return_events import (
    HandedIn,
    Refunded,
    RefundReversed,
    ReturnCancelled,
    Returned,
    ReturnRefused,
    ReturnRequested,
)
from aftercare.returns.runs import highest, joined, meant, size, within, without

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.history import Event
    from aftercare.order_events import Units
    from aftercare.returns.runs import Run
    from aftercare.returns.tracks import TimedRun


class LineUnits:
    """The units of one line; the first event about more units than are left is kept as a *problem*.

    Units that an event counts without saying which are the highest that are left of those that have arrived by then,
    and after them the highest of the others. What came back or was handed in has arrived, whatever a parcel says.
    """

    __slots__ = ("arrived", "asked", "back", "came", "counted", "gone", "kept", "left", "line", "problem", "seen")

    def __init__(self, line: str, quantity: int) -> None:
        self.line = line
        self.left: list[Run] = [(1, quantity)]
        self.back: list[Run] = []
        self.asked: dict[str, list[Run]] = {}
        self.kept: dict[str, list[Run]] = {}
        self.came: dict[str, list[Run]] = {}
        self.counted: set[str] = set()
        self.seen: list[Run] = []
        self.arrived: list[Run] = []
        self.gone: list[TimedRun] = []
        self.problem: str | None = None

    def add(self, event: Event, delivered: Iterable[Run], moved: list[Run]) -> None:
        """Let an event happen once *delivered* units are; those *moved* are cancelled or lost by it, or turned up."""
        self.arrived = joined(delivered, self.seen)
        match event:
            case ReturnRequested():
                runs = self._take(event.id, event.units, self.left)
                self.asked[event.return_id] = joined(self.asked.get(event.return_id, []), runs)
                self._count(event.return_id, runs)
            case ReturnRefused() | ReturnCancelled():
                self.left = joined(self.left, self.asked.pop(event.return_id, []))
                self.counted.discard(event.return_id)
                if isinstance(event, ReturnCancelled):
                    self._give_again(self.came.pop(event.return_id, []))
            case Returned():
                self.seen = joined(self.seen, self._come_back(event))
            case Refunded(kept=True):
                self.kept[event.id] = self._come_back(event)
            case Refunded() if event.return_id in self.came:
                self._close(event, event.return_id)
            case RefundReversed() if event.refund in self.kept:
                self._give_again(self.kept.pop(event.refund))
            case HandedIn():
                runs = self._take(event.id, event.units, [])
                self.seen = joined(self.seen, runs)
                self._go(runs, event.at)
            case Cancelled() | Lost():
                self.left = without(self.left, moved)
                self.asked = {key: without(asked, moved) for key, asked in self.asked.items()}
            case Delivered():
                self.left = joined(self.left, moved)
            case _:
                pass  # the rest moves no units

    def gone_at(self, first: int, count: int) -> datetime | None:
        """When the last of *count* units from the *first* on came back or was handed in; None while one is there."""
        there = [*self.left, *(run for asked in self.asked.values() for run in asked)]
        if within(there, first, count):
            return None
        return max((at for *run, at in self.gone if within([(run[0], run[1])], first, count)), default=None)

    def _count(self, key: str, runs: list[Run]) -> None:
        if runs:
            self.counted.add(key)

    def _go(self, runs: list[Run], at: datetime) -> None:
        self.gone.extend((first, last, at) for first, last in runs)

    def _close(self, event: Refunded, return_id: str) -> None:
        """A return is paid back of which something came: what did not come is free, unless it was paid back as well."""
        paid = sum(each.count for each in event.units if each.line == self.line)
        asked = self.asked.pop(return_id, [])
        coming = highest(asked, max(0, paid - size(self.came[return_id])))
        self.asked[return_id] = coming
        self.left = joined(self.left, without(asked, coming))

    def _give_again(self, runs: list[Run]) -> None:
        """Units that came back are the customer's again."""
        self.back = without(self.back, runs)
        self.left = joined(self.left, runs)

    def _come_back(self, event: Returned | Refunded) -> list[Run]:
        own = [] if event.return_id is None else self.asked.pop(event.return_id, [])
        self.left = joined(self.left, own)
        runs = self._take(event.id, event.units, own)
        if event.return_id is not None:
            rest = without(own, runs)
            self.left = without(self.left, rest)
            self.asked[event.return_id] = rest
            if isinstance(event, Returned):
                self.came[event.return_id] = joined(self.came.get(event.return_id, []), runs)
        self.back = joined(self.back, runs)
        self._go(runs, event.at)
        self._count(event.return_id or event.id, runs)
        return runs

    def _take(self, event: str, units: Iterable[Units], first: list[Run]) -> list[Run]:
        """Take what *units* say from those that are left, from *first* as long as there are any."""
        taken: list[Run] = []
        for each in units:
            if each.line != self.line:
                continue
            if each.first is not None:
                runs = within(self.left, each.first, each.count)
            else:
                runs = meant(without(first, taken), self.arrived, each.count)
                runs = joined(runs, meant(without(self.left, runs), self.arrived, each.count - size(runs)))
            if size(runs) < each.count and self.problem is None:
                self.problem = (
                    f"event `{event}` is about {each.count} of line `{self.line}`, "
                    f"of which {size(self.left)} are left: record each unit once"
                )
            self.left = without(self.left, runs)
            taken = joined(taken, runs)
        return taken
