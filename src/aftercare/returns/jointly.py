"""Units that come back together on different terms: what holds for each line, and what for the money as a whole.

Fees are kept line by line. The total that is given back, what becomes of delivery and gifts, and where the money goes
are told once for the whole receipt: of these terms the better for the customer holds, but how the total is told and in
which order the tenders are paid cannot be two things at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from aftercare.errors import OrderError
from aftercare.returns.better import better

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aftercare.returns.terms import Terms

_ALIKE = ("refund", "share", "tenders")
_BETTER = ("same_means", "delivery", "free_shipping", "gifts", "credit_bonus", "resolutions")


class LineTerms(NamedTuple):
    """The *terms* on which units of a line come back, and the regimes of the rights by which they may.

    Without *regimes* an event's own hold for the line, too.
    """

    terms: Terms
    regimes: Sequence[str] | None = None

    def rights(self, told: Sequence[str]) -> Sequence[str]:
        """The regimes by which the units come back, where an event *told* those of all its units, or none.

        >>> from aftercare import returns
        >>> terms = returns.Terms(window=returns.ReturnWindow(None))
        >>> LineTerms(terms, ("promise",)).rights(("promise", "withdrawal")), LineTerms(terms, ("promise",)).rights(())
        (('promise',), ('promise',))
        """
        if self.regimes is None:
            return told
        return tuple(regime for regime in told if regime in self.regimes) or told or self.regimes


def jointly(terms: Iterable[Terms], event: str) -> Terms:
    """The terms of the money of an *event* whose lines come back on these; its fees and window are the first's.

    Raises `OrderError` where the lines want two strategies, two ways to share a pattern, or two orders of tenders.
    """
    first, *others = dict.fromkeys(terms)
    for other in others:
        apart = [f"`{term}`" for term in _ALIKE if getattr(first, term) != getattr(other, term)]
        if apart:
            msg = (
                f"lines of `{event}` come back with different {' and '.join(apart)}, which one settlement has once: "
                "record an event for each, with one `return_id`"
            )
            raise OrderError(msg)
        first = attrs.evolve(
            first, **{term: better(term, getattr(first, term), getattr(other, term))[0] for term in _BETTER}
        )
    return first
