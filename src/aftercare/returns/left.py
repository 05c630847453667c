"""Which units of a line can still come back: those that did, or for which a return is under way, cannot again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import OrderError
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
from aftercare.returns.runs import highest, joined, size, without
from aftercare.returns.timeline import follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aftercare.history import Event, History
    from aftercare.order_events import Units
    from aftercare.receipt import Receipt
    from aftercare.returns.runs import Run
    from aftercare.returns.timeline import Timeline


@attrs.frozen(eq=False, repr=False, kw_only=True)
class UnitsLeft(Coded):
    """How many units of a line were *bought*, came *back* or are *asked* for, and the runs of those that are *left*.

    *returns* are the returns that there were of the line, but for those that came to nothing.
    """

    bought: int
    back: int
    asked: int
    left: tuple[Run, ...]
    returns: int

    @property
    def count(self) -> int:
        """How many are left."""
        return size(self.left)

    def __repr__(self) -> str:
        return call("returns.UnitsLeft", self)


def units_left(receipt: Receipt, history: History, line: str, *, at: datetime, but: str | None = None) -> UnitsLeft:
    """What is left of *line* by *at*; the return named *but* does not count.

    Units that an event counts without saying which are the highest that are left. What was cancelled, lost, traded in
    or taken back is not left, nor did it come back. Raises `OrderError` for an event of more units than are left.
    """
    return left_in(follow(receipt, history, at), line, but=but)


def left_in(timeline: Timeline, line: str, *, but: str | None = None) -> UnitsLeft:
    """What is left of *line* once all of a *timeline* has happened; the return named *but* does not count."""
    quantity = timeline.quantities[line]
    if not timeline.taking:
        return UnitsLeft(bought=quantity, back=0, asked=0, left=((1, quantity),), returns=0)
    fold = _Fold(line, quantity, but, timeline.moves)
    for event in timeline.taking:
        fold.add(event)
    return UnitsLeft(
        bought=quantity,
        back=size(fold.back),
        asked=sum(map(size, fold.asked.values())),
        left=tuple(fold.left),
        returns=len(fold.counted),
    )


class _Fold:
    """The units of one line, while events are read."""

    __slots__ = ("asked", "back", "but", "came", "counted", "kept", "left", "line", "moves")

    def __init__(self, line: str, quantity: int, but: str | None, moves: Mapping[str, Mapping[str, list[Run]]]) -> None:
        self.line = line
        self.moves = moves
        self.but = but
        self.left: list[Run] = [(1, quantity)]
        self.back: list[Run] = []
        self.asked: dict[str, list[Run]] = {}
        self.kept: dict[str, list[Run]] = {}
        self.came: dict[str, list[Run]] = {}
        self.counted: set[str] = set()

    def add(self, event: Event) -> None:
        match event:
            case ReturnRequested() if event.return_id != self.but:
                runs = self._take(event.id, event.units, self.left)
                self.asked[event.return_id] = joined(self.asked.get(event.return_id, []), runs)
                self._count(event.return_id, runs)
            case ReturnRefused() | ReturnCancelled():
                self._free(event.return_id)
                self.counted.discard(event.return_id)
                if isinstance(event, ReturnCancelled):
                    self._give_again(self.came.pop(event.return_id, []))
            case Returned():
                self._come_back(event)
            case Refunded(kept=True):
                self.kept[event.id] = self._come_back(event)
            case Refunded() if event.return_id in self.came:
                self._close(event, event.return_id)
            case RefundReversed() if event.refund in self.kept:
                self._give_again(self.kept.pop(event.refund))
            case HandedIn():
                self._take(event.id, event.units, [])
            case Cancelled() | Lost():
                self._lose(self._moved(event.id))
            case Delivered() if runs := self._moved(event.id):
                self.left = joined(self.left, runs)
            case _:
                pass  # the rest moves no units

    def _moved(self, event: str) -> list[Run]:
        return self.moves.get(event, {}).get(self.line, [])

    def _lose(self, runs: list[Run]) -> None:
        """Units will not arrive, asked for or not."""
        self.left = without(self.left, runs)
        self.asked = {key: without(asked, runs) for key, asked in self.asked.items()}

    def _count(self, key: str, runs: list[Run]) -> None:
        if runs and key != self.but:
            self.counted.add(key)

    def _free(self, return_id: str) -> None:
        self.left = joined(self.left, self.asked.pop(return_id, []))

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
            self.came[event.return_id] = joined(self.came.get(event.return_id, []), runs)
        self.back = joined(self.back, runs)
        self._count(event.return_id or event.id, runs)
        return runs

    def _take(self, event: str, units: Iterable[Units], first: list[Run]) -> list[Run]:
        """Take what *units* say from those that are left, from *first* as long as there are any."""
        taken: list[Run] = []
        for each in units:
            if each.line != self.line:
                continue
            if each.first is not None:
                runs = [(each.first, each.first + each.count - 1)]
            else:
                runs = highest(without(first, taken), each.count)
                runs = joined(runs, highest(without(self.left, runs), each.count - size(runs)))
            left = without(self.left, runs)
            if size(left) + each.count != size(self.left):
                msg = (
                    f"event `{event}` is about {each.count} of line `{self.line}`, "
                    f"of which {size(self.left)} are left: record each unit once"
                )
                raise OrderError(msg)
            self.left = left
            taken = joined(taken, runs)
        return taken
