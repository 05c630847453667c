"""Settling recorded events by the book: on the terms of each line, as they were when it happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import (
    BookHistory,
    Cancelled,
    Customer,
    Days,
    Delivered,
    Dispatch,
    Exchanged,
    History,
    InformationGiven,
    Line,
    Order,
    OrderError,
    PointsSpent,
    PolicyBook,
    PolicyError,
    Product,
    Promotion,
    Purchase,
    Returned,
    ReturnPolicy,
    ReturnRequested,
    Tender,
    Units,
    cart,
    eur,
    item,
    loyalty,
    policies,
    returns,
    say,
)

if TYPE_CHECKING:
    from aftercare import Receipt
    from aftercare.history import Event

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
STANDARD = ReturnPolicy("standard", within=Days(30), after="delivered")
EU = returns.statutory("EU")
TEN_FROM_100 = Promotion("ten", when=cart.amount().at_least(eur(100)), then=policies.percent_off(10))
GIFT_FROM_80 = Promotion("gift", when=cart.amount().at_least(eur(80)), then=policies.gift("TOTE", value=eur(15)))


def day(days: int) -> datetime:
    """So many days after the purchase."""
    return MONDAY + timedelta(days=days)


def shop(promise: Any = STANDARD, *promotions: Promotion) -> PolicyBook:
    """A book with a promise about returns."""
    return PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=promotions, returns=promise)


def buy(book: PolicyBook, *lines: Line) -> Receipt:
    """The receipt of lines bought on Monday in Poland, paid by card."""
    quote = book.price(Order(lines, currency="EUR", customer=Customer("ola", country="PL")), at=MONDAY)
    return book.place(quote, id="A-1", paid=[Tender("card", quote.payable)])


def line(id: str, price: int, quantity: int = 1, *, tags: tuple[str, ...] = ()) -> Line:
    """A line of a product named like it."""
    return Line(id, Product(id.upper(), tags=tags), quantity, unit_price=eur(price))


CUP, POT, RING = line("cup", 20), line("pot", 60), line("ring", 30, tags=("engraved",))
ARRIVED = Delivered("came", day(2), "A-1")


def back(id: str, days: int, *lines: str | Units, **given: Any) -> Returned:
    """Units came back because the customer changed her mind."""
    units = [Units(each, 1) if isinstance(each, str) else each for each in lines]
    return Returned(id, day(days), "A-1", units, "change_of_mind", **given)


def settled(book: PolicyBook, receipt: Receipt, *events: Event) -> Any:
    """What the last of some events gives back."""
    return book.settle(receipt, history=History(events), at=day(300))


# --- lines -----------------------------------------------------------------------------------------------------------


def test_lines_on_different_terms_are_settled_as_one() -> None:
    """A pot keeps a fee and a cup does not; previewed and settled together, in either order, the fee is kept once."""
    book = shop(STANDARD.except_when(of=item.sku.is_("POT"), fee=eur(5), named="pots"))
    receipt = buy(book, CUP, POT)
    for lines in (("cup", "pot"), ("pot", "cup")):
        preview = book.preview_return(receipt, history=History([ARRIVED]), returning=dict.fromkeys(lines, 1), at=day(5))
        assert eur(75) == preview.refund
        assert preview.money.refund == settled(book, receipt, ARRIVED, back("e", 5, *lines)).refund


def test_lines_with_different_strategies_are_events_of_their_own() -> None:
    """A set that comes back whole or not at all has a total of its own; the message names the way out, which works."""
    book = shop(STANDARD.except_when(of=item.sku.is_("POT"), refund="all_or_nothing", named="pots"))
    receipt = buy(book, CUP, POT)
    with pytest.raises(OrderError, match=r"lines of `e` come back with different `refund`.*record an event for each"):
        settled(book, receipt, ARRIVED, back("e", 5, "cup", "pot"))
    both = (back("e", 5, "cup", return_id="R"), back("f", 5, "pot", return_id="R"))
    assert eur(60) == settled(book, receipt, ARRIVED, *both).refund


def test_what_was_exchanged_is_not_paid_too() -> None:
    """Goods that come back for an exchange count in the new order; what comes otherwise, or before it, is paid."""
    book = shop(STANDARD)
    receipt = buy(book, line("cup", 20, 2))
    swapped = Exchanged("x", day(5), "A-1", return_id="R", new_order="A-2")
    first = back("e", 6, "cup", return_id="R")
    exchanged = settled(book, receipt, ARRIVED, swapped, first)
    other = settled(book, receipt, ARRIVED, swapped, first, back("f", 7, "cup"))

    assert (eur(20), "goods", (), ()) == (
        exchanged.refund,
        exchanged.gives,
        exchanged.tenders,
        exchanged.statements,
    )
    assert (eur(20), (Tender("card", eur(20)),)) == (other.refund, other.tenders)
    assert (Tender("card", eur(20)),) == settled(book, receipt, ARRIVED, back("d", 4, "cup", return_id="R")).tenders


def test_each_of_several_events_can_be_settled() -> None:
    """Two returns at one instant are settled one by one; an event that moved no money is named with those that did."""
    book = shop(STANDARD)
    receipt = buy(book, CUP, POT)
    history = History([ARRIVED, back("q1", 5, "cup", return_id="R1"), back("q2", 5, "pot", return_id="R2")])
    one, two = (book.settle(receipt, history=history, at=day(5), of=each) for each in ("q1", "q2"))

    assert [("q1", eur(20), eur(20)), ("q2", eur(60), eur(80))] == [
        (each.event, each.refund, each.total) for each in (one, two)
    ]
    assert two == book.settle(receipt, history=history, at=day(5))
    with pytest.raises(OrderError, match=r"event `came` moved no money of `A-1`: allowed: `q1`, `q2`"):
        book.settle(receipt, history=history, at=day(5), of="came")


def test_a_preview_tells_what_the_terms_offer() -> None:
    """Store credit with its bonus where nothing else is offered, no money for an exchange; a law gives money back."""

    def preview(promise: ReturnPolicy, days: int) -> Any:
        book = shop(promise)
        history = History([ARRIVED])
        return book.preview_return(buy(book, CUP), history=history, returning={"cup": 1}, at=day(days))

    def told(promise: ReturnPolicy, days: int) -> list[str]:
        said = [each.code for each in preview(promise, days).statements]
        return [code for code in said if code.startswith(("settled", "refund"))]

    credit = ReturnPolicy("c", within=Days(60), after="delivered", resolutions="store_credit", credit_bonus=10)
    swap = ReturnPolicy("s", within=Days(60), after="delivered", resolutions="exchange")
    assert (Tender("store_credit", eur(22)),) == preview(credit, 30).money.tenders
    assert ["settled.refund", "refund.to_tender", "refund.credit_bonus"] == told(credit, 30)
    assert [] == told(swap, 30)
    for promise in (credit, swap):
        assert ["settled.refund"] == told(promise.not_below(EU), 5)
        assert (Tender("card", eur(20)),) == preview(promise.not_below(EU), 5).money.tenders


def test_a_line_that_the_law_excepts_is_not_withdrawn() -> None:
    """A ring made for the customer comes back by the promise alone: what is kept is priced without the discount."""
    lawful = STANDARD.not_below(EU)
    excepting = STANDARD.not_returnable(of=item.tag.is_("engraved"), because="custom_made").not_below(EU)
    found = []
    for promise in (lawful, excepting):
        book = shop(promise, TEN_FROM_100)
        receipt = buy(book, POT, CUP, RING)
        asked = book.preview_return(receipt, history=History([ARRIVED]), returning={"cup": 1, "ring": 1}, at=day(5))
        found.append((asked.assessments[1].outcome, asked.money.refund))
        assert asked.money.refund == settled(book, receipt, ARRIVED, back("e", 5, "cup", "ring")).refund
    assert [("accept", eur(45)), ("refuse", eur(39))] == found


def test_units_that_are_named_are_asked_about() -> None:
    """Of two cups the first came long ago: named, it is too late; merely counted, the other is meant."""
    book = shop()
    receipt = buy(book, line("cup", 20, 2))
    parcels = [
        Delivered("p1", day(1), "A-1", (Units("cup", 1, first=1),)),
        Delivered("p2", day(20), "A-1", (Units("cup", 1, first=2),)),
    ]

    def outcome(units: Units) -> str:
        (answer,) = book.assess_return(receipt, history=History(parcels), returning=[units], at=day(40))
        return answer.outcome

    assert ["refuse", "accept", "accept"] == [
        outcome(each) for each in (Units("cup", 1, first=1), Units("cup", 1, first=2), Units("cup", 1))
    ]


# --- rights that nobody recorded -------------------------------------------------------------------------------------


def test_the_law_is_not_undercut_where_nobody_named_it() -> None:
    """Recorded without its right, what could be withdrawn gives back what was paid for it; what could not, less."""
    book = shop(STANDARD.not_below(EU), TEN_FROM_100)
    receipt = buy(book, POT, line("cup", 50))
    told = back("e", 5, "cup", regimes="promise")
    assert [eur(45), eur(45), eur(39)] == [
        settled(book, receipt, ARRIVED, each).refund
        for each in (back("e", 5, "cup"), back("e", 5, "cup", regimes="withdrawal"), told)
    ]
    assert eur(39) == settled(book, receipt, ARRIVED, back("e", 25, "cup")).refund


# --- what is no return of goods --------------------------------------------------------------------------------------


def test_a_gift_may_come_back_later() -> None:
    """The value of a gift that was not earned comes back with the gift, on the terms of the goods before it."""
    book = shop(STANDARD, GIFT_FROM_80)
    receipt = buy(book, POT, CUP)
    goods, gift = back("e", 5, "cup"), back("f", 6, gifts="TOTE")
    assert eur(5) == settled(book, receipt, ARRIVED, goods).refund
    assert eur(15) == settled(book, receipt, ARRIVED, goods, gift).refund


def test_a_gift_may_come_back_first() -> None:
    """A gift alone gives nothing back, and is not asked for once the goods follow."""
    book = shop(STANDARD, GIFT_FROM_80)
    receipt = buy(book, POT, CUP)
    gift = back("e", 5, gifts="TOTE")
    assert eur(20) == settled(book, receipt, ARRIVED, gift, back("f", 6, "cup")).refund
    with pytest.raises(OrderError, match="nothing of `A-1` came back yet"):
        settled(book, receipt, ARRIVED, gift)


def test_nothing_comes_back_before_the_order() -> None:
    """An event with a wrong instant is named, and nothing is settled."""
    book = shop()
    with pytest.raises(OrderError, match=r"event `e` is at `.*`, before `A-1` was placed: correct its instant"):
        settled(book, buy(book, CUP), back("e", -1, "cup"))


def test_what_was_not_expected_gives_nothing() -> None:
    """A parcel with other goods than were to come moves no money."""
    book = shop()
    with pytest.raises(OrderError, match="nothing of `A-1` came back yet"):
        settled(book, buy(book, CUP), ARRIVED, back("e", 5, unexpected="HAT"))


# --- what never left -------------------------------------------------------------------------------------------------


def test_a_cancellation_is_settled_as_it_was_promised() -> None:
    """Cancelled after the free minutes, a fee is kept once, for both lines; under the law there is none."""
    policy = returns.CancellationPolicy("cancel", fee=eur(2), free_minutes=30)
    units = (Units("cup", 1), Units("pot", 1))
    found = []
    for cancellation in (policy, policy.not_below(EU)):
        book = shop(returns.AfterSales(cancellation=cancellation), TEN_FROM_100)
        receipt = buy(book, CUP, POT, RING)
        for at in (MONDAY + timedelta(minutes=10), day(1)):
            event = Cancelled("x", at, "A-1", units)
            reply = returns.assess_cancellation(cancellation, receipt, line="cup", at=at)
            given = settled(book, receipt, event)
            assert reply.fee == sum((fee.amount for fee in given.fees), eur(0))
            found.append(given.refund)
    assert [eur(69), eur(67), eur(72), eur(72)] == found


@pytest.mark.parametrize("prices", ["gross", "net"])
@pytest.mark.parametrize("line", ["cup", None])
def test_a_cancellation_fee_is_at_most_what_was_paid(prices: Any, line: str | None) -> None:
    """What is announced is what is kept, never more than what was paid, and it is called a cancellation fee."""
    policy = returns.CancellationPolicy("cancel", fee=eur(250))
    book = shop(returns.AfterSales(cancellation=policy))
    taxed = [Line(each, Product(each.upper()), unit_price=eur(10), tax=23) for each in ("cup", "pot")]
    quote = book.price(Order(taxed, currency="EUR", prices=prices), at=MONDAY)
    receipt = book.place(quote, id="A-1", paid=[Tender("card", quote.payable)])
    reply = returns.assess_cancellation(policy, receipt, line=line, at=day(1))
    given = settled(book, receipt, reply.event(id="x"))

    assert [reply.fee] == [fee.amount for fee in given.fees] == [given.goods]
    assert eur(0) == given.refund
    (kept,) = (said for said in given.statements if said.code.startswith("refund.fee"))
    assert say(kept, locale="en", sink="plain").startswith("As a cancellation fee, we keep €")


def test_what_a_shop_cancels_is_paid_back() -> None:
    """Where the book promises no cancellation, each unit comes back at what was paid for it, no fee kept."""
    book = shop(STANDARD, TEN_FROM_100)
    receipt = buy(book, CUP, POT, RING)
    assert eur(18) == settled(book, receipt, Cancelled("x", day(1), "A-1", (Units("cup", 1),))).refund


def test_a_parcel_that_left_is_cancelled_by_the_shop() -> None:
    """What no customer may cancel any more costs her neither a fee nor her discount when the shop does."""
    policy = returns.CancellationPolicy("cancel", fee=eur(2))
    book = shop(returns.AfterSales(cancellation=policy), TEN_FROM_100)
    receipt = buy(book, CUP, POT, RING)
    sent = Dispatch("d", day(1), "A-1")
    assert eur(18) == settled(book, receipt, sent, Cancelled("x", day(2), "A-1", (Units("cup", 1),))).refund


def test_a_book_that_promises_no_returns_settles_none() -> None:
    """A cancellation can be settled by a book that takes nothing back; a return cannot."""
    book = shop(returns.AfterSales(cancellation=returns.CancellationPolicy("cancel")))
    receipt = buy(book, CUP)
    with pytest.raises(PolicyError, match=r"promises nothing about returns: give it `returns=ReturnPolicy\(\.\.\.\)`"):
        settled(book, receipt, ARRIVED, back("e", 5, "cup"))


# --- what the law asks a shop to tell --------------------------------------------------------------------------------


def test_an_order_without_its_information() -> None:
    """Not told of her right, a customer withdraws after months and pays no fee, unless she was told since."""
    book = shop(ReturnPolicy("short", within=Days(20), after="delivered", fee=eur(5)).not_below(EU))
    receipt = buy(book, POT)
    told = InformationGiven("i", day(30), "A-1")
    late = back("e", 100, "pot", regimes="withdrawal")

    def outcome(*events: Event, informed: bool) -> str:
        (answer,) = book.assess_return(
            receipt, history=History([ARRIVED, *events]), returning={"pot": 1}, at=day(100), informed=informed
        )
        return answer.outcome

    found = [outcome(informed=True), outcome(informed=False), outcome(told, informed=False)]
    assert ["refuse", "accept", "refuse"] == found
    asked = book.preview_return(receipt, history=History([ARRIVED]), returning={"pot": 1}, at=day(100), informed=False)
    recorded = book.settle(receipt, history=History([ARRIVED, late]), at=day(300), informed=False)
    assert eur(60) == asked.refund == recorded.refund
    assert eur(55) == book.settle(receipt, history=History([ARRIVED, late]), at=day(300)).refund


# --- points ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spent", "shortfall", "expected"),
    [
        (0, "deficit", (eur(18), 18, 0)),
        (89, "deficit", (eur(18), 18, 8)),
        (89, "set_off", (eur("17.92"), 10, 0)),
        (89, "forgive", (eur(18), 10, 0)),
    ],
)
def test_points_for_what_came_back(spent: int, shortfall: Any, expected: tuple[Any, ...]) -> None:
    """R13: a point a euro, 99 earned, goods of 18 come back: 18 points; of only 10 left, owed, set off or forgiven."""
    worth = eur("0.01") if shortfall == "set_off" else None
    club = loyalty.Program(
        "club",
        earning=loyalty.points(1, per=eur(1), tax="included"),
        spending=loyalty.spending_rate(100, worth=eur(1)),
        claw_back=loyalty.ClawBack(shortfall=shortfall, point_worth=worth),
    )
    proportional = ReturnPolicy("standard", within=Days(30), after="delivered", refund="proportional")
    book = PolicyBook(
        "shop", zone="UTC", currencies=["EUR"], promotions=[TEN_FROM_100], returns=proportional, loyalty=club
    )
    receipt = buy(book, POT, RING, CUP)
    past = [Purchase("buy", MONDAY, receipt), ARRIVED]
    used = [] if not spent else [PointsSpent("spent", day(33), key="later", points=spent)]
    asked = book.preview_return(
        receipt, history=History([*past, *used]), returning={"cup": 1}, at=day(33) + timedelta(hours=1)
    )
    assert asked.points is not None
    assert expected == (asked.refund, asked.points_taken, asked.points.after.deficit)


# --- how goods come back ---------------------------------------------------------------------------------------------

BY_CHANNEL = ReturnPolicy(
    "standard", within=Days(30), after="delivered", fee=eur(5), channels=("mail", "store")
).except_when(returns.channel.is_("store"), fee=returns.FREE, named="in the store")


@pytest.mark.parametrize(("channel", "refund"), [("store", 20), ("mail", 15), (None, 15)])
def test_the_channel_decides_on_the_fee(channel: str | None, refund: int) -> None:
    """Asked, previewed and settled alike: what is brought to the store keeps no fee."""
    book = shop(BY_CHANNEL)
    receipt = buy(book, CUP)
    about: dict[str, Any] = {"history": History([ARRIVED]), "returning": {"cup": 1}, "at": day(3), "channel": channel}

    assert eur(refund) == book.preview_return(receipt, **about).money.refund
    assert eur(refund) == settled(book, receipt, ARRIVED, back("b", 3, "cup", channel=channel)).refund
    (answer,) = book.assess_return(receipt, **about)
    assert (channel == "store") is (answer.terms.fee == returns.FREE)
    assert book.assess_return(receipt, **about) == BookHistory(book).assess_return(receipt, **about)
    assert book.preview_return(receipt, **about) == BookHistory(book).preview_return(receipt, **about)


def test_the_request_tells_what_its_return_does_not() -> None:
    """The channel and the evidence of a request hold for the goods that come back with it."""
    book = shop(BY_CHANNEL.reviewed("look", when=~returns.evidence.is_("photo") & returns.ground.is_("defect")))
    receipt = buy(book, CUP)
    asked = ReturnRequested(
        "r", day(3), "A-1", [Units("cup", 1)], "change_of_mind", return_id="R-1", channel="store", evidence="photo"
    )
    other = ReturnRequested("s", day(3), "A-2", [Units("cup", 1)], "change_of_mind", return_id="R-1", channel="mail")
    came = back("b", 5, "cup", return_id="R-1")
    about: dict[str, Any] = {"history": History([ARRIVED, asked]), "returning": {"cup": 1}, "at": day(4)}

    assert eur(20) == settled(book, receipt, ARRIVED, other, asked, came).refund
    assert ["refuse", "accept"] == [
        book.assess_return(receipt, **about, return_id=each)[0].outcome for each in (None, "R-1")
    ]
    assert ["needs_review", "accept"] == [
        book.assess_return(receipt, **about, return_id="R-1", ground="defect", evidence=each)[0].outcome
        for each in ((), "photo")
    ]
