"""All that a programme tells of one member: the same events, one question."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from aftercare import (
    Adjustment,
    Birthday,
    BookError,
    Customer,
    Days,
    History,
    Line,
    MoneyCredited,
    Months,
    Order,
    PolicyBook,
    Product,
    Purchase,
    Referral,
    Returned,
    ReturnPolicy,
    Review,
    RewardUsed,
    SignUp,
    Tender,
    Tier,
    Visit,
    eur,
    loyalty,
    say,
)
from aftercare.messages import locales
from aftercare.order_events import Units

BASE, GOLD = Tier("base", 0, title="Base"), Tier("gold", 1, title="Gold")
CLUB = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(loyalty.spend(last=Months(12)), {BASE: eur(0), GOLD: eur(50)}),
    earning=loyalty.points(1, per=eur(1), tax="included"),
    cards=[
        loyalty.PunchCard("coffee-card", buy=5, of="CUP"),
        loyalty.VisitCard("dessert-card", every=2, brings="a dessert"),
    ],
    awards=[
        loyalty.BirthdayReward("birthday", gives={BASE: loyalty.give_points(7), GOLD: loyalty.give_points(70)}),
        loyalty.FeedbackIncentive("review", gives=loyalty.give_voucher(10, lasts=Days(60))),
    ],
    referrals=loyalty.ReferralProgram("friends", member=loyalty.give_points(500), friend=loyalty.give_points(100)),
    wallets=[loyalty.GiftCards("gift-card", "EUR"), loyalty.Cashback("cashback", 5, currency="EUR", tax="included")],
)


def noon(month: int, day: int) -> datetime:
    """Noon UTC of a day of 2026."""
    return datetime(2026, month, day, 12, tzinfo=UTC)


def shop(club: Any = CLUB) -> PolicyBook:
    """A shop that takes goods back for thirty days."""
    policy = ReturnPolicy("standard", within=Days(30), after="ordered")
    return PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], returns=policy, loyalty=club)


SHOP = shop()


def bought(id: str, at: datetime, cups: int) -> Purchase:
    """An order of cups at ten euros."""
    lines = [Line("1", Product("CUP"), cups, unit_price=eur(10))]
    quote = SHOP.price(Order(lines, currency="EUR", customer=Customer("ann")), at=at)
    return Purchase(f"buy {id}", at, SHOP.place(quote, id=id, paid=[Tender("card", quote.payable)]))


ANN = (
    SignUp("join", noon(1, 1)),
    Birthday("born", noon(1, 2), date(1990, 3, 20)),
    bought("A-1", noon(2, 1), 2),
    Referral("ref", noon(2, 2), "ben"),
    Visit("v1", noon(2, 3)),
    Visit("v2", noon(2, 4)),
    Review("r1", noon(2, 5), "CUP"),
    Review("r2", noon(2, 6), "CUP"),
)
BEN = History([bought("B-1", noon(2, 10), 3)])


def test_one_question_tells_everything() -> None:
    """Tier, points with those of the birthday and the friend, stamps, the dessert, the voucher, the referral."""
    found = SHOP.membership(History(ANN), at=noon(3, 21), member="ann", friends={"ben": BEN})

    assert found.standing == SHOP.standing(History(ANN), at=noon(3, 21))
    assert [20, 500, 7] == [entry.points for entry in found.points.entries]
    assert 527 == found.points.available
    assert [("coffee-card", 2, 0), ("dessert-card", 0, 0)] == [
        (card.card, card.stamps, card.ready) for card in found.cards
    ]
    assert [("review:CUP", "valid")] == [(each.key, each.state) for each in found.vouchers]
    assert [("ben", "vested")] == [(each.friend, each.state) for each in found.referrals]
    assert [("cashback", eur(1))] == [(each.account, each.available) for each in found.wallets]
    assert ["feedback.refused.twice"] == [each.reason.code for each in found.refused]


def test_money_that_the_shop_keeps_is_told() -> None:
    """Cashback waits as points do; a gift card is told by its code."""
    card = MoneyCredited("card", noon(2, 2), "GIFT-7", eur(50), reason="gift card")
    found = SHOP.membership(History([*ANN, card]), at=noon(2, 3))

    assert [("GIFT-7", eur(50), eur(0)), ("cashback", eur(0), eur(1))] == [
        (each.account, each.available, each.pending) for each in found.wallets
    ]
    assert [each for wallet in found.wallets for each in wallet.statements] == list(found.statements[-3:])


def test_points_and_previews_know_the_awards() -> None:
    """The points of the birthday are in the book's points, and before and after in what an order or return would do."""
    history, at = History(ANN), noon(3, 21)
    order = bought("A-2", at, 1)
    earned = SHOP.earn(order.receipt, history=history, at=at)
    back = SHOP.preview_return(
        bought("A-1", noon(2, 1), 2).receipt, history=history, returning={"1": 1}, at=noon(2, 20)
    )

    assert 27 == SHOP.points(history, at=at).balance
    assert (27, [10]) == (earned.before.balance, [entry.points for entry in earned.entries])
    assert 10 == back.points_taken
    told = History([*history.events, Adjustment("birthday:36", ANN_BIRTHDAY, 7, reason="birthday")])
    assert 27 == SHOP.points(told, at=at).balance  # recorded by the shop, it counts once


