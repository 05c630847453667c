from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from aftercare import BookError, History, Months, PolicyError, Tier, amounts, cart, eur, loyalty, pln
from tests.loyalty.receipts import ZONE, bought, noon, receipt, returned

SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
PER_EURO = loyalty.points(1, per=eur(1), tax="included")
CLUB = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(loyalty.points_earned(), {SILVER: 100, GOLD: 300}, rewards={GOLD: 50}),
    earning=PER_EURO.times({GOLD: 2}),
    lots=loyalty.Lots(expire=Months(1), suspended=loyalty.never_with(GOLD, on_loss="lapse")),
    zone=ZONE,
)


def test_points_make_the_tier() -> None:
    """Points earned lift the member; a return takes them, and the tier, back."""
    events: list[Any] = [bought(receipt("A-1", 100, 50, at=noon("2026-03-01")))]

    assert SILVER == CLUB.standing(History(events), at=noon("2026-03-02")).tier
    events.append(returned("A-1", noon("2026-03-03"), {"1": 1}))
    assert CLUB.standing(History(events), at=noon("2026-03-04")).tier is None


def test_the_tier_keeps_the_points() -> None:
    """Points do not lapse while the tier is held, and entering it brings some."""
    history = History([bought(receipt("A-1", 300, at=noon("2026-03-01")))])

    assert 300 == CLUB.ledger(history, at=noon("2026-03-01")).balance
    assert 350 == CLUB.ledger(history, at=noon("2026-03-02")).balance
    assert 350 == CLUB.ledger(history, at=noon("2027-03-02")).balance


def test_a_program_of_points_alone() -> None:
    """A program needs no tiers to keep points, but a zone."""
    plain = loyalty.Program("points", earning=PER_EURO, zone=ZONE)
    history = History([bought(receipt("A-1", 300, at=noon("2026-03-01")))])

    assert 0 == plain.ledger(history, at=noon("2026-03-01"), holds={("A-1", "1"): date(2026, 4, 1)}).available
    assert 300 == plain.ledger(history, at=noon("2026-04-02"), holds={("A-1", "1"): date(2026, 4, 1)}).available
    with pytest.raises(PolicyError, match="has no zone to read days in"):
        loyalty.Program("points", earning=PER_EURO).ledger(history, at=noon("2026-03-01"))


def test_later_programs() -> None:
    """Every order earns by the program in force when it was placed."""
    double = loyalty.Program("points", earning=PER_EURO.times(2), zone=ZONE)
    versions = loyalty.ProgramVersions(
        loyalty.Program("points", earning=PER_EURO, zone=ZONE), {noon("2026-03-02"): double}
    )
    events = [bought(receipt(f"A-{day}", 10, at=noon(f"2026-03-0{day}"))) for day in (1, 3)]

    assert 30 == versions.ledger(History(events), at=noon("2026-03-04")).balance


CENT = loyalty.spending_rate(100, worth=eur(1))


@pytest.mark.parametrize(
    ("rule", "more", "message"),
    [
        (loyalty.points(100, per=eur(1), tax="included"), {"spending": CENT}, "spending: .* worth 100% of it"),
        (PER_EURO.times(100), {"spending": CENT}, "worth 100%"),
        (PER_EURO.times({GOLD: 120}), {"spending": CENT}, "worth 120%"),
        (loyalty.sum_of(PER_EURO, PER_EURO.times(99)), {"spending": CENT}, "worth 100%"),
        (loyalty.best_of(PER_EURO, PER_EURO.times(100).at_most(5, per="day")), {"spending": CENT}, "worth 100%"),
        (
            PER_EURO.only_when(cart.quantity().at_least(2)).times(Fraction(100)),
            {"conversion": loyalty.Conversion(every="month", least=1, point_worth=eur("0.01"))},
            "conversion: .* worth 100%",
        ),
    ],
)
def test_points_worth_more_than_the_purchase(rule: Any, more: Any, message: str) -> None:
    """Points that are worth what they are earned on are refused when the program is built."""
    with pytest.raises(BookError, match=message):
        loyalty.Program("club", earning=rule, **more)


@pytest.mark.parametrize(
    "rule",
    [
        PER_EURO.times(99),
        PER_EURO.times(Fraction(1, 2)).times(99),
        loyalty.points(1000, per=pln(1), tax="included"),
        loyalty.points(99, per=amounts(eur(1), pln("0.01")), tax="included"),
        loyalty.sum_of(loyalty.bonus(1000), loyalty.points_each(1000), loyalty.points_for(1000, on="visit")),
        loyalty.first_of(PER_EURO, loyalty.bonus(5)),
    ],
    ids=repr,
)
def test_points_worth_less(rule: Any) -> None:
    """What is worth less is fine, and points in other currencies or for other things are no matter of proportion."""
    assert CENT == loyalty.Program("club", earning=rule, spending=CENT).spending
