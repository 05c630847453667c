from __future__ import annotations

import datetime as dt
import decimal
import fractions
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest

import aftercare
from aftercare import (
    AftercareError,
    BookError,
    CalendarError,
    Charge,
    Customer,
    Days,
    Delivered,
    Delivery,
    History,
    Line,
    Months,
    Name,
    Notice,
    Order,
    OrderError,
    PolicyBook,
    PolicyError,
    Product,
    Promotion,
    Returned,
    ReturnPolicy,
    Schedule,
    Shipment,
    Statement,
    Tender,
    Tier,
    Units,
    amounts,
    by,
    cart,
    custom,
    customer,
    dated,
    eur,
    item,
    loyalty,
    pln,
    policies,
    returns,
    stepped,
)
from tests.policies.conditions import purchase

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "policies": policies,
    "datetime": dt,
    "decimal": decimal,
    "fractions": fractions,
}
BOTH = amounts(eur(5), pln(20))
TEN = policies.percent_off(10)
SALE = Promotion("sale", then=TEN)
STANDARD = Delivery("std", fee=eur("4.95"))
GOLD = Tier("gold", 2)


def shop(*promotions: Any, **options: Any) -> PolicyBook:
    """A book in euro."""
    return PolicyBook("shop", **{"zone": "Europe/Warsaw", "currencies": ["EUR"], "promotions": promotions, **options})


def an_order(**options: Any) -> Order:
    """Two cups at 3.00 and a teapot at 10.00."""
    cups = Line("1", Product("CUP"), 2, unit_price=eur(3), tax=23)
    return Order([cups, Line("2", Product("POT"), unit_price=eur(10), tax=8)], **{"currency": "EUR", **options})


def problems(*promotions: Any, **options: Any) -> list[tuple[str, str]]:
    """Where and what is wrong with a book that cannot be."""
    with pytest.raises(BookError, match="book `shop` cannot keep what it promises") as caught:
        shop(*promotions, **options)
    return [(problem.path, problem.message) for problem in caught.value.problems]


# --- a book is a value -----------------------------------------------------------------------------------------------


def test_book_is_a_value() -> None:
    """A book is equal to its code and its pickle, and equal books have the same fingerprint."""
    book = shop(SALE, delivery=[STANDARD], tax_rounding="line")
    again = eval(repr(book), dict(NAMESPACE))  # noqa: S307 - the repr of a policy is code

    assert book == again == pickle.loads(pickle.dumps(book))  # noqa: S301 - what was just pickled
    assert book.fingerprint == again.fingerprint
    assert book.fingerprint != shop(SALE, delivery=[STANDARD]).fingerprint
    assert hash(book) == hash(again)


def test_empty_book() -> None:
    """A book may promise nothing yet."""
    assert eur(16) == shop().price(an_order(), at=AT).payable


# --- what is wrong with a book ---------------------------------------------------------------------------------------


def test_every_problem_at_once() -> None:
    """A book tells everything that is wrong with it, each with its path."""
    paths = [
        path
        for path, _ in problems(
            SALE,
            policies.stack(SALE, Promotion("vip", codes=["VIP"], then=policies.amount_off(pln(5)))),
            Promotion("again", codes=[" vip "], only_in="USD", then=TEN),
            "summer sale",
            zone="Europe/Warsawa",
            currencies=["EUR", "EURO"],
            delivery=[Delivery("std", fee=BOTH)],
        )
    ]

    assert [
        "zone",
        "currencies[1]",
        "promotions[3]",
        "promotions[1].members[0]",
        "promotions[2]",
        "promotions[1].members[1]",
        "promotions[2].only_in",
        "delivery[0]",
    ] == paths


def test_zone_and_currencies() -> None:
    """The zone is one of IANA, the currencies are of ISO 4217, and there is one."""
    ((zone, _),) = problems(zone="Mars")
    ((currency, _),) = problems(currencies=["EUR", "XYZ"])

    assert ("zone", "currencies[1]") == (zone, currency)
    assert [("currencies", "a book needs at least one currency, such as `EUR`")] == problems(currencies=())


def test_twice() -> None:
    """No two promotions share an id, or a code in any spelling."""
    assert [
        ("promotions[1]", "id `sale` is already that of `promotions[0]`: give each of the promotions its own")
    ] == problems(SALE, SALE)
    coded = [Promotion(name, codes=[code], then=TEN) for name, code in (("a", "Ten"), ("b", "TEN "))]
    assert [
        (
            "promotions[1].members[0]",
            "code `ten` is already that of `promotions[0]`: give each of the promotions its own",
        )
    ] == problems(coded[0], policies.stack(coded[1]))


def test_strange_entries() -> None:
    """A book holds promotions and groups, nothing else."""
    assert [
        ("promotions[0]", "`'sale'` is no promotion: give promotions and groups of them"),
        ("promotions[1]", '`policies.percent_off(Percent("10"))` is no promotion: give promotions and groups of them'),
    ] == problems("sale", TEN)


def test_one_of_a_kind() -> None:
    """A single promotion, group or delivery method needs no list."""
    delivery = Delivery("standard", fee=eur(5))
    book = PolicyBook("shop", zone="UTC", currencies="EUR", promotions=SALE, delivery=delivery)
    grouped = PolicyBook("shop", zone="UTC", currencies="EUR", promotions=policies.stack(SALE))

    assert ((SALE,), (delivery,)) == (book.promotions, book.delivery)
    assert (policies.stack(SALE),) == grouped.promotions


