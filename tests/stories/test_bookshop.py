"""The bookshop of a newcomer keeps what it promises: a rate by tier, a combo that ships free, and thirty days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from aftercare import Customer, Delivered, History, Line, Order, Product, Purchase, Shipment, Tender, eur, say
from tests.stories.bookshop import BOOKWORM, READER, shop
from tests.stories.shopping import noon

if TYPE_CHECKING:
    from aftercare import Decision, Statement, Tier
    from aftercare.crossings import SettledReturn

GOODS = {
    "NOVEL": (Product("NOVEL", categories=["novels"]), eur(10)),
    "BOOKMARK": (Product("BOOKMARK", categories=["bookmarks"]), eur(5)),
    "ATLAS": (Product("ATLAS", categories=["atlases"]), eur(40)),
    "SIGNED": (Product("SIGNED", categories=["poems"], tags=["signed"]), eur(30)),
}
MONDAY = noon("2026-03-02")


def priced(*skus: str, tier: Tier | None = READER) -> Decision:
    """The price of one unit of each, delivered, for a customer of a tier."""
    lines = [Line(sku, GOODS[sku][0], unit_price=GOODS[sku][1], tax=5) for sku in skus]
    parcel = Shipment("parcel", "standard", tax=5)
    return shop.price(Order(lines, currency="EUR", customer=Customer("ola", tier=tier), shipments=[parcel]), at=MONDAY)


def back(decision: Decision, sku: str, days: int) -> SettledReturn:
    """What the return of one unit would do, so many days after it was delivered on Wednesday."""
    receipt = shop.place(decision, id="A-1", paid=Tender("card", decision.payable))
    came = MONDAY + timedelta(days=2)
    history = History([Purchase("e1", MONDAY, receipt), Delivered("e2", came, "A-1")])
    return shop.preview_return(receipt, history=history, returning={sku: 1}, at=came + timedelta(days=days))


def plain(statement: Statement, locale: str = "en") -> str:
    """The words of a statement."""
    return say(statement, locale=locale, sink="plain")


@pytest.mark.parametrize(("tier", "goods"), [(None, "40.00"), (READER, "39.20"), (BOOKWORM, "36.00")])
def test_a_better_tier_pays_less(tier: Tier | None, goods: str) -> None:
    """Two percent less for readers, ten for bookworms, nothing for guests; delivery costs the same for all."""
    decision = priced("ATLAS", tier=tier)

    assert (eur(goods), eur("3.90")) == (decision.goods_paid, decision.delivery)


def test_the_tier_follows_from_what_was_spent() -> None:
    """Who has spent 100.00 in a year is a bookworm, whatever tier was handed in with the order."""
    order = priced("ATLAS").order
    quote = shop.price(priced("ATLAS", "SIGNED", "NOVEL", "BOOKMARK", tier=None).order, at=MONDAY, history=History())
    first = shop.place(quote, id="A-1", paid=Tender("card", quote.payable))
    history = History([Purchase("e1", MONDAY, first)])

    assert (eur("80.36"), READER) == (quote.payable, shop.standing(history, at=MONDAY).tier)
    missing = shop.standing(history, at=MONDAY).distance
    assert missing is not None
    assert "To reach the Bookworm tier: Spend €19.64 more (so far €80.36 of €100.00)." == plain(missing)
    again = shop.price(order, at=MONDAY, history=history)
    second = Purchase("e2", MONDAY, shop.place(again, id="A-2", paid=Tender("card", again.payable)))
    assert eur("36.00") == shop.price(order, at=MONDAY, history=History([*history.events, second])).goods_paid


def test_the_combo_costs_less_and_ships_free() -> None:
    """A novel and a bookmark are 12.00 instead of 15.00, 11.76 for readers, and the parcel costs nothing."""
    decision = priced("NOVEL", "BOOKMARK")

    assert ("novel-and-bookmark", "club-rate") == tuple(each.id for each in decision.applied)
    assert (eur("11.76"), eur(0)) == (decision.goods_paid, decision.delivery)
    assert "Uwzględniliśmy promocję „Powieść z zakładką”. Oszczędzasz 6,90 €." == plain(
        decision.why("novel-and-bookmark"), "pl"
    )


def test_half_a_combo_says_what_is_missing() -> None:
    """Without a bookmark there is neither the price nor the free delivery, and the reason is told."""
    decision = priced("NOVEL")

    assert (eur("9.80"), eur("3.90")) == (decision.goods_paid, decision.delivery)
    assert "“A novel and a bookmark” does not apply. Add 1 more “bookmarks” item (you have 0, you need 1)." == plain(
        decision.why_not("novel-and-bookmark")
    )
    assert "“Club rate” does not apply. Only for the reader tier and above. We do not know your tier." == plain(
        priced("NOVEL", tier=None).why_not("club-rate")
    )


def test_thirty_days_and_sixty_for_bookworms() -> None:
    """Readers have thirty days and pay 2.50; bookworms have sixty and pay nothing."""
    assert [(True, eur("36.70")), (True, eur("36.70"))] == [
        (found.accepted, found.refund) for found in (back(priced("ATLAS"), "ATLAS", days) for days in (1, 30))
    ]
    late = back(priced("ATLAS"), "ATLAS", 31)
    assert not late.accepted
    assert ["We are sorry, this cannot be returned. The last day for this was April 3, 2026."] == [
        plain(each) for each in late.statements
    ]
    free = back(priced("ATLAS", tier=BOOKWORM), "ATLAS", 60)
    assert (True, eur(36)) == (free.accepted, free.refund)
    assert not back(priced("ATLAS", tier=BOOKWORM), "ATLAS", 61).accepted


def test_what_was_signed_stays() -> None:
    """A signed book is final sale, and that is what is said."""
    signed = back(priced("SIGNED"), "SIGNED", 1)

    assert not signed.accepted
    assert ["We are sorry, this cannot be returned. This was a final sale."] == [
        plain(each) for each in signed.statements
    ]


def test_who_keeps_half_of_the_combo_pays_for_it_alone() -> None:
    """The novel goes back: 11.76 less the bookmark at 4.90, and the fee."""
    preview = back(priced("NOVEL", "BOOKMARK"), "NOVEL", 1)

    assert eur("11.76") - eur("4.90") == preview.money.goods
    assert preview.money.goods - eur("2.50") == preview.refund
