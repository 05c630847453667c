"""Two shops of Spolem: a table of rewards that grows faster than its prices, and points that lapse every January."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from aftercare import History, Money, Months, PolicyBook, loyalty, pln
from aftercare.calendar import start_of_day
from tests.stories.shopping import basket, given, ledger, noon, placed, points

WARSAW = "Europe/Warsaw"
shop = PolicyBook("spolem", zone=WARSAW, currencies=["PLN"])

pulawy = loyalty.Program(
    "pulawy",
    zone=WARSAW,
    earning=loyalty.points(1, per=pln(5), tax="included", full_units=True),
    lots=loyalty.Lots(hold="not"),
)
rewards = loyalty.reward_table({400: pln(20), 800: pln(50)})

garwolin = loyalty.Program(
    "garwolin",
    zone=WARSAW,
    earning=loyalty.points(1, per=pln(5), tax="included", full_units=True),
    lots=loyalty.Lots(hold="not", expire=loyalty.expire_yearly(1, 31)),
)
double = loyalty.Program("garwolin", zone=WARSAW, earning=loyalty.points(2, per=pln(5), tax="included"))
NOTICE = date(2026, 2, 28)
changed = loyalty.ProgramVersions(garwolin, {start_of_day(Months(3).after(NOTICE), WARSAW): double})


@pytest.mark.parametrize(("amount", "expected"), [("19.99", 3), ("20.00", 4)])
def test_full_fives(amount: str, expected: int) -> None:
    """Every full 5 zl earns a point."""
    assert expected == points(pulawy, "2026-03-01", placed(shop, "2026-03-01", basket("PLN", amount)))


@pytest.mark.parametrize(("balance", "worth"), [(399, 0), (400, 20), (799, 20), (800, 50)])
def test_rewards(balance: int, worth: int) -> None:
    """Four hundred points are 20 zl, and eight hundred not twice that, but 50."""
    assert Money(worth, "PLN") == rewards.best(balance, currency="PLN").worth


def test_january() -> None:
    """Points lapse at the end of January, for the first time on 31 January 2021."""
    events = (given("2020-06-01", 30), given("2021-02-01", 40))

    assert ((date(2021, 1, 31), 30),) == ledger(garwolin, "2021-01-31", *events).expiring
    assert 0 == points(garwolin, "2021-01-31", *events) - 30
    assert ((date(2022, 1, 31), 40),) == ledger(garwolin, "2021-02-01", *events).expiring


@pytest.mark.parametrize(("day", "expected"), [("2026-05-27", 4), ("2026-05-28", 8)])
def test_notice_of_three_months(day: str, expected: int) -> None:
    """A change of the rules takes effect three months after its notice."""
    at: datetime = noon(day)

    assert expected == changed.ledger(History([placed(shop, day, basket("PLN", 20))]), at=at).available
