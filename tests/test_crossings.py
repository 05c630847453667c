"""Where returns and loyalty meet in the book: one receipt, settled as money, points and tier at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare import (
    BookError,
    Cancelled,
    Customer,
    Days,
    Delivered,
    Delivery,
    History,
    Line,
    Lost,
    Months,
    Notice,
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
    Schedule,
    Shipment,
    Tender,
    Tier,
    cart,
    customer,
    eur,
    item,
    loyalty,
    policies,
    returns,
    say,
)
from aftercare.crossings import SettledReturn, returning_units
from aftercare.members import Members
from aftercare.order_events import Units

if TYPE_CHECKING:
    from aftercare import Receipt
    from aftercare.history import Event

MEMBER, SILVER, GOLD = Tier("member", 0, title="Member"), Tier("silver", 1, title="Silver"), Tier("gold", 2)
CLUB = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(loyalty.spend(last=Months(12)), {MEMBER: eur(0), SILVER: eur(100), GOLD: eur(500)}),
    earning=loyalty.points(1, per=eur(1), tax="included"),
)
STANDARD = ReturnPolicy("standard", within=Days(30), after="delivered")
tea_set = Promotion("two-for-one", then=policies.buy(1, of="CUP").get_same(1).free())


def noon(day: str) -> datetime:
    """Noon UTC of a day of 2026, written as `03-02`."""
    return datetime.combine(date.fromisoformat(f"2026-{day}"), time(12), UTC)


def shop(promise: Any = STANDARD, club: Any = CLUB, *promotions: Promotion) -> PolicyBook:
    """A book that promises returns and a club."""
    return PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=promotions, returns=promise, loyalty=club)


def buy(
    book: PolicyBook, *lines: tuple[str, int, int], id: str = "A-1", at: str = "03-02", tags: tuple[str, ...] = ()
) -> Receipt:
    """The receipt of lines ``1``, ``2``, ... of a sku, a price in euros and a quantity, paid by card."""
    order = Order(
        [
            Line(str(place), Product(sku, tags=tags), count, unit_price=eur(price))
            for place, (sku, price, count) in enumerate(lines, 1)
        ],
        currency="EUR",
        customer=Customer("ola"),
    )
    quote = book.price(order, at=noon(at))
    return book.place(quote, id=id, paid=[Tender("card", quote.payable)])


def bought(receipt: Receipt) -> Purchase:
    """The purchase of a receipt."""
    return Purchase(f"buy {receipt.id}", receipt.placed_at, receipt)


def arrived(receipt: Receipt, day: str = "03-04", *units: Units) -> Delivered:
    """The delivery of a whole receipt, or of some units."""
    return Delivered(f"came {receipt.id} {day}", noon(day), receipt.id, units)


def came_back(receipt: Receipt, day: str, **units: int) -> Returned:
    """Units of lines, named `line_1`, that came back."""
    each = [Units(line.removeprefix("line_"), count) for line, count in units.items()]
    return Returned(f"back {receipt.id} {day}", noon(day), receipt.id, each, "change_of_mind", regimes=("promise",))


plain = partial(say, locale="en", sink="plain")


# --- until when goods hold their points ------------------------------------------------------------------------------


def test_goods_are_held_to_the_last_day_of_their_returns() -> None:
    """Thirty days from the delivery of 4 March end on 3 April, for every line."""
    book = shop()
    receipt = buy(book, ("CUP", 10, 1), ("POT", 20, 2))
    history = History([bought(receipt), arrived(receipt)])

    expected = {("A-1", "1"): date(2026, 4, 3), ("A-1", "2"): date(2026, 4, 3)}
    assert expected == book.holds(history, at=noon("03-10"))
    assert expected == book.holds(history, at=noon("05-10"))  # over, and the day is still known


def test_goods_on_their_way_are_held_until_nobody_knows_when() -> None:
    """Without a delivery there is no last day yet; neither is there while one unit of two is on its way."""
    book = shop()
    receipt = buy(book, ("CUP", 10, 2))
    first = arrived(receipt, "03-04", Units("1", 1))
    second = arrived(receipt, "03-09", Units("1", 1, first=2))

    assert {("A-1", "1"): None} == book.holds(History([bought(receipt)]), at=noon("03-03"))
    assert {("A-1", "1"): None} == book.holds(History([bought(receipt), first]), at=noon("03-08"))
    assert {("A-1", "1"): None} == book.holds(History([bought(receipt), first, second]), at=noon("03-08"))
    assert {("A-1", "1"): date(2026, 4, 8)} == book.holds(History([bought(receipt), first, second]), at=noon("03-10"))


def test_the_last_unit_that_may_come_back_holds() -> None:
    """Of two cups in two parcels the later one holds the points of both, whatever comes back, whenever it is asked."""
    book = shop(club=attrs.evolve(CLUB, lots=loyalty.Lots(expire=Days(10))))
    receipt = buy(book, ("CUP", 10, 2))
    second = arrived(receipt, "03-03", Units("1", 1, first=2))
    first = arrived(receipt, "03-22", Units("1", 1, first=1))
    kept = History([bought(receipt), second, first])
    back = History([*kept.events, Returned("back", noon("04-20"), "A-1", [Units("1", 1, first=1)])])

    for day in ("03-25", "04-03", "04-12", "04-19"):
        assert {("A-1", "1"): date(2026, 4, 21)} == book.holds(kept, at=noon(day))
        assert (0, 20) == counts(book.points(kept, at=noon(day)))
    for history, points in ((kept, 20), (back, 10)):
        assert {("A-1", "1"): date(2026, 4, 21)} == book.holds(history, at=noon("04-22"))
        assert (points, 0) == counts(book.points(history, at=noon("04-22")))


@pytest.mark.parametrize("gone", [Cancelled, Lost])
def test_units_that_will_not_arrive_hold_until_that_is_known(gone: Any) -> None:
    """A cup could come back until 2 April; the other was waited for until 20 April, and so were the points."""
    book = shop(club=attrs.evolve(CLUB, lots=loyalty.Lots(expire=Days(10))))
    receipt = buy(book, ("CUP", 10, 2))
    history = History([bought(receipt), arrived(receipt, "03-03", Units("1", 1)), gone("g", noon("04-20"), "A-1")])

    assert {("A-1", "1"): None} == book.holds(history, at=noon("04-19"))
    assert {("A-1", "1"): date(2026, 4, 20)} == book.holds(history, at=noon("04-21"))
    assert 10 <= book.points(history, at=noon("04-21")).available


def test_the_right_that_ends_last_holds() -> None:
    """Ten days of the shop beside the fourteen of the law: the law's hold the points."""
    book = shop(ReturnPolicy("short", within=Days(10), after="delivered").not_below(returns.statutory("EU")))
    receipt = buy(book, ("CUP", 10, 1))
    held = book.holds(History([bought(receipt), arrived(receipt)]), at=noon("03-10"))

    assert {("A-1", "1"): date(2026, 3, 18)} == held