def test_strange_promises() -> None:
    """What stands in the place of returns or of loyalty and is neither is told, together with everything else."""
    assert [
        ("promotions[0]", "`'sale'` is no promotion: give promotions and groups of them"),
        ("returns", "`30` is not what stands under `returns`: give a `ReturnPolicy`"),
        ("loyalty", "`'club'` is no programme: give `loyalty.Program(...)`, which has the tiers and points"),
    ] == problems("sale", returns=30, loyalty="club")


def test_only_in() -> None:
    """A promotion is offered in currencies of the book."""
    assert [("promotions[0].only_in", "`USD` is not a currency of this book: EUR, PLN are")] == problems(
        Promotion("sale", only_in=["USD", "PLN"], then=TEN), currencies=["EUR", "PLN"]
    )


EURO = eur(5)
LIGHT = item.price.below(EURO)


@pytest.mark.parametrize(
    "promotion",
    [
        Promotion("p", when=cart.amount() >= EURO, then=TEN),
        Promotion("p", when=cart.has(LIGHT) | customer.staff, then=TEN),
        Promotion("p", when=cart.has(LIGHT.named("light")), then=TEN),
        Promotion("p", then=policies.amount_off(EURO)),
        Promotion("p", then=policies.percent_off(10, of=LIGHT)),
        Promotion("p", then=policies.percent_off(10, of=policies.cheapest(1, LIGHT))),
        Promotion("p", then=policies.every(2, of=LIGHT).free()),
        Promotion("p", then=policies.every(2, of="CUP").at_price(EURO)),
        Promotion("p", then=policies.percent_off(10, cap=EURO)),
        Promotion("p", then=policies.percent_off(10, cap_each=EURO)),
        Promotion("p", then=policies.voucher(EURO)),
        Promotion("p", then=policies.bonus_points(5, worth=EURO)),
        Promotion("p", then=policies.gift("CUP", value=EURO)),
        Promotion("p", then=policies.shipping_at_price(EURO)),
        Promotion("p", then=policies.percent_off(stepped(cart.amount(), {EURO: 5}))),
        Promotion("p", then=policies.percent_off(stepped(cart.quantity(LIGHT), {3: 5}))),
        Promotion("p", then=policies.percent_off(by(customer.tier, {GOLD: stepped(cart.amount(), {EURO: 5})}))),
        Promotion("p", then=policies.amount_off(by(customer.country, {"PL": EURO, "DE": EURO}))),
        Promotion("p", then=policies.amount_off(dated(BOTH, {AT: EURO}))),
        Promotion("p", then=TEN).except_when(cart.amount() >= EURO, then=policies.percent_off(20)),
        Promotion("p", then=TEN).except_when(customer.staff, then=policies.amount_off(EURO)),
    ],
    ids=repr,
)
def test_currency_is_missing(promotion: Promotion) -> None:
    """Wherever a promotion names an amount, it names one in each currency of the book, or says where it is offered."""
    message = (
        '`p` names `amounts(Money("5.00", "EUR"))` and no amount in `PLN`: write `amounts(...)` with one for each '
        "currency of the book, or `only_in=` where it is offered"
    )
    found = problems(promotion, currencies=["EUR", "PLN"])

    assert [("promotions[0]", message)] == [
        (path, text.replace("`5.00 EUR`", '`amounts(Money("5.00", "EUR"))`')) for path, text in found
    ]
    assert shop(promotion).promotions == (promotion,)


@pytest.mark.parametrize(
    "tariff",
    [
        Delivery("std", fee=EURO),
        Delivery("std", fee=BOTH, per_unit=EURO),
        Delivery("std", fee=BOTH, free_from=EURO),
        Delivery("std", fee=BOTH, extra={"POT": EURO}),
        Delivery("std", fee=BOTH, extra={LIGHT: BOTH}),
        Delivery("std", fee=BOTH, ships_free=LIGHT),
        Delivery("std", fee=BOTH, when=cart.amount() >= EURO),
        Delivery("std", fee=stepped(cart.total("weight"), {0: BOTH, 5: EURO})),
        Delivery("std", fee=stepped(cart.amount(), {EURO: BOTH})),
        Delivery("std", fee=stepped(cart.quantity(LIGHT), {0: BOTH})),
        Delivery("std", fee=BOTH).except_when(cart.amount() >= EURO, per_unit=BOTH),
        Delivery("std", fee=BOTH).except_when(customer.staff, fee=EURO),
    ],
    ids=repr,
)
def test_currency_of_a_tariff_is_missing(tariff: Delivery) -> None:
    """So it is with a tariff."""
    ((path, message),) = problems(currencies=["EUR", "PLN"], delivery=[tariff])

    assert "delivery[0]" == path
    assert message.startswith("`std` names `")
    assert "and no amount in `PLN`: write `amounts(...)` with one for each currency of the book" in message
    assert shop(delivery=[tariff]).delivery == (tariff,)


def test_only_in_needs_no_more() -> None:
    """A promotion offered in one currency needs an amount in that one alone."""
    promotion = Promotion("p", only_in="EUR", then=policies.amount_off(EURO))

    assert (promotion,) == shop(promotion, currencies=["EUR", "PLN"]).promotions


@pytest.mark.parametrize(
    "promotion",
    [
        Promotion("p", when=cart.quantity() >= 3, then=policies.percent_off(10, phase="catalogue")),
        Promotion("p", then=policies.percent_off(stepped(cart.quantity(), {3: 5}), phase="catalogue")),
        Promotion("p", then=policies.percent_off(5, phase="catalogue")).except_when(
            cart.quantity() >= 3, then=policies.percent_off(10, phase="catalogue")
        ),
    ],
    ids=repr,
)
def test_price_tags_know_no_basket(promotion: Promotion) -> None:
    """A price tag cannot ask what else is in the basket."""
    message = (
        "`p` sets price tags, which cannot depend on `cart.quantity` of a basket: "
        "ask about the customer, the clock or the item, or act in a later phase"
    )

    assert [("promotions[0]", message)] == problems(promotion)


