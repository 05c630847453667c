"""sensen.pl: a point for 10 zl, worth 0.50 zl, for a year, and none for products that are reduced."""

from __future__ import annotations

from datetime import date

import pytest

from aftercare import Months, PolicyBook, item, loyalty, pln
from tests.stories.shopping import basket, ledger, placed, points, statement_of_points

shop = PolicyBook("sensen", zone="Europe/Warsaw", currencies=["PLN"])
program = loyalty.Program(
    "sensen",
    zone="Europe/Warsaw",
    earning=loyalty.points(1, per=pln(10), tax="included", of=~item.on_sale),
    lots=loyalty.Lots(hold="not", expire=Months(12)),
    spending=loyalty.spending_rate(1, worth=pln("0.50")),
)


@pytest.mark.parametrize(("reduced_from", "expected"), [(None, 9), ("120.00", 0)])
def test_reduced_products(reduced_from: str | None, expected: int) -> None:
    """Ten zl earn a point; what is reduced earns none."""
    order = basket("PLN", "99.00", on_sale_from=reduced_from)

    assert expected == points(program, "2026-03-01", placed(shop, "2026-03-01", order))


def test_worth() -> None:
    """A point is worth 0.50 zl."""
    assert program.spending is not None
    assert pln("4.50") == program.spending.plan(9, balance=9, order=pln(100)).worth


def test_a_year() -> None:
    """Points are good for a year."""
    order = placed(shop, "2026-03-01", basket("PLN", 10))

    assert ((date(2027, 3, 1), 1),) == ledger(program, "2026-03-01", order).expiring
    assert [
        "You earned 1 point with order “A-2026-03-01”.",
        "1 point expired; it was valid through March 1, 2027.",
    ] == statement_of_points(program, "2027-03-02", order)
