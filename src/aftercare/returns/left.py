"""Which units of a line can still come back: those that did, or for which a return is under way, cannot again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import OrderError
from aftercare.returns.runs import joined, size
from aftercare.returns.timeline import follow

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.history import History
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

    Units that an event counts without saying which are the highest that are left of those that have arrived by then,
    and after them the highest of the others. What was cancelled, lost, traded in or taken back is not left, nor did it
    come back. Raises `OrderError` for an event of more units than are left.
    """
    return left_in(follow(receipt, history, at), line, but=but)


def left_in(timeline: Timeline, line: str, *, but: str | None = None) -> UnitsLeft:
    """What is left of *line* once all of a *timeline* has happened; the return named *but* does not count."""
    quantity = timeline.quantities[line]
    units = timeline.units(line)
    if units is None:
        return UnitsLeft(bought=quantity, back=0, asked=0, left=((1, quantity),), returns=0)
    if units.problem is not None:
        raise OrderError(units.problem)
    return UnitsLeft(
        bought=quantity,
        back=size(units.back),
        asked=sum(size(runs) for key, runs in units.asked.items() if key != but),
        left=tuple(joined(units.left, units.asked.get(but or "", []))),
        returns=len(units.counted - {but}),
    )
