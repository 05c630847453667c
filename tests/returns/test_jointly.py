"""Units that come back together on different terms: fees line by line, one total, one settlement."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import OrderError, Percent, Promotion, Returned, Units, cart, eur, policies
from aftercare.returns.fees import Charged, Fee, flat, graded, kept_fees, label, restocking
from aftercare.returns.jointly import LineTerms, jointly
from aftercare.returns.settlement import settlements
from tests.policies.till import NOON, prices, shop
from tests.returns.desk import LAW, PROMISE, Desk, kept, pricer, terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aftercare.returns.settled import Settlement

TEN_FROM_100 = Promotion("ten", when=cart.amount().at_least(eur(100)), then=policies.percent_off(10))
LABEL, HANDLING = label(eur(5)), flat(eur(3))


def together(at: Desk, by_line: Mapping[str, LineTerms], *regimes: str, **given: Any) -> Settlement:
    """Lines of one unit come back with one event, each on its own terms."""
    back = [Units(line, 1) for line in by_line]
    event = Returned("e", NOON + timedelta(days=1), "A", back, regimes=regimes or PROMISE, **given)
    (found,) = settlements(at.receipt, [event], pricer=pricer(at.book), terms=lambda _, units: by_line[units[0].line])
    return found


def desk(*each: str, promotion: Promotion | None = None) -> Desk:
    """A desk for an order of these prices, paid by card and a gift card."""
    book = shop(*(() if promotion is None else (promotion,)))
    return Desk.of(book, book.price(prices(*each), at=NOON), split=2)


def fees(settled: Settlement) -> list[tuple[str, str, str]]:
    """Each fee: its kind, how much, and of what."""
    return [(fee.kind, str(fee.amount.decimal), str(fee.base.decimal)) for fee in settled.fees]


def test_each_line_bears_its_own_fees() -> None:
    """The laptop is restocked for 15 %, the cable is free; whatever the order of the lines."""
    own = {"00": LineTerms(terms(fee=(restocking(15),))), "01": LineTerms(terms())}
    for lines in permutations(own):
        settled = together(desk("100", "20", "30"), {line: own[line] for line in lines})
        assert eur(105) == settled.refund
        assert [("restocking", "15.00", "100.00")] == fees(settled)


def test_what_is_kept_once_a_return_is_kept_for_its_dearest_unit() -> None:
    """Two labels, one parcel: the dearer of them, and once."""
    own = {"00": LineTerms(terms(fee=(LABEL,))), "01": LineTerms(terms(fee=(HANDLING, label(eur(7)))))}
    assert [("flat", "3.00", "120.00"), ("label", "7.00", "120.00")] == fees(together(desk("100", "20"), own))


def test_a_fee_leaves_whole_what_bears_none() -> None:
    """A fee of 5 on goods of 3 takes these 3, and nothing of the 10 that come back for free."""
    own = {"00": LineTerms(terms()), "01": LineTerms(terms(fee=(LABEL,)))}
    settled = together(desk("10", "3"), own)
    assert eur(10) == settled.refund
    assert [("label", "3.00", "13.00")] == fees(settled)


def test_the_grade_lessens_only_the_lines_that_say_so() -> None:
    """Both came back used; only one of them is graded, and restocked of what is left."""
    own = {
        "00": LineTerms(terms(fee=(graded({"B": 20}), restocking(10, of="after_grade")))),
        "01": LineTerms(terms(fee=(graded({"C": 50}),))),
    }
    settled = together(desk("50", "50"), own, grade="B")
    assert [("graded", "10.00", "50.00"), ("restocking", "4.00", "40.00")] == fees(settled)


def test_each_line_has_its_own_right() -> None:
    """One line is withdrawn by law at what was paid for it, the other only promised: what is kept costs more."""
    sale = desk("60", "30", "20", promotion=TEN_FROM_100)
    law, promise = LineTerms(terms(), LAW), LineTerms(terms(), PROMISE)

    def refund(one: LineTerms, other: LineTerms) -> str:
        return str(together(sale, {"01": one, "02": other}, *LAW, *PROMISE).refund.decimal)

    assert ["39.00", "39.00", "45.00"] == [refund(promise, promise), refund(law, promise), refund(law, law)]
    alone = together(desk("99", "5", promotion=TEN_FROM_100), {"01": law}, *LAW, *PROMISE)
    assert ("4.50", {("00", 1): "89.10"}) == (str(alone.refund.decimal), kept(alone))


@pytest.mark.parametrize(
    ("told", "own", "expected"),
    [
        (("promise", "withdrawal"), ("promise",), ("promise",)),
        (("withdrawal",), ("promise",), ("withdrawal",)),
        ((), ("promise", "withdrawal"), ("promise", "withdrawal")),
        (("promise",), None, ("promise",)),
        ((), None, ()),
    ],
)
def test_the_rights_of_a_line(told: Sequence[str], own: Sequence[str] | None, expected: tuple[str, ...]) -> None:
    """What was recorded counts, as far as it can be meant for the line; where nothing was, the line's own do."""
    assert expected == LineTerms(terms(), own).rights(told)