def test_price_tags_may_know_the_customer() -> None:
    """A price tag may ask who looks at it."""
    promotion = Promotion("p", when=customer.staff, then=policies.percent_off(10, of="CUP", phase="catalogue"))

    assert eur("15.40") == shop(promotion).price(an_order(customer=Customer("c", staff=True)), at=AT).payable


PAIR = Promotion("pair", then=policies.every(2, of="CUP").percent_off(50))
SET = Promotion("set", then=policies.bundle({"CUP": 1, "POT": 1}).at_price(eur(11)))
POTS = Promotion("pots", then=policies.every(2, of="POT").free())


@pytest.mark.parametrize(
    ("promotions", "path"),
    [
        ((PAIR, SET), "promotions[1]"),
        ((PAIR, POTS, policies.stack(SALE, SET)), "promotions[2].members[1]"),
        ((policies.stack(SALE, SET), PAIR), "promotions[1]"),
    ],
    ids=repr,
)
def test_patterns_meet(promotions: tuple[Any, ...], path: str) -> None:
    """Two patterns that may want the same unit share a group, unless both stand in groups of their own."""
    messages = [message for place, message in problems(*promotions) if place == path]

    assert ("may want the same unit: put both into one group, such as `policies.stack(...)`" in messages[0]) is True


def test_patterns_that_do_not_meet() -> None:
    """Patterns for different goods, in one group, in groups of their own or in different phases do not meet."""
    later = Promotion("later", then=policies.every(2, of="CUP").percent_off(50, phase="order"))

    for promotions in (
        (PAIR, POTS),
        (policies.stack(PAIR, SET),),
        (policies.stack(PAIR), policies.stack(SET)),
        (PAIR, later),
    ):
        assert promotions == shop(*promotions).promotions


def test_patterns_are_reported_once() -> None:
    """Two bundles that share several goods are one problem."""
    other = Promotion("other", then=policies.bundle({"CUP": 2, "POT": 1}).at_price(eur(13)))

    assert ["promotions[1]"] == [path for path, _ in problems(SET, other)]


def test_two_tariffs_of_a_method() -> None:
    """Two tariffs of one method exclude each other."""
    far = Delivery("std", fee=eur(9), when=customer.country.is_not("PL"))
    near = Delivery("std", fee=eur(4), when=customer.country.is_("PL"))

    assert [
        (
            "delivery[1]",
            (
                "two tariffs for `std` may hold together: make their `when` exclude each other, "
                "or write one with `except_when`"
            ),
        )
    ] == problems(delivery=[STANDARD, far])
    assert (near, far) == shop(delivery=[near, far]).delivery


def test_custom_function_is_missing() -> None:
    """A function that cannot be imported is told when the book is built, wherever it is read."""
    nowhere = custom.number("nowhere:load")
    message = "`nowhere:load` cannot be imported"
    promotion = Promotion("p", when=nowhere >= 3, then=TEN)
    tariff = Delivery("std", fee=eur(5), when=custom.number("nowhere:load") >= 3)

    ((path, text),) = problems(promotion)
    ((other, also),) = problems(delivery=[tariff])
    assert ("promotions[0]", "delivery[0]") == (path, other)
    assert text.startswith(message)
    assert also.startswith(message)


# --- pricing ---------------------------------------------------------------------------------------------------------


def test_foreign_currency() -> None:
    """An order in a currency that the book does not sell in is refused."""
    with pytest.raises(OrderError, match="the order is in `PLN`, this book sells in `EUR, USD`: price it with a book"):
        shop(currencies=["EUR", "USD"]).price(Order([], currency="PLN"), at=AT)


def test_naive_instant() -> None:
    """An instant without a zone is none."""
    with pytest.raises(CalendarError, match="the instant of pricing"):
        shop().price(an_order(), at=datetime(2026, 11, 22))
    with pytest.raises(CalendarError, match="the instant of an announcement"):
        shop().announcements(at=datetime(2026, 11, 22))


@pytest.mark.parametrize(
    "tariffs",
    [
        [],
        [Delivery("exp", fee=eur(9))],
        [Delivery("std", fee=eur(5), when=customer.staff)],
    ],
    ids=repr,
)
def test_unchargeable_shipment(tariffs: list[Delivery]) -> None:
    """A shipment that nothing charges is refused, not sent for nothing."""
    with pytest.raises(OrderError, match="shipment `s` by `std` has no charge and no delivery tariff holds for it"):
        shop(delivery=tariffs).price(an_order(shipments=[Shipment("s", "std")]), at=AT)


def test_a_fee_that_cannot_be_told() -> None:
    """A tariff whose fee is stepped by something unknown says so, and what to do."""
    tariff = Delivery("std", fee=stepped(cart.quantity(), {5: eur(5)}))
    with pytest.raises(OrderError, match="the delivery tariff for shipment `s` by `std` cannot tell its fee"):
        shop(delivery=[tariff]).price(an_order(shipments=[Shipment("s", "std")]), at=AT)


def test_charged_shipments() -> None:
    """A shipment costs what it states, or else what the tariff says."""
    order = an_order(shipments=[Shipment("a", "std"), Shipment("b", "std", eur(1)), Shipment("c", "exp", eur(2))])
    decision = shop(delivery=[STANDARD]).price(order, at=AT)

    assert eur("7.95") == decision.delivery
    assert ["4.95", "1.00", "2.00"] == [str(each.charge.decimal) for each in decision.shipments]


