"""mallpay.cz: a year that ends on the day on which it started, which is no longer in it."""

from __future__ import annotations

from datetime import date

from aftercare import Months, loyalty
from tests.stories.shopping import given, ledger, statement_of_points

program = loyalty.Program(
    "mallpay",
    zone="Europe/Prague",
    lots=loyalty.Lots(hold="not", expire=loyalty.expire_after(Months(12), first_day=True)),
)


def test_expiry() -> None:
    """On 1 January 2024 the ten of a year before lapse; twenty stay until 12 March."""
    events = (given("2023-01-01", 10), given("2023-03-12", 20))

    assert 30 == ledger(program, "2023-12-31", *events).available
    assert 20 == ledger(program, "2024-01-01", *events).available
    assert ((date(2024, 3, 11), 20),) == ledger(program, "2024-01-01", *events).expiring
    assert (
        "10 points expired; they were valid through December 31, 2023."
        == (statement_of_points(program, "2024-01-01", *events)[-1])
    )
    assert [20, 0] == [ledger(program, day, *events).available for day in ("2024-03-11", "2024-03-12")]
