from __future__ import annotations

import datetime as dt
import pickle
import zoneinfo
from datetime import date
from typing import TYPE_CHECKING, Any

import attrs
import pytest

import aftercare
from aftercare import (
    Customer,
    Days,
    Delivered,
    Name,
    OrderError,
    Refunded,
    RefundReversed,
    ReturnApproved,
    ReturnCancelled,
    Returned,
    ReturnPolicy,
    ReturnRefused,
    ReturnRequested,
    ReturnSent,
    Statement,
    Tender,
    Tier,
    always,
    cart,
    clock,
    customer,
    dated,
    eur,
    item,
    returns,
    say,
)
from aftercare.order_events import Units
from aftercare.returns.effects import ExpectParcel, OpenTask, Tell
from tests.returns.counter import CAME, CUP, OUTLET, RING, STANDARD, ask, at, codes, cups, line, placed

if TYPE_CHECKING:
    from datetime import datetime

GOLD = Tier("gold", 2)
NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "returns": returns,
    "Units": Units,
    "datetime": dt,
    "zoneinfo": zoneinfo,
}
EU = STANDARD.not_below(returns.statutory("EU"))
PL = Customer("C", country="PL")


def asked(count: int = 1, *, day: int = 5, first: int | None = None, return_id: str = "R-1") -> ReturnRequested:
    """A return was requested."""
    return ReturnRequested(f"q{return_id}", at(day), "A-1", cups(count, first), "change_of_mind", return_id=return_id)


def test_accepted() -> None:
    """A return in time is accepted by the shop's promise, which says until when, for what fee and what comes next."""
    answer = ask(STANDARD)

    assert "accept" == answer.outcome
    assert ("promise",) == answer.regimes
    assert date(2026, 4, 3) == answer.deadline.last_day
    assert Name("standard") == answer.deadline.right
    assert (returns.flat(eur("4.95")),) == answer.terms.fee
    assert ["returns.step.send"] == codes(answer.steps)
    assert (ExpectParcel(cups(1, 3)),) == answer.effects
    assert () == answer.reasons


@pytest.mark.parametrize(
    ("when", "outcome", "reasons"),
    [
        (at(2, hour=13), "accept", []),
        (at(3, 4, 23), "accept", []),
        (at(4, 4, 0), "refuse", ["returns.deadline.over"]),
    ],
)
def test_window(when: datetime, outcome: str, reasons: list[str]) -> None:
    """A return is accepted from the order on, until the end of the last day."""
    answer = ask(STANDARD, when=when)

    assert (outcome, reasons) == (answer.outcome, codes(answer.reasons))


def test_naive() -> None:
    """An instant needs a zone."""
    with pytest.raises(aftercare.CalendarError, match="the instant of a question about a return needs a zone"):
        ask(STANDARD, when=at(20).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"line": "2"}, "receipt `A-1` has no line `2`: allowed: `1`"),
        ({"quantity": 4}, "`4` units of line `1` cannot come back: 3 were bought, ask for 1 to 3"),
        ({"quantity": 0}, "`0` units of line `1` cannot come back"),
        ({"quantity": True}, "`True` units of line `1` cannot come back"),
        ({"ground": "defekt"}, "`defekt` is not a ground for a return: .*did you mean `defect`"),
    ],
)
def test_bad_questions(about: dict[str, Any], message: str) -> None:
    """A question about what was not bought, or for no known reason, is an error that says so."""
    with pytest.raises(OrderError, match=message):
        ask(STANDARD, **about)


def test_later_events_change_nothing() -> None:
    """What happened after the instant that is asked about does not change the answer."""
    later = (Returned("r1", at(25), "A-1", cups(3)), Delivered("d2", at(26), "A-1"))

    assert ask(STANDARD, None, CAME) == ask(STANDARD, None, CAME, *later)


def test_no_right() -> None:
    """A ground that no right is given for is refused, whatever the deadline."""
    answer = ask(STANDARD, ground="own_fault")

    assert ("refuse", [Statement("returns.no_right")], ()) == (answer.outcome, list(answer.reasons), answer.answers)
    assert () == answer.steps == answer.effects


