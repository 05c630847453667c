"""Every statement code that the catalogs have words for, with the kind of each parameter.

One table a part of the library, and a file of the same name in every catalog: the two places to edit when a new
statement is to be said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.messages.codes.loyalty import LOYALTY
from aftercare.messages.codes.points import POINTS
from aftercare.messages.codes.pricing import PRICING
from aftercare.messages.codes.replay import REPLAY
from aftercare.messages.codes.returns import RETURNS
from aftercare.messages.codes.settled import SETTLED
from aftercare.messages.codes.summary import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare.messages.kinds import Parameters

PARTS: Mapping[str, Mapping[str, Parameters]] = {
    "loyalty": LOYALTY,
    "points": POINTS,
    "pricing": PRICING,
    "replay": REPLAY,
    "returns": RETURNS,
    "settled": SETTLED,
    "summary": SUMMARY,
}
"""The codes by the part of the library that they belong to."""

CODES: Mapping[str, Parameters] = {code: kinds for part in PARTS.values() for code, kinds in part.items()}
