"""Books and orders as most are: whole prices without floors, plain discounts, tariffs with one fee.

A book of such promotions is written out, and such orders stay in what was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from aftercare import Customer, Delivery, Line, Order, PolicyBook, Product, Promotion, Shipment, always, policies
from tests.strategies_limits import LimitedWorld
from tests.strategies_orders import CATEGORIES, METHODS, SKUS, TIERS, prices, sums
from tests.strategies_policies import World

if TYPE_CHECKING:
    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.policies.limit import Limit
    from aftercare.policies.stacking import Entry
    from tests.strategies_orders import Draw

NEAR_ALL = [1, 2, 49, 50, 51, 97, 98, 99, "99.5", 100]


class UsualWorld(LimitedWorld):
    """Draws usual books and orders; now and then something that makes them unusual."""

    def options(self, phase: str | None) -> dict[str, Any]:
        """Mostly nothing."""
        if self.chance(12):
            return super().options(phase)
        options: dict[str, Any] = {} if phase is None else {"phase": phase}
        if phase != "catalogue" and self.chance(4):
            options["cap"] = self.money()
        return options

    def line(self, name: str, tax: list[Any], usual: int) -> Line:
        """A line of up to a dozen units at a whole price."""
        if self.chance(40):
            return super().line(name, tax, usual)
        minor = usual if self.chance(2) else self.draw(prices)
        return Line(
            name,
            Product(
                self.pick(*SKUS),
                categories=self.draw(st.lists(st.sampled_from(CATEGORIES), max_size=2)),
                tags=self.pick([], [], ["t"]),
            ),
            self.draw(st.integers(1, 12)),
            unit_price=self.money(minor),
            prices={"member": self.money(minor * 4 // 5)} if self.chance(3) else {},
            tax=self.pick(*tax),
        )

    def promotion(self, id_: str, phases: tuple[str, ...], *, ranked: bool) -> Promotion:
        """A promotion of one benefit, seldom with a limit."""
        if self.chance(20):
            return super().promotion(id_, phases, ranked=ranked)
        basket = self.basket = "catalogue" not in phases
        made = Promotion(
            id_,
            when=self.condition(basket=basket) if self.chance(2) else always,
            then=(self.benefit(phases),),
            codes=(f"code{id_[1:]}",) if self.chance(8) else (),
            rank=self.draw(st.integers(0, 3)) if ranked else None,
            limits=(self.simple_limit(),) if self.chance(12) else (),
        )
        self.basket = True
        return made

    def entry(
        self, ids: Any, most: int, *, ranked: bool, depth: int, kinds: tuple[str, ...] | None = None
    ) -> tuple[Entry, int]:
        """A promotion, less often a group."""
        return super().entry(ids, most, ranked=ranked, depth=depth if self.chance(3) else 0, kinds=kinds)

    def simple_limit(self) -> Limit:
        """A number of uses, or a budget that refuses what is too much."""
        if self.chance(2):
            return policies.uses(self.draw(st.integers(1, 3)))
        return policies.budget(self.money(self.draw(sums) + 1), partial="refuse")

    def kinds(self) -> tuple[str, ...]:
        """Things of one phase."""
        return self.pick(("goods",), ("goods",), ("goods", "pattern"), ("pattern",), ("catalogue",), ("shipping",))

    def tariffs(self) -> tuple[Delivery, ...]:
        """Mostly one fee for each method."""
        if self.chance(6):
            return super().tariffs()
        return tuple(Delivery(method, fee=self.sum()) for method in METHODS)


@st.composite
def usual_cases(draw: Draw) -> tuple[PolicyBook, Order, History | None, Counts | None]:
    """A usual book, a usual order, what is known of the customer, and what was used of limits."""
    world = UsualWorld(draw)
    world.modes = False
    order = world.order()
    book = world.book()
    return book, order, world.history(order), world.counts(book, order)


@st.composite
def whole_orders(draw: Draw) -> tuple[PolicyBook, Order]:
    """Discounts on the whole order that take nearly all, or nothing, of very cheap and very many units."""
    world = World(draw)
    made = []
    for n in range(world.pick(1, 2, 3, 5)):
        percent = policies.percent_off(world.pick(*NEAR_ALL), cap=world.money() if world.chance(3) else None)
        benefit = policies.amount_off(world.money()) if world.chance(2) else percent
        made.append(Promotion(f"p{n}", then=benefit))
    if world.chance(2):
        made.append(Promotion("delivery", when=world.about_others(), then=policies.free_shipping()))
    price = st.one_of(st.integers(0, 4), st.integers(0, 60), prices)
    lines = [
        Line(str(n), Product(world.pick(*SKUS)), draw(st.integers(1, 400)), unit_price=world.money(draw(price)), tax=23)
        for n in range(world.pick(1, 2, 3, 6))
    ]
    book = PolicyBook(
        "shop",
        zone="UTC",
        currencies=[world.currency],
        promotions=made,
        delivery=[Delivery(method, fee=world.sum()) for method in METHODS],
    )
    order = Order(
        lines,
        currency=world.currency,
        customer=Customer("c", tier=world.pick(None, *TIERS)),
        shipments=[Shipment("s", world.pick(*METHODS), tax=23)],
    )
    return book, order
