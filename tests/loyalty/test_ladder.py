from __future__ import annotations

import datetime as dt
import fractions
import pickle
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

import aftercare
from aftercare import (
    BookError,
    CalendarError,
    Days,
    History,
    Measured,
    Months,
    Name,
    Pin,
    PolicyError,
    SignUp,
    Statement,
    Tier,
    TruthError,
    Visit,
    amounts,
    canonical,
    eur,
    loyalty,
    pln,
    say,
)
from tests.loyalty.members import (
    BASE,
    GOLD,
    SILVER,
    SPENDING,
    ZONE,
    bought,
    joined,
    ladder_of_points,
    noon,
    stands,
    tier,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "loyalty": loyalty,
    "datetime": dt,
    "fractions": fractions,
}
YEAR = loyalty.CalendarYear()
TO_YEAR_END = loyalty.KeptToYearEnd()


def points(id: str, day: str, amount: int) -> Measured:
    """So many points on a day."""
    return Measured(id, noon(day), "points", amount)


# What lies ahead.


def test_forecast() -> None:
    """On 1 January the member will be Silver unless 120 are spent."""
    spending = {SILVER: eur(500), GOLD: eur(1000)}
    ladder = loyalty.Ladder.by(loyalty.spend(within=YEAR), spending, validity=TO_YEAR_END)
    events = (bought("2025-03-01", 1000), bought("2026-03-01", 880))

    found = stands(ladder, "2026-11-22", *events)

    assert found.at_risk
    assert found.forecast is not None
    assert (date(2027, 1, 1), SILVER) == (found.forecast.on, found.forecast.tier)
    assert [eur(120)] == [each.missing for each in found.forecast.missing]
    assert "standing.forecast" == found.forecast.statement.code
    assert "gold" == tier(ladder, "2027-01-01", *events, bought("2026-12-31", 120))


def test_forecast_to_nothing() -> None:
    """Who would have no tier left is told so."""
    ladder = loyalty.Ladder.by(loyalty.visits(last=Months(1)), {SILVER: 1})

    found = stands(ladder, "2026-01-10", Visit("v", noon("2026-01-10"))).forecast

    assert found is not None
    assert "standing.forecast_none" == found.statement.code


def test_forecast_with_grace() -> None:
    """With a grace the day is the one after it, and what is missing is what the term was judged by."""
    ladder = ladder_of_points(within=YEAR, validity=TO_YEAR_END, downgrade=loyalty.Downgrade(grace=Days(30)))
    events = (points("m", "2025-03-01", 1000),)

    before, within = (stands(ladder, day, *events).forecast for day in ("2026-12-01", "2027-01-15"))

    assert before is not None
    assert within is not None
    assert (date(2027, 1, 31), date(2026, 12, 31)) == (before.on, before.by)
    assert (date(2027, 1, 31), date(2027, 1, 30)) == (within.on, within.by)


@pytest.mark.parametrize("metric", [loyalty.visits(), loyalty.visits(last=Months(1200))])
def test_no_forecast(metric: loyalty.Metric) -> None:
    """Nothing lies ahead where a tier is kept for good, or for longer than anybody plans."""
    ladder = loyalty.Ladder.by(metric, {SILVER: 1})

    assert None is stands(ladder, "2026-01-10", Visit("v", noon("2026-01-10"))).forecast


# Decisions of staff.

EARNED = (joined("2026-01-01"), bought("2026-01-02", 600))


def pinned(day: str, tier: Tier | None, **options: Any) -> Pin:
    """A pin that starts at noon."""
    return Pin(f"pin {day}", noon(day), tier, reason="long wait", by="Ewa", **options)