def test_a_right_that_waits_holds_longer_than_any_day() -> None:
    """The shop counts from the order, the law from a delivery that nobody knows yet."""
    book = shop(ReturnPolicy("short", within=Days(10), after="ordered").not_below(returns.statutory("EU")))
    receipt = buy(book, ("CUP", 10, 1))

    assert {("A-1", "1"): None} == book.holds(History([bought(receipt)]), at=noon("03-03"))
    assert {} == book.holds(History([bought(receipt)]), at=noon("03-01"))  # before the purchase


def test_what_nobody_takes_back_is_not_held() -> None:
    """Outlet goods are final sale, so their points need not wait."""
    book = shop(STANDARD.not_returnable(of=item.tag.is_("outlet"), because="final_sale"))
    receipt = buy(book, ("CUP", 10, 1), tags=("outlet",))
    history = History([bought(receipt), arrived(receipt)])

    for day in ("03-10", "04-03", "05-10"):  # nor once the time of other goods would be over
        assert {} == book.holds(history, at=noon(day))
        assert 10 == book.points(history, at=noon(day)).available


def test_blocks_of_24_hours_hold_for_the_day_that_they_end_in() -> None:
    """48 hours from noon of 4 March end at noon of the 6th; 48 from midnight end with the 5th."""
    book = shop(ReturnPolicy("blocks", within=returns.ReturnWindow(Days(2), after="delivered", counting="blocks")))
    receipt = buy(book, ("CUP", 10, 1))

    for hour, last in ((12, date(2026, 3, 6)), (0, date(2026, 3, 5))):
        came = Delivered("came", noon("03-04").replace(hour=hour), receipt.id)
        history = History([bought(receipt), came])
        for day in ("03-05", "03-20"):
            assert {("A-1", "1"): last} == book.holds(history, at=noon(day))


