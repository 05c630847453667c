"""Books and orders of a very small world, so that promotions meet: few goods, few words, prices that are often equal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from aftercare import (
    Charge,
    Customer,
    Delivery,
    Line,
    Money,
    Order,
    Percent,
    PolicyBook,
    Product,
    Promotion,
    Schedule,
    Shipment,
    Tier,
    UnitPrice,
    all_of,
    always,
    amounts,
    any_of,
    at_least_of,
    by,
    cart,
    clock,
    customer,
    dated,
    everything,
    item,
    policies,
    stepped,
)
from aftercare.errors import BookError
from aftercare.history import History, Purchase
from aftercare.policies.pattern import PatternOff
from aftercare.receipt import Receipt

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.policies.stacking import Entry

    Draw = Callable[[st.SearchStrategy[Any]], Any]

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
TIERS = [Tier("member", 0), Tier("silver", 1), Tier("gold", 2)]
SKUS = "ABC"
CATEGORIES = ["x", "y"]
METHODS = ["std", "exp"]
PERCENTS = [10, 5, 15, 20, 50, 100, "12.5", "33.3", Fraction(100, 3)]
MODES = ["half_up", "half_up", "half_even", "half_down", "up", "down"]

prices = st.one_of(
    st.sampled_from([1000, 500, 333, 99, 100, 10, 5, 3, 1]), st.integers(0, 30), st.integers(0, 2500)
)
sums = st.one_of(st.sampled_from([100, 50, 333, 1000, 1, 2, 7]), st.integers(0, 40), st.integers(0, 3000))
few = st.integers(1, 3)


def sometimes(strategy: st.SearchStrategy[Any], nothing: Any = None, *, of: int = 4) -> st.SearchStrategy[Any]:
    """Once in *of* times something from *strategy*, otherwise *nothing*."""
    return st.integers(1, of).flatmap(lambda n: strategy if n == of else st.just(nothing))


class World:
    """Draws everything in one currency, so that the parts of a book fit one another."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.currency = draw(st.sampled_from(["EUR", "EUR", "JPY", "KWD"]))
        self.basket = True  # whether what is drawn may depend on the basket, as price tags may not
        self.modes = draw(st.booleans())  # whether anything is reckoned in the other price mode

    def pick(self, *given: Any) -> Any:
        return self.draw(st.sampled_from(given))

    def chance(self, of: int) -> bool:
        """Once in *of* times."""
        return bool(self.draw(st.integers(1, of)) == of)

    def money(self, minor: int | None = None) -> Money:
        return Money.of_minor(self.draw(sums) if minor is None else minor, self.currency)

    def sum(self) -> Any:
        money = self.money()
        return amounts(money, Money.of_minor(7, "PLN")) if self.chance(8) else money

    def mode(self) -> Any:
        return self.pick(None, "gross", "net") if self.modes else None

    # --- orders ---

    def order(self) -> Order:
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
        return Product(
            self.pick(*SKUS),
            categories=self.draw(st.lists(st.sampled_from(CATEGORIES), max_size=2)),
            tags=self.draw(sometimes(st.just(["t"]), ())),
            attributes=self.draw(st.sampled_from([{"weight": 300}, {"weight": Decimal("0.5")}, {}])),
            minimum_price=self.draw(sometimes(st.just(self.money()), of=5)),
            discountable=not self.chance(8),
        ) if self.chance(2) else Product(
            self.pick(*SKUS), categories=self.draw(st.lists(st.sampled_from(CATEGORIES), max_size=2))
        )

    def history(self, order: Order) -> History | None:
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
            paid=(),
        ) if not paid else None
        return History([Purchase("r", AT - timedelta(days=self.pick(3, -3)), receipt)] if receipt else [])

    # --- conditions ---

    def goods(self, depth: int = 1) -> Any:
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
            clock.weekday.one_of("monday", "tuesday"),
            clock.date.below(date(2026, 11, 23)),
            cart.channel.is_("web"),
            cart.code.is_("CODE2 "),
            cart.delivery.is_("std"),
        )

    def about_basket(self) -> Any:
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
        kind = self.draw(st.integers(0, 9 if depth else 7))
        if kind <= 5:
            return always
        if kind <= 7:
            return self.about_basket() if basket and kind == 6 else self.about_others()
        parts = [self.condition(basket=basket, depth=0) for _ in range(3)]
        return self.pick(all_of, any_of, lambda *some: ~at_least_of(2, *some))(*parts)

    # --- values ---

    def value(self, constant: Callable[[], Any], *, basket: bool = True, depth: int = 1) -> Any:
        """A value that may vary."""
        basket = basket and self.basket
        if not depth or not self.chance(6):
            return constant()

        def row() -> Any:
            return self.value(constant, basket=basket, depth=depth - 1)

        kind = self.draw(st.integers(0, 4 if basket else 2))
        match kind:
            case 0:
                return dated(row(), {AT + timedelta(hours=self.pick(-1, 0, 1)): row()})
            case 1:
                return by(customer.tier, {tier: row() for tier in TIERS[self.draw(st.integers(0, 2)) :]})
            case 2:
                return by(customer.group, {"g": row(), "h": row()}, choose=self.pick("highest", "lowest"))
            case 3:
                return stepped(cart.quantity(self.maybe_goods()), {self.pick(0, 1, 2): row(), self.pick(3, 5): row()})
            case _:
                fact = cart.amount(self.maybe_goods(), money=self.mode())
                return stepped(fact, {self.money(self.pick(0, 50)): row(), self.money(self.pick(100, 1000)): row()})

    def percent(self, *, basket: bool = True) -> Any:
        return self.value(lambda: Percent(self.pick(*PERCENTS)), basket=basket)

    def off(self, *, basket: bool = True) -> Any:
        return self.value(self.sum, basket=basket)

    def options(self, phase: str | None) -> dict[str, Any]:
        options: dict[str, Any] = {} if phase is None else {"phase": phase}
        basket = phase != "catalogue"
        if self.chance(6):
            options["cap_each"] = self.off(basket=basket)
        if self.chance(6):
            options["cap_share"] = self.pick(*PERCENTS)
        if basket and self.chance(5):
            options["cap"] = self.off()
        if basket and self.chance(3):
            options["rounding"] = self.pick("promotion", "line", "unit")
            options["mode"] = self.pick(*MODES)
        if basket and self.mode():
            options["money"] = self.pick("gross", "net")
        return options

    # --- benefits ---

    def chosen(self) -> Any:
        """Goods, or a selection among goods."""
        goods = self.goods()
        if not self.chance(3):
            return goods
        select = self.pick(policies.cheapest, policies.dearest, policies.first, policies.after, policies.at_most)
        if select is policies.at_most:
            return select(self.draw(few), goods, per=self.pick("order", "line"))
        return select(self.draw(few), goods)

    def tag(self) -> Any:
        """A benefit on price tags."""
        options = self.options("catalogue")
        kind = self.draw(st.integers(0, 3))
        match kind:
            case 0:
                return policies.percent_off(
                    self.percent(basket=False), of=self.maybe_goods(), base=self.pick("start", "running"), **options
                )
            case 1:
                return policies.amount_off(self.off(basket=False), of=self.maybe_goods(), each="unit", **options)
            case 2:
                return policies.fixed_price(self.off(basket=False), of=self.goods(), **options)
            case _:
                options.pop("phase")
                return policies.named_price("member", of=self.maybe_goods(), **options)

    def on_goods(self) -> Any:
        options = self.options(self.pick(None, None, None, "item", "order"))
        kind = self.draw(st.integers(0, 6))
        match kind:
            case 0 | 1 | 2:
                of = self.chosen() if self.chance(2) else None
                return policies.percent_off(self.percent(), of=of, base=self.pick("start", "start", "running"), **options)
            case 3 | 4:
                of = self.chosen() if self.chance(2) else None
                return policies.amount_off(self.off(), of=of, each=self.pick("order", "order", "line", "unit"), **options)
            case 5:
                return policies.fixed_price(self.off(), of=self.chosen(), **options)
            case _:
                options.pop("money", None)
                return policies.named_price("member", of=self.maybe_goods(), **{"phase": "item", **options})

    def pattern(self) -> PatternOff:
        terms: dict[str, Any] = {
            "favour": self.pick("merchant", "customer", "basket_order"),
            "times": self.draw(sometimes(st.integers(1, 2), of=3)),
        }
        kind = self.draw(st.integers(0, 3))
        pattern: Any
        match kind:
            case 0:
                n = self.draw(st.integers(2, 4))
                pattern = policies.every(
                    n, of=self.goods(), targets=self.draw(st.integers(1, n - 1)), pick=self.pick("cheapest", "dearest"), **terms
                )
            case 1:
                pattern = policies.buy(self.draw(few), of=self.goods(), **terms).get(self.draw(few), of=self.goods())
            case _:
                components = {self.goods(): self.draw(few) for _ in range(self.draw(few))}
                if sum(components.values()) < 2:
                    components[next(iter(components))] = 2
                pattern = policies.bundle(components, **terms)
        options = self.options(self.pick(None, None, None, "order"))
        return self.pick(
            lambda: pattern.percent_off(self.percent(), **options),
            lambda: pattern.amount_off(self.off(), **options),
            lambda: pattern.at_price(self.off(), **options),
        )()

    def benefit(self, phases: tuple[str, ...]) -> Any:
        match self.pick(*phases):
            case "catalogue":
                return self.tag()
            case "goods":
                return self.on_goods()
            case "pattern":
                return self.pattern()
            case "gift":
                per, of = self.pick((None, None), (self.draw(few), self.goods()))
                return policies.gift(
                    self.pick(*SKUS),
                    quantity=self.draw(few),
                    per=per,
                    of=of,
                    most=self.draw(sometimes(few)),
                    value=self.pick(None, self.off()),
                )
            case "reward":
                worth = self.pick(None, self.sum())
                return self.pick(
                    policies.points_times(2, worth=worth),
                    policies.bonus_points(self.value(lambda: self.pick(10, 20)), worth=worth),
                    policies.voucher(self.off(), worth=worth),
                )
        methods = self.draw(st.lists(st.sampled_from(METHODS), max_size=1))
        return self.pick(
            lambda: policies.free_shipping(*methods),
            lambda: policies.shipping_percent_off(self.percent(), *methods),
            lambda: policies.shipping_amount_off(self.off(), *methods),
            lambda: policies.shipping_at_price(self.off(), *methods),
        )()

    def benefits(self, phases: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(self.benefit(phases) for _ in range(self.pick(1, 1, 1, 2)))

    def promotion(self, id_: str, phases: tuple[str, ...], *, ranked: bool) -> Promotion:
        basket = self.basket = "catalogue" not in phases
        made = Promotion(
            id_,
            when=self.condition(basket=basket),
            then=self.benefits(phases),
            codes=self.draw(sometimes(st.just((f"code{id_[1:]}",)), (), of=8)),
            schedule=self.draw(
                sometimes(st.just(Schedule(date(2026, 11, self.pick(20, 23, 24)), zone="Europe/Warsaw")), of=10)
            ),
            only_in=self.draw(sometimes(st.just((self.currency,)), (), of=10)),
            rank=self.draw(st.integers(0, 3)) if ranked or self.chance(3) else None,
            counts_towards_thresholds=not self.chance(8),
        )
        if self.chance(6):
            made = made.exceptions_by("first_of")
            for _ in range(self.draw(st.integers(1, 2))):
                made = made.except_when(self.condition(basket=basket), then=self.benefits(phases))
        self.basket = True
        return made

    # --- books ---

    def entries(self) -> tuple[Entry, ...]:
        ids = iter(self.draw(st.permutations([f"p{n}" for n in range(8)])))
        ranked = self.chance(4)
        count = self.pick(3, 1, 2, 4, 5, 6)
        made: list[Entry] = []
        while count > 0:
            entry, used = self.entry(ids, count, ranked=ranked, depth=2)
            made.append(entry)
            count -= used
        return tuple(made)

    def kinds(self) -> tuple[str, ...]:
        """What the promotions of one group give: mostly things of one phase."""
        return self.pick(
            ("goods",),
            ("goods", "pattern"),
            ("pattern",),
            ("pattern", "goods", "gift"),
            ("catalogue",),
            ("shipping",),
            ("goods", "reward"),
            ("goods", "pattern", "gift", "reward", "shipping"),
            ("catalogue", "goods", "shipping"),
        )

    def entry(
        self, ids: Any, most: int, *, ranked: bool, depth: int, kinds: tuple[str, ...] | None = None
    ) -> tuple[Entry, int]:
        kinds = kinds or self.kinds()
        if most < 2 or not depth or not self.chance(2):
            # A single promotion mostly stays with what its group gives; alone, one kind of it.
            return self.promotion(next(ids), kinds, ranked=ranked), 1
        group = self.pick(policies.stack, policies.first_of, policies.best_of, policies.best_of)
        members: list[Entry] = []
        used = 0
        while used < most and len(members) < 3:
            entry, more = self.entry(ids, most - used, ranked=ranked, depth=depth - 1, kinds=kinds)
            members.append(entry)
            used += more
        if len(members) < 2:
            group = policies.stack
        return group(*members), used

    def tariffs(self) -> tuple[Delivery, ...]:
        dear = self.money(self.draw(st.integers(0, 2000)))
        split = self.pick(None, cart.amount().at_least(dear), cart.quantity(self.maybe_goods()).at_least(2))
        whens = [always] if split is None else [split, ~split]
        return (*(self.tariff("std", when) for when in whens), self.tariff("exp", always))

    def tariff(self, method: str, when: Any) -> Delivery:
        made = Delivery(
            method,
            fee=stepped(cart.quantity(), {0: self.sum(), 3: self.sum()}) if self.chance(3) else self.sum(),
            per_unit=self.draw(sometimes(st.just(self.sum()))),
            extra={self.goods(): self.sum()} if self.chance(4) else {},
            ships_free=self.maybe_goods(),
            free_from=self.draw(sometimes(st.just(self.money()), of=2)),
            money=self.mode(),
            when=when,
        )
        if self.chance(3):
            made = made.exceptions_by("first_of")
            for _ in range(2):
                terms = self.pick({"fee": self.sum()}, {"per_unit": self.sum(), "free_from": None}, {"free_from": self.sum()})
                made = made.except_when(self.condition(basket=True), **terms)
        return made

    def book(self) -> PolicyBook:
        entries = self.entries()
        terms: dict[str, Any] = {
            "zone": self.pick("UTC", "Asia/Tokyo"),
            "currencies": (self.currency,),
            "delivery": self.tariffs(),
            "tax_rounding": self.pick("rate", "rate", "line", "unit"),
        }
        try:
            return PolicyBook("shop", promotions=entries, **terms)
        except BookError:
            # Bare patterns that may want the same unit: each gets a group of its own.
            return PolicyBook("shop", promotions=tuple(map(grouped, entries)), **terms)


def grouped(entry: Entry) -> Entry:
    return policies.stack(entry) if isinstance(entry, Promotion) else entry


@st.composite
def cases(draw: Draw) -> tuple[PolicyBook, Order, History | None]:
    """A book, an order in its currency, and what is known of the customer."""
    world = World(draw)
    order = world.order()
    return world.book(), order, world.history(order)
