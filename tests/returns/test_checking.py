"""What is wrong with return policies beside their book: amounts, ids, and laws that they do not name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from aftercare import Days, Months, ReturnPolicy, amounts, cart, dated, eur, item, percent, pln, returns
from aftercare.returns.checking import check, undeclared_floors
from tests.returns.counter import STANDARD

FREE = ReturnPolicy("free", within=Days(30), after="delivered")
OTHER = ReturnPolicy("other", within=None)
ON = date(2026, 3, 1)
TURN = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "path"),
    [
        (STANDARD, "fee"),
        (ReturnPolicy("a", within=Days(9), after="delivered", fee=returns.label(eur(1))), "fee"),
        (ReturnPolicy("a", within=Days(9), after="delivered", fee=returns.restocking(eur(1))), "fee"),
        (
            ReturnPolicy("a", within=Days(9), after="delivered", fee=returns.restocking(percent(9), at_most=eur(1))),
            "fee",
        ),
        (ReturnPolicy("a", within=Days(9), after="delivered", ceiling=eur(1)), "ceiling"),
        (ReturnPolicy("a", within=Days(9), after="delivered", fee=dated(returns.FREE, {TURN: eur(1)})), "fee"),
        (FREE.except_when(cart.amount().at_least(eur(50)), within=Days(60)), "exceptions[0].when"),
        (FREE.except_when(of=item.price.at_least(eur(50)), within=Days(60)), "exceptions[0].of"),
        (FREE.except_when(of=item.tag.is_("big"), fee=eur(9)), "exceptions[0].fee"),
        (FREE.asks("call us").reviewed("dear", when=cart.amount().at_least(eur(500))), "clauses[1].when"),
        (FREE.not_returnable(of=item.price.below(eur(1))), "clauses[0].of"),
    ],
)
def test_amounts_in_every_currency(policy: ReturnPolicy, path: str) -> None:
    """An amount that lacks a currency of the book is found, wherever it stands."""
    assert [f"returns[1].{path}"] == [each.path for each in check([OTHER, policy], ["EUR", "PLN"])]
    assert [] == check([OTHER, policy], ["EUR"])


def test_what_is_said() -> None:
    """The problem says whose amount lacks what, and what to write."""
    (problem,) = check([STANDARD], ["EUR", "PLN", "CZK"], path="warranty")
    assert "warranty[0].fee" == problem.path
    assert problem.message.endswith(
        "no amount in `PLN, CZK`: write `amounts(...)` with one for each currency of the book"
    )


def test_all_currencies() -> None:
    """Amounts in every currency are right."""
    both = amounts(eur(5), pln(20))
    policy = FREE.except_when(of=item.tag.is_("big"), fee=returns.graded({"B": percent(10)}))
    assert [] == check([policy, ReturnPolicy("b", within=None, ceiling=both, fee=both)], ["EUR", "PLN"])


def test_ids() -> None:
    """Two policies do not share an id."""
    (problem,) = check([FREE, FREE], ["EUR"])
    assert ("returns[1]", "id `free` is already that of `returns[0]`: give each return policy its own") == (
        problem.path,
        problem.message,
    )


# --- laws ------------------------------------------------------------------------------------------------------------

LATE = {"after": returns.Start("last_delivered")}
TWO_YEARS = ReturnPolicy("two-years", within=Months(24), after="delivered")
FORTNIGHT = ReturnPolicy("fortnight", within=Days(14), **LATE)


def missing(*policies: ReturnPolicy, country: str = "DE") -> Any:
    """Whose laws are not named, and the rights that are missed."""
    problems = undeclared_floors(policies, countries=[country], on=ON)
    return [each.message.split(": ")[1].split(";")[0] for each in problems]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ((FREE,), ["`Legal right of withdrawal`, `Legal guarantee of conformity`"]),
        ((TWO_YEARS,), ["`Legal right of withdrawal`"]),
        ((FORTNIGHT,), ["`Legal guarantee of conformity`"]),
        ((FORTNIGHT, TWO_YEARS), []),
        ((ReturnPolicy("always", within=None),), []),
        (
            (ReturnPolicy("always", within=None, fee=eur(1)),),
            ["`Legal right of withdrawal`, `Legal guarantee of conformity`"],
        ),
        ((ReturnPolicy("always", within=None, fee=returns.label(eur(1))),), ["`Legal guarantee of conformity`"]),
        (
            (ReturnPolicy("always", within=None, grounds="defect"),),
            ["`Legal right of withdrawal`, `Legal guarantee of conformity`"],
        ),
        (
            (ReturnPolicy("always", within=None).not_returnable(of=item.tag.is_("sale")),),
            ["`Legal right of withdrawal`, `Legal guarantee of conformity`"],
        ),
        (
            (
                ReturnPolicy("always", within=None).except_when(
                    of=item.tag.is_("sale"), within=Days(3), after="delivered"
                ),
            ),
            ["`Legal right of withdrawal`, `Legal guarantee of conformity`"],
        ),
        ((FREE.not_below(returns.statutory("EU")),), []),
        ((FREE, TWO_YEARS.not_below(returns.statutory("EU"))), []),
    ],
)
def test_undeclared_floors(policies: tuple[ReturnPolicy, ...], expected: list[str]) -> None:
    """A law that gives more than the policies is told, with its rights, unless one of them names it."""
    assert expected == missing(*policies)


def test_no_law_for_a_country() -> None:
    """Where no law is known, nothing is told."""
    assert [] == missing(FREE, country="BR")


def test_where_two_laws_apply() -> None:
    """In Poland those of Poland and of the EU are told apart; either will do."""
    problems = undeclared_floors([FREE], countries=["PL"], on=ON)
    assert ["EU", "PL"] == [each.message.split("`")[1] for each in problems]
    assert [] == undeclared_floors([FREE.not_below(returns.statutory("PL"))], countries=["PL"], on=ON)