def test_what_else_happened_at_the_instant_of_a_purchase_is_not_of_it() -> None:
    """Points spent at the very instant stand after the purchase; only what the purchase brings is told of it."""
    book = shop(None)
    receipt = buy(book, ("CUP", 10, 1), id="A-2")
    spent = PointsSpent("spend", noon("03-09"), "basket", 5)
    history = History([bought(buy(book, ("CUP", 10, 1))), spent])

    assert [10] == [entry.points for entry in book.earn(receipt, history=history, at=noon("03-09")).entries]


def test_a_book_without_returns_holds_nothing() -> None:
    """Points of a shop that promises nothing are there at once."""
    book = shop(None)
    receipt = buy(book, ("CUP", 10, 1))

    assert {} == book.holds(History([bought(receipt)]), at=noon("03-10"))
    assert 10 == book.points(History([bought(receipt)]), at=noon("03-10")).available


def test_points_wait_for_the_last_day() -> None:
    """Pending on the last day of returns, available on the next."""
    book = shop()
    receipt = buy(book, ("CUP", 10, 1))
    history = History([bought(receipt), arrived(receipt)])

    assert (0, 10) == counts(book.points(history, at=noon("04-03")))
    assert (10, 0) == counts(book.points(history, at=noon("04-04")))


def counts(ledger: loyalty.Ledger) -> tuple[int, int]:
    """What is available, and what is pending."""
    return ledger.available, ledger.pending


# --- a return as a whole ---------------------------------------------------------------------------------------------


def test_a_return_is_money_points_and_tier_at_once() -> None:
    """One of two pots for 60.00 goes back: 60.00, 60 points, and Silver, which took 100.00."""
    book = shop()
    receipt = buy(book, ("POT", 60, 2))
    history = History([bought(receipt), arrived(receipt)])
    preview = book.preview_return(receipt, history=history, returning={"1": 1}, at=noon("03-10"))

    assert preview.accepted
    assert (eur(60), 60, SILVER) == (preview.refund, preview.points_taken, preview.tier_lost)
    assert preview.before is not None
    assert preview.after is not None
    assert (SILVER, MEMBER) == (preview.before.tier, preview.after.tier)
    assert [
        "With this return, you get back €60.00.",
        "With this return, 60 points leave your balance.",
        "With this return, you lose the Silver tier.",
    ] == [plain(each) for each in preview.statements if each.code.startswith("settled.")]


def test_a_tier_that_stays_is_not_said() -> None:
    """A cup for 10.00 of goods for 130.00 leaves Silver as it is."""
    book = shop()
    receipt = buy(book, ("POT", 60, 2), ("CUP", 10, 1))
    history = History([bought(receipt), arrived(receipt)])
    preview = book.preview_return(receipt, history=history, returning={"2": 1}, at=noon("03-10"))

    assert preview.tier_lost is None
    assert ["settled.refund", "settled.points_taken"] == [
        each.code for each in preview.statements if each.code.startswith("settled.")
    ]


def test_the_fee_is_off_the_refund() -> None:
    """What goes back is the price less the fee."""
    book = shop(ReturnPolicy("standard", within=Days(30), after="delivered", fee=eur("4.95")))
    receipt = buy(book, ("POT", 60, 1))
    preview = book.preview_return(
        receipt, history=History([bought(receipt), arrived(receipt)]), returning={"1": 1}, at=noon("03-10")
    )

    assert eur("55.05") == preview.refund
    assert preview.refund == preview.money.refund


def test_what_happens_later_changes_no_preview() -> None:
    """Of a history that goes on, only what happened until then is looked at."""
    book = shop()
    receipt = buy(book, ("POT", 60, 2))
    past: list[Event] = [bought(receipt), arrived(receipt)]
    later: list[Event] = [came_back(receipt, "03-12", line_1=1), PointsSpent("spent", noon("03-13"), "basket", 10)]
    alone, with_later = (
        book.preview_return(receipt, history=History(events), returning={"1": 1}, at=noon("03-10"))
        for events in (past, [*past, *later])
    )

    assert alone == with_later


