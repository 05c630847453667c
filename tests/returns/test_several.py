"""Several return policies at once: which of them counts."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import pytest

import aftercare
from aftercare import Days, Name, PolicyError, ReturnPolicy, eur, returns
from aftercare.returns.windows import ReturnWindow
from tests.returns.counter import CUP, STANDARD, ask, at, codes, line, placed

GUARANTEE = ReturnPolicy("guarantee", regime="money_back", within=Days(100), after="delivered", evidence="reason")
GOODWILL = ReturnPolicy(
    "goodwill", regime="goodwill", within=None, resolutions=["spare_part", "repair"], ceiling=eur(20)
)
NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "returns": returns}


@pytest.mark.parametrize("choose", [returns.first_of, returns.longest_of, returns.best_for_customer])
@pytest.mark.parametrize(
    ("ground", "regimes"), [("change_of_mind", "promise"), ("own_fault", "goodwill"), ("lost_part", "goodwill")]
)
def test_the_ground_chooses(choose: Any, ground: str, regimes: str) -> None:
    """A shop helps with what a customer broke by another promise than with what they do not like."""
    assert (regimes,) == ask(choose(STANDARD, GOODWILL), ground=ground).regimes


def test_goodwill_has_a_ceiling() -> None:
    """Own fault above the ceiling is refused, by every way to choose."""
    vase = placed(line(CUP, 1, id="1"), line(CUP, 1, id="2"))
    cheap = ReturnPolicy("goodwill", regime="goodwill", within=None, resolutions="spare_part", ceiling=eur(5))
    answer = ask(returns.first_of(STANDARD, cheap), vase, ground="own_fault")
    assert ("refuse", ["returns.above_ceiling"]) == (answer.outcome, codes(answer.reasons))


@pytest.mark.parametrize(("day", "regime"), [(20, "promise"), (80, "money_back")])
def test_first_of(day: int, regime: str) -> None:
    """The first counts until it refuses, and then the next one that does not."""
    answer = ask(returns.first_of(STANDARD, GUARANTEE), when=at(1 + day % 31, 3 + day // 31))
    assert ("accept", (regime,)) == (answer.outcome, answer.regimes)
    assert [regime] == [each.regime for each in answer.answers]


def test_first_of_refuses_by_the_last_day_on_which_it_did_not() -> None:
    """Where the time of all is over, the one that lasted longest says so; another reason is told by the first."""
    answer = ask(returns.first_of(STANDARD, GUARANTEE), when=at(1, 11))
    assert ("refuse", ["money_back"]) == (answer.outcome, [each.regime for each in answer.answers])
    assert (aftercare.Statement("returns.deadline.over", date=date(2026, 6, 12)),) == answer.reasons
    final = STANDARD.not_returnable(of=CUP, because="final_sale")
    answer = ask(returns.first_of(final, GUARANTEE), when=at(1, 11))
    assert ("promise", "returns.barred.final_sale") == (answer.answers[0].regime, answer.reasons[0].code)


def test_longest_of() -> None:
    """The window that ends last counts, with its own terms: no fee, but a reason is asked for."""
    answer = ask(returns.longest_of(STANDARD, GUARANTEE))
    assert ("money_back", Name("guarantee"), ()) == (*answer.regimes, answer.deadline.right, answer.terms.fee)
    assert ("reason",) == answer.terms.evidence


def test_longest_of_the_best_answers() -> None:
    """A longer window that refuses does not count."""
    strict = GUARANTEE.not_returnable(because="final_sale")
    answer = ask(returns.longest_of(STANDARD, strict))
    assert ("accept", ("promise",)) == (answer.outcome, answer.regimes)


def test_best_for_customer() -> None:
    """Each is a right: either suffices, the fee of one and the evidence of the other are not asked for."""
    answer = ask(returns.best_for_customer(STANDARD, GUARANTEE))
    assert ("promise", "money_back") == answer.regimes
    assert ((), (), Name("guarantee")) == (answer.terms.fee, answer.terms.evidence, answer.deadline.right)


def test_floors_of_all() -> None:
    """The laws below any of the policies are asked, each once, whichever policy counts."""
    law = returns.statutory("EU")
    both = returns.first_of(STANDARD.not_below(law), GUARANTEE.not_below(law))
    assert ["promise", "withdrawal"] == [each.regime for each in ask(both).answers]
    second = returns.first_of(STANDARD, GUARANTEE.not_below(law))
    assert ["promise", "withdrawal"] == [each.regime for each in ask(second).answers]


def test_no_policy_serves_the_ground() -> None:
    """A ground that none of them serves gives no right."""
    answer = ask(returns.first_of(STANDARD, GUARANTEE), ground="own_fault")
    assert ("refuse", ["returns.no_right"]) == (answer.outcome, codes(answer.reasons))


def test_own_grounds() -> None:
    """The grounds of each are known to all."""
    stale = returns.Ground("stale", fault="shop", regimes="promise")
    bakery = ReturnPolicy("bakery", within=Days(2), after="delivered", grounds=[stale])
    assert "accept" == ask(returns.first_of(GOODWILL, bakery), ground="stale", when=at(5)).outcome


def test_values() -> None:
    """Several policies are a value: equal, hashable, picklable, and written as the code that builds them."""
    both = returns.longest_of(STANDARD, GUARANTEE)
    assert both == eval(repr(both), NAMESPACE) == pickle.loads(pickle.dumps(both))  # noqa: S301, S307
    assert 1 == len({both, returns.longest_of(STANDARD, GUARANTEE)})


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: returns.first_of(STANDARD), "`first_of` chooses among policies, given 1: give two or more"),
        (lambda: returns.first_of(STANDARD, STANDARD), "two return policies have the id `standard`: give each its own"),
        (lambda: returns.first_of(STANDARD, 3), "`3` is no return policy: give `ReturnPolicy(...)` values"),
        (
            lambda: returns.longest_of(STANDARD, ReturnPolicy("sent", within=ReturnWindow(Days(9), act="sent"))),
            (
                "windows of `longest_of` end for `requested` and `sent`, which no date compares: "
                "give them one act, or `first_of`"
            ),
        ),
    ],
)
def test_refused(build: Any, message: str) -> None:
    """Policies among which nothing can be chosen are refused when they are put together."""
    with pytest.raises(PolicyError) as refused:
        build()
    assert message == str(refused.value)