def test_policy_for_one_ground() -> None:
    """A policy may be given for some grounds only, also for its own."""
    stale = returns.Ground("stale", fault="shop", regimes="promise")
    policy = ReturnPolicy("fresh", within=Days(3), after="delivered", grounds=[stale, "defect"], fee=eur(2))

    assert "accept" == ask(policy, ground="stale", when=at(6)).outcome
    assert "accept" == ask(policy, ground="defect", when=at(6)).outcome
    assert ["returns.no_right"] == codes(ask(policy, ground="late", when=at(6)).reasons)


@pytest.mark.parametrize(
    ("ground", "fee"), [("change_of_mind", 1), ("unwanted_gift", 1), ("defect", 0), ("wrong_item", 0), ("late", 0)]
)
def test_no_fee_where_the_shop_is_at_fault(ground: str, fee: int) -> None:
    """A shop that is at fault keeps no fee."""
    assert fee == len(ask(STANDARD, ground=ground).terms.fee)


# --- exceptions ------------------------------------------------------------------------------------------------------


def test_exception_for_a_tier() -> None:
    """Gold members have longer and pay nothing, others keep the usual terms; the tier is that of the purchase."""
    policy = STANDARD.except_when(customer.tier.at_least(GOLD), within=Days(60), fee=returns.FREE, named="gold")
    gold = ask(policy, placed(customer=Customer("C", tier=GOLD)))
    silver = ask(policy, placed(customer=Customer("C", tier=Tier("silver", 1))))

    assert (date(2026, 5, 3), Name("gold"), ()) == (gold.deadline.last_day, gold.deadline.right, gold.terms.fee)
    assert (date(2026, 4, 3), Name("standard")) == (silver.deadline.last_day, silver.deadline.right)
    assert ask(STANDARD).terms == ask(policy).terms


def test_exception_in_the_customers_words() -> None:
    """What an exception is named reaches the customer in every language that it has."""
    sixty = Name("60 days for Gold", pl="60 dni dla Złotych")
    policy = STANDARD.except_when(customer.tier.at_least(GOLD), within=Days(60), named=sixty)

    assert sixty == ask(policy, placed(customer=Customer("C", tier=GOLD))).deadline.right
    assert "60 days for Gold" == policy.exceptions[0].title


def test_exception_for_goods() -> None:
    """Some goods may have other terms, line by line."""
    policy = STANDARD.except_when(of=item.tag.is_("outlet"), within=Days(7), after="shipped")
    receipt = placed(line(CUP), line(OUTLET, id="2"))

    assert date(2026, 4, 3) == ask(policy, receipt).deadline.last_day
    assert "shipped" == ask(policy, receipt, line="2").terms.window.after.event


def test_exception_read_at_the_purchase() -> None:
    """The clock of a condition is that of the purchase."""
    policy = STANDARD.except_when(clock.date.at_least(date(2026, 3, 10)), within=Days(60))

    assert date(2026, 4, 3) == ask(policy).deadline.last_day


def test_conditions_on_the_order_as_paid() -> None:
    """Conditions see the goods at what was paid for them, and the history as the receipt remembers it."""
    policy = STANDARD.except_when(cart.amount().at_least(eur(30)) & customer.orders.at_least(0), fee=returns.FREE)
    remembered = (("customer.last_order_on", None), ("customer.orders", 0), ("customer.spend", eur(0)))
    told = aftercare.Receipt(**{**_fields(placed()), "facts": remembered})

    assert 1 == len(ask(policy).terms.fee)
    assert () == ask(policy, told).terms.fee


def test_history_of_the_receipt() -> None:
    """Spend and days since the last order are those that the receipt remembers, whatever happened later."""
    policy = STANDARD.except_when(
        customer.spend.at_least(eur(100)) & customer.days_since_order.at_most(3), fee=returns.FREE
    )
    remembered = (("customer.last_order_on", date(2026, 2, 28)), ("customer.orders", 1), ("customer.spend", eur(100)))

    assert () == ask(policy, aftercare.Receipt(**{**_fields(placed()), "facts": remembered})).terms.fee
    assert 1 == len(ask(policy).terms.fee)


def _fields(receipt: Any) -> dict[str, Any]:
    return {name: getattr(receipt, name) for name in receipt.__slots__ if name != "__weakref__"}


