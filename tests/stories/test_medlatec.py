"""medlatec.vn: what is used counts after seven days; a status lasts a year; the first upgrade may skip levels."""

from __future__ import annotations

from datetime import date

from aftercare import Days, Months, PolicyBook, Tier, loyalty, vnd
from tests.stories.shopping import ahead, basket, placed, points, standing, tier

SILVER, GOLD, DIAMOND = Tier("silver", 1), Tier("gold", 2), Tier("diamond", 3)

program = loyalty.Program(
    "medlatec",
    zone="Asia/Ho_Chi_Minh",
    ladder=loyalty.Ladder.by(
        loyalty.spend(within=loyalty.SinceChange()),
        {SILVER: vnd(5_000_000), GOLD: vnd(10_000_000), DIAMOND: vnd(20_000_000)},
        validity=loyalty.KeptFor(Months(12)),
        downgrade=loyalty.Downgrade("one_step"),
        steps="one_after_first",
        counts="confirmed",
    ),
    earning=loyalty.points(1, per=vnd(1000), tax="included"),
    lots=loyalty.Lots(hold=Days(7)),
)
shop = PolicyBook("medlatec", zone="Asia/Ho_Chi_Minh", currencies=["VND"])
SCAN = placed(shop, "2025-03-01", basket("VND", 12_000_000))
HOLDS = {("A-2025-03-01", "1"): date(2025, 3, 8), ("A-2025-06-01", "1"): date(2025, 6, 8)}


def test_seven_days() -> None:
    """Points, and the status, are counted once seven days have passed."""
    assert [0, 12_000] == [points(program, day, SCAN) for day in ("2025-03-08", "2025-03-09")]
    assert [None, GOLD] == [tier(program, day, SCAN, holds=HOLDS) for day in ("2025-03-08", "2025-03-09")]


def test_first_upgrade_skips() -> None:
    """The first upgrade may skip levels, later ones may not."""
    first = placed(shop, "2025-03-01", basket("VND", 6_000_000))
    second = placed(shop, "2025-06-01", basket("VND", 30_000_000))

    assert GOLD == tier(program, "2025-03-09", SCAN, holds=HOLDS)
    assert [SILVER, GOLD] == [tier(program, day, first, second, holds=HOLDS) for day in ("2025-06-08", "2025-06-09")]


def test_a_year_and_one_step() -> None:
    """A status lasts at most twelve months, and is then one step lower, or kept for who used as much again."""
    again = placed(shop, "2025-06-01", basket("VND", 10_000_000))

    assert date(2026, 3, 9) == standing(program, "2025-03-09", SCAN, holds=HOLDS).until
    assert (
        "On March 10, 2026, you will move to the silver tier unless, by the end of March 9, 2026, you do this: "
        "Spend ₫10,000,000 more (so far ₫0 of ₫10,000,000)."
    ) == ahead(program, "2025-03-09", SCAN, holds=HOLDS)
    assert [GOLD, SILVER] == [tier(program, day, SCAN, holds=HOLDS) for day in ("2026-03-09", "2026-03-10")]
    assert GOLD == tier(program, "2026-03-10", SCAN, again, holds=HOLDS)
