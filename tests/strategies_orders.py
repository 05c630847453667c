"""Orders of a very small world and conditions about them: few goods, few words, prices that are often equal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from aftercare import (
    Charge,
    Customer,
    Line,
    Money,
    Order,
    Product,
    Shipment,
    Tier,
    UnitPrice,
    all_of,
    always,
    amounts,
    any_of,
    at_least_of,
    cart,
    clock,
    customer,
    everything,
    item,
)
from aftercare.history import History
from aftercare.order_events import Purchase
from aftercare.receipt import Receipt, Tender

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[st.SearchStrategy[Any]], Any]

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
TIERS = [Tier("member", 0), Tier("silver", 1), Tier("gold", 2)]
SKUS = "ABC"
CATEGORIES = ["x", "y"]
METHODS = ["std", "exp"]

prices = st.one_of(st.sampled_from([1000, 500, 333, 99, 100, 10, 5, 3, 1]), st.integers(0, 30), st.integers(0, 2500))
sums = st.one_of(st.sampled_from([100, 50, 333, 1000, 1, 2, 7]), st.integers(0, 40), st.integers(0, 3000))
few = st.integers(1, 3)


def sometimes(strategy: st.SearchStrategy[Any], nothing: Any = None, *, of: int = 4) -> st.SearchStrategy[Any]:
    """Once in *of* times something from *strategy*, otherwise *nothing*."""
    return st.integers(1, of).flatmap(lambda n: strategy if n == of else st.just(nothing))


class Words:
    """Draws orders, and conditions about them, in one currency."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.currency = draw(st.sampled_from(["EUR", "EUR", "JPY", "KWD"]))
        self.basket = True  # whether what is drawn may depend on the basket, as price tags may not
        self.modes = draw(st.booleans())  # whether anything is reckoned in the other price mode

    def pick(self, *given: Any) -> Any:
        """One of the values."""
        return self.draw(st.sampled_from(given))

    def chance(self, of: int) -> bool:
        """Once in *of* times."""
        return bool(self.draw(st.integers(1, of)) == of)

    def money(self, minor: int | None = None) -> Money:
        """An amount."""
        return Money.of_minor(self.draw(sums) if minor is None else minor, self.currency)

    def sum(self) -> Any:
        """An amount, in one currency or two."""
        money = self.money()
        return amounts(money, Money.of_minor(7, "PLN")) if self.chance(8) else money

    def mode(self) -> Any:
        """A price mode, or none."""
        return self.pick(None, "gross", "net") if self.modes else None

    # --- orders ---

    def order(self) -> Order:
        """An order."""
        tax = self.draw(st.lists(st.sampled_from([0, 5, 8, 23, 23, "19.6", 100]), min_size=1, max_size=3))
        customer_ = None
        if not self.chance(3):
            customer_ = Customer(
                "c",
                tier=self.pick(None, *TIERS),
                groups=self.draw(st.lists(st.sampled_from(["g", "h"]), max_size=2)),
                country=self.pick(None, "PL"),
                staff=self.pick(False, True),
                opted_in=self.pick(None, True, False),
            )
        shipments = [
            Shipment(name, self.pick(*METHODS), self.pick(None, None, self.money()), tax=self.pick(*tax))
            for name in ("s1", "s2")[: self.draw(st.integers(0, 2))]
        ]
        charges = [
            Charge(name, Money.of_minor(self.draw(st.integers(-300, 300)), self.currency), tax=self.pick(*tax))
            for name in ("f1", "f2")[: self.draw(sometimes(few, 0))]
        ]
        names = self.draw(st.permutations(["1", "2", "3", "10", "b"]))
        price = self.draw(prices)  # several lines may cost the same
        return Order(
            [self.line(name, tax, price) for name in names[: self.draw(st.integers(1, 5))]],
            currency=self.currency,
            customer=customer_,
            shipments=shipments,
            charges=charges,
            codes=self.draw(sometimes(st.lists(st.sampled_from([" Code1", "code2", "other"]), max_size=2), (), of=2)),
            channel=self.pick(None, "web"),
            prices=self.pick("gross", "net"),
        )

    def line(self, name: str, tax: list[Any], usual: int) -> Line:
        """A line, mostly at the usual price."""
        minor = usual if self.chance(2) else self.draw(prices)
        price: Money | UnitPrice = Money.of_minor(minor, self.currency)
        if self.chance(6):
            digits = Money.of_minor(0, self.currency).digits
            fine = Decimal(minor) + Decimal(self.draw(st.integers(0, 99))) / 100
            price = UnitPrice(fine.scaleb(-digits), self.currency)
        measure = self.pick(Decimal("1.25"), Decimal("0.333"), Decimal(2)) if self.chance(8) else None
        return Line(
            name,
            self.product(),
            1 if measure else self.draw(st.integers(1, 4)),
            unit_price=price,
            list_price=self.draw(sometimes(st.just(self.money(minor + 1)))),
            prices={"member": self.money(minor * 4 // 5)} if self.chance(3) else {},
            tax=self.pick(*tax),
            measure=measure,
            position=self.draw(sometimes(st.integers(0, 3), of=2)),
        )

    def product(self) -> Product:
        """A product, mostly a plain one."""
        return (
            Product(
                self.pick(*SKUS),
                categories=self.draw(st.lists(st.sampled_from(CATEGORIES), max_size=2)),
                tags=self.draw(sometimes(st.just(["t"]), ())),
                attributes=self.draw(st.sampled_from([{"weight": 300}, {"weight": Decimal("0.5")}, {}])),
                minimum_price=self.draw(sometimes(st.just(self.money()), of=5)),
                discountable=not self.chance(8),
            )
            if self.chance(2)
            else Product(self.pick(*SKUS), categories=self.draw(st.lists(st.sampled_from(CATEGORIES), max_size=2)))
        )

    def history(self, order: Order) -> History | None:
        """What is known of the customer."""
        if order.customer is None or self.chance(2):
            return None
        paid = self.money(self.draw(st.integers(0, 5000)))
        receipt = Receipt(
            id="r",
            placed_at=AT - timedelta(days=3),
            zone="UTC",
            book="b",
            order=Order([], currency=self.currency),
            units=(),
            payable=paid,
            tax=self.money(0),
            paid=(Tender("card", paid),),
        )
        return History([Purchase("r", AT - timedelta(days=self.pick(3, -3)), receipt)] if self.chance(2) else [])

    # --- conditions ---

    def goods(self, depth: int = 1) -> Any:
        """A condition on goods."""
        kind = self.draw(st.integers(0, 11 if depth else 8))
        match kind:
            case 0 | 1:
                return item.sku.is_(self.pick(*SKUS))
            case 2:
                return item.sku.one_of(*self.draw(st.lists(st.sampled_from(SKUS), min_size=2, max_size=3)))
            case 3 | 4:
                return item.category.is_(self.pick(*CATEGORIES))
            case 5:
                return everything
            case 6:
                return item.category.is_not(self.pick(*CATEGORIES))
            case 7:
                return self.pick(item.on_sale, ~item.on_sale, item.tag.is_("t"), item.quantity.at_least(2))
            case 8:
                price = self.pick(item.price, item.list_price)
                return self.pick(price.at_least, price.below)(self.money())
            case 9:
                return self.goods(0) & self.goods(0)
            case 10:
                return self.goods(0) | self.goods(0)
            case _:
                return ~self.goods(0).named("some")

    def maybe_goods(self) -> Any:
        """Goods, or all."""
        return self.goods() if self.chance(2) else None

    def about_others(self) -> Any:
        """A condition on anything but the basket."""
        return self.pick(
            always,
            always,
            customer.tier.at_least(self.pick(*TIERS)),
            ~customer.tier.is_(self.pick(*TIERS)),
            customer.staff,
            ~customer.opted_in,
            customer.signed_in,
            customer.group.is_("g"),
            customer.country.is_not("DE"),
            customer.first_order,
            customer.orders.at_most(0),
            customer.spend.at_least(self.money()),
            clock.weekday.one_of("monday", "tuesday"),
            clock.date.below(date(2026, 11, 23)),
            cart.channel.is_("web"),
            cart.code.is_("CODE2 "),
            cart.delivery.is_("std"),
        )

    def about_basket(self) -> Any:
        """A condition on the basket."""
        kind = self.draw(st.integers(0, 4))
        match kind:
            case 0 | 1:
                fact: Any = cart.quantity(self.maybe_goods())
                bound: Any = self.draw(st.integers(1, 5))
            case 2:
                fact = cart.amount(
                    self.maybe_goods(), basis=self.pick("before_phase", "before_discounts"), money=self.mode()
                )
                bound = self.money()
            case 3:
                fact, bound = cart.distinct(self.maybe_goods()), self.draw(st.integers(1, 3))
            case _:
                fact, bound = cart.total("weight", self.maybe_goods()), self.pick(300, 600, Decimal("0.5"))
        return self.pick(fact.at_least, fact.at_least, fact.below)(bound)

    def condition(self, *, basket: bool, depth: int = 1) -> Any:
        """A condition on the order."""
        kind = self.draw(st.integers(0, 9 if depth else 7))
        if kind <= 5:
            return always
        if kind <= 7:
            return self.about_basket() if basket and kind == 6 else self.about_others()
        parts = [self.condition(basket=basket, depth=0) for _ in range(3)]
        return self.pick(all_of, any_of, lambda *some: ~at_least_of(2, *some))(*parts)
