from __future__ import annotations

import datetime as dt
import fractions
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

import aftercare
from aftercare import (
    Adjustment,
    Days,
    History,
    Measured,
    Months,
    Name,
    ProfileChange,
    Referral,
    Review,
    Statement,
    Tier,
    Visit,
    amounts,
    eur,
    loyalty,
    pln,
    say,
)
from aftercare.calendar import start_of_day
from aftercare.loyalty.assessing import assess
from aftercare.loyalty.credit import Credit
from aftercare.loyalty.gathering import Version
from tests.loyalty.members import (
    GOLD,
    SILVER,
    SPENDING,
    ZONE,
    bought,
    joined,
    ladder_of_points,
    noon,
    sent_back,
    stands,
    tier,
)

if TYPE_CHECKING:
    from aftercare.loyalty.ladder import Climb


NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "loyalty": loyalty,
    "datetime": dt,
    "fractions": fractions,
}
YEAR = loyalty.CalendarYear()
LIFETIME = loyalty.Ladder.by(loyalty.spend(), SPENDING)
ROLLING = loyalty.Ladder.by(loyalty.spend(last=Months(12)), SPENDING)
HELD = {("A-2026-06-15", "1"): date(2026, 7, 15)}


def points(id: str, day: str, amount: int | Fraction) -> Measured:
    """So many points on a day."""
    return Measured(id, noon(day), "points", amount)


# Provisional and confirmed.

RETURNABLE = (bought("2026-01-10", 750), bought("2026-06-15", 300))


@pytest.mark.parametrize(
    ("day", "expected", "confirmed"),
    [("2026-06-15", GOLD, SILVER), ("2026-07-15", GOLD, SILVER), ("2026-07-16", GOLD, GOLD)],
)
def test_confirmed(day: str, expected: Tier, confirmed: Tier) -> None:
    """A tier is provisional while what earned it may come back, and confirmed on the day after the last day for it."""
    found = stands(ROLLING, day, *RETURNABLE, holds=HELD)

    assert (expected, confirmed) == (found.tier, found.confirmed)
    assert (expected == confirmed) == found.is_confirmed
    assert (Statement("standing.provisional", tier=Name("gold")) in found.why) == (expected != confirmed)


def test_undelivered() -> None:
    """A line that is not delivered yet counts for the tier, and confirms nothing."""
    found = stands(ROLLING, "2027-01-01", *RETURNABLE, holds={("A-2026-06-15", "1"): None})

    assert (GOLD, SILVER) == (found.tier, found.confirmed)


def test_return_before_confirmation() -> None:
    """What comes back before it is confirmed never counted, and the tier falls at once to what the rest supports."""
    validity = loyalty.KeptToYearEnd()
    ladder = loyalty.Ladder.by(loyalty.spend(within=YEAR), SPENDING, validity=validity)
    events = (*RETURNABLE, sent_back("2026-06-25", "A-2026-06-15"))

    assert GOLD == stands(ladder, "2026-06-24", *events, holds=HELD).tier
    after = stands(ladder, "2026-06-25", *events, holds=HELD)

    assert (SILVER, SILVER, date(2026, 1, 10)) == (after.tier, after.confirmed, after.since)


def test_return_after_confirmation() -> None:
    """What comes back once it is confirmed lowers the count, and the tier only at the end of its term."""
    validity = loyalty.KeptToYearEnd()
    ladder = loyalty.Ladder.by(loyalty.spend(within=YEAR), SPENDING, validity=validity)
    events = (*RETURNABLE, sent_back("2026-08-01", "A-2026-06-15"), bought("2027-01-10", 750))

    assert GOLD == stands(ladder, "2027-12-31", *events, holds=HELD).tier
    assert SILVER == stands(ladder, "2028-01-01", *events, holds=HELD).tier


def test_return_after_confirmation_without_validity() -> None:
    """Where nothing says how long a tier is kept, a return takes it at once."""
    events = (*RETURNABLE, sent_back("2026-08-01", "A-2026-06-15"))

    assert GOLD == stands(ROLLING, "2026-07-31", *events, holds=HELD).tier
    assert SILVER == stands(ROLLING, "2026-08-01", *events, holds=HELD).tier


def test_counts_when_confirmed() -> None:
    """A programme may count goods only once they are confirmed: seven days after, say."""
    ladder = loyalty.Ladder.by(loyalty.spend(last=Months(12)), SPENDING, counts="confirmed")

    assert SILVER == stands(ladder, "2026-07-15", *RETURNABLE, holds=HELD).tier
    found = stands(ladder, "2026-07-16", *RETURNABLE, holds=HELD)
    assert (GOLD, date(2026, 7, 16)) == (found.tier, found.since)


