"""aotanica.vn: a point for 1,000 dong net of everything, five tiers with rates, birthdays capped by tier."""

from __future__ import annotations

import pytest

from aftercare import PolicyBook, Promotion, Tier, by, customer, loyalty, policies, vnd
from tests.stories.shopping import back, basket, given, noon, placed, points, standing, statement_of_points, told

MEMBER, SILVER, GOLD, PLATINUM, DIAMOND = (
    Tier(name, rank) for rank, name in enumerate(("member", "silver", "gold", "platinum", "diamond"))
)

program = loyalty.Program(
    "aotanica",
    zone="Asia/Ho_Chi_Minh",
    ladder=loyalty.Ladder.by(
        loyalty.points_earned(), {MEMBER: 1, SILVER: 1000, GOLD: 2000, PLATINUM: 5000, DIAMOND: 10_001}
    ),
    earning=loyalty.points(1, per=vnd(1000), tax="excluded", shipping=False),
)
tier_rate = Promotion(
    "tier-rate", then=policies.percent_off(by(customer.tier, {SILVER: 5, GOLD: 10, PLATINUM: 15, DIAMOND: 20}))
)
caps = {MEMBER: vnd(100_000), SILVER: vnd(200_000), GOLD: vnd(300_000), PLATINUM: vnd(400_000), DIAMOND: vnd(500_000)}
birthday = Promotion(
    "birthday",
    when=customer.tag.is_("birthday-in-30-days"),
    then=policies.percent_off(30, cap=by(customer.tier, caps)),
)
voucher = Promotion("voucher", codes=["XUAN"], then=policies.amount_off(vnd(200_000)))
one_offer = policies.best_of(tier_rate, birthday, voucher)
shop = PolicyBook("aotanica", zone="Asia/Ho_Chi_Minh", currencies=["VND"], promotions=[one_offer])


def test_what_counts() -> None:
    """Of 2,500,000 less a voucher of 200,000, with tax and delivery beside it, 2,300 points are earned: Gold."""
    order = basket("VND", 2_500_000, codes=["XUAN"], tax=8, mode="net", shipping="30000")
    purchase = placed(shop, "2026-03-01", order)

    assert 2300 == points(program, "2026-03-01", purchase)
    found = standing(program, "2026-03-01", purchase)
    assert GOLD == found.tier
    assert "You reached the gold tier on March 1, 2026. You earned 2,300 points (needed: 2,000)." == told(found.why[0])
    assert "To reach the platinum tier: Earn 2,700 more points (so far 2,300 of 5,000)." == told(found.distance)


@pytest.mark.parametrize(
    ("earned", "expected"),
    [
        (1, MEMBER),
        (999, MEMBER),
        (1000, SILVER),
        (1999, SILVER),
        (2000, GOLD),
        (4999, GOLD),
        (5000, PLATINUM),
        (10_000, PLATINUM),
        (10_001, DIAMOND),
    ],
)
def test_tiers(earned: int, expected: Tier) -> None:
    """Each tier starts at its own number of points; Diamond takes more than 10,000."""
    purchase = placed(shop, "2026-03-01", basket("VND", earned * 1000))

    assert expected == standing(program, "2026-03-01", purchase).tier


@pytest.mark.parametrize(
    ("tier", "saved"), [(MEMBER, 0), (SILVER, 50_000), (GOLD, 100_000), (PLATINUM, 150_000), (DIAMOND, 200_000)]
)
def test_rates(tier: Tier, saved: int) -> None:
    """Each tier has its own rate."""
    assert vnd(saved) == shop.price(basket("VND", 1_000_000, tier=tier), at=noon("2026-03-01")).saved


@pytest.mark.parametrize(("tier", "amount", "saved"), [(SILVER, 1_000_000, 200_000), (GOLD, 800_000, 240_000)])
def test_birthday(tier: Tier, amount: int, saved: int) -> None:
    """A birthday brings 30 percent up to the cap of the tier, in place of the rate of the tier."""
    order = basket("VND", amount, tier=tier, customer_tags=["birthday-in-30-days"])

    assert vnd(saved) == shop.price(order, at=noon("2026-03-01")).saved


def test_return() -> None:
    """An order that comes back loses its points, and the tier that rested on them."""
    events = (placed(shop, "2026-03-01", basket("VND", 2_500_000)), back("2026-03-09", "A-2026-03-01"))

    assert 0 == points(program, "2026-03-10", *events)
    assert standing(program, "2026-03-10", *events).tier is None
    assert [
        "You earned 2,500 points with order “A-2026-03-01”.",
        "We took back 2,500 points from order “A-2026-03-01”, because goods were returned.",
    ] == statement_of_points(program, "2026-03-10", *events)


def test_gifts_are_no_credit() -> None:
    """Points that were given away reach no tier."""
    assert standing(program, "2026-03-01", given("2026-03-01", 5000)).tier is None
