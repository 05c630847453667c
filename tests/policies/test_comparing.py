from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import (
    AftercareError,
    Charge,
    CurrencyMismatch,
    Customer,
    Decision,
    Delivery,
    History,
    Name,
    Order,
    PolicyBook,
    Promotion,
    Purchase,
    Schedule,
    Shipment,
    Statement,
    Tender,
    Tier,
    cart,
    compare,
    customer,
    eur,
    loyalty,
    pln,
    policies,
    say,
)
from aftercare.limits import Counts, Tally
from aftercare.messages import locales
from aftercare.policies import comparing
from aftercare.policies.comparing import Changed
from tests.policies.till import NOON, basket, line, shop
from tests.strategies_orders import AT
from tests.strategies_policies import World

TEN = policies.percent_off(10)
SILVER, GOLD = Tier("silver", 1, title=Name("Silver")), Tier("gold", 2, title=Name("Gold"))
OLA = Customer("ola")
CUP = Name("Cup", pl="Filiżanka")
CUPS = line("CUP", "3.00", 2)
POT = line("POT", "10.00")


def now(order: Order, *promotions: Any, at: datetime = NOON, **facts: Any) -> Decision:
    """What an order costs."""
    terms = {key: facts.pop(key) for key in ("currencies", "delivery") if key in facts}
    return shop(*promotions, **terms).price(order, at=at, **facts)


def cause(what: str, /, **params: Any) -> Statement:
    """A cause as it is said inside a sentence."""
    return Statement(f"cause.{what}", **params)


# --- one fact --------------------------------------------------------------------------------------------------------

PLAIN = {"order": basket(POT, customer=OLA), "at": NOON, "history": History(), "counts": Counts()}
BOTTLE = Charge("deposit", eur("0.25"))


def changed(**given: Any) -> dict[str, Any]:
    """The plain facts but for those given, of the order or around it."""
    around = {key: given.pop(key) for key in ("at", "history", "counts") if key in given}
    return {**PLAIN, **around, "order": attrs.evolve(PLAIN["order"], **given)}


def decided(promotion: Promotion, facts: dict[str, Any]) -> Decision:
    """What comes of some facts."""
    return shop(promotion).price(**facts)