@pytest.mark.parametrize(
    ("pins", "day", "expected"),
    [
        ((pinned("2026-02-01", GOLD, until=noon("2026-03-01")),), "2026-02-28", GOLD),
        ((pinned("2026-02-01", GOLD, until=noon("2026-03-01")),), "2026-03-01", SILVER),
        ((pinned("2026-02-01", BASE),), "2026-02-02", SILVER),
        ((pinned("2026-02-01", BASE, kind="exact"),), "2026-02-02", BASE),
        ((pinned("2026-02-01", GOLD), pinned("2026-02-10", None)), "2026-02-10", SILVER),
        ((pinned("2026-02-01", GOLD), pinned("2026-02-10", BASE)), "2026-02-10", SILVER),
        ((pinned("2026-02-01", GOLD, until=noon("2026-02-05")), pinned("2026-02-10", None)), "2026-02-04", GOLD),
        ((pinned("2026-02-01", GOLD, until=noon("2026-02-05")), pinned("2026-02-10", None)), "2026-02-11", SILVER),
        ((pinned("2026-02-10", None),), "2026-02-11", SILVER),
    ],
)
def test_pins(pins: tuple[Pin, ...], day: str, expected: Tier) -> None:
    """A pin holds until it ends, as a floor or exactly, and what the member earns goes on underneath."""
    ladder = loyalty.Ladder.by(loyalty.spend(), {BASE: eur(0), **SPENDING})

    found = stands(ladder, day, *EARNED, *pins)

    assert (expected, SILVER) == (found.tier, found.earned)


def test_pin_says_why() -> None:
    """The reason of a pin is told."""
    ladder = loyalty.Ladder.by(loyalty.spend(), SPENDING)

    found = stands(ladder, "2026-02-02", *EARNED, pinned("2026-02-01", GOLD))

    assert Statement("standing.pinned", tier=Name("gold"), reason=Name("long wait")) == found.why[-1]


def test_grace_after_pin() -> None:
    """When a pin ends, the grace of the ladder applies before the tier falls to what is earned."""
    ladder = loyalty.Ladder.by(loyalty.spend(), SPENDING, downgrade=loyalty.Downgrade(grace=Days(10)))
    pin = pinned("2026-02-01", GOLD, until=noon("2026-03-01"))

    assert [GOLD, SILVER] == [stands(ladder, day, *EARNED, pin).tier for day in ("2026-03-11", "2026-03-12")]


# Events that do not count.


def test_before_joining() -> None:
    """What happened before the member joined does not count, and is named."""
    ladder = loyalty.Ladder.by(loyalty.spend(), SPENDING)
    early = bought("2025-12-30", 5000)
    early_visit = Visit("v", noon("2025-12-31"))

    found = stands(ladder, "2026-01-02", early, early_visit, *EARNED)

    assert SILVER == found.tier
    names = [Name(early.id), Name("v")]
    assert [Statement("standing.ignored.early", event=each, date=date(2026, 1, 1)) for each in names] == [
        *found.ignored
    ]


def test_nothing_yet() -> None:
    """Before anything happened, a member has the tier for which nothing is needed, if there is one."""
    free = loyalty.Ladder.by(loyalty.spend(), {BASE: eur(0), **SPENDING})

    assert (BASE, (Statement("standing.base", tier=Name("base")),)) == (
        stands(free, "2026-01-01").tier,
        stands(free, "2026-01-01").why,
    )
    none = stands(loyalty.Ladder.by(loyalty.spend(), SPENDING), "2026-01-01")
    assert (None, (Statement("standing.none"),)) == (none.tier, none.why)


def test_unknown_currency() -> None:
    """An order in a currency that the ladder has no amount in does not count, and is named."""
    ladder = loyalty.Ladder.by(loyalty.spend(), {SILVER: pln(100)})

    found = stands(ladder, "2026-01-02", *EARNED)

    ignored = Statement("standing.ignored.currency", order=Name("A-2026-01-02"), currency=Name("EUR"))
    assert (None, (ignored,)) == (found.tier, found.ignored)


def test_unknown_tier() -> None:
    """A pin to a tier that is not on the ladder does not count, and is named."""
    ladder = loyalty.Ladder.by(loyalty.spend(), SPENDING)
    pin = pinned("2026-02-01", Tier("platinum", 9))

    found = stands(ladder, "2026-02-02", *EARNED, pin)

    ignored = Statement("standing.ignored.tier", event=Name(pin.id), tier=Name("platinum"))
    assert (SILVER, (ignored,)) == (found.tier, found.ignored)


# Versions.


def versions(start: str, **later: Any) -> loyalty.ProgramVersions:
    """A programme by points of the year, and another ladder from a day on."""
    first = loyalty.Program("club", ladder=ladder_of_points(within=YEAR, validity=TO_YEAR_END), zone=ZONE)
    return loyalty.ProgramVersions(first, {noon(start): loyalty.Program("club", ladder=loyalty.Ladder(**later))})


