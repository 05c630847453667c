"""Until which day the lines of a receipt may come back for no reason: what holds the points that they earned."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from aftercare.calendar import aware, local_date
from aftercare.returns.grounds import find_ground
from aftercare.returns.judgement import Judgement
from aftercare.returns.left import UnitsLeft
from aftercare.returns.rights import Case
from aftercare.returns.timeline import follow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from aftercare.history import History
    from aftercare.receipt import Receipt
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.several import ReturnPolicies
    from aftercare.returns.timeline import Milestones


def returnable_until(
    promise: ReturnPolicy | ReturnPolicies, receipt: Receipt, history: History, *, at: datetime
) -> dict[str, date | None]:
    """The last day on which some unit of each line may come back, as known *at* an instant; None while nobody can tell.

    Lines that nobody has to take back are left out. Units that came back count as if they had not, so that no return
    moves the day; those whose time never began count until they were gone.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Days, Delivered, History, Line, Order, PolicyBook, Product, ReturnPolicy, Tender, eur
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("CUP"), 3, unit_price=eur(2))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(6))])
    >>> history = History([Delivered("e1", datetime(2026, 3, 4, 15, tzinfo=UTC), "A-1")])
    >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered")
    >>> returnable_until(policy, receipt, history, at=datetime(2026, 3, 20, tzinfo=UTC))
    {'1': datetime.date(2026, 4, 3)}
    """
    now = aware(at, "the instant of a question about a return")
    timeline = follow(receipt, history, now)
    found: dict[str, date | None] = {}
    for place, line in enumerate(receipt.order.lines):
        units = timeline.units(line.id)
        days: list[date | None] = []
        for group in timeline.milestones(line.id, informed=True):
            back = None if units is None else units.gone_at(group.first, group.count)
            gone = group.cancelled or group.lost or back
            days += _days(promise, receipt, place, group, gone=gone, at=now)
        if days:
            known = [day for day in days if day is not None]
            found[line.id] = max(known) if len(known) == len(days) else None
    return found


def _days(
    promise: ReturnPolicy | ReturnPolicies,
    receipt: Receipt,
    place: int,
    group: Milestones,
    *,
    gone: datetime | None,
    at: datetime,
) -> Iterator[date | None]:
    """The last day of each right to give back units with the same milestones; they are *gone* since an instant."""
    bought = receipt.order.lines[place].quantity
    about = partial(
        Case,
        receipt=receipt,
        place=place,
        ground=find_ground("change_of_mind"),
        milestones=group,
        quantity=1,
        left=UnitsLeft(bought=bought, back=0, asked=0, left=((1, bought),), returns=0),
        other_returns=int,
        at=at,
        acts={},
        informed=True,
        grade=None,
        channel=None,
        evidence=(),
    )
    for each in Judgement(promise, about).each:
        answer = each.answer
        # What is refused for another reason than time was not held while its time ran, and is not held afterwards.
        if answer.outcome == "refuse" and answer.reasons != (answer.deadline.why_not(at),):
            continue
        waits = answer.deadline.waiting_for is not None
        yield local_date(gone, receipt.zone) if waits and gone is not None else _last_day(answer.deadline)


def _last_day(deadline: Deadline) -> date | None:
    """The last day of which some is in time; None without an end, or before it is known."""
    if deadline.instant is None:
        return deadline.last_day
    return local_date(deadline.instant - timedelta(microseconds=1), deadline.zone)
