"""Assessing one line of a receipt: every right is asked, and either suffices."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aftercare.calendar import aware
from aftercare.errors import OrderError
from aftercare.history import History
from aftercare.order_events import Units
from aftercare.returns.acts import acts_of
from aftercare.returns.asking import Answered, chosen, named, place_of
from aftercare.returns.grounds import find_ground
from aftercare.returns.judgement import Judgement
from aftercare.returns.left import left_in
from aftercare.returns.rights import Case
from aftercare.returns.runs import within
from aftercare.returns.timeline import follow
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.assessment import Assessment
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.several import ReturnPolicies

_NOTHING = History()


def assess(
    policy: ReturnPolicy | ReturnPolicies,
    receipt: Receipt,
    history: History | None = None,
    *,
    line: str,
    quantity: int = 1,
    ground: str = "change_of_mind",
    at: datetime,
    grade: str | None = None,
    channel: str | None = None,
    evidence: str | Iterable[str] = (),
    return_id: str | None = None,
    informed: bool = True,
) -> Assessment:
    """Whether *quantity* units of a *line* can be given back on a *ground*, asked *at* an instant.

    *grade* is the condition of the goods, *channel* how they come, *evidence* what was handed in: what is not known is
    left out. *return_id* is the return that is asked about, if it was requested: what was done in time stays so.
    *informed* says whether the order came with the information that the law asks for. Events after *at* are not looked
    at. Raises `OrderError` for a line or ground that is not there and for more units than were bought.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Days, Delivered, History, Line, Order, PolicyBook, Product, Tender, eur
    >>> from aftercare.returns.policy import ReturnPolicy
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("CUP"), 3, unit_price=eur(2))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(6))])
    >>> history = History([Delivered("e1", datetime(2026, 3, 4, 15, tzinfo=UTC), "A-1")])
    >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered")
    >>> answer = assess(policy, receipt, history, line="1", at=datetime(2026, 3, 20, tzinfo=UTC))
    >>> answer.outcome, answer.deadline.last_day
    ('accept', datetime.date(2026, 4, 3))
    """
    instant = aware(at, "the instant of a question about a return")
    place = _place(receipt, line, quantity)
    reason = find_ground(ground, policy.own_grounds)
    given = (evidence,) if isinstance(evidence, str) else tuple(evidence)
    timeline = follow(receipt, history or _NOTHING, instant)
    left = left_in(timeline, line, but=return_id)
    acts = acts_of(timeline.taking, return_id)

    def other_returns() -> int:
        others = (each.id for each in receipt.order.lines if each.id != line)
        return sum(left_in(timeline, each, but=return_id).returns for each in others)

    judged = []
    for group in timeline.milestones(line, informed=informed):
        runs = within(left.left, group.first, group.count)
        about = partial(
            Case,
            receipt=receipt,
            place=place,
            ground=reason,
            milestones=group,
            quantity=quantity,
            left=left,
            other_returns=other_returns,
            at=instant,
            acts=acts,
            informed=informed,
            grade=grade,
            channel=channel,
            evidence=given,
        )
        each = Judgement(policy, about)
        judged.append(Answered(each.outcome, group, each.due, each, runs))
    best, units = chosen(judged, quantity)
    if best is None:
        return judged[0].answer.assessment((Units(line, quantity),), refusal=_too_many(quantity, left.count))
    return best.assessment(named(line, units))


def _too_many(asked: int, left: int) -> Statement:
    return Statement("returns.too_many", asked=asked, left=left) if left else Statement("returns.none_left")


def _place(receipt: Receipt, line: str, quantity: int) -> int:
    place = place_of(receipt, line)
    bought = receipt.order.lines[place].quantity
    if type(quantity) is not int or not 1 <= quantity <= bought:
        msg = f"`{quantity!r}` units of line `{line}` cannot come back: {bought} were bought, ask for 1 to {bought}"
        raise OrderError(msg)
    return place
