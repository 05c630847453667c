"""Laws that pricing keeps on every order: what must not matter does not, and what is taken adds up.

Left out on purpose: that one more promotion in a stack never raises what is payable. It holds where a stack of one
whole-order or single-goods discount gets a second one, and is tested so. Beyond that it is not true: a second pattern
may take the units of a better one, and with three discounts a cent that falls on another unit may change what the next
one rounds to.
"""

from __future__ import annotations

import datetime  # noqa: ICN001 - the name that `repr` writes
import decimal
import fractions
import pickle
import zoneinfo
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

import aftercare
from aftercare import (
    Charge,
    Customer,
    Days,
    Delivery,
    Line,
    Money,
    Name,
    Notice,
    Order,
    Percent,
    PolicyBook,
    Product,
    Promotion,
    Schedule,
    Shipment,
    Tier,
    UnitPrice,
    amounts,
    by,
    cart,
    clock,
    custom,
    customer,
    dated,
    eur,
    everything,
    item,
    pln,
    policies,
    stepped,
)
from tests.policies.till import NOON, basket, line, shop

# --- orders: few kinds of goods, so that lines meet ------------------------------------------------------------------

KINDS = tuple(
    Product(sku, categories=categories, minimum_price=minimum, discountable=discountable)
    for sku, categories, minimum, discountable in [
        ("cup", ["tea"], None, True),
        ("pot", ["tea", "iron"], None, True),
        ("pan", ["iron"], eur("0.50"), True),
        ("card", [], None, False),
    ]
)
RATES = (Percent(8), Percent(23))
minor = st.sampled_from([0, 1, 2, 3, 99, 100, 333, 500, 999, 1000, 3334])


@st.composite
def carts(draw: st.DrawFn, *, mode: str | None = None, least: int = 0) -> Order:
    """Orders of up to five lines with whole minor unit prices, a shipment and a fee; a product has one place."""
    places = {product.sku: draw(st.sampled_from([None, 1, 2])) for product in KINDS}
    lines = [
        Line(
            f"line {number}",
            product := draw(st.sampled_from(KINDS)),
            draw(st.integers(1, 4)),
            unit_price=Money.of_minor(draw(minor), "EUR"),
            tax=draw(st.sampled_from(RATES)),
            position=places[product.sku],
        )
        for number in range(draw(st.integers(least, 5)))
    ]
    return Order(
        lines,
        currency="EUR",
        prices=mode or draw(st.sampled_from(["gross", "net"])),
        shipments=[Shipment("s", "parcel", eur("4.95"), tax=23)],
        charges=[Charge("fee", eur("0.30"), tax=8)],
        customer=draw(st.sampled_from([None, Customer("c", tier=Tier("gold", 2))])),
    )


# --- promotions ------------------------------------------------------------------------------------------------------

TEA, IRON = item.category.is_("tea"), item.category.is_("iron")
goods = st.sampled_from([TEA, IRON, everything, item.sku.is_("cup"), TEA & ~IRON])
some = st.none() | goods
shares = st.sampled_from([1, 5, 10, Fraction(100, 3), 50, 75, 100])
sums = st.sampled_from(["0.01", "0.04", "1.00", "3.33", "25.00"]).map(eur)
favours = st.sampled_from(["merchant", "customer", "basket_order"])
few = st.integers(1, 3)
thresholds = st.sampled_from(
    [
        None,
        cart.amount() >= eur(10),
        cart.amount(TEA, basis="before_discounts") >= eur(5),
        cart.quantity(IRON) >= 2,
        cart.quantity() < 6,
        cart.distinct() >= 2,
        customer.tier.at_least(Tier("silver", 1)),
    ]
)


@st.composite
def plain(draw: st.DrawFn) -> policies.percent_off | policies.amount_off | policies.fixed_price:
    """Discounts that neither group units nor choose among them, nor treat lines apart."""
    phase = draw(st.sampled_from(["catalogue", "item", "order"]))
    match draw(st.sampled_from(["percent", "percent", "amount", "unit", "price"])):
        case "percent":
            base = draw(st.sampled_from(["start", "running"]))
            return policies.percent_off(draw(shares), of=draw(some), phase=phase, base=base)
        case "amount":
            late = "item" if phase == "catalogue" else phase
            return policies.amount_off(draw(sums), of=draw(some), phase=late, cap=draw(st.none() | sums))
        case "unit":
            return policies.amount_off(draw(sums), of=draw(some), phase=phase, each="unit", cap_share=draw(shares))
        case _:
            return policies.fixed_price(draw(sums), of=draw(goods), phase=phase)


