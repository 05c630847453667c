from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given

from aftercare import (
    CalendarError,
    Customer,
    History,
    Line,
    Order,
    OrderError,
    PolicyBook,
    Product,
    Promotion,
    Schedule,
    Tier,
    amounts,
    at_least_of,
    by,
    cart,
    clock,
    customer,
    eur,
    item,
    pln,
    policies,
    stepped,
)
from aftercare.limits import Counts, Tally
from aftercare.policies.forms import MOST
from aftercare.policies.matching import OFTEN
from aftercare.policies.stacking import promotions_in
from tests.policies.conditions import nested
from tests.policies.till import NOON, basket, line
from tests.strategies_limits import limited_cases
from tests.strategies_orders import AT as THEN
from tests.strategies_policies import cases

if TYPE_CHECKING:
    from aftercare.policies.benefit import Benefit

TEN = policies.percent_off(10)
SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
COFFEE, TEA = item.category.is_("coffee"), item.category.is_("tea")


def shop(*promotions: Any, **options: Any) -> PolicyBook:
    """A book in euro."""
    return PolicyBook("shop", **{"zone": "UTC", "currencies": ["EUR"], "promotions": promotions, **options})


def both_ways(book: PolicyBook, order: Order, **options: Any) -> tuple[str, ...]:
    """What matches, told by the plain way and the one that is written out, which have to agree."""
    plain = attrs.evolve(book).matching(order, **{"at": NOON, **options})
    written = attrs.evolve(book)
    written._matcher.write(order.currency)
    found = written.matching(order, **{"at": NOON, **options})

    assert plain == found
    return found


def alone(book: PolicyBook, promotion: Promotion, order: Order, history: History | None) -> bool:
    """Whether a promotion is eligible in a book that has no other."""
    only = attrs.evolve(book, promotions=[policies.stack(promotion)])
    return bool(only.price(order, at=THEN, history=history).matching)


# --- laws ------------------------------------------------------------------------------------------------------------


@given(cases())
def test_each_as_if_it_were_the_only_one(case: tuple[PolicyBook, Order, History | None]) -> None:
    """A promotion matches an order exactly if it is eligible in a book that has no other."""
    book, order, history = case
    every = [each for entry in book.promotions for each in promotions_in(entry)]

    assert tuple(each.id for each in every if alone(book, each, order, history)) == both_ways(
        book, order, at=THEN, history=history
    )


@given(limited_cases())
def test_of_limits_what_is_left(case: tuple[PolicyBook, Order, History | None, Counts | None]) -> None:
    """A promotion with limits matches as one without, if nothing that it is limited by is used up."""
    book, order, history, counts = case
    decision = book.price(order, at=THEN, history=history, counts=counts)
    free = attrs.evolve(book, promotions=[unlimited(entry) for entry in book.promotions])
    found = both_ways(book, order, at=THEN, history=history, counts=counts)
    shut = {
        each.id
        for entry in book.promotions
        for each in promotions_in(entry)
        if decision.explain(each.id).statement.code in {"limit.exhausted", "limit.sign_in", "limit.unknown"}
    }

    assert set(found) <= set(free.matching(order, at=THEN, history=history))
    assert shut.isdisjoint(found)


def unlimited(entry: Any) -> Any:
    """The same promotion or group without limits."""
    if isinstance(entry, Promotion):
        return attrs.evolve(entry, limits=())
    return attrs.evolve(entry, members=[unlimited(member) for member in entry.members])


# --- what is asked ---------------------------------------------------------------------------------------------------

CUPS, POTS = Product("cup", categories=["coffee", "tea"]), Product("pot", tags=["iron"])
BUYER = Customer("c", tier=GOLD, groups=["cafe"], country="PL", opted_in=True, staff=False)