def test_points_that_are_gone_are_set_off() -> None:
    """Sixty points were earned and fifty spent; the fifty that are missing cost 0.50 of the refund."""
    club = loyalty.Program(
        "club",
        earning=loyalty.points(1, per=eur(1), tax="included"),
        lots=loyalty.Lots(hold="not"),
        claw_back=loyalty.ClawBack(shortfall="set_off", point_worth=eur("0.01")),
    )
    book = shop(STANDARD, club)
    receipt = buy(book, ("POT", 60, 1))
    spent = PointsSpent("spent", noon("03-05"), "voucher", 50)
    preview = book.preview_return(
        receipt, history=History([bought(receipt), arrived(receipt), spent]), returning={"1": 1}, at=noon("03-10")
    )

    assert (eur(60), eur("59.50")) == (preview.money.refund, preview.refund)
    assert 10 == preview.points_taken
    assert preview.tier_lost is None  # a club without tiers
    assert preview.before is None


def test_points_that_paid_come_back() -> None:
    """The order was paid half by points, and earned fewer than it takes back with it."""
    book = shop()
    quote = book.price(Order([Line("1", Product("POT"), 1, unit_price=eur(20))], currency="EUR"), at=noon("03-02"))
    receipt = book.place(quote, id="A-1", paid=[Tender("card", eur(10)), Tender("points", eur(10))])
    earlier = buy(book, ("POT", 1000, 1), id="A-0", at="01-02")
    history = History(
        [
            bought(earlier),
            arrived(earlier, "01-04"),
            bought(receipt),
            PointsSpent("spent", noon("03-02"), "A-1", 1000, order="A-1"),
            arrived(receipt),
        ]
    )
    preview = book.preview_return(receipt, history=history, returning={"1": 1}, at=noon("03-10"))

    assert -990 == preview.points_taken
    assert "With this return, 990 points come back to your balance." in [plain(each) for each in preview.statements]


def test_without_a_programme_there_is_only_money() -> None:
    """A shop without a club says nothing of points and tiers."""
    book = shop(STANDARD, None)
    receipt = buy(book, ("POT", 60, 2))
    preview = book.preview_return(receipt, history=History([arrived(receipt)]), returning={"1": 2}, at=noon("03-10"))

    assert (eur(120), 0, None) == (preview.refund, preview.points_taken, preview.tier_lost)
    assert (preview.points, preview.before, preview.after) == (None, None, None)


def test_a_return_that_is_refused_says_why_and_promises_nothing() -> None:
    """After forty days nothing is accepted: the customer hears the reason, and staff see what it would be worth."""
    book = shop()
    receipt = buy(book, ("POT", 60, 1))
    history = History([bought(receipt), arrived(receipt)])
    preview = book.preview_return(receipt, history=history, returning={"1": 1}, at=noon("04-13"))

    assert not preview.accepted
    assert ["returns.refused"] == [each.code for each in preview.statements]
    assert eur(60) == preview.refund


def test_what_two_lines_say_alike_is_said_once() -> None:
    """Two lines with one deadline have one step."""
    book = shop(ReturnPolicy("standard", within=Days(30), after="delivered", send_within=Days(14)))
    receipt = buy(book, ("POT", 60, 1), ("CUP", 10, 1))
    history = History([bought(receipt), arrived(receipt)])
    preview = book.preview_return(receipt, history=history, returning={"1": 1, "2": 1}, at=noon("03-10"))

    assert 2 == len(preview.assessments)
    assert ["returns.step.send_by"] == [each.code for each in preview.statements if "step" in each.code]


def test_before_the_purchase_a_return_can_be_asked_for() -> None:
    """The receipt that the quote would become is enough, without any history."""
    book = shop()
    receipt = buy(book, ("POT", 60, 1))
    answers = book.assess_return(receipt, returning={"1": 1}, at=noon("03-02"))
    preview = book.preview_return(receipt, returning={"1": 1}, at=noon("03-02"))

    assert answers == preview.assessments
    assert eur(60) == preview.refund


def test_a_preview_reads_back() -> None:
    """What a return does is a value that can be written down."""
    book = shop(STANDARD, None)
    receipt = buy(book, ("POT", 60, 1))
    preview = book.preview_return(receipt, history=History([arrived(receipt)]), returning={"1": 1}, at=noon("03-10"))

    assert preview == SettledReturn(assessments=preview.assessments, money=preview.money)
    assert repr(preview).startswith("SettledReturn(")