def test_rewards_once_confirmed() -> None:
    """Entering a tier brings its reward, and those of the tiers that were skipped, when it is confirmed."""
    ladder = loyalty.Ladder.by(loyalty.spend(), SPENDING, rewards={SILVER: 50, GOLD: 200})
    order = bought("2026-06-15", 1200)

    assert () == stands(ladder, "2026-07-15", order, holds=HELD).rewards
    settled = start_of_day(date(2026, 7, 16), ZONE)
    assert ((SILVER, settled, 50), (GOLD, settled, 200)) == stands(ladder, "2026-07-16", order, holds=HELD).rewards


def test_no_reward_for_keeping() -> None:
    """Keeping a tier for another term brings no reward."""
    ladder = ladder_of_points(within=YEAR, validity=loyalty.KeptToYearEnd(), rewards={SILVER: 50})
    events = (points("m1", "2025-03-01", 500), points("m2", "2026-03-01", 500))

    found = stands(ladder, "2027-03-01", *events)

    assert ["reached", "kept"] == [change.move for change in found.changes]
    assert ((SILVER, noon("2025-03-01") + timedelta(microseconds=1), 50),) == found.rewards


# What moves the tier, and what does not.


def test_spending_points_never_demotes() -> None:
    """Points that staff take away, or that are spent, are not credit: the tier stays."""
    ladder = loyalty.Ladder.by(loyalty.points_earned(), {SILVER: 100})
    given = Adjustment("a", noon("2026-01-10"), 100, reason="welcome", qualifying=True)
    taken = Adjustment("b", noon("2026-02-15"), -50, reason="mistake")

    assert SILVER == stands(ladder, "2026-03-01", given, taken).tier


def test_points_credit() -> None:
    """The points that the ledger says were earned count for a metric of points."""
    ladder = loyalty.Ladder.by(loyalty.points_earned(), {SILVER: 100})
    at = noon("2026-01-10")
    credit = Credit(at=at, day=date(2026, 1, 10), order="A", line="1", amount=Fraction(100), settled=at)

    found = assess(
        [Version(None, ladder)], History([joined("2026-01-01")]), at=at, zone=ZONE, holds={}, points=[credit]
    )

    assert SILVER == found.tier


@pytest.mark.parametrize(("steps", "expected"), [("any", GOLD), ("one", SILVER), ("one_after_first", GOLD)])
def test_steps(steps: Climb, expected: Tier) -> None:
    """A ladder may be climbed one tier at a time; the first time may skip tiers all the same."""
    ladder = ladder_of_points(steps=steps)

    assert expected == stands(ladder, "2026-01-01", points("m", "2026-01-01", 1500)).tier


def test_one_after_first() -> None:
    """After the first time, one tier at a time."""
    metric = loyalty.visits()
    top = Tier("top", 3)
    ladder = loyalty.Ladder.by(metric, {SILVER: 1, GOLD: 2, top: 3}, steps="one_after_first")
    at_once = [Visit(f"v{number}", noon("2026-02-01")) for number in range(2)]

    assert SILVER == stands(ladder, "2026-01-01", Visit("v", noon("2026-01-01"))).tier
    assert GOLD == stands(ladder, "2026-02-01", Visit("v", noon("2026-01-01")), *at_once).tier


def test_tenure() -> None:
    """The next tier waits for the least time in this one, then comes by itself, and is announced."""
    ladder = ladder_of_points(steps="one", tenure=Months(3))
    events = (points("m1", "2026-01-10", 1500),)

    before = stands(ladder, "2026-04-09", *events)

    assert SILVER == before.tier
    assert before.forecast is not None
    assert not before.at_risk
    assert (
        Statement("standing.forecast_reached", tier=Name("gold"), date=date(2026, 4, 10)) == before.forecast.statement
    )
    assert GOLD == stands(ladder, "2026-04-10", *events).tier


def test_turn_of_month() -> None:
    """A programme may change tiers with the turn of the month: up by what was earned, down by what has left."""
    ladder = ladder_of_points(within=loyalty.Rolling(Months(6)), changes="month")
    events = (points("m1", "2026-01-10", 500), points("m2", "2026-01-20", 500), points("m3", "2026-05-02", 500))

    found = [(day, tier(ladder, day, *events)) for day in ("2026-01-31", "2026-02-01", "2026-07-31", "2026-08-01")]

    assert [("2026-01-31", "base"), ("2026-02-01", "gold"), ("2026-07-31", "gold"), ("2026-08-01", "silver")] == found