@pytest.mark.parametrize(
    ("condition", "about", "holds"),
    [
        (returns.ground.is_("defect"), {"ground": "defect"}, True),
        (returns.grade.is_("opened"), {"grade": "opened"}, True),
        (returns.grade.is_("opened"), {}, False),
        (returns.channel.is_("store"), {"channel": "store"}, True),
        (returns.channel.is_not("store"), {}, False),
        (returns.evidence.is_("photo"), {"evidence": ["receipt", "photo"]}, True),
        (returns.evidence.is_("photo"), {"evidence": "photo"}, True),
        (returns.tender.is_("card"), {}, True),
        (returns.tender.is_("gift_card"), {}, False),
        (returns.quantity.at_least(2), {"quantity": 2}, True),
        (returns.quantity.at_least(2), {}, False),
        (returns.days_since_delivery.at_most(16), {}, True),
        (returns.days_since_delivery.at_most(15), {}, False),
    ],
)
def test_facts_of_the_return(condition: Any, about: dict[str, Any], *, holds: bool) -> None:
    """Conditions may ask about the return itself; what is not known does not hold."""
    assert holds is ("needs_review" == ask(STANDARD.reviewed("look", when=condition), **about).outcome)


def test_days_since_delivery_unknown() -> None:
    """Before delivery, the days since are unknown."""
    policy = STANDARD.reviewed("look", when=returns.days_since_delivery.at_least(0))

    assert "accept" == ask(policy, None, Delivered("d9", at(30), "A-1")).outcome


@pytest.mark.parametrize(
    ("strategy", "last_day", "fee"),
    [("first_of", date(2026, 5, 3), ()), ("best_for_customer", date(2026, 5, 3), ())],
)
def test_strategies(strategy: Any, last_day: date, fee: Any) -> None:
    """Of exceptions that hold together the first counts, or the best for the customer."""
    policy = (
        STANDARD.exceptions_by(strategy)
        .except_when(always, within=Days(60), fee=returns.FREE, named="sixty")
        .except_when(always, within=Days(20), fee=eur(2), named="twenty")
    )

    assert (last_day, fee) == (ask(policy).deadline.last_day, ask(policy).terms.fee)


def test_first_of_takes_term_by_term() -> None:
    """The first exception that gives a term decides it, a later one another."""
    policy = (
        STANDARD.exceptions_by("first_of")
        .except_when(always, within=Days(10), named="ten")
        .except_when(always, within=Days(60), fee=returns.FREE)
    )
    answer = ask(policy, when=at(5))

    assert (date(2026, 3, 14), Name("ten"), ()) == (
        answer.deadline.last_day,
        answer.deadline.right,
        answer.terms.fee,
    )


@pytest.mark.parametrize("strategy", ["longest", "best_for_customer"])
def test_longest_includes_the_usual_window(strategy: Any) -> None:
    """An exception with a shorter window never shortens it where the longest counts."""
    policy = STANDARD.exceptions_by(strategy).except_when(always, within=Days(7), named="week")
    answer = ask(policy)

    assert (date(2026, 4, 3), Name("standard")) == (answer.deadline.last_day, answer.deadline.right)


def test_best_for_customer_includes_the_usual_terms() -> None:
    """A dearer fee in an exception does not count where the best does; a term that has no better value does."""
    policy = STANDARD.exceptions_by("best_for_customer").except_when(
        always, fee=eur(9), refund="proportional", channels="store"
    )
    terms = ask(policy).terms

    assert ((returns.flat(eur("4.95")),), "proportional", ("store",)) == (terms.fee, terms.refund, terms.channels)


def test_longest_leaves_other_terms_to_the_exceptions() -> None:
    """Where the longest window counts, other terms are those of the exceptions that hold."""
    policy = STANDARD.exceptions_by("longest").except_when(always, within=Days(7), fee=eur(9))

    assert (returns.flat(eur(9)),) == ask(policy).terms.fee


def test_dated_terms() -> None:
    """A term that changes is read at the instant of the purchase."""
    policy = ReturnPolicy("standard", within=dated(Days(30), {at(10): Days(14)}), after="delivered")
    later = placed(placed_at=at(11))

    assert Days(30) == ask(policy).terms.window.within
    assert Days(14) == ask(policy, later, Delivered("d", at(12), "A-1")).terms.window.within