def test_version_keeps_granted_term() -> None:
    """A tier that was granted keeps its term under a new programme, which decides what is gained and kept later."""
    metric = loyalty.measure("points", within=YEAR)
    club = versions(
        "2026-02-01",
        enter={BASE: metric.at_least(0), SILVER: metric.at_least(5000), GOLD: metric.at_least(9000)},
        validity=TO_YEAR_END,
    )
    history = History([points("m1", "2025-06-01", 1000), points("m2", "2026-06-01", 5000)])

    found = [club.standing(history, at=noon(day)).tier for day in ("2026-01-31", "2026-12-31", "2027-01-01")]

    assert [GOLD, GOLD, SILVER] == found
    assert SILVER == club.standing(History([points("m", "2026-06-01", 5000)]), at=noon("2026-06-01")).tier


def test_version_without_the_tier() -> None:
    """Where the new ladder lacks a tier, the member has the highest one that is not above it."""
    metric = loyalty.measure("points")
    club = versions("2026-02-01", enter={SILVER: metric.at_least(500)})
    without = versions("2026-02-01", enter={Tier("platinum", 9): metric.at_least(9000)})
    history = History([points("m1", "2025-06-01", 1000)])

    assert SILVER == club.standing(history, at=noon("2026-02-01")).tier
    assert None is without.standing(history, at=noon("2026-02-01")).tier


# What cannot be.


def problems(**terms: Any) -> list[tuple[str, str]]:
    """What a programme with a ladder of those terms is refused for."""
    with pytest.raises(BookError) as refused:
        loyalty.Program("club", ladder=loyalty.Ladder(**terms))
    return [(problem.path, problem.message.split(":")[0]) for problem in refused.value.problems]


POINTS = loyalty.measure("points")


@pytest.mark.parametrize(
    ("terms", "path", "message"),
    [
        (
            {"enter": {SILVER: POINTS.at_least(500), GOLD: POINTS.at_least(500)}},
            "ladder.enter[gold]",
            "`loyalty.measure('points').at_least(500)` is not more than `loyalty.measure('points').at_least(500)`",
        ),
        (
            {
                "enter": {
                    SILVER: POINTS.at_least(500) & loyalty.visits().at_least(2),
                    GOLD: POINTS.at_least(500) & loyalty.visits().at_least(1) & loyalty.attribute("card").is_(True),
                }
            },
            "ladder.enter[gold]",
            "`loyalty.visits().at_least(1)` is not more than `loyalty.visits().at_least(2)` of the tier below",
        ),
        (
            {"enter": {SILVER: loyalty.spend().at_least(eur(5)), GOLD: loyalty.spend().at_least(eur(4))}},
            "ladder.enter[gold]",
            '`loyalty.spend().at_least(Money("4.00", "EUR"))` is not more than',
        ),
        (
            {
                "enter": {
                    SILVER: loyalty.spend().at_least(eur(5)),
                    GOLD: loyalty.spend().at_least(amounts(eur(9), pln(40))),
                }
            },
            "ladder.enter[gold]",
            "has amounts in EUR, PLN, other tiers in EUR",
        ),
        (
            {"enter": {SILVER: POINTS.at_least(5), Tier("gold", 1): POINTS.at_least(9)}},
            "ladder.enter[silver]",
            "`gold` and `silver` have the rank 1",
        ),
        (
            {"enter": {SILVER: POINTS.at_least(5), Tier("silver", 2): POINTS.at_least(9)}},
            "ladder.enter[silver]",
            "`silver` is the id of two tiers",
        ),
        (
            {"enter": {SILVER: POINTS.at_least(5)}, "retention": {GOLD: POINTS.at_least(5)}},
            "ladder.retention[gold]",
            "`gold` is no tier of this ladder",
        ),
        (
            {"enter": {SILVER: POINTS.at_least(5)}, "rewards": {SILVER: 0}},
            "ladder.rewards[silver]",
            "entering a tier brings a whole number of points, given `0`",
        ),
        (
            {"enter": {SILVER: loyalty.visits(within=YEAR).at_least(5)}},
            "ladder.enter[silver]",
            "`loyalty.visits(within=loyalty.CalendarYear((1, 1))).at_least(5)` starts anew every year",
        ),
        (
            {
                "enter": {SILVER: loyalty.visits(within=loyalty.CalendarYear((4, 1))).at_least(5)},
                "validity": TO_YEAR_END,
            },
            "ladder.enter[silver]",
            "the year of `loyalty.visits(within=loyalty.CalendarYear((4, 1))).at_least(5)` starts on (4, 1)",
        ),
        (
            {"enter": {SILVER: loyalty.visits().at_least(5)}, "carry": loyalty.Carry()},
            "ladder.enter[silver]",
            "`loyalty.visits().at_least(5)` carries nothing over",
        ),
    ],
)
def test_impossible(terms: dict[str, Any], path: str, message: str) -> None:
    """A ladder that cannot keep what it promises is refused when the programme is built, with the path."""
    assert [] != [each for found, each in problems(**terms) if found == path and each.startswith(message)]


