"""A book written out as one function: the same answers as the book that was not, on the orders that it keeps."""

from __future__ import annotations

import os
import pickle
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings

from aftercare import (
    Customer,
    Delivery,
    PolicyBook,
    Promotion,
    Schedule,
    Shipment,
    Tier,
    amounts,
    at_least_of,
    by,
    cart,
    clock,
    custom,
    customer,
    eur,
    item,
    policies,
    stepped,
)
from aftercare.limits import Counts, Tally
from aftercare.money import Money
from aftercare.policies.limiting import Gate
from aftercare.policies.snapshot import Moment
from aftercare.policies.source import Source
from tests.policies.conditions import nested
from tests.policies.till import NOON, basket, line, shop
from tests.strategies_orders import AT
from tests.strategies_usual import usual_cases, whole_orders

if TYPE_CHECKING:
    from aftercare import Decision, Line
    from aftercare.history import History
    from aftercare.order import Order
    from aftercare.policies.stacking import Entry

EXAMPLES = int(os.environ.get("REFERENCE_EXAMPLES", 3 * settings().max_examples))
SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
TEA, CUPS = item.category.is_("tea"), item.category.is_("cups")


POST = [Delivery("post", fee=eur("4.95"))]


def store(*entries: Entry, **given: Any) -> PolicyBook:
    """A book that delivers by post."""
    return shop(*entries, **{"delivery": POST, **given})


def goods(*counts: int, tea: str = "4.99") -> list[Line]:
    """Teas, each dearer than the one before, and cups at the end."""
    lines = [
        line(f"T{place}", tea if place == 0 else f"{4 + place}.99", count, of=["tea"], tags=["t"])
        for place, count in enumerate(counts[:-1])
    ]
    lines.append(line("FREE", "0.00", 2, of=["free"], prices={"list": eur(1)}))
    return [*lines, line("CUP", "3.01", counts[-1], of=["cups"], prices={"list": eur("2.50")})]


def silver(*lines: Line, **terms: object) -> Order:
    """An order of a silver member, one parcel."""
    buyer = Customer("c", tier=SILVER, opted_in=True)
    return basket(*lines, customer=buyer, shipments=[Shipment("s", "post", tax=23)], codes=[" Spring"], **terms)


def both(book: PolicyBook, order: Order, *, stays: bool | None = None, counts: Counts | None = None) -> Decision:
    """The one decision of a book, written out or not; whether the order *stays* in what was written is as told."""
    plain = book.price(order, at=NOON, counts=counts)
    owed = book.payable(order, at=NOON, counts=counts)
    written = book.pricer.write("EUR")
    assert written is not None
    found = written[0](order, Moment(NOON, book.zone, None), Gate(counts, order, NOON, book.zone))
    assert stays in {None, found is not None}
    assert plain == book.price(order, at=NOON, counts=counts)
    assert plain.payable == owed == book.payable(order, at=NOON, counts=counts)
    return plain


def kept(book: PolicyBook, order: Order, counts: Counts | None = None) -> bool:
    """Whether the sum alone tells what *order* costs."""
    written = book.pricer.write("EUR")
    assert written is not None
    if written[1] is None:
        return False
    owed = written[1](order, Moment(NOON, book.zone, None), Gate(counts, order, NOON, book.zone))
    return owed is not None