def test_turn_of_month_and_tenure() -> None:
    """What waits for its tenure comes with the first month after it."""
    ladder = ladder_of_points(changes="month", steps="one", tenure=Days(40))
    events = (points("m1", "2026-01-10", 1500),)

    assert ["silver", "silver", "gold"] == [tier(ladder, f"2026-{day}", *events) for day in ("02-01", "03-31", "04-01")]


def test_turn_of_month_grace() -> None:
    """In the grace, what is earned again counts at the turn of the month, too."""
    ladder = ladder_of_points(
        within=loyalty.Rolling(Months(1)), changes="month", downgrade=loyalty.Downgrade(grace=Days(40))
    )
    events = (points("m1", "2026-01-10", 500),)

    assert date(2026, 4, 9) == stands(ladder, "2026-03-02", *events).grace
    assert "silver" == tier(ladder, "2026-04-30", *events)
    assert "base" == tier(ladder, "2026-05-01", *events)
    assert "silver" == tier(ladder, "2026-05-01", *events, points("m2", "2026-03-20", 500))


def test_grace_without_validity() -> None:
    """Credit that left its window starts the grace; new credit in it ends the danger."""
    ladder = ladder_of_points(within=loyalty.Rolling(Months(12)), downgrade=loyalty.Downgrade(grace=Days(10)))
    events = (points("m1", "2025-01-10", 500),)

    found = stands(ladder, "2026-01-10", *events)
    assert (SILVER, date(2026, 1, 19)) == (found.tier, found.grace)
    assert Statement("standing.grace", tier=Name("silver"), date=date(2026, 1, 19)) in found.why
    assert "silver" == tier(ladder, "2026-01-19", *events)
    assert "base" == tier(ladder, "2026-01-20", *events)
    assert "silver" == tier(ladder, "2026-01-20", *events, points("m2", "2026-01-15", 500))


def test_own_local_date() -> None:
    """A visit counts on the day that it carries, not on the one that the zone of the shop makes of its instant."""
    ladder = loyalty.Ladder.by(loyalty.visits(within=YEAR), {SILVER: 1}, validity=loyalty.KeptToYearEnd())
    at = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)

    assert date(2027, 12, 31) == stands(ladder, at, Visit("v", at)).until
    ahead = Visit("v", at, on=date(2027, 1, 1))
    assert None is stands(ladder, at, ahead).tier
    assert date(2028, 12, 31) == stands(ladder, "2027-01-01", ahead).until


@pytest.mark.parametrize(("zone", "expected"), [("Europe/Warsaw", 2027), ("UTC", 2026)])
def test_zone(zone: str, expected: int) -> None:
    """The zone of the programme says in which year a visit was."""
    ladder = loyalty.Ladder.by(
        loyalty.visits(within=YEAR), {SILVER: 1}, validity=loyalty.KeptToYearEnd(), downgrade=loyalty.Downgrade()
    )
    at = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    club = loyalty.Program("club", ladder=ladder, zone=zone)

    assert date(expected + 1, 12, 31) == club.standing(History([Visit("v", at)]), at=at).until


# Metrics.


@pytest.mark.parametrize(
    ("metric", "threshold", "missing", "code"),
    [
        (loyalty.orders(), 3, 1, "orders"),
        (loyalty.distinct_days(), 3, 1, "days"),
        (loyalty.visits(), 3, 2, "visits"),
        (loyalty.reviews(), 3, 2, "reviews"),
        (loyalty.referrals(), 3, 2, "referrals"),
        (loyalty.measure("nights"), 3, Fraction(1, 2), "measure"),
    ],
)
def test_metrics(metric: loyalty.Metric, threshold: int, missing: int | Fraction, code: str) -> None:
    """Each metric counts its own events, and says what is missing of it."""
    ladder = loyalty.Ladder.by(metric, {SILVER: threshold})
    at = noon("2026-03-03")
    events = (
        bought("2026-03-01", 10),
        bought("2026-03-02", 10),
        Visit("v", at),
        Review("r", at, "CUP"),
        Referral("f", at, "C-8"),
        Measured("n", at, "nights", Fraction(5, 2)),
        Measured("k", at, "kilometres", 100),
    )

    found = stands(ladder, "2026-03-03", *events)

    assert [missing] == [each.missing for each in found.missing]
    assert [f"standing.needs.{code}"] == [each.code for each in found.needs]
    assert found.distance is not None
    assert say(found.distance, locale="en")


