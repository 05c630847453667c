"""myphamhq.com: points to 4 April, VIP in a year, VVIP in the year after it, and half as much to stay."""

from __future__ import annotations

from datetime import date

import pytest

from aftercare import PolicyBook, Promotion, Tier, by, customer, loyalty, policies, vnd
from tests.stories.shopping import ahead, basket, ledger, noon, placed, standing, tier

VIP, VVIP = Tier("vip", 1), Tier("vvip", 2)

program = loyalty.Program(
    "myphamhq",
    zone="Asia/Ho_Chi_Minh",
    ladder=loyalty.Ladder.by(
        loyalty.points_earned(within=loyalty.CalendarYear()),
        {VIP: 1000, VVIP: 2000},
        keep={VIP: 500, VVIP: 1000},
        validity=loyalty.KeptToYearEnd(),
        steps="one",
        changes="at_once",
    ),
    earning=loyalty.points(1, per=vnd(10_000), tax="included", full_units=True),
    lots=loyalty.Lots(hold="not", expire=loyalty.expire_yearly(4, 4)),
)
birthday = Promotion(
    "birthday", when=customer.tag.is_("birthday"), then=policies.percent_off(by(customer.tier, {VIP: 13, VVIP: 15}))
)
shop = PolicyBook("myphamhq", zone="Asia/Ho_Chi_Minh", currencies=["VND"], promotions=[birthday])
YEAR_1 = placed(shop, "2024-05-10", basket("VND", 10_000_000))


def test_points() -> None:
    """10,000 dong are a point, which is good through the next 4 April."""
    first, second = placed(shop, "2026-04-04", basket("VND", 19_999)), placed(shop, "2026-04-05", basket("VND", 10_000))

    assert ((date(2026, 4, 4), 1),) == ledger(program, "2026-04-04", first).expiring
    assert ((date(2027, 4, 4), 1),) == ledger(program, "2026-04-05", first, second).expiring


@pytest.mark.parametrize(("points", "expected"), [(499, None), (500, VIP), (1999, VIP), (2000, VVIP)])
def test_second_year(points: int, expected: Tier | None) -> None:
    """A thousand points in a year are VIP; in the year after it 500 keep it, and 2000 make a VVIP."""
    events = (YEAR_1, placed(shop, "2025-06-01", basket("VND", points * 10_000)))

    assert VIP == tier(program, "2024-05-10", *events)
    assert expected == tier(program, "2026-01-01", *events)


def test_what_a_vip_is_told() -> None:
    """Whoever has earned too little so far knows what is missing, and by when."""
    assert (
        "On January 1, 2026, you will lose your tier unless, by the end of December 31, 2025, you do this: "
        "Earn 400 more points (so far 100 of 500)."
    ) == ahead(program, "2025-06-01", YEAR_1, placed(shop, "2025-05-01", basket("VND", 1_000_000)))


@pytest.mark.parametrize(("points", "expected"), [(999, VIP), (1000, VVIP)])
def test_keeping_the_highest(points: int, expected: Tier) -> None:
    """A VVIP stays one with a thousand points a year; with fewer, they still keep VIP."""
    events = (
        YEAR_1,
        placed(shop, "2025-06-01", basket("VND", 20_000_000)),
        placed(shop, "2026-06-01", basket("VND", points * 10_000)),
    )

    assert VVIP == standing(program, "2026-12-31", *events).tier
    assert expected == tier(program, "2027-01-01", *events)


@pytest.mark.parametrize(("tier", "saved"), [(None, 0), (VIP, 130_000), (VVIP, 150_000)])
def test_birthday(tier: Tier | None, saved: int) -> None:
    """A birthday brings 13 or 15 percent."""
    order = basket("VND", 1_000_000, tier=tier, customer_tags=["birthday"])

    assert vnd(saved) == shop.price(order, at=noon("2026-03-01")).saved
