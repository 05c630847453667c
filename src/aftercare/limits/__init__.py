"""What the limits of promotions have used, and how an order takes its share of them without a race.

`Counts` go into pricing, a decision says its `uses`, and `reserve`, `commit` and `release` give new counts with the
rows that a host has to write. Everything is a value: the host loads the rows that concern an order, asks, and writes
the answer in the same transaction.

>>> from aftercare import limits
>>> limits.Counts({limits.Tally("flash"): 41}).tallies
((limits.Tally('flash'), 41),)
"""

from __future__ import annotations

from aftercare.limits.booking import Delta, Posting, commit, release, reserve
from aftercare.limits.counting import Counts
from aftercare.limits.tallies import Reservation, Tally, Use

__all__ = ["Counts", "Delta", "Posting", "Reservation", "Tally", "Use", "commit", "release", "reserve"]
