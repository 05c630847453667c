"""routine.vn: a year to earn again what keeps the tier, counted from the last change of it, or one level down."""

from __future__ import annotations

import pytest

from aftercare import Months, Tier, loyalty
from tests.stories.shopping import ahead, measured, standing, tier

VIP5, VIP10, VIP20 = Tier("vip5", 1), Tier("vip10", 2), Tier("vip20", 3)

program = loyalty.Program(
    "routine",
    zone="Asia/Ho_Chi_Minh",
    ladder=loyalty.Ladder.by(
        loyalty.measure("points", within=loyalty.SinceChange()),
        {VIP5: 1000, VIP10: 3000, VIP20: 8000},
        keep={VIP5: 500, VIP10: 1000, VIP20: 2000},
        validity=loyalty.KeptFor(Months(12)),
        downgrade=loyalty.Downgrade("one_step"),
    ),
)


@pytest.mark.parametrize(
    ("entered_with", "earned_since", "expected"),
    [
        (8000, 1999, VIP10),
        (8000, 2000, VIP20),
        (3000, 999, VIP5),
        (3000, 1000, VIP10),
        (1000, 499, None),
        (1000, 500, VIP5),
    ],
)
def test_keeping(entered_with: int, earned_since: int, expected: Tier | None) -> None:
    """Who earned enough within twelve months of the upgrade keeps the tier; who did not falls by one."""
    events = (measured("2025-03-01", "points", entered_with), measured("2025-09-01", "points", earned_since))

    assert tier(program, "2025-09-01", *events) == tier(program, "2026-03-01", *events)
    assert expected == tier(program, "2026-03-02", *events)


def test_what_is_told_before_and_after() -> None:
    """A member knows by when how much is missing; one more purchase after the fall does not undo it."""
    events = (measured("2025-03-01", "points", 8000), measured("2025-09-01", "points", 500))

    assert (
        "On March 2, 2026, you will move to the vip10 tier unless, by the end of March 1, 2026, you do this: "
        "Collect 1,500 more of “points” (so far 500 of 2,000)."
    ) == ahead(program, "2025-10-01", *events)
    assert VIP10 == tier(program, "2026-03-05", *events, measured("2026-03-05", "points", 10))


def test_upgrade_starts_the_year() -> None:
    """An upgrade starts another year, in which its own credit does not count."""
    events = (measured("2025-03-01", "points", 1000), measured("2025-09-01", "points", 3000))
    found = standing(program, "2026-03-02", *events)

    assert (VIP10, "2026-09-01") == (found.tier, str(found.until))
    assert VIP5 == tier(program, "2026-09-02", *events)
