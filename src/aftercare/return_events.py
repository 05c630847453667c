"""The events of a return."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded
from aftercare.order_events import instant

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.order_events import Units


@attrs.frozen(repr=False)
class Returned(Coded):
    """Units came back, on a ground such as ``change_of_mind``."""

    id: str
    at: datetime = attrs.field(converter=instant)
    order: str
    units: tuple[Units, ...]
    ground: str | None = None