def test_later_events_are_not_looked_at() -> None:
    """What happened after the instant of pricing is not known yet."""
    first = Promotion("first", when=customer.first_order, then=TEN)
    history = History([purchase("p1", AT + timedelta(seconds=1), eur(10))])
    book = shop(first)

    assert eur("14.40") == book.price(an_order(), at=AT, history=history).payable
    assert eur(16) == book.price(an_order(), at=AT + timedelta(seconds=1), history=history).payable
    assert History() == book.price(an_order(), at=AT, history=history).history


# --- decisions -------------------------------------------------------------------------------------------------------


def test_decision_is_a_value() -> None:
    """A decision compares and pickles by what it says; what else it is asked, it asks a book."""
    book = shop(SALE, Promotion("staff", when=customer.staff, then=TEN))
    decision = book.price(an_order(codes=["X"]), at=AT, history=History())
    stored = pickle.loads(pickle.dumps(decision))  # noqa: S301 - what was just pickled

    assert decision == stored
    assert hash(decision) == hash(stored)
    assert (decision.payable, decision.lines, decision.applied) == (stored.payable, stored.lines, stored.applied)
    assert "<Decision: 14.40 EUR payable, 1.60 EUR saved by sale>" == repr(stored)
    for ask in (lambda: stored.why_not("staff"), lambda: stored.states, lambda: stored.codes):
        with pytest.raises(AftercareError, match=r"without its book: give it back with `decision\.with_book\(book\)`"):
            ask()
    assert decision.states == stored.with_book(shop(*book.promotions)).states
    assert decision == stored.with_book(book)


def test_only_the_book_that_placed_an_order_is_asked_about_its_receipt() -> None:
    """What another book promises was not promised: every question about a receipt says whose it is."""
    window = returns.ReturnWindow(Months(24), after="delivered")
    warranty = returns.Warranty(ReturnPolicy("two-years", regime="warranty", within=window))
    order = Order([Line("1", Product("CUP"), unit_price=eur(5))], currency="EUR")
    promises = (ReturnPolicy("r", within=Days(days), after="delivered") for days in (30, 5))
    old, new = (
        PolicyBook("shop", zone="UTC", currencies="EUR", returns=returns.AfterSales(returns=each, warranties=warranty))
        for each in promises
    )
    quote = old.price(order, at=AT)
    receipt = old.place(quote, id="A-1", paid=Tender("card", quote.payable))
    past = History([Delivered("d", AT, "A-1"), Returned("r", AT, "A-1", [Units("1", 1)], "change_of_mind")])
    questions: list[Callable[[PolicyBook], object]] = [
        lambda book: book.rights_at(receipt, at=AT),
        lambda book: book.assess_return(receipt, returning={"1": 1}, at=AT),
        lambda book: book.preview_return(receipt, returning={"1": 1}, at=AT),
        lambda book: book.assess_warranty(receipt, line="1", at=AT),
        lambda book: book.settle(receipt, history=past, at=AT),
    ]
    for ask in questions:
        ask(old)
        with pytest.raises(OrderError, match=r"`A-1` is of book `.*`, this is `.*`: ask the book that priced it"):
            ask(new)


def test_with_another_book() -> None:
    """A decision is explained by the book it was priced under, and by no other."""
    decision = shop(SALE).price(an_order(), at=AT)

    with pytest.raises(AftercareError, match=f"priced under book `{decision.fingerprint[:12]}`, given `"):
        decision.with_book(shop())


def test_why_and_why_not() -> None:
    """Each question has its own answer; asked of the wrong promotion, it says which question to ask."""
    decision = shop(SALE, Promotion("staff", when=customer.staff, then=TEN)).price(an_order(), at=AT)

    assert Statement("promotion.applied", promotion=Name("sale"), amount=eur("1.60")) == decision.why("sale")
    assert decision.explain("staff").statement == decision.why_not("staff")
    with pytest.raises(PolicyError, match=r"`staff` did not apply: ask `why_not\('staff'\)`"):
        decision.why("staff")
    with pytest.raises(PolicyError, match=r"`sale` applied: ask `why\('sale'\)`"):
        decision.why_not("sale")
    with pytest.raises(PolicyError, match=r"`sales` is not a promotion of this book: .*did you mean `sale`?"):
        decision.why("sales")


# --- placing ---------------------------------------------------------------------------------------------------------


def test_place() -> None:
    """A receipt keeps what each unit cost, who took what, the tenders, and what was read from outside the order."""
    book = shop(
        Promotion("sale", then=TEN, earns_points=False),
        Promotion("idle", when=customer.staff, then=TEN, earns_points=False),
        Promotion("double", then=(policies.points_times(2), policies.gift("SPOON", value=eur(1)))),
        PAIR,
        delivery=[STANDARD],
    )
    history = History([purchase("p1", AT - timedelta(1), eur(10))])
    order = an_order(shipments=[Shipment("s", "std")], charges=[Charge("bag", eur("0.20"))])
    quote = book.price(order, at=AT, history=history)
    receipt = book.place(quote, id="A-1", paid=[Tender("card", quote.payable)])

    assert ("A-1", AT, "Europe/Warsaw", book.fingerprint, order) == (
        receipt.id,
        receipt.placed_at,
        receipt.zone,
        receipt.book,
        receipt.order,
    )
    assert (quote.payable, quote.tax) == (receipt.payable, receipt.tax)
    goods = sum(units.paid * units.count for units in receipt.units)
    assert goods + eur("4.95") + eur("0.20") == receipt.payable
    assert [("sale", eur("1.45")), ("double", eur(0)), ("pair", eur("1.50"))] == sorted(
        receipt.promotions, key=lambda each: ["sale", "double", "pair"].index(each[0])
    )
    assert ("sale",) == receipt.no_points
    assert [("SPOON", 1)] == [(gift.sku, gift.quantity) for gift in receipt.gifts]
    assert [("points_times", 2)] == [(reward.kind, reward.value) for reward in receipt.rewards]
    assert [("pair", 1)] == [(each.promotion, each.times) for each in receipt.occurrences]
    assert [("s", eur("4.95"))] == [(each.id, each.paid) for each in receipt.shipments]
    assert (("bag", eur(0)),) == receipt.charge_taxes
    assert (
        ("customer.last_order_on", date(2026, 11, 21)),
        ("customer.orders", 1),
        ("customer.spend", eur(10)),
    ) == receipt.facts
    assert receipt.text
    assert receipt.fingerprint == book.place(quote, id="A-1", paid=[Tender("card", quote.payable)]).fingerprint


