"""What a shop promises with an order for the time after it: what the receipt says of returns and warranties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.calendar import BusinessDays
from aftercare.receipt import ReceiptPromise
from aftercare.returns.assessing import assess
from aftercare.returns.warranty import assess_warranty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.receipt import Receipt
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.rights import Answer

_GROUNDS = ("change_of_mind", "defect")
_OF_LAW = frozenset({"conformity"})


def with_promises(receipt: Receipt, promised: AfterSales) -> Receipt:
    """The same receipt with the rights that come with it, each with the lines that it is for.

    What the law gives for goods that are not as agreed is not promised by the shop, so it is left out.
    """
    lines: dict[ReceiptPromise, dict[str, None]] = {}
    for line in receipt.order.lines:
        for answer in _answers(promised, receipt, line.id, line.quantity):
            if answer.regime not in _OF_LAW and _holds(answer):
                lines.setdefault(_promise(answer), {})[line.id] = None
    return attrs.evolve(
        receipt, promises=tuple(attrs.evolve(promise, lines=tuple(ids)) for promise, ids in lines.items())
    )


def _answers(promised: AfterSales, receipt: Receipt, line: str, quantity: int) -> Iterator[Answer]:
    at = receipt.placed_at
    if promised.returns is not None:
        for ground in _GROUNDS:
            yield from assess(promised.returns, receipt, line=line, quantity=quantity, ground=ground, at=at).answers
    for warranty in promised.warranties:
        reply = assess_warranty(warranty, receipt, line=line, quantity=quantity, at=at)
        yield from reply.assessment.answers


def _holds(answer: Answer) -> bool:
    """Whether nothing but time stands against a right: it may wait for goods that are on their way."""
    return answer.outcome != "refuse" or answer.reasons == (answer.deadline.said,)


def _promise(answer: Answer) -> ReceiptPromise:
    window = answer.terms.window
    within = window.within
    return ReceiptPromise(
        answer.right.text,
        answer.regime,
        (),
        within=BusinessDays(within.n) if isinstance(within, BusinessDays) else within,
        after=None if within is None else window.after.event,
        last_day=answer.deadline.last_day,
    )