# --- what happened is settled as it was previewed --------------------------------------------------------------------


def test_everything_that_comes_back_gives_back_everything() -> None:
    """Bought two for one, returned in two parts: what was paid, and not a cent more."""
    book = shop(STANDARD, CLUB, tea_set)
    receipt = buy(book, ("CUP", 10, 2), ("POT", 25, 1))
    first, second = came_back(receipt, "03-10", line_1=1), came_back(receipt, "03-11", line_1=1, line_2=1)
    history = History([bought(receipt), arrived(receipt), first, second])
    parts = [book.settle(receipt, history=history, at=noon(day)) for day in ("03-10", "03-11")]

    assert eur(35) == receipt.payable
    assert eur(35) == parts[0].refund + parts[1].refund


def test_settling_looks_no_further_than_its_instant() -> None:
    """Before anything came back there is nothing to settle."""
    book = shop()
    receipt = buy(book, ("CUP", 10, 2))
    history = History([bought(receipt), arrived(receipt), came_back(receipt, "03-10", line_1=1)])

    with pytest.raises(OrderError):
        book.settle(receipt, history=history, at=noon("03-09"))


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["1", "2"]), st.integers(1, 3), min_size=1), st.integers(0, 40))
def test_what_is_previewed_is_what_is_settled(units: dict[str, int], days: int) -> None:
    """Recorded as it was previewed, a return gives the same money, points and tier."""
    book = shop(STANDARD, CLUB, tea_set)
    receipt = buy(book, ("CUP", 10, 3), ("POT", 40, 3))
    history = History([bought(receipt), arrived(receipt)])
    at = noon("03-04") + timedelta(days=days)
    preview = book.preview_return(receipt, history=history, returning=units, at=at)
    regimes = tuple(dict.fromkeys(regime for each in preview.assessments for regime in each.regimes))
    event = Returned("back", at, "A-1", returning_units(units), "change_of_mind", regimes=regimes)
    after = History([*history.events, event])

    assert preview.money.refund == book.settle(receipt, history=after, at=at).refund
    assert preview.points is not None
    assert preview.points.after.balance == book.points(after, at=at).balance
    assert preview.after is not None
    assert preview.after.tier == book.standing(after, at=at).tier


@settings(max_examples=25)
@given(st.permutations(range(6)))
def test_questions_change_nothing(order: list[int]) -> None:
    """Asked in whatever order, every question has the answer that it has alone."""
    receipt = buy(shop(), ("CUP", 10, 3), ("POT", 60, 2))
    past = History([bought(receipt), arrived(receipt), came_back(receipt, "03-08", line_1=1)])
    at = noon("03-10")

    def ask(book: PolicyBook, which: int) -> object:
        return (
            lambda: book.rights_at(receipt, history=past, at=at),
            lambda: book.assess_return(receipt, history=past, returning={"1": 1}, at=at),
            lambda: book.preview_return(receipt, history=past, returning={"2": 1}, at=at),
            lambda: book.settle(receipt, history=past, at=at),
            lambda: (book.holds(past, at=at), book.points(past, at=at), book.standing(past, at=at)),
            lambda: book.earn(receipt, history=History(), at=at),
        )[which]()

    asked, events, code = shop(), past.events, repr(receipt)
    answers = {which: ask(asked, which) for which in order}

    assert {which: ask(shop(), which) for which in order} == answers
    assert (events, code, shop()) == (past.events, repr(receipt), asked)


# --- members -------------------------------------------------------------------------------------------------------


def test_a_purchase_says_what_it_would_bring() -> None:
    """Ten points, pending until the returns are over; nothing is recorded."""
    book = shop()
    receipt = buy(book, ("CUP", 10, 1))
    preview = book.earn(receipt, history=History(), at=noon("03-02"))

    assert (10, (0, 10)) == (preview.change, counts(preview.after))
    assert [(10, "points.earned")] == [(entry.points, entry.reason.code) for entry in preview.entries]


