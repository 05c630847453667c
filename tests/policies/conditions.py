"""Conditions over every fact of the vocabulary, and small orders about which they may hold, fail or be unknown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from aftercare import (
    Customer,
    History,
    Line,
    Money,
    Name,
    Order,
    Product,
    Purchase,
    Receipt,
    Shipment,
    Tender,
    Tier,
    amounts,
    at_least_of,
    cart,
    clock,
    custom,
    customer,
    eur,
    everything,
    item,
    nothing,
    returns,
)
from aftercare import always as always_
from aftercare import never as never_
from aftercare.calendar import WEEK
from aftercare.policies.pricing import Pricing
from aftercare.policies.snapshot import Moment, Snapshot

if TYPE_CHECKING:
    from aftercare import Condition, ItemCondition

ZONE = "Europe/Warsaw"
TIERS = (Tier("member", 0), Tier("silver", 1), Tier("gold", 2, title="Gold"))
FACTS = "tests.policies.shop_facts"
SKUS, CATEGORIES, TAGS, COLOURS = "ABC", ["x", "y"], ["hot", "cold"], ["red", "blue"]


def money(currency: str, most: int = 4000) -> st.SearchStrategy[Money]:
    """Small amounts."""
    return st.integers(0, most).map(lambda minor: Money.of_minor(minor, currency))


# --- conditions ------------------------------------------------------------------------------------------------------


def nested(depth: int) -> Condition:
    """That goods cost at least 15 euros, said so deeply nested in conditions that change nothing."""
    held, failed = cart.amount().at_least(eur("0.01")), cart.amount().at_least(eur(10_000))
    condition = cart.amount().at_least(eur(15))
    for level in range(depth):
        match level % 3:
            case 0:
                condition = at_least_of(2, condition, held, failed)
            case 1:
                condition = condition | failed
            case _:
                condition = condition & held
    return condition


def worded(fact: Any, words: Any) -> st.SearchStrategy[Any]:
    """Comparisons of a fact of words, or of a tier's."""
    some = st.lists(st.sampled_from(list(words)), min_size=1, max_size=2)
    return some.flatmap(lambda given: st.sampled_from([fact.one_of(*given), fact.none_of(*given)]))