def test_place_without_history() -> None:
    """Nothing was read from outside where there was nothing."""
    quote = shop().price(an_order(), at=AT)

    assert () == shop().place(quote, id="A-1", paid=[Tender("card", eur(16))]).facts


def test_place_refusals() -> None:
    """An order is placed under the book that priced it, and paid to the cent."""
    quote = shop(SALE).price(an_order(), at=AT)

    with pytest.raises(OrderError, match=r"the quote is of book `.*`, this is `.*`: price it anew"):
        shop().place(quote, id="A-1", paid=[Tender("card", quote.payable)])
    with pytest.raises(OrderError, match=r"tenders of `A-1` add up to `14.00 EUR`, payable is `14.40 EUR`"):
        shop(SALE).place(quote, id="A-1", paid=[Tender("card", eur(14))])


def test_place_with_one_tender() -> None:
    """One tender needs no list."""
    card = Tender("card", eur(16))

    assert (card,) == shop().place(shop().price(an_order(), at=AT), id="A-1", paid=card).paid


@pytest.mark.parametrize("paid", [eur(16), [eur(16)], [Tender("card", eur(8)), eur(16)]])
def test_money_does_not_say_what_paid(paid: Any) -> None:
    """An amount alone is no tender."""
    quote = shop().price(an_order(), at=AT)

    with pytest.raises(
        OrderError,
        match=r"one of the tenders is `Money\(\"16.00\", \"EUR\"\)`, which is no `Tender`: give one, such as",
    ):
        shop().place(quote, id="A-1", paid=paid)


# --- announcements ---------------------------------------------------------------------------------------------------


def announced(starts: date | None, *, notice: Notice | None, id: str = "xmas") -> Promotion:
    """A promotion that is announced."""
    return Promotion(id, then=TEN, schedule=Schedule(starts, date(2027, 1, 1), zone="Europe/Warsaw"), notice=notice)


NOTICE = Notice(customers=Days(3), staff=Days(7))


@pytest.mark.parametrize(
    ("day", "customers", "staff"),
    [
        (16, [], []),
        (17, [], [7]),
        (20, [], [4]),
        (21, ["promotion.starts_in_days"], [3]),
        (23, ["promotion.starts_tomorrow"], [1]),
        (24, [], []),
    ],
)
def test_announcements(day: int, customers: list[str], staff: list[int]) -> None:
    """A start is announced to customers and briefed to staff so many days before it, and not once it is there."""
    book = shop(policies.stack(announced(date(2026, 12, 24), notice=NOTICE)), SALE)
    at = datetime(2026, 12, day, 12, tzinfo=UTC)
    start = date(2026, 12, 24)

    assert customers == [statement.code for statement in book.announcements(at=at)]
    assert [
        Statement("promotion.staff_brief", promotion=Name("xmas"), count=days, date=start) for days in staff
    ] == list(book.staff_briefing(at=at))


def test_announcement_on_the_day() -> None:
    """On the day itself the hour is told."""
    start = datetime(2026, 12, 24, 18)
    book = shop(announced(start, notice=Notice()))
    at = datetime(2026, 12, 24, 12, tzinfo=UTC)
    ((statement,), brief) = book.announcements(at=at), book.staff_briefing(at=at)

    assert "promotion.starts_today" == statement.code
    assert start == statement["time"].replace(tzinfo=None)  # type: ignore[union-attr,call-arg]
    assert () == brief


@pytest.mark.parametrize(
    ("day", "said"),
    [(21, "ends_in_days"), (22, "ends_tomorrow"), (23, "ends_today"), (24, None)],
)
def test_the_end_is_that_of_the_last_open_day(day: int, said: str | None) -> None:
    """A promotion on Saturdays and Mondays until a Tuesday ends on the Monday."""
    days = Schedule(date(2026, 11, 1), date(2026, 11, 24), zone="UTC", weekdays=("saturday", "monday"))
    book = shop(Promotion("it", then=TEN, schedule=days, notice=Notice(ending=Days(3))))
    at = datetime(2026, 11, day, 12, tzinfo=UTC)

    assert ([] if said is None else [f"promotion.{said}"]) == [each.code for each in book.announcements(at=at)]


@pytest.mark.parametrize("day", [24, 25])
def test_a_promotion_ended_on_its_last_open_day(day: int) -> None:
    """On the Tuesday and after it, a promotion on Saturdays and Mondays until a Tuesday ended on the Monday."""
    days = Schedule(date(2026, 11, 1), date(2026, 11, 24), zone="UTC", weekdays=("saturday", "monday"))
    over = shop(Promotion("it", then=TEN, schedule=days)).price(an_order(), at=datetime(2026, 11, day, 12, tzinfo=UTC))

    assert Statement("promotion.ended", promotion=Name("it"), date=date(2026, 11, 23)) == over.why_not("it")