def test_a_purchase_brings_its_own_points_alone() -> None:
    """What came before, and what was refused before, is not told again; an order that is known brings nothing."""
    book = shop()
    first, second = buy(book, ("CUP", 10, 1), id="A-0"), buy(book, ("CUP", 20, 1))
    twice = Purchase("again", noon("03-03"), first)
    history = History([bought(first), twice])

    preview = book.earn(second, history=history, at=noon("03-05"))
    assert ([20], ()) == ([entry.points for entry in preview.entries], preview.refused)
    known = book.earn(first, history=history, at=noon("03-05"))
    assert (0, ["points.refused.known_order"]) == (known.change, [each.reason.code for each in known.refused])


def test_prices_know_the_tier_that_the_history_gives() -> None:
    """With a history the tier is derived, whatever the order says; without one, the order's is taken."""
    silver = Promotion("silver", when=customer.tier.at_least(SILVER), then=policies.percent_off(10))
    book = shop(STANDARD, CLUB, silver)
    earlier = buy(book, ("POT", 100, 1), id="A-0")
    order = Order([Line("1", Product("CUP"), unit_price=eur(10))], currency="EUR", customer=Customer("ola"))
    claimed = Order(order.lines, currency="EUR", customer=Customer("ola", tier=GOLD))
    history = History([bought(earlier)])

    assert eur(9) == book.price(order, at=noon("03-03"), history=history).payable
    assert eur(10) == book.price(claimed, at=noon("03-03"), history=History()).payable
    assert eur(9) == book.price(claimed, at=noon("03-03")).payable
    assert eur(9) == book.payable(order, at=noon("03-03"), history=history)


def test_near_misses_know_the_tier_of_their_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tier is derived once for each instant, and a near miss that waits has the tier of then."""
    asked: list[datetime] = []
    tier = Members.tier

    def counted(members: Members, history: History, *, at: datetime) -> Tier | None:
        asked.append(at)
        return tier(members, history, at=at)

    monkeypatch.setattr(Members, "tier", counted)
    silver = Promotion("silver", when=customer.tier.at_least(SILVER), then=policies.percent_off(10))
    three = Promotion("three", when=cart.quantity("CUP").at_least(3), then=policies.percent_off(50))
    spring = Schedule(date(2027, 3, 5), zone="UTC")
    sales = [
        Promotion(
            name,
            then=policies.percent_off(20, of=item.sku.is_("CUP")),
            schedule=spring,
            notice=Notice(customers=Days(400)),
        )
        for name in ("sale", "other")
    ]
    book = shop(STANDARD, CLUB, silver, three, *sales)
    history = History([bought(buy(book, ("POT", 100, 1), id="A-0"))])
    order = Order([Line("1", Product("CUP"), unit_price=eur(10))], currency="EUR", customer=Customer("ola"))
    asked.clear()

    decision = book.price(order, at=noon("03-03"), history=history)
    found = {each.promotion: each for each in decision.nearest_within(eur(100))}

    assert eur(9) == decision.payable
    assert (eur(12), ()) == (found["three"].payable, found["three"].also)
    assert (eur(6), ("sale",)) == (found["other"].payable, found["other"].also)  # no member of silver any more
    assert [decision.at, found["other"].at] == asked


def test_an_order_of_nobody_has_no_tier() -> None:
    """A guest with a history, and a customer of a club without tiers, are priced as they are."""
    order = Order([Line("1", Product("CUP"), unit_price=eur(10))], currency="EUR")
    known = Order(order.lines, currency="EUR", customer=Customer("ola"))
    club = loyalty.Program("club", earning=loyalty.points(1, per=eur(1), tax="included"))

    assert eur(10) == shop().payable(order, at=noon("03-03"), history=History())
    assert eur(10) == shop(None, club).payable(known, at=noon("03-03"), history=History())


def test_versions_of_a_programme_take_the_zone_of_the_book() -> None:
    """A programme with its successors is asked in the book's zone, unless it names its own."""
    own = loyalty.Program("club", earning=CLUB.earning, zone="Asia/Tokyo")
    receipt = buy(shop(), ("POT", 100, 1))
    history = History([bought(receipt), arrived(receipt)])
    evening = noon("04-03") + timedelta(hours=6)  # the next day has come in Tokyo

    available = [
        shop(STANDARD, club).points(history, at=evening).available
        for club in (CLUB, loyalty.ProgramVersions(CLUB, {noon("06-01"): CLUB}), own, loyalty.ProgramVersions(own))
    ]
    assert [0, 0, 100, 100] == available


