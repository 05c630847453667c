from __future__ import annotations

import datetime as dt
import pickle
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftercare
from aftercare import (
    Days,
    History,
    PolicyError,
    Referral,
    ReferralDecided,
    SignUp,
    Statement,
    Undone,
    eur,
    loyalty,
    say,
)
from aftercare.loyalty.referral import USUAL
from tests.loyalty.receipts import ZONE, bought, noon, receipt, returned

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aftercare import Purchase
    from aftercare.history import Event
    from aftercare.loyalty.referral import ReferralStanding

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "loyalty": loyalty, "datetime": dt}
POINTS, VOUCHER = loyalty.give_points(500), loyalty.give_voucher(eur(10))
FRIENDS = loyalty.ReferralProgram("friends", member=POINTS, friend=VOUCHER, least=eur(20))
HOLDS = {("A", "1"): date(2026, 4, 10)}


def invited(day: str = "2026-03-01", friend: str = "C-8") -> Referral:
    """A referral at noon."""
    return Referral(f"ref-{day}-{friend}", noon(day), friend)


def order(day: str, price: Any = 30, id: str = "A", **more: Any) -> Purchase:
    """An order of the friend at noon."""
    return bought(receipt(id, price, at=noon(day), **more))


def all_of(
    member: list[Event], friends: Mapping[str, list[Event]], at: str = "2026-12-31", rule: Any = FRIENDS, **more: Any
) -> tuple[ReferralStanding, ...]:
    """The referrals of C-1, all of whose reasons can be said."""
    histories = {friend: History(events) for friend, events in friends.items()}
    found = loyalty.referrals_of(rule, "C-1", History(member), histories, at=noon(at), zone=ZONE, **more)
    awards = [award for each in found for award in (each.member_award, each.friend_award) if award]
    assert all(say(each.reason, locale="en") for each in found)
    assert all(say(award.reason, locale="en") for award in awards)
    return found


def one(*friend: Event, member: tuple[Event, ...] = (), **more: Any) -> ReferralStanding:
    """The only referral, of C-8 on 1 March."""
    (found,) = all_of([invited(), *member], {"C-8": list(friend)}, **more)
    return found


def test_a_referral_goes_through_its_states() -> None:
    """Invited; ordered and waiting for the end of returns; vested on the next day, for both sides."""
    bought_one = order("2026-03-10")
    waiting = one(at="2026-03-09", holds=HOLDS)
    assert (waiting.state, waiting.since, waiting.member_award) == ("invited", noon("2026-03-01"), None)
    assert (
        say(waiting.reason, locale="en")
        == "We are waiting for your friend’s first order until the end of June 1, 2026."
    )
    ordered = one(bought_one, at="2026-04-10", holds=HOLDS)
    assert (ordered.state, ordered.order, ordered.member_award) == ("ordered", "A", None)
    assert ordered.reason == Statement("referral.waits_until", date=date(2026, 4, 11))
    vested = one(bought_one, at="2026-04-11", holds=HOLDS)
    assert (vested.state, vested.since.isoformat()) == ("vested", "2026-04-10T22:00:00+00:00")
    assert vested.member_award is not None
    assert vested.friend_award is not None
    assert (vested.member_award.gift, vested.friend_award.gift) == (POINTS, VOUCHER)
    assert [(event.id, event.points) for event in vested.member_award.events] == [("friends:C-1:C-8", 500)]


def test_only_one_side_may_be_rewarded() -> None:
    """What is not promised is not given."""
    rule = loyalty.ReferralProgram("friends", friend=VOUCHER)
    found = one(order("2026-03-10", "0.01"), rule=rule)
    assert (found.state, found.member_award) == ("vested", None)
    assert found.friend_award is not None


def test_an_order_whose_delivery_is_unknown_waits() -> None:
    """Nobody can tell yet when it may no longer come back."""
    found = one(order("2026-03-10"), holds={("A", "1"): None})
    assert (found.state, found.reason.code) == ("ordered", "referral.waits_for_returns")


def test_a_reward_may_vest_with_the_first_or_the_second_order() -> None:
    """At once, or when a second order that is large enough was placed."""
    at_once = attrs.evolve(FRIENDS, vests="first_order")
    assert one(order("2026-03-10"), at="2026-03-10", holds=HOLDS, rule=at_once).state == "vested"
    second = attrs.evolve(FRIENDS, vests="second_order")
    first = order("2026-03-10")
    assert one(first, rule=second).reason.code == "referral.waits_for_second"
    assert one(first, order("2026-09-01", 10, "B"), rule=second).state == "ordered"
    vested = one(first, order("2026-09-01", 30, "B"), rule=second)
    assert (vested.state, vested.since) == ("vested", noon("2026-09-01"))
    gone = returned("A", noon("2026-08-01"), {"1": 1})
    assert one(first, gone, order("2026-09-01", 30, "B"), rule=second).order == "B"
    assert one(first, gone, rule=second).state == "expired"
    later = returned("B", noon("2026-09-05"), {"1": 1})
    back = one(first, order("2026-09-01", 30, "B"), later, rule=second)
    assert (back.state, back.since) == ("taken_back", noon("2026-09-05"))


