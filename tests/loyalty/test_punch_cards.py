from __future__ import annotations

import pickle
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aftercare
from aftercare import (
    Customer,
    Days,
    Delivered,
    History,
    Line,
    Order,
    PolicyBook,
    PolicyError,
    Product,
    Promotion,
    Purchase,
    Review,
    RewardUsed,
    Tender,
    Undone,
    Visit,
    eur,
    item,
    loyalty,
    policies,
    say,
)
from aftercare.loyalty.folding import in_order
from tests.loyalty.receipts import ZONE, noon, returned

if TYPE_CHECKING:
    from aftercare.history import Event
    from aftercare.loyalty.stamps import CardStanding

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "loyalty": loyalty}
COFFEE = item.category.is_("coffee")
CARD = loyalty.PunchCard("coffee-card", buy=5, of=COFFEE)
DESSERT = loyalty.VisitCard("dessert-card", every=10, brings="a dessert")


def line(id: str, quantity: int, price: str | int = 3, category: str = "coffee", **more: Any) -> Line:
    """Some units of coffee."""
    return Line(id, Product(f"SKU-{id}", categories=[category], **more), quantity, unit_price=eur(price))


def cart(*lines: Line) -> Order:
    """An order of coffee."""
    return Order(lines, currency="EUR", customer=Customer("C-1"))


def bought(
    day: str, *lines: Line, free: int = 0, card: Any = CARD, id: str = "", others: tuple[Promotion, ...] = ()
) -> Purchase:
    """An order at noon, in which the promotion of the card makes so many units free."""
    promotion = card.promotion(free)
    promotions = [*others, *([promotion] if promotion else [])]
    book = PolicyBook("shop", zone=ZONE, currencies=["EUR"], promotions=promotions)
    quote = book.price(cart(*lines), at=noon(day))
    name = id or f"A-{day}"
    receipt = book.place(quote, id=name, paid=[Tender("card", quote.payable)])
    return Purchase(f"buy-{name}", noon(day), receipt)


def card(*events: Event, at: str = "2027-12-31", punch: Any = CARD, **more: Any) -> CardStanding:
    """The card after some events, all of whose reasons can be said."""
    found = loyalty.card_standing(punch, History(events), at=noon(at), zone=ZONE, **more)
    reasons = [found.reason, *(entry.reason for entry in found.entries), *(each.reason for each in found.refused)]
    assert all(say(reason, locale="en") for reason in (*reasons, *(charge.reason for charge in found.charges)))
    return found


def visit(day: str, hour: int = 0, **more: Any) -> Visit:
    """A visit on a day, some hours after noon."""
    at = noon(day)
    return Visit(f"visit-{day}-{hour}", at.replace(hour=12 + hour), **more)


# Buy five, the sixth is free.


@pytest.mark.parametrize(("units", "free"), [(0, 0), (1, 0), (5, 0), (6, 1), (11, 1), (12, 2), (17, 2), (18, 3)])
def test_the_sixth_unit_of_a_cart_is_free(units: int, free: int) -> None:
    """In one cart, one unit in six is free."""
    assert CARD.free_in(units) == free


@pytest.mark.parametrize(
    ("terms", "units", "stamps", "free", "left"),
    [
        ({}, 7, 0, 1, 1),  # six paid and one free: five stamps are used, one carries over
        ({}, 1, 5, 1, 0),  # the card was full
        ({}, 2, 12, 2, 2),
        ({}, 1, 12, 1, 7),
        ({}, 3, 3, 1, 0),
        ({"in_cart": False}, 6, 0, 0, 6),
        ({"in_cart": False}, 6, 5, 1, 5),
        ({"free_stamps": True}, 6, 0, 1, 1),
        ({"free_stamps": True}, 11, 0, 2, 1),
        ({"free_stamps": True}, 0, 0, 0, 0),
        ({"free": 2}, 6, 0, 0, 6),
        ({"free": 2}, 7, 0, 2, 0),
        ({"free": 2}, 1, 5, 0, 6),  # two units are free together or not at all
    ],
)
def test_stamps_carry_over(terms: dict[str, Any], units: int, stamps: int, free: int, left: int) -> None:
    """What is free in a cart, and what is on the card afterwards."""
    punch = loyalty.PunchCard("c", **{"buy": 5, "of": COFFEE, **terms})
    assert (punch.free_in(units, stamps=stamps), punch.stamps_after(units, stamps=stamps)) == (free, left)