# --- clauses ---------------------------------------------------------------------------------------------------------


def test_bars() -> None:
    """Goods that do not come back are refused, with every reason."""
    policy = STANDARD.not_returnable(of=item.tag.is_("outlet"), because="final_sale").not_returnable(
        of=item.category.is_("cups"), because=Name("a cup is a cup")
    )
    answer = ask(policy, placed(line(OUTLET)))

    assert (
        Statement("returns.barred.final_sale"),
        Statement("returns.barred.other", reason=Name("a cup is a cup")),
    ) == (answer.reasons)
    assert "accept" == ask(policy, placed(line(RING))).outcome


def test_review() -> None:
    """What somebody has to look at is neither accepted nor refused, and opens a task."""
    policy = STANDARD.reviewed("many at once", when=returns.quantity.at_least(3), role="manager")
    answer = ask(policy, quantity=3)

    assert ("needs_review", ()) == (answer.outcome, answer.regimes)
    assert (Statement("returns.review", because=Name("many at once")),) == answer.reasons
    assert (OpenTask("manager", Name("many at once")),) == answer.effects
    assert ["returns.step.send"] == codes(answer.steps)
    assert "refuse" == ask(policy, quantity=3, when=at(9, 5)).outcome


def test_who_is_told() -> None:
    """Roles are told of the outcomes that they are to be told of, or get a task."""
    policy = (
        STANDARD.tells("warehouse", task="inspect", of=item.sku.is_("CUP"))
        .tells("finance", on=["refuse", "accept"])
        .tells("legal", on="refuse", when=returns.ground.is_("defect"))
    )

    assert (OpenTask("warehouse", Name("inspect")), Tell("finance")) == ask(policy).effects[1:]
    assert (Tell("finance"),) == ask(policy, when=at(1, 5)).effects


def test_steps() -> None:
    """The customer hears what to hand in, do, pack, choose, and where and until when to send it."""
    policy = ReturnPolicy(
        "standard",
        within=Days(30),
        after="delivered",
        evidence=["photo", "receipt"],
        packaging="original",
        channels=["mail", "store"],
        address="Kraków",
        send_within=Days(14),
    ).asks("wipe the phone")
    told = (
        Statement("returns.step.evidence", needed=(Name("photo"),)),
        Statement("returns.step.ask", step=Name("wipe the phone")),
        Statement("returns.step.original_packaging"),
        Statement("returns.step.channel", needed=(Name("mail"), Name("store"))),
        Statement("returns.step.return_to", address=Name("Kraków")),
        Statement("returns.step.return_by", date=date(2026, 4, 3)),
    )
    answer = ask(policy, evidence="receipt")

    assert told == answer.steps
    assert (ExpectParcel(cups(1, 3), date(2026, 4, 3), Name("Kraków")),) == answer.effects
    assert "returns.step.channel" not in codes(ask(policy, channel="mail").steps)


@pytest.mark.parametrize("address", [None, "Kraków"])
def test_who_comes_to_the_store_is_not_asked_to_send(address: str | None) -> None:
    """Goods that may come some other way than by mail are returned; without such a way they are sent."""
    policy = ReturnPolicy("standard", within=Days(30), after="delivered", address=address)
    to = [] if address is None else ["returns.step.address"]
    back_to = [] if address is None else ["returns.step.return_to"]

    assert (*to, "returns.step.send") == tuple(codes(ask(policy).steps))
    assert (*back_to, "returns.step.return") == tuple(codes(ask(policy, channel="store").steps))


def test_send_by_the_deadline() -> None:
    """Where sending is what must be in time, the last day of the window is the last day to send."""
    window = returns.ReturnWindow(Days(30), after="delivered", act="sent")
    policy = ReturnPolicy("standard", within=window, send_within=Days(60))

    assert Statement("returns.step.send_by", date=date(2026, 4, 3)) == ask(policy).steps[-1]


