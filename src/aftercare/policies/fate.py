"""What a group did to a promotion that was eligible."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Fate(NamedTuple):
    """It lost or was blocked, to which other promotion by its place in the book, and by how much."""

    state: Literal["lost", "blocked"]
    winner: int
    by: int
