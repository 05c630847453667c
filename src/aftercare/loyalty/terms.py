"""The points of a program: how they are earned, kept, taken back and turned into vouchers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from aftercare.calendar import utc
from aftercare.loyalty.clawback import ClawBack
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.earning import Earning, earning
from aftercare.loyalty.lots import Lots

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.loyalty.earning import Rule
    from aftercare.loyalty.spending import Conversion


def maybe_earning(given: Rule | Earning | None) -> Earning | None:
    """A rule with its rounding, or none.

    >>> maybe_earning(None)
    """
    return None if given is None else earning(given)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Points(LoyaltyCoded):
    """Everything that a program says about points.

    With *members_only*, nothing counts before the customer signed up.

    >>> Points().lots.hold
    'returns'
    """

    earning: Earning | None = attrs.field(default=None, converter=maybe_earning)
    lots: Lots = Lots()
    claw_back: ClawBack = ClawBack()
    conversion: Conversion | None = None
    members_only: bool = False


Versions: TypeAlias = "tuple[tuple[datetime | None, Points], ...]"
"""The terms of points with the instant from which each is in force; the first has none."""


def version_at(versions: Versions, at: datetime) -> int:
    """The place of the version in force *at* an instant.

    >>> from datetime import UTC, datetime
    >>> version_at(((None, Points()),), datetime(2026, 3, 1, tzinfo=UTC))
    0
    """
    found = 0
    for place, (start, _) in enumerate(versions):
        if start is not None and utc(start) <= utc(at):
            found = place
    return found


def versions_of(given: Any) -> Versions:
    """Terms alone are one version.

    >>> versions_of(Points())
    ((None, loyalty.Points()),)
    """
    return ((None, given),) if isinstance(given, Points) else tuple(given)
