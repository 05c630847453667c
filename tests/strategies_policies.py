"""Books of a very small world, so that promotions meet: few goods, few words, sums that are often equal."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from aftercare import (
    Delivery,
    Order,
    Percent,
    PolicyBook,
    Promotion,
    Schedule,
    always,
    by,
    cart,
    customer,
    dated,
    policies,
    stepped,
)
from aftercare.errors import BookError
from aftercare.policies.stacking import promotions_in
from tests.strategies_orders import AT, METHODS, SKUS, TIERS, Words, few, sometimes

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.history import History
    from aftercare.policies.pattern import PatternOff
    from aftercare.policies.stacking import Entry
    from tests.strategies_orders import Draw

PERCENTS = [10, 5, 15, 20, 50, 100, "12.5", "33.3", Fraction(100, 3)]
MODES = ["half_up", "half_up", "half_even", "half_down", "up", "down"]


class World(Words):
    """Draws books and orders in one currency, so that the parts of a book fit one another."""

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
        """A percentage that may vary."""
        return self.value(lambda: Percent(self.pick(*PERCENTS)), basket=basket)

    def off(self, *, basket: bool = True) -> Any:
        """An amount that may vary."""
        return self.value(self.sum, basket=basket)

    def options(self, phase: str | None) -> dict[str, Any]:
        """What any discount may say."""
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
        """A benefit on goods or the order."""
        options = self.options(self.pick(None, None, None, "item", "order"))
        kind = self.draw(st.integers(0, 6))
        match kind:
            case 0 | 1 | 2:
                of = self.chosen() if self.chance(2) else None
                return policies.percent_off(
                    self.percent(), of=of, base=self.pick("start", "start", "running"), **options
                )
            case 3 | 4:
                of = self.chosen() if self.chance(2) else None
                return policies.amount_off(
                    self.off(), of=of, each=self.pick("order", "order", "line", "unit"), **options
                )
            case 5:
                return policies.fixed_price(self.off(), of=self.chosen(), **options)
            case _:
                options.pop("money", None)
                return policies.named_price("member", of=self.maybe_goods(), **{"phase": "item", **options})

    def pattern(self) -> PatternOff:
        """What a pattern gives."""
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
                    n,
                    of=self.goods(),
                    targets=self.draw(st.integers(1, n - 1)),
                    pick=self.pick("cheapest", "dearest"),
                    **terms,
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
        """A benefit of one of the kinds."""
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
        """One benefit or two."""
        return tuple(self.benefit(phases) for _ in range(self.pick(1, 1, 1, 2)))

    def promotion(self, id_: str, phases: tuple[str, ...], *, ranked: bool) -> Promotion:
        """A promotion that gives things of some kinds."""
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
        """The entries of a book."""
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
        """A promotion or a group, and how many promotions that is."""
        kinds = kinds or self.kinds()
        if most < 2 or not depth or not self.chance(2):
            # A single promotion mostly stays with what its group gives; alone, one kind of it.
            return self.promotion(next(ids), kinds, ranked=ranked), 1
        if depth == 2 and self.chance(3):
            return self.combination(ids, most, ranked=ranked)
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

    def combination(self, ids: Any, most: int, *, ranked: bool) -> tuple[Entry, int]:
        """A best combination of patterns and, at times, of promotions that act beside them, and how many that is."""
        members: list[Entry] = []
        used = 0
        while used < min(most, 4):
            some = [self.member(next(ids), ranked=ranked) for _ in range(min(most - used, self.pick(1, 1, 1, 2)))]
            used += len(some)
            choice = self.pick(policies.best_of, policies.first_of, policies.stack)
            members.append(some[0] if len(some) == 1 else choice(*some))
        # Among members of several phases the choice is over the whole order, which the reference does not follow.
        phases = {phase for member in members for each in promotions_in(member) for phase in each.phases}
        together = policies.best_combination if len(members) > 1 and len(phases) == 1 else policies.stack
        return together(*members), used

    def member(self, id_: str, *, ranked: bool) -> Promotion:
        """A promotion with one benefit, mostly a pattern, that mostly acts in the item phase."""
        return Promotion(
            id_,
            when=self.condition(basket=True) if self.chance(4) else always,
            then=self.on_goods() if self.chance(3) else self.pattern(),
            rank=self.draw(st.integers(0, 3)) if ranked else None,
        )

    def tariffs(self) -> tuple[Delivery, ...]:
        """Tariffs for every method."""
        dear = self.money(self.draw(st.integers(0, 2000)))
        split = self.pick(None, cart.amount().at_least(dear), cart.quantity(self.maybe_goods()).at_least(2))
        whens = [always] if split is None else [split, ~split]
        return (*(self.tariff("std", when) for when in whens), self.tariff("exp", always))

    def tariff(self, method: str, when: Any) -> Delivery:
        """A tariff."""
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
                terms = self.pick(
                    {"fee": self.sum()}, {"per_unit": self.sum(), "free_from": None}, {"free_from": self.sum()}
                )
                made = made.except_when(self.condition(basket=True), **terms)
        return made

    def book(self) -> PolicyBook:
        """A book."""
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
    """An entry whose patterns have a group of their own."""
    return policies.stack(entry) if isinstance(entry, Promotion) else entry


@st.composite
def cases(draw: Draw) -> tuple[PolicyBook, Order, History | None]:
    """A book, an order in its currency, and what is known of the customer."""
    world = World(draw)
    order = world.order()
    return world.book(), order, world.history(order)