# --- what cannot be asked --------------------------------------------------------------------------------------------


def test_a_book_that_promises_nothing_is_not_asked() -> None:
    """The message says which argument of the book is missing."""
    book = shop(None, None)
    receipt = buy(book, ("CUP", 10, 1))

    with pytest.raises(PolicyError, match=r"promises nothing about returns: give it `returns=ReturnPolicy\(\.\.\.\)`"):
        book.assess_return(receipt, returning={"1": 1}, at=noon("03-10"))
    with pytest.raises(PolicyError, match=r"no programme for members: give it `loyalty=loyalty.Program\(\.\.\.\)`"):
        book.standing(History(), at=noon("03-10"))
    with pytest.raises(
        PolicyError, match=r"gives no warranty: give it `returns=returns.AfterSales\(warranties=\.\.\.\)`"
    ):
        book.assess_warranty(receipt, line="1", at=noon("03-10"))


def test_every_warranty_answers() -> None:
    """The maker's is over after a year; the shop's asks for a photo first, and repairs once it is there."""
    maker = ReturnPolicy("maker", regime="warranty", within=Days(365), after="delivered")
    own = ReturnPolicy("own", regime="warranty", within=Days(730), after="delivered", evidence="photo")
    book = shop(returns.AfterSales(warranties=[returns.Warranty(maker), returns.Warranty(own)]))
    receipt = buy(book, ("POT", 60, 2))
    late = {"history": History([arrived(receipt)]), "line": "1", "at": noon("03-10").replace(year=2027)}

    asked, shown = book.assess_warranty(receipt, **late), book.assess_warranty(receipt, **late, evidence="photo")
    assert ["refuse", "accept"] == [each.outcome for each in asked] == [each.outcome for each in shown]
    assert ["Please send us: “photo”.", "Please send the goods back."] == [plain(each) for each in asked[1].steps]
    assert ["Please send the goods back."] == [plain(each) for each in shown[1].steps]
    assert 2 == book.assess_warranty(receipt, **late, quantity=2)[1].units[0].count


@pytest.mark.parametrize("nothing", [{}, []])
def test_a_return_of_nothing_is_refused(nothing: Any) -> None:
    """Somebody who returns names lines and units."""
    book = shop()
    receipt = buy(book, ("CUP", 10, 1))

    with pytest.raises(OrderError, match="nothing comes back: name the lines and how many units of each"):
        book.preview_return(receipt, returning=nothing, at=noon("03-10"))


def test_units_may_be_named_one_by_one() -> None:
    """The second cup of three, by its number."""
    book = shop()
    receipt = buy(book, ("CUP", 10, 3))
    history = History([bought(receipt), arrived(receipt)])
    preview = book.preview_return(receipt, history=history, returning=[Units("1", 1, first=2)], at=noon("03-10"))

    assert eur(10) == preview.refund


def test_a_book_whose_returns_say_nothing_in_a_currency_is_refused() -> None:
    """The fee has no amount in złotys, and the path says where."""
    with pytest.raises(BookError, match="PLN"):
        PolicyBook(
            "shop",
            zone="UTC",
            currencies=["EUR", "PLN"],
            returns=ReturnPolicy("standard", within=Days(30), after="delivered", fee=eur(5)),
        )


# --- crossings that meet in one sentence or one price ----------------------------------------------------------------


def test_a_tier_at_risk_is_said() -> None:
    """Silver was gained with old credit; what comes back now is what would have kept it for another term."""
    ladder = loyalty.Ladder.by(
        loyalty.spend(last=Months(12)), {MEMBER: eur(0), SILVER: eur(100)}, validity=loyalty.KeptFor(Months(6))
    )
    book = shop(STANDARD, loyalty.Program("club", ladder=ladder, earning=CLUB.earning))
    first = buy(book, ("POT", 100, 1), id="A-0", at="01-02")
    second = buy(book, ("POT", 100, 1), ("CUP", 10, 1), id="A-1", at="08-02")
    history = History([bought(first), arrived(first, "01-04"), bought(second), arrived(second, "08-04")])
    preview = book.preview_return(second, history=history, returning={"1": 1}, at=noon("08-10"))
    small = book.preview_return(second, history=history, returning={"2": 1}, at=noon("08-10"))

    assert preview.after is not None
    assert (None, SILVER) == (preview.tier_lost, preview.after.tier)
    risk = preview.tier_at_risk
    assert risk is not None
    said = [each for each in preview.statements if each.code == "settled.tier_at_risk"]
    assert [risk.on] == [each["date"] for each in said]
    assert plain(said[0]).startswith("With this return, your Silver tier is at risk: as things stand, it ends on")
    assert small.tier_at_risk is None


