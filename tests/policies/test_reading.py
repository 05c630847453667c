from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import (
    Customer,
    History,
    Line,
    Order,
    PolicyError,
    Product,
    Shipment,
    Tier,
    UnitPrice,
    amounts,
    at_least_of,
    cart,
    clock,
    custom,
    customer,
    eur,
    item,
    pln,
    returns,
)
from aftercare.policies.condition import Reading
from aftercare.policies.holding import holds
from aftercare.policies.item_reading import fold, item_mask, item_reader, number, word
from aftercare.policies.reading import reader
from aftercare.policies.units import Goods
from tests.policies.conditions import look, purchase
from tests.policies.shop_facts import fragile, load, makers, moods, raining, stock

if TYPE_CHECKING:
    from collections.abc import Sequence

GOLD = Tier("gold", 2)
AT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
"""A Saturday in UTC, Sunday already in Warsaw."""

CUP = Product("A", categories=["cups", "blue"], tags=["hot"], attributes={"colour": "red", "weight": Decimal("0.3")})
POT = Product("B", attributes={"colour": True, "weight": 2})
LAMP = Product("C", attributes={"weight": "heavy"}, discountable=False)
LINES = (
    Line("1", CUP, 2, unit_price=eur(3), list_price=eur(4), tax=23),
    Line("2", POT, 1, unit_price=UnitPrice("10.005", "EUR"), list_price=eur(9), tax=8),
    Line("3", LAMP, 3, unit_price=eur(20)),
)
PERSON = Customer(
    "c1", tier=GOLD, groups=["club"], tags=["loud"], country="PL", since=date(2020, 1, 1), staff=True, opted_in=False
)


def an_order(lines: Sequence[Line] = LINES, **options: Any) -> Order:
    """An order in euro."""
    return Order(lines, currency="EUR", **options)


def read(fact: Any, order: Order | None = None, *, history: History | None = None, at: datetime = AT) -> Any:
    """What the fast reader finds; *fact* is a fact, or a condition that already is one."""
    return reader(fact.reading)(look(order or an_order(), at=at, history=history))


# --- facts of an item ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (item.sku, [("A",), ("B",), ("C",)]),
        (item.category, [("blue", "cups"), (), ()]),
        (item.tag, [("hot",), (), ()]),
        (item.line, [("1",), ("2",), ("3",)]),
        (item.price, [line.unit_price for line in LINES]),
        (item.list_price, [eur(4), eur(9), None]),
        (item.quantity, [2, 1, 3]),
        (item.on_sale, [True, False, False]),
        (item.attribute("colour"), [("red",), ("yes",), None]),
        (item.measure("weight"), [Decimal("0.3"), 2, None]),
        (item.measure("colour"), [None, None, None]),
        (item.number(stock), [3, None, None]),
        (item.words(makers), [("anna", "bert"), ("bert",), None]),
        (item.flag(fragile), [True, False, None]),
    ],
)
def test_item(fact: Any, expected: list[object]) -> None:
    """Every fact of an item is read line by line; what a product lacks is unknown."""
    ask = item_reader(fact.reading)

    assert expected == [ask(line) for line in LINES]


@pytest.mark.parametrize(
    ("condition", "lines"),
    [
        (item.sku.is_("A"), "1"),
        (item.sku.is_("nothing"), ""),
        (item.sku.one_of("A", "C"), "13"),
        (item.sku.none_of("A", "C"), "2"),
        (item.category.is_not("cups"), "23"),
        (item.attribute("colour").is_not("red"), "2"),
        (item.price.at_least(eur(10)), "23"),
        (item.price.below(amounts(eur(10), pln(1))), "1"),
        (item.list_price.below(eur(9)), "1"),
        (item.list_price.at_least(eur(9)), "2"),
        (item.measure("weight").at_least(Decimal("0.3")), "12"),
        (item.measure("weight").below(2), "1"),
        (item.quantity >= 2, "13"),
        (item.on_sale, "1"),
        (~item.on_sale, "23"),
        (item.flag(fragile), "1"),
        (~item.flag(fragile), "2"),
        (item.sku.is_("A").named("cups"), "1"),
        (~item.sku.is_("A").named("cups"), "23"),
        (item.on_sale | item.sku.is_("C"), "13"),
        ((item.quantity >= 2) & item.sku.is_not("A"), "3"),
        (at_least_of(2, item.on_sale, item.quantity >= 2, item.sku.one_of("A", "C", "B")), "13"),
    ],
    ids=repr,
)
def test_goods(condition: Any, lines: str) -> None:
    """An item condition finds the lines that are known to satisfy it."""
    mask = item_mask(condition)(Goods(an_order()))

    assert lines == "".join(line.id for place, line in enumerate(LINES) if mask >> place & 1)