def test_all_problems_at_once() -> None:
    """Every problem of a programme is named at once."""
    with pytest.raises(BookError) as refused:
        loyalty.Program(
            " ", ladder=loyalty.Ladder.by(POINTS, {SILVER: 5, GOLD: 4}, rewards={GOLD: -1}), zone="Europe/Warsw"
        )

    assert ["id", "zone", "ladder.rewards[gold]", "ladder.enter[gold]"] == [
        problem.path for problem in refused.value.problems
    ]


NO_TIERS = loyalty.Program("club", zone=ZONE)
NO_ZONE = loyalty.Program("club", ladder=loyalty.Ladder.by(POINTS, {SILVER: 5}))


@pytest.mark.parametrize(
    ("attempt", "error", "message"),
    [
        (lambda: loyalty.Ladder({}), PolicyError, "a ladder has at least one tier"),
        (lambda: loyalty.Ladder({SILVER: 5}), PolicyError, "tier `silver` takes a requirement"),
        (
            lambda: loyalty.Ladder({"silver": POINTS.at_least(5)}),
            PolicyError,
            "a table of tiers has a tier in each row",
        ),
        (lambda: ladder_of_points(validity=Months(12)), PolicyError, "does not say how long a tier is kept"),
        (lambda: ladder_of_points(steps="two"), PolicyError, "`two` is not a way to climb"),
        (lambda: ladder_of_points(changes="day"), PolicyError, "`day` is not a time for changes"),
        (lambda: ladder_of_points(counts="some"), PolicyError, "`some` is not a way to count"),
        (lambda: ladder_of_points(tenure=5), PolicyError, "`5` is no length of time"),
        (lambda: loyalty.Downgrade("two_steps"), PolicyError, "`two_steps` is not a way to fall"),
        (lambda: loyalty.Carry(cap=0), PolicyError, "capped at a whole number above zero"),
        (lambda: loyalty.KeptFor(12), PolicyError, "a tier is kept for some days or months"),
        (lambda: loyalty.KeptFor(Months(1), to_end_of="week"), PolicyError, "to the end of `week`"),
        (lambda: loyalty.KeptToYearEnd(after=0), PolicyError, "at least one whole year"),
        (lambda: loyalty.CalendarYear((2, 29)), PolicyError, "does not start every year"),
        (lambda: loyalty.CalendarYear("april"), PolicyError, "`'april'` does not start"),
        (lambda: loyalty.Rolling(Months(0)), PolicyError, "credit counts for some months"),
        (lambda: loyalty.visits(within=Months(1)), PolicyError, "no time to count over"),
        (lambda: loyalty.visits(last=Months(1), within=YEAR), PolicyError, "two times to count over"),
        (lambda: loyalty.visits().at_least(1.5), PolicyError, "compared with a whole number"),
        (lambda: loyalty.visits().at_least(True), PolicyError, "zero or more, not with `True`"),
        (lambda: loyalty.spend().at_least(5), PolicyError, "compared with money"),
        (lambda: loyalty.spend().at_least(eur(-5)), PolicyError, "such as `eur(300)`, not with"),
        (lambda: loyalty.measure(" "), PolicyError, "a measure has a name"),
        (lambda: loyalty.attribute("card").one_of(), PolicyError, "compared with nothing"),
        (lambda: loyalty.required(3, POINTS.at_least(1)), PolicyError, "`3` of 1 requirements cannot be needed"),
        (lambda: loyalty.required(1, POINTS), PolicyError, "is no requirement"),
        (lambda: bool(POINTS.at_least(1)), TruthError, "neither true nor false"),
        (lambda: NO_TIERS.standing(History(), at=noon("2026-01-01")), PolicyError, "program `club` has no tiers"),
        (lambda: NO_ZONE.standing(History(), at=noon("2026-01-01")), PolicyError, "program `club` has no zone"),
        (
            lambda: loyalty.Program("club", ladder=NO_ZONE.ladder, zone=ZONE).standing(
                History(), at=datetime(2026, 1, 1)
            ),
            CalendarError,
            "the instant of a standing needs a zone",
        ),
    ],
)
def test_refused(attempt: Callable[[], object], error: type[Exception], message: str) -> None:
    """What cannot be is refused, and the error says what is allowed."""
    with pytest.raises(error, match=re.escape(message)):
        attempt()


