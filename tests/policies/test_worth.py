"""What a unit of a receipt is worth, to refunds and to points alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare import (
    Days,
    Delivered,
    History,
    Line,
    Money,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Purchase,
    Receipt,
    Returned,
    ReturnPolicy,
    Tender,
    UnitPrice,
    eur,
    item,
    loyalty,
    policies,
)
from aftercare.interchange import read_receipt
from aftercare.loyalty.credit import Basis, counted_amounts
from aftercare.order_events import Units
from aftercare.policies.worth import Unit, Worths

if TYPE_CHECKING:
    from aftercare.policies.stacking import Entry

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GROSS, NET = Basis(tax="included"), Basis(tax="excluded")
TWO_FOR_ONE = Promotion("two-for-one", then=policies.buy(1, of="CUP").get(1, of="POT").free())
HALF_TAG = Promotion("half", then=policies.percent_off(50, of="POT", phase="catalogue"))
BOOK: dict[str, Any] = {
    "zone": "UTC",
    "currencies": ["EUR"],
    "returns": ReturnPolicy("standard", within=Days(30), after="delivered", refund="proportional"),
    "loyalty": loyalty.Program("club", earning=loyalty.points(1, per=eur("0.01"), tax="included")),
}


def placed(*promotions: Promotion, order: Order) -> Receipt:
    """The receipt of an order, paid by card."""
    book = PolicyBook("shop", promotions=promotions, **BOOK)
    quote = book.price(order, at=NOON)
    return book.place(quote, id="A-1", paid=[Tender("card", quote.payable)])


def pair(*promotions: Promotion, price: Any = None, **given: Any) -> Receipt:
    """A cup at 10.00 and a pot at 40.00."""
    lines = [
        Line("1", Product("CUP"), unit_price=eur(10), tax=23),
        Line("2", Product("POT"), unit_price=price or eur(40), tax=23),
    ]
    return placed(*promotions, order=Order(lines, currency="EUR", **given))


def test_points_are_earned_on_shares() -> None:
    """A cup pays for the pot that is free with it: by price, 2.00 of 10.00 are the cup, 8.00 the pot."""
    receipt = pair(TWO_FOR_ONE)

    assert {"1": 200, "2": 800} == counted_amounts(receipt, GROSS)
    assert {"1": 200, "2": 0} == counted_amounts(receipt, GROSS, {"1": 1})
    assert [200, 800] == [Worths(receipt)[Unit(line, 1)].paid for line in ("1", "2")]
    assert [1000, 0] == [Worths(receipt, shared=False)[Unit(line, 1)].paid for line in ("1", "2")]


def test_tax_is_shared_as_well() -> None:
    """Of 10.00 with 1.87 tax, 8.13 are without it: 1.63 and 6.50; on net prices tax comes on top of 10.00."""
    assert {"1": 163, "2": 650} == counted_amounts(pair(TWO_FOR_ONE), NET)
    net = pair(TWO_FOR_ONE, prices="net")
    assert {"1": 200, "2": 800} == counted_amounts(net, NET)
    assert {"1": 246, "2": 984} == counted_amounts(net, GROSS)


def test_before_discounts_nothing_is_shared() -> None:
    """Points on prices before discounts look at each unit alone."""
    basis = Basis(tax="included", price="before_discounts")

    assert {"1": 1000, "2": 4000} == counted_amounts(pair(TWO_FOR_ONE), basis)


def test_what_a_silent_pattern_touches_earns_none_and_the_rest_what_it_cost() -> None:
    """Where the pattern earns no points, the cup counts for the 10.00 that were paid for it."""
    silent = Promotion("silent", then=policies.buy(1, of="CUP").get(1, of="POT").free(), earns_points=False)
    receipt = pair(silent)

    assert ("silent",) == receipt.no_points
    assert {"1": 1000, "2": 0} == counted_amounts(receipt, GROSS, skip=receipt.no_points)


@pytest.mark.parametrize(
    ("price", "tag", "shares"),
    [
        (eur(40), eur(20), [333, 667]),
        (UnitPrice("40.005", "EUR"), UnitPrice("20.003", "EUR"), [333, 667]),
        (UnitPrice("0.125", "EUR"), UnitPrice("0.063", "EUR"), [994, 6]),
    ],
)
def test_the_receipt_knows_prices_after_the_catalogue_phase(price: Any, tag: Any, shares: list[int]) -> None:
    """At half the price tag the pot weighs half as much; the receipt stores that price, and it is read back."""
    receipt = pair(HALF_TAG, TWO_FOR_ONE, price=price)

    assert ((("2", tag)),) == receipt.occurrences[0].tags
    assert receipt == read_receipt(receipt.text)
    assert shares == [Worths(receipt)[Unit(line, 1)].paid for line in ("1", "2")]


def test_a_book_that_is_written_out_stores_the_same_prices() -> None:
    """Code that is made for a book tells the prices after the catalogue phase as the plain reader does."""
    member = Promotion("member", then=policies.named_price("member", of="CUP"))
    book = PolicyBook("shop", promotions=[HALF_TAG, member, TWO_FOR_ONE], **BOOK)
    cup = Line("1", Product("CUP"), unit_price=eur(10), prices={"member": eur(8)})
    order = Order([cup, Line("2", Product("POT"), unit_price=eur(40))], currency="EUR")
    plain = book.price(order, at=NOON)

    assert book.pricer.write("EUR") is not None
    assert plain == book.price(order, at=NOON)
    receipt = book.place(plain, id="A-1", paid=[Tender("card", plain.payable)])
    assert (("1", eur(8)), ("2", eur(20))) == receipt.occurrences[0].tags


def test_prices_that_no_pattern_needs_are_not_stored() -> None:
    """Without a change of price, or of goods that are in no occurrence, there is nothing to store."""
    assert () == pair(TWO_FOR_ONE).occurrences[0].tags
    assert "tags" not in pair(TWO_FOR_ONE).text
    lines = [Line(str(n), Product(sku), unit_price=eur(10)) for n, sku in enumerate(("CUP", "POT", "TIN"), 1)]
    tins = Promotion("tins", then=policies.percent_off(50, of=item.sku.is_("TIN"), phase="catalogue"))
    assert () == placed(tins, TWO_FOR_ONE, order=Order(lines, currency="EUR")).occurrences[0].tags


def test_each_occurrence_stores_the_prices_of_its_own_lines() -> None:
    """Two sets of which one has a new price tag: the other stores none."""
    lines = [Line(str(n), Product(sku), unit_price=eur(10)) for n, sku in enumerate(("CUP", "POT", "JAR", "TIN"), 1)]
    jars = Promotion("jars", then=policies.buy(1, of="JAR").get(1, of="TIN").free())
    receipt = placed(HALF_TAG, TWO_FOR_ONE, jars, order=Order(lines, currency="EUR"))

    expected = {"two-for-one": (("2", eur(5)),), "jars": ()}
    assert expected == {each.promotion: each.tags for each in receipt.occurrences}


THIRD = Promotion("third", then=policies.every(3, of="CUP").percent_off(70))
CLUB = Promotion("club", then=policies.percent_off(7))
books = st.sampled_from(
    [
        (TWO_FOR_ONE,),
        (HALF_TAG, TWO_FOR_ONE),
        (HALF_TAG, policies.stack(TWO_FOR_ONE, THIRD), CLUB),
        (THIRD, CLUB),
    ]
)


@settings(max_examples=60, deadline=None)
@given(books, st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5000)), min_size=1, max_size=3), st.data())
def test_a_refund_and_the_points_it_takes_are_of_the_same_money(
    promotions: tuple[Entry, ...], lines: list[tuple[int, int]], data: st.DataObject
) -> None:
    """With a point for every cent, whatever comes back takes as many points as it gives cents."""
    book = PolicyBook("shop", promotions=promotions, **BOOK)
    order = Order(
        [
            Line(str(n), Product("CUP" if n % 2 else "POT"), count, unit_price=Money.of_minor(price, "EUR"), tax=23)
            for n, (count, price) in enumerate(lines, 1)
        ],
        currency="EUR",
    )
    quote = book.price(order, at=NOON)
    receipt = book.place(quote, id="A-1", paid=[Tender("card", quote.payable)])
    past: list[Any] = [Purchase("buy", NOON, receipt), Delivered("came", NOON + timedelta(1), "A-1")]
    for day, line in enumerate(data.draw(st.permutations(order.lines)), 2):
        count = data.draw(st.integers(1, line.quantity))
        at = NOON + timedelta(day)
        preview = book.preview_return(receipt, history=History(past), returning={line.id: count}, at=at)
        assert preview.money.goods.minor == preview.points_taken
        past.append(Returned(f"back-{day}", at, "A-1", [Units(line.id, count)], "change_of_mind"))