def test_keep_the_item() -> None:
    """Goods that the customer keeps are not sent, nor expected."""
    policy = ReturnPolicy("keep", within=Days(30), after="delivered", resolutions=["keep_item", "refund"])

    assert (["returns.step.keep"], ()) == (codes(ask(policy).steps), ask(policy).effects)


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "about", "reason"),
    [
        (
            {"channels": ["mail", "store"]},
            {"channel": "kiosk"},
            Statement("returns.channel_not_offered", found=(Name("kiosk"),), needed=(Name("mail"), Name("store"))),
        ),
        ({"channels": "mail"}, {"channel": "mail"}, None),
        (
            {"accepts": "new"},
            {"grade": "worn"},
            Statement("returns.grade_not_accepted", found=(Name("worn"),), needed=(Name("new"),)),
        ),
        ({"accepts": "new"}, {}, None),
        ({"at_most": 2}, {"quantity": 3}, Statement("returns.at_most", asked=3, before=0, most=2)),
        ({"at_most": 2}, {"quantity": 2}, None),
        ({"ceiling": eur(9)}, {}, Statement("returns.above_ceiling", found=eur(10), limit=eur(9))),
        ({"ceiling": eur(10)}, {}, None),
    ],
)
def test_limits(terms: Any, about: dict[str, Any], reason: Statement | None) -> None:
    """A channel, grade, number or price that the policy does not take is refused with what was found and needed."""
    answer = ask(ReturnPolicy("narrow", within=Days(30), after="delivered", **terms), **about)

    assert (() if reason is None else (reason,)) == answer.reasons
    assert ("accept" if reason is None else "refuse") == answer.outcome


def test_at_most_counts_what_came_back() -> None:
    """Units that came back or are asked for count against the most that may."""
    policy = ReturnPolicy("narrow", within=Days(30), after="delivered", at_most=2)
    before = Returned("r1", at(6), "A-1", cups(1))

    assert "accept" == ask(policy, None, CAME, before).outcome
    assert (
        Statement("returns.at_most", asked=1, before=2, most=2) == ask(policy, None, CAME, before, asked()).reasons[0]
    )


def test_once() -> None:
    """A line, or an order, may be returned once only; a return that came to nothing does not count."""
    a_line = ReturnPolicy("once", within=Days(30), after="delivered", once="line")
    an_order = ReturnPolicy("once", within=Days(30), after="delivered", once="order")
    receipt = placed(line(CUP, 3), line(RING, id="2"))
    ring = Returned("r1", at(6), "A-1", (Units("2", 1),))
    cup = Returned("r2", at(6), "A-1", cups(1))

    assert "accept" == ask(a_line, receipt, CAME, ring).outcome
    assert ["returns.once_a_line"] == codes(ask(a_line, receipt, CAME, cup).reasons)
    assert ["returns.once_an_order"] == codes(ask(an_order, receipt, CAME, ring).reasons)
    assert ["returns.once_an_order"] == codes(ask(an_order, receipt, CAME, cup).reasons)
    gone = ReturnCancelled("c", at(7), "A-1", return_id="R-1")
    assert "accept" == ask(a_line, receipt, CAME, asked(), gone).outcome
    assert "accept" == ask(a_line, receipt, CAME, asked(), return_id="R-1").outcome


def test_what_is_left() -> None:
    """Units that came back, or for which a return is under way, cannot be asked for again."""
    answer = ask(STANDARD, None, CAME, asked(2), quantity=2)

    assert ("refuse", Statement("returns.too_many", asked=2, left=1)) == (answer.outcome, answer.reasons[0])
    assert cups(1, 1) == ask(STANDARD, None, CAME, asked(2)).units
    gone = Returned("r1", at(6), "A-1", cups(3))
    assert (Statement("returns.none_left"),) == ask(STANDARD, None, CAME, gone).reasons


def test_of_two_rights_that_are_over_the_longer_one_is_told() -> None:
    """The law gave a fortnight and the promise thirty days: the day that is told is the last on which either helped."""
    answer = ask(EU, None, CAME, when=at(10, 5))

    assert [2, 1] == [len(answer.answers), len(answer.reasons)]
    assert Statement("returns.deadline.over", date=at(3, 4).date()) == answer.reasons[0]


# --- parcels and acts ------------------------------------------------------------------------------------------------


