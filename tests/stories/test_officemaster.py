"""officemaster.pl: points for every full 50 zl, products for points, and 730 days that are not quite two years."""

from __future__ import annotations

from datetime import date

import pytest

from aftercare import (
    Days,
    Line,
    Order,
    PointsSpent,
    PolicyBook,
    Product,
    Promotion,
    Undone,
    cart,
    item,
    loyalty,
    pln,
    policies,
)
from tests.stories.shopping import back, basket, ledger, noon, placed, points, told

for_points = item.tag.is_("for-points")
ten_products_for_points = Promotion(
    "products-for-points",
    when=cart.amount(~for_points, basis="before_discounts").at_least(pln(30)),
    then=policies.fixed_price(pln("0.10"), of=policies.at_most(10, for_points)),
)
shop = PolicyBook("officemaster", zone="Europe/Warsaw", currencies=["PLN"], promotions=[ten_products_for_points])
program = loyalty.Program(
    "officemaster",
    zone="Europe/Warsaw",
    earning=loyalty.points(250, per=pln(50), tax="included", full_units=True),
    lots=loyalty.Lots(hold="not", expire=Days(730)),
    spending=loyalty.spending_rate(1, worth=pln("0.01"), most=4000, basket=pln(30)),
)


@pytest.mark.parametrize(("amount", "expected"), [(150, 750), (49, 0), ("149.99", 500), (100, 500)])
def test_full_fifties(amount: int | str, expected: int) -> None:
    """Only every full 50 zl earns."""
    assert expected == points(program, "2026-03-02", placed(shop, "2026-03-01", basket("PLN", amount)))


def test_full_return() -> None:
    """A return of everything takes all of its points."""
    found = ledger(
        program, "2026-03-05", placed(shop, "2026-03-01", basket("PLN", 100)), back("2026-03-05", "A-2026-03-01")
    )

    assert [500, -500] == [entry.points for entry in found.entries]


@pytest.mark.parametrize(("asked", "order", "taken"), [(5000, 100, 4000), (1000, "29.99", 0), (1000, 30, 1000)])
def test_limits_of_spending(asked: int, order: int | str, taken: int) -> None:
    """At most 4000 points an order, in a basket of 30 zl or more."""
    assert program.spending is not None
    assert taken == program.spending.plan(asked, balance=9000, order=pln(order)).points


@pytest.mark.parametrize(
    ("asked", "order", "expected"),
    [
        (5000, 100, "You asked to use 5,000, which is too many for one order: 4,000 points are used."),
        (
            1000,
            "29.99",
            "You can spend points on an order of at least PLN30.00; PLN0.01 is missing (your order comes to PLN29.99).",
        ),
    ],
)
def test_what_a_limit_says(asked: int, order: int | str, expected: str) -> None:
    """Whoever cannot spend all that was asked is told why."""
    assert program.spending is not None
    assert expected == told(program.spending.plan(asked, balance=9000, order=pln(order)).reason)


@pytest.mark.parametrize(("count", "expected"), [(5, "0.50"), (10, "1.00"), (11, "13.00")])
def test_products_for_points(count: int, expected: str) -> None:
    """Up to ten products cost 0.10 zl each beside their points; the eleventh costs its price of 12 zl."""
    paper = Line("paper", Product("PAPER"), unit_price=pln(30))
    mugs = Line("mugs", Product("MUG", tags=["for-points"]), count, unit_price=pln(12))
    order = Order([paper, mugs], currency="PLN")

    assert pln(30) + pln(expected) == shop.price(order, at=noon("2026-03-01")).payable


def test_order_that_is_not_shipped() -> None:
    """Points of an order that never left are given back."""
    events = (
        placed(shop, "2026-03-01", basket("PLN", 400)),
        PointsSpent("spend", noon("2026-03-02"), "basket-2", 1500),
        Undone("cancelled", noon("2026-03-04"), "spend"),
    )

    assert [500, 2000] == [points(program, day, *events) for day in ("2026-03-03", "2026-03-04")]


def test_730_days() -> None:
    """The 730 days, called two years, are one day less where a leap day is among them."""
    expiring = ledger(program, "2023-03-01", placed(shop, "2023-03-01", basket("PLN", 50))).expiring

    assert ((date(2025, 2, 28), 250),) == expiring
