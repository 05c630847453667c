"""Punch cards in the prices of a book: what is free is priced with everything else, and priced again from a receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from aftercare import (
    BookError,
    BookHistory,
    Customer,
    Days,
    Delivered,
    History,
    Line,
    Order,
    OrderError,
    PolicyBook,
    Product,
    Promotion,
    Purchase,
    Returned,
    ReturnPolicy,
    Tender,
    Units,
    cart,
    eur,
    item,
    loyalty,
    policies,
)
from aftercare.errors import DocumentError
from aftercare.interchange import read_receipt
from aftercare.punched import MOST_KNOWN

if TYPE_CHECKING:
    from aftercare import Receipt

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CARD = loyalty.PunchCard("cups", buy=3, of=item.category.is_("cup"))
TENTH = Promotion("ten", then=policies.percent_off(10, of=item.category.is_("cup")))


def shop(*promotions: Promotion, card: loyalty.PunchCard = CARD, **given: Any) -> PolicyBook:
    """A book with a punch card, where goods may come back."""
    terms: dict[str, Any] = {
        "zone": "UTC",
        "currencies": ["EUR"],
        "promotions": promotions,
        "returns": ReturnPolicy("standard", within=Days(30), after="delivered"),
        "loyalty": loyalty.Program("club", cards=[card, loyalty.VisitCard("visits", every=10, brings="tea")]),
        **given,
    }
    return PolicyBook("shop", **terms)


def order(cups: int = 1, plates: int = 0) -> Order:
    """Cups at 10.00, and plates at 7.00, which no card stamps."""
    lines = [Line("cup", Product("CUP", categories=["cup"]), cups, unit_price=eur(10))] if cups else []
    lines += [Line("plate", Product("PLATE"), plates, unit_price=eur(7))] if plates else []
    return Order(lines, currency="EUR", customer=Customer("ola"))


def bought(book: PolicyBook | BookHistory, goods: Order, day: int = 0, past: History | None = None) -> Receipt:
    """The receipt of an order so many days after the first."""
    quote = book.price(goods, at=NOON + day * DAY, history=past or History())
    return book.place(quote, id=f"A-{day}", paid=Tender("card", quote.payable))


def lived(*receipts: Receipt) -> History:
    """Purchases that arrived the next day."""
    placed = [Purchase(f"{each.id} placed", each.placed_at, each) for each in receipts]
    return History([*placed, *(Delivered(f"{each.id} came", each.placed_at + DAY, each.id) for each in receipts)])


def test_a_full_card_is_priced_by_the_book() -> None:
    """Three cups were stamped: the next is free, in every verb that prices, and only where its history is known."""
    book = shop(TENTH)
    past = lived(bought(book, order(3)))
    at = NOON + 3 * DAY

    assert eur(7) == book.price(order(1, 1), at=at, history=past).payable
    assert eur(7) == book.payable(order(1, 1), at=at, history=past)
    assert eur(7) == book.price_member(order(1, 1), at=at, history=past, tier=None).payable
    assert [eur(7)] == [each.payable for each in book.price_many([(order(1, 1), at, past)])]
    assert [eur(16), eur(16)] == [
        book.price(order(1, 1), at=at, history=each).payable for each in (None, past.until(NOON - DAY))
    ]


def test_a_card_fills_within_one_cart() -> None:
    """Three cups are paid, the fourth is free; of eight two are."""
    book = shop()

    assert [eur(30), eur(30), eur(60)] == [
        book.price(order(cups), at=NOON, history=History()).payable for cups in (3, 4, 8)
    ]


def test_what_is_free_has_its_reason() -> None:
    """The card is told as a promotion of this order, and others say why they give less."""
    book = shop(TENTH)
    decision = book.price(order(4), at=NOON, history=History())

    assert {"cups": eur(10), "ten": eur(3)} == {each.id: each.taken for each in decision.applied}
    assert {"ten", "cups"} == set(decision.states)
    assert "applied" == decision.explain("cups").state


def test_near_misses_know_the_card() -> None:
    """One cup more fills the card: it costs nothing, and brings what is spent where it has to be."""
    big = Promotion("big", when=cart.quantity().at_least(4), then=policies.percent_off(50, of="PLATE"))
    decision = shop(big).price(order(2, 1), at=NOON, history=lived(bought(shop(big), order(1))))
    (near,) = decision.nearest

    assert (eur("3.50"), eur("23.50")) == (near.net, near.payable)
    assert near.payable == shop(big).price(near.apply_to(decision.order), at=NOON, history=decision.history).payable


def test_a_receipt_tells_what_the_card_gave() -> None:
    """It is read back, priced again to the same, and returns are settled by it."""
    book = shop(TENTH)
    first = bought(book, order(3))
    second = bought(book, order(2, 1), 3, lived(first))
    history = lived(first, second)
    back = Returned("back", NOON + 5 * DAY, "A-3", [Units("cup", 1)], "change_of_mind", regimes=("promise",))
    settled = book.settle(second, history=History([*history.events, back]), at=NOON + 5 * DAY)

    assert ("card.cups", 1) == second.facts[0]
    assert second == read_receipt(second.text)
    assert book.replay(second).same
    assert BookHistory(shop(), {NOON: book}).replay(second).same
    assert eur(9) == settled.refund  # the cup that is kept is the free one
    assert 1 == len(book.preview_return(second, history=history, returning={"plate": 1}, at=back.at).assessments)


def test_a_card_that_holds_its_stamps() -> None:
    """What may still come back is not stamped yet."""
    card = loyalty.PunchCard("cups", buy=3, of="CUP", in_cart=False, lots=loyalty.Lots(hold="returns"))
    book = shop(card=card)
    past = lived(bought(book, order(3)))

    assert [eur(10), eur(0)] == [book.price(order(1), at=NOON + day * DAY, history=past).payable for day in (5, 40)]


def test_sets_of_free_units_are_kept_ready_in_bounds() -> None:
    """However many there are, each order is priced as its own."""
    book = shop()
    for cups in (*range(4, 4 * (MOST_KNOWN + 2), 4), 4):
        assert eur(10 * (cups - cups // 4)) == book.price(order(cups), at=NOON, history=History()).payable


def test_a_receipt_of_a_card_that_is_no_more() -> None:
    """A programme without the card cannot price it again, and says so; a fact of no card cannot be read."""
    book = shop()
    receipt = bought(book, order(4))
    gone = attrs.evolve(receipt, facts=(("card.pots", 1), *receipt.facts[1:]))

    with pytest.raises(OrderError, match="`pots` is no punch card of programme `club`"):
        book.replay(gone)
    with pytest.raises(DocumentError, match=r"fact of a receipt: allowed: `card.<id of a punch card>`"):
        read_receipt(attrs.evolve(receipt, facts=(("cups", 1), *receipt.facts[1:])).text)


def test_a_card_has_an_id_of_its_own() -> None:
    """A promotion of the same id could not be told from it."""
    with pytest.raises(BookError, match=r"loyalty.cards\[0\]: `cups` is also the id of a promotion"):
        shop(Promotion("cups", then=policies.percent_off(10)))


def test_without_cards_nothing_changes() -> None:
    """A programme without punch cards, and a book without a programme, price as they did."""
    plain = loyalty.Program("club", cards=[loyalty.VisitCard("visits", every=10, brings="tea")])
    for given in (plain, None):
        assert eur(40) == shop(loyalty=given).price(order(4), at=NOON, history=History()).payable