@given(
    st.tuples(st.integers(1, 7), st.integers(1, 3)),
    st.booleans(),
    st.booleans(),
    st.integers(0, 40),
    st.integers(0, 20),
)
def test_the_rule_agrees_with_stamping_by_hand(
    rule: tuple[int, int], in_cart: bool, free_stamps: bool, units: int, stamps: int
) -> None:
    """The number of free units is the most whole rewards whose stamps were on the card before each of them."""
    buy, free = rule
    if free_stamps and free >= buy:
        return
    punch = loyalty.PunchCard("c", buy=buy, free=free, of=COFFEE, in_cart=in_cart, free_stamps=free_stamps)
    best = 0
    for rewards in range(units // free + 1):
        on_card = stamps + (units - rewards * free if in_cart else 0)
        for _ in range(rewards):
            on_card -= buy
            if on_card < 0:
                break
            on_card += free if free_stamps and in_cart else 0
        else:
            best = rewards
    assert punch.free_in(units, stamps=stamps) == best * free
    assert punch.stamps_after(units, stamps=stamps) >= 0


def test_an_order_is_offered_its_cheapest_unit() -> None:
    """The offer names the free unit and the stamps that stay; the promotion of the card prices it so."""
    history = History([bought("2026-03-01", line("1", 4))])
    order = cart(line("1", 1, 4), line("2", 2, 3), line("3", 5, 1, "tea"))

    offer = loyalty.card_offer(CARD, order, history, at=noon("2026-03-02"), zone=ZONE)

    assert (offer.stamps, offer.units, offer.free, offer.left) == (4, 3, 1, 1)
    assert [(units.line, units.count) for units in offer.which] == [("2", 1)]
    assert say(offer.reason, locale="en") == "1 unit in your cart is free with your card."
    promotion = CARD.promotion(offer.free)
    assert promotion is not None
    book = PolicyBook("shop", zone=ZONE, currencies=["EUR"], promotions=[promotion])
    quote = book.price(order, at=noon("2026-03-02"))
    assert quote.saved == eur(3)
    placed = Purchase("p", noon("2026-03-02"), book.place(quote, id="B", paid=[Tender("card", quote.payable)]))
    assert card(*history.events, placed).stamps == offer.left


def test_the_dearest_unit_may_be_free() -> None:
    """A card that picks the dearest says so."""
    punch = loyalty.PunchCard("c", buy=1, of=COFFEE, pick="dearest")
    order = cart(line("1", 1, 4), line("2", 1, 3))
    offer = loyalty.card_offer(punch, order, History(), at=noon("2026-03-02"), zone=ZONE)
    assert [units.line for units in offer.which] == ["1"]
    assert punch.promotion(offer.free) == Promotion("c", then=policies.percent_off(100, of=policies.dearest(1, COFFEE)))


def test_goods_outside_of_promotions_are_stamped_but_never_free() -> None:
    """What no promotion may touch still fills the card; what has no price does not."""
    order = cart(line("1", 5, discountable=False), line("2", 1, 0))
    offer = loyalty.card_offer(CARD, order, History(), at=noon("2026-03-02"), zone=ZONE)
    assert (offer.units, offer.free, offer.left) == (5, 0, 5)
    assert say(offer.reason, locale="en").startswith("Buy 0 more")
    order = cart(line("1", 6, discountable=False))
    assert loyalty.card_offer(CARD, order, History(), at=noon("2026-03-02"), zone=ZONE).free == 0


def test_stamps_are_collected_across_visits() -> None:
    """Two and three fill the card; the next one is free and takes no stamp."""
    first, second = bought("2026-03-01", line("1", 2)), bought("2026-03-02", line("1", 3))

    full = card(first, second)
    assert (full.stamps, full.ready, full.missing) == (5, 1, 5)
    assert say(full.reason, locale="en", sink="plain") == "Your card is full: 1 unit is free."

    used = card(first, second, bought("2026-03-03", line("1", 1), free=1))
    assert (used.stamps, used.ready, used.missing, used.refused) == (0, 0, 5, ())
    assert [entry.points for entry in used.entries] == [2, 3, -5]
    assert say(used.reason, locale="en") == "Buy 5 more and the next one is free (you have 0 of 5 stamps)."


def test_the_overflow_of_a_cart_is_carried() -> None:
    """A cart of seven, of which one is free, uses five stamps and leaves one."""
    assert card(bought("2026-03-01", line("1", 7), free=1)).stamps == 1


def test_units_that_were_free_otherwise_take_no_stamp() -> None:
    """Only paid units are stamped: not those of another promotion, nor gifts; promises about points do not matter."""
    given_away = Promotion("gift-cup", then=policies.percent_off(100, of=policies.cheapest(2, COFFEE)))
    no_points = Promotion("x", then=(policies.percent_off(1), policies.bonus_points(7)), earns_points=False)
    assert card(bought("2026-03-01", line("1", 5), others=(given_away,))).stamps == 3
    assert card(bought("2026-03-01", line("1", 5), others=(no_points,))).stamps == 5
    punch = loyalty.PunchCard("coffee-card", buy=5, of=COFFEE, free_stamps=True)
    assert card(bought("2026-03-01", line("1", 6), free=1, card=punch), punch=punch).stamps == 1


def test_a_returned_unit_takes_its_stamp() -> None:
    """Stamps go with the units that come back; a refund never counts as a purchase."""
    events: list[Event] = [bought("2026-03-01", line("1", 4), id="A"), returned("A", noon("2026-03-05"), {"1": 3})]
    assert (card(*events).stamps, card(*events, at="2026-03-04").stamps) == (1, 4)


def test_a_used_reward_leaves_stamps_owing() -> None:
    """Five bought, the sixth had free, one of the five returned: the next purchase fills the gap first."""
    events: list[Event] = [
        bought("2026-03-01", line("1", 5), id="A"),
        bought("2026-03-02", line("1", 1), id="B", free=1),
        returned("A", noon("2026-03-05"), {"1": 1}),
    ]
    owing = card(*events)
    assert (owing.stamps, owing.owed, owing.missing, owing.charges) == (0, 1, 6, ())
    assert card(*events, bought("2026-03-06", line("1", 3))).stamps == 2


def test_the_free_unit_may_be_charged_instead() -> None:
    """With a charge, the free unit costs its price and the stamps that are left are on the card again."""
    punch = loyalty.PunchCard("coffee-card", buy=5, of=COFFEE, shortfall="charge")
    events: list[Event] = [
        bought("2026-03-01", line("1", 5), id="A"),
        bought("2026-03-02", line("1", 1, "2.80"), id="B", free=1),
        returned("A", noon("2026-03-05"), {"1": 1}),
    ]
    found = card(*events, punch=punch)
    assert (found.stamps, found.owed) == (4, 0)
    assert [(charge.order, charge.amount) for charge in found.charges] == [("B", eur("2.80"))]


def test_a_free_unit_that_comes_back_gives_its_stamps_back() -> None:
    """A cart of seven returned whole leaves nothing on the card, and nothing owing."""
    order = bought("2026-03-01", line("1", 6, 3), line("2", 1, 2), id="A", free=1)
    free_back = returned("A", noon("2026-03-05"), {"2": 1})
    assert card(order, free_back).stamps == 6
    whole = card(order, returned("A", noon("2026-03-05"), {"1": 6, "2": 1}))
    assert (whole.stamps, whole.owed) == (0, 0)


def test_a_return_that_was_called_off_never_was() -> None:
    """The stamps are those of before, exactly; before it was called off, the return counts."""
    order, back = bought("2026-03-01", line("1", 4), id="A"), returned("A", noon("2026-03-05"), {"1": 3}, id="R")
    undone = Undone("u", noon("2026-03-07"), "R")
    assert card(order, back, undone) == card(order)
    assert card(order, back, undone, at="2026-03-06").stamps == 1


@pytest.mark.parametrize("punch", [CARD, loyalty.VisitCard("coffee-card", every=1, brings="tea", lasts=None)])
def test_a_used_reward_that_is_undone_can_be_had_again(punch: Any) -> None:
    """A reward that was recorded by mistake is there again, and was not before that."""
    full = (bought("2026-03-01", line("1", 5)), visit("2026-03-01"))
    used, undone = RewardUsed("u", noon("2026-03-02"), "coffee-card"), Undone("n", noon("2026-03-04"), "u")

    assert [0, 1] == [card(*full, used, undone, at=f"2026-03-0{day}", punch=punch).ready for day in (3, 4)]


def test_impossible_events_are_refused_by_name() -> None:
    """A return of an unknown order or of too many units, an order told twice, and a free unit without stamps."""
    order = bought("2026-03-01", line("1", 4), id="A")
    unknown, many = returned("Z", noon("2026-03-05"), {"1": 1}), returned("A", noon("2026-03-05"), {"1": 5})
    again = Purchase("again", noon("2026-03-02"), order.receipt)
    early = bought("2026-03-03", line("1", 1), id="B", free=1)
    found = card(order, unknown, many, again, early)
    assert found.stamps == 4
    assert [(each.event, each.reason.code) for each in found.refused] == [
        ("again", "stamps.refused.known_order"),
        ("buy-B:free:1", "stamps.refused.balance"),
        ("return-A-20260305", "stamps.refused.too_many_units"),
        ("return-Z-20260305", "stamps.refused.unknown_order"),
    ]


def test_a_reward_may_be_handed_over_the_counter() -> None:
    """A full card may be used without a receipt; other cards and events do not matter."""
    order = bought("2026-03-01", line("1", 5))
    used = RewardUsed("u", noon("2026-03-02"), "coffee-card")
    other = RewardUsed("o", noon("2026-03-02"), "tea-card")
    review = Review("r", noon("2026-03-02"), "SKU-1")
    assert card(order, other, review).stamps == 5
    assert card(order, used).stamps == 0
    assert [each.reason.code for each in card(used).refused] == ["stamps.refused.balance"]


def test_stamps_may_be_held_and_may_lapse() -> None:
    """A card on the terms of lots: stamps wait for the end of the return window, and last a month."""
    punch = loyalty.PunchCard("c", buy=2, of=COFFEE, in_cart=False, lots=loyalty.Lots(expire=Days(30)))
    order = bought("2026-03-01", line("1", 2), id="A")
    holds = {("A", "1"): date(2026, 3, 10)}
    found = [card(order, at=at, punch=punch, holds=holds) for at in ("2026-03-10", "2026-03-11", "2026-04-11")]
    assert [(each.stamps, each.held, each.ready) for each in found] == [(0, 2, 0), (2, 0, 1), (0, 0, 0)]
    assert [(), ((date(2026, 4, 10), 2),), ()] == [each.expiring for each in found]
    assert ["Your card is full: 1 unit is free.", "Stamps valid through April 10, 2026: 2."] == [
        say(each, locale="en", sink="plain") for each in found[1].statements
    ]
    until = loyalty.PunchCard(
        "c", buy=2, of=COFFEE, in_cart=False, lots=loyalty.Lots(hold=loyalty.held_until("delivered"))
    )
    assert card(order, punch=until).held == 2
    assert card(order, Delivered("d", noon("2026-03-03"), "A"), punch=until).stamps == 2


prices = st.integers(1, 3)
shopping = st.lists(st.tuples(st.integers(0, 2), st.lists(st.integers(1, 4), min_size=1, max_size=2)), max_size=8)


@settings(max_examples=20)
@given(shopping, st.booleans(), st.randoms(use_true_random=False))
def test_a_card_depends_on_what_happened_alone(steps: list[tuple[int, list[int]]], charges: bool, random: Any) -> None:
    """The recording order does not matter; everything returned leaves nothing; entries add up."""
    punch = loyalty.PunchCard("coffee-card", buy=3, of=COFFEE, shortfall="charge" if charges else "deficit")
    events: list[Event] = []
    for place, (back, quantities) in enumerate(steps):
        day = f"2026-03-{place + 1:02}"
        lines = [line(str(n), quantity, n) for n, quantity in enumerate(quantities, 1)]
        offer = loyalty.card_offer(punch, cart(*lines), History(events), at=noon(day), zone=ZONE)
        events.append(bought(day, *lines, free=offer.free, card=punch, id=f"O{place}"))
        so_far = card(*events, punch=punch)
        assert so_far.stamps - so_far.owed == offer.left
        if back:
            events.append(returned(f"O{place}", noon(day).replace(hour=20), {"1": min(back, quantities[0])}))
    found = card(*events, punch=punch)
    shuffled = list(events)
    random.shuffle(shuffled)
    assert card(*shuffled, *shuffled, punch=punch) == found
    assert sum(entry.points for entry in found.entries) == found.stamps - found.owed
    assert not found.refused


def test_a_whole_return_leaves_nothing_whatever_its_parts() -> None:
    """Seven units in two lines, returned one by one in any order of lines, leave an empty card that owes nothing."""
    order = bought("2026-03-01", line("1", 4, 3), line("2", 3, 2), id="A", free=1)
    for first, second in (("1", "2"), ("2", "1")):
        counts = [first] * (4 if first == "1" else 3) + [second] * (3 if first == "1" else 4)
        back = [returned("A", noon(f"2026-04-{n + 1:02}"), {each: 1}) for n, each in enumerate(counts)]
        found = card(order, *back)
        assert (found.stamps, found.owed, found.refused) == (0, 0, ())


# The tenth visit itself brings a dessert.


def test_the_tenth_visit_itself_is_rewarded() -> None:
    """Nine visits bring nothing, the tenth one a dessert, the twentieth another."""
    visits = [visit(f"2026-03-{day:02}") for day in range(1, 21)]
    ninth, tenth = (card(*visits[:n], at=f"2026-03-{n:02}", punch=DESSERT) for n in (9, 10))
    assert (ninth.stamps, ninth.missing, ninth.ready) == (9, 1, 0)
    assert say(ninth.reason, locale="en", sink="plain").startswith("1 more visit brings this: “a dessert” (you have 9")
    assert (tenth.stamps, tenth.ready, tenth.ready_until) == (0, 1, (date(2026, 3, 10),))
    assert say(tenth.reason, locale="en", sink="plain") == "Your visit brings this: “a dessert”."
    assert card(*visits, at="2026-03-20", punch=DESSERT).ready == 1
    lasting = loyalty.VisitCard("d", every=10, brings="a dessert", lots=loyalty.Lots(hold="not", expire=Days(60)))
    assert ((date(2026, 4, 30), 1),) == card(visits[0], at="2026-03-05", punch=lasting).expiring


def test_the_reward_of_a_visit_is_good_on_that_day() -> None:
    """It is gone the next day, unless the card says that it lasts."""
    visits = [visit(f"2026-03-{day:02}") for day in range(1, 11)]
    assert card(*visits, at="2026-03-11", punch=DESSERT).ready == 0
    lasting = loyalty.VisitCard("dessert-card", every=10, brings="a dessert", lasts=None)
    assert card(*visits, punch=lasting).ready == 1
    used = RewardUsed("u", noon("2026-03-12"), "dessert-card")
    twice = RewardUsed("w", noon("2026-03-13"), "dessert-card")
    found = card(*visits, used, twice, RewardUsed("x", noon("2026-03-12"), "other"), punch=lasting)
    assert found.ready == 0
    assert [(each.event, each.reason.code) for each in found.refused] == [("w", "stamps.reward.refused.balance")]


def test_one_visit_a_day_counts() -> None:
    """A second visit on a day is refused by name, unless the card counts every visit; its own date is the one told."""
    events: list[Event] = [visit("2026-03-01"), visit("2026-03-01", 3), visit("2026-03-02", on=date(2026, 3, 1))]
    found = card(*events, punch=DESSERT)
    assert found.stamps == 1
    assert [each.reason.code for each in found.refused] == ["stamps.refused.same_day"] * 2
    every = loyalty.VisitCard("d", every=10, brings="a dessert", once_a_day=False)
    assert card(*events, punch=every).stamps == 3


def test_a_card_may_belong_to_a_place() -> None:
    """Visits elsewhere are not stamped; a visit that was recorded by mistake is not either."""
    punch = loyalty.VisitCard("d", every=10, brings="a dessert", place="Gdynia")
    here, there = visit("2026-03-01", place="Gdynia"), visit("2026-03-02", place="Sopot")
    assert card(here, there, punch=punch).stamps == 1
    assert card(here, Undone("u", noon("2026-03-03"), here.id), punch=punch).stamps == 0


# How cards are written.


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: loyalty.PunchCard(" ", buy=5, of=COFFEE), "it has an id, given `' '`"),
        (lambda: loyalty.PunchCard("c", buy=0, of=COFFEE), "the units to buy are a whole number of at least 1"),
        (lambda: loyalty.PunchCard("c", buy=5, free=True, of=COFFEE), "the free units are a whole number"),
        (lambda: loyalty.PunchCard("c", buy=5, of=COFFEE, pick=cast("Any", "cheap")), "did you mean `cheapest`?"),
        (lambda: loyalty.PunchCard("c", buy=5, of=COFFEE, shortfall=cast("Any", "charged")), "did you mean `charge`?"),
        (lambda: loyalty.PunchCard("c", buy=1, of=COFFEE, free_stamps=True), "`c` would fill itself"),
        (lambda: loyalty.PunchCard("c", buy=5, of=COFFEE, lots=loyalty.Lots()), "give `in_cart=False`"),
        (lambda: loyalty.VisitCard("c", every=0, brings="x"), "the visits that fill the card are a whole number"),
        (lambda: loyalty.VisitCard("c", every=2, brings="x", lots=loyalty.Lots()), "is rewarded at once"),
        (lambda: loyalty.VisitCard("c", every=2, brings="x", lasts=3), "it lasts some days or months"),
        (lambda: CARD.free_in(-1), "the units in the cart are a whole number of at least 0"),
    ],
)
def test_an_impossible_card_cannot_be_built(made: Any, problem: str) -> None:
    """A card that could not keep its promise is refused with advice."""
    with pytest.raises(PolicyError) as caught:
        made()
    assert problem in str(caught.value)


@pytest.mark.parametrize("value", [CARD, DESSERT])
def test_a_card_is_a_value(value: Any) -> None:
    """It can be pickled, hashed, and built again from its `repr`."""
    assert pickle.loads(pickle.dumps(value)) == value  # noqa: S301 - our own bytes
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301 - our own bytes
    assert eval(repr(value), dict(NAMESPACE)) == value  # noqa: S307 - the repr of a value is code


def test_debits_come_last() -> None:
    """At one instant, credits come before debits and ids decide among equals."""
    at = noon("2026-03-01")
    spent, seen = RewardUsed("a", at, "x"), Visit("b", at)
    assert in_order([spent, seen]) == [seen, spent]
