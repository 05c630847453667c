"""Where a stored receipt is not what its book makes of its order: a statement for each difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare.messages.kinds import Parameters

_BOTH: Parameters = {"stored": "money", "found": "money"}
_UNITS: Parameters = {"line": "name", "first": "number", "last": "number", **_BOTH}

REPLAY: Mapping[str, Parameters] = {
    "replay.price": _UNITS,
    "replay.paid": _UNITS,
    "replay.part": {**_UNITS, "promotion": "name"},
    "replay.tax": _UNITS,
    "replay.delivery": {**_BOTH, "shipment": "name"},
    "replay.delivery_charge": {**_BOTH, "shipment": "name"},
    "replay.delivery_part": {**_BOTH, "shipment": "name", "promotion": "name"},
    "replay.delivery_tax": {**_BOTH, "shipment": "name"},
    "replay.charge_tax": {**_BOTH, "charge": "name"},
    "replay.promotion": {**_BOTH, "promotion": "name"},
    "replay.given": {"promotion": "name"},
    "replay.grouped": {"promotion": "name"},
    "replay.points": {"promotion": "name"},
    "replay.promised": {"right": "name"},
    "replay.total_tax": _BOTH,
    "replay.total": _BOTH,
}