def test_parcels_are_judged_apart() -> None:
    """Units that can still come back are taken before those that are too late, those that can longest before others."""
    first = Delivered("d1", at(4), "A-1", cups(1, 3))
    second = Delivered("d2", at(20), "A-1", cups(2, 1))
    when = at(10, 4)

    both_in_time = ask(STANDARD, None, second, attrs.evolve(first, at=at(19)), when=when)
    assert (cups(1, 2), at(19, 4).date()) == (both_in_time.units, both_in_time.deadline.last_day)
    same_day = ask(STANDARD, None, second, attrs.evolve(first, at=at(20, hour=9)), when=when)
    assert cups(1, 3) == same_day.units
    too_late = ask(STANDARD, None, first, second, when=at(10, 5))
    assert [Statement("returns.deadline.over", date=at(19, 4).date())] == [*too_late.reasons]
    two = ask(STANDARD, None, first, second, when=when, quantity=2)
    assert ("accept", cups(2, 1)) == (two.outcome, two.units)
    worst = ask(STANDARD, None, first, second, when=when, quantity=3)
    assert ("refuse", cups(3, 1), ["returns.deadline.over"]) == (worst.outcome, worst.units, codes(worst.reasons))


@pytest.mark.parametrize(
    ("act", "event", "outcome"),
    [
        ("requested", asked(), "accept"),
        ("sent", asked(), "refuse"),
        ("sent", ReturnSent("s", at(3, 4), "A-1", return_id="R-1"), "accept"),
        ("received", ReturnSent("s", at(3, 4), "A-1", return_id="R-1"), "refuse"),
        ("received", Returned("r", at(3, 4), "A-1", cups(1), return_id="R-1"), "accept"),
        ("sent", ReturnSent("s", at(3, 4), "A-1", return_id="R-2"), "refuse"),
    ],
)
def test_what_was_done_in_time(act: Any, event: Any, outcome: str) -> None:
    """What a window asks for stays in time once it was done, also if it is looked at later."""
    policy = ReturnPolicy("standard", within=returns.ReturnWindow(Days(30), after="delivered", act=act))

    assert outcome == ask(policy, None, CAME, event, when=at(20, 4), return_id="R-1").outcome
    assert "refuse" == ask(policy, None, CAME, event, when=at(20, 4)).outcome


def test_nothing_to_send_twice() -> None:
    """Goods on their way are expected and need no sending, goods that came neither."""
    sent = ReturnSent("s", at(6), "A-1", return_id="R-1")
    came = Returned("r", at(7), "A-1", cups(1), return_id="R-1")

    on_its_way = ask(STANDARD, None, CAME, asked(), sent, return_id="R-1")
    assert ([], 1) == (codes(on_its_way.steps), len(on_its_way.effects))
    assert () == ask(STANDARD, None, CAME, asked(), sent, came, return_id="R-1").effects


# --- the floor of a law ----------------------------------------------------------------------------------------------


def test_either_right_suffices() -> None:
    """While the law's right is open, both accept, and each term is the better of the two."""
    answer = ask(EU, placed(customer=PL), when=at(10))

    assert ("accept", ("promise", "withdrawal")) == (answer.outcome, answer.regimes)
    assert ((), "standard", True, "recompute_monotone") == (
        answer.terms.fee,
        answer.terms.delivery,
        answer.terms.same_means,
        answer.terms.refund,
    )
    assert ((returns.RefundWithin(Days(14), after="withheld"),), date(2026, 4, 3)) == (
        answer.terms.refund_within,
        answer.deadline.last_day,
    )


def test_afterwards_the_policy_alone_decides() -> None:
    """Once the law's right is over, the shop's terms hold alone."""
    late = ask(EU, placed(customer=PL), when=at(25))

    assert (("promise",), ask(STANDARD).terms) == (late.regimes, late.terms)


@pytest.mark.parametrize(("country", "outcome"), [("PL", "accept"), (None, "accept"), ("US", "refuse")])
def test_floor_acts_where_it_is_law(country: str | None, outcome: str) -> None:
    """A floor lets goods come back that the shop would refuse, in its countries and where the country is unknown."""
    short = ReturnPolicy("short", within=Days(3), after="delivered").not_below(returns.statutory("EU"))
    answer = ask(short, placed(customer=Customer("C", country=country)), when=at(15))

    assert outcome == answer.outcome
    if outcome == "accept":
        assert (("withdrawal",), "proportional") == (answer.regimes, answer.terms.refund)
        assert answer.answers[1].right == answer.deadline.right


