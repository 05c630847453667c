"""Defects that users of loyalty engines report, none of which is here.

| defect | test |
|---|---|
| goods returned, points kept | `test_golden_numbers.test_three_quarters_returned` |
| points taken twice for one refund | `test_nothing_is_taken_twice` |
| a part returned, all spent points back | `test_ledger.test_paid_with_points` |
| taken back by the rule of today | `test_ledger.test_the_stored_version_takes_back` |
| a refund in store credit leaves the points | `test_however_money_goes_back` |
| a return takes the points of other goods | `test_ledger.test_points_of_the_lines_that_came_back` |
| whole orders only | `test_ledger.test_parts_add_up` |
| the wrong tier at a boundary | `test_tiers.test_inclusive` |
| points that are spent lift the tier | `test_spending_points_lifts_nobody` |
| lots are spent twice | `test_no_lot_is_spent_twice` |
| the balance collapses at expiry | `test_golden_numbers.test_no_collapse_at_expiry` |
| one date of expiry is shown, or the wrong one | `test_every_last_day_is_told` |
| expiry a day early or late | `test_golden_numbers.test_the_end_of_a_day` |
| a late, or early, downgrade | `test_tiers.test_validity`, `test_tiers.test_tenure_trap` |
| spending points loses the status | `test_standing.test_spending_points_never_demotes` |
| editing changes results | `test_earning.test_rules_meet` |
| a new expiry moves points in hand | `test_a_new_expiry_moves_no_points` |
| a silent demotion | `test_ladder.test_fall_in_words` |
| deficits and expiry exclude each other | `test_ledger.test_deficits_end` |
| cents are left over | `test_no_cent_is_left` |
| no birthday on 29 February | `test_awards.test_a_leap_day_birthday_is_celebrated_every_year` |
| a household is taken for fraud | `test_referrals.test_signals_are_scored` |
| a sudden expiry, or one that the law forbids | `test_expiring`: all is told; what a law allows is the shop's to know |
| perks are shown, and not kept | benefits are policies of the book: `tests/test_examples_after_sale.py` |
| above a limit, nothing is given | `test_earning.test_caps_cut_off` |
| a tier set by hand freezes the member | `test_ladder.test_pins` |
| all points or none | `test_no_cent_is_left` |
| a silent end of points, for want of activity | `test_expiring.test_idleness_is_told_ahead` |
| large histories, many rules, several programmes | `test_nothing_is_too_many`; their cost: `benchmarks/ledger.py` |
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import attrs

from aftercare import History, Months, PointsSpent, Tender, Visit, eur, loyalty
from tests.loyalty.members import GOLD, SILVER, ZONE, bought, noon, sent_back
from tests.stories.shopping import given

EARNING = loyalty.points(1, per=eur(1), tax="included")
CLUB = loyalty.Program("club", earning=EARNING, zone=ZONE)
ORDER = bought("2026-03-01", 60, 40)
BACK = sent_back("2026-03-05", "A-2026-03-01")


def test_nothing_is_taken_twice() -> None:
    """The same return told twice, or a second one of the same unit, takes no more points."""
    again = attrs.evolve(BACK, id="again")
    found = CLUB.ledger(History([ORDER, BACK, BACK, again]), at=noon("2026-03-06"))

    assert [100, -60] == [entry.points for entry in found.entries]
    assert ["points.refused.too_many_units"] == [each.reason.code for each in found.refused]


def test_however_money_goes_back() -> None:
    """Points follow the goods: how an order was paid, and so how it is paid back, takes no more and no less."""
    kinds = ("card", "store_credit")
    orders = [
        attrs.evolve(ORDER, receipt=attrs.evolve(ORDER.receipt, paid=(Tender(kind, eur(100)),))) for kind in kinds
    ]

    assert [40, 40] == [CLUB.ledger(History([each, BACK]), at=noon("2026-03-06")).balance for each in orders]


def test_spending_points_lifts_nobody() -> None:
    """An order of 1000 that points paid half of counts 500, however many lots these came from."""
    ladder = loyalty.Ladder.by(loyalty.spend(), {SILVER: eur(500), GOLD: eur(1000)})
    club = attrs.evolve(CLUB, ladder=ladder)
    order = bought("2026-03-05", 1000)
    paid = attrs.evolve(order.receipt, paid=(Tender("card", eur(500)), Tender("points", eur(500))))
    events = [
        *(given(f"2026-01-{day:02}", 100) for day in range(1, 6)),
        attrs.evolve(order, receipt=paid),
        PointsSpent("spend", noon("2026-03-05"), "basket", 500, order=paid.id),
    ]

    assert SILVER == club.standing(History(events), at=noon("2026-03-06")).tier


def test_no_lot_is_spent_twice() -> None:
    """What one spending took is not there for the next, which says what is missing."""
    events = [
        given("2026-01-01", 100),
        PointsSpent("s1", noon("2026-01-02"), "one", 80),
        PointsSpent("s2", noon("2026-01-03"), "two", 80),
    ]
    found = CLUB.ledger(History(events), at=noon("2026-01-04"))

    assert (20, [60]) == (found.available, [dict(each.reason.params)["missing"] for each in found.refused])


def test_every_last_day_is_told() -> None:
    """All days on which points lapse are told, each with its own points, the soonest first."""
    club = attrs.evolve(CLUB, lots=loyalty.Lots(expire=Months(1)))
    events = [given("2026-01-31", 10), given("2026-02-10", 20), given("2026-02-28", 5)]
    found = club.ledger(History(events), at=noon("2026-02-28"))

    assert ((date(2026, 2, 28), 10), (date(2026, 3, 10), 20), (date(2026, 3, 28), 5)) == found.expiring


def test_a_new_expiry_moves_no_points() -> None:
    """Points that were given under a year keep it under a programme that gives a month."""
    year = attrs.evolve(CLUB, lots=loyalty.Lots(expire=Months(12)))
    month = attrs.evolve(CLUB, lots=loyalty.Lots(expire=Months(1)))
    both = loyalty.ProgramVersions(year, {noon("2026-02-01"): month})
    found = both.ledger(History([given("2026-01-10", 10), given("2026-02-10", 20)]), at=noon("2026-02-10"))

    assert ((date(2026, 3, 10), 20), (date(2027, 1, 10), 10)) == found.expiring


def test_no_cent_is_left() -> None:
    """Points that are worth a cent pay an order to its last cent, and no more of them than that takes."""
    plan = loyalty.spending_rate(1, worth=eur("0.01")).plan(1234, balance=5000, order=eur("12.34"))

    assert (1234, eur("12.34")) == (plan.points, plan.worth)
    assert Fraction(1, 100) == Fraction(plan.worth.minor, 100 * plan.points)


def test_nothing_is_too_many() -> None:
    """Two thousand visits under fifty rules all count, and a state that was kept goes on from them by one more."""
    rules = [loyalty.points_for(1, on="visit", named=f"rule {n}") for n in range(50)]
    club = loyalty.Program("club", earning=loyalty.sum_of(*rules), zone=ZONE)
    visits = [Visit(f"v{n}", noon("2020-01-01") + timedelta(days=n)) for n in range(2001)]
    later = club.member(History(visits[:-1])).advance(visits[-1])

    assert 2001 * 50 == later.ledger(at=visits[-1].at).balance