USUAL = {
    "a percentage": policies.percent_off(10),
    "a percentage of goods": policies.percent_off("12.5", of=TEA),
    "a percentage of what is not tea": policies.percent_off(10, of=~TEA),
    "a capped percentage": policies.percent_off(30, cap=eur(1)),
    "a cap that is not reached": policies.percent_off(3, cap=eur(100)),
    "an amount": policies.amount_off(eur(3)),
    "an amount of nothing": policies.amount_off(eur(0)),
    "an amount in two currencies": policies.amount_off(amounts(eur(3), Money("9", "PLN"))),
    "an amount off each": policies.amount_off(eur("0.07"), of=TEA, each="unit"),
    "nothing off each": policies.amount_off(eur(0), of=TEA, each="unit"),
    "a price": policies.fixed_price(eur("4.50"), of=TEA),
    "a price above all": policies.fixed_price(eur(90), of=TEA),
    "a price tag": policies.percent_off(15, of=TEA, phase="catalogue"),
    "a price tag of nothing": policies.percent_off(0, of=TEA, phase="catalogue"),
    "another list": policies.named_price("list"),
    "another list for some": policies.named_price("list", of="CUP"),
    "a second one": policies.every(2, of=TEA).percent_off(50),
    "a second one, once": policies.every(2, of=TEA, times=1).percent_off(50),
    "two of five": policies.every(5, of=TEA, targets=2).free(),
    "too many": policies.every(99, of=TEA).free(),
    "a set": policies.bundle({TEA: 1, CUPS: 2}).amount_off(eur("0.50")),
    "a set at a price": policies.bundle({TEA: 1, CUPS: 1}).at_price(eur("6.66")),
    "a set above its price": policies.bundle({TEA: 1, CUPS: 1}).at_price(eur(66)),
    "a set, part of it off": policies.bundle({TEA: 1, CUPS: 1}, times=1).percent_off(10),
    "too large a set": policies.bundle({TEA: 99, CUPS: 1}).percent_off(10),
    "a set within itself": policies.bundle({TEA: 1, item.tag.is_("t"): 1}).percent_off(10),
    "the cheapest": policies.percent_off(50, of=policies.cheapest(1, CUPS)),
    "the cheapest of what costs nothing": policies.percent_off(50, of=policies.cheapest(1, item.sku.is_("FREE"))),
    "the cheapest of several": policies.percent_off(50, of=policies.cheapest(2, TEA)),
    "a selection for an amount": policies.amount_off(eur(1), of=policies.cheapest(2, TEA)),
    "by tier": policies.percent_off(by(customer.tier, {SILVER: 2, GOLD: 5})),
    "by amount": policies.percent_off(stepped(cart.amount(), {eur(5): 3, eur(500): 5})),
    "by number": policies.percent_off(stepped(cart.quantity(TEA), {2: 3, 4: 5})),
    "by kinds": policies.percent_off(stepped(cart.distinct(), {1: 3, 4: 5})),
    "by what is not reached": policies.percent_off(stepped(cart.quantity(), {999: 5})),
    "delivery": policies.free_shipping(),
    "nothing off delivery": policies.shipping_percent_off(0),
    "half of delivery": policies.shipping_percent_off(50, "post"),
    "other delivery": policies.free_shipping("drone"),
    "an amount off delivery": policies.shipping_amount_off(eur(1)),
    "points": policies.points_times(2),
    "a rounding of its own": policies.percent_off(10, rounding="line"),
}


@pytest.mark.parametrize("counts", [(1, 1), (4, 3), (2, 3, 5, 4), (7, 2)])
@pytest.mark.parametrize("name", USUAL)
def test_each_form_says_what_the_plain_way_says(name: str, counts: tuple[int, ...]) -> None:
    """Whatever a promotion gives, alone and after another in its phase, the written book gives it unit by unit."""
    alone = store(policies.stack(Promotion("it", then=USUAL[name])))
    both(alone, silver(*goods(*counts)), stays=True)
    first = Promotion("first", then=policies.percent_off(7, phase="item"))
    group = policies.stack(
        Promotion("pair", then=policies.every(2, of=TEA).percent_off(5)), Promotion("it", then=USUAL[name])
    )
    both(store(first, group), silver(*goods(*counts), prices="net"))


