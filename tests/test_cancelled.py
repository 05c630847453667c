"""Units whose order is cancelled earn nothing: for a member they are as if they had come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs
import pytest

from aftercare import (
    Adjustment,
    Cancelled,
    Customer,
    Days,
    Delivered,
    History,
    Line,
    Order,
    PointsSpent,
    PolicyBook,
    Product,
    Purchase,
    ReturnCancelled,
    Returned,
    ReturnPolicy,
    ReturnRequested,
    Tender,
    Tier,
    Units,
    eur,
    loyalty,
)
from aftercare.errors import OrderError

if TYPE_CHECKING:
    from aftercare.history import Event

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CARD = loyalty.PunchCard("cups", buy=5, of="CUP", shortfall="deficit")
CLUB = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(loyalty.spend(), {Tier("silver", 1): eur(25)}),
    earning=loyalty.points(1, per=eur(1), tax="included"),
    cards=[CARD],
)
SHOP = PolicyBook(
    "shop",
    zone="UTC",
    currencies="EUR",
    loyalty=CLUB,
    returns=ReturnPolicy("standard", within=Days(30), after="delivered"),
)
CUPS = Order([Line("1", Product("CUP"), 3, unit_price=eur(10))], currency="EUR", customer=Customer("ola"))


def bought(points: int = 0) -> list[Event]:
    """Three cups at 30.00, so many euros of it paid by points, of which there are 100."""
    quote = SHOP.price(CUPS, at=NOON)
    paid = [Tender("card", eur(30 - points)), *([Tender("points", eur(points))] if points else [])]
    events: list[Event] = [
        Adjustment("welcome", NOON - DAY, 100, reason="welcome"),
        Purchase("buy", NOON, SHOP.place(quote, id="A-1", paid=paid)),
    ]
    return events


def cancelled(*units: Units, day: int = 2) -> Cancelled:
    """The order, or some units of it, cancelled so many days later."""
    return Cancelled(f"c{day}", NOON + day * DAY, "A-1", units)


@pytest.mark.parametrize(
    ("events", "pending", "stamps", "tier"),
    [
        ([], 30, 3, "silver"),
        ([cancelled()], 0, 0, None),
        ([cancelled(Units("1", 1))], 20, 2, None),
        # One has arrived: without units, whatever has not arrived is cancelled.
        ([Delivered("d", NOON + DAY, "A-1", [Units("1", 1)]), cancelled()], 10, 1, None),
        ([Delivered("d", NOON + DAY, "A-1"), cancelled()], 30, 3, "silver"),
        ([cancelled(Units("1", 2)), cancelled(day=3)], 0, 0, None),
        ([Cancelled("other", NOON + DAY, "A-2")], 30, 3, "silver"),
    ],
)
def test_what_is_cancelled_earns_nothing(events: list[Event], pending: int, stamps: int, tier: str | None) -> None:
    """Points, stamps and tiers count the units that may still arrive or have."""
    history, at = History([*bought(), *events]), NOON + 4 * DAY
    found = SHOP.membership(history, at=at)
    standing = SHOP.standing(history, at=at)
    customer = SHOP.follower()
    for event in history.events:
        customer.take(event)

    assert pending == SHOP.points(history, at=at).pending
    assert [stamps] == [card.stamps for card in found.cards]
    assert tier == (standing.tier and standing.tier.id)
    assert standing == customer.standing(at)


@pytest.mark.parametrize("returns", [SHOP.returns, None])
def test_more_than_there_are_cannot_be_cancelled(returns: ReturnPolicy | None) -> None:
    """The event is named, whatever the shop promises."""
    shop = attrs.evolve(SHOP, returns=returns)
    with pytest.raises(OrderError, match="`c2` is about unit 4 of line `1`, which has 3"):
        shop.points(History([*bought(), cancelled(Units("1", 4))]), at=NOON + 4 * DAY)


@pytest.mark.parametrize("parcels", [1, 2])
def test_a_return_that_is_given_up_never_was(parcels: int) -> None:
    """The goods came, in one parcel or two, and go back to the customer: all is as it was before."""
    units, at = [Units("1", 1)], NOON + 5 * DAY
    known = [*bought(), Delivered("d", NOON + DAY, "A-1"), Delivered("other", NOON + DAY, "A-2")]
    came = [Returned(f"r{n}", NOON + 2 * DAY, "A-1", units, "change_of_mind", return_id="R-1") for n in range(parcels)]
    given_up = ReturnCancelled("c", NOON + 3 * DAY, "A-1", return_id="R-1")
    before, during = History(known), History([*known, *came])
    after = History([*during.events, given_up])
    customer = SHOP.follower()
    for event in after.events:
        customer.take(event)

    assert [30, 30 - 10 * parcels, 30] == [SHOP.points(each, at=at).pending for each in (before, during, after)]
    assert SHOP.standing(before, at=at).tier == SHOP.standing(after, at=at).tier
    assert SHOP.standing(after, at=at) == customer.standing(at)
    stamps = [SHOP.membership(each, at=at).cards[0].stamps for each in (before, during, after)]
    assert [3, 3 - parcels, 3] == stamps
    receipt = before.purchases[0].receipt
    answers = [SHOP.assess_return(receipt, history=each, returning={"1": 3}, at=at)[0] for each in (before, after)]
    assert ["accept", "accept"] == [each.outcome for each in answers]


def test_a_request_that_is_given_up_moves_no_points() -> None:
    """Nothing had come back."""
    asked = ReturnRequested("q", NOON + 2 * DAY, "A-1", [Units("1", 1)], "change_of_mind", return_id="R-1")
    history = History([*bought(), asked, ReturnCancelled("c", NOON + 3 * DAY, "A-1", return_id="R-1")])

    assert 30 == SHOP.points(history, at=NOON + 4 * DAY).pending


def test_points_that_paid_for_what_is_cancelled_come_back() -> None:
    """Twenty points paid twenty euros: all of them are there again, as the settlement says."""
    spent = [*bought(20), PointsSpent("spend", NOON, "A-1", 20, order="A-1")]
    events = [*spent, cancelled()]
    settled = SHOP.settle(events[1].receipt, history=History(events), at=NOON + 2 * DAY)  # type: ignore[union-attr]

    assert eur(20) in [tender.amount for tender in settled.tenders if tender.kind == "points"]
    assert [80, 100] == [SHOP.points(History(each), at=NOON + 3 * DAY).available for each in (spent, events)]
