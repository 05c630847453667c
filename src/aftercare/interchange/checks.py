"""What a reader hands back: the order, what the platform says it costs, and whether that adds up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from aftercare.canonical import Coded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.history import Event
    from aftercare.money import Money
    from aftercare.order import Order


@attrs.frozen(eq=False, repr=False)
class Check(Coded):
    """One total of the payload: what is *stated*, and what its own parts come to.

    >>> from aftercare import eur
    >>> Check("total", eur("9.95"), eur(10)).difference
    Money("-0.05", "EUR")
    """

    name: str
    stated: Money
    computed: Money

    @property
    def difference(self) -> Money:
        """How much more is stated than computed."""
        return self.stated - self.computed

    @property
    def holds(self) -> bool:
        """Whether both are the same."""
        return self.stated == self.computed


@attrs.frozen(eq=False, repr=False)
class Reconciliation(Coded):
    """What the platform says, held against its own parts; nothing of it enters the order.

    *stated* are the platform's totals by their names, *discounts* those it took itself, each with its code or title,
    and *notes* tell a developer whatever the reader had to decide.

    >>> Reconciliation().adds_up
    True
    """

    checks: tuple[Check, ...] = attrs.field(default=(), kw_only=True)
    stated: tuple[tuple[str, Money], ...] = attrs.field(default=(), kw_only=True)
    discounts: tuple[tuple[str, Money], ...] = attrs.field(default=(), kw_only=True)
    notes: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    @property
    def adds_up(self) -> bool:
        """Whether every check holds."""
        return not self.failures

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if not check.holds)


ORDER: Final = "order"
"""What an order is called that has no id of its own."""


def _events(given: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(given)


@attrs.frozen(eq=False, repr=False)
class OrderDocument(Coded):
    """An order that was read: *order* as it was before discounts, and *at*, when it was placed, if that is told.

    *origin* is the format, *reference* the order's id there. *events* tell what happened to it since, as far as the
    document knows: they are of the order `number`.

    >>> from aftercare.order import Order
    >>> OrderDocument(Order([], currency="EUR"), origin="aftercare").at is None
    True
    """

    order: Order
    origin: str = attrs.field(kw_only=True)
    reference: str | None = attrs.field(default=None, kw_only=True)
    at: datetime | None = attrs.field(default=None, kw_only=True)
    reconciliation: Reconciliation = attrs.field(default=Reconciliation(), kw_only=True)
    events: tuple[Event, ...] = attrs.field(default=(), converter=_events, kw_only=True)

    @property
    def number(self) -> str:
        """The id of the order's receipt: its reference, or ``order`` where it has none."""
        return self.reference or ORDER
