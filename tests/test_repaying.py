"""What a return gives back to points: as many as its refund says, at the rate at which they paid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare import (
    Adjustment,
    BookHistory,
    Customer,
    Days,
    Delivered,
    History,
    Line,
    Order,
    PointsSpent,
    PolicyBook,
    Product,
    Promotion,
    Purchase,
    Returned,
    ReturnPolicy,
    Tender,
    Tier,
    eur,
    loyalty,
    policies,
    returns,
)
from aftercare.order_events import Units
from aftercare.points_events import Undone
from aftercare.return_events import AmountRefunded, RefundReversed, ReturnCancelled

if TYPE_CHECKING:
    from aftercare import Receipt
    from aftercare.history import Event

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HALF = Promotion("second-half-price", then=policies.every(2, of="CUP").percent_off(50))
CLUB = loyalty.Program("club", ladder=loyalty.Ladder.by(loyalty.spend(), {Tier("silver", 1): eur(12)}))
SHARED = ReturnPolicy("standard", within=Days(30), after="delivered", refund="proportional")
BY_RATIO = ReturnPolicy("standard", within=Days(30), after="delivered", refund="proportional", tenders="ratio")


def shop(promise: ReturnPolicy | None, **given: Any) -> PolicyBook:
    """A shop where the second cup is half price, with a club."""
    return PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[HALF], returns=promise, loyalty=CLUB, **given)


def bought(book: PolicyBook, cups: int = 2, points: int = 15, spent: int = 300) -> tuple[Receipt, list[Event]]:
    """Cups at 20.00 of which points paid so many euros, and what happened until they came; 1000 points there were."""
    order = Order([Line("1", Product("CUP"), cups, unit_price=eur(20))], currency="EUR", customer=Customer("ola"))
    quote = book.price(order, at=NOON)
    paid = [Tender("card", quote.payable - eur(points)), Tender("points", eur(points))]
    receipt = book.place(quote, id="A-1", paid=paid)
    events: list[Event] = [
        Adjustment("welcome", NOON - DAY, 1000, reason="welcome"),
        Purchase("buy", NOON, receipt),
        PointsSpent("spend", NOON, "A-1", spent, order="A-1"),
        Delivered("came", NOON + DAY, "A-1"),
    ]
    return receipt, events


def back(day: int, count: int = 1, **given: Any) -> Returned:
    """Cups that came back, so many days after the order."""
    units = [Units("1", count)] if count else ()
    at = NOON + day * DAY
    return Returned(f"back-{day}", at, "A-1", units, "change_of_mind", regimes=("promise",), **given)


def given_back(book: PolicyBook | BookHistory, *events: Event) -> int:
    """How many of the 300 points that were spent are there again after the last event."""
    return book.points(History(events), at=events[-1].at).available - 700


def paid_back(book: PolicyBook | BookHistory, receipt: Receipt, *events: Event) -> int:
    """How many minor units the refund of the last event gives to points."""
    settled = book.settle(receipt, history=History(events), at=events[-1].at)
    return sum(tender.amount.minor for tender in settled.tenders if tender.kind == "points")


@pytest.mark.parametrize(
    ("promise", "money", "points"),
    [
        (BY_RATIO, [750, 750], [150, 300]),
        (SHARED, [0, 1500], [0, 300]),  # card first
        (ReturnPolicy("s", within=Days(30), after="delivered", tenders="ratio"), [500, 1000], [100, 300]),
        (ReturnPolicy("s", within=Days(30), after="delivered", tenders="credit_first"), [1000, 500], [200, 300]),
    ],
)
def test_points_follow_the_money_of_their_tender(promise: ReturnPolicy, money: list[int], points: list[int]) -> None:
    """Two cups at 30.00, half of it by 300 points: what the first gives to points, and what both do."""
    book = shop(promise)
    receipt, events = bought(book)
    both = [*events, back(3), back(4)]

    assert money == [paid_back(book, receipt, *both[:-1]), paid_back(book, receipt, *both)]
    assert points == [given_back(book, *both[:-1]), given_back(book, *both)]


def test_a_preview_gives_back_what_the_return_does() -> None:
    """The preview says 150 points with 7.50, and so does the ledger once the cup is there."""
    book = shop(BY_RATIO)
    receipt, events = bought(book)
    preview = book.preview_return(receipt, history=History(events), returning={"1": 1}, at=NOON + 3 * DAY)

    assert (Tender("card", eur("7.50")), Tender("points", eur("7.50"))) == preview.money.tenders
    assert -150 == preview.points_taken
    assert 150 == given_back(book, *events, back(3))


def test_a_preview_knows_whether_the_customer_was_informed() -> None:
    """Without information the law's year holds: its proportional refund gives points 7.50, the shop's own only 5.00."""
    promise = ReturnPolicy("s", within=Days(60), after="delivered", tenders="ratio")
    book = shop(promise.not_below(returns.statutory("EU")))
    receipt, events = bought(book)
    past, at = History(events), NOON + 40 * DAY

    for informed, money, points in ((True, "5.00", 100), (False, "7.50", 150)):
        preview = book.preview_return(receipt, history=past, returning={"1": 1}, at=at, informed=informed)
        assert Tender("points", eur(money)) in preview.money.tenders
        assert -points == preview.points_taken


def test_every_verb_about_points_agrees() -> None:
    """The ledger, the membership, what a purchase would find and a member that is kept tell of the same points."""
    book = shop(BY_RATIO)
    receipt, events = bought(book)
    at = NOON + 3 * DAY
    past = History([*events, back(3)])
    kept = book.members.program(at).member(History(events), holds=book.holds(past, at=at))
    kept = kept.advance(back(3), repaid=book.repaid(past, at=at))

    assert {("back-3",): 750} == book.repaid(past, at=at)
    expected = book.points(past, at=at)
    assert expected == book.membership(past, at=at).points
    assert expected == book.earn(attrs.evolve(receipt, id="A-2"), history=past, at=at).before
    assert expected == kept.ledger(at=at)
    whole = book.members.program(at).member(past, holds=book.holds(past, at=at), repaid=book.repaid(past, at=at))
    assert expected == whole.ledger(at=at)


def test_a_kept_member_that_is_read_anew_remembers_refunds() -> None:
    """The second return takes a tier that never was confirmed: the points are folded again, with the first refund."""
    ladder = loyalty.Ladder.by(loyalty.spend(), {Tier("silver", 1): eur(4)})
    book = attrs.evolve(shop(BY_RATIO), loyalty=attrs.evolve(CLUB, ladder=ladder))
    _, events = bought(book)
    past = History([*events, back(3), back(4)])
    kept = book.members.program(NOON).member(History(events), holds=book.holds(past, at=NOON + DAY))
    tiers = []
    for event in (back(3), back(4)):
        kept = kept.advance(event, repaid=book.repaid(past, at=event.at))
        tiers.append(kept.standing(at=event.at).tier)

    assert [Tier("silver", 1), None] == tiers
    assert book.points(past, at=NOON + 4 * DAY) == kept.ledger(at=NOON + 4 * DAY)


def test_a_member_told_event_by_event_stands_the_same() -> None:
    """Points that come back move no tier: who is followed stands where the whole history says."""
    book = shop(BY_RATIO)
    _, events = bought(book)
    told = [*events, back(3), back(4)]
    follower = book.follower()
    tiers = []
    for place, event in enumerate(told):
        follower.take(event)
        expected = book.standing(History(told[: place + 1]), at=event.at)
        assert expected == follower.standing(event.at)
        tiers.append(expected.tier is not None)
    assert [False, True, True, True, False, False] == tiers


def test_each_receipt_is_settled_by_its_own_book() -> None:
    """The order of March gives back by ratio although the book of April pays the card first."""
    spring, summer = shop(BY_RATIO), attrs.evolve(shop(SHARED), name="summer")
    books = BookHistory(spring, {NOON + 2 * DAY: summer})
    receipt, events = bought(spring)
    past = [*events, back(3)]

    assert 750 == paid_back(books, receipt, *past)
    assert 150 == given_back(books, *past)
    assert {("back-3",): 750} == books.repaid(History(past), at=past[-1].at)


@pytest.mark.parametrize(
    ("promise", "points"), [(None, 15), (BY_RATIO, 0)], ids=["nothing is promised", "points took no part of the money"]
)
def test_without_money_for_points_the_programme_reckons(promise: ReturnPolicy | None, points: int) -> None:
    """Where no refund says what goes to points, they go back in the ratio of the goods: half of them, so 150."""
    book = shop(promise)
    _, events = bought(book, points=points)
    past = [*events, back(3)]

    assert {} == book.repaid(History(past), at=past[-1].at)
    assert 150 == given_back(book, *past)


def test_before_anything_comes_back_nothing_is_settled() -> None:
    """Points that paid stay spent while the goods are kept."""
    book = shop(BY_RATIO)
    _, events = bought(book)

    assert {} == book.repaid(History(events), at=NOON + DAY)


def test_what_cannot_be_settled_is_left_to_the_programme() -> None:
    """A refund of more than the unit cost cannot be settled: returns before it are, those after it are not."""
    book = shop(BY_RATIO)
    _, events = bought(book, cups=3, points=20)
    odd = AmountRefunded("odd", NOON + 4 * DAY, "A-1", eur(90), [Tender("card", eur(90))], units=[Units("1", 1)])
    past = [*events, back(3), odd, back(5)]

    assert [("back-3",)] == list(book.repaid(History(past), at=past[-1].at))
    assert given_back(book, *past) > given_back(book, *past[:-2]) > 0


def test_money_to_points_without_a_return_comes_with_the_next_one() -> None:
    """An amount that staff paid back to points is part of what the next return gives."""
    book = shop(BY_RATIO)
    _, events = bought(book)
    amount = AmountRefunded("sorry", NOON + 3 * DAY, "A-1", eur(3), [Tender("points", eur(3))], units=[Units("1", 1)])
    past = [*events, amount, back(4)]
    money = book.repaid(History(past), at=past[-1].at)["back-4",]

    assert money > 300
    assert money * 300 // 1500 == given_back(book, *past)


def test_points_that_came_back_stay_when_money_is_asked_back() -> None:
    """A refund that was reversed takes no points away; what it gave counts for the next return."""
    book = shop(BY_RATIO)
    _, events = bought(book, cups=4)
    kept = Units("1", 1, first=1)
    amount = AmountRefunded("sorry", NOON + 2 * DAY, "A-1", eur(3), [Tender("points", eur(3))], units=[kept])
    undone = RefundReversed("no", NOON + 4 * DAY, "A-1", "sorry")
    none = back(5, 0, unexpected=("POT",))
    past = [*events, amount, back(3, 2), undone, none]

    repaid = book.repaid(History(past), at=past[-1].at)
    assert 300 == repaid["back-3",] - repaid["back-3", "back-5"]
    assert given_back(book, *past[:-2]) == given_back(book, *past) > 0


def test_a_return_that_was_undone_gives_nothing() -> None:
    """Of two returns the first is undone: the second gives what it would have given alone, then and in between."""
    book = shop(SHARED)
    _, events = bought(book)
    undone = Undone("no", NOON + 5 * DAY, "back-3")
    past = [*events, back(3), back(4), undone]

    assert [0, 300, 0] == [given_back(book, *past[:end]) for end in (-2, -1, len(past))]
    expected = {("back-3",): 0, ("back-3", "back-4"): 1500, ("back-4",): 0}
    assert expected == book.repaid(History(past), at=past[-1].at)
    before = book.points(History(past), at=past[-2].at).entries
    assert (
        before == book.points(History(past), at=past[-1].at).entries[: len(before)]
    )  # nothing is told otherwise later


def test_the_undoing_of_another_order_changes_nothing() -> None:
    """What is undone elsewhere is no event of this order."""
    book = shop(BY_RATIO)
    _, events = bought(book)
    past = [*events, back(3), Undone("no", NOON + 4 * DAY, "else")]

    assert {("back-3",): 750} == book.repaid(History(past), at=past[-1].at)


def test_a_return_that_was_called_off_keeps_what_was_told() -> None:
    """The entry of a return stands although it was called off later; the next one gives what both are due by then."""
    book = shop(BY_RATIO)
    _, events = bought(book)
    first = back(3, return_id="R-1")
    past = [*events, first, ReturnCancelled("no", NOON + 4 * DAY, "A-1", return_id="R-1"), back(5)]

    assert {("back-3",): 750, ("back-3", "back-5"): 750} == book.repaid(History(past), at=past[-1].at)
    assert 150 == given_back(book, *past)


promises = st.builds(
    lambda refund, tenders, fee: ReturnPolicy(
        "standard", within=Days(90), after="delivered", refund=refund, tenders=tenders, fee=fee
    ),
    st.sampled_from(["proportional", "recompute_monotone", "recompute_kept", "forfeit_benefit"]),
    st.sampled_from(["ratio", "card_first", "credit_first"]),
    st.sampled_from([returns.FREE, eur("4.95"), returns.restocking("10")]),
)


@settings(max_examples=60, deadline=None)
@given(
    promises,
    st.integers(1, 5),
    st.integers(1, 20),
    st.integers(1, 700),
    st.lists(st.booleans(), min_size=1, max_size=5),
)
def test_points_given_back_are_the_money_of_their_tender(
    promise: ReturnPolicy, cups: int, points: int, spent: int, steps: list[bool]
) -> None:
    """Whatever comes back step by step, or is called off: at the rate at which points paid, rounded down."""
    book = shop(promise)
    receipt, events = bought(book, cups, points, spent)
    past, standing = [*events], list[Returned]()
    for day, step in enumerate(steps, 3):
        at = NOON + day * DAY
        if step and standing:
            gone = standing.pop()
            past.append(ReturnCancelled(f"off-{day}", at, "A-1", return_id=f"{gone.return_id}"))
            past.append(Undone(f"undo-{day}", at, gone.id))
        elif sum(isinstance(event, Returned) for event in past) < cups:
            standing.insert(0, back(day, return_id=f"R-{day}"))
            past.append(standing[0])
        each = sorted(standing, key=lambda event: event.at)
        money = sum(paid_back(book, receipt, *events, *each[: count + 1]) for count in range(len(each)))

        assert spent * money // (points * 100) == book.points(History(past), at=at).available - (1000 - spent)