CONDITIONS = {
    "signed in": customer.signed_in,
    "a guest": ~customer.signed_in,
    "opted in": customer.opted_in,
    "not opted in": ~customer.opted_in,
    "silver": customer.tier.at_least(SILVER),
    "below gold": customer.tier.below(GOLD),
    "gold": customer.tier.at_least(GOLD),
    "monday": clock.weekday.one_of("monday"),
    "sunday": clock.weekday.one_of("sunday"),
    "three": cart.quantity().at_least(3),
    "three teas": cart.quantity(TEA).at_least(3),
    "ten euros": cart.amount().at_least(eur(10)),
    "below ten euros": cart.amount(TEA).below(eur(10)),
    "two kinds": cart.distinct().at_least(2),
    "all": cart.quantity().at_least(1) & customer.signed_in,
    "any": cart.quantity().at_least(99) | customer.signed_in,
    "channel": cart.channel.is_("web"),
}


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("buyer", [None, Customer("c"), Customer("c", tier=SILVER, opted_in=True)])
def test_each_condition_says_what_the_plain_way_says(name: str, buyer: Customer | None) -> None:
    """A promotion is eligible by the written book exactly when it is by the other."""
    book = store(Promotion("it", when=CONDITIONS[name], then=policies.percent_off(10)))
    both(book, basket(*goods(2, 3), customer=buyer), stays=True)


def test_two_of_three_conditions() -> None:
    """Conditions of which some number is needed are counted."""
    when = at_least_of(2, customer.signed_in, cart.quantity().at_least(3), cart.quantity().at_least(99))
    book = store(Promotion("it", when=when, then=policies.percent_off(10)))
    assert both(book, silver(*goods(2, 3)), stays=True).applied
    assert not both(book, basket(*goods(2, 3)), stays=True).applied


@pytest.mark.parametrize("depth", [29, 30, 31, 60, 150])
def test_conditions_nested_deeply(depth: int) -> None:
    """However deeply conditions are nested, a book is written out, and in the middle of its life answers the same."""
    when = nested(depth)
    free = Promotion("post", when=when, then=policies.free_shipping())
    for promotions in ([Promotion("it", when=when, then=policies.percent_off(10)), free], [free]):
        book = store(*promotions)
        assert both(book, silver(*goods(2, 3)), stays=True).applied
        assert not both(book, silver(*goods(1, 3)), stays=True).applied


def test_one_of_very_many_conditions() -> None:
    """Of thousands of conditions it can be asked how many hold."""
    when = at_least_of(2, *(cart.quantity(item.sku.is_(f"T{n}")).at_least(2) for n in range(4000)))
    book = store(Promotion("it", when=when, then=policies.percent_off(10)))

    assert both(book, silver(*goods(2, 3, 1)), stays=True).applied
    assert not both(book, silver(*goods(2, 1, 3)), stays=True).applied


@pytest.mark.parametrize("group", [policies.best_of, policies.first_of])
@pytest.mark.parametrize("amount", ["0.10", "1.50", "0"])
def test_a_choice_that_sums_decide(group: type, amount: str) -> None:
    """Alternatives that are percentages and amounts are compared by sums, with the same winner and losers."""
    book = store(
        group(
            Promotion("a", then=policies.amount_off(eur(amount))),
            Promotion("b", then=policies.percent_off(5, of=TEA, phase="order")),
            Promotion("c", then=policies.percent_off(90, cap=eur("0.10"))),
            Promotion("d", when=customer.tier.at_least(GOLD), then=policies.percent_off(50)),
        )
    )
    both(book, silver(*goods(2, 2, 3)), stays=True)


def test_a_choice_that_needs_more_is_left_to_the_plain_way() -> None:
    """Alternatives that have to be tried are: then the order leaves what was written; one alone does not."""
    choice = policies.best_of(
        Promotion("a", when=cart.quantity().at_least(2), then=policies.fixed_price(eur(4), of=TEA)),
        Promotion("b", then=policies.percent_off(5, of=TEA)),
    )
    both(store(choice), silver(*goods(2, 3)), stays=False)
    both(store(choice), silver(*goods(1, 1)[1:]), stays=True)
    nested = policies.first_of(
        policies.stack(Promotion("a", then=policies.percent_off(5))), Promotion("b", then=policies.amount_off(eur(1)))
    )
    both(store(nested), silver(*goods(2, 3)), stays=False)


