"""Asking about some units of a line with all others out of the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.history import History
from aftercare.return_events import HandedIn
from aftercare.returns.asking import named

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.runs import Run


def alone(receipt: Receipt, past: History, line: str, others: list[Run], at: datetime) -> History:
    """The *past*, but that the *other* units of a *line*, all of which are there, have just been handed in."""
    if not others:
        return past
    return History((*past.events, HandedIn(f"{receipt.id} asked", at, receipt.id, named(line, others))))