def ordered(fact: Any, bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Comparisons of a fact with an order."""
    return bounds.flatmap(lambda bound: st.sampled_from([fact.at_least(bound), fact.below(bound)]))


def stepping(fact: Any, bounds: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Comparisons of a fact whose values come in steps."""
    also = bounds.flatmap(lambda bound: st.sampled_from([fact.above(bound), fact.at_most(bound), fact.is_(bound)]))
    return ordered(fact, bounds) | also


def yes_or_no(condition: Any) -> st.SearchStrategy[Any]:
    """A condition that a fact already is."""
    return st.sampled_from([condition, ~condition])


small = st.integers(0, 6)
sums = st.builds(amounts, money("EUR"), money("PLN"))
decimals = small | st.decimals(0, 20, places=2)
days = st.dates(date(2026, 10, 28), date(2026, 11, 6))

item_leaves: dict[str, st.SearchStrategy[ItemCondition]] = {
    "item.sku": worded(item.sku, SKUS),
    "item.category": worded(item.category, CATEGORIES),
    "item.tag": worded(item.tag, TAGS),
    "item.line": worded(item.line, ["1", "2"]),
    "item.price": stepping(item.price, sums),
    "item.list_price": stepping(item.list_price, sums),
    "item.quantity": stepping(item.quantity, small),
    "item.on_sale": yes_or_no(item.on_sale),
    "item.attribute": worded(item.attribute("colour"), COLOURS),
    "item.measure": ordered(item.measure("weight"), decimals),
    "item.number": ordered(item.number(f"{FACTS}:stock", label="stock"), small),
    "item.words": worded(item.words(f"{FACTS}:makers"), ["anna", "bert"]),
    "item.flag": yes_or_no(item.flag(f"{FACTS}:fragile")),
}


def composed(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What `&`, `|`, `~` and at-least-so-many make of *leaves*."""

    def several(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.lists(parts, min_size=1, max_size=4).flatmap(
            lambda given: st.integers(1, len(given)).map(lambda needed: at_least_of(needed, *given))
        )

    return st.recursive(leaves, lambda inner: several(inner) | inner.map(lambda given: ~given), max_leaves=6)


def named(conditions: st.SearchStrategy[ItemCondition]) -> st.SearchStrategy[ItemCondition]:
    """Goods with a name that messages use."""
    return st.builds(lambda given, pl: given.named("such goods", **pl), conditions, st.sampled_from([{}, {"pl": "te"}]))


_some_goods = st.one_of(*item_leaves.values())
item_conditions: st.SearchStrategy[ItemCondition] = composed(
    st.one_of(_some_goods, _some_goods, named(composed(_some_goods)), st.sampled_from([everything, nothing]))
)

of_goods = st.none() | item_conditions


def about(fact: Any, compared: Any, bounds: st.SearchStrategy[Any], **options: Any) -> st.SearchStrategy[Any]:
    """Comparisons of a fact of the cart that counts some goods."""
    return of_goods.flatmap(lambda of: compared(fact(of=of, **options), bounds))


condition_leaves: dict[str, st.SearchStrategy[Condition]] = {
    "cart.channel": worded(cart.channel, ["web", "pos"]),
    "cart.code": worded(cart.code, ["SAVE", "vip"]),
    "cart.delivery": worded(cart.delivery, ["std", "exp"]),
    "cart.quantity": about(cart.quantity, stepping, small) | item_conditions.map(cart.has),
    "cart.distinct": about(cart.distinct, stepping, small),
    "cart.amount": st.one_of(
        about(cart.amount, stepping, sums),
        about(cart.amount, stepping, sums, basis="before_discounts"),
        about(cart.amount, stepping, sums, money="net"),
        about(cart.amount, stepping, sums, money="gross", basis="before_discounts"),
    ),
    "cart.total": of_goods.flatmap(lambda of: ordered(cart.total("weight", of), decimals)),
    "customer.tier": ordered(customer.tier, st.sampled_from(TIERS)) | worded(customer.tier, TIERS),
    "customer.id": worded(customer.id, ["c1", "c2"]),
    "customer.group": worded(customer.group, ["club", "press"]),
    "customer.tag": worded(customer.tag, ["loud", "shy"]),
    "customer.country": worded(customer.country, ["PL", "DE"]),
    "customer.since": stepping(customer.since, days),
    "customer.staff": yes_or_no(customer.staff),
    "customer.opted_in": yes_or_no(customer.opted_in),
    "customer.signed_in": yes_or_no(customer.signed_in),
    "customer.first_order": yes_or_no(customer.first_order),
    "customer.orders": stepping(customer.orders, small),
    "customer.spend": stepping(customer.spend, sums),
    "customer.days_since_order": stepping(customer.days_since_order, small),
    "clock.date": stepping(clock.date, days),
    "clock.weekday": worded(clock.weekday, WEEK),
    "custom.number": ordered(custom.number(f"{FACTS}:load", label=Name("load", pl="ruch")), decimals),
    "custom.words": worded(custom.words(f"{FACTS}:moods"), ["calm", "kind", "angry"]),
    "custom.flag": yes_or_no(custom.flag(f"{FACTS}:raining")),
}
return_leaves: dict[str, st.SearchStrategy[Condition]] = {
    "returns.ground": worded(returns.ground, ["defect", "late"]),
    "returns.grade": worded(returns.grade, ["opened", "worn"]),
    "returns.channel": worded(returns.channel, ["mail", "store"]),
    "returns.evidence": worded(returns.evidence, ["photo", "serial"]),
    "returns.tender": worded(returns.tender, ["card", "points"]),
    "returns.quantity": stepping(returns.quantity, small),
    "returns.days_since_delivery": stepping(returns.days_since_delivery, small),
}
condition_leaves |= return_leaves
leaves: st.SearchStrategy[Condition] = st.one_of(*condition_leaves.values())
conditions: st.SearchStrategy[Condition] = composed(st.one_of(leaves, leaves, st.sampled_from([always_, never_])))


# --- orders ----------------------------------------------------------------------------------------------------------


@st.composite
def lines(draw: st.DrawFn, ident: str, currency: str) -> Line:
    """Lines of few goods, some of which lack what is asked about them."""
    attributes: dict[str, Any] = {}
    colour = draw(st.none() | st.sampled_from(COLOURS))
    weight = draw(st.none() | decimals | st.just("heavy"))
    attributes |= {} if colour is None else {"colour": colour}
    attributes |= {} if weight is None else {"weight": weight}
    product = Product(
        draw(st.sampled_from(SKUS)),
        categories=draw(st.sets(st.sampled_from(CATEGORIES))),
        tags=draw(st.sets(st.sampled_from(TAGS))),
        attributes=attributes,
        discountable=draw(st.sampled_from([True, True, True, False])),
    )
    return Line(
        ident,
        product,
        draw(st.integers(1, 4)),
        unit_price=draw(money(currency, 2000)),
        list_price=draw(st.none() | money(currency, 2000)),
        tax=draw(st.sampled_from([0, 8, 23])),
    )


customers = st.builds(
    Customer,
    st.sampled_from(["c1", "c2"]),
    tier=st.none() | st.sampled_from(TIERS),
    groups=st.sets(st.sampled_from(["club", "press"])),
    tags=st.sets(st.sampled_from(["loud", "shy"])),
    country=st.none() | st.sampled_from(["PL", "DE"]),
    since=st.none() | days,
    staff=st.booleans(),
    opted_in=st.none() | st.booleans(),
)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Orders of few lines, by guests and by customers of whom little is known."""
    currency = draw(st.sampled_from(["EUR", "PLN"]))
    methods = draw(st.lists(st.sampled_from(["std", "exp"]), max_size=2))
    return Order(
        [draw(lines(str(number), currency)) for number in range(draw(st.integers(0, 3)))],
        currency=currency,
        customer=draw(st.none() | customers),
        shipments=[Shipment(str(n), method, Money.of_minor(0, currency)) for n, method in enumerate(methods)],
        codes=draw(st.sets(st.sampled_from([" save ", "VIP", "other"]))),
        channel=draw(st.sampled_from([None, "web", "pos"])),
        prices=draw(st.sampled_from(["gross", "net"])),
    )


instants = st.integers(0, 14 * 24).map(lambda hours: datetime(2026, 10, 25, tzinfo=UTC) + timedelta(hours=hours))


def purchase(ident: str, at: datetime, payable: Money) -> Purchase:
    """An earlier order of one line at that price."""
    return Purchase(ident, at, receipt(ident, at, payable))


def receipt(ident: str, at: datetime, payable: Money) -> Receipt:
    """The receipt of an order of one line at that price."""
    return Receipt(
        id=ident,
        placed_at=at,
        zone=ZONE,
        book="0" * 64,
        order=Order([Line("1", Product("A"), unit_price=payable)], currency=payable.currency),
        units=(),
        payable=payable,
        tax=Money.of_minor(0, payable.currency),
        paid=(Tender("card", payable),),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Up to three earlier orders, in either currency."""
    paid = draw(st.lists(st.tuples(instants, money("EUR") | money("PLN")), max_size=3))
    return History(purchase(f"p{number}", at, payable) for number, (at, payable) in enumerate(paid))


class Returning(Snapshot):
    """What conditions of a return policy see: an order, and what is known of a return."""

    __slots__ = ("returning",)

    def __init__(self, seen: Snapshot, returning: dict[str, Any]) -> None:
        super().__init__(seen.goods, seen.runs, seen.moment)
        self.returning = returning

    def outside(self, name: str) -> Any:
        """A fact of the return, None where it is not known."""
        return self.returning.get(name)


def _some_words(*known: str, least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(known), min_size=least, max_size=2, unique=True).map(tuple)


returning = st.fixed_dictionaries(
    {
        "returns.ground": _some_words("defect", "late"),
        "returns.grade": st.none() | _some_words("opened", "worn"),
        "returns.channel": st.none() | _some_words("mail", "store"),
        "returns.evidence": _some_words("photo", "serial", least=0),
        "returns.tender": _some_words("card", "points"),
        "returns.quantity": small,
        "returns.days_since_delivery": st.none() | small,
    }
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """What conditions see of such an order, and of a return of its goods."""
    seen = look(draw(orders()), at=draw(instants), history=draw(st.none() | histories()))
    return Returning(seen, draw(returning))


AT = datetime(2026, 11, 6, 11, tzinfo=UTC)


def look(order: Order, *, at: datetime = AT, history: History | None = None) -> Snapshot:
    """What conditions see of *order* before anything is taken off."""
    return Pricing(order, Moment(at, ZONE, history)).look()


def simple(**options: Any) -> Order:
    """An order of two cups at 3.00 and a teapot at 10.00, with *options*."""
    cups = Line("1", Product("CUP", categories=["cups"]), 2, unit_price=eur(3))
    return Order([cups, Line("2", Product("TEAPOT"), unit_price=eur(10))], currency="EUR", **options)
