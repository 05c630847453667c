"""What every wish after the sale needs to know: the line, its units that are there, and which of them are meant."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from aftercare.calendar import aware
from aftercare.errors import OrderError, did_you_mean
from aftercare.history import History
from aftercare.order_events import Units
from aftercare.returns.circumstances import Circumstances, facts_of_return
from aftercare.returns.clauses import OUTCOMES
from aftercare.returns.deadlines import end_rank
from aftercare.returns.left import units_left
from aftercare.returns.runs import highest, joined, size, within
from aftercare.returns.timeline import milestones

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.runs import Run
    from aftercare.returns.timeline import Milestones

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


def known_until(history: History | None, at: datetime) -> tuple[History, datetime]:
    """What had happened by *at*, and that instant; raises `CalendarError` for one without a zone."""
    instant = aware(at, "the instant of a question after the sale")
    return (history or History()).until(instant), instant


def place_of(receipt: Receipt, line: str) -> int:
    """The place of a *line* in its order; raises `OrderError` for one that is not there."""
    places = receipt.order.places
    if line not in places:
        msg = f"receipt `{receipt.id}` has no line `{line}`: {did_you_mean(line, places)}"
        raise OrderError(msg)
    return places[line]


def number_of(receipt: Receipt, line: str, quantity: int | None) -> int:
    """How many units of a *line* are meant, all of them for None; raises `OrderError` for more than were bought."""
    bought = receipt.order.lines[place_of(receipt, line)].quantity
    if quantity is None:
        return bought
    if type(quantity) is not int or not 1 <= quantity <= bought:
        msg = f"`{quantity!r}` units of line `{line}` cannot be meant: {bought} were bought, ask for 1 to {bought}"
        raise OrderError(msg)
    return quantity


def kept(receipt: Receipt, past: History, line: str, at: datetime) -> tuple[tuple[Milestones, list[Run]], ...]:
    """The units of a *line* that nobody gave back, lost or handed in, and what happened to them."""
    left = units_left(receipt, past, line, at=at).left
    groups = milestones(receipt, past, at=at, line=line)
    return tuple((group, runs) for group in groups if (runs := within(left, group.first, group.count)))


def circumstances(
    receipt: Receipt, group: Milestones, quantity: int, at: datetime, *, ground: str = "change_of_mind"
) -> Circumstances:
    """What conditions of a promise after the sale see."""
    facts = facts_of_return(
        ground=ground,
        quantity=quantity,
        at=at,
        delivered=group.delivered,
        grade=None,
        channel=None,
        evidence=(),
    )
    return Circumstances(receipt, facts)


class Answered(NamedTuple, Generic[T_co]):
    """What is answered for *runs* of units with the same milestones, and until when, if there is a deadline."""

    outcome: Outcome
    group: Milestones
    due: Deadline | None
    answer: T_co
    runs: list[Run]


def chosen(answered: Iterable[Answered[T]], quantity: int) -> tuple[T | None, list[Run]]:
    """What is answered for *quantity* units, and which they are.

    The best answers come first, of equal ones those for units that have arrived, then those that hold longest, then
    those for the highest units. The answer is that of the last unit that is needed; None where there are not so many.
    """
    units: list[Run] = []
    for each in sorted([each for each in answered if each.runs], key=_preference):
        units = joined(units, highest(each.runs, quantity - size(units)))
        if size(units) == quantity:
            return each.answer, units
    return None, units


def _preference(each: Answered[T]) -> tuple[int, bool, tuple[int, timedelta], int]:
    """The smallest is preferred."""
    ends = (0, timedelta()) if each.due is None else end_rank(each.due)
    return OUTCOMES.index(each.outcome), each.group.delivered is None, ends, -each.runs[-1][1]


def named(line: str, runs: Iterable[Run]) -> tuple[Units, ...]:
    """Runs of units of a *line*, each by its first and its number."""
    return tuple(Units(line, last - first + 1, first=first) for first, last in runs)