def test_no_announcement() -> None:
    """A promotion without a notice is not announced."""
    book = shop(announced(date(2026, 12, 24), notice=None))

    assert () == book.announcements(at=datetime(2026, 12, 23, tzinfo=UTC))


def test_a_strange_scope_of_tax_rounding_is_refused() -> None:
    """Tax is rounded by rate, line or unit, and a misspelt scope is a problem of the book."""
    with pytest.raises(BookError, match=r"tax_rounding: `lines` is not a scope of rounding.*did you mean `line`"):
        PolicyBook("shop", zone="UTC", currencies=["EUR"], tax_rounding="lines")  # type: ignore[arg-type]


# --- promises that do not go together --------------------------------------------------------------------------------

MEMBER, SILVER = Tier("member", 0), Tier("silver", 1)
LADDER = loyalty.Ladder.by(loyalty.spend(), {MEMBER: eur(0), SILVER: eur(100), GOLD: eur(500)})
POINTS = loyalty.points(1, per=eur(1), tax="included")
CLUB = loyalty.Program("club", ladder=LADDER, earning=POINTS)
RETURNS = ReturnPolicy("standard", within=Days(30), after="delivered")
NOBODY = Tier("platinum", 3)


@pytest.mark.parametrize(
    ("promise", "path"),
    [
        ({"promotions": [Promotion("p", when=customer.tier.at_least(NOBODY), then=TEN)]}, "promotions[0]"),
        (
            {"promotions": [policies.stack(Promotion("p", then=policies.percent_off(by(customer.tier, {NOBODY: 5}))))]},
            "promotions[0].members[0]",
        ),
        ({"delivery": [STANDARD.except_when(customer.tier.is_(NOBODY), fee=eur(1))]}, "delivery[0]"),
        ({"returns": RETURNS.except_when(customer.tier.at_least(NOBODY), within=Days(60))}, "returns"),
        ({"loyalty": attrs.evolve(CLUB, earning=POINTS.times({NOBODY: 2}))}, "loyalty.earning"),
        (
            {"loyalty": loyalty.ProgramVersions(CLUB, {AT: attrs.evolve(CLUB, earning=POINTS.times({NOBODY: 2}))})},
            "loyalty.later[0].earning",
        ),
    ],
    ids=str,
)
def test_unknown_tiers(promise: dict[str, Any], path: str) -> None:
    """A tier that the ladder does not have is none, wherever a promise names it; without a ladder anything goes."""
    found = problems(**{"loyalty": CLUB, **promise})

    assert [path] == [each for each, _ in found]
    assert found[0][1].startswith("`platinum (3)` is no tier of the programme: allowed: `gold (2)`, `member (0)`")
    if "loyalty" not in promise:
        assert shop(**promise).loyalty is None
        assert shop(**promise, loyalty=loyalty.Program("club", earning=POINTS)).warnings == ()


def test_amounts_of_a_programme() -> None:
    """Thresholds, points and their worth are told in each currency of the book."""
    club = attrs.evolve(CLUB, spending=loyalty.spending_rate(100, worth=eur("0.50")))
    found = problems(currencies=["EUR", "PLN"], loyalty=club)

    assert {"loyalty.ladder", "loyalty.earning", "loyalty.spending"} == {path for path, _ in found}
    assert all("and no amount in `PLN`: write `amounts(...)`" in message for _, message in found)


@pytest.mark.parametrize("times", [2, stepped(cart.amount(), {eur(0): 1, eur(50): 2})])
def test_points_worth_the_purchase(times: Any) -> None:
    """A promotion that multiplies points may not make them worth as much as the purchase that brings them."""
    double = Promotion("double", then=(policies.points_times(times), policies.bonus_points(5)))
    club = attrs.evolve(CLUB, spending=loyalty.spending_rate(100, worth=eur(50)))
    message = (
        "with points times `2`, a purchase in EUR may earn points worth 100% of it: `100` points are worth "
        "`50.00 EUR`: earn less, or make points worth less"
    )

    assert [("promotions[1]", message)] == problems(SALE, double, loyalty=club)
    more = Promotion("more", then=policies.points_times(decimal.Decimal("1.9")))
    assert (more,) == shop(more, loyalty=club).promotions
    assert (double,) == shop(double, loyalty=loyalty.Program("cards", spending=club.spending)).promotions


def test_wallets_in_a_currency_of_the_book() -> None:
    """Money that nothing can be bought for is not kept."""
    club = attrs.evolve(CLUB, wallets=[loyalty.StoreCredit("credit", "EUR"), loyalty.StoreCredit("zloty", "PLN")])

    message = "`zloty` keeps PLN, in which the book sells nothing: allowed: `EUR`"
    assert [("loyalty.wallets[1]", message)] == problems(loyalty=club)


def test_amounts_of_a_warranty() -> None:
    """So are the fees of a warranty."""
    maker = ReturnPolicy("maker", regime="warranty", within=Days(300), after="delivered", fee=eur(5))
    found = problems(currencies=["EUR", "PLN"], returns=returns.AfterSales(warranties=returns.Warranty(maker)))

    assert ["returns.warranties[0][0].fee"] == [path for path, _ in found]