@pytest.mark.parametrize(
    ("condition", "stranger", "buyer"),
    [
        (cart.quantity().at_least(3), True, True),
        (cart.quantity(COFFEE).at_least(3), False, False),
        (cart.quantity(COFFEE | TEA).at_least(2), True, True),
        (cart.quantity(item.category.one_of("coffee", "tea")).below(3), True, True),
        (cart.quantity("cup").at_least(2) & cart.has(item.tag.is_("iron")), True, True),
        (cart.amount().at_least(eur(16)), True, True),
        (cart.amount(TEA).at_least(eur("6.01")), False, False),
        (cart.amount(TEA).at_least(eur(6)) | customer.staff, True, True),
        (cart.amount(basis="before_discounts").below(eur(17)), True, True),
        (cart.amount(money="net").at_least(eur(16)), False, False),
        (cart.distinct().at_least(2), True, True),
        (at_least_of(2, customer.staff, customer.opted_in, cart.has("cup")), False, True),
        (customer.group.is_("cafe"), False, True),
        (customer.group.one_of("hotel", "cafe"), False, True),
        (customer.group.is_not("hotel"), False, True),
        (customer.group.is_not("cafe"), False, False),
        (customer.country.is_("PL"), False, True),
        (customer.country.is_not("DE"), False, True),
        (customer.country.is_not("PL"), False, False),
        (customer.tier.at_least(SILVER), False, True),
        (customer.tier.below(GOLD), False, False),
        (~customer.signed_in, True, False),
        (~customer.staff, False, True),
        (clock.weekday.is_("saturday"), NOON.weekday() == 5, NOON.weekday() == 5),
    ],
)
def test_conditions(condition: Any, stranger: bool, buyer: bool) -> None:
    """Each kind of condition is told the same in both ways, of a customer who is known and of one who is not."""
    book = shop(Promotion("p", when=condition, then=TEN))
    lines = [Line("1", CUPS, 2, unit_price=eur(3), tax=23), Line("2", POTS, unit_price=eur(10), tax=23)]

    assert stranger is bool(both_ways(book, Order(lines, currency="EUR")))
    assert buyer is bool(both_ways(book, Order(lines, currency="EUR", customer=BUYER)))


@pytest.mark.parametrize(
    ("benefit", "matches"),
    [
        (policies.percent_off(10, of="cup"), True),
        (policies.percent_off(10, of="pan"), False),
        (policies.percent_off(10, of=~COFFEE), True),
        (policies.percent_off(10, of=TEA & ~COFFEE), False),
        (policies.bundle({"cup": 1, "pan": 1}).free(), False),
        (policies.bundle({"cup": 1, "pot": 1}).free(), True),
        ((policies.percent_off(10, of="pan"), policies.amount_off(eur(1), of="pot", each="unit")), True),
        ((policies.percent_off(10, of="pan"), policies.free_shipping()), True),
        (policies.gift("SPOON"), True),
        (policies.percent_off(stepped(cart.quantity(), {4: 10})), False),
        (policies.percent_off(stepped(cart.quantity(), {3: 10})), True),
        (policies.percent_off(by(customer.tier, {GOLD: 5})), False),
    ],
)
def test_benefits(benefit: Benefit, matches: bool) -> None:
    """A promotion without any of its goods, or whose value cannot be told, does not match."""
    order = Order([Line("1", CUPS, 2, unit_price=eur(3)), Line("2", POTS, unit_price=eur(10))], currency="EUR")

    assert matches is bool(both_ways(shop(Promotion("p", then=benefit)), order))


@pytest.mark.parametrize("depth", [29, 30, 31, 60, 150])
def test_conditions_nested_deeply(depth: int) -> None:
    """However deeply conditions are nested, a book is written out, and in the middle of its life answers the same."""
    book = shop(Promotion("it", when=nested(depth), then=TEN))

    for count, found in ((3, ()), (4, ("it",))):
        assert found == both_ways(book, basket(line("T0", "4.99", count)))