def test_the_money_is_on_the_better_terms() -> None:
    """Delivery, gifts and the means of payment are told once, at the better of both; fees stay those of each line."""
    one = terms(fee=(LABEL,), delivery="standard", gifts="free", credit_bonus=Percent(5))
    other = terms(same_means=True, free_shipping="claw_back", resolutions=("store_credit",))
    for pair in ((one, other), (other, one)):
        found = jointly(pair, "e")
        assert {"refund", "store_credit"} == {*found.resolutions}
        assert ("standard", "free", "keep", True, Percent(5)) == (
            found.delivery,
            found.gifts,
            found.free_shipping,
            found.same_means,
            found.credit_bonus,
        )


@pytest.mark.parametrize(
    ("differs", "named"),
    [
        ({"refund": "all_or_nothing"}, "`refund`"),
        ({"share": "target", "tenders": "ratio"}, "`share` and `tenders`"),
    ],
)
def test_a_total_is_told_in_one_way(differs: dict[str, Any], named: str) -> None:
    """Two strategies cannot tell one total: that is refused, with what to do."""
    with pytest.raises(OrderError, match=f"lines of `e` come back with different {named}.*record an event for each"):
        jointly([terms(), terms(**differs)], "e")


FEES: tuple[tuple[Fee, ...], ...] = ((), (LABEL,), (HANDLING,), (restocking(15),), (graded({"B": 40}), LABEL))


@given(
    st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(FEES)), min_size=1, max_size=4),
    st.integers(0, 20000),
    st.sampled_from(["B", None]),
)
def test_fees_are_bounded(units: list[tuple[int, tuple[Fee, ...]]], refund: int, grade: str | None) -> None:
    """Fees are at most what is given back beyond what was paid for units without one, in whichever order they come."""
    charged = [Charged(fee, paid, grade) for paid, fee in units]
    found = kept_fees(charged, refund, "EUR")
    total = sum(fee.amount.minor for fee in found)
    free = sum(paid for paid, fee in units if not fee)
    assert 0 <= total <= max(0, refund - free)
    assert found == kept_fees(charged[::-1], refund, "EUR")
    assert not [fee for fee in kept_fees(charged, refund, "EUR", already={"label": 20000}) if fee.kind == "label"]


@given(st.data())
def test_refund_fees_and_kept_value_are_what_was_paid(data: st.DataObject) -> None:
    """Whatever each line's fees and rights, nothing is lost, the law is not undercut, and the order does not matter."""
    at = desk(*(str(data.draw(st.integers(1, 99))) for _ in range(4)), promotion=TEN_FROM_100)
    each = st.builds(
        lambda fee, law: LineTerms(terms(fee=fee), law), st.sampled_from(FEES), st.sampled_from([LAW, PROMISE])
    )
    own = {f"{line:02}": data.draw(each) for line in range(data.draw(st.integers(1, 4)))}
    settled = together(at, own, *LAW, *PROMISE)
    taken = sum(fee.amount.minor for fee in settled.fees)
    left = sum(run.value.minor * run.count for run in settled.kept)
    stored = {run.line: run.paid.minor for run in at.receipt.units}

    assert at.receipt.payable.minor == settled.refund.minor + taken + left
    assert settled.refund.minor >= sum(
        stored[line] for line, on in own.items() if on.regimes == LAW and not on.terms.fee
    )
    shuffled = {line: own[line] for line in data.draw(st.permutations(sorted(own)))}
    assert settled == together(at, shuffled, *LAW, *PROMISE)
