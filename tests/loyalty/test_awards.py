from __future__ import annotations

import datetime as dt
import fractions
import itertools
import pickle
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftercare
from aftercare import (
    Birthday,
    Days,
    Delivered,
    History,
    Months,
    PolicyError,
    Review,
    RewardUsed,
    Tier,
    Undone,
    Visit,
    amounts,
    eur,
    loyalty,
    say,
    vnd,
)
from aftercare.calendar import local_date
from aftercare.loyalty.gifts import Award, Awards
from aftercare.order_events import Units
from aftercare.statement import Name, Statement
from tests.loyalty.receipts import ZONE, bought, noon, receipt, returned

if TYPE_CHECKING:
    from aftercare.history import Event
    from aftercare.loyalty.vouchers import Voucher

NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "loyalty": loyalty,
    "datetime": dt,
    "fractions": fractions,
}
SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
POINTS = loyalty.give_points(100)
REWARD = loyalty.BirthdayReward("birthday", gives=POINTS)
REVIEWS = loyalty.FeedbackIncentive("review", gives=loyalty.give_points(50))


def told(day: str, born: str) -> Birthday:
    """The date of birth was told at noon of a day."""
    return Birthday(f"told-{day}-{born}", noon(day), date.fromisoformat(born))


def checked(found: Awards) -> Awards:
    """Awards whose reasons can all be said."""
    reasons = [award.reason for award in found.given] + [each.reason for each in found.refused]
    assert all(say(reason, locale="en") for reason in reasons)
    return found


def birthdays(*events: Event, at: str, rule: loyalty.BirthdayReward = REWARD, **more: Any) -> Awards:
    """What birthdays brought by noon of a day."""
    return checked(rule.awards(History(events), at=noon(at), zone=ZONE, **more))


def days(found: Awards) -> list[str]:
    """The days on which something was given."""
    return [str(local_date(award.at, ZONE)) for award in found.given]


def reviews(*events: Event, rule: loyalty.FeedbackIncentive = REVIEWS, **more: Any) -> Awards:
    """What reviews brought by the end of 2026."""
    return checked(rule.awards(History(events), at=noon("2026-12-31"), zone=ZONE, **more))


def refusals(found: Awards) -> list[str]:
    """The codes of what was refused."""
    return [each.reason.code for each in found.refused]


# Birthdays.