# Values.

FULL = loyalty.Ladder(
    {
        BASE: POINTS.at_least(0),
        SILVER: loyalty.any_required(
            loyalty.spend(last=Months(6)).at_least(amounts(eur(5), pln(20))), POINTS.at_least(Fraction(1, 2))
        ),
        GOLD: loyalty.required(
            2,
            loyalty.attribute("card").one_of(True, "yes"),
            loyalty.orders().at_least(1),
            loyalty.spend(basis=loyalty.Basis(tax="excluded")).at_least(amounts(eur(5), pln(20))),
        )
        & loyalty.points_earned(within=loyalty.MembershipYear()).at_least(3),
    },
    validity=loyalty.KeptToYearEnd(after=2, starts=(4, 1), tail=Months(1), minimum=Days(90)),
    retention={SILVER: loyalty.distinct_days(within=loyalty.SinceChange()).at_least(2)},
    downgrade=loyalty.Downgrade("base", grace=Days(3)),
    tenure=Days(30),
    rewards={GOLD: 5},
)


@pytest.mark.parametrize(
    "value",
    [
        FULL,
        loyalty.Program(
            "club", ladder=ladder_of_points(carry=loyalty.Carry(), within=loyalty.SinceChange()), zone=ZONE
        ),
        loyalty.ProgramVersions(loyalty.Program("club"), {datetime(2026, 1, 1, tzinfo=UTC): NO_TIERS}),
        loyalty.KeptFor(Days(3), to_end_of="month"),
        loyalty.KeptToAnniversary(minimum=Months(2)),
        loyalty.Carry(cap=5),
        loyalty.Lifetime(),
        stands(FULL, "2026-06-01", bought("2026-01-01", 10), pinned("2026-01-02", GOLD)),
    ],
)
def test_values(value: object) -> None:
    """The `repr` is the code that builds the value; it pickles, hashes, and has a fingerprint."""
    assert value == eval(repr(value), dict(NAMESPACE))  # noqa: S307 - that is what is promised
    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301 - our own bytes
    assert canonical.fingerprint(value)


def test_operators_are_flat() -> None:
    """A chain of the same operator is one requirement of several parts."""
    one, two, three = (loyalty.visits().at_least(number) for number in (1, 2, 3))

    assert loyalty.all_required(one, two, three) == one & two & three
    assert loyalty.any_required(one, two, three) == one | two | three
    assert loyalty.all_required(one | two, three) == (one | two) & three


def test_free_of_charge() -> None:
    """A tier is free when enough of its requirements need nothing."""
    free, dear = loyalty.visits().at_least(0), loyalty.visits().at_least(1)

    assert (free | dear).is_free
    assert not (free & dear).is_free
    assert not loyalty.attribute("card").is_(True).is_free
    assert loyalty.spend().at_least(eur(0)).is_free


def test_every_sentence() -> None:
    """Everything that is said about a standing has words."""
    found = stands(
        FULL, "2026-06-01", bought("2026-01-01", 10), Visit("v", noon("2026-01-03")), SignUp("s", noon("2026-01-02"))
    )

    for statement in (*found.why, *found.ignored, *(change.statement for change in found.changes), *found.needs):
        assert say(statement, locale="en")