# --- facts of the cart -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (cart.quantity(), 3),
        (cart.quantity("A"), 2),
        (cart.quantity("C"), 0),
        (cart.distinct(), 2),
        (cart.distinct(item.quantity >= 2), 1),
        (cart.amount(), 1601),
        (cart.amount("A"), 600),
        (cart.amount(basis="before_discounts"), 1601),
        (cart.amount("C", basis="before_discounts"), 0),
        (cart.amount(money="gross"), 1601),
        (cart.amount(money="net"), 488 + 927),
        (cart.total("weight"), Decimal("2.6")),
        (cart.total("weight", "A"), Decimal("0.6")),
        (cart.total("weight", "C"), 0),
        (cart.total("colour"), None),
        (cart.channel, None),
        (cart.code, ()),
        (cart.delivery, None),
    ],
    ids=repr,
)
def test_cart(fact: Any, expected: object) -> None:
    """Quantities and amounts count discountable goods; a sum is unknown where a part of it is."""
    assert expected == read(fact)


def test_cart_of_net_prices() -> None:
    """A net amount asked gross has the tax of each rate added, rounded once a rate."""
    order = an_order(LINES[:2], prices="net")

    assert 738 + 1081 == read(cart.amount(money="gross"), order)
    assert 1601 == read(cart.amount(money="net"), order) == read(cart.amount(), order)


def test_cart_words() -> None:
    """Codes are compared trimmed and without case; methods are those of the shipments that are due."""
    shipments = [Shipment("a", "std", eur(5)), Shipment("b", "exp", eur(9))]
    option = Shipment("c", "pickup", eur(0))
    order = an_order(codes=[" Save ", "vip"], channel="web", shipments=shipments, delivery_options=[option])

    assert ("save", "vip") == read(cart.code, order)
    assert ("web",) == read(cart.channel, order)
    assert ("std", "exp") == read(cart.delivery, order)


# --- facts of the customer -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (customer.tier, GOLD),
        (customer.id, ("c1",)),
        (customer.group, ("club",)),
        (customer.tag, ("loud",)),
        (customer.country, ("PL",)),
        (customer.since, date(2020, 1, 1)),
        (customer.staff, True),
        (customer.opted_in, False),
        (customer.signed_in, True),
    ],
    ids=repr,
)
def test_customer(fact: Any, expected: object) -> None:
    """A fact of the customer is read from the order; of a guest nothing is known but that nobody signed in."""
    assert expected == read(fact, an_order(customer=PERSON))
    assert (False if fact == customer.signed_in else None) == read(fact)


def test_customer_not_told() -> None:
    """What a customer did not tell is unknown; groups and tags are known to be none."""
    order = an_order(customer=Customer("c2"))

    for fact in (customer.tier, customer.country, customer.since, customer.opted_in):
        assert read(fact, order) is None
    assert () == read(customer.group, order) == read(customer.tag, order)
    assert read(customer.staff, order) is False


