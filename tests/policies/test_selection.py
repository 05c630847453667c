"""Discounts on so many units: the cheapest, the dearest, the first ones, those after them, at most so many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aftercare import PolicyError, Promotion, eur, everything, item, policies
from tests.policies.till import basket, line, off, price, prices

if TYPE_CHECKING:
    from aftercare import Order
    from aftercare.policies.benefit import Benefit


def alone(order: Order, *benefits: Any) -> list[int]:
    """What benefits take off each unit; each of a promotion of its own."""
    return off(price(order, *(Promotion(f"{place}", then=each) for place, each in enumerate(benefits))))


def half(selection: Any, **given: Any) -> Benefit:
    """Half off some units."""
    return policies.percent_off(50, of=selection, **given)


MIXED = basket(line("a", "4", 2, position=2), line("b", "2", 2, position=1), line("c", "6"))


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (policies.cheapest(1, everything), [0, 0, 100, 0, 0]),
        (policies.cheapest(3, everything), [200, 0, 100, 100, 0]),
        (policies.dearest(1, everything), [0, 0, 0, 0, 300]),
        (policies.dearest(2, everything), [200, 0, 0, 0, 300]),
        # In basket order: two of 2.00, two of 4.00, and last the one without a position.
        (policies.first(3, everything), [200, 0, 100, 100, 0]),
        (policies.after(3, everything), [0, 200, 0, 0, 300]),
        (policies.after(2, everything), [200, 200, 0, 0, 300]),
        (policies.at_most(3, everything), [200, 0, 100, 100, 0]),
        (policies.at_most(1, everything, per="line"), [200, 0, 100, 0, 300]),
        (policies.at_most(9, everything, per="line"), [200, 200, 100, 100, 300]),
        (policies.cheapest(9, everything), [200, 200, 100, 100, 300]),
        (policies.after(9, everything), [0, 0, 0, 0, 0]),
        (policies.cheapest(1, item.sku.is_("a")), [200, 0, 0, 0, 0]),
        (policies.cheapest(1, "X"), [0, 0, 0, 0, 0]),
    ],
)
def test_so_many_units(selection: Any, expected: Any) -> None:
    """Two units of 4.00 placed second, two of 2.00 placed first, one of 6.00 with no place."""
    assert expected == alone(MIXED, half(selection))


def test_without_places_dearer_units_are_first() -> None:
    """The first unit of a basket whose order is not known is the dearest one."""
    assert [0, 200, 0] == alone(prices("2", "4", "3"), half(policies.first(1, everything)))


def test_units_with_nothing_left_are_passed_over() -> None:
    """The cheapest unit is already a gift, and one is at its minimum: the next one is chosen."""
    order = basket(line("a", "1"), line("b", "2", minimum_price=eur(2)), line("c", "3"), line("d", "4"))

    assert [100, 0, 150, 0] == alone(order, policies.gift("a"), half(policies.cheapest(1, everything)))


def test_selections_take_no_role() -> None:
    """A unit that was the cheapest for one promotion is the cheapest for the next one too."""
    half_of_cheapest = half(policies.cheapest(1, everything))

    assert [200, 0] == alone(prices("2", "4"), half_of_cheapest, half_of_cheapest)


def test_prices_are_those_at_the_start_of_the_phase() -> None:
    """10.00 less 6.00 stays the dearest unit of the phase, and is the cheapest one of the next phase."""
    less = policies.percent_off(60, of="00")
    later = half(policies.cheapest(1, everything), phase="order")

    assert [1000, 0] == alone(prices("10", "8"), less, half(policies.dearest(1, everything)))
    assert [800, 0] == alone(prices("10", "8"), less, later)


def test_equal_prices_go_by_sku_rate_line_and_number() -> None:
    """Of equal units the lower SKU is chosen, then the lower rate, then the lower line id, then the lower number."""
    cheapest = half(policies.cheapest(1, everything))

    assert [0, 100] == alone(basket(line("1", "2", sku="B"), line("2", "2", sku="A")), cheapest)
    assert [0, 100] == alone(basket(line("1", "2", sku="A", tax=23), line("2", "2", sku="A", tax=8)), cheapest)
    assert [0, 100] == alone(basket(line("2", "2", sku="A"), line("1", "2", sku="A")), cheapest)
    assert [100, 0] == alone(basket(line("1", "2", 2)), cheapest)


@pytest.mark.parametrize("given", [0, -1, True, "2", 1.5, None])
@pytest.mark.parametrize("chosen", ["cheapest", "dearest", "first", "after", "at_most"])
def test_a_selection_counts_whole_units(chosen: str, given: Any) -> None:
    """Nought, parts of units, texts and truth values are refused by name."""
    with pytest.raises(PolicyError, match=f"`{chosen}` takes a whole number of at least 1, given `{given!r}`"):
        getattr(policies, chosen)(given, everything)


def test_a_selection_is_of_the_order_or_of_a_line() -> None:
    """A misspelt scope is answered with the nearest word."""
    with pytest.raises(PolicyError, match=r"`lines` is not a scope of a selection: .* did you mean `line`"):
        policies.at_most(1, everything, per="lines")


def test_a_selection_says_which_goods() -> None:
    """What is no goods is refused."""
    with pytest.raises(
        PolicyError, match="`3` does not say which goods: allowed: an item condition, a `Product` or a SKU"
    ):
        policies.cheapest(1, 3)
