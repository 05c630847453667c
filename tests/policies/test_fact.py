from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from aftercare import CalendarError, PolicyError, Tier, amounts, cart, clock, customer, eur, item, pln
from aftercare.policies.fact import Count, Day, Quantity, Rank, Value, Words

GOLD, SILVER = Tier("gold", 2), Tier("silver", 1)
DAY = date(2026, 11, 22)
BOTH = amounts(eur(50), pln(220))
A_NUMBER = "allowed: a whole number or a `Decimal`"
AN_AMOUNT = r"allowed: an amount, such as `eur\(50\)`, or `amounts\(eur\(50\), pln\(220\)\)` for several currencies"


# --- comparisons -----------------------------------------------------------------------------------------------------


def test_operators_are_aliases() -> None:
    """Every operator says the same as its method."""
    count = cart.quantity()

    assert count.at_least(3) == (count >= 3)
    assert count.below(3) == (count < 3)
    assert count.above(3) == (count > 3)
    assert count.at_most(3) == (count <= 3)
    assert customer.tier.at_least(GOLD) == (customer.tier >= GOLD)
    assert customer.tier.below(GOLD) == (customer.tier < GOLD)
    assert item.measure("weight").at_least(3) == (item.measure("weight") >= 3)
    assert cart.amount().above(eur(50)) == (cart.amount() > eur(50))
    assert clock.date.at_most(DAY) == (clock.date <= DAY)


def test_next_step() -> None:
    """More than a value is at least the next one; at most a value is below the next one."""
    assert cart.quantity().at_least(4) == cart.quantity().above(3)
    assert cart.quantity().below(4) == cart.quantity().at_most(3)
    assert cart.amount().at_least(amounts(eur("50.01"), pln("220.01"))) == cart.amount().above(BOTH)
    assert clock.date.below(date(2027, 1, 1)) == clock.date.at_most(date(2026, 12, 31))


def test_exactly() -> None:
    """Exactly a value is at least that and at most that."""
    assert (cart.quantity() >= 3) & (cart.quantity() <= 3) == cart.quantity().is_(3)
    assert cart.amount().at_least(eur(5)) & cart.amount().below(eur("5.01")) == cart.amount().is_(eur(5))


def test_one_currency() -> None:
    """A bound in one currency is the amounts of that currency alone."""
    assert cart.amount().at_least(amounts(eur(50))) == cart.amount().at_least(eur(50))


def test_words() -> None:
    """Words are a set: their order and repetition do not matter."""
    assert customer.country.one_of("PL", "DE", "PL") == customer.country.one_of("DE", "PL")
    assert customer.country.one_of("PL") == customer.country.is_("PL")
    assert customer.country.none_of("PL") == customer.country.is_not("PL") == ~customer.country.is_("PL")


def test_tiers() -> None:
    """Tiers are a set too, in order of rank."""
    assert customer.tier.one_of(SILVER, GOLD) == customer.tier.one_of(GOLD, SILVER, GOLD)
    assert customer.tier.one_of(GOLD) == customer.tier.is_(GOLD)
    assert customer.tier.none_of(GOLD) == customer.tier.is_not(GOLD) == ~customer.tier.is_(GOLD)


@pytest.mark.parametrize(
    ("fact", "kind", "code"),
    [
        (cart.quantity(), Count, "cart.quantity()"),
        (item.measure("weight"), Quantity, "item.measure('weight')"),
        (cart.amount("CUP"), Value, "cart.amount(item.sku.is_('CUP'))"),
        (clock.date, Day, "clock.date"),
        (customer.tier, Rank, "customer.tier"),
        (item.sku, Words, "item.sku"),
    ],
)
def test_code(fact: object, kind: type, code: str) -> None:
    """A fact has the comparisons of its kind, and is shown as it is written."""
    assert isinstance(fact, kind)
    assert code == repr(fact)


def test_facts_are_values() -> None:
    """`==` between facts is equality of values; it makes no condition."""
    assert cart.quantity("CUP") == cart.quantity("CUP")
    assert cart.quantity("CUP") != cart.quantity()
    assert hash(cart.quantity("CUP")) == hash(cart.quantity("CUP"))


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compare", ["at_least", "below", "above", "at_most", "is_"])
@pytest.mark.parametrize(
    ("fact", "bound", "allowed"),
    [
        *((cart.quantity(), bound, "allowed: a whole number") for bound in (1.5, True, "3", None, Decimal(3), eur(3))),
        *((cart.amount(), bound, AN_AMOUNT) for bound in (50, 1.5, "50", None, True)),
        *(
            (clock.date, bound, "allowed: a `date` without a time")
            for bound in (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01", 5)
        ),
    ],
)
def test_wrong_bound(fact: Any, bound: object, compare: str, allowed: str) -> None:
    """A bound of another kind is refused with the kind that is allowed."""
    with pytest.raises(PolicyError, match=rf"cannot be compared with `.*`: {allowed}"):
        getattr(fact, compare)(bound)


@pytest.mark.parametrize("bound", [1.5, float("nan"), True, "3", None, Decimal("NaN"), Decimal("Infinity"), eur(3)])
def test_wrong_number(bound: Any) -> None:
    """A number with a fraction is a `Decimal`, and finite."""
    with pytest.raises(PolicyError, match=A_NUMBER):
        item.measure("weight").at_least(bound)
    with pytest.raises(PolicyError, match=A_NUMBER):
        item.measure("weight").below(bound)


@pytest.mark.parametrize("bound", [2, "gold", None])
def test_wrong_tier(bound: Any) -> None:
    """A tier is compared with a tier, not with its name or rank."""
    with pytest.raises(PolicyError, match=r"`customer.tier` cannot be compared with `.*`: allowed: a `Tier`"):
        customer.tier.at_least(bound)
    with pytest.raises(PolicyError, match=r"`customer.tier` cannot be one of `.*`: give at least one `Tier`, such"):
        customer.tier.is_(bound)


@pytest.mark.parametrize("words", [(), ("",), (3,), (None,), ("PL", True)])
def test_wrong_words(words: Any) -> None:
    """Words are texts that are not empty, at least one."""
    with pytest.raises(
        PolicyError, match=r"`customer\.country` cannot be one of `.*`: give at least one text that is not"
    ):
        customer.country.one_of(*words)


def test_no_tiers() -> None:
    """One of no tiers at all cannot be asked."""
    with pytest.raises(PolicyError, match=r"cannot be one of `\(\)`"):
        customer.tier.one_of()


def test_misspelt_weekday() -> None:
    """A weekday that does not exist is refused at once, with the nearest one."""
    with pytest.raises(CalendarError, match=r"`saturdy` is not a weekday.*did you mean `saturday`"):
        clock.weekday.one_of("saturdy")


def test_last_day_of_all() -> None:
    """There is no day after the last one, so nothing can be asked about it."""
    with pytest.raises(PolicyError, match="there is no step after `9999-12-31`"):
        clock.date.at_most(date.max)
