"""What becomes of the time to return when goods came in exchange for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.history import History
from aftercare.order_events import Delivered, Dispatch, Installed, Payment, Picked
from aftercare.return_events import Exchanged, Returned, ReturnRequested
from aftercare.returns.assessing import assess

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.exchanging import ExchangePolicy
    from aftercare.returns.policy import ReturnPolicy


def after_exchange(
    exchange: ExchangePolicy, policy: ReturnPolicy, receipt: Receipt, past: History, *, at: datetime, own: Deadline
) -> Deadline | None:
    """Until when the promise of *policy* holds for a receipt whose *own* deadline is known.

    For goods that came in exchange, that is their own deadline, the one of the old goods, or none, as the *exchange*
    policy says. Where the purchase of the old goods is not in the *past*, their own counts.
    """
    made = [event for event in past.events if isinstance(event, Exchanged) and event.new_order == receipt.id]
    if not made or exchange.window == "restart":
        return own
    if exchange.window == "none":
        return None
    old = next((each.receipt for each in past.purchases if each.receipt.id == made[-1].order), None)
    lines = [
        units.line
        for event in past.events
        if isinstance(event, Returned | ReturnRequested) and event.return_id == made[-1].return_id
        for units in event.units
    ]
    if old is None or not lines:
        return own
    happened = (Payment, Picked, Dispatch, Delivered, Installed)
    before = History(event for event in past.events if isinstance(event, happened))
    return assess(policy, old, before, line=lines[0], at=at).deadline
