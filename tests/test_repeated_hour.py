"""What is answered in the hour that clocks show twice, asked in a zone and asked in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import attrs
from hypothesis import given
from hypothesis import strategies as st

from aftercare import (
    Adjustment,
    Birthday,
    BookHistory,
    Customer,
    Days,
    History,
    Line,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Purchase,
    ReturnPolicy,
    Schedule,
    Tender,
    Tier,
    Visit,
    cart,
    dated,
    eur,
    loyalty,
    policies,
    stepped,
)
from aftercare.limits import Counts, Posting, Tally, Use, commit, reserve
from aftercare.member_events import Review, SignUp
from aftercare.order_events import Units
from aftercare.return_events import Returned
from aftercare.zones import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aftercare.history import Event

    Clock = Callable[[int], datetime]

WARSAW = ZoneInfo("Europe/Warsaw")
START = datetime(2026, 10, 24, 23, 45, tzinfo=UTC)
minutes = st.integers(0, 150)
"""From a quarter to two on; the clocks of Warsaw go back from three to two after 75 minutes."""


def in_utc(minute: int) -> datetime:
    """An instant of the night, in UTC."""
    return START + timedelta(minutes=minute)


def in_warsaw(minute: int) -> datetime:
    """The same instant on the clocks of Warsaw."""
    return in_utc(minute).astimezone(WARSAW)


def told(value: Any) -> Any:
    """A value with every instant in it in UTC."""
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, tuple | list):
        return [told(each) for each in value]
    if attrs.has(type(value)):
        fields = attrs.fields(type(value))
        return type(value).__name__, {each.name: told(getattr(value, each.name)) for each in fields if each.eq}
    return value


def order(count: int = 2) -> Order:
    """Some cups."""
    line = Line("1", Product("CUP"), count, unit_price=eur(10))
    return Order([line], currency="EUR", customer=Customer("C-1"))


# --- promotions ------------------------------------------------------------------------------------------------------


def shop(clock: Clock, turns: Sequence[int]) -> PolicyBook:
    """Values and terms that change at some minutes."""
    first, second = (clock(turn) for turn in turns)
    steps = stepped(cart.quantity(), {3: 10, 9: 20})
    return PolicyBook(
        "shop",
        zone="Europe/Warsaw",
        currencies=["EUR"],
        promotions=[
            Promotion("percent", then=policies.percent_off(dated(10, {first: 20, second: 30}))),
            Promotion("steps", then=policies.percent_off(dated(stepped(cart.quantity(), {5: 1}), {first: steps}))),
            Promotion("open", schedule=Schedule(None, second, zone="Europe/Warsaw"), then=policies.amount_off(eur(1))),
        ],
        returns=ReturnPolicy("returns", within=dated(Days(14), {first: Days(30), second: Days(20)}), after="delivered"),
    )


def sold(clock: Clock, turns: Sequence[int], at: int) -> object:
    """What a shop says at a minute."""
    book = shop(clock, turns)
    decision = book.price(order(), at=clock(at))
    later = BookHistory(
        attrs.evolve(book, promotions=()), {clock(turns[0]): book, clock(turns[1]): attrs.evolve(book, name="other")}
    )
    return (
        decision.payable,
        [told(decision.explain(each)) for each in ("percent", "steps", "open")],
        told(decision.nearest),
        told(book.terms_in_force(at=clock(at)).returns),
        later.book_at(clock(at)).name,
        later.price(order(), at=clock(at)).payable,
    )


@given(st.lists(minutes, min_size=2, max_size=2, unique=True), minutes)
def test_a_shop_answers_by_instants(turns: list[int], at: int) -> None:
    """Dated values, schedules, terms and books change at instants, whatever clocks show."""
    turns = sorted(turns)

    assert sold(in_warsaw, turns, at) == sold(in_utc, turns, at)


def test_a_dated_value_changes_at_its_instant() -> None:
    """Twenty minutes before the second half past two it is what it was, though clocks show twenty to three."""
    turn = datetime(2026, 10, 25, 2, 30, tzinfo=WARSAW, fold=1)
    sale = Promotion("sale", then=policies.percent_off(dated(10, {turn: 20})))
    book = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], promotions=[sale])

    assert book.price(order(1), at=datetime(2026, 10, 25, 2, 40, tzinfo=WARSAW)).saved == eur(1)
    assert book.price(order(1), at=turn).saved == eur(2)


# --- limits ----------------------------------------------------------------------------------------------------------


def booked(clock: Clock, steps: Sequence[tuple[int, int, bool]]) -> list[object]:
    """What comes of holds of two units, each for some minutes, in the order of their instants."""
    use = Use(Tally("flash"), 1, most=2, title="Flash")
    posting = Posting(Counts())
    found: list[object] = []
    for place, (at, lasts, commits) in enumerate(sorted(steps)):
        key = f"A-{place}"
        posting = reserve(posting.counts, [use], key=key, until=clock(at + lasts), at=clock(at))
        found.append(posting.accepted)
        if posting.accepted and commits:
            posting = commit(posting.counts, key=key, at=clock(at + 1))
        found.append(posting.counts.left(use, at=clock(at)))
    return found


@given(st.lists(st.tuples(minutes, st.integers(2, 90), st.booleans()), max_size=6))
def test_limits_are_kept_by_instants(steps: list[tuple[int, int, bool]]) -> None:
    """A hold lasts as long in the hour that is shown twice as in any other."""
    assert booked(in_warsaw, steps) == booked(in_utc, steps)


# --- loyalty ---------------------------------------------------------------------------------------------------------

MEMBER, GOLD = Tier("member", 0), Tier("gold", 1)
STEPS = ("buy", "back", "visit", "review", "adjust", "sign up", "birthday")


def club(clock: Clock, turn: int) -> loyalty.ProgramVersions:
    """A programme that gives points and other things, and gives more points from a minute on."""
    program = loyalty.Program(
        "club",
        zone="Europe/Warsaw",
        ladder=loyalty.Ladder.by(loyalty.spend(), {MEMBER: eur(0), GOLD: eur(30)}, rewards={GOLD: 5}),
        earning=loyalty.points(1, per=eur(1), tax="included"),
        lots=loyalty.Lots(expire=Days(1), spend="oldest_first"),
        cards=[loyalty.VisitCard("card", every=2, brings="a dessert")],
        awards=[
            loyalty.BirthdayReward("birthday", gives=loyalty.give_voucher(10)),
            loyalty.FeedbackIncentive(
                "review", gives={MEMBER: loyalty.give_points(1), GOLD: loyalty.give_voucher(5)}, purchased=False
            ),
        ],
    )
    more = attrs.evolve(program, earning=loyalty.points(2, per=eur(1), tax="included"))
    return loyalty.ProgramVersions(program, {clock(turn): more})


def happened(clock: Clock, step: str, place: int, minute: int) -> Event:
    """One event of a member."""
    at, id_ = clock(minute), f"e{place}"
    match step:
        case "buy":
            plain = PolicyBook("plain", zone="Europe/Warsaw", currencies=["EUR"])
            quote = plain.price(order(), at=at)
            return Purchase(id_, at, plain.place(quote, id=id_, paid=[Tender("card", quote.payable)]))
        case "back":
            return Returned(id_, at, f"e{place - 1}", [Units("1", 1)])
        case "visit":
            return Visit(id_, at)
        case "review":
            return Review(id_, at, f"SKU-{place}")
        case "adjust":
            return Adjustment(id_, at, 7 if place % 2 else -3, reason="a gift")
        case "sign up":
            return SignUp(id_, at)
        case _:
            return Birthday(id_, at, date(1990, 10, 25))


def member(clock: Clock, steps: Sequence[tuple[int, str]], turn: int, at: int) -> object:
    """All that a shop says of a member at a minute."""
    book = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], loyalty=club(clock, turn))
    history = History(happened(clock, step, place, minute) for place, (minute, step) in enumerate(sorted(steps)))
    seen = book.membership(history, at=clock(at), member="C-1", friends={})
    return told(seen), told(seen.points.arriving), told(book.price(order(), at=clock(at), history=history).payable)


@given(st.lists(st.tuples(minutes, st.sampled_from(STEPS)), max_size=6), minutes, minutes)
def test_a_programme_answers_by_instants(steps: list[tuple[int, str]], turn: int, at: int) -> None:
    """Points, tiers, cards and vouchers are those of the instant, whatever clocks show."""
    assert member(in_warsaw, steps, turn, at) == member(in_utc, steps, turn, at)