@pytest.mark.parametrize(
    ("within", "expire", "outlasts"),
    [
        (Days(30), Days(30), True),
        (Days(29), Days(30), False),
        (Days(31), Months(1), True),
        (Days(30), Months(1), False),
        (Months(1), Days(28), True),
        (Months(1), Days(29), False),
        (None, Months(24), True),
    ],
)
def test_holds_that_outlast_expiry(within: Any, expire: Any, outlasts: bool) -> None:
    """Points that lapse before their goods can no longer come back are spent by nobody."""
    club = attrs.evolve(CLUB, lots=loyalty.Lots(expire=expire, clock="earned"))
    policy = ReturnPolicy("standard", within=within, **({} if within is None else {"after": "delivered"}))

    if outlasts:
        ((path, message),) = problems(returns=policy, loyalty=club)
        assert "loyalty.lots" == path
        assert "before anybody can spend them: let them last longer" in message
    else:
        assert club == shop(returns=policy, loyalty=club).loyalty
    for lots in (
        loyalty.Lots(expire=expire),
        loyalty.Lots(expire=expire, clock="earned", hold="not"),
        loyalty.Lots(clock="earned"),
        loyalty.Lots(expire=loyalty.expire_after(expire, to_end_of="year"), clock="earned"),
    ):
        assert shop(returns=policy, loyalty=attrs.evolve(CLUB, lots=lots)).returns == policy


def test_below_the_law_of_a_country() -> None:
    """Who names the countries it sells to has to reach their laws, or to say that it does not go below them."""
    short = ReturnPolicy("short", within=Days(10), after="delivered")
    found = problems(returns=short, countries=["PL"])

    assert {"returns"} == {path for path, _ in found}
    assert "the law of `EU` gives customers in `PL` more than any of these policies does" in found[0][1]
    assert ("PL",) == shop(returns=short.not_below(returns.statutory("EU")), countries="PL").countries
    assert () == shop(returns=short).countries


PROMISE = ReturnPolicy("r", within=Days(30), after="delivered")
STORES = ReturnPolicy("r", within=Days(30), after="delivered", channels=["store", "mail"])


@pytest.mark.parametrize(
    ("promise", "path", "message"),
    [
        (
            {"promotions": [Promotion("p", then=policies.free_shipping("expres"))]},
            "promotions[0]",
            "the method of delivery `expres`, which never comes: allowed: `express`, `std`; did you mean `express`?",
        ),
        (
            {"promotions": [policies.stack(Promotion("p", when=cart.delivery.is_not("post"), then=TEN))]},
            "promotions[0].members[0]",
            "asks for the method of delivery `post`",
        ),
        (
            {"promotions": [Promotion("p", when=customer.country.one_of("PL", "Poland"), then=TEN)]},
            "promotions[0]",
            "`Poland` is no code of a country: write two capital letters, such as `PL`",
        ),
        (
            {"returns": PROMISE.except_when(returns.ground.is_("defective"), within=Days(60))},
            "returns",
            "asks for the ground `defective`, which never comes: allowed: `change_of_mind`",
        ),
        (
            {"returns": STORES.except_when(returns.channel.is_("stor"), within=Days(60))},
            "returns",
            "asks for the channel `stor`, which never comes: allowed: `mail`, `store`; did you mean `store`?",
        ),
    ],
)
def test_words_that_never_come_are_a_warning(promise: dict[str, Any], path: str, message: str) -> None:
    """A misspelt word makes a promise that nobody can claim; what a book does not know it does not judge."""
    (warning,) = shop(
        **{"delivery": [Delivery("std", fee=eur(5)), Delivery("express", fee=eur(9))], **promise}
    ).warnings

    assert path == warning.path
    assert message in warning.message


def test_words_that_may_come_are_no_warning() -> None:
    """Without tariffs or channels any may come, and a policy may have grounds of its own."""
    own = ReturnPolicy(
        "r", within=Days(30), after="delivered", grounds=[returns.Ground("moth", fault="shop", regimes=["promise"])]
    )
    fine = own.except_when(returns.ground.is_("moth"), within=Days(60)).except_when(
        returns.channel.is_("store"), fee=eur(0)
    )

    assert () == shop(Promotion("p", when=cart.delivery.is_("std"), then=TEN), returns=fine).warnings


def test_a_tier_without_a_benefit_is_a_warning() -> None:
    """Silver is named by a promotion, Gold by nothing; points for entering it, or a multiplier, are a benefit."""
    silver = Promotion("silver", when=customer.tier.at_least(SILVER), then=TEN)
    book = shop(silver, loyalty=loyalty.ProgramVersions(CLUB))

    assert [("loyalty.first.ladder.enter[gold]", True)] == [
        (each.path, "`gold` brings nothing" in each.message) for each in book.warnings
    ]
    rewarded = attrs.evolve(CLUB, ladder=attrs.evolve(LADDER, rewards={GOLD: 50}))
    assert () == shop(silver, loyalty=rewarded).warnings
    assert () == shop(silver, loyalty=attrs.evolve(CLUB, earning=POINTS.times({GOLD: 2}))).warnings
    assert () == shop(silver).warnings


def rated(benefit: Any, silver: Any, gold: Any) -> Promotion:
    """A promotion that gives Silver and Gold something else."""
    return Promotion("rated", then=benefit(by(customer.tier, {SILVER: silver, GOLD: gold})))