def test_days_and_orders_given_back() -> None:
    """An order of which nothing is kept no longer counts, nor does its day once nothing is left of it."""
    ladder = loyalty.Ladder([(SILVER, loyalty.orders().at_least(9) & loyalty.distinct_days().at_least(9))])
    events = (
        bought("2026-03-01", 10, 20),
        bought("2026-03-01", 10, id="B"),
        sent_back("2026-03-05", "A-2026-03-01", "1"),
    )
    all_back = (*events, sent_back("2026-03-06", "A-2026-03-01", "2"), sent_back("2026-03-07", "B"))

    assert [2, 1] == [each.found for each in stands(ladder, "2026-03-05", *events).missing]
    assert [1, 1] == [each.found for each in stands(ladder, "2026-03-06", *all_back).missing]
    assert [0, 0] == [each.found for each in stands(ladder, "2026-03-07", *all_back).missing]


def test_attribute() -> None:
    """A tier may ask for a fact of the profile, and goes with it where it has no term."""
    ladder = loyalty.Ladder([(SILVER, loyalty.orders().at_least(1)), (GOLD, loyalty.attribute("card").is_(True))])
    events = (
        ProfileChange("k1", noon("2026-01-02"), "card", True),
        ProfileChange("k2", noon("2026-02-02"), "card", None),
    )
    order = bought("2026-01-01", 10)

    before = stands(ladder, "2026-01-01", order)
    assert (SILVER, Statement("standing.needs.attribute", key=Name("card"))) == (before.tier, before.needs[0])
    assert GOLD == stands(ladder, "2026-01-02", order, *events).tier
    assert SILVER == stands(ladder, "2026-02-02", order, *events).tier


def test_currencies() -> None:
    """A threshold in several currencies is reached in one of them; what is missing is said in the nearest."""
    ladder = loyalty.Ladder.by(loyalty.spend(), {SILVER: amounts(eur(500), pln(2000))})

    found = stands(ladder, "2026-01-01", bought("2026-01-01", 400))

    assert [eur(100)] == [each.missing for each in found.missing]


# Several requirements.

EITHER = loyalty.spend().at_least(eur(100)) | (loyalty.orders().at_least(3) & loyalty.visits().at_least(2))
TWO = loyalty.required(2, loyalty.orders().at_least(2), loyalty.visits().at_least(2), loyalty.reviews().at_least(2))


def test_two_more_purchases_and_150_points() -> None:
    """The distance names each metric that is short: two more purchases and 150 points."""
    ladder = loyalty.Ladder([(GOLD, loyalty.orders().at_least(3) & loyalty.measure("points").at_least(200))])

    found = stands(ladder, "2026-01-01", bought("2026-01-01", 10), points("m", "2026-01-01", 50))

    assert [2, 150] == [each.missing for each in found.missing]
    assert Statement("standing.next", tier=Name("gold"), parts=found.needs) == found.distance
    assert ["standing.needs.orders", "standing.needs.measure"] == [each.code for each in found.needs]


def test_choice() -> None:
    """Where one of several requirements is enough, the distance is a choice."""
    ladder = loyalty.Ladder([(GOLD, EITHER)])

    (needed,) = stands(ladder, "2026-01-01", bought("2026-01-01", 10)).needs

    assert "conditions.any" == needed.code
    spend, rest = dict(needed.params)["parts"]
    assert ("standing.needs.spend", "conditions.all") == (spend.code, rest.code)


@pytest.mark.parametrize(
    ("events", "codes"),
    [
        ((), ["conditions.at_least_of"]),
        ((Visit("v1", noon("2026-01-01")), Visit("v2", noon("2026-01-01"))), ["conditions.any"]),
    ],
)
def test_some_of(events: tuple[Visit, ...], codes: list[str]) -> None:
    """Of requirements of which some are enough, as many as are still short are to be chosen."""
    ladder = loyalty.Ladder([(GOLD, TWO)])

    assert codes == [each.code for each in stands(ladder, "2026-01-02", joined("2026-01-01"), *events).needs]


def test_some_of_reached() -> None:
    """Two of three are enough, and nothing is missing for a tier that waits only for its time."""
    events = [kind(f"{kind}{number}", noon("2026-01-01")) for kind in (Visit,) for number in range(2)]
    reviews = [Review(f"r{number}", noon("2026-01-01"), "CUP") for number in range(2)]
    ladder = loyalty.Ladder([(GOLD, TWO)])
    monthly = loyalty.Ladder([(GOLD, TWO)], changes="month")

    assert GOLD == stands(ladder, "2026-01-01", *events, *reviews).tier
    assert () == stands(monthly, "2026-01-01", *events, *reviews).needs