def test_version_without_validity() -> None:
    """A term runs to its end under a ladder that has none, and then the tier follows the credit."""
    club = versions("2026-02-01", enter={BASE: POINTS.at_least(0), SILVER: POINTS.at_least(500)})
    history = History([points("m1", "2025-06-01", 600), points("m2", "2027-06-01", -300)])

    found = [club.standing(history, at=noon(day)) for day in ("2026-12-31", "2027-01-01", "2027-06-01")]

    assert [(SILVER, date(2026, 12, 31)), (SILVER, None), (BASE, None)] == [(each.tier, each.until) for each in found]


def test_version_with_validity() -> None:
    """A tier without a term is given one by the first ladder that has a validity."""
    first = loyalty.Program("club", ladder=ladder_of_points(), zone=ZONE)
    second = loyalty.Program("club", ladder=ladder_of_points(validity=loyalty.KeptFor(Months(12))))
    club = loyalty.ProgramVersions(first, {noon("2026-02-01"): second})

    found = club.standing(History([points("m1", "2025-06-01", 600)]), at=noon("2026-03-01"))

    assert date(2027, 2, 1) == found.until


def test_repeated_reward() -> None:
    """Who enters a tier again gets its reward no second time."""
    ladder = ladder_of_points(within=loyalty.Rolling(Months(1)), rewards={SILVER: 50})
    events = (points("m1", "2026-01-10", 500), points("m2", "2026-04-10", 500))

    assert ((SILVER, noon("2026-01-10") + timedelta(microseconds=1), 50),) == stands(
        ladder, "2026-04-10", *events
    ).rewards


def test_points_of_a_program() -> None:
    """A programme earns points by its own rules, and its tiers may be reached by them."""
    ladder = loyalty.Ladder.by(loyalty.points_earned(), {SILVER: 100})
    earning = loyalty.points(1, per=eur(1), tax="included", shipping=False)
    club = loyalty.Program("club", ladder=ladder, earning=earning, zone=ZONE)
    history = History([bought("2026-01-01", 60), bought("2026-01-02", 40)])

    assert [None, SILVER] == [club.standing(history, at=noon(day)).tier for day in ("2026-01-01", "2026-01-02")]
    assert 100 == club.ledger(history, at=noon("2026-01-02")).balance
    assert club == eval(repr(club), dict(NAMESPACE))  # noqa: S307 - that is what is promised


def test_fall_in_words() -> None:
    """A fall is told with its day, to a tier or to none."""
    with_base = stands(
        ladder_of_points(within=loyalty.Rolling(Months(1))), "2026-03-01", points("m", "2026-01-10", 500)
    )
    ladder = loyalty.Ladder.by(loyalty.measure("points", last=Months(1)), {SILVER: 500})
    without = stands(ladder, "2026-03-01", points("m", "2026-01-10", 500))

    assert (Statement("standing.fell", tier=Name("base"), date=date(2026, 2, 10)),) == with_base.why
    assert (Statement("standing.fell_out", date=date(2026, 2, 10)),) == without.why


def test_fractions_in_words() -> None:
    """A part of a measure is shown with two digits, so that what is missing suffices."""
    ladder = loyalty.Ladder.by(loyalty.measure("nights"), {SILVER: 3})

    (needed,) = stands(ladder, "2026-01-01", Measured("m", noon("2026-01-01"), "nights", Fraction(1, 3))).needs

    assert {"found": Decimal("0.33"), "missing": Decimal("2.67")}.items() <= dict(needed.params).items()


def test_top_of_the_ladder() -> None:
    """At the top nothing is missing."""
    assert None is stands(ladder_of_points(), "2026-01-01", points("m", "2026-01-01", 1000)).distance


def test_a_tier_that_waits_needs_nothing() -> None:
    """Where a tier is earned and comes with the turn of the month, nothing is said to be missing for it."""
    found = stands(ladder_of_points(changes="month"), "2026-01-20", points("m", "2026-01-10", 500))

    assert (SILVER, (), None) == (found.next, found.needs, found.distance)
    assert found.forecast is not None
    assert "standing.forecast_reached" == found.forecast.statement.code
