"""Orders priced one after the other, each when it is asked for, and kept by nobody."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol, TypeAlias

from aftercare.errors import OrderError, is_a
from aftercare.order import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.policies.decision import Decision

Occasion: TypeAlias = "tuple[Order, datetime] | tuple[Order, datetime, History | None]"
"""An order, the instant as of which it is priced, and what its customer did before."""


class Pricing(Protocol):
    """The verb of a book that prices an order."""

    @abstractmethod
    def __call__(self, order: Order, *, at: datetime, history: History | None, counts: Counts | None) -> Decision:
        """What the order costs."""


def each_priced(
    price: Pricing, orders: Iterable[Order | Occasion], *, at: datetime | None, counts: Counts | None
) -> Iterator[Decision]:
    """The decisions for *orders*; an error bears a note that tells the place of the order."""
    for place, given in enumerate(orders):
        try:
            order, instant, history = _occasion(given, at)
            decision = price(order, at=instant, history=history, counts=counts)
        except Exception as error:
            error.add_note(f"at orders[{place}]")
            raise
        yield decision


def _occasion(given: Order | Occasion, at: datetime | None) -> tuple[Order, datetime, History | None]:
    """The order, its instant and its history, given alone as of *at* or together."""
    if isinstance(given, Order):
        if at is None:
            msg = "an order without an instant: give `at=` for all orders, or pairs of an order and its instant"
            raise OrderError(msg)
        return given, at, None
    if not is_a(given, tuple, list) or len(given) not in {2, 3}:
        msg = f"`{given!r}` is no order: give orders, or pairs of an order and its instant"
        raise OrderError(msg)
    if at is not None:
        msg = "an order with an instant of its own beside `at=`: leave out `at=`, or give orders alone"
        raise OrderError(msg)
    order, instant, *history = given
    return order, instant, history[0] if history else None
