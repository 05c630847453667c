"""The better of two values of a term, as a choice that does not depend on their order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import BusinessDays, Days, Months, Name, Percent, WorkWeek, amounts, eur, pln, returns
from aftercare.returns.better import better
from aftercare.returns.clauses import OUTCOMES
from aftercare.returns.fees import FREE, Fee, fees
from aftercare.returns.refund_deadline import RefundWithin

FLAT, DEARER = (returns.flat(eur(2)),), (returns.flat(eur(3)),)
CAPPED = (returns.restocking(15, at_most=eur(50)),)
TEAM = WorkWeek(weekdays=["monday"])


@pytest.mark.parametrize(
    ("term", "better_one", "other"),
    [
        ("fee", FREE, FLAT),
        ("fee", FLAT, DEARER),
        ("fee", FLAT, (*FLAT, returns.label(eur(5)))),
        ("fee", CAPPED, (returns.restocking(15),)),
        ("fee", CAPPED, (returns.restocking(15, at_most=eur(60)),)),
        ("fee", (returns.restocking(10),), (returns.restocking(15),)),
        ("fee", (returns.restocking(eur(1)),), (returns.restocking(eur(2)),)),
        ("fee", (returns.graded({"B": 20}),), (returns.graded({"B": 30, "C": 50}),)),
        ("fee", (returns.flat(amounts(eur(1), pln(5))),), (returns.flat(amounts(eur(1), pln(6))),)),
        ("same_means", True, False),
        ("delivery", "full", "standard"),
        ("delivery", "standard", "none"),
        ("free_shipping", "keep", "claw_back"),
        ("gifts", "free", "list_value"),
        ("credit_bonus", Percent(10), None),
        ("credit_bonus", Percent(10), Percent(5)),
        ("channels", (), ("mail",)),
        ("accepts", (), ("worn",)),
        ("evidence", (), ("photo",)),
        ("packaging", "any", "original"),
        ("send_within", None, Days(3)),
        ("send_within", Days(14), Days(3)),
        ("send_within", Days(31), Months(1)),
        ("send_within", Months(1), Days(28)),
        ("send_within", BusinessDays(10), Days(10)),
        ("refund_within", (RefundWithin(Days(3)),), ()),
        ("refund_within", (RefundWithin(Days(3)),), (RefundWithin(Days(14)),)),
        ("refund_within", (RefundWithin(BusinessDays(3)),), (RefundWithin(BusinessDays(5)),)),
        ("refund_within", (RefundWithin(BusinessDays(0, calendar=TEAM)),), (RefundWithin(BusinessDays(1)),)),
        ("refund_within", (RefundWithin(Days(3), after="sent"),), (RefundWithin(Days(3)),)),
        ("refund_within", (RefundWithin(Days(3), after="requested"),), (RefundWithin(Days(14), after="withheld"),)),
        ("at_most", None, 2),
        ("at_most", 3, 2),
        ("once", None, "line"),
        ("once", "line", "order"),
        ("ceiling", None, amounts(eur(5))),
        ("ceiling", amounts(eur(6)), amounts(eur(5))),
    ],
)
def test_better(term: str, better_one: Any, other: Any) -> None:
    """The better value is found, in whatever order the two are given."""
    assert (better_one,) == better(term, better_one, other) == better(term, other, better_one)


@pytest.mark.parametrize(
    ("term", "one", "other"),
    [
        ("fee", FLAT, (returns.label(eur(2)),)),
        ("fee", (returns.restocking(10),), (returns.restocking(10, of="after_grade"),)),
        ("fee", (returns.restocking(10),), (returns.restocking(eur(2)),)),
        ("fee", (returns.restocking(eur(2)),), (returns.restocking(10),)),
        ("fee", (returns.restocking(20, at_most=eur(5)),), (returns.restocking(10),)),
        ("fee", (returns.graded({"B": 20}),), (returns.graded({"C": 50}),)),
        ("fee", (returns.flat(eur(1)),), (returns.flat(pln(1)),)),
        ("refund", "proportional", "recompute_kept"),
        ("share", "occurrence", "target"),
        ("tenders", "ratio", "card_first"),
        ("address", Name("A"), Name("B")),
        ("send_within", Days(30), Months(1)),
        ("ceiling", amounts(eur(5), pln(20)), amounts(eur(6), pln(10))),
        ("ceiling", amounts(eur(5)), amounts(pln(20))),
    ],
)
def test_neither(term: str, one: Any, other: Any) -> None:
    """Where it depends, or where no value is better, neither is; equal ones are as good."""
    assert () == better(term, one, other) == better(term, other, one)
    assert (one,) == better(term, one, one)


def test_lists_are_joined() -> None:
    """What is offered or taken is joined, and only what both ask for is asked."""
    assert (("refund", "exchange"),) == better("resolutions", ("refund",), ("exchange", "refund"))
    assert (("mail", "store"),) == better("channels", ("mail",), ("store",))
    assert (("photo",),) == better("evidence", ("photo", "receipt"), ("box", "photo"))


euros = st.integers(0, 3).map(eur)
fee_sets = st.builds(
    lambda flat, label, restocking, graded: fees([each for each in (flat, label, restocking, graded) if each]),
    st.none() | euros.map(returns.flat),
    st.none() | euros.map(returns.label),
    st.none() | st.integers(0, 3).map(returns.restocking),
    st.none() | st.dictionaries(st.sampled_from("BC"), st.integers(0, 3), min_size=1).map(returns.graded),
)


@given(fee_sets, fee_sets, fee_sets)
def test_fees_are_partly_ordered(one: tuple[Fee, ...], other: tuple[Fee, ...], third: tuple[Fee, ...]) -> None:
    """Of fees, no fee is the best, and better is transitive."""
    assert (FREE,) == better("fee", FREE, one)
    if (one,) == better("fee", one, other) and (other,) == better("fee", other, third):
        assert (one,) == better("fee", one, third)


STARTS = [date(2026, 1, 31), date(2026, 2, 1), date(2028, 2, 29), date(2026, 7, 1)]
spans = st.builds(Days, st.integers(0, 70)) | st.builds(Months, st.integers(0, 2))


@given(spans, spans)
def test_spans(one: Any, other: Any) -> None:
    """Of a pair the longer time to send is better, and the shorter to pay back; both where none surely is."""
    longer = better("send_within", one, other)

    assert longer in {(one,), (other,), ()}
    assert not longer or all(longer[0].after(day) >= each.after(day) for each in (one, other) for day in STARTS)
    if longer:
        sooner = {one, other} - {*longer} or {one}
        ((kept,),) = better("refund_within", (RefundWithin(one),), (RefundWithin(other),))
        assert {kept.span} == sooner
    else:
        assert 2 == len(better("refund_within", (RefundWithin(one),), (RefundWithin(other),))[0])


def test_outcomes() -> None:
    """An answer is better the earlier it stands."""
    assert ("accept", "needs_review", "refuse") == OUTCOMES