def test_a_return_before_vesting_waits_for_another_order() -> None:
    """Nothing was given yet, so the friend may try again within the time there is."""
    first, gone = order("2026-03-10"), returned("A", noon("2026-03-20"), {"1": 1})
    empty = one(first, gone, at="2026-04-30", holds=HOLDS)
    assert empty.state == "invited"
    assert empty.reason == Statement("referral.too_small", found=eur(0), needed=eur(20), missing=eur(20))
    assert one(first, gone, order("2026-04-15", 30, "B"), holds=HOLDS).order == "B"
    assert one(first, gone, Undone("u", noon("2026-03-21"), gone.id), holds=HOLDS).state == "vested"


def test_a_return_after_vesting_takes_both_gifts_back() -> None:
    """The points of the member and the voucher of the friend, at the instant of the return; a part may stay."""
    first = bought(receipt("A", (15, 3), at=noon("2026-03-10")))
    vested = one(
        first, returned("A", noon("2026-05-01"), {"1": 1}), returned("Z", noon("2026-05-01"), {"1": 3}), holds=HOLDS
    )
    assert vested.state == "vested"
    found = one(first, returned("A", noon("2026-05-01"), {"1": 2}), holds=HOLDS)
    assert (found.state, found.since) == ("taken_back", noon("2026-05-01"))
    assert found.member_award is not None
    assert found.friend_award is not None
    assert [event.points for event in found.member_award.events] == [500, -500]
    program = loyalty.Program("club", zone=ZONE)
    ledger = program.ledger(History([*found.member_award.events]), at=noon("2026-12-31"))
    assert (ledger.available, ledger.deficit) == (0, 0)
    (voucher,) = loyalty.vouchers_of([found.friend_award], History(), at=noon("2026-05-02"), zone=ZONE)
    assert voucher.state == "withdrawn"


def test_an_order_may_be_too_small_or_too_late() -> None:
    """It says what is missing; after the last day the referral has run out; without a last day it never does."""
    small = one(order("2026-03-10", 15), at="2026-03-11")
    assert small.reason == Statement("referral.too_small", found=eur(15), needed=eur(20), missing=eur(5))
    assert one(order("2026-06-02"), at="2026-06-02").state == "expired"
    assert one(order("2026-06-01")).state == "vested"
    assert (one(at="2026-06-01").state, one(at="2026-06-02").state) == ("invited", "expired")
    for_ever = attrs.evolve(FRIENDS, within=None)
    assert one(order("2036-03-10"), at="2036-12-31", rule=for_ever).state == "vested"
    assert one(rule=for_ever).reason == Statement("referral.invited")
    assert one(order("2026-03-10", currency="USD"), at="2026-04-01").reason.code == "referral.currency"


@pytest.mark.parametrize(
    ("friend", "code"),
    [
        ((order("2026-02-10"),), "referral.refused.known_customer"),
        ((Referral("r", noon("2026-02-10"), "C-1"),), "referral.refused.mutual"),
        ((SignUp("s", noon("2026-02-10")), Referral("r", noon("2026-02-10"), "C-2"), order("2026-03-10")), None),
        ((Referral("r", noon("2026-03-02"), "C-1"), order("2026-03-10")), None),
    ],
)
def test_a_friend_is_somebody_new(friend: tuple[Event, ...], code: str | None) -> None:
    """Who ordered before, or referred the member before, is no new friend; who only signed up still is."""
    found = one(*friend)
    assert (found.state, found.reason.code if code else None) == ("refused" if code else "vested", code)


def test_nobody_refers_themselves_or_anybody_twice() -> None:
    """The first of two referrals of a friend counts."""
    found = all_of([invited(friend="C-1"), invited(), invited("2026-03-02")], {"C-8": [order("2026-03-10")]})
    assert [each.state for each in found] == ["refused", "vested", "refused"]
    assert [found[place].reason.code for place in (0, 2)] == ["referral.refused.self", "referral.refused.twice"]


def test_referrals_may_be_capped() -> None:
    """So many in twelve months; those that were refused do not count."""
    rule = attrs.evolve(FRIENDS, at_most=1)
    events: list[Event] = [invited("2026-03-01", "C-1"), invited("2026-03-02", "A"), invited("2027-03-01", "B")]
    events.append(invited("2027-03-02", "C"))
    found = all_of(events, {"A": [order("2026-03-10")]}, at="2027-12-31", rule=rule)
    assert [each.reason.code for each in found][2] == "referral.refused.enough"
    assert [each.state for each in found] == ["refused", "vested", "refused", "expired"]


def test_a_referral_that_ran_out_leaves_its_place() -> None:
    """A friend who never ordered does not keep another from counting; one whose order came back does."""
    rule = attrs.evolve(FRIENDS, at_most=1)
    events: list[Event] = [invited("2026-03-01", "A"), invited("2026-07-01", "B")]
    eva = [order("2026-07-10", id="B")]
    never = all_of(events, {"B": eva}, rule=rule)
    assert [each.state for each in never] == ["expired", "vested"]
    back = [order("2026-03-10"), returned("A", noon("2026-05-01"), {"1": 1})]
    given_back = all_of(events, {"A": back, "B": eva}, rule=rule, holds=HOLDS)
    assert [each.state for each in given_back] == ["taken_back", "refused"]