@pytest.mark.parametrize(
    ("leap_day", "expected"),
    [
        ("february_28", ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("march_1", ["2025-03-01", "2026-03-01", "2027-03-01", "2028-02-29", "2029-03-01"]),
    ],
)
def test_a_leap_day_birthday_is_celebrated_every_year(leap_day: Any, expected: list[str]) -> None:
    """Nobody born on the 29th of February waits four years, and nothing drifts."""
    rule = loyalty.BirthdayReward("birthday", gives=POINTS, leap_day=leap_day)
    found = birthdays(told("2024-03-01", "2004-02-29"), at="2029-12-31", rule=rule)
    assert days(found) == expected
    assert [award.key for award in found.given] == [f"birthday:{year}" for year in range(21, 26)]


def test_a_birthday_is_rewarded_on_its_day() -> None:
    """From the start of the day in the zone of the shop, and not before; the next one is foreseen."""
    event = told("2026-01-01", "1990-05-10")
    assert birthdays(event, at="2026-05-09").given == ()
    found = birthdays(event, at="2026-05-10")
    assert [award.at.isoformat() for award in found.given] == ["2026-05-09T22:00:00+00:00"]
    assert (found.next_day, birthdays(event, at="2026-05-09").next_day) == (date(2027, 5, 10), date(2026, 5, 10))
    assert birthdays(at="2026-05-10") == Awards()


def test_points_of_an_award_are_an_event_for_the_ledger() -> None:
    """They stand in the statement of points under the key of the award, which counts once."""
    event = told("2026-01-01", "1990-05-10")
    given_points = birthdays(event, at="2026-05-10").events
    program = loyalty.Program("club", zone=ZONE)
    found = program.ledger(History([event, *given_points, *given_points]), at=noon("2026-05-10"))
    assert found.available == 100
    assert [entry.event for entry in found.entries] == ["birthday:36"]


@pytest.mark.parametrize(
    ("retold", "expected", "refused"),
    [
        ("1990-09-10", ["2026-05-10"], ["birthday.refused.same_year"]),  # another day of the same year
        ("1991-09-10", ["2026-05-10"], ["birthday.refused.same_year"]),  # another year as well
        ("1990-05-10", ["2026-05-10"], []),
        ("1990-03-01", ["2026-05-10"], ["birthday.refused.too_soon"]),  # ten months later only
    ],
)
def test_editing_the_birthday_cannot_award_twice(retold: str, expected: list[str], refused: list[str]) -> None:
    """Every year of life is rewarded once, and two rewards are at least eleven months apart."""
    events = (told("2026-01-01", "1990-05-10"), told("2026-06-01", retold))
    found = birthdays(*events, at="2027-04-30")
    assert (days(found), refusals(found)) == (expected, refused)


@given(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 9000)), max_size=6), st.booleans())
def test_no_editing_gives_two_rewards_within_eleven_months(edits: list[tuple[int, int]], early: bool) -> None:
    """However often the date of birth is told anew, and whatever was told."""
    events = [
        Birthday(f"{place}", noon("2023-12-01") + dt.timedelta(days=when), date(1980, 1, 1) + dt.timedelta(days=born))
        for place, (when, born) in enumerate(edits)
    ]
    rule = attrs.evolve(REWARD, before=Days(14 if early else 0))
    found = birthdays(*events, at="2030-01-01", rule=rule)
    celebrated = sorted(cast("date", award.reason["date"]) for award in found.given)
    assert all(Months(11).after(one) <= other for one, other in itertools.pairwise(celebrated))
    keys = [award.key for award in found.given]
    assert len(set(keys)) == len(keys)
    cut = noon("2026-07-01")
    assert rule.awards(History(events), at=cut, zone=ZONE).given == tuple(a for a in found.given if a.at <= cut)


def test_a_birthday_may_need_notice() -> None:
    """Told fewer than thirty days ahead, it waits for the next year; a birthday that is over brings nothing."""
    rule = loyalty.BirthdayReward("birthday", gives=POINTS, notice=Days(30))
    assert refusals(birthdays(told("2026-04-11", "1990-05-10"), at="2026-12-31", rule=rule)) == [
        "birthday.refused.notice"
    ]
    assert days(birthdays(told("2026-04-10", "1990-05-10"), at="2026-12-31", rule=rule)) == ["2026-05-10"]
    assert birthdays(told("2026-05-11", "1990-05-10"), at="2026-12-31").given == ()
    assert birthdays(told("2026-05-11", "2026-05-11"), at="2026-12-31").given == ()


def test_a_gift_may_come_before_the_birthday() -> None:
    """Two weeks ahead, or as soon as the date is known."""
    rule = loyalty.BirthdayReward("birthday", gives=POINTS, before=Days(14))
    assert days(birthdays(told("2026-01-01", "1990-05-10"), at="2026-12-31", rule=rule)) == ["2026-04-26"]
    assert days(birthdays(told("2026-05-08", "1990-05-10"), at="2026-12-31", rule=rule)) == ["2026-05-08"]


def test_the_gift_may_depend_on_the_tier() -> None:
    """The row of a tier holds above it too; below the first row nothing is given."""
    rule = loyalty.BirthdayReward("birthday", gives={SILVER: POINTS, GOLD: loyalty.give_voucher(15)})
    event = told("2026-01-01", "1990-05-10")
    assert birthdays(event, at="2026-12-31", rule=rule).given == ()
    tiers = [(noon("2026-02-01"), SILVER), (noon("2026-06-01"), GOLD), (noon("2028-01-01"), None)]
    found = birthdays(event, at="2028-12-31", rule=rule, tiers=reversed(tiers))
    assert [award.gift for award in found.given] == [POINTS, loyalty.give_voucher(15)]


