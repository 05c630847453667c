"""A returns desk for tests: receipts, what came back, and what it gives back, in few words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aftercare.money import Money, eur
from aftercare.order_events import Units
from aftercare.policies.prepared import PreparedPromotions
from aftercare.policies.price import Pricer
from aftercare.policies.tariff import PreparedDelivery
from aftercare.receipt import Tender
from aftercare.return_events import AmountRefunded, Refunded, RefundReversed, Returned
from aftercare.returns.jointly import LineTerms
from aftercare.returns.settlement import settlements
from aftercare.returns.terms import Terms
from aftercare.returns.windows import ReturnWindow
from tests.policies.till import NOON, shop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.book import PolicyBook
    from aftercare.order import Order
    from aftercare.policies.decision import Decision
    from aftercare.receipt import Receipt
    from aftercare.returns.settled import Settlement

PROMISE = ("promise",)
LAW = ("withdrawal",)


def terms(**given: Any) -> Terms:
    """Terms without a limit of time; whatever is not said is as it is by default."""
    return Terms(window=ReturnWindow(None), **given)


def pricer(book: PolicyBook) -> Pricer:
    """The pricer of a book."""
    tariffs = map(PreparedDelivery, book.delivery)
    return Pricer(PreparedPromotions(book.promotions), tariffs, book.zone, book.tax_rounding)


class Desk:
    """One receipt and what happens to it."""

    def __init__(self, book: PolicyBook, quote: Decision, paid: Iterable[Tender], terms: Terms) -> None:
        self.book = book
        self.quote = quote
        self.receipt: Receipt = book.place(quote, id="A", paid=paid)
        self.usual = terms
        self.terms: dict[str, Terms] = {}
        self.events: list[Any] = []
        self.takes: Iterable[str] | None = None

    @classmethod
    def of(cls, book: PolicyBook, quote: Decision, *, split: int = 1, **usual: Any) -> Desk:
        """A desk for a quote, paid by card or *split* over several tenders."""
        parts = quote.payable.allocate([1] * split)
        tenders = [Tender(kind, part) for kind, part in zip(("card", "gift_card", "points"), parts, strict=False)]
        return cls(book, quote, tenders, terms(**usual))

    def back(
        self, *units: str | tuple[str, int] | Units, regimes: tuple[str, ...] = PROMISE, **given: Any
    ) -> Settlement:
        """Units come back, and are settled."""
        own = given.pop("terms", None)
        self._happens(Returned(self._id(), self._at(), "A", map(unit, units), regimes=regimes, **given), own)
        return self.settled()[-1]

    def keep(
        self, *units: str | tuple[str, int] | Units, regimes: tuple[str, ...] = PROMISE, **given: Any
    ) -> Settlement:
        """The money of units goes back, and the customer keeps them."""
        units_kept = map(unit, units)
        self._happens(Refunded(self._id(), self._at(), "A", (), units=units_kept, regimes=regimes, kept=True, **given))
        return self.settled()[-1]

    def credit(self, amount: str, *units: str | tuple[str, int] | Units, to: str = "card") -> str:
        """An amount goes back without a return."""
        given = map(unit, units)
        event = AmountRefunded(self._id(), self._at(), "A", eur(amount), (Tender(to, eur(amount)),), units=given)
        self._happens(event)
        self.settled()
        return event.id

    def undo(self, event: str) -> None:
        """The payment of an event is undone."""
        self._happens(RefundReversed(self._id(), self._at(), "A", event))

    def undo_and_settle(self, event: str) -> None:
        """The payment of an event is undone, and everything settled."""
        self.undo(event)
        self.settled()

    def settled(self) -> tuple[Settlement, ...]:
        """The settlements of all that happened."""
        return settlements(
            self.receipt,
            self.events,
            pricer=pricer(self.book),
            terms=lambda event, _: LineTerms(self.terms.get(event.id, self.usual)),
            takes=None if self.takes is None else frozenset(self.takes),
        )

    def _happens(self, event: Any, own: Terms | None = None) -> None:
        self.events.append(event)
        if own is not None:
            self.terms[event.id] = own

    def _id(self) -> str:
        return f"e{len(self.events)}"

    def _at(self) -> Any:
        return self.receipt.placed_at + timedelta(days=1 + len(self.events))


def unit(given: str | tuple[str, int] | Units) -> Units:
    """One unit of a line, so many, or those that are named."""
    if isinstance(given, Units):
        return given
    return Units(given, 1) if isinstance(given, str) else Units(*given)


def desk(order: Order, *promotions: Any, paid: Iterable[Tender] = (), book: Any = None, **usual: Any) -> Desk:
    """A desk for an order under promotions."""
    book = book or shop(*promotions)
    quote = book.price(order, at=NOON)
    return Desk(book, quote, tuple(paid) or (Tender("card", quote.payable),), terms(**usual))


def money(settlement: Settlement) -> str:
    """What a settlement gives back, in euros."""
    return str(settlement.refund.decimal)


def paid(**by_kind: str) -> tuple[Tender, ...]:
    """Tenders in euros."""
    return tuple(Tender(kind, eur(amount)) for kind, amount in by_kind.items())


def to(settlement: Settlement) -> dict[str, str]:
    """What each tender gets."""
    return {tender.kind: str(tender.amount.decimal) for tender in settlement.tenders}


def kept(settlement: Settlement) -> dict[tuple[str, int], str]:
    """What each kept unit cost in the end."""
    return {
        (run.line, number): str(run.value.decimal)
        for run in settlement.kept
        for number in range(run.first, run.first + run.count)
    }


def total(settlement: Settlement) -> Money:
    """What goods gave back so far."""
    return settlement.total