@pytest.mark.parametrize(
    "unusual",
    [
        line("X", "5.00", 1, minimum_price=eur(4)),
        line("X", "5.00", 1, discountable=False),
        line("X", "5.00", 1, measure=Decimal(2)),
        line("X", "5.001", 2),
    ],
    ids=["a floor", "not discountable", "a measure", "a fine price"],
)
def test_an_unusual_line_leaves_what_was_written(unusual: Line) -> None:
    """Floors, measures, goods without discount and fine prices are left to the plain way."""
    both(store(Promotion("it", then=policies.percent_off(10))), silver(*goods(2, 3), unusual), stays=False)


@pytest.mark.parametrize(
    "promotions",
    [
        [Promotion("a", then=policies.percent_off(60)), Promotion("b", then=policies.percent_off(60))],
        [Promotion("a", then=policies.percent_off(60)), Promotion("b", then=policies.percent_off(90, cap=eur(2)))],
        [Promotion("a", then=policies.amount_off(eur(999)))],
        [Promotion("a", then=policies.amount_off(eur(9), of=TEA, each="unit"))],
        [
            Promotion("a", then=policies.percent_off(60, of=TEA, phase="catalogue")),
            Promotion("b", then=policies.percent_off(60, of=TEA, phase="catalogue")),
        ],
        [
            Promotion("a", then=policies.shipping_percent_off(60)),
            Promotion("b", then=policies.shipping_percent_off(60)),
        ],
        [policies.stack(Promotion("a", then=policies.bundle({TEA: 1, CUPS: 1}).amount_off(eur(90))))],
    ],
    ids=["percentages", "a cap", "an amount", "each", "a tag", "delivery", "a set"],
)
def test_an_order_with_too_little_left_leaves_what_was_written(promotions: list[Promotion]) -> None:
    """Where a unit would cost less than nothing the plain way decides, and reports what found no room."""
    both(store(*promotions), silver(*goods(2, 3)), stays=False)


def test_two_parcels_leave_what_was_written() -> None:
    """A percentage off several deliveries has to be split, which the plain way does."""
    parcels = [Shipment("s", "post", tax=23), Shipment("t", "post", eur("1.11"), tax=23)]
    book = store(Promotion("it", then=policies.shipping_percent_off(33)))
    both(book, basket(*goods(2, 3), shipments=parcels), stays=False)
    other = store(Promotion("it", then=policies.shipping_percent_off(33, "drone")))
    both(other, basket(*goods(2, 3), shipments=parcels), stays=True)


def test_a_tariff_of_several_fees_is_reckoned_as_ever() -> None:
    """Delivery that depends on the order is charged by its tariff, and the sum alone does not tell it."""
    book = store(
        Promotion("it", then=policies.percent_off(10)),
        delivery=[Delivery("post", fee=eur("4.95"), free_from=eur(10)), Delivery("drone", fee=eur(1))],
    )
    both(book, silver(*goods(2, 3)), stays=True)
    assert not kept(book, silver(*goods(2, 3)))


def test_a_delivery_without_a_tariff_is_refused_as_ever() -> None:
    """The written book leaves the refusal to the plain way."""
    book = store(Promotion("it", then=policies.percent_off(10)))
    order = basket(*goods(2, 3), shipments=[Shipment("s", "drone")])
    with pytest.raises(Exception, match="drone") as plain:
        book.price(order, at=NOON)
    book.pricer.write("EUR")
    with pytest.raises(type(plain.value), match="drone") as written:
        book.price(order, at=NOON)
    assert str(plain.value) == str(written.value)


