"""A promotion that gives something else when something else holds too."""

from __future__ import annotations

from typing import Any

import pytest

from aftercare import Customer, PolicyError, Promotion, Tier, cart, customer, eur, item, policies
from aftercare.policies.exceptions import Exceptional, Override
from tests.policies.till import price, prices

GOLD, SILVER = Tier("gold", 2), Tier("silver", 1)
SALE = Promotion("sale", when=cart.amount() >= eur(10), then=policies.percent_off(5))
TIERED = SALE.except_when(customer.tier.is_(GOLD), then=policies.percent_off(20)).except_when(
    customer.tier.is_(SILVER), then=[policies.percent_off(10), policies.free_shipping()]
)


@pytest.mark.parametrize(("tier", "expected"), [(None, "95"), (SILVER, "90"), (GOLD, "80")])
def test_an_exception_gives_something_else(tier: Tier | None, expected: Any) -> None:
    """5 % for all, 10 % for silver, 20 % for gold."""
    order = prices("100", customer=Customer("c", tier=tier))

    assert eur(expected) == price(order, TIERED).payable


def test_an_exception_needs_the_promotion_to_hold() -> None:
    """Gold has nothing off an order below 10.00."""
    assert eur(9) == price(prices("9", customer=Customer("c", tier=GOLD)), TIERED).payable


def test_an_exception_whose_condition_is_unknown_does_not_hold() -> None:
    """For a guest nobody knows the tier: 5 %."""
    assert eur(95) == price(prices("100"), TIERED).payable


STAFF, LARGE = customer.staff, cart.quantity() >= 2
FIRST = (
    SALE.exceptions_by("first_of")
    .except_when(STAFF, then=policies.percent_off(20))
    .except_when(LARGE, then=policies.percent_off(10))
)


@pytest.mark.parametrize(
    ("staff", "units", "expected"),
    [
        (False, ["100"], "95"),
        (False, ["50", "50"], "90"),
        (True, ["100"], "80"),
        (True, ["50", "50"], "80"),
    ],
)
def test_of_several_the_first_counts_where_that_is_said(staff: bool, units: Any, expected: Any) -> None:
    """Staff with two units have the exception for staff, which is written first."""
    assert eur(expected) == price(prices(*units, customer=Customer("c", staff=staff)), FIRST).payable


def test_exceptions_that_may_disagree_are_refused() -> None:
    """Staff may buy two units: without a strategy the promotion cannot be built, and the names are in the message."""
    with pytest.raises(
        PolicyError,
        match=r"exceptions `the staff` and `cart.quantity\(\).at_least\(2\)` of promotion `sale` give `then` different "
        r"values and may hold together: make their conditions exclude each other, "
        r"or declare `.exceptions_by\('first_of'\)`",
    ):
        SALE.except_when(STAFF, then=policies.percent_off(20), named="the staff").except_when(
            LARGE, then=policies.percent_off(10)
        )


def test_exceptions_that_agree_need_no_strategy() -> None:
    """Two reasons for the same 20 % cannot disagree."""
    both = SALE.except_when(STAFF, then=policies.percent_off(20)).except_when(LARGE, then=policies.percent_off(20))

    assert eur(80) == price(prices("50", "50", customer=Customer("c", staff=True)), both).payable


def test_exceptions_that_exclude_each_other_need_no_strategy() -> None:
    """Below three units and from three on is never both, nor is a country two countries."""
    few = SALE.except_when(cart.quantity() < 3, then=policies.percent_off(20))

    assert few.except_when(cart.quantity() >= 3, then=policies.percent_off(10)).exceptions.overrides[1:]
    with pytest.raises(PolicyError, match="may hold together"):
        few.except_when(cart.quantity() >= 2, then=policies.percent_off(10))


def test_an_exception_is_called_by_its_name_or_its_condition() -> None:
    """Errors call an exception what its author does."""
    assert "staff" == Override(STAFF, (), "staff").title
    assert "customer.staff" == Override(STAFF, ()).title


@pytest.mark.parametrize("given", [item.on_sale, "staff", None, True])
def test_an_exception_holds_for_orders(given: Any) -> None:
    """A condition of one item, a text, a truth value are refused."""
    with pytest.raises(PolicyError, match="an exception holds when a condition of the order does, given `"):
        SALE.except_when(given, then=policies.percent_off(1))


def test_there_is_one_strategy() -> None:
    """What is not a strategy is refused."""
    with pytest.raises(PolicyError, match="`best_of` is not a strategy for exceptions: allowed: `first_of`"):
        SALE.exceptions_by("best_of")
    assert Exceptional() == SALE.exceptions_by(None).exceptions


def test_an_exception_gives_something() -> None:
    """An exception that gives nothing, or no benefit, is refused like a promotion that does."""
    with pytest.raises(PolicyError, match="`sale` gives nothing: name at least one benefit"):
        SALE.except_when(STAFF, then=[])
    with pytest.raises(PolicyError, match="`5` of `sale` is no benefit"):
        SALE.except_when(STAFF, then=5)