# Vouchers.


def award(gift: Any, day: str = "2026-03-01", withdrawn: str | None = None) -> Award:
    """An award at noon of a day."""
    return Award(
        key="birthday:36",
        rule="birthday",
        at=noon(day),
        gift=gift,
        title=Name("birthday"),
        reason=Statement("birthday.awarded", date=date.fromisoformat(day)),
        withdrawn=None if withdrawn is None else noon(withdrawn),
    )


def voucher(given: Award, *events: Event, at: str = "2026-03-10") -> Voucher:
    """The only voucher as of noon of a day."""
    (found,) = loyalty.vouchers_of([given, award(POINTS)], History(events), at=noon(at), zone=ZONE)
    assert all(say(reason, locale="en") for reason in (found.reason, *(each.reason for each in found.refused)))
    return found


@pytest.mark.parametrize(
    ("gift", "order", "worth"),
    [
        (loyalty.give_voucher(30, at_most=vnd(200_000)), vnd(1_000_000), vnd(200_000)),
        (loyalty.give_voucher(30, at_most=vnd(300_000)), vnd(800_000), vnd(240_000)),
        (loyalty.give_voucher(eur(10)), eur(25), eur(10)),
        (loyalty.give_voucher(eur(10)), eur(7), eur(7)),
        (loyalty.give_voucher(eur(10), least=eur(20)), eur(20), eur(10)),
        (loyalty.give_voucher(eur(10), least=eur(20)), eur("19.99"), eur(0)),
        (loyalty.give_voucher("12.5"), eur("0.99"), eur("0.12")),
        (loyalty.give_item("a dessert"), eur(20), eur(0)),
    ],
)
def test_a_voucher_takes_off_what_it_says(gift: Any, order: Any, worth: Any) -> None:
    """An amount or a percentage, cut where it says so, and never more than the order."""
    assert voucher(award(gift)).worth(order) == worth


def test_a_voucher_says_what_it_lacks() -> None:
    """A basket that is too small, and a voucher that is used."""
    given_one = award(loyalty.give_voucher(eur(10), least=eur(20)))
    small = voucher(given_one).refusal(eur(15))
    assert small == Statement("voucher.refused.basket", found=eur(15), needed=eur(20), missing=eur(5))
    used = voucher(given_one, RewardUsed("u", noon("2026-03-02"), "birthday:36"))
    assert used.refusal(eur(50)) == Statement("voucher.used", title=Name("birthday"))
    assert used.worth(eur(50)) == eur(0)
    assert voucher(award(loyalty.give_item("tea"))).refusal(eur(1)) is None


@pytest.mark.parametrize(("at", "state"), [("2026-03-31", "valid"), ("2026-04-01", "expired")])
def test_a_voucher_lasts_through_its_last_day(at: str, state: str) -> None:
    """Thirty days after the day on which it was given."""
    found = voucher(award(loyalty.give_voucher(eur(10))), at=at)
    assert (found.state, found.last_day) == (state, date(2026, 3, 31))


def test_a_voucher_may_last_for_ever() -> None:
    """Without a last day, it never lapses; before it was given, it is not there."""
    given_one = award(loyalty.give_voucher(eur(10), lasts=None))
    assert voucher(given_one, at="2036-03-31").reason.code == "voucher.valid"
    assert loyalty.vouchers_of([given_one], History(), at=noon("2026-02-28"), zone=ZONE) == ()


def test_a_voucher_is_used_once() -> None:
    """A second use is refused by name, and so is one after its last day; another voucher is another."""
    gift = award(loyalty.give_voucher(eur(10)))
    uses = [RewardUsed(f"u{day}", noon(f"2026-03-{day:02}"), "birthday:36", order="A") for day in (2, 3)]
    found = voucher(gift, *uses, RewardUsed("o", noon("2026-03-01"), "other"))
    assert (found.state, found.used_on) == ("used", "A")
    assert [(each.event, each.reason.code) for each in found.refused] == [("u3", "voucher.refused.gone")]
    late = voucher(gift, RewardUsed("l", noon("2026-04-02"), "birthday:36"), at="2026-05-01")
    assert (late.state, len(late.refused)) == ("expired", 1)