def test_other_currencies_codes_and_schedules_gate_a_promotion() -> None:
    """What keeps a promotion out keeps it out of the written book."""
    both(
        store(
            Promotion("zl", only_in=["PLN"], then=policies.percent_off(50)),
            Promotion("euro", only_in=["EUR"], then=policies.percent_off(1)),
            Promotion("spring", codes="SPRING", then=policies.percent_off(2)),
            Promotion("autumn", codes="AUTUMN", then=policies.percent_off(3)),
            Promotion("soon", schedule=Schedule(date(2027, 1, 1), zone="UTC"), then=policies.percent_off(4)),
            Promotion("open", schedule=Schedule(date(2025, 1, 1), zone="UTC"), then=policies.percent_off(5)),
            currencies=["EUR", "PLN"],
            delivery=[Delivery("post", fee=amounts(eur("4.95"), Money("20", "PLN")))],
        ),
        silver(*goods(2, 3)),
        stays=True,
    )


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("used", [0, 2])
def test_a_limit_of_uses_gates_the_written_book(used: int) -> None:
    """A promotion that was used up stays out; the sum alone knows it too."""
    book = store(Promotion("it", then=policies.percent_off(10), limits=[policies.uses(2)]))
    order, counts = basket(*goods(2, 3)), Counts({Tally("it"): used})
    decision = both(book, order, stays=True, counts=counts)
    assert len(decision.applied) == (used < 2)
    assert kept(book, order, counts)
    assert not both(book, order, stays=True).applied


@pytest.mark.parametrize(("partial", "applied"), [("cut", 1), ("refuse", 0)])
def test_a_budget_gates_the_written_book(partial: str, applied: int) -> None:
    """A budget cuts or refuses what is too much, and the sum alone is not asked."""
    limit = policies.budget(eur("0.50"), partial=partial)  # type: ignore[arg-type]
    book = store(Promotion("it", then=policies.percent_off(10), limits=[limit]))
    decision = both(book, basket(*goods(2, 3)), stays=True, counts=Counts({Tally("it", of="EUR"): 3}))
    assert len(decision.applied) == applied
    assert not kept(book, basket(*goods(2, 3)), Counts({}))
    item_phase = store(
        Promotion("it", then=policies.percent_off(10, of=TEA), limits=[limit]),
        Promotion("more", then=policies.percent_off(3)),
    )
    both(item_phase, basket(*goods(2, 3)), stays=True, counts=Counts({Tally("it", of="EUR"): 3}))
    assert not kept(item_phase, basket(*goods(2, 3)), Counts({}))


# --- what is payable, from a sum -------------------------------------------------------------------------------------


def test_the_sum_tells_what_most_orders_cost() -> None:
    """Whole-order discounts on goods of some price need no units; net prices, tiny ones and whole discounts do."""
    book = store(
        Promotion("a", then=policies.percent_off(10)),
        Promotion("b", then=policies.amount_off(eur(1))),
        Promotion("ships", when=cart.amount().at_least(eur(10)), then=policies.free_shipping()),
        delivery=POST,
    )
    assert kept(book, silver(*goods(2, 3)))
    assert not kept(book, silver(*goods(2, 3), prices="net"))
    assert not kept(book, silver(*goods(2, 3), line("P", "0.01", 9)))
    assert not kept(store(Promotion("all", then=policies.percent_off(100))), basket(*goods(2, 3)))
    assert kept(store(Promotion("none", codes="x", then=policies.percent_off(100))), basket(*goods(2, 3)))


@settings(max_examples=EXAMPLES)
@given(whole_orders())
def test_the_sum_says_what_the_units_say(case: tuple[PolicyBook, Order]) -> None:
    """However cheap the units and however large the discounts, the sum tells the same, or leaves it to the units."""
    book, order = case
    expected = book.price(order, at=AT)
    book.pricer.write(order.currency)
    assert expected == book.price(order, at=AT)
    assert expected.payable == book.payable(order, at=AT)


def test_most_usual_orders_stay_in_what_was_written() -> None:
    """At least half of the generated usual orders are priced by what was written: laws about them say something."""
    seen: Counter[bool] = Counter()

    @settings(max_examples=150, derandomize=True, database=None, suppress_health_check=list(HealthCheck), deadline=None)
    @given(usual_cases())
    def count(case: tuple[PolicyBook, Order, History | None, Counts | None]) -> None:
        book, order, history, counts = case
        written = book.pricer.write(order.currency)
        gate = Gate(counts, order, AT, book.zone)
        seen[written is not None and written[0](order, Moment(AT, book.zone, history), gate) is not None] += 1

    count()
    assert seen[True] >= seen[False], seen