@st.composite
def patterns(draw: st.DrawFn) -> object:
    """Patterns that never meet another one."""
    favour, times = draw(favours), draw(st.none() | few)
    match draw(st.sampled_from(["every", "buy", "bundle"])):
        case "every":
            pick = draw(st.sampled_from(["cheapest", "dearest"]))
            made = policies.every(draw(st.integers(2, 3)), of=draw(goods), pick=pick, favour=favour, times=times)
        case "buy":
            made = policies.buy(draw(few), of=draw(goods), favour=favour, times=times).get(draw(few), of=draw(goods))
        case _:
            made = policies.bundle({TEA: draw(few), IRON: draw(few)}, favour=favour, times=times)
    match draw(st.sampled_from(["percent", "amount", "price"])):
        case "percent":
            return made.percent_off(draw(shares))
        case "amount":
            return made.amount_off(draw(sums))
        case _:
            return made.at_price(draw(sums))


@st.composite
def selections(draw: st.DrawFn) -> object:
    """Discounts on so many units of the order."""
    chosen = draw(
        st.sampled_from([policies.cheapest, policies.dearest, policies.first, policies.after, policies.at_most])
    )
    return policies.percent_off(draw(shares), of=chosen(draw(few), draw(goods)))


@st.composite
def others(draw: st.DrawFn) -> object:
    """Delivery, gifts and points."""
    return draw(
        st.sampled_from(
            [
                policies.free_shipping(),
                policies.shipping_amount_off(eur(2)),
                policies.shipping_percent_off(Fraction(100, 3), "parcel"),
                policies.shipping_at_price(eur(1)),
                policies.gift("cup", quantity=2),
                policies.gift("mug", value=eur(3), per=2, of=TEA, most=2),
                policies.points_times(2, worth=eur(1)),
            ]
        )
    )


@st.composite
def stacks(draw: st.DrawFn, *, ranked: bool = True) -> list[Promotion]:
    """Up to four promotions, of which at most one is a pattern; ranked at will."""
    benefits = draw(st.lists(plain() | selections() | others(), max_size=3))
    benefits += draw(st.lists(patterns(), max_size=1))
    return [
        Promotion(
            f"promotion {place}",
            then=benefit,
            # A price tag cannot depend on the basket.
            **({} if when is None or benefit.acts_in == "catalogue" else {"when": when}),
            rank=draw(st.sampled_from([None, 1, 2])) if ranked else None,
            counts_towards_thresholds=draw(st.booleans()),
        )
        for place, (benefit, when) in enumerate((benefit, draw(thresholds)) for benefit in benefits)
    ]


def each_line(decision: aftercare.Decision) -> dict[str, list[tuple[object, ...]]]:
    """What became of every unit, by line."""
    return {
        each.line.id: [(unit.price, unit.paid, unit.parts, unit.gift) for unit in each.units for _ in range(unit.count)]
        for each in decision.lines
    }


def by_kind(decision: aftercare.Decision) -> Counter[tuple[object, ...]]:
    """What became of the units of each class of identical ones, however they are spread over lines."""
    found: Counter[tuple[object, ...]] = Counter()
    for each in decision.lines:
        line = each.line
        for unit in each.units:
            kind = (line.product.sku, line.unit_price, line.tax, line.position)
            found[*kind, unit.paid, unit.parts, unit.gift] += unit.count
    return found


def totals(decision: aftercare.Decision) -> tuple[object, ...]:
    """Every total of a decision, and what each promotion did."""
    return (
        decision.payable,
        decision.taxes,
        decision.delivery,
        Counter(decision.gifts),
        Counter(decision.rewards),
        Counter(decision.overflow),
        Counter(decision.matching),
    )


# --- what must not matter --------------------------------------------------------------------------------------------