def test_a_use_that_is_undone_never_was() -> None:
    """A voucher whose use was recorded by mistake can be used again."""
    use, undone = RewardUsed("u", noon("2026-03-05"), "birthday:36", order="A"), Undone("n", noon("2026-03-06"), "u")

    assert "valid" == voucher(award(loyalty.give_voucher(eur(10))), use, undone, at="2026-03-07").state


@pytest.mark.parametrize(
    ("gift", "count", "state", "last"),
    [
        (loyalty.give_voucher(eur(10)), 2, "valid", "2026-05-10"),  # the courtesy period
        (loyalty.give_voucher(eur(10), courtesy=Days(0)), 2, "expired", "2026-03-31"),
        (loyalty.give_voucher(eur(10), lasts=Days(90)), 2, "valid", "2026-05-30"),
        (loyalty.give_voucher(eur(10)), 1, "used", "2026-03-31"),
        (loyalty.give_voucher(eur(10), given_back=False), 2, "used", "2026-03-31"),
        (loyalty.give_item("tea"), 2, "used", "2026-03-31"),
    ],
)
def test_a_voucher_comes_back_with_its_order(gift: Any, count: int, state: str, last: str) -> None:
    """When everything that it was used on comes back; where its time is over, for a courtesy period."""
    order = bought(receipt("A", (20, 2), at=noon("2026-03-05")))
    use = RewardUsed("u", noon("2026-03-05"), "birthday:36", order="A")
    events = (order, use, returned("A", noon("2026-04-10"), {"1": count}), returned("Z", noon("2026-04-10"), {"1": 1}))
    found = voucher(award(gift), *events, Visit("v", noon("2026-04-10")), at="2026-04-20")
    assert (found.state, found.last_day) == (state, date.fromisoformat(last))


def test_a_withdrawn_award_takes_its_voucher_along() -> None:
    """What was not used is gone, also when it comes back later; what was used stays used."""
    gift = award(loyalty.give_voucher(eur(10)), withdrawn="2026-03-08")
    use = RewardUsed("u", noon("2026-03-05"), "birthday:36", order="A")
    assert (voucher(gift, at="2026-03-07").state, voucher(gift).state) == ("valid", "withdrawn")
    assert voucher(gift, use).state == "used"
    order = bought(receipt("A", 20, at=noon("2026-03-05")))
    assert voucher(gift, use, order, returned("A", noon("2026-03-09"), {"1": 1})).state == "withdrawn"


def test_withdrawn_points_are_taken_back() -> None:
    """An award that is withdrawn is two events, of which the second takes back what the first gave."""
    events = award(POINTS, withdrawn="2026-03-08").events
    assert [(event.id, event.points) for event in events] == [("birthday:36", 100), ("birthday:36:withdrawn", -100)]
    assert award(loyalty.give_item("tea")).events == ()


# Feedback.


def review(day: str, subject: str = "SKU-1") -> Review:
    """A review at noon of a day."""
    return Review(f"review-{day}-{subject}", noon(day), subject)


def test_a_review_of_what_was_bought_is_rewarded_once() -> None:
    """The second review of the same goods, and one of goods that nobody bought, bring nothing."""
    order = bought(receipt("A", 10, 20, at=noon("2026-03-01")))
    found = reviews(order, review("2026-03-10"), review("2026-03-11"), review("2026-03-12", "SKU-9"))
    assert [award.key for award in found.given] == ["review:SKU-1"]
    assert refusals(found) == ["feedback.refused.twice", "feedback.refused.not_bought"]
    assert [event.points for event in found.events] == [50]


