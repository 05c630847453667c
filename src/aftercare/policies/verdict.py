"""What came of asking a condition: it holds, it does not, or it cannot be known; and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded

if TYPE_CHECKING:
    from aftercare.statement import Statement


@attrs.frozen(eq=False, repr=False)
class Verdict(Coded):
    """The answer of one condition, with the answers of its parts.

    *holds* is True, False or None for unknown (a fact had no value). Whatever does not hold says why in *reason*;
    every part is judged, also those that no longer matter.

    >>> from aftercare import Statement
    >>> Verdict(False, Statement("customer.staff.needed")).reasons
    (Statement('customer.staff.needed'),)
    """

    holds: bool | None
    reason: Statement | None = attrs.field(default=None, kw_only=False)
    parts: tuple[Verdict, ...] = ()

    @property
    def reasons(self) -> tuple[Statement, ...]:
        """Why it does not hold, one statement a cause; empty when it holds."""
        return () if self.reason is None else (self.reason,)
