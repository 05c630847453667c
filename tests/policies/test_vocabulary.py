from __future__ import annotations

import statistics
from typing import Any

import pytest

from aftercare import (
    Name,
    PolicyError,
    Product,
    all_of,
    any_of,
    at_least_of,
    cart,
    custom,
    customer,
    item,
    never,
)
from aftercare.policies.vocabulary import goods, resolve
from tests.policies import shop_facts

FACTS = "tests.policies.shop_facts"


# --- goods -----------------------------------------------------------------------------------------------------------


def test_goods() -> None:
    """Goods are named by a condition, a SKU or a product; a product's name goes with it."""
    assert item.on_sale == goods(item.on_sale)
    assert item.sku.is_("CUP") == goods("CUP") == goods(Product("CUP"))
    assert item.sku.is_("CUP").named("cup", pl="kubek") == goods(Product("CUP", name=Name("cup", pl="kubek")))


@pytest.mark.parametrize("of", [5, None, customer.staff])
def test_no_goods(of: Any) -> None:
    """Anything else does not say which goods."""
    with pytest.raises(PolicyError, match="does not say which goods: allowed: an item condition, a `Product` or a SKU"):
        goods(of)


def test_has() -> None:
    """A cart has goods when there is one of them."""
    assert cart.quantity("CUP").at_least(1) == cart.has("CUP")


def test_cart_facts_name_their_goods() -> None:
    """Every fact of the cart may be of some goods or of all."""
    for fact in (cart.quantity, cart.distinct, cart.amount):
        assert item.sku.is_("CUP") == fact("CUP").reading.of
        assert fact().reading.of is None
    assert item.sku.is_("CUP") == cart.total("weight", "CUP").reading.of
    assert ("weight", None) == (cart.total("weight").reading.key, cart.total("weight").reading.of)


# --- custom facts ----------------------------------------------------------------------------------------------------


def test_custom_by_object_and_by_name() -> None:
    """A function may be given itself or by its name; that is the same fact."""
    assert custom.number(f"{FACTS}:load") == custom.number(shop_facts.load)
    assert custom.words(f"{FACTS}:moods") == custom.words(shop_facts.moods)
    assert custom.flag(f"{FACTS}:raining") == custom.flag(shop_facts.raining)
    assert item.number(f"{FACTS}:stock") == item.number(shop_facts.stock)
    assert item.words(f"{FACTS}:makers") == item.words(shop_facts.makers)
    assert item.flag(f"{FACTS}:fragile") == item.flag(shop_facts.fragile)


def test_custom_label() -> None:
    """A label is a name for messages, or its text."""
    assert Name("weather") == custom.flag(shop_facts.raining, label="weather").reading.label  # type: ignore[attr-defined]
    assert custom.flag(shop_facts.raining, label=Name("weather")) == custom.flag(shop_facts.raining, label="weather")


def test_custom_must_be_importable() -> None:
    """A lambda or a function inside a function has no importable name."""

    def inside(_: object) -> int:
        return 1

    for function in (inside, lambda _: 1):
        with pytest.raises(PolicyError, match="cannot be imported by name: give a function defined at the top"):
            item.number(function)


@pytest.mark.parametrize("name", ["load", ":load", "shop:", ""])
def test_custom_name(name: str) -> None:
    """The name of a function has a module and a name in it."""
    with pytest.raises(PolicyError, match=f"`{name}` does not name a function: write `module:name`"):
        custom.number(name)


def test_resolve() -> None:
    """A name is resolved to the function, also one inside a class."""
    assert statistics.mean is resolve("statistics:mean")
    assert statistics.NormalDist.from_samples == resolve("statistics:NormalDist.from_samples")


@pytest.mark.parametrize("name", ["nowhere:at_all", "statistics:meen", f"{FACTS}.deeper:load"])
def test_resolve_nothing(name: str) -> None:
    """A missing module or function is told by name when a book is built."""
    with pytest.raises(PolicyError, match=f"`{name}` cannot be imported: .*; it must be a function at the top of an"):
        resolve(name)


def test_resolve_no_function() -> None:
    """What is there but is no function cannot be a fact."""
    with pytest.raises(PolicyError, match="NOT_A_FUNCTION` is not a function"):
        resolve(f"{FACTS}:NOT_A_FUNCTION")


# --- so many of several ----------------------------------------------------------------------------------------------


def test_none_to_combine() -> None:
    """No conditions at all cannot be combined."""
    for combine in (all_of, any_of, lambda: at_least_of(1)):
        with pytest.raises(PolicyError, match=r"`\(\)` cannot be combined: give one or more conditions"):
            combine()


@pytest.mark.parametrize("needed", [0, -1, 3, True, 1.0, "1", None])
def test_so_many_cannot_be_needed(needed: Any) -> None:
    """At least one can be needed, and at most as many as there are."""
    with pytest.raises(PolicyError, match="of 2 conditions cannot be needed: allowed: a whole number from 1 to 2"):
        at_least_of(needed, customer.staff, customer.opted_in)


def test_never_counts_as_none() -> None:
    """What never holds makes the rest needed, or makes the whole never hold."""
    assert customer.staff & customer.opted_in == at_least_of(2, customer.staff, customer.opted_in, never)
    assert never == at_least_of(2, customer.staff, never)
