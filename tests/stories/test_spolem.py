"""Two shops of Spolem: a table of rewards that grows faster than its prices, and points that lapse every January."""

from __future__ import annotations

from datetime import date

import pytest

from aftercare import History, Money, Months, PolicyBook, loyalty, pln
from aftercare.calendar import start_of_day
from tests.stories.shopping import basket, given, ledger, noon, placed, points, statement_of_points, told

WARSAW = "Europe/Warsaw"
shop = PolicyBook("spolem", zone=WARSAW, currencies=["PLN"])

pulawy = loyalty.Program(
    "pulawy",
    zone=WARSAW,
    earning=loyalty.points(1, per=pln(5), tax="included", full_units=True),
    lots=loyalty.Lots(hold="not"),
)
pulawy_rewards = loyalty.reward_table({400: pln(20), 800: pln(50)})

garwolin = loyalty.Program(
    "garwolin",
    zone=WARSAW,
    earning=loyalty.points(1, per=pln(5), tax="included", full_units=True),
    lots=loyalty.Lots(hold="not", expire=loyalty.expire_yearly(1, 31)),
)
two_points = loyalty.Program("garwolin", zone=WARSAW, earning=loyalty.points(2, per=pln(5), tax="included"))
notice = date(2026, 2, 28)
announced = loyalty.ProgramVersions(garwolin, {start_of_day(Months(3).after(notice), WARSAW): two_points})


@pytest.mark.parametrize(("amount", "expected"), [("19.99", 3), ("20.00", 4)])
def test_full_fives(amount: str, expected: int) -> None:
    """Every full 5 zl earns a point."""
    assert expected == points(pulawy, "2026-03-01", placed(shop, "2026-03-01", basket("PLN", amount)))


@pytest.mark.parametrize(("balance", "worth"), [(399, 0), (400, 20), (799, 20), (800, 50)])
def test_rewards(balance: int, worth: int) -> None:
    """Four hundred points are 20 zl, and eight hundred not twice that, but 50."""
    assert Money(worth, "PLN") == pulawy_rewards.best(balance, currency="PLN").worth


def test_what_is_missing_for_a_reward() -> None:
    """Whoever has too few points is told how many more the first reward takes."""
    reason = pulawy_rewards.best(350, currency="PLN").reason

    assert "You need 50 more points for a reward (you have 350, it costs 400)." == told(reason)


def test_january() -> None:
    """Points lapse at the end of January, for the first time on 31 January 2021."""
    events = (given("2020-06-01", 30), given("2021-02-01", 40))

    assert ((date(2021, 1, 31), 30),) == ledger(garwolin, "2021-01-31", *events).expiring
    assert [30, 0] == [points(garwolin, day, events[0]) for day in ("2021-01-31", "2021-02-01")]
    assert "30 points expired; they were valid through January 31, 2021." in (
        statement_of_points(garwolin, "2021-02-01", *events)
    )
    assert ((date(2022, 1, 31), 40),) == ledger(garwolin, "2021-02-01", *events).expiring


@pytest.mark.parametrize(("day", "expected"), [("2026-05-27", 4), ("2026-05-28", 8)])
def test_notice_of_three_months(day: str, expected: int) -> None:
    """A change of the rules takes effect three months after its notice."""
    purchase = placed(shop, day, basket("PLN", 20))

    assert expected == announced.ledger(History([purchase]), at=noon(day)).available
