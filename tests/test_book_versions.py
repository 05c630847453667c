"""Books that replaced one another: what was promised stays promised."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aftercare
from aftercare import (
    BookError,
    BookHistory,
    Customer,
    Days,
    Delivered,
    History,
    Line,
    Notice,
    Order,
    PolicyBook,
    PolicyError,
    Product,
    Promotion,
    Purchase,
    Receipt,
    Returned,
    ReturnPolicy,
    Schedule,
    Tender,
    Tier,
    customer,
    eur,
    loyalty,
    policies,
    returns,
)
from aftercare.order_events import Units

MEMBER, SILVER, GOLD = Tier("member", 0), Tier("silver", 1), Tier("gold", 2)
LADDER = loyalty.Ladder.by(loyalty.spend(), {MEMBER: eur(0), SILVER: eur(100), GOLD: eur(500)}, rewards={SILVER: 7})
CLUB = loyalty.Program("club", ladder=LADDER, earning=loyalty.points(1, per=eur(1), tax="included"))
DOUBLE = attrs.evolve(CLUB, earning=loyalty.points(2, per=eur(1), tax="included"))
PLAIN = attrs.evolve(CLUB, ladder=None)
MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def shop(days: int = 30, percent: int = 10, club: Any = CLUB, **given: Any) -> PolicyBook:
    """A book with returns within so many days, a percentage off for Silver, and a club."""
    off = Promotion("silver", when=customer.tier.at_least(SILVER), then=policies.percent_off(percent))
    policy = ReturnPolicy("standard", within=Days(days), after="delivered")
    options = {"zone": "UTC", "currencies": ["EUR"], "promotions": [off], "returns": policy, "loyalty": club, **given}
    return PolicyBook("shop", **options)


def buy(books: PolicyBook | BookHistory, id: str, at: datetime, price: int, past: History | None = None) -> Receipt:
    """The receipt of one pot."""
    order = Order([Line("1", Product("POT"), unit_price=eur(price))], currency="EUR", customer=Customer("ola"))
    quote = books.price(order, at=at, history=past)
    return books.place(quote, id=id, paid=[Tender("card", quote.payable)])


def lived(*receipts: Receipt) -> History:
    """The purchases of receipts, each delivered on the next day."""
    bought = [Purchase(f"buy {each.id}", each.placed_at, each) for each in receipts]
    came = [Delivered(f"came {each.id}", each.placed_at + timedelta(1), each.id) for each in receipts]
    return History([*bought, *came])


# --- which book counts -----------------------------------------------------------------------------------------------


def test_a_book_is_in_force_from_its_instant_on() -> None:
    """The start of a version is its own."""
    old, new = shop(30), shop(14)
    books = BookHistory(old, {JUNE: new})

    assert [old, old, new, new] == [
        books.book_at(at) for at in (MAY, JUNE - timedelta(microseconds=1), JUNE, datetime(2030, 1, 1, tzinfo=UTC))
    ]


def test_an_order_is_judged_by_what_was_promised_when_it_was_placed() -> None:
    """Thirty days then are thirty days now, and so with the price of what is kept."""
    old, new = shop(30, club=None), shop(14, club=None)
    books = BookHistory(old, {JUNE: new})
    before, after = buy(books, "A-1", JUNE - timedelta(5), 60), buy(books, "A-2", JUNE + timedelta(5), 60)
    past = lived(before, after)
    late = JUNE + timedelta(22)

    assert (old, new) == (books.book_of(before), books.book_of(after))
    assert [True, False] == [
        books.preview_return(each, history=past, returning={"1": 1}, at=late).accepted for each in (before, after)
    ]
    assert ["accept", "refuse"] == [
        books.assess_return(each, history=past, returning={"1": 1}, at=late)[0].outcome for each in (before, after)
    ]
    assert [1, 0] == [len(books.rights_at(each, history=past, at=late).rights) for each in (before, after)]
    assert {("A-1", "1"): date(2026, 6, 27), ("A-2", "1"): date(2026, 6, 21)} == books.holds(past, at=late)
    back = Returned("back", late, "A-1", [Units("1", 1)], "change_of_mind", regimes=("promise",))
    assert eur(60) == books.settle(before, history=History([*past.events, back]), at=late).refund
    assert books.replay(before).same


def test_a_receipt_of_no_book_is_refused() -> None:
    """The message names the version that is missing and those that are there."""
    stranger = buy(shop(7), "A-1", MAY, 60)
    books = BookHistory(shop(30), {JUNE: shop(14)})

    with pytest.raises(PolicyError, match=f"no book of this history is `{stranger.book[:12]}`: it has `.*`, `.*`; add"):
        books.settle(stranger, history=History(), at=JUNE)
    with pytest.raises(PolicyError, match="no book of this history"):
        books.holds(lived(stranger), at=JUNE)


def test_a_quote_is_placed_by_the_book_that_made_it() -> None:
    """Also after another one replaced it; and explained by it, with the tier of the whole history."""
    books = BookHistory(shop(percent=10), {JUNE: shop(percent=20)})
    earlier = lived(buy(books, "A-0", MAY, 100))
    order = Order([Line("1", Product("CUP"), unit_price=eur(10))], currency="EUR", customer=Customer("ola"))
    quote = books.price(order, at=JUNE - timedelta(1), history=earlier)
    again = pickle.loads(pickle.dumps(quote)).with_book(books.book_of(quote))  # noqa: S301 - what was just pickled

    assert eur(9) == books.place(quote, id="A-1", paid=[Tender("card", eur(9))]).payable
    assert quote.why("silver") == again.why("silver")
    assert eur(8) == books.price(order, at=JUNE, history=earlier).payable


# --- members ---------------------------------------------------------------------------------------------------------


def test_points_follow_the_programme_of_their_event() -> None:
    """A hundred points for a hundred in May, two hundred in June; a tier counts both."""
    books = BookHistory(shop(), {JUNE: shop(club=DOUBLE)})
    may = buy(books, "A-1", MAY, 100)
    june = buy(books, "A-2", JUNE, 100)
    past = lived(may, june)
    at = JULY + timedelta(40)

    assert (307, SILVER) == (books.points(past, at=at).available, books.standing(past, at=at).tier)
    assert 200 == books.earn(june, history=lived(may), at=JUNE).change
    assert [100, 200] == [shop(club=club).points(lived(may), at=at).available - 7 for club in (CLUB, DOUBLE)]


def test_before_there_was_a_programme_nothing_was_earned() -> None:
    """Orders of before count for the tier, as the ladder says, and bring no points."""
    books = BookHistory(shop(club=None), {JUNE: shop()})
    past = lived(buy(books, "A-1", MAY, 100), buy(books, "A-2", JUNE, 50))

    with pytest.raises(PolicyError, match="no programme for members"):
        books.points(past, at=MAY)
    assert 50 == books.points(past, at=JULY + timedelta(40)).available
    assert SILVER == books.standing(past, at=JULY).tier


def test_a_programme_that_ended_is_asked_no_more() -> None:
    """What it said while it was there it still says; one that comes back pays for nothing in between."""
    books = BookHistory(shop(), {JUNE: shop(14, club=None), JULY: shop()})
    past = lived(buy(books, "A-1", MAY, 60), buy(books, "A-2", JUNE, 60), buy(books, "A-3", JULY, 60))

    assert 60 == books.points(past, at=JUNE - timedelta(1)).pending
    with pytest.raises(PolicyError, match="no programme"):
        books.standing(past, at=JUNE)
    assert 120 == books.points(past, at=JULY + timedelta(40)).available


def test_tiers_may_come_later_and_go() -> None:
    """A club without tiers earns on, and who asks for a tier is told that there is none."""
    books = BookHistory(shop(club=PLAIN), {JUNE: shop(14), JULY: shop(club=PLAIN)})
    past = lived(buy(books, "A-1", MAY, 60), buy(books, "A-2", JUNE, 60))

    assert SILVER == books.standing(past, at=JUNE).tier
    for at in (MAY, JULY):
        with pytest.raises(PolicyError, match="the programme of book `shop` has no tiers: give it `ladder="):
            books.standing(past, at=at)
    assert 60 == books.points(past, at=JUNE + timedelta(5)).available


def test_versions_of_a_programme_in_versions_of_a_book() -> None:
    """A book that dates its own programme hands over at the start of the next one."""
    turn = JUNE + timedelta(10)
    dated = loyalty.ProgramVersions(CLUB, {MAY: DOUBLE, turn: CLUB, JULY + timedelta(10): DOUBLE})
    books = BookHistory(shop(club=PLAIN, days=1), {JUNE: shop(club=dated), JULY: shop(club=PLAIN)})
    bought = [buy(books, f"A-{day}", JUNE + timedelta(day), 10) for day in (-1, 5, 15, 45)]

    assert [10, 20, 10, 10] == [books.earn(each, history=lived(), at=each.placed_at).change for each in bought]


# --- what is asked of a book -----------------------------------------------------------------------------------------


def test_terms_in_force() -> None:
    """Each book tells its own terms."""
    old, new = shop(30), shop(14)
    books = BookHistory(old, {JUNE: new})

    assert [Days(30), Days(14)] == [books.terms_in_force(at=at).returns[0][1].window.within for at in (MAY, JUNE)]
    assert (new.fingerprint, new.promotions, CLUB) == (
        books.terms_in_force(at=JUNE).book,
        books.terms_in_force(at=JUNE).promotions,
        attrs.evolve(books.terms_in_force(at=JUNE).program or CLUB, zone=None),
    )


def test_a_warranty_is_that_of_the_book_of_the_receipt() -> None:
    """Two years then are two years, whatever is promised now; and the membership is that of all books."""
    maker = ReturnPolicy("maker", regime="warranty", within=Days(700), after="delivered")
    books = BookHistory(shop(returns=returns.AfterSales(warranties=returns.Warranty(maker))), {JUNE: shop()})
    receipt = buy(books, "A-1", MAY, 60)
    past = lived(receipt)

    assert ["accept"] == [each.outcome for each in books.assess_warranty(receipt, history=past, line="1", at=JULY)]
    assert books.points(past, at=JULY) == books.membership(past, at=JULY).points


# --- what cannot be --------------------------------------------------------------------------------------------------


def test_books_that_cannot_replace_one_another() -> None:
    """All that is wrong, each with its path."""
    no_book: Any = "book"
    with pytest.raises(BookError, match="these books cannot replace one another") as caught:
        BookHistory(
            shop(),
            [(MAY, shop(zone="Asia/Tokyo")), (MAY.astimezone(dt.timezone(timedelta(hours=2))), no_book)],
        )

    assert ["later[0]", "later[1]", "later[1]"] == [each.path for each in caught.value.problems]
    with pytest.raises(BookError, match="first: `'book'` is no book"):
        BookHistory(no_book)


def test_a_history_is_a_value() -> None:
    """It is equal to its code and its pickle, whatever it was asked."""
    books = BookHistory(shop(), {JULY: shop(7), JUNE: shop(14)})
    books.book_at(MAY)
    namespace = {
        **{each: getattr(aftercare, each) for each in aftercare.__all__},
        "policies": policies,
        "loyalty": loyalty,
        "returns": returns,
        "datetime": dt,
        "decimal": decimal,
        "fractions": fractions,
    }

    assert books == eval(repr(books), namespace)  # noqa: S307 - the repr of a policy is code
    assert books == pickle.loads(pickle.dumps(books))  # noqa: S301 - what was just pickled


# --- a law -----------------------------------------------------------------------------------------------------------

instants = st.integers(0, 120).map(lambda days: MAY + timedelta(days))
versions = st.builds(
    shop, st.sampled_from([7, 14, 30]), st.sampled_from([5, 10]), st.sampled_from([CLUB, DOUBLE, PLAIN, None])
)


def asked(books: BookHistory, receipts: list[Receipt], at: datetime) -> list[object]:
    """Everything that may be asked at an instant, with the errors."""
    past = lived(*receipts).until(at)
    found: list[object] = []
    for ask in (
        lambda: books.terms_in_force(at=at),
        lambda: books.holds(past, at=at),
        lambda: books.standing(past, at=at),
        lambda: books.points(past, at=at),
        lambda: books.price(receipts[0].order, at=at, history=past).payable,
        lambda: [books.rights_at(each, history=past, at=at) for each in receipts],
        lambda: [books.preview_return(each, history=past, returning={"1": 1}, at=at) for each in receipts],
    ):
        try:
            found.append(ask())
        except PolicyError as error:
            found.append(str(error))
    return found


@settings(max_examples=40)
@given(versions, st.dictionaries(instants, versions, max_size=2), versions, st.lists(instants, min_size=1, max_size=3))
def test_a_version_that_is_added_changes_no_earlier_answer(
    first: PolicyBook, later: dict[datetime, PolicyBook], added: PolicyBook, days: list[datetime]
) -> None:
    """Asked about an instant before it, a history with one more book answers as the history without."""
    books = BookHistory(first, later)
    start = max([MAY, *later, *days]) + timedelta(5)
    more = BookHistory(first, {**later, start: added})
    receipts = [buy(books, f"A-{place}", at, 60) for place, at in enumerate(sorted(days))]
    at = start - timedelta(seconds=1)

    assert asked(books, receipts, at) == asked(more, receipts, at)
    assert [books.book_of(each) for each in receipts] == [more.book_of(each) for each in receipts]


def test_every_question_about_an_order_is_for_the_book_in_force() -> None:
    """The total alone, what an order qualifies for, many orders and announcements go by the instant."""
    notice = Notice(customers=Days(2), staff=Days(2))
    opens = Schedule(date(2026, 6, 2), zone="UTC")
    soon = Promotion("soon", then=policies.percent_off(5), schedule=opens, notice=notice)
    books = BookHistory(shop(percent=10), {JUNE: shop(percent=20, promotions=[soon, *shop(percent=20).promotions])})
    order = Order([Line("1", Product("POT"), unit_price=eur(100))], currency="EUR", customer=Customer("ola"))
    past = lived(buy(books, "A-1", MAY, 100))
    times = [MAY + timedelta(9), JUNE]
    priced = list(books.price_many((order, at, past) for at in times))

    assert [eur(90), eur(80)] == [each.payable for each in priced]
    assert [eur(90), eur(80)] == [books.payable(order, at=at, history=past) for at in times]
    assert [("silver",), ("silver",)] == [books.matching(order, at=at, history=past) for at in times]
    assert [0, 1] == [len(books.announcements(at=at)) for at in times]
    assert [0, 1] == [len(books.staff_briefing(at=at)) for at in times]
    assert [eur(100), eur(100)] == [each.payable for each in books.price_many([order, order], at=JUNE)]