def test_floor_takes_over_what_the_law_leaves_open() -> None:
    """Under the law alone the shop's limits do not count, its address and order of tenders do."""
    policy = ReturnPolicy(
        "short", within=Days(0), after="delivered", at_most=1, once="line", address="Kraków", tenders="ratio",
        accepts="new", evidence="photo", fee=(returns.flat(eur(2)), returns.label(eur(5))),
    ).not_below(returns.statutory("EU"))  # fmt: skip
    terms = ask(policy, when=at(10), quantity=3, grade="worn").terms

    assert (Name("Kraków"), "ratio") == (terms.address, terms.tenders)
    assert (None, None, (), ()) == (terms.at_most, terms.once, terms.accepts, terms.evidence)
    assert (returns.label(eur(5)),) == terms.fee


def test_no_fee_without_information() -> None:
    """A shop that did not inform its customer keeps none of the fees that it had to tell of."""
    policy = ReturnPolicy("short", within=Days(0), after="delivered", fee=returns.label(eur(5))).not_below(
        returns.statutory("EU")
    )

    assert 1 == len(ask(policy, when=at(10)).terms.fee)
    assert () == ask(policy, when=at(10), informed=False).terms.fee


def test_final_sale_is_no_exception_of_the_law() -> None:
    """The law lets goods of a final sale come back, and excepts what was made for the customer."""
    policy = EU.not_returnable(of=item.tag.is_("outlet"), because="final_sale").not_returnable(
        of=item.tag.is_("engraved"), because="custom_made"
    )
    outlet, ring = ask(policy, placed(line(OUTLET)), when=at(10)), ask(policy, placed(line(RING)), when=at(10))

    assert ("accept", ("withdrawal",)) == (outlet.outcome, outlet.regimes)
    assert ("refuse", (Statement("returns.barred.custom_made"),)) == (ring.outcome, ring.reasons)


def test_review_does_not_hold_up_the_law() -> None:
    """What the shop wants to look at is accepted while the law's right is open."""
    policy = EU.reviewed("look")

    in_time = ask(policy, when=at(10))

    assert ("accept", ("withdrawal",)) == (in_time.outcome, in_time.regimes)
    assert "needs_review" == ask(policy, when=at(25)).outcome


def test_defect_under_the_law() -> None:
    """A defect may come back for two years by the law's conformity, long after the shop's promise."""
    answer = ask(EU, when=at(1, 12), ground="defect")

    assert (("conformity",), ()) == (answer.regimes, answer.terms.fee)
    assert "repair" in answer.terms.resolutions


def test_own_ground_under_the_law() -> None:
    """A ground of the shop's own may give a right of the law if it names the regime."""
    stale = returns.Ground("stale", fault="shop", regimes=["promise", "conformity"])
    policy = ReturnPolicy("fresh", within=Days(3), after="delivered", grounds=stale).not_below(returns.statutory("EU"))

    assert ("conformity",) == ask(policy, ground="stale").regimes


def test_law_for_purchases_from_an_amount() -> None:
    """A right that begins with an amount is not given below it, nor asked of another currency."""
    visit = ReturnPolicy("visit", within=Days(0), after="ordered").not_below(
        returns.statutory("US", contract="off_premises")
    )
    dollars = aftercare.Order(
        [aftercare.Line("1", CUP, unit_price=aftercare.usd(24))],
        currency="USD",
        customer=Customer("C", country="US"),
    )
    shop = aftercare.PolicyBook("shop", zone="America/New_York", currencies=["USD"])

    def outcome(price: int) -> str:
        order = aftercare.Order(
            [aftercare.Line("1", CUP, unit_price=aftercare.usd(price))], currency="USD", customer=dollars.customer
        )
        receipt = shop.place(shop.price(order, at=at(2)), id="A-1", paid=[Tender("card", aftercare.usd(price))])
        return str(ask(visit, receipt, Delivered("d", at(2, hour=13), "A-1"), when=at(3)).outcome)

    assert ("refuse", "accept") == (outcome(24), outcome(25))
    assert "accept" == ask(visit, when=at(3)).outcome


# --- decisions -------------------------------------------------------------------------------------------------------