def test_codes_schedules_currencies_and_exceptions() -> None:
    """A code has to be entered, the schedule open, the currency one of its own; an exception may give instead."""
    order = basket(line("cup", "3", 3), codes=[" Ten "])
    book = shop(
        Promotion("coded", codes="TEN", then=TEN),
        Promotion("other", codes="TWENTY", then=TEN),
        Promotion("now", schedule=Schedule(NOON.date(), NOON.date(), zone="UTC"), then=TEN),
        Promotion("soon", schedule=Schedule(date(2026, 5, 5), zone="UTC"), then=TEN),
        Promotion("here", only_in="EUR", then=TEN),
        Promotion("there", only_in="PLN", then=TEN),
        Promotion("staff", then=policies.percent_off(10, of="pan")).except_when(cart.has("cup"), then=TEN),
        currencies=["EUR", "PLN"],
    )

    assert ("coded", "now", "here", "staff") == both_ways(book, order)


def test_nothing_acts() -> None:
    """What one promotion takes off does not keep another from matching, though it does when the order is priced."""
    half = Promotion("half", then=policies.percent_off(50, of="cup"))
    big = Promotion("big", when=cart.amount().at_least(eur(20)), then=TEN)
    order = basket(line("cup", "3", 10))
    book = shop(half, big, policies.best_of(Promotion("a", then=TEN), Promotion("b", then=policies.percent_off(5))))

    assert ("half", "big", "a", "b") == both_ways(book, order)
    assert "big" not in {each.id for each in book.price(order, at=NOON).matching}


@pytest.mark.parametrize(
    "unusual",
    [
        Line("1", Product("ham", discountable=False), unit_price=eur(20)),
        Line("1", Product("ham"), unit_price=eur("20.00"), measure=Decimal(2)),
    ],
)
def test_unusual_orders(unusual: Line) -> None:
    """Goods by measure and goods that take no discount are told as well; amounts count what may be discounted."""
    book = shop(Promotion("p", when=cart.amount().at_least(eur(15)), then=TEN))
    order = Order([unusual], currency="EUR")

    assert both_ways(book, order) == (("p",) if unusual.product.discountable else ())


# --- limits ----------------------------------------------------------------------------------------------------------


def test_limits() -> None:
    """A promotion that is used up does not match, nor does a limited one without counts."""
    book = shop(Promotion("flash", then=TEN, limits=policies.uses(2)), Promotion("sale", then=TEN))
    order = basket(line("cup", "3", 3))

    assert ("flash", "sale") == both_ways(book, order, counts=Counts({Tally("flash"): 1}))
    assert ("sale",) == both_ways(book, order, counts=Counts({Tally("flash"): 2}))
    assert ("sale",) == both_ways(book, order)


# --- being asked often -----------------------------------------------------------------------------------------------


def test_asked_often() -> None:
    """A book that is asked often is written out for the currency, and says the same; its pickle does not change."""
    book = shop(
        Promotion("p", when=cart.amount().at_least(amounts(eur(2), pln(9))), then=TEN), currencies=["EUR", "PLN"]
    )
    fresh = pickle.dumps(book)
    order = basket(line("cup", "3", 3))
    found = {book.matching(order, at=NOON) for _ in range(OFTEN + 1)}

    assert {("p",)} == found
    assert ["EUR"] == list(book._matcher.written)
    assert fresh == pickle.dumps(book)


def test_large_books_are_searched() -> None:
    """A large book is never written out: it looks up the few promotions that the goods of an order may concern."""
    book = shop(*(Promotion(f"p{n}", then=policies.percent_off(10, of=f"sku-{n}")) for n in range(MOST + 1)))
    order = basket(line("sku-7", "3", 3))

    assert {("p7",)} == {book.matching(order, at=NOON) for _ in range(OFTEN + 1)}
    assert {} == book._matcher.written


def test_refuses_as_price_does() -> None:
    """An order in another currency and an instant without a zone are refused."""
    with pytest.raises(OrderError, match="the order is in `PLN`"):
        shop().matching(Order([], currency="PLN"), at=NOON)
    with pytest.raises(CalendarError, match="the instant of pricing"):
        shop().matching(Order([], currency="EUR"), at=NOON.replace(tzinfo=None))
