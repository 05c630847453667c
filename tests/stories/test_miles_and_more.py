"""Miles & More: miles that last three years to the end of a quarter, and not at all while a status is held."""

from __future__ import annotations

from datetime import date

import pytest

from aftercare import Months, Tier, loyalty
from tests.stories.shopping import ahead, ledger, measured, standing

TRAVELLER, SENATOR, HON = (
    Tier("frequent-traveller", 1),
    Tier("senator", 2),
    Tier("hon", 3),
)

program = loyalty.Program(
    "miles-and-more",
    zone="Europe/Berlin",
    ladder=loyalty.Ladder.by(
        loyalty.measure("status points", within=loyalty.CalendarYear()),
        {TRAVELLER: 650, SENATOR: 2000, HON: 6000},
        validity=loyalty.KeptToYearEnd(after=1, tail=Months(2)),
    ),
    earning=loyalty.points_for(1, on="measured", measure="miles"),
    lots=loyalty.Lots(
        hold="not",
        expire=loyalty.expire_after(Months(36), to_end_of="quarter"),
        suspended=loyalty.never_with(TRAVELLER, on_loss="restart"),
    ),
)


@pytest.mark.parametrize(
    ("flown", "expires"),
    [
        ("2016-12-12", date(2019, 12, 31)),
        ("2025-02-10", date(2028, 3, 31)),
        ("2026-03-31", date(2029, 3, 31)),
        ("2026-04-01", date(2029, 6, 30)),
    ],
)
def test_expiry(flown: str, expires: date) -> None:
    """Miles last 36 months from the day of the activity, and to the end of that quarter."""
    assert ((expires, 500),) == ledger(program, flown, measured(flown, "miles", 500)).expiring


def test_status() -> None:
    """No miles lapse while a status is held; on its loss all of them, older or newer, last as long as new ones."""
    events = (
        measured("2020-01-05", "miles", 4000),
        measured("2022-12-01", "status points", 700),
        measured("2024-05-02", "status points", 700),
        measured("2025-11-11", "miles", 900),
    )

    assert date(2026, 2, 28) == standing(program, "2026-02-28", *events).until
    kept = ledger(program, "2026-02-28", *events)
    assert (4900, ()) == (kept.available, kept.expiring)
    assert ((date(2029, 3, 31), 4900),) == ledger(program, "2026-03-02", *events).expiring
    assert (
        "On March 1, 2027, you will lose your tier unless, by the end of December 31, 2026, you do this: "
        "Collect 650 more of “status points” (so far 0 of 650)."
    ) == ahead(program, "2026-01-01", *events, measured("2025-12-01", "status points", 700))
    assert 4900 == ledger(program, "2029-03-31", *events).available
    assert 0 == ledger(program, "2029-04-01", *events).available


def test_notice() -> None:
    """The statement names what expires, day by day, so that this quarter and the next can be shown."""
    events = (measured("2025-02-10", "miles", 500), measured("2025-04-02", "miles", 300))

    expiring = ledger(program, "2028-02-10", *events).expiring

    assert ((date(2028, 3, 31), 500), (date(2028, 6, 30), 300)) == expiring


def test_status_points_start_anew() -> None:
    """Status points of the last year count for nothing on 1 January."""
    events = (measured("2025-12-31", "status points", 600), measured("2026-01-01", "status points", 60))

    assert standing(program, "2026-01-01", *events).tier is None
