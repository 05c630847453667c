"""What the limits of promotions have used, and how an order takes its share of them without a race.

`Counts` go into pricing, a decision says its `uses`, and `reserve`, `commit` and `release` give new counts with the
rows that a host has to write. Everything is a value: the host loads the rows that concern an order, asks, and writes
the answer in the same transaction.

>>> from aftercare import limits
>>> limits.Counts({limits.Tally("flash"): 41}).tallies
((limits.Tally('flash'), 41),)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.lazily import loader

if TYPE_CHECKING:
    from aftercare.limits.booking import Delta, Posting, commit, release, reserve
    from aftercare.limits.counting import Counts
    from aftercare.limits.tallies import Reservation, Tally, Use

__all__ = ["Counts", "Delta", "Posting", "Reservation", "Tally", "Use", "commit", "release", "reserve"]

_HOMES = {
    "Counts": "counting",
    "Delta": "booking",
    "Posting": "booking",
    "Reservation": "tallies",
    "Tally": "tallies",
    "Use": "tallies",
    "commit": "booking",
    "release": "booking",
    "reserve": "booking",
}

# Hidden from type checkers, which would otherwise believe that every misspelt name exists.
if not TYPE_CHECKING:
    __getattr__ = loader(__name__, _HOMES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