@given(carts(), stacks(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(order: Any, promotions: Any, random: Any) -> None:
    """The same lines in another order give every unit the same parts."""
    book = shop(*promotions)
    other = attrs.evolve(order, lines=random.sample(order.lines, len(order.lines)))
    one, two = book.price(order, at=NOON), book.price(other, at=NOON)

    assert each_line(one) == each_line(two)
    assert totals(one) == totals(two)


@given(carts(), stacks(), st.randoms(use_true_random=False))
def test_the_ids_of_lines_decide_only_between_identical_units(order: Any, promotions: Any, random: Any) -> None:
    """With other line ids all totals stay, and so do the parts in each class of identical units."""
    book = shop(*promotions)
    renamed = random.sample(["z", "line 3", "a", "1", "line 0"], len(order.lines))
    other = attrs.evolve(
        order, lines=[attrs.evolve(line, id=new) for line, new in zip(order.lines, renamed, strict=True)]
    )
    one, two = book.price(order, at=NOON), book.price(other, at=NOON)

    assert by_kind(one) == by_kind(two)
    assert totals(one) == totals(two)


@given(carts(), stacks())
def test_lines_may_be_split_and_merged(order: Any, promotions: Any) -> None:
    """A line of q units costs what q lines of one unit cost, where the price is whole and tax rounded by rate."""
    book = shop(*promotions)
    single = [
        attrs.evolve(line, id=f"{line.id}/{number}", quantity=1)
        for line in order.lines
        for number in range(line.quantity)
    ]
    one, two = book.price(order, at=NOON), book.price(attrs.evolve(order, lines=single), at=NOON)

    assert by_kind(one) == by_kind(two)
    assert totals(one) == totals(two)


@given(carts(), stacks(ranked=False), st.randoms(use_true_random=False))
def test_the_order_of_a_stack_does_not_matter(order: Any, promotions: Any, random: Any) -> None:
    """Promotions without a rank give the same however they are written, bare or in one stack."""
    one = shop(*promotions).price(order, at=NOON)
    mixed = random.sample(promotions, len(promotions))
    two = shop(*mixed).price(order, at=NOON)

    assert each_line(one) == each_line(two)
    assert totals(one) == totals(two)


@given(carts(), stacks())
def test_a_book_is_a_stack(order: Any, promotions: Any) -> None:
    """Promotions written bare give what they give in one stack."""
    assume(promotions)
    one = shop(*promotions).price(order, at=NOON)
    two = shop(policies.stack(*promotions)).price(order, at=NOON)

    assert each_line(one) == each_line(two)
    assert totals(one) == totals(two)


def test_a_stack_may_span_phases() -> None:
    """10 % off the order and free delivery in one stack: 9.00 and nothing for delivery."""
    group = policies.stack(
        Promotion("ten", then=policies.percent_off(10)), Promotion("ship", then=policies.free_shipping())
    )
    order = basket(line("a", "10"), shipments=[Shipment("s", "parcel", eur(4))])

    assert eur(9) == shop(group).price(order, at=NOON).payable


@given(carts(), stacks(), st.permutations(range(3)))
def test_the_members_of_best_of_may_stand_in_any_order(order: Any, promotions: Any, places: Any) -> None:
    """Which of them acts is a matter of what they take, never of where they stand."""
    members = [*promotions, *(Promotion(f"spare {n}", then=policies.percent_off(n)) for n in range(3))][:3]
    one = shop(policies.best_of(*members)).price(order, at=NOON)
    two = shop(policies.best_of(*(members[place] for place in places))).price(order, at=NOON)

    assert each_line(one) == each_line(two)
    assert totals(one) == totals(two)


@given(carts(least=1), st.lists(plain().filter(lambda benefit: benefit.acts_in == "catalogue"), min_size=1, max_size=3))
def test_a_catalogue_price_does_not_depend_on_other_lines(order: Any, benefits: Any) -> None:
    """A line alone has the price tag that it has in a full basket."""
    book = shop(*(Promotion(f"tag {place}", then=benefit) for place, benefit in enumerate(benefits)))
    together = each_line(book.price(order, at=NOON))
    alone = {
        line.id: each_line(book.price(attrs.evolve(order, lines=[line]), at=NOON))[line.id] for line in order.lines
    }

    assert alone == together


# --- what must add up ------------------------------------------------------------------------------------------------


@given(carts(), stacks())
def test_parts_add_up_and_none_is_more_than_the_price(order: Any, promotions: Any) -> None:
    """Of every unit, price less parts is what is paid, which is never below zero or the minimum price."""
    decision = shop(*promotions).price(order, at=NOON)
    nothing = eur(0)
    for each in decision.lines:
        floor = min(each.line.product.minimum_price or nothing, each.line.unit_price)
        for unit in each.units:
            assert unit.price == unit.paid + sum((part.amount for part in unit.parts), nothing)
            assert all(nothing < part.amount <= unit.price for part in unit.parts)
            assert unit.paid >= floor
            assert nothing <= unit.tax
            assert unit.paid or not unit.tax
            assert each.line.product.discountable or not unit.parts
    for each in decision.shipments:
        assert each.charge == each.paid + sum((part.amount for part in each.parts), nothing)
        assert each.paid >= nothing
    taken = sum((matched.taken for matched in decision.matching), nothing)

    assert decision.saved == taken
    assert decision.payable == decision.net + decision.tax
    assert decision.payable == sum((total.gross for total in decision.taxes), nothing)
    assert decision.tax == sum(
        (each.tax for each in (*decision.lines, *decision.shipments, *decision.charges)), nothing
    )


@given(carts(), sums, st.sampled_from([None, TEA]))
def test_an_amount_leaves_equal_units_a_cent_apart_at_most(order: Any, amount: Any, of: Any) -> None:
    """Units that were identical give amounts that differ by one cent, if they differ."""
    book = shop(Promotion("all", then=policies.amount_off(amount, of=of)))
    paid: dict[object, set[int]] = {}
    for *kind, unit, _, _ in by_kind(book.price(order, at=NOON)):
        paid.setdefault(tuple(kind), set()).add(unit.minor)

    assert all(max(found) - min(found) <= 1 for found in paid.values())


# --- what must hold --------------------------------------------------------------------------------------------------


@given(carts(), st.sampled_from([100, 500, 1000, 3000]), plain(), plain())
def test_no_promotion_defeats_itself(order: Any, limit: Any, benefit: Any, sibling: Any) -> None:
    """A threshold asks for the price before its own phase: it holds exactly when the goods cost that much."""
    assume(benefit.acts_in != "catalogue")
    when = cart.amount() >= Money.of_minor(limit, "EUR")
    # A sibling of the same phase cannot defeat it either.
    book = shop(
        Promotion("it", when=when, then=benefit),
        Promotion("a sibling", then=attrs.evolve(sibling, phase=benefit.acts_in, cap_share=None, cap_each=None)),
    )
    counted = sum(line.minor for line in order.lines if line.product.discountable)

    assert (counted >= limit) is (book.price(order, at=NOON).states["it"] != "not_eligible")


@given(carts(mode="gross"), plain(), plain())
def test_a_second_promotion_never_raises_what_is_payable(order: Any, first: Any, second: Any) -> None:
    """Beside one discount without a threshold, another one makes nothing dearer."""
    one = Promotion("one", then=first)
    two = Promotion("two", then=second)

    assert shop(one, two).price(order, at=NOON).payable <= shop(one).price(order, at=NOON).payable


in_item_phase = st.one_of(plain().filter(lambda benefit: benefit.acts_in == "item"), patterns(), selections())


@given(carts(), st.lists(in_item_phase, min_size=2, max_size=3))
def test_best_of_takes_what_its_best_member_takes_alone(order: Any, benefits: Any) -> None:
    """In one phase the member that acts takes as much as any other one would have."""
    members = [Promotion(f"{place}", then=benefit) for place, benefit in enumerate(benefits)]
    alone = [shop(each).price(order, at=NOON).saved for each in members]

    assert max(alone) == shop(policies.best_of(*members)).price(order, at=NOON).saved


@given(carts(), stacks())
def test_asking_twice_gives_one_answer(order: Any, promotions: Any) -> None:
    """The same question has an equal answer, with an equal hash, also from a book that was built again."""
    book, again = shop(*promotions), shop(*promotions)
    one, two, three = book.price(order, at=NOON), book.price(order, at=NOON), again.price(order, at=NOON)

    assert one == two == three
    assert hash(one) == hash(two) == hash(three)
    assert one.states == two.states == three.states


@given(carts(), stacks())
def test_decisions_are_pickled_whole(order: Any, promotions: Any) -> None:
    """A decision comes back equal, with all numbers, and with its book it explains itself again."""
    book = pickle.loads(pickle.dumps(shop(*promotions)))  # noqa: S301 - the bytes are our own
    decision = book.price(order, at=NOON)
    back = pickle.loads(pickle.dumps(decision))  # noqa: S301 - the bytes are our own

    assert decision == back
    assert hash(decision) == hash(back)
    assert totals(decision) == totals(back)
    assert decision.states == back.with_book(book).states


# --- values ----------------------------------------------------------------------------------------------------------

NAMES = {
    **{name: getattr(aftercare, name) for name in aftercare.__all__},
    "policies": policies,
    "datetime": datetime,
    "zoneinfo": zoneinfo,
    "fractions": fractions,
    "decimal": decimal,
}


def again(value: object) -> object:
    """The value that the code of *value* builds."""
    return eval(repr(value), dict(NAMES))  # noqa: S307 - the text is our own


@given(carts(), stacks())
def test_books_and_orders_are_their_own_code(order: Any, promotions: Any) -> None:
    """`repr` is the code that builds an equal value, for a book of whatever promotions and for an order."""
    book = shop(*promotions)

    assert book == again(book)
    assert book.fingerprint == again(book).fingerprint
    assert order == again(order)


WARSAW = zoneinfo.ZoneInfo("Europe/Warsaw")
GOLD = Tier("gold", 2, title=Name("Gold", pl="Złoty"))
MATERIAL = item.attribute("material").one_of("iron", "clay")
SALE = Promotion(
    "sale",
    when=(cart.has(MATERIAL.named("iron and clay", pl="żelazo")) & ~customer.staff) | clock.weekday.is_("sunday"),
    then=[
        policies.percent_off(stepped(cart.amount(TEA, money="net"), {eur(5): 5, eur(9): Percent("12.5")}), cap=eur(9)),
        policies.free_shipping("parcel"),
    ],
    title=Name("Sale", pl="Wyprzedaż"),
    codes=["SALE", "Sale2"],
    schedule=Schedule(
        datetime.datetime(2026, 5, 1, 9, tzinfo=WARSAW),
        datetime.date(2026, 5, 31),
        zone="Europe/Warsaw",
        weekdays=["monday"],
    ),
    only_in=["EUR"],
    rank=3,
    earns_points=False,
    counts_towards_thresholds=False,
    notice=Notice(customers=Days(2), staff=Days(5)),
)
VALUES = [
    SALE,
    SALE.exceptions_by("first_of")
    .except_when(customer.staff, then=policies.percent_off(1), named="staff")
    .except_when(
        customer.tier.is_(GOLD), then=[policies.percent_off(2), policies.gift("mug", value=eur(2), name="A mug")]
    ),
    policies.percent_off(Fraction(100, 3), of=TEA, base="running", cap_each=eur(1), cap_share=50, rounding="line"),
    policies.percent_off(dated(5, {NOON: 10, NOON + timedelta(days=1): 20}), money="net", mode="half_even"),
    policies.percent_off(by(customer.tier, {GOLD: 10, Tier("silver", 1): 5}), phase="item"),
    policies.percent_off(by(customer.group, {"a": 1, "b": 2}, choose="highest")),
    policies.percent_off(
        by(customer.country, {"PL": dated(1, {NOON: stepped(cart.quantity(), {1: 2, 3: Decimal("2.5")})})})
    ),
    policies.amount_off(amounts(eur(5), pln(20)), of=policies.at_most(2, TEA, per="line"), each="line"),
    policies.amount_off(eur(5), phase="catalogue", each="unit"),
    policies.fixed_price(eur(5), of=policies.after(2, "cup"), rounding="unit"),
    policies.named_price("member", of=IRON, cap_share=10),
    policies.named_price("member"),
    policies.every(3, of=TEA, targets=2, pick="dearest", favour="customer", times=4).amount_off(eur(1), cap=eur(5)),
    policies.buy(2, of=TEA, favour="basket_order", times=2).get(1, of=IRON).at_price(eur(1), phase="order"),
    policies.buy(2, of="cup").get_same(1, pick="dearest").free(),
    policies.bundle({TEA: 1, "pan": 2}, favour="customer", times=1).at_price(amounts(eur(9), pln(40))),
    policies.bundle({Product("POT", name=Name("Pot", pl="Garnek")): 2}).percent_off(stepped(cart.quantity(), {2: 5})),
    policies.gift("mug", quantity=2, per=3, of=TEA, most=4, value=eur(2), name=Name("Mug", pl="Kubek")),
    policies.bonus_points(stepped(customer.orders, {1: 10, 10: 100})),
    policies.voucher(eur(5), worth=eur(1)),
    policies.free_shipping("a", "b"),
    policies.shipping_percent_off(stepped(cart.amount(), {eur(1): 5}), "a"),
    policies.shipping_amount_off(eur(1)),
    policies.shipping_at_price(by(customer.country, {"PL": eur(1)})),
    policies.best_of(SALE, policies.first_of(attrs.evolve(SALE, id="b"), policies.stack(attrs.evolve(SALE, id="c")))),
    policies.cheapest(1, TEA),
    policies.dearest(1, TEA),
    policies.first(1, ~(TEA | IRON).named("goods")),
    policies.every(2, of=TEA),
    policies.buy(1, of=TEA).get(2, of=IRON),
    policies.bundle({TEA: 2}),
    Delivery(
        "parcel",
        fee=stepped(cart.total("weight"), {0: eur(4), 3: eur(9)}),
        per_unit=eur("0.10"),
        extra={"pan": eur(2), IRON: eur(1)},
        ships_free=TEA,
        free_from=eur(50),
        money="gross",
        when=customer.country.none_of("DE", "FR"),
    )
    .exceptions_by("first_of")
    .except_when(customer.tier.at_least(GOLD), free_from=eur(20), fee=eur(1), named="gold")
    .except_when(clock.date < datetime.date(2026, 6, 1), per_unit=None),
    PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], promotions=[SALE], tax_rounding="line"),
    Tier("gold", 2),
    Customer(
        "c",
        tier=GOLD,
        groups=["a"],
        tags=["t"],
        country="PL",
        since=datetime.date(2020, 1, 1),
        staff=True,
        opted_in=False,
    ),
    Line(
        "1", Product("P"), 3, unit_price=UnitPrice("0.0125", "EUR"), list_price=eur(1), prices={"member": eur("0.01")}
    ),
    Order(
        [], currency="PLN", shipments=[Shipment("s", "parcel", pln(4), tax=8)], codes=["A"], channel="web", prices="net"
    ),
]
DECIMALS = [
    policies.points_times(Decimal("1.5"), worth=amounts(eur(1), pln(4))),
    policies.percent_off(stepped(cart.total("weight"), {0: 1, Decimal("2.5"): 2})),
    custom.number("statistics:mean", label="mean") >= Decimal("2.5"),
    Product(
        "P", name="Pan", attributes={"weight": Decimal("1.50"), "red": True}, minimum_price=amounts(eur(1), pln(4))
    ),
    Line("1", Product("P"), unit_price=eur(1), measure=Decimal("1.250"), position=3, tax=Fraction(23, 3)),
]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_every_value_is_its_own_code(value: Any) -> None:
    """`repr` of a policy or of a part of an order is the code that builds an equal one."""
    assert value == again(value)
    assert hash(value) == hash(again(value))
    assert repr(value) == repr(again(value))


@pytest.mark.parametrize("value", DECIMALS, ids=range(len(DECIMALS)))
def test_values_with_decimals_are_their_own_code(value: Any) -> None:
    """Decimals are written like dates and fractions, with the name of their module."""
    assert value == again(value)


@pytest.mark.parametrize("value", [*VALUES, *DECIMALS], ids=range(len(VALUES) + len(DECIMALS)))
def test_every_value_is_pickled(value: Any) -> None:
    """A policy or a part of an order comes back from a worker equal and with an equal hash."""
    back = pickle.loads(pickle.dumps(value))  # noqa: S301 - the bytes are our own

    assert value == back
    assert hash(value) == hash(back)
    assert repr(value) == repr(back)


def test_a_bundle_that_names_goods_twice_is_its_own_code() -> None:
    """A product and its SKU are the same goods: one pot and two pots."""
    bundle = policies.bundle({"POT": 1, Product("POT"): 2})

    assert bundle == again(bundle)