@pytest.mark.parametrize(
    ("promise", "path"),
    [
        ({"promotions": [rated(policies.percent_off, 10, 5)]}, "promotions[0]"),
        ({"promotions": [rated(policies.amount_off, eur(5), eur(4))]}, "promotions[0]"),
        ({"promotions": [rated(policies.amount_off, BOTH, amounts(eur(6), pln(1)))]}, "promotions[0]"),
        ({"promotions": [rated(policies.bonus_points, 10, 5)]}, "promotions[0]"),
        ({"loyalty": attrs.evolve(CLUB, earning=POINTS.times({SILVER: 3, GOLD: 2}))}, "loyalty.earning"),
    ],
    ids=str,
)
def test_a_tier_that_is_worse_off_is_a_warning(promise: dict[str, Any], path: str) -> None:
    """A table that falls from Silver to Gold is told, with what each gets."""
    (warning,) = shop(**{"loyalty": CLUB, **promise}).warnings

    assert path == warning.path
    assert warning.message.startswith("gives `gold` less than `silver`: ")


def test_tables_that_rise_are_no_warning() -> None:
    """More for Gold, the same for Gold, a lower price for Gold, and tables about anything but tiers."""
    fine = [
        rated(policies.percent_off, 5, 10),
        attrs.evolve(rated(policies.amount_off, BOTH, BOTH), id="same"),
        Promotion("price", then=policies.fixed_price(by(customer.tier, {SILVER: eur(9), GOLD: eur(8)}), of="CUP")),
        Promotion("less", then=policies.percent_off(stepped(cart.quantity(), {2: 9, 3: 8}))),
    ]

    assert () == shop(*fine, loyalty=CLUB).warnings


def test_terms_in_force() -> None:
    """What is open at an instant, what opens later, and the terms of returns and warranties as they are then."""
    soon = Promotion("soon", then=TEN, schedule=Schedule(date(2026, 12, 24), zone="UTC"))
    over = Promotion("over", then=TEN, schedule=Schedule(until=date(2026, 3, 1), zone="UTC"))
    longer = ReturnPolicy("longer", within=dated(Days(14), {AT: Days(30)}), after="delivered", fee=eur(3))
    maker = ReturnPolicy("maker", regime="warranty", within=Months(24), after="delivered")
    book = shop(
        SALE,
        policies.stack(soon, over),
        delivery=[STANDARD],
        returns=returns.AfterSales(returns=longer, warranties=returns.Warranty(maker)),
        loyalty=loyalty.ProgramVersions(CLUB, {AT: attrs.evolve(CLUB, earning=None)}),
    )
    before, after = (book.terms_in_force(at=at) for at in (AT - timedelta(1), AT))

    assert ((SALE,), (soon,), (STANDARD,)) == (after.promotions, after.ahead, after.delivery)
    assert [(Days(14), POINTS), (Days(30), None)] == [
        (each.returns[0][1].window.within, each.program and each.program.earning and each.program.earning.rule)
        for each in (before, after)
    ]
    assert [(maker, Months(24))] == [(policy, terms.window.within) for policy, terms in after.warranties]
    assert (book.fingerprint, AT) == (after.book, after.at)
    assert ((), None) == (shop().terms_in_force(at=AT).returns, shop().terms_in_force(at=AT).program)
    several = shop(returns=returns.first_of(RETURNS, longer))
    assert [RETURNS, longer] == [policy for policy, _ in several.terms_in_force(at=AT).returns]


SHOP = shop(SALE, returns=ReturnPolicy("standard", within=Days(30), after="delivered"))
QUOTE = SHOP.price(an_order(), at=AT)
PLACED = SHOP.place(QUOTE, id="A-1", paid=Tender("card", QUOTE.payable))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda book: book.price({}, at=AT), "what is to be priced is `{}`, which is no `Order`: give one"),
        (lambda book: book.payable(None, at=AT), "what is to be priced is `None`, which is no `Order`"),
        (lambda book: book.matching(QUOTE, at=AT), "what is to be priced is `<Decision: .*>`, which is no `Order`"),
        (
            lambda book: book.price(an_order(), at=AT, history=[]),
            r"what happened before is `\[\]`, which is no `Hist",
        ),
        (lambda book: book.price_member(an_order(), at=AT, history=[], tier=None), "what happened before is"),
        (lambda book: book.price(an_order(), at=AT, counts={}), "what is counted of limits is `{}`, which is no `Cou"),
        (lambda book: book.price(an_order(), at=AT, catalog=5), "the lines of a catalog are `5`, which cannot be gone"),
        (lambda book: book.price(an_order(), at=AT, catalog=["CUP"]).nearest, "one of the lines of a catalog is `'CU"),
        (lambda book: book.place(PLACED, id="A-1", paid=()), "the quote of an order to place is `Receipt"),
        (lambda book: book.place(QUOTE, id="A-1", paid=None), "the tenders are `None`, which cannot be gone through"),
        (lambda book: book.rights_at(QUOTE, at=AT), "the receipt of a purchase is `<Decision: .*>`, which is no `Rece"),
        (lambda book: book.rights_at(PLACED, history=[], at=AT), r"what happened before is `\[\]`, which"),
        (lambda book: book.settle(PLACED, history=[], at=AT), r"what happened before is `\[\]`, which is no `History`"),
        (lambda book: book.preview_return(PLACED, returning=[1], at=AT), "one of the units of an event is `1`"),
        (lambda book: book.standing([], at=AT), r"what happened before is `\[\]`, which is no `History`: give one"),
    ],
)
def test_what_is_no_order_receipt_or_history_is_refused(ask: Any, message: str) -> None:
    """The usual mistakes are errors of the library, so that whoever catches these can tell them."""
    with pytest.raises(OrderError, match=message):
        ask(SHOP)


def test_a_question_about_no_promotion_is_refused() -> None:
    """Who asks why about nothing is told what there is."""
    with pytest.raises(PolicyError, match="`None` is not a promotion of this book: allowed: `sale`"):
        QUOTE.why(None)  # type: ignore[arg-type]
