"""What a law says, value by value: each with its article, the days it is in force, and how sure we are of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from aftercare.canonical import Coded, call

if TYPE_CHECKING:
    from aftercare.returns.grounds import Regime
    from aftercare.statement import Name

Confidence: TypeAlias = Literal["H", "M", "L"]
"""High: the text was read, or a near quote. Medium: a dated secondary source. Low: from memory, to be checked."""

Contract: TypeAlias = Literal["distance", "off_premises", "visit", "premises"]
"""Where a sale is made: at a distance, away from the shop, in an unsolicited visit or excursion, in the shop."""

WINDOW_KEYS = ("within", "after", "counting", "roll", "act", "opens", "stops_for_repair", "tail")
EXTENSION_KEYS = ("uninformed", "repaired")
NEEDED = ("within", "after", "counting", "act")


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Provision(Coded):
    """One value that a law gives: *since* and *until* which day, by which *article*, with what *confidence*.

    *since* is inclusive, *until* is not; without them it is in force for any date.
    """

    key: str
    value: Any
    article: str
    source: str
    url: str | None = None
    confidence: Confidence
    since: date | None = None
    until: date | None = None
    note: str

    def in_force(self, on: date) -> bool:
        """Whether it holds for contracts of a day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)

    def overlaps(self, other: Provision) -> bool:
        """Whether there is a day on which both are in force."""
        first, last = (
            max(self.since or date.min, other.since or date.min),
            min(self.until or date.max, other.until or date.max),
        )
        return first < last

    def __repr__(self) -> str:
        return call("returns.Provision", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class RightEntry(Coded):
    """A right as a law file has it: for whom, and what it says, whenever that is in force."""

    id: str
    name: Name
    regime: Regime
    grounds: tuple[str, ...]
    contracts: tuple[Contract, ...]
    displaced_by_terms: bool = False
    only_uninformed: bool = False
    provisions: tuple[Provision, ...]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Law(Coded):
    """A law file: a jurisdiction, its rights and the duties that come with them."""

    jurisdiction: str
    title: str
    edition: str
    disclaimer: str
    countries: tuple[str, ...]
    region: str | None = None
    zone: str | None = None
    rights: tuple[RightEntry, ...]
    duties: tuple[Provision, ...]
    not_covered: tuple[str, ...]
