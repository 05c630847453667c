"""Laws of a floor on generated policies: what a law gives is never undercut, and never given for longer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from aftercare import Customer, Days, Returned, ReturnPolicy, Units, eur, returns
from aftercare.returns.better import better
from aftercare.returns.clauses import OUTCOMES
from tests.returns.counter import CAME, ask, at, placed

EU = returns.statutory("EU")
BOTH_KNOW = (
    "fee", "same_means", "delivery", "free_shipping", "gifts", "resolutions", "channels", "accepts", "evidence",
    "packaging", "send_within", "refund_within", "at_most", "once", "ceiling",
)  # fmt: skip
FEES: tuple[Any, ...] = (
    (),
    eur("4.95"),
    returns.label(eur(6)),
    returns.restocking(15),
    [returns.graded({"B": 20}), returns.flat(eur(2))],
)


def days_on(days: int) -> datetime:
    """So many days after the purchase."""
    return at(2) + timedelta(days=days)


@st.composite
def policies(draw: st.DrawFn) -> ReturnPolicy:
    """A promise with any terms, some of which a law does not allow."""
    policy = ReturnPolicy(
        "promise",
        within=Days(draw(st.integers(0, 40))),
        after=draw(st.sampled_from(["ordered", "delivered"])),
        fee=draw(st.sampled_from(FEES)),
        delivery=draw(st.sampled_from(["none", "standard", "full"])),
        same_means=draw(st.booleans()),
        free_shipping=draw(st.sampled_from(["keep", "claw_back"])),
        gifts=draw(st.sampled_from(["list_value", "free"])),
        packaging=draw(st.sampled_from(["any", "original"])),
        accepts=draw(st.sampled_from([(), "new"])),
        evidence=draw(st.sampled_from([(), "photo"])),
        at_most=draw(st.none() | st.integers(1, 2)),
        once=draw(st.sampled_from([None, "line"])),
        send_within=draw(st.none() | st.builds(Days, st.integers(1, 30))),
        refund_within=draw(
            st.none()
            | st.builds(
                returns.RefundWithin,
                st.builds(Days, st.integers(1, 30)),
                after=st.sampled_from(["received", "sent", "withheld", "requested"]),
            )
        ),
    )
    if draw(st.booleans()):
        policy = policy.not_returnable(because=draw(st.sampled_from(["final_sale", "custom_made"])))
    return policy


asked = st.fixed_dictionaries(
    {
        "ground": st.sampled_from(["change_of_mind", "late", "defect"]),
        "grade": st.sampled_from([None, "B", "new"]),
        "informed": st.booleans(),
        "when": st.builds(days_on, st.integers(1, 60)),
    }
)


@given(policies(), asked, st.sampled_from(["PL", "US", None]))
def test_a_floor_is_a_union_of_rights(promise: ReturnPolicy, about: dict[str, Any], country: str | None) -> None:
    """The better answer counts, each term is no worse than the law's while it is open, and afterwards is the shop's."""

    def answered(policy: ReturnPolicy) -> returns.Assessment:
        answer: returns.Assessment = ask(policy, placed(customer=Customer("C", country=country)), CAME, **about)
        return answer

    both, alone = answered(promise.not_below(EU)), answered(promise)
    # Nothing comes back by a promise of final sales: what it answers below a law is the law's own answer.
    lawful = answered(promise.not_returnable(because="final_sale").not_below(EU))
    event(f"the promise says {alone.outcome}, the law {lawful.outcome}")

    assert min(alone.outcome, lawful.outcome, key=OUTCOMES.index) == both.outcome
    if lawful.outcome == "refuse":
        assert (alone.terms, alone.regimes) == (both.terms, both.regimes)
        return
    assert {*lawful.regimes, *alone.regimes} == {*both.regimes}
    for term in BOTH_KNOW:
        own, least = getattr(both.terms, term), getattr(lawful.terms, term)
        assert (own,) == better(term, own, least) or term == "fee"
    kinds = {type(fee) for fee in both.terms.fee}
    assert kinds <= {type(returns.label(eur(1))), type(returns.graded({"B": 1}))}
    assert not kinds or (about["informed"] and about["ground"] != "defect")
    assert both.deadline.contains(about["when"])


@given(st.lists(st.integers(3, 40), max_size=3), policies(), st.integers(0, 50))
def test_later_events_change_no_answer(days: list[int], promise: ReturnPolicy, day: int) -> None:
    """What came back after the question is not looked at."""
    events = [Returned(f"r{number}", days_on(when), "A-1", [Units("1", 1)]) for number, when in enumerate(days)]
    past = [each for each in events if each.at <= days_on(day)]
    known, everything = (ask(promise.not_below(EU), None, CAME, *some, when=days_on(day)) for some in (past, events))
    assert known == everything
