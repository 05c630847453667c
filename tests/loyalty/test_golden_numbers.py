"""Golden numbers that no other test of loyalty states; the rest is with the rule that it belongs to.

| numbers | tests |
|---|---|
| what is earned, rounding, meeting of rules | `test_earning.py` |
| holds, lots, expiry at the end of a day, claw-back, deficits, part paid by points, idleness | `test_ledger.py` |
| last days of points as they are published | `test_lots.py`, `tests/stories` |
| windows, terms, falls, grace, carry-over | `test_tiers.py` |
| provisional tiers, pins | `test_standing.py`, `test_ladder.py` |
| spending and vouchers | `test_spending.py` |
| punch cards, birthdays | `test_punch_cards.py`, `test_awards.py` |

Laws, which hold on generated programmes and histories:

| law | tests |
|---|---|
| entries sum up to what is there, lots stay within bounds | `test_ledger_laws.test_entries_and_lots_agree` |
| recording order, repetition change nothing | the same, and `test_ladder_laws.test_recording_order` |
| an event changes no earlier answer | `test_going_on_is_the_full_fold`, `test_ladder_laws.test_later_events` |
| spending what expires first never loses more | `test_ledger_laws.test_expiring_first_never_loses_more` |
| what is told to lapse lapses, and nothing else | `test_expiring.test_what_is_told_happens` |
| parts of a return add up | `test_ledger_laws.test_parts_of_a_return_add_up` |
| a return that is called off leaves no trace | `test_ledger_laws.test_a_return_called_off_at_once` |
| periods tile | `test_ladder_laws.test_years_of_membership_tile`, `test_first_day_of_rolling` |
| credit lowers no tier, spending moves none | `test_ladder_laws.test_more_credit`, `test_spending_changes_no_tier` |
| asking more often changes nothing | `test_advance.test_advancing_is_reading_everything` |
| a split order earns no more | `test_earning.test_splitting_an_order_earns_no_more` |
| another currency is refused, never converted | `test_ladder.test_unknown_currency`, `test_wallets` |
| every sentence can be said in every language | `test_ladder.test_every_sentence`, `tests/messages` |

Numbers of other engines that the design does not give, on purpose:

| theirs | ours | why |
|---|---|---|
| 59.98 points for 59.98 before the coupon | 59 | points are whole; the basis says that discounts do not count |
| 7 points for 1.5 times three of 1.99 | 8 | rounded once, last; 7 only with a rounding for each rule |
| 130 for twice 100 or 30 more, as the newer rule won | 200 | `best_of` names the better; no rule wins for being new |
| a voucher of 10 % of 47 takes 5, of 32 takes 3 | 4.70, 3.20 | money has cents |
| an anniversary every 365 days: 27 February 2029 | 28 February | a year is not so many days |
| 20 points owed after an order of 100, a fifth paid with points, came back whole | 0 | kept value alone earns |
| twice as many points taken back once the rule gives twice as many | what was earned | the stored version decides |
| points that lapsed up to ten days ago come back | they stay gone | a courtesy is for what a return gives back |
| a balance of -60 where 100 were earned, 100 spent and 40 earned | 40 | what was spent does not lapse |
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from aftercare import Days, Delivered, History, Measured, Months, PolicyBook, ReturnPolicy, eur, loyalty
from aftercare.calendar import start_of_day, utc
from aftercare.loyalty.days import day_after
from aftercare.loyalty.periods import next_anniversary
from tests.loyalty.members import GOLD, SILVER, ZONE, bought, noon, sent_back
from tests.stories.shopping import given, ledger


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (date(2026, 1, 31), Months(2), date(2026, 3, 31)),
        (date(2023, 3, 1), Days(730), date(2025, 2, 28)),
        (date(2023, 3, 1), Months(24), date(2025, 3, 1)),
        (date(2026, 1, 31), Months(1), date(2026, 2, 28)),
    ],
)
def test_lengths_are_counted_from_their_start(start: date, length: Days | Months, expected: date) -> None:
    """Months are never chained, and days are no years."""
    assert expected == loyalty.expire_after(length).last_day(start)


@pytest.mark.parametrize(("issued", "expected"), [((2021, 2), date(2023, 2, 28)), ((2022, 2), date(2024, 2, 29))])
def test_vouchers_to_the_end_of_february(issued: tuple[int, int], expected: date) -> None:
    """Two years to the end of the month end on 29 February where there is one."""
    assert expected == loyalty.expire_after(Months(24), to_end_of="month").last_day(date(*issued, 10))


def test_anniversaries_of_a_leap_day_do_not_drift() -> None:
    """Who joined on 29 February 2024 has the anniversary on the 28th, and on the 29th again in 2028."""
    found, day = [], date(2024, 2, 29)
    for _ in range(4):
        day = next_anniversary(date(2024, 2, 29), day)
        found.append(day)

    assert [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)] == found


@pytest.mark.parametrize(
    ("last", "zone", "expected"),
    [
        (date(2026, 3, 28), "Europe/Warsaw", "2026-03-28T23:00:00+00:00"),
        (date(2026, 3, 29), "Europe/Warsaw", "2026-03-29T22:00:00+00:00"),
        (date(2026, 3, 31), "Asia/Tokyo", "2026-03-31T15:00:00+00:00"),
        (date(2026, 3, 31), "America/Los_Angeles", "2026-04-01T07:00:00+00:00"),
    ],
)
def test_the_end_of_a_day(last: date, zone: str, expected: str) -> None:
    """What is good through a day ends with it on the clocks of the programme."""
    assert expected == utc(start_of_day(day_after(last), zone)).isoformat()


def test_no_collapse_at_expiry() -> None:
    """A hundred that were spent in March do not lapse once more in June: the forty of May stay."""
    club = loyalty.Program("club", lots=loyalty.Lots(expire=loyalty.expire_yearly(6, 30)), zone=ZONE)
    later = loyalty.Program("club", lots=loyalty.Lots(expire=Months(24)), zone=ZONE)
    both = loyalty.ProgramVersions(club, {noon("2026-04-01"): later})
    spent = given("2026-03-01", -100)
    events = History([given("2026-01-10", 100), spent, given("2026-05-01", 40)])

    assert 40 == both.ledger(events, at=noon("2026-07-01")).available
    assert ((date(2026, 6, 30), 100),) == ledger(club, "2026-01-10", given("2026-01-10", 100)).expiring


@pytest.mark.parametrize(("order", "expected"), [("47.00", "4.70"), ("32.00", "3.20")])
def test_a_voucher_takes_cents(order: str, expected: str) -> None:
    """A tenth of 47.00 is 4.70: a voucher is not rounded to whole euros."""
    assert eur(expected) == loyalty.give_voucher(10).worth(eur(order))


def test_three_quarters_returned() -> None:
    """Of 100 that earned 100 points, 75 come back: 25 points stay."""
    club = loyalty.Program("club", earning=loyalty.points(1, per=eur(1), tax="included"), zone=ZONE)
    events = [bought("2026-03-01", 75, 25), sent_back("2026-03-05", "A-2026-03-01")]

    assert 25 == club.ledger(History(events), at=noon("2026-03-05")).balance


def test_pending_until_the_return_window_of_the_book_ends() -> None:
    """Delivered on 9 March with thirty days to return: available from 9 April in Warsaw, less what came back."""
    club = loyalty.Program("club", earning=loyalty.points(1, per=eur(1), tax="included"))
    shop = PolicyBook(
        "shop",
        zone=ZONE,
        currencies=["EUR"],
        loyalty=club,
        returns=ReturnPolicy("standard", within=Days(30), after="delivered"),
    )
    order = bought("2026-03-05", 10, 20)
    events = [order, Delivered("came", noon("2026-03-09"), order.receipt.id)]
    back = sent_back("2026-03-20", order.receipt.id)

    waiting = shop.points(History(events), at=noon("2026-03-10"))
    assert ((start_of_day(date(2026, 4, 9), ZONE), 30),) == waiting.arriving
    last, next_ = (start_of_day(date(2026, 4, 9), ZONE) + timedelta(microseconds=n) for n in (-1, 0))
    found = [shop.points(History([*events, back]), at=at) for at in (last, next_)]
    assert [(0, 20), (20, 0)] == [(each.available, each.pending) for each in found]
    assert ["points.earned", "points.cancelled"] == [each.reason.code for each in found[1].entries]


def test_a_provisional_gold() -> None:
    """Gold by an order of 15 June is provisional; returned on the 25th, with 750 left, it is Silver again."""
    ladder = loyalty.Ladder.by(loyalty.spend(last=Months(12)), {SILVER: eur(500), GOLD: eur(1000)})
    club = loyalty.Program("club", ladder=ladder, zone=ZONE)
    events = [bought("2026-02-10", 750), bought("2026-06-15", 300)]
    holds = {("A-2026-06-15", "1"): date(2026, 7, 15)}
    history = History([*events, sent_back("2026-06-25", "A-2026-06-15")])

    before = club.standing(history, at=noon("2026-06-24"), holds=holds)
    assert (GOLD, SILVER) == (before.tier, before.confirmed)
    assert SILVER == club.standing(history, at=noon("2026-06-25"), holds=holds).tier


def test_a_boundary_is_reached() -> None:
    """Exactly 10,000 is the tier of 10,000, however it came together."""
    ladder = loyalty.Ladder.by(loyalty.measure("spent"), {SILVER: 10_000, GOLD: 10_001})
    club = loyalty.Program("club", ladder=ladder, zone=ZONE)
    halves = [Measured(day, noon(day), "spent", 5000) for day in ("2026-01-01", "2026-01-02")]

    assert SILVER == club.standing(History(halves), at=noon("2026-01-02")).tier
