"""Small carts beside books that nearly hold for them: what a near miss may change, and little of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from aftercare import (
    Customer,
    Delivery,
    Line,
    Money,
    Notice,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Schedule,
    Shipment,
    all_of,
    always,
    any_of,
    at_least_of,
    cart,
    customer,
    eur,
    item,
    policies,
    stepped,
)
from aftercare.errors import BookError

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[st.SearchStrategy[Any]], Any]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)  # a Sunday
PRODUCTS = {
    "A": Product("A", categories=["x"], attributes={"weight": 300}),
    "B": Product("B", categories=["x", "y"], attributes={"weight": 500}),
    "C": Product("C"),
}
PRICES = {"A": 100, "B": 250, "C": 30}


def cents(minor: int) -> Money:
    """An amount in euros."""
    return Money.of_minor(minor, "EUR")


class Small:
    """Draws a small order, a catalog and a book."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def pick(self, *given: Any) -> Any:
        """One of the values."""
        return self.draw(st.sampled_from(given))

    def line(self, id_: str, sku: str) -> Line:
        """A line of up to three units."""
        minor = self.pick(PRICES[sku], PRICES[sku], 1, 10, 333)
        return Line(id_, PRODUCTS[sku], self.pick(1, 1, 2, 3), unit_price=cents(minor), tax=self.pick(0, 23))

    def order(self) -> tuple[Order, tuple[Line, ...]]:
        """An order of one line or two, and a catalog of one line or none."""
        skus = self.draw(st.permutations("ABC"))
        count = self.pick(1, 2)
        lines = [self.line(sku.lower(), sku) for sku in skus]
        shipped = self.pick((), ("std",), ("std", "exp"))
        order = Order(
            lines[:count],
            currency="EUR",
            customer=self.pick(None, Customer("c", staff=True)),
            shipments=[Shipment(method, method, self.pick(None, eur(3))) for method in shipped],
            delivery_options=[
                Shipment(name, name, self.pick(None, eur(0), eur(5)))
                for name in self.pick((), ("pick",), ("pick", "fly"))
            ],
            codes=self.pick((), (), ("one",)),
            prices=self.pick("gross", "gross", "net"),
        )
        return order, tuple(lines[count : count + self.pick(0, 1)])

    def goods(self) -> Any:
        """Some goods, or all."""
        return self.some_goods() if self.pick(True, True, False) else None

    def some_goods(self) -> Any:
        """Some goods."""
        return self.pick("A", "B", item.category.is_("x"), item.category.is_("y"), item.sku.one_of("A", "C"))

    def leaf(self) -> Any:
        """One comparison: mostly of the cart, and mostly not too far."""
        match self.draw(st.integers(0, 8)):
            case 0 | 1 | 2:
                return cart.quantity(self.goods()).at_least(self.pick(1, 2, 3, 4, 5))
            case 3 | 4:
                basis = self.pick("before_phase", "before_discounts")
                amount = cart.amount(self.goods(), basis=basis, money=self.pick(None, None, "gross", "net"))
                return amount.at_least(cents(self.pick(100, 300, 500, 777)))
            case 5:
                return cart.distinct(self.goods()).at_least(self.pick(1, 2, 3))
            case 6:
                return cart.total("weight", self.pick("A", item.category.is_("x"))).at_least(self.pick(600, 1000))
            case 7:
                return self.pick(
                    cart.delivery.is_("pick"), cart.delivery.is_not("std"), cart.delivery.one_of("fly", "pick")
                )
            case _:
                return self.pick(customer.staff, cart.code.is_("two"), cart.code.is_("one"))

    def condition(self) -> Any:
        """One comparison, or several under AND, OR and k-of-n."""
        match self.draw(st.integers(0, 6)):
            case 0:
                return always
            case 1 | 2:
                return self.leaf()
            case 6:
                return self.leaf() & cart.quantity(self.goods()).below(self.pick(3, 6))
            case 3:
                return all_of(self.leaf(), self.leaf())
            case 4:
                return any_of(self.leaf(), all_of(self.leaf(), self.leaf()))
            case _:
                return at_least_of(2, self.leaf(), self.leaf(), self.leaf())

    def value(self) -> Any:
        """A percentage, or one by steps."""
        if self.pick(True, True, False):
            return self.pick(10, 50, 100)
        fact: Any = self.pick(cart.quantity(self.goods()), cart.amount(self.goods()))
        if fact.reading.name == "cart.quantity":
            return stepped(fact, {self.pick(1, 2): 10, 4: 50, 6: 100})
        return stepped(fact, {eur(1): 10, eur(self.pick(3, 5)): 60})

    def benefit(self) -> Any:
        """Something to give."""
        match self.draw(st.integers(0, 8)):
            case 0:
                return policies.percent_off(self.value())
            case 1:
                return policies.percent_off(self.value(), of=self.some_goods())
            case 2:
                return policies.amount_off(eur(self.pick(1, 4)))
            case 3:
                return policies.every(self.pick(2, 3), of=self.some_goods(), times=self.pick(None, 1)).free()
            case 4:
                return policies.buy(1, of=self.some_goods()).get(self.pick(1, 2), of=self.some_goods()).free()
            case 5:
                return policies.bundle({"A": self.pick(1, 2), "B": 1}).at_price(eur(1))
            case 6:
                return policies.percent_off(100, of=policies.after(self.pick(1, 3), self.some_goods()))
            case 7:
                return self.pick(
                    policies.free_shipping(), policies.free_shipping("pick"), policies.free_shipping("std")
                )
            case _:
                return self.pick(policies.gift("C"), policies.bonus_points(10), policies.gift("D", value=eur(2)))

    def promotion(self, id_: str) -> Promotion:
        """A promotion, some with a code, some that are not open now."""
        made = Promotion(
            id_,
            when=self.condition(),
            then=self.benefit(),
            codes=self.pick((), (), (), (f"{id_}1", f"{id_}2")),
            advertised=self.pick(True, True, False),
            schedule=self.pick(
                *[None] * 5,
                Schedule(zone="UTC", weekdays=("monday",)),
                Schedule(zone="UTC", hours=((time(15), time(17)),)),
                Schedule(date(2026, 11, 24), zone="UTC"),
            ),
        )
        schedule = made.schedule
        if schedule is not None and schedule.opens_at() is not None:
            made = Promotion(id_, then=made.then, schedule=schedule, notice=self.pick(None, Notice()))
        if self.pick(*[False] * 5, True):
            made = made.exceptions_by("first_of").except_when(self.condition(), then=self.benefit())
        return made

    def book(self) -> PolicyBook:
        """A book of one promotion to three."""
        promotions = [self.promotion(id_) for id_ in "pqr"[: self.pick(1, 1, 2, 3)]]
        terms: dict[str, Any] = {
            "zone": "UTC",
            "currencies": ("EUR",),
            "delivery": [
                Delivery("std", fee=eur(4), free_from=self.pick(None, eur(8))),
                Delivery("exp", fee=eur(9)),
                Delivery("pick", fee=eur(0)),  # nothing charges "fly": it has to state a charge
            ],
        }
        together = self.pick(policies.stack, policies.stack, policies.best_of, policies.first_of)
        if len(promotions) > 1 and together is not policies.stack:
            return PolicyBook("shop", promotions=[together(*promotions)], **terms)
        try:
            return PolicyBook("shop", promotions=promotions, **terms)
        except BookError:  # patterns that may want the same unit
            return PolicyBook("shop", promotions=[policies.stack(*promotions)], **terms)


@st.composite
def small_carts(draw: Draw) -> tuple[PolicyBook, Order, tuple[Line, ...]]:
    """A book, an order and a catalog."""
    small = Small(draw)
    order, catalog = small.order()
    return small.book(), order, catalog
