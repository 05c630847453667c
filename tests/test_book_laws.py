"""Laws of the book over generated books, customers and timelines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare import (
    Customer,
    Days,
    Delivered,
    Delivery,
    History,
    Line,
    Months,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Purchase,
    Returned,
    ReturnPolicy,
    Shipment,
    Tender,
    Tier,
    cart,
    customer,
    eur,
    loyalty,
    policies,
    returns,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from aftercare import Money, Receipt

MEMBER, SILVER = Tier("member", 0), Tier("silver", 1)
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
GROUNDS = ("change_of_mind", "defect", "wrong_item", "late")
PROMOTIONS = (
    Promotion("sale", then=policies.percent_off(10)),
    Promotion("silver", when=customer.tier.at_least(SILVER), then=policies.percent_off(7)),
    policies.stack(
        Promotion("pair", then=policies.every(2, of="CUP").percent_off(50)),
        Promotion("two-for-one", then=policies.buy(1, of="POT").get_same(1).free()),
    ),
    Promotion("big", when=cart.amount().at_least(eur(50)), then=policies.amount_off(eur(5))),
    Promotion("spoon", when=cart.has("POT"), then=policies.gift("SPOON", value=eur(2))),
    Promotion("silent", then=policies.percent_off(5, of="CUP"), earns_points=False),
)
CLUB = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(loyalty.spend(last=Months(12)), {MEMBER: eur(0), SILVER: eur(60)}),
    earning=loyalty.points(1, per=eur(1), tax="included").times({SILVER: 2}),
)


@st.composite
def books(draw: st.DrawFn) -> PolicyBook:
    """A book with some of the promotions, returns on some terms, and perhaps a club."""
    policy = ReturnPolicy(
        "standard",
        within=Days(draw(st.sampled_from([10, 30, 100]))),
        after="delivered",
        fee=draw(st.sampled_from([returns.FREE, eur("4.95"), returns.restocking("10")])),
        refund=draw(st.sampled_from(["proportional", "recompute_monotone", "recompute_kept", "forfeit_benefit"])),
        delivery="full",
        gifts="free",
    )
    if draw(st.booleans()):
        policy = policy.not_below(returns.statutory("EU"))
    return PolicyBook(
        "shop",
        zone="UTC",
        currencies=["EUR"],
        promotions=[each for each in PROMOTIONS if draw(st.booleans())],
        delivery=[Delivery("std", fee=eur(4))],
        returns=policy,
        loyalty=draw(st.sampled_from([None, CLUB])),
    )


@st.composite
def placed(draw: st.DrawFn) -> tuple[PolicyBook, Receipt, History]:
    """A book, a receipt of it, and what happened before and up to the delivery."""
    book = draw(books())

    def buy(id: str, at: datetime, past: History) -> Receipt:
        skus = draw(st.lists(st.sampled_from(["CUP", "POT", "TIN"]), min_size=1, max_size=3))
        lines = [
            Line(str(n), Product(sku), draw(st.integers(1, 3)), unit_price=eur(draw(st.integers(1, 40))), tax=23)
            for n, sku in enumerate(skus, 1)
        ]
        order = Order(
            lines, currency="EUR", customer=Customer("ola", country="PL"), shipments=[Shipment("s", "std", tax=23)]
        )
        quote = book.price(order, at=at, history=past)
        return book.place(quote, id=id, paid=[Tender("card", quote.payable)])

    first = buy("A-0", START, History())
    past = History([Purchase("buy A-0", START, first), Delivered("came A-0", START + timedelta(2), "A-0")])
    at = START + timedelta(draw(st.integers(3, 60)))
    receipt = buy("A-1", at, past)
    came = Delivered("came A-1", at + timedelta(1), "A-1")
    return book, receipt, History([*past.events, Purchase("buy A-1", at, receipt), came])


@st.composite
def parts_of(draw: st.DrawFn, receipt: Receipt) -> list[tuple[str, int, str]]:
    """Every unit of a receipt, in some order and some pieces, each piece on some ground."""
    left = {line.id: line.quantity for line in receipt.order.lines}
    found = []
    while any(left.values()):
        line = draw(st.sampled_from([each for each, count in left.items() if count]))
        count = draw(st.integers(1, left[line]))
        left[line] -= count
        found.append((line, count, draw(st.sampled_from(GROUNDS))))
    return found


def goods_paid(receipt: Receipt) -> Money:
    """What the goods of a receipt cost."""
    return sum((run.paid * run.count for run in receipt.units), eur(0))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_who_returns_everything_gets_back_what_the_goods_cost(data: st.DataObject) -> None:
    """By whatever grounds, in whatever pieces and order: all that was paid for goods, less the fees that are told."""
    book, receipt, past = data.draw(placed())
    at = past.events[-1].at
    back, fees = eur(0), eur(0)
    for number, (line, count, ground) in enumerate(data.draw(parts_of(receipt))):
        at += timedelta(hours=1)
        preview = book.preview_return(receipt, history=past, returning={line: count}, ground=ground, at=at)
        regimes = tuple(dict.fromkeys(regime for each in preview.assessments for regime in each.regimes))
        units = [unit for each in preview.assessments for unit in each.units]
        event = Returned(f"back {number}", at, "A-1", units, ground, regimes=regimes)
        past = History([*past.events, event])
        settled = book.settle(receipt, history=past, at=at)
        back += settled.goods
        fees += sum((fee.amount for fee in settled.fees), eur(0))
        assert settled.refund == settled.goods + settled.delivery - sum((fee.amount for fee in settled.fees), eur(0))

    assert goods_paid(receipt) == back
    assert fees <= back + receipt.shipments[0].paid


def verbs(book: PolicyBook, receipt: Receipt, past: History, at: datetime) -> list[Callable[[], object]]:
    """Every verb of a book, to be asked."""
    asked: list[Callable[[], object]] = [
        lambda: book.price(receipt.order, at=at, history=past),
        lambda: book.payable(receipt.order, at=at, history=past),
        lambda: book.matching(receipt.order, at=at, history=past),
        lambda: book.replay(receipt),
        lambda: book.rights_at(receipt, history=past, at=at),
        lambda: book.assess_return(receipt, history=past, returning={"1": 1}, at=at),
        lambda: book.preview_return(receipt, history=past, returning={"1": 1}, at=at),
        lambda: book.holds(past, at=at),
        lambda: book.terms_in_force(at=at),
        lambda: book.warnings,
    ]
    if book.loyalty is not None:
        asked += [
            lambda: book.standing(past, at=at),
            lambda: book.points(past, at=at),
            lambda: book.earn(receipt, history=History(), at=at),
        ]
    return asked


@settings(max_examples=40, deadline=None)
@given(placed(), st.integers(0, 120), st.randoms(use_true_random=False))
def test_no_verb_changes_anything_or_depends_on_another(
    case: tuple[PolicyBook, Receipt, History], days: int, shuffle: Random
) -> None:
    """In whatever order they are asked, and asked twice, verbs answer the same and leave what they were given alone."""
    book, receipt, past = case
    at = receipt.placed_at + timedelta(days)
    written = repr((book, receipt, past))
    alone = [verbs(built_again(book), receipt, past, at)[place]() for place in range(len(verbs(*case, at)))]
    turns = [*range(len(alone))] * 2
    shuffle.shuffle(turns)
    asked = verbs(book, receipt, past, at)

    assert [alone[turn] for turn in turns] == [asked[turn]() for turn in turns]
    assert written == repr((book, receipt, past))


def built_again(book: PolicyBook) -> PolicyBook:
    """The same book, newly built."""
    return PolicyBook(
        book.name,
        zone=book.zone,
        currencies=book.currencies,
        promotions=book.promotions,
        delivery=book.delivery,
        returns=book.returns,
        loyalty=book.loyalty,
    )