def test_override() -> None:
    """Staff may accept what the policy refuses; who did and why is recorded, on the shop's own terms."""
    refused = ask(STANDARD, when=at(1, 6))
    accepted = refused.overridden(by="anna", reason="a good customer")

    assert ("accept", ("promise",)) == (accepted.outcome, accepted.regimes)
    assert returns.Override("anna", "a good customer", outcome="refuse") == accepted.override
    assert refused.reasons == accepted.reasons
    assert ["returns.step.send"] == codes(accepted.steps)
    assert 1 == len(accepted.effects)
    assert "You can return this: “\u2068a good customer\u2069”." == say(accepted.said, locale="en")
    assert ReturnApproved(
        "e", at(1, 6), "A-1", return_id="R", regimes="promise", by="anna", reason="a good customer"
    ) == accepted.decided(id="e", return_id="R")


def test_refusal_by_staff() -> None:
    """Staff may refuse what the policy accepts."""
    refused = ask(STANDARD).overridden(by="anna", reason="worn", outcome="refuse")

    assert ("refuse", (), ()) == (refused.outcome, refused.regimes, refused.effects)
    assert Statement("returns.refused_by_staff", reason=Name("worn")) == refused.said
    assert ReturnRefused("e", at(9), "A-1", return_id="R", reason="worn", by="anna") == refused.decided(
        id="e", return_id="R", at=at(9)
    )


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"by": "anna", "reason": "x"}, "the outcome is `accept` already: there is nothing to override"),
        ({"by": " ", "reason": "x", "outcome": "refuse"}, "a decision against the policy needs a name"),
        ({"by": "anna", "reason": "x", "outcome": "refused"}, "`refused` is no outcome: .*did you mean `refuse`"),
    ],
)
def test_override_refused(about: dict[str, Any], message: str) -> None:
    """An override changes the outcome, and somebody makes it."""
    with pytest.raises(OrderError, match=message):
        ask(STANDARD).overridden(**about)


def test_decisions_as_events() -> None:
    """A decision becomes an event; what needs a review has none yet."""
    assert ReturnApproved("e", at(20), "A-1", return_id="R", regimes="promise") == ask(STANDARD).decided(
        id="e", return_id="R"
    )
    assert ReturnRefused("e", at(1, 6), "A-1", return_id="R", reason="against the policy") == ask(
        STANDARD, when=at(1, 6)
    ).decided(id="e", return_id="R")
    with pytest.raises(OrderError, match="return `R` needs a review: decide it with `overridden"):
        ask(STANDARD.reviewed("look")).decided(id="e", return_id="R")


@pytest.mark.parametrize(
    ("policy", "about", "words"),
    [
        (STANDARD, {}, "You can return this."),
        (
            STANDARD,
            {"when": at(1, 6)},
            "We are sorry, this cannot be returned. The last day for this was April 3, 2026.",
        ),
        (
            STANDARD.reviewed("look"),
            {},
            "We will look at your request and answer soon. One of our staff has to look at this: “\u2068look\u2069”.",
        ),
    ],
)
def test_said(policy: ReturnPolicy, about: dict[str, Any], words: str) -> None:
    """The answer is a sentence."""
    assert words == say(ask(policy, **about).said, locale="en")


@pytest.mark.parametrize(
    "answer",
    [
        ask(EU, when=at(10)),
        ask(STANDARD, when=at(1, 6)).overridden(by="anna", reason="kind"),
        ask(STANDARD.tells("warehouse").reviewed("look", role="boss")),
    ],
)
def test_answers_are_values(answer: Any) -> None:
    """An answer is equal to its code and its pickle."""
    assert answer == eval(repr(answer), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert answer == pickle.loads(pickle.dumps(answer))  # noqa: S301 - what was just pickled
    assert hash(answer) == hash(pickle.loads(pickle.dumps(answer)))  # noqa: S301 - what was just pickled


def test_kept_goods_and_reversals() -> None:
    """Goods paid back and kept are gone, unless the payment is undone."""
    kept = Refunded("k", at(6), "A-1", (Tender("card", eur(30)),), units=cups(3), kept=True)

    assert ["returns.none_left"] == codes(ask(STANDARD, None, CAME, kept).reasons)
    assert "accept" == ask(STANDARD, None, CAME, kept, RefundReversed("x", at(7), "A-1", "k")).outcome