@pytest.mark.parametrize(
    ("signals", "state"),
    [
        (["same_household"], "vested"),  # families refer each other
        (["same_household", "same_ip"], "vested"),
        (["same_device"], "in_review"),
        (["same_device", "same_ip", "same_ip"], "refused"),
        (["same_card"], "refused"),
        (["referred_by_another"], "refused"),
    ],
)
def test_signals_are_scored(signals: list[str], state: str) -> None:
    """From a hundred a referral is refused, from fifty staff look at it; a household alone never matters."""
    found = one(order("2026-03-10"), signals={"C-8": signals, "C-9": ["same_card"]})
    assert (found.state, found.signals, found.score) == (
        state,
        tuple(sorted(signals)),
        sum(USUAL[each] for each in signals),
    )


@pytest.mark.parametrize("signals", [["same_device"], ["same_card"]])
def test_staff_decide(signals: list[str]) -> None:
    """What staff accepted counts as if there were no signals, what they refused never does; the last word counts."""
    yes = ReferralDecided("d1", noon("2026-03-05"), "C-8", accepted=True, by="Ewa")
    no = ReferralDecided("d2", noon("2026-03-06"), "C-8", accepted=False, by="Ewa")
    other = ReferralDecided("d3", noon("2026-03-07"), "C-9", accepted=False, by="Ewa")
    assert one(order("2026-03-10"), member=(yes, other), signals={"C-8": signals}).state == "vested"
    found = one(order("2026-03-10"), member=(yes, no), signals={"C-8": signals})
    assert found.state == "refused"
    assert one(order("2026-03-10"), member=(no,)).reason.code == "referral.refused.by_staff"


def test_an_unknown_signal_is_an_error() -> None:
    """A misspelt signal would let everybody through."""
    with pytest.raises(PolicyError, match="did you mean `same_card`"):
        one(signals={"C-8": ["same_cart"]})


steps = st.lists(st.tuples(st.sampled_from("oor"), st.integers(0, 90), st.sampled_from([10, 25])), max_size=6)


@given(steps, st.sampled_from(["first_order", "returns_over", "second_order"]), st.randoms(use_true_random=False))
def test_a_later_event_never_changes_an_earlier_answer(steps: list[Any], vests: Any, random: Any) -> None:
    """As of an instant, only what happened until then matters, in whatever order it was recorded."""
    rule = attrs.evolve(FRIENDS, vests=vests)
    events: list[Event] = []
    for place, (step, day, price) in enumerate(steps):
        at = noon("2026-03-02") + dt.timedelta(days=day)
        if step == "o":
            made = receipt(f"O{place}", price)
            events.append(aftercare.Purchase(f"b{place}", at, attrs.evolve(made, placed_at=at)))
        else:
            events.append(returned(f"O{place - 1}", at, {"1": 1}, id=f"r{place}"))
    found = one(*events, rule=rule, at="2026-04-15")
    random.shuffle(events)
    past = [event for event in events if event.at <= noon("2026-04-15")]
    assert one(*past, rule=rule, at="2026-04-15") == found
    assert (found.member_award is None) == (found.state not in {"vested", "taken_back"})


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: loyalty.ReferralProgram("f"), "`f` gives nothing to anybody"),
        (lambda: loyalty.ReferralProgram("f", member=cast("Any", 5)), "`5` gives nothing: write"),
        (
            lambda: loyalty.ReferralProgram("f", member=POINTS, vests=cast("Any", "first")),
            "did you mean `first_order`?",
        ),
        (lambda: loyalty.ReferralProgram("f", member=POINTS, at_most=0), "the referrals of twelve months"),
        (lambda: loyalty.ReferralProgram("f", member=POINTS, signals=cast("Any", 5)), "signals have whole scores"),
        (lambda: loyalty.ReferralProgram("f", member=POINTS, signals={"x": -1}), "signals have whole scores from zero"),
        (
            lambda: loyalty.ReferralProgram("f", member=POINTS, signals={"same_household": 50}),
            "families refer each",
        ),
    ],
)
def test_an_impossible_program_cannot_be_built(made: Any, problem: str) -> None:
    """A program that could not keep its promise, or suspects families, is refused with advice."""
    with pytest.raises(PolicyError) as caught:
        made()
    assert problem in str(caught.value)


@pytest.mark.parametrize("value", [FRIENDS, attrs.evolve(FRIENDS, within=Days(30), signals={"same_card": 100})])
def test_a_program_is_a_value(value: Any) -> None:
    """It can be pickled, hashed, and built again from its `repr`."""
    again = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes
    assert (again, hash(again)) == (value, hash(value))
    assert eval(repr(value), dict(NAMESPACE)) == value  # noqa: S307 - the repr of a value is code
