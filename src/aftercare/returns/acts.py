"""What was done in one return: when it was requested, sent and received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.return_events import Returned, ReturnRequested, ReturnSent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.history import Event
    from aftercare.returns.windows import Act


def acts_of(events: Iterable[Event], return_id: str | None) -> dict[Act, datetime]:
    """When what a window or a refund may count by was first done in a return; nothing of one without an id."""
    found: dict[Act, datetime] = {}
    if return_id is None:
        return found
    for event in events:
        match event:
            case ReturnRequested(return_id=known) if known == return_id:
                found.setdefault("requested", event.at)
            case ReturnSent(return_id=known) if known == return_id:
                found.setdefault("sent", event.at)
            case Returned(return_id=known) if known == return_id:
                found.setdefault("received", event.at)
            case _:
                pass
    return found
