"""onvinylstore.com: a discount by the points there are, all of which lapse 180 days after the last parcel."""

from __future__ import annotations

from datetime import date

import pytest

from aftercare import Days, PolicyBook, Promotion, custom, loyalty, pln, policies, stepped
from tests.stories import vinyl
from tests.stories.shopping import basket, ledger, noon, placed, points, sent, statement_of_points

program = loyalty.Program(
    "onvinylstore",
    zone="Europe/Warsaw",
    earning=loyalty.points(1, per=pln(1), tax="included"),
    lots=loyalty.Lots(hold="not", idle=loyalty.expire_unless_active(Days(180), activity=["dispatched"])),
)
rate = stepped(custom.number(vinyl.points), {1001: 5, 2001: 8, 3001: 10, 5001: 12, 25_001: 15})
shop = PolicyBook(
    "onvinylstore",
    zone="Europe/Warsaw",
    currencies=["PLN"],
    promotions=[Promotion("by-points", then=policies.percent_off(rate))],
)


def discount(balance: int) -> str:
    """What an order of 100 zl costs less with so many points."""
    order = basket("PLN", 100, customer_tags=[f"points:{balance}"])
    return str(shop.price(order, at=noon("2026-03-01")).saved)


@pytest.mark.parametrize(
    ("balance", "expected"),
    [
        (1000, "0.00 PLN"),
        (1001, "5.00 PLN"),
        (2000, "5.00 PLN"),
        (2001, "8.00 PLN"),
        (3001, "10.00 PLN"),
        (5001, "12.00 PLN"),
        (25_000, "12.00 PLN"),
        (25_001, "15.00 PLN"),
    ],
)
def test_discount(balance: int, expected: str) -> None:
    """Each rate takes more points than its number, not as many."""
    assert expected == discount(balance)


def test_idleness() -> None:
    """All points, and the discount with them, lapse 180 days after the last order that was dispatched."""
    events = (
        placed(shop, "2026-01-10", basket("PLN", 900), "A-1"),
        sent("2026-01-12", "A-1"),
        placed(shop, "2026-02-01", basket("PLN", 600), "A-2"),
        sent("2026-02-03", "A-2"),
        placed(shop, "2026-07-01", basket("PLN", 10), "A-3"),
    )

    assert ((date(2026, 8, 2), 1510),) == ledger(program, "2026-08-02", *events).expiring
    assert (
        "900 points expired, because there was no activity on your account; they were valid through August 2, 2026."
        in (statement_of_points(program, "2026-08-03", *events))
    )
    assert [1510, 0] == [points(program, day, *events) for day in ("2026-08-02", "2026-08-03")]
    assert ["5.00 PLN", "0.00 PLN"] == [discount(points(program, day, *events)) for day in ("2026-08-02", "2026-08-03")]
    assert 1510 == points(program, "2026-08-03", *events, sent("2026-07-02", "A-3"))