def test_a_review_comes_in_time() -> None:
    """Within sixty days of the delivery, or of the order where nobody told of one; or at any time."""
    order = bought(receipt("A", 10, 20, at=noon("2026-03-01")))
    delivered = Delivered("d", noon("2026-03-05"), "A", (Units("1", 1),))
    on_time, late = review("2026-05-04"), review("2026-05-04", "SKU-2")
    assert refusals(reviews(order, on_time)) == ["feedback.refused.late"]
    found = reviews(order, delivered, Delivered("e", noon("2026-03-06"), "Z"), on_time, late)
    assert ([each.key for each in found.given], refusals(found)) == (["review:SKU-1"], ["feedback.refused.late"])
    whole = Delivered("d", noon("2026-03-05"), "A")
    assert refusals(reviews(order, whole, on_time, late)) == []
    always = attrs.evolve(REVIEWS, within=None)
    assert refusals(reviews(order, review("2026-12-01"), rule=always)) == []


def test_reviews_may_be_capped() -> None:
    """So many a calendar month; anything may be reviewed where the shop says so; gifts may need a tier."""
    rule = loyalty.FeedbackIncentive("review", gives={SILVER: POINTS}, purchased=False, at_most=1)
    events = (review("2026-03-10", "A"), review("2026-03-31", "B"), review("2026-04-01", "B"))
    found = reviews(*events, rule=rule, tiers=[(noon("2026-04-01"), None), (noon("2026-01-01"), GOLD)][1:])
    assert [award.key for award in found.given] == ["review:A", "review:B"]
    assert refusals(found) == ["feedback.refused.enough"]
    assert reviews(*events, rule=rule) == Awards()


# How they are written.


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: loyalty.give_points(0), "the points of a gift are a whole number of at least 1"),
        (lambda: loyalty.give_voucher(0), "takes off a part of an order, up to all of it, not `0%`"),
        (lambda: loyalty.give_voucher(101), "takes off a part of an order, up to all of it, not `101%`"),
        (lambda: loyalty.give_voucher(eur(0)), "it is an amount above zero"),
        (lambda: loyalty.give_voucher(10, at_most=cast("Any", 5)), "such as `eur(5)`, given `5`"),
        (lambda: loyalty.give_item("tea", lasts=cast("Any", 5)), "it lasts some days or months"),
        (lambda: loyalty.BirthdayReward("b", gives=cast("Any", 5)), "`5` gives nothing"),
        (lambda: loyalty.BirthdayReward("b", gives={}), "`{}` gives nothing"),
        (lambda: loyalty.BirthdayReward("b", gives=cast("Any", {1: POINTS})), "gives nothing: write"),
        (lambda: loyalty.BirthdayReward("", gives=POINTS), "it has an id, given `''`"),
        (lambda: loyalty.BirthdayReward("b", gives=POINTS, leap_day=cast("Any", "march_2")), "did you mean `march_1`?"),
        (lambda: loyalty.BirthdayReward("b", gives=POINTS, notice=cast("Any", 3)), "`notice` of `b`"),
        (lambda: loyalty.FeedbackIncentive("f", gives=POINTS, at_most=0), "the awards of a month"),
        (
            lambda: loyalty.FeedbackIncentive("f", gives=POINTS, purchased=cast("Any", 1)),
            "is `True` or `False`, not `1`",
        ),
    ],
)
def test_an_impossible_rule_cannot_be_built(made: Any, problem: str) -> None:
    """A rule that could not keep its promise is refused with advice."""
    with pytest.raises(PolicyError) as caught:
        made()
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    "value",
    [
        REWARD,
        REVIEWS,
        loyalty.BirthdayReward("b", gives={SILVER: POINTS, GOLD: loyalty.give_item("tea")}, before=Days(3)),
        loyalty.give_voucher(amounts(eur(5), vnd(100_000)), least=eur(20), lasts=Months(1)),
        award(loyalty.give_voucher(30, at_most=eur(20))),
        voucher(award(loyalty.give_item("tea"))),
    ],
)
def test_a_rule_is_a_value(value: Any) -> None:
    """It can be pickled, hashed, and built again from its `repr`."""
    again = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes
    assert (again, hash(again)) == (value, hash(value))
    assert eval(repr(value), dict(NAMESPACE)) == value  # noqa: S307 - the repr of a value is code