# --- the source ------------------------------------------------------------------------------------------------------

EVIL = '"""\n\'__import__("os").abort()\\'


def test_nothing_that_anybody_wrote_is_in_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids, words, codes and methods with quotes and line breaks are constants; the source holds none of their text."""
    texts = []
    made = Source.made

    def spy(self: Source, name: str, body: Source, known: dict[str, object]) -> object:
        texts.append(self.text + body.text)
        return made(self, name, body, known)

    monkeypatch.setattr(Source, "made", spy)
    book = store(
        Promotion(EVIL, codes=EVIL, then=policies.percent_off(10, of=item.category.is_(EVIL))),
        Promotion("tag" + EVIL, when=cart.channel.is_(EVIL), then=policies.percent_off(5, of=item.tag.is_(EVIL))),
        Promotion("list" + EVIL, then=policies.named_price(EVIL)),
        Promotion("ships" + EVIL, then=policies.free_shipping(EVIL)),
        Promotion("set" + EVIL, then=policies.bundle({item.sku.is_(EVIL): 1, TEA: 1}).percent_off(5)),
        delivery=[Delivery(EVIL, fee=eur(5))],
    )
    order = basket(
        line("1", "5.00", 2, sku=EVIL, of=[EVIL], tags=[EVIL], prices={EVIL: eur(4)}),
        *goods(1, 1),
        codes=[EVIL],
        channel=EVIL,
        shipments=[Shipment("s", EVIL)],
    )
    decision = both(book, order, stays=True)
    assert len(decision.applied) == 5
    assert texts
    for text in texts:
        assert "__import__" not in text
        assert not {'"', "'", "\\"} & set(text)


def test_a_book_that_was_written_out_pickles() -> None:
    """What was written stays behind: the copy is the same book, and prices the same."""
    book = store(Promotion("it", then=policies.percent_off(10)))
    decision = both(book, basket(*goods(2, 3)), stays=True)
    copy = pickle.loads(pickle.dumps(book))  # noqa: S301 - what was just dumped
    assert book == copy
    assert decision == copy.price(decision.order, at=NOON)


def test_a_book_is_written_out_once_it_was_asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A book that lives long is written out on its own, counting decisions and bills alike."""
    monkeypatch.setattr("aftercare.policies.price.LONG_LIVED", 3)
    book = store(Promotion("it", then=policies.percent_off(10)))
    order = basket(*goods(2, 3))
    book.price(order, at=NOON)
    book.payable(order, at=NOON)
    assert not book.pricer.written
    expected = book.price(order, at=NOON)
    assert set(book.pricer.written) == {"EUR"}
    assert expected == book.price(order, at=NOON)


@pytest.mark.parametrize(
    "entries",
    [
        [Promotion(f"p{n}", then=policies.percent_off(1)) for n in range(201)],
        [Promotion("it", then=policies.gift("CUP"))],
        [Promotion("it", then=policies.percent_off(1), counts_towards_thresholds=False)],
        [policies.best_of(Promotion("a", then=policies.percent_off(1)), Promotion("b", then=policies.free_shipping()))],
    ],
    ids=["large", "a gift", "kept out", "across phases"],
)
def test_some_books_are_never_written_out(entries: list[Promotion]) -> None:
    """Large books, gifts, and what reaches across phases are priced the plain way for good."""
    assert store(*entries).pricer.write("EUR") is None


def test_a_fact_of_the_shop_is_asked_as_ever() -> None:
    """A custom fact is read through its function by the written book too, with the same answer."""
    when = custom.flag("tests.policies.shop_facts:raining")
    book = store(
        Promotion("rain", when=when, then=policies.percent_off(10)),
        Promotion("dry", when=~when, then=policies.percent_off(5)),
        Promotion(
            "load", then=policies.percent_off(stepped(custom.number("tests.policies.shop_facts:load"), {0: 1, 2: 3}))
        ),
    )
    for order in (silver(*goods(2, 3)), basket(*goods(2, 3), channel="web"), basket(*goods(1, 1))):
        both(book, order, stays=True)