ONCE = Promotion("p", then=TEN, limits=policies.uses(1))
FACTS: dict[str, tuple[Promotion, dict[str, Any], dict[str, Any], Statement]] = {
    "a new line": (
        Promotion("p", when=cart.has("CUP"), then=TEN),
        changed(),
        changed(lines=[POT, CUPS]),
        cause("added", count=2, item=Name("CUP")),
    ),
    "a line less": (
        Promotion("p", when=~cart.has("CUP"), then=TEN),
        changed(lines=[POT, CUPS]),
        changed(),
        cause("removed", count=2, item=Name("CUP")),
    ),
    "more of a line": (
        Promotion("p", when=cart.quantity("POT").at_least(3), then=TEN),
        changed(),
        changed(lines=[attrs.evolve(POT, quantity=3)]),
        cause("added", count=2, item=Name("POT")),
    ),
    "less of a line": (
        Promotion("p", when=cart.quantity("POT").below(3), then=TEN),
        changed(lines=[attrs.evolve(POT, quantity=4)]),
        changed(),
        cause("removed", count=3, item=Name("POT")),
    ),
    "another price": (
        Promotion("p", when=cart.amount().at_least(eur(11)), then=TEN),
        changed(),
        changed(lines=[line("POT", "11.00", 2)]),
        cause("item", item=Name("POT")),
    ),
    "a code": (
        Promotion("p", codes="ABC", then=TEN),
        changed(codes=["other"]),
        changed(codes=["abc", "OTHER"]),
        cause("code_entered", code=Name("abc")),
    ),
    "a code less": (
        Promotion("p", when=~cart.code.is_("abc"), then=TEN),
        changed(codes=["ABC", "other"]),
        changed(codes=["other"]),
        cause("code_removed", code=Name("ABC")),
    ),
    "another delivery": (
        Promotion("p", then=policies.free_shipping("express")),
        changed(shipments=[Shipment("1", "standard", eur(4))]),
        changed(shipments=[Shipment("1", "express", eur(9))]),
        cause("delivery"),
    ),
    "a customer": (
        Promotion("p", when=customer.signed_in, then=TEN),
        changed(customer=None),
        changed(),
        cause("signed_in"),
    ),
    "no customer": (
        Promotion("p", when=~customer.signed_in, then=TEN),
        changed(),
        changed(customer=None),
        cause("signed_out"),
    ),
    "a tier": (
        Promotion("p", when=customer.tier.at_least(GOLD), then=TEN),
        changed(customer=attrs.evolve(OLA, tier=SILVER)),
        changed(customer=attrs.evolve(OLA, tier=GOLD)),
        cause("tier", tier=Name("Gold")),
    ),
    "a group": (
        Promotion("p", when=customer.group.is_("jury"), then=TEN),
        changed(),
        changed(customer=attrs.evolve(OLA, groups=["jury"])),
        cause("customer"),
    ),
    "a channel": (
        Promotion("p", when=cart.channel.is_("app"), then=TEN),
        changed(),
        changed(channel="app"),
        cause("order"),
    ),
    "an instant": (
        Promotion("p", schedule=Schedule(date(2026, 5, 5), zone="UTC"), then=TEN),
        changed(),
        changed(at=NOON + timedelta(days=1)),
        cause("time"),
    ),
    "a history": (
        Promotion("p", when=customer.orders.below(1), then=TEN),
        changed(history=None),
        changed(),
        cause("history"),
    ),
    "counts": (ONCE, changed(counts=Counts({Tally("p"): 1})), changed(), cause("counts")),
}


@pytest.mark.parametrize("fact", FACTS)
def test_a_changed_fact_is_the_cause(fact: str) -> None:
    """What changed alone is the cause, also when other facts changed with it that do nothing for the promotion."""
    promotion, before, after, said = FACTS[fact]
    others = {"order": attrs.evolve(after["order"], charges=[BOTTLE]), "at": after["at"] + timedelta(minutes=1)}

    for facts in (after, {**after, **others}):
        comparison = compare(decided(promotion, before), decided(promotion, facts))
        (gained,) = comparison.gained
        assert "p" == gained.promotion
        assert (said,) == gained.causes
        assert comparison.changes == comparison.gained


@pytest.mark.parametrize("fact", FACTS)
def test_what_is_gained_one_way_is_lost_the_other(fact: str) -> None:
    """Compared the other way round, the same promotion is lost, with as much."""
    promotion, before, after, _ = FACTS[fact]
    one, other = (decided(promotion, facts) for facts in (before, after))

    (gained,), (lost,) = compare(one, other).gained, compare(other, one).lost
    assert gained.amount == lost.amount
    assert eur(0) == lost.total
    assert 1 == len(lost.causes)


# --- what is said ----------------------------------------------------------------------------------------------------


def test_more_and_less() -> None:
    """A saving that grows says by how much, and what it is in all; so does one that shrinks."""
    sale = Promotion("sale", then=TEN)
    one, three = (now(basket(line("POT", "10.00", count)), sale) for count in (1, 3))

    (grown,) = compare(one, three).grown
    (shrunk,) = compare(three, one).shrunk
    params = {"promotion": Name("sale"), "amount": eur(2)}
    added, removed = (cause(code, count=2, item=Name("POT")) for code in ("added", "removed"))
    assert Statement("change.grown", **params, total=eur(3), causes=(added,)) == grown.statement
    assert Statement("change.shrunk", **params, total=eur(1), causes=(removed,)) == shrunk.statement
    assert Changed("grown", "sale", Name("sale"), eur(2), eur(3), (added,)) == grown