def test_a_tier_that_ends_anyway_is_not_put_at_risk() -> None:
    """What comes back makes more be missing, and the tier end no sooner."""
    ladder = loyalty.Ladder.by(
        loyalty.spend(last=Months(12)), {MEMBER: eur(0), SILVER: eur(100)}, validity=loyalty.KeptFor(Months(6))
    )
    book = shop(STANDARD, loyalty.Program("club", ladder=ladder, earning=CLUB.earning))
    first = buy(book, ("POT", 100, 1), id="A-0", at="01-02")
    second = buy(book, ("CUP", 10, 1), id="A-1", at="08-02")
    history = History([bought(first), arrived(first, "01-04"), bought(second), arrived(second, "08-04")])
    preview = book.preview_return(second, history=history, returning={"1": 1}, at=noon("08-10"))

    assert preview.before is not None
    assert preview.after is not None
    assert preview.after.at_risk
    assert preview.before.forecast != preview.after.forecast
    assert preview.tier_at_risk is None


def test_what_earns_no_points_takes_the_points_of_its_goods() -> None:
    """A promotion that says so leaves the goods that it discounted without points, also at their return."""
    silent = Promotion("silent", then=policies.percent_off(10, of="CUP"), earns_points=False)
    book = shop(STANDARD, CLUB, silent)
    receipt = buy(book, ("CUP", 10, 1), ("POT", 60, 1))
    history = History([bought(receipt), arrived(receipt)])

    assert 60 == book.earn(receipt, history=History(), at=noon("03-02")).change
    taken = [
        book.preview_return(receipt, history=history, returning={line: 1}, at=noon("03-10")).points_taken
        for line in ("1", "2")
    ]
    assert [0, 60] == taken


def test_a_gift_that_is_kept_is_paid_for() -> None:
    """Who returns what brought a gift gives it back or pays what it is worth, as the terms say."""
    pot = Promotion("spoon", when=cart.has("POT"), then=policies.gift("SPOON", value=eur(2)))
    backs = []
    for gifts in ("list_value", "free"):
        book = shop(ReturnPolicy("standard", within=Days(30), after="delivered", gifts=gifts), CLUB, pot)
        receipt = buy(book, ("POT", 60, 1), ("CUP", 10, 1))
        history = History([bought(receipt), arrived(receipt)])
        backs.append(book.preview_return(receipt, history=history, returning={"1": 1}, at=noon("03-10")).refund)

    assert [eur(58), eur(60)] == backs


def test_a_tier_changes_price_delivery_returns_and_hold() -> None:
    """Gold pays less, ships free and may return for 60 days, for which its points are held."""
    gold = customer.tier.at_least(GOLD)
    book = PolicyBook(
        "shop",
        zone="UTC",
        currencies=["EUR"],
        promotions=[
            Promotion("gold", when=gold, then=policies.percent_off(10)),
            Promotion("ships-free", when=gold, then=policies.free_shipping()),
        ],
        delivery=[Delivery("std", fee=eur(5))],
        returns=STANDARD.except_when(gold, within=Days(60), named="gold"),
        loyalty=CLUB,
    )
    paid, held = [], []
    for spent in (60, 500):
        earlier = buy(book, ("POT", spent, 1), id="A-0", at="01-02")
        past = History([bought(earlier), arrived(earlier, "01-04")])
        order = Order(
            [Line("1", Product("CUP"), unit_price=eur(10))],
            currency="EUR",
            customer=Customer("ola"),
            shipments=[Shipment("s", "std")],
        )
        quote = book.price(order, at=noon("03-02"), history=past)
        receipt = book.place(quote, id="A-1", paid=[Tender("card", quote.payable)])
        paid.append(quote.payable)
        after = History([*past.events, bought(receipt), arrived(receipt)])
        held.append(book.holds(after, at=noon("03-10"))["A-1", "1"])

    assert [eur(15), eur(9)] == paid
    assert [date(2026, 4, 3), date(2026, 5, 3)] == held