@pytest.mark.parametrize(
    ("fact", "empty", "known"),
    [
        (customer.orders, 0, 3),
        (customer.first_order, True, False),
        (customer.spend, 0, 1500),
        (customer.days_since_order, None, 2),
    ],
    ids=repr,
)
def test_history(fact: Any, empty: object, known: object) -> None:
    """What earlier orders tell is unknown without a history; spend is in the order's currency, days in the zone."""
    earlier = History(
        [
            purchase("p1", datetime(2026, 1, 1, tzinfo=UTC), eur(10)),
            purchase("p2", datetime(2026, 11, 19, 23, 30, tzinfo=UTC), eur(5)),
            purchase("p3", datetime(2026, 2, 1, tzinfo=UTC), pln(7)),
        ]
    )

    assert read(fact) is None
    assert empty == read(fact, history=History())
    assert known == read(fact, history=earlier)


# --- the clock, and facts of the shop's own --------------------------------------------------------------------------


def test_clock() -> None:
    """Day and weekday are those in the zone of the book."""
    assert date(2026, 11, 22) == read(clock.date)
    assert ("sunday",) == read(clock.weekday)


def test_custom() -> None:
    """A fact of the shop's own is told the order and the instant; None is unknown."""
    assert 26 == read(custom.number(load))
    assert read(custom.number(load), an_order(channel="pos")) is None
    assert read(custom.words(moods)) is None
    assert ("calm",) == read(custom.words(moods), an_order(channel="web"))
    assert ("calm", "kind") == read(custom.words(moods), an_order(channel="web"), at=AT.replace(hour=3))
    assert read(custom.flag(raining)) is False
    assert read(custom.flag(raining), an_order(channel="web")) is None


# --- small readers ---------------------------------------------------------------------------------------------------


def test_words_of_attributes() -> None:
    """An attribute is compared as text; yes and no are words, and no numbers."""
    assert ["yes", "no", "3", "0.50", "red"] == [word(each) for each in (True, False, 3, Decimal("0.50"), "red")]
    assert [3, Decimal("0.5"), None, None] == [number(each) for each in (3, Decimal("0.5"), True, "3")]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (customer.tier.is_(GOLD), True),
        (customer.tier.is_not(GOLD), False),
        (customer.tier >= GOLD, True),
        (customer.tier < GOLD, False),
        (customer.country.is_not("DE"), True),
        (customer.opted_in, False),
        (~customer.opted_in, True),
        (cart.code.is_("SAVE"), True),
        (cart.code.none_of("save", "x"), False),
        (cart.channel.is_("web"), False),
        (cart.channel.is_not("web"), False),
        (cart.amount() >= eur(16), True),
        (cart.amount() < eur(16), False),
        (customer.spend >= eur(1), False),
        (cart.quantity() >= 3, True),
        (customer.since < date(2020, 1, 1), False),
        (customer.staff & (cart.quantity() >= 4), False),
        (customer.staff & (cart.quantity() >= 3), True),
        (customer.opted_in | (cart.quantity() >= 3), True),
        (at_least_of(2, customer.staff, customer.opted_in, customer.signed_in), True),
        (at_least_of(3, customer.staff, customer.opted_in, cart.has("A"), cart.has("C")), False),
    ],
    ids=repr,
)
def test_holds(condition: Any, expected: bool) -> None:
    """A condition is known to hold or is not."""
    assert expected is holds(condition)(look(an_order(customer=PERSON, codes=[" Save"]), at=AT))


def test_fold() -> None:
    """A code is the same with spaces around it and in other letters."""
    assert fold("Straße ") == fold(" STRASSE")


@pytest.mark.parametrize("name", ["cart.smell", "customer.smell", "clock.smell", "custom.smell", "weather.today"])
def test_strange_fact(name: str) -> None:
    """A fact that is not in the vocabulary cannot be read."""
    with pytest.raises(PolicyError, match=f"`{name}` is not a fact of this library: use the vocabulary"):
        reader(Reading(name))


def test_strange_fact_of_an_item() -> None:
    """So it is with a fact of an item."""
    with pytest.raises(PolicyError, match=r"`item\.smell` is not a fact of this library"):
        item_reader(Reading("item.smell"))


def test_facts_of_a_return_are_unknown_while_an_order_is_priced() -> None:
    """A promotion that asks about a return can be written, and never holds."""
    assert read(returns.ground) is None
