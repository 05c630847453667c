"""What groups did: to a promotion that was eligible, and with a best combination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from aftercare.policies.discount import Phase


class Fate(NamedTuple):
    """It lost or was blocked, to which other promotion by its place in the book (None: to several), and by how much."""

    state: Literal["lost", "blocked"]
    winner: int | None
    by: int


class Combined(NamedTuple):
    """What a best combination decided: among which promotions, which act, and what is proven about it.

    *gap* is by how much a better one could at most be better, in minor units; None where no bound is known.
    """

    phase: Phase | None
    members: tuple[int, ...]
    acting: tuple[int, ...]
    optimal: bool
    gap: int | None
    nodes: int
