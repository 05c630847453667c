"""Values that change by steps of a fact, by a word or tier, by date."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from aftercare import (
    CalendarError,
    Customer,
    Line,
    Order,
    PolicyError,
    Product,
    Promotion,
    Shipment,
    Tier,
    amounts,
    by,
    cart,
    clock,
    custom,
    customer,
    dated,
    eur,
    pln,
    policies,
    stepped,
)
from aftercare.policies.variable import constants, convert, facts
from tests.policies.till import NOON, basket, line, price, prices, shop

GOLD, SILVER = Tier("gold", 2), Tier("silver", 1)


def percent_of(value: Any, order: Order, at: datetime = NOON) -> int | None:
    """How many percent a value is for an order of 100.00; None where the promotion is not eligible."""
    decision = price(order, Promotion("it", then=policies.percent_off(value)), at=at)
    return None if decision.states["it"] == "not_eligible" else decision.saved.minor // 100


def buyer(**given: Any) -> Order:
    """An order of 100.00 of a customer."""
    return prices("100", customer=Customer("c", **given))


# --- steps -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("units", "expected"), [(1, None), (2, None), (3, 5), (9, 5), (10, 15), (11, 15)])
def test_steps_are_inclusive(units: Any, expected: Any) -> None:
    """5 % from three units on, 15 % from ten on, below three nothing; written in any order."""
    value = stepped(cart.quantity(), {10: 15, 3: 5})

    assert expected == percent_of(value, basket(line("a", "0", units - 1), line("b", "100")) if units > 1 else buyer())


@pytest.mark.parametrize(
    ("fact", "steps", "expected"),
    [
        (cart.amount(), {eur(100): 7}, 7),
        (cart.amount(), {eur("100.01"): 7}, None),
        (cart.amount(), {amounts(eur(50), pln(200)): 5, amounts(eur(100), pln(400)): 7}, 7),
        (cart.total("weight"), {0: 1, Decimal("2.5"): 2, 3: 3}, 2),
        (cart.total("height"), {0: 1}, None),
        (customer.tier, {SILVER: 5, GOLD: 10}, 5),
        (customer.orders, {0: 5}, None),
        (clock.date, {NOON.date(): 4}, 4),
        (clock.date, {NOON.date() + timedelta(days=1): 4}, None),
    ],
)
def test_steps_of_every_kind_of_fact(fact: Any, steps: Any, expected: Any) -> None:
    """Amounts, weights, tiers, dates; what is not known reaches no step."""
    order = basket(line("a", "100", attributes={"weight": Decimal("2.75")}), customer=Customer("c", tier=SILVER))

    assert expected == percent_of(stepped(fact, steps), order)


# --- cases -----------------------------------------------------------------------------------------------------------

BY_TIER = by(customer.tier, {GOLD: 10, SILVER: 5})


@pytest.mark.parametrize(
    ("tier", "expected"), [(None, None), (Tier("bronze", 0), None), (SILVER, 5), (GOLD, 10), (Tier("platinum", 3), 10)]
)
def test_a_row_for_a_tier_holds_for_better_ones(tier: Tier | None, expected: Any) -> None:
    """Platinum has no row of its own and is at least gold."""
    assert expected == percent_of(BY_TIER, buyer(tier=tier))


BY_COUNTRY = by(customer.country, {"PL": 5, "DE": 10})


@pytest.mark.parametrize(("country", "expected"), [("PL", 5), ("DE", 10), ("FR", None), (None, None)])
def test_a_row_for_a_word(country: str | None, expected: Any) -> None:
    """Poland and Germany have rows; France and an unknown country have none."""
    assert expected == percent_of(BY_COUNTRY, buyer(country=country))


def test_nobody_has_a_row() -> None:
    """A guest has neither country nor tier."""
    assert percent_of(BY_COUNTRY, prices("100")) is None
    assert percent_of(BY_TIER, prices("100")) is None


@pytest.mark.parametrize(("choose", "expected"), [("highest", 8), ("lowest", 3)])
def test_of_several_words_one_row_counts(choose: str, expected: Any) -> None:
    """A customer of two groups, and of a third without a row."""
    value = by(customer.group, {"press": 3, "school": 8, "club": 20}, choose=choose)

    assert expected == percent_of(value, buyer(groups=["press", "school", "other"]))
    assert percent_of(value, buyer()) is None


def test_one_row_of_many_words_needs_no_choice() -> None:
    """With a single row there is nothing to choose."""
    assert 3 == percent_of(by(customer.group, {"press": 3}), buyer(groups=["press", "school"]))


def test_a_row_that_cannot_be_told_leaves_the_other_one() -> None:
    """The row of the press needs ten units; the one of schools is known."""
    value = by(customer.group, {"press": stepped(cart.quantity(), {10: 9}), "school": 8}, choose="highest")

    assert 8 == percent_of(value, buyer(groups=["press", "school"]))
    assert percent_of(value, buyer(groups=["press"])) is None


def test_codes_are_rows_without_case() -> None:
    """A row for a code is found however the code is typed."""
    value = by(cart.code, {"Five": 5, "Ten": 10}, choose="highest")

    assert 10 == percent_of(value, prices("100", codes=[" ten ", "FIVE"]))


def test_a_row_for_the_method_of_delivery() -> None:
    """Without a shipment the method is unknown."""
    value = by(cart.delivery, {"pickup": 5})

    assert 5 == percent_of(value, prices("100", shipments=[Shipment("s", "pickup", eur(0))]))
    assert percent_of(value, prices("100")) is None


# --- dates -----------------------------------------------------------------------------------------------------------


def test_a_value_changes_at_its_instant() -> None:
    """5 % until noon, 10 % from noon on, 20 % a day later; written in any order and in any zone."""
    value = dated(5, {NOON + timedelta(days=1): 20, NOON: 10})
    moments = [NOON - timedelta(microseconds=1), NOON, NOON + timedelta(hours=23), NOON + timedelta(days=1)]

    assert [5, 10, 10, 20] == [percent_of(value, prices("100"), at) for at in moments]


def test_values_hold_one_another() -> None:
    """By country, then by date, then by units: Germany from noon on, from two units on."""
    value = by(customer.country, {"PL": 1, "DE": dated(2, {NOON: stepped(cart.quantity(), {1: 3, 2: 4})})})
    two = prices("50", "50", customer=Customer("c", country="DE"))

    assert [1, 3, 4] == [percent_of(value, each) for each in (buyer(country="PL"), buyer(country="DE"), two)]
    assert 2 == percent_of(value, two, NOON - timedelta(hours=1))
    assert [2, 3, 4, 1] == [int(each.value) for each in constants(policies.percent_off(value).value)]
    assert [customer.country, cart.quantity()] == facts(value)


def test_caps_and_amounts_vary_too() -> None:
    """50 % with a cap of 10.00 for Poland, of 20.00 for Germany; without a row there is no promotion."""
    capped = Promotion("it", then=policies.percent_off(50, cap=by(customer.country, {"PL": eur(10), "DE": eur(20)})))

    assert [eur(90), eur(80), eur(100)] == [
        price(buyer(country=country), capped).payable for country in ("PL", "DE", "FR")
    ]


def test_an_amount_by_steps_of_an_amount_is_read_in_the_currency_of_the_order() -> None:
    """15.00 off from 200.00 zlotys on."""
    value = stepped(cart.amount(), {amounts(eur(50), pln(200)): amounts(eur(4), pln(15))})
    book = shop(Promotion("it", then=policies.amount_off(value)), currencies=["EUR", "PLN"])
    zlotys = Order([Line("a", Product("a"), unit_price=pln(200))], currency="PLN")

    assert pln(185) == book.price(zlotys, at=NOON).payable
    assert eur(96) == book.price(prices("100"), at=NOON).payable


# --- reading values --------------------------------------------------------------------------------------------------


def test_constants_and_facts_of_a_value() -> None:
    """Every value that may be given and every fact that is asked, in the order in which they are written."""
    value = dated(1, {NOON: by(customer.country, {"DE": 2, "PL": stepped(cart.quantity(), {1: 3})})})

    assert [1, 2, 3] == constants(value)
    assert [customer.country, cart.quantity()] == facts(value)
    assert [5] == constants(5)
    assert [] == facts(5)
    assert [2, 4, 6] == constants(convert(value, lambda given: given * 2))


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: stepped(customer.country, {"PL": 1}), "`customer.country` has no steps: give a fact with an order"),
        (lambda: stepped(5, {1: 1}), "`5` has no steps"),
        (lambda: stepped(cart.quantity(), {}), "a value without rows never holds: give at least one"),
        (
            lambda: stepped(cart.quantity(), {"3": 1}),
            r"`cart.quantity\(\)` cannot be compared with `'3'`: allowed: a whole number",
        ),
        (lambda: stepped(cart.quantity(), {True: 1}), "cannot be compared with `True`"),
        (lambda: stepped(cart.amount(), {50: 1}), "cannot be compared with `50`: allowed: an amount"),
        (lambda: stepped(customer.tier, {"gold": 1}), "cannot be compared with `'gold'`: allowed: a `Tier`"),
        (
            lambda: stepped(cart.amount(), {amounts(eur(1), pln(9)): 1, amounts(eur(2), pln(8)): 2}),
            "are not in order: each step must be higher in every currency",
        ),
        (lambda: stepped(cart.amount(), {eur(1): 1, pln(9): 2}), "are not in order"),
        (lambda: stepped(customer.tier, {Tier("a", 1): 1, Tier("b", 1): 2}), "are not in order"),
        (
            lambda: by(cart.quantity(), {1: 1}),
            r"`cart.quantity\(\)` has no rows: give `customer.tier` or a fact of words",
        ),
        (lambda: by(customer.country, {}), "a value without rows never holds"),
        (lambda: by(customer.tier, {}), "a value without rows never holds"),
        (
            lambda: by(customer.group, {"a": 1, "b": 2}),
            "`customer.group` may be several of these at once: say which row counts, `choose='highest'`",
        ),
        (lambda: by(customer.group, {"a": 1, "b": 2}, choose="first"), "say which row counts"),
        (lambda: by(custom.words("m:f"), {"a": 1, "b": 2}), "may be several of these at once"),
        (lambda: dated(1, {}), "a value without rows never holds"),
        (lambda: policies.percent_off(stepped(cart.quantity(), {1: 101})), "`101%` takes more than everything"),
        (lambda: policies.amount_off(by(customer.country, {"PL": 5})), "`5` is no amount"),
        (lambda: policies.bonus_points(dated(1, {NOON: -1})), "points are a number above zero, given `-1`"),
    ],
    ids=count(),
)
def test_a_value_that_cannot_be_is_refused(build: Any, message: str) -> None:
    """Each refusal names what was given and what is allowed."""
    with pytest.raises(PolicyError, match=message):
        build()


def test_a_change_has_a_zone() -> None:
    """Midnight without a zone is not an instant."""
    with pytest.raises(CalendarError, match="a dated change"):
        dated(1, {datetime(2026, 5, 4): 2})