def test_what_takes_nothing_off_applies() -> None:
    """A gift that comes and goes has no amount."""
    gift = Promotion("gift", when=cart.has("CUP"), then=policies.gift("SPOON", value=eur(3)))
    without, with_cups = now(basket(POT), gift), now(basket(POT, CUPS), gift)

    assert ["change.applies"] == [each.code for each in compare(without, with_cups).statements]
    assert ["change.ceased"] == [each.code for each in compare(with_cups, without).statements]


def test_nothing_changed() -> None:
    """Equal decisions have nothing to tell, and neither have changes that move no promotion."""
    sale = Promotion("sale", when=cart.has("POT"), then=policies.amount_off(eur(1)))
    decision = now(basket(POT), sale)

    assert () == compare(decision, decision).statements
    assert () == compare(decision, now(basket(POT, CUPS), sale)).changes


def test_five_languages() -> None:
    """The cause and the saving stand in one sentence of every language."""
    title = Name("Pot day", pl="Dzień czajnika", ja="ポットの日")
    promotion = Promotion("sale", title=title, when=cart.quantity("CUP").at_least(4), then=TEN)
    cups = [attrs.evolve(CUPS, quantity=count, product=attrs.evolve(CUPS.product, name=CUP)) for count in (2, 4)]
    before, after = (now(basket(each), promotion) for each in cups)

    said = {locale: say(compare(before, after).statements[0], locale=locale, sink="plain") for locale in locales()}
    assert said == {
        "be": "Акцыя «Pot day» цяпер дае Вам зніжку на 1,20 €, бо дададзена 2 × «Cup».",
        "en": "“Pot day” now saves you €1.20, because you added 2 × “Cup”.",
        "ja": "「Cup」2点の追加により、「ポットの日」で1.20ユーロお得になりました。",
        "pl": "Dzięki promocji „Dzień czajnika” oszczędzasz teraz 1,20 €, bo dodano 2 × „Filiżanka”.",
        "vi": "Ưu đãi “Pot day” hiện giúp quý khách tiết kiệm 1,20 € vì quý khách đã thêm 2 × “Cup”.",
    }


# --- several facts ---------------------------------------------------------------------------------------------------


def test_facts_that_did_nothing_are_no_cause() -> None:
    """Of cups, code and time, the time that passes between any two decisions is not named; nor is a bottle."""
    coded = Promotion("coded", codes="ABC", then=TEN)
    later = basket(POT, CUPS, codes=["abc"], charges=[BOTTLE])
    before, after = now(basket(POT), coded), now(later, coded, at=NOON + timedelta(minutes=2))

    added, entered = cause("added", count=2, item=Name("CUP")), cause("code_entered", code=Name("abc"))
    assert (added, entered) == compare(before, after).gained[0].causes


def test_facts_of_every_kind_together() -> None:
    """Where all facts are needed, all are the cause: those of the order first, and the instant last."""
    when = cart.has("CUP") & ~cart.has("BAG") & cart.channel.is_("app") & customer.orders.below(1)
    member = customer.group.is_("jury") & customer.tier.at_least(GOLD) & cart.quantity("POT").at_least(2)
    all_of = Promotion(
        "all",
        when=when & member & ~cart.code.is_("old"),
        codes="ABC",
        schedule=Schedule(date(2026, 5, 5), zone="UTC"),
        limits=policies.uses(1),
        then=[TEN, policies.free_shipping("express")],
    )
    first = basket(POT, line("BAG", "1.00"), codes=["old"], customer=OLA, shipments=[Shipment("1", "standard", eur(4))])
    second = basket(
        attrs.evolve(POT, quantity=2),
        CUPS,
        codes=["abc"],
        channel="app",
        customer=attrs.evolve(OLA, tier=GOLD, groups=["jury"]),
        shipments=[Shipment("1", "express", eur(9))],
    )
    before = now(first, all_of, counts=Counts({Tally("all"): 1}))
    after = now(second, all_of, at=NOON + timedelta(days=1), history=History(), counts=Counts())

    assert [each.code.removeprefix("cause.") for each in compare(before, after).gained[0].causes] == [
        "added",
        "added",
        "removed",
        "code_entered",
        "code_removed",
        "delivery",
        "customer",
        "tier",
        "order",
        "history",
        "counts",
        "time",
    ]