def test_previews_know_the_stamps() -> None:
    """An order tells what it puts on the card and takes off it; a return, what it takes back, and what it charges."""
    history, at = History([bought("A-1", noon(2, 1), 4)]), noon(2, 10)
    quote = SHOP.price(bought("A-2", at, 2).receipt.order, at=at, history=history)
    receipt = SHOP.place(quote, id="A-2", paid=[Tender("card", quote.payable)])
    (card,) = SHOP.earn(receipt, history=history, at=at).cards

    assert (4, 1, 0, 5) == (card.before.stamps, card.before.missing, card.after.stamps, card.after.missing)
    assert [(1, "stamps.earned"), (-5, "stamps.spent")] == [(each.points, each.reason.code) for each in card.entries]

    charging = shop(attrs.evolve(CLUB, cards=[loyalty.PunchCard("coffee-card", buy=5, of="CUP", shortfall="charge")]))
    whole = History([*history.events, Purchase("buy A-2", at, receipt)])
    first = attrs.evolve(history.purchases[0].receipt, book=charging.fingerprint)
    back = charging.preview_return(first, history=whole, returning={"1": 1}, at=noon(2, 11))
    assert back.points is not None
    (card,) = back.points.cards
    assert [(receipt.id, eur(10))] == [(each.order, each.amount) for each in card.charges]
    assert [each.reason for each in card.charges] == [each for each in back.statements if each.code == "stamps.charged"]
    assert (0, 4) == (card.before.stamps, card.after.stamps)


def test_visits_are_no_part_of_a_preview() -> None:
    """A purchase stamps no card for visits, so a preview does not tell of it."""
    order = bought("A-2", noon(3, 10), 1)

    assert ["coffee-card"] == [
        card.after.card for card in SHOP.earn(order.receipt, history=History(ANN), at=order.at).cards
    ]


ANN_BIRTHDAY = datetime(2026, 3, 19, 23, tzinfo=UTC)


def test_the_tier_of_the_day_decides() -> None:
    """Gold on the birthday brings the gift of Gold; a return before it is confirmed takes it back."""
    gold = History([*ANN, bought("A-2", noon(3, 1), 4)])
    back = History([*gold.events, Returned("back", noon(3, 22), "A-2", (Units("1", 3),))])

    awards = [
        [entry.points for entry in SHOP.points(each, at=noon(3, 23)).entries if entry.event == "birthday:36"]
        for each in (gold, back)
    ]
    assert [[70], [7]] == awards


def test_a_used_voucher_is_told() -> None:
    """A voucher that was used is told as used."""
    used = History([*ANN, RewardUsed("use", noon(2, 7), "review:CUP", order="A-9")])

    assert ["used"] == [each.state for each in SHOP.membership(used, at=noon(2, 8)).vouchers]


def test_a_programme_of_points_alone() -> None:
    """Without tiers, cards, awards and referrals, points are all there is to tell."""
    plain = shop(loyalty.Program("plain", earning=CLUB.earning))
    found = plain.membership(History(ANN), at=noon(3, 10))

    assert (None, 20) == (found.standing, found.points.available)
    assert () == found.statements
    assert plain.membership(History(), at=noon(3, 10)).points.balance == 0


def test_awards_without_tiers_and_without_events() -> None:
    """A birthday needs no tier, and a history without events brings nothing."""
    club = attrs.evolve(CLUB, ladder=None, awards=[loyalty.BirthdayReward("b", gives=loyalty.give_points(7))])

    assert 27 == shop(club).points(History(ANN), at=noon(3, 21)).balance
    assert 0 == SHOP.points(History(), at=noon(3, 21)).balance


def test_a_new_programme_has_its_own_cards() -> None:
    """The programme in force says which cards there are."""
    later = attrs.evolve(CLUB, cards=CLUB.cards[:1])
    both = shop(loyalty.ProgramVersions(CLUB, {noon(3, 1): later}))

    assert [2, 1] == [len(both.membership(History(ANN), at=at).cards) for at in (noon(2, 28), noon(3, 1))]


@pytest.mark.parametrize("locale", locales())
def test_it_is_told_in_every_language(locale: str) -> None:
    """The tier, both cards, the voucher, the referral and the cashback."""
    found = SHOP.membership(History(ANN), at=noon(3, 21), member="ann", friends={"ben": BEN})

    assert 6 == len({say(each, locale=locale) for each in found.statements})


def test_one_id_is_one_promise() -> None:
    """Two promises under one id could not be told apart on a receipt."""
    card = loyalty.VisitCard("friends", every=10, brings="a dessert")
    with pytest.raises(BookError, match="`friends` is the id of two promises"):
        attrs.evolve(CLUB, cards=[card])
    with pytest.raises(BookError, match="`birthday` is the id of two promises"):
        attrs.evolve(CLUB, wallets=[loyalty.StoreCredit("birthday", "EUR")])


def test_one_currency_has_one_kind_of_gift_cards() -> None:
    """Of two kinds in one currency, nobody could tell which a card is of."""
    with pytest.raises(BookError, match="`gift-card` already has the gift cards in EUR"):
        attrs.evolve(CLUB, wallets=[*CLUB.wallets, loyalty.GiftCards("christmas", "EUR")])