def test_so_many_orders_are_priced_to_find_a_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not left out by then is named too."""
    both = Promotion("both", when=cart.has("CUP"), codes="ABC", then=TEN)
    before, after = now(basket(POT), both), now(basket(POT, CUPS, codes=["abc"], channel="app"), both)

    causes = []
    for most in (3, 4):
        monkeypatch.setattr(comparing, "MOST_PRICED", most)
        causes.append([each.code for each in compare(before, after).gained[0].causes])
    assert causes == [
        ["cause.added", "cause.code_entered", "cause.order"],
        ["cause.added", "cause.code_entered"],
    ]


def test_where_no_fact_does_it_alone_several_are_the_cause() -> None:
    """A promotion that needs both the cups and the code names both."""
    both = Promotion("both", when=cart.has("CUP"), codes="ABC", then=TEN)
    before, after = now(basket(POT), both), now(basket(POT, CUPS, codes=["abc"]), both)

    added, entered = cause("added", count=2, item=Name("CUP")), cause("code_entered", code=Name("abc"))
    assert (added, entered) == compare(before, after).gained[0].causes
    assert "“both” now saves you €1.60, because you added 2 × “CUP” and you entered the code “abc”." == say(
        compare(before, after).statements[0], locale="en", sink="plain"
    )


def test_each_promotion_has_its_own_cause() -> None:
    """Of several changed facts, one may explain this promotion and another that one."""
    cups = Promotion("cups", when=cart.has("CUP"), then=policies.amount_off(eur(1)))
    code = Promotion("code", codes="ABC", then=policies.amount_off(eur(2)))
    before, after = now(basket(POT), cups, code), now(basket(POT, CUPS, codes=["abc"]), cups, code)

    causes = {each.promotion: each.causes[0].code for each in compare(before, after).gained}
    assert {"cups": "cause.added", "code": "cause.code_entered"} == causes


def test_a_fact_that_makes_no_order_alone_explains_nothing() -> None:
    """With the machine alone, no tariff would deliver; so machine and delivery are the cause together."""
    tariffs = [
        Delivery("locker", fee=eur(3), when=~cart.has("MACHINE")),
        Delivery("van", fee=eur(9), when=cart.has("MACHINE")),
    ]
    free = Promotion("free", when=cart.has("MACHINE"), then=policies.shipping_amount_off(eur(1), "van"))
    locker = basket(POT, shipments=[Shipment("1", "locker")])
    van = basket(POT, line("MACHINE", "90.00"), shipments=[Shipment("1", "van")])

    (gained,) = compare(now(locker, free, delivery=tariffs), now(van, free, delivery=tariffs)).gained
    assert ["cause.added", "cause.delivery"] == [each.code for each in gained.causes]


def test_a_new_tier_and_another_group_are_two_facts() -> None:
    """The tier alone explains what the tier does."""
    club = Promotion("club", when=customer.tier.at_least(GOLD), then=TEN)
    before, after = (
        now(basket(POT, customer=attrs.evolve(OLA, tier=tier, groups=groups)), club)
        for tier, groups in ((SILVER, []), (GOLD, ["jury"]))
    )

    assert (cause("tier", tier=Name("Gold")),) == compare(before, after).gained[0].causes


def test_a_tier_that_the_book_reads_is_a_fact_of_its_own() -> None:
    """A purchase in between gives gold: that tier is the cause of what it brings, the purchase of what orders bring."""
    ladder = loyalty.Ladder.by(loyalty.spend(), {SILVER: eur(0), GOLD: eur(100)})
    book = shop(
        Promotion("gold", when=customer.tier.at_least(GOLD), then=TEN),
        Promotion("again", when=customer.orders.at_least(1), then=policies.amount_off(eur(1))),
        Promotion("late", schedule=Schedule(NOON + timedelta(hours=2), zone="UTC"), then=policies.amount_off(eur(2))),
        loyalty=loyalty.Program("club", ladder=ladder),
    )
    quote = book.price(basket(line("SOFA", "200.00"), customer=OLA), at=NOON)
    bought = Purchase("e1", NOON + timedelta(hours=1), book.place(quote, id="A-1", paid=[Tender("card", eur(200))]))
    before = book.price(basket(POT, customer=OLA), at=NOON, history=History())
    after = book.price(basket(POT, customer=OLA), at=NOON + timedelta(hours=3), history=History([bought]))

    assert {each.promotion: each.causes for each in compare(before, after).gained} == {
        "gold": (cause("tier", tier=Name("Gold")),),
        "again": (cause("history"),),
        "late": (cause("time"),),
    }


def test_a_tier_that_is_no_longer_known() -> None:
    """Without a tier to name, what is known of the customer has changed."""
    club = Promotion("club", when=customer.tier.at_least(SILVER), then=TEN)
    before, after = (now(basket(POT, customer=attrs.evolve(OLA, tier=tier)), club) for tier in (SILVER, None))

    assert (cause("customer"),) == compare(before, after).lost[0].causes


def test_another_book_is_a_fact_too() -> None:
    """What the shop promises may have changed between two decisions."""
    comparison = compare(now(basket(POT), Promotion("old", then=TEN)), now(basket(POT), Promotion("new", then=TEN)))

    assert ["lost", "gained"] == [each.how for each in comparison.changes]
    assert {(cause("book"),)} == {each.causes for each in comparison.changes}


# --- what cannot be compared -----------------------------------------------------------------------------------------


def test_two_currencies_do_not_compare() -> None:
    """An amount in euros is neither more nor less than one in złotys."""
    terms = {"currencies": ["EUR", "PLN"]}
    in_pln = Order([attrs.evolve(POT, unit_price=pln(40))], currency="PLN")

    with pytest.raises(CurrencyMismatch, match="`EUR` and `PLN` do not compare"):
        compare(now(basket(POT), **terms), now(in_pln, **terms))


def test_a_decision_without_its_book_does_not_compare() -> None:
    """An unpickled decision needs its book back."""
    decision = now(basket(POT))

    with pytest.raises(AftercareError, match="with_book"):
        compare(pickle.loads(pickle.dumps(decision)), decision)  # noqa: S301


# --- laws ------------------------------------------------------------------------------------------------------------


@st.composite
def pairs(draw: Any) -> tuple[PolicyBook, Order, Order, History | None]:
    """A book and two orders in its currency."""
    world = World(draw)
    one, other = world.order(), world.order()
    return world.book(), one, attrs.evolve(other, prices=one.prices), world.history(one)


@given(pairs())
def test_a_comparison_accounts_for_every_promotion(case: Any) -> None:
    """What changed is told once with its difference, each with a cause that can be said."""
    book, one, other, history = case
    before, after = (book.price(each, at=AT, history=history) for each in (one, other))
    old, new = ({each.id: each.taken.minor for each in decision.applied} for decision in (before, after))

    comparison = compare(before, after)

    told = {each.promotion: each for each in comparison.changes}
    assert {who for who in {*old, *new} if old.get(who) != new.get(who)} == set(told)
    for who, change in told.items():
        assert abs(new.get(who, 0) - old.get(who, 0)) == change.amount.minor
        assert new.get(who, 0) == change.total.minor
        assert change.causes
        assert say(change.statement, locale="pl")
    assert len(comparison.changes) == sum(
        map(len, (comparison.gained, comparison.lost, comparison.grown, comparison.shrunk))
    )
