"""Trading goods in, and taking them back at the end of their life."""

from __future__ import annotations

import datetime as dt
import pickle
import zoneinfo
from datetime import UTC, date, datetime
from typing import Any

import pytest

import aftercare
from aftercare import (
    BusinessDays,
    CurrencyMismatch,
    Customer,
    Days,
    Delivered,
    HandedIn,
    History,
    Line,
    Months,
    Name,
    Order,
    OrderError,
    PolicyBook,
    PolicyError,
    Product,
    Promotion,
    Returned,
    Statement,
    Tender,
    Tier,
    customer,
    dated,
    eur,
    item,
    percent,
    pln,
    policies,
    returns,
    say,
)
from aftercare.money import amounts
from aftercare.returns.effects import ExpectParcel, OpenTask
from aftercare.returns.recycling import TakeBack, assess_take_back
from aftercare.returns.trade_in import TradeIn, assess_trade_in
from tests.returns.counter import CAME, CUP, at, codes, cups, placed

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "returns": returns}
NAMESPACE |= {"datetime": dt, "zoneinfo": zoneinfo}
WORD: Any = str
ANY: Any = int
GOLD = Tier("gold", 2)
VALUES = {Months(12): {"A": 50, "B": 30}, Months(24): {"A": eur(2)}}
UPGRADE = TradeIn("upgrade", values=VALUES)


def trade(policy: TradeIn = UPGRADE, *events: Any, receipt: Any = None, **about: Any) -> Any:
    """For how much a cup that came on 4 March is bought back, on 20 March in grade A unless told."""
    asked = {"line": "1", "grade": "A", "at": at(20), **about}
    return assess_trade_in(policy, receipt or placed(), History(events or (CAME,)), **asked)


def hand_in(policy: TakeBack, *events: Any, receipt: Any = None, **about: Any) -> Any:
    """Whether a cup is taken back, ten years later."""
    asked = {"line": "1", "at": at(20).replace(year=2036), **about}
    return assess_take_back(policy, receipt or placed(), History(events or (CAME,)), **asked)


@pytest.mark.parametrize(
    ("when", "grade", "quantity", "value", "last_day"),
    [
        (at(20), "A", 1, "5.00", date(2027, 3, 4)),
        (at(20), "B", 2, "6.00", date(2027, 3, 4)),
        (at(4).replace(year=2027), "A", 3, "15.00", date(2027, 3, 4)),
        (at(5).replace(year=2027), "A", 3, "6.00", date(2028, 3, 4)),
        (at(4).replace(year=2028), "A", 1, "2.00", date(2028, 3, 4)),
    ],
)
def test_value_by_age_and_grade(when: datetime, grade: str, quantity: int, value: str, last_day: date) -> None:
    """The value is that of the row for the age and of the grade in it, until the last day of that age."""
    found = trade(at=when, grade=grade, quantity=quantity)

    assert ("accept", value, last_day) == (found.outcome, str(found.value.decimal), found.deadline.last_day)
    assert found.least == found.most == found.value
    assert [Statement("trade_in.value", amount=found.value), Statement("trade_in.falls", date=last_day)] == list(
        found.value_said
    )


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"grade": "C"}, "trade_in.grade_not_accepted"),
        ({"grade": "B", "at": at(5).replace(year=2027)}, "trade_in.grade_not_accepted"),
        ({"at": at(5).replace(year=2028)}, "returns.deadline.over"),
        ({"at": at(3)}, "returns.waiting.delivered"),
        ({"at": at(3), "grade": None}, "returns.waiting.delivered"),
    ],
    ids=str,
)
def test_refused(about: Any, code: str) -> None:
    """What is too old, too worn or not there yet is not bought back."""
    found = trade(**about)

    assert ("refuse", [code], None, ()) == (found.outcome, codes(found.reasons), found.value, found.value_said)


def test_grade_not_known() -> None:
    """While nobody has looked at the goods, the answer says the least and the most."""
    found = trade(grade=None, quantity=2)

    assert ("needs_review", None, eur(6), eur(10)) == (found.outcome, found.value, found.least, found.most)
    assert "We have to look at the goods first. Depending on their condition, you get €6.00 to €10.00." == say(
        found.said, locale="en", sink="plain"
    )
    assert (ExpectParcel(cups(2, 2)), OpenTask("warehouse", Name("upgrade"))) == found.effects


def test_value_by_date() -> None:
    """A table that is announced to change is read at the instant of the question."""
    values = dated({Months(12): {"A": 50}}, {datetime(2026, 4, 1, tzinfo=UTC): {Months(12): {"A": 40}}})
    policy = TradeIn("upgrade", values=values)

    assert (eur(5), eur(4)) == (trade(policy).value, trade(policy, at=at(2, 4)).value)


@pytest.mark.parametrize(("day", "code"), [(9, "trade_in.not_started"), (10, None), (20, None), (21, "trade_in.ended")])
def test_days_of_the_offer(day: int, code: str | None) -> None:
    """An offer holds from its first to its last day, both included."""
    found = trade(TradeIn("upgrade", values=VALUES, first=date(2026, 3, 10), last=date(2026, 3, 20)), at=at(day))

    assert ([] if code is None else [code]) == codes(found.reasons)
    assert ("accept" if code is None else "refuse") == found.outcome


def test_for_whom_and_what() -> None:
    """An offer may be for some goods and some customers."""
    cups_only = TradeIn("upgrade", values=VALUES, of=item.category.is_("cups"))
    pots_only = TradeIn("upgrade", values=VALUES, of=item.category.is_("pots"))
    gold_only = TradeIn("upgrade", values=VALUES, when=customer.tier.at_least(GOLD))

    assert "accept" == trade(cups_only).outcome
    assert ["trade_in.not_offered"] == codes(trade(pots_only).reasons)
    assert ["trade_in.not_offered"] == codes(trade(gold_only).reasons)
    assert "accept" == trade(gold_only, receipt=placed(customer=Customer("C-1", tier=GOLD))).outcome


@pytest.mark.parametrize(("base", "value"), [("paid", "3.50"), ("list_price", "5.00")])
def test_of_which_price(base: Any, value: str) -> None:
    """A percentage is of what was paid, or of the price before promotions."""
    sale = PolicyBook(
        "sale", zone="Europe/Warsaw", currencies=["EUR"], promotions=[Promotion("p", then=policies.percent_off(30))]
    )
    lines = [Line("1", CUP, 1, unit_price=eur(10)), Line("2", CUP, 1, unit_price=eur(10))]
    quote = sale.price(Order(lines, currency="EUR"), at=at(2))
    receipt = sale.place(quote, id="A-1", paid=[Tender("card", quote.payable)])

    found = trade(TradeIn("upgrade", values=VALUES, base=base), receipt=receipt)
    assert value == str(found.value.decimal)


def test_amounts_in_several_currencies() -> None:
    """An amount is that of the order's currency; without one, the question is an error."""
    both = TradeIn("upgrade", values={Days(100): {"A": amounts(eur(3), pln(12))}})

    assert eur(3) == trade(both).value
    with pytest.raises(CurrencyMismatch):
        trade(TradeIn("upgrade", values={Days(100): {"A": pln(12)}}))


def test_units() -> None:
    """Units that are worth something go first; what came back or was handed in is not there."""
    events = (Delivered("d1", at(4), "A-1", cups(1, 3)),)

    assert cups(1, 3) == trade(UPGRADE, *events).units
    assert ("refuse", None) == (trade(UPGRADE, *events, quantity=2).outcome, trade(UPGRADE, *events, quantity=2).value)
    few = trade(UPGRADE, CAME, HandedIn("h", at(5), "A-1", cups(2)), quantity=2)
    assert (Statement("returns.too_many", asked=2, left=1),) == few.reasons
    none = trade(UPGRADE, CAME, Returned("r", at(5), "A-1", cups(3)), grade=None)
    assert ((Statement("returns.none_left"),), None, None) == (none.reasons, none.least, none.deadline)


def test_events_and_steps() -> None:
    """An accepted trade-in is recorded with its value, and the customer chooses how to hand the goods in."""
    policy = TradeIn("upgrade", values=VALUES, channels=["store", "mail"])
    found = trade(policy)

    assert HandedIn("h", at(20), "A-1", cups(1, 3), value=eur(5)) == found.event(id="h")
    assert (Statement("returns.step.channel", needed=(Name("store"), Name("mail"))),) == found.steps
    assert () == trade().steps
    assert (ExpectParcel(cups(1, 3)),) == found.effects
    with pytest.raises(OrderError, match="the outcome is `needs_review`"):
        trade(grade=None).event(id="h")


MUG = Product("MUG", categories=["cups"])
POT = Product("POT", categories=["pots"])


@pytest.mark.parametrize(
    ("policy", "about", "outcome", "reasons"),
    [
        (TakeBack("r"), {}, "accept", []),
        (TakeBack("r", of=item.category.is_("cups")), {}, "accept", []),
        (TakeBack("r", of=item.category.is_("pots")), {}, "refuse", ["take_back.not_offered"]),
        (TakeBack("r", one_for_one=True), {}, "refuse", ["take_back.for_new_only"]),
        (TakeBack("r", one_for_one=True), {"buying": MUG}, "accept", []),
        (TakeBack("r", one_for_one=True), {"buying": POT}, "refuse", ["take_back.for_new_only"]),
    ],
    ids=str,
)
def test_take_back(policy: TakeBack, about: Any, outcome: str, reasons: list[str]) -> None:
    """Goods are taken back at the end of their life, or one for one."""
    found = hand_in(policy, **about)

    assert (outcome, reasons, eur(0)) == (found.outcome, codes(found.reasons), found.fee)


def test_take_back_units_and_fee() -> None:
    """Taking back may cost a fee; what is not there is not taken back."""
    policy = TakeBack("r", fee=amounts(eur(5), pln(20)), channels="store")
    found = hand_in(policy, quantity=2)

    assert (eur(5), cups(2, 2)) == (found.fee, found.units)
    assert ["returns.step.channel"] == codes(found.steps)
    assert HandedIn("h", found.at, "A-1", cups(2, 2), to="recycling") == found.event(id="h")
    few = hand_in(policy, CAME, HandedIn("h", at(5), "A-1", cups(2)), quantity=2)
    assert (Statement("returns.too_many", asked=2, left=1),) == few.reasons
    none = hand_in(policy, CAME, HandedIn("h", at(5), "A-1", cups(3)))
    assert ("refuse", (Statement("returns.none_left"),)) == (none.outcome, none.reasons)
    assert "We take this back at the end of its life." == say(found.said, locale="en", sink="plain")
    (fee,) = found.fee_said
    assert "For taking the old goods, we charge €5.00." == say(fee, locale="en", sink="plain")
    assert () == hand_in(TakeBack("r")).fee_said


@pytest.mark.parametrize("ask", [trade, lambda **about: hand_in(TakeBack("r"), **about)])
def test_questions_that_cannot_be(ask: Any) -> None:
    """A question about what is not there says so."""
    with pytest.raises(OrderError, match="receipt `A-1` has no line `7`"):
        ask(line="7")
    with pytest.raises(OrderError, match="`4` units of line `1` cannot be meant"):
        ask(quantity=4)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"id": " "}, "a promise needs an id"),
        ({"values": {}}, "a trade-in names no value: write"),
        ({"values": {12: {"A": 1}}}, "the age of goods is a span, given `12`"),
        ({"values": {Months(12): {}}}, "up to `Months\\(12\\)` old are worth nothing"),
        ({"values": {Months(12): {"A": 1}, Days(90): {"A": 2}}}, "cannot be put in order: give each once"),
        ({"values": [(Days(9), {"A": 1}), (Days(9), {"A": 2})]}, "cannot be put in order: give each once"),
        ({"values": {Months(12): {"A": 101}}}, "goods of grade `A` are worth `101%` of their price"),
        ({"values": {Months(12): {"A": eur(-1)}}}, "goods of grade `A` are worth `-1.00 EUR`: a value is not"),
        ({"values": {Months(12): {"A": amounts(eur(1), pln(-1))}}}, "goods of grade `A` are worth .* not negative"),
        ({"base": "list"}, "the base of `upgrade` is not `list`: .*`list_price`"),
        ({"of": 42}, "`42` does not say which goods: allowed: an item condition, a `Product` or a SKU"),
        ({"when": "gold"}, "`when` of `upgrade` is `'gold'`: give a condition"),
        ({"first": date(2026, 3, 2), "last": date(2026, 3, 1)}, "`upgrade` ends on `2026-03-01`, before it starts"),
    ],
    ids=str,
)
def test_offers_that_cannot_be(given: Any, problem: str) -> None:
    """An offer that cannot be kept is refused when it is written."""
    with pytest.raises(PolicyError, match=problem):
        TradeIn(given.get("id", "upgrade"), **{"values": VALUES, **{k: v for k, v in given.items() if k != "id"}})


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda: TakeBack(""), "a promise needs an id"),
        (lambda: TakeBack("r", of=ANY(42)), "`42` does not say which goods: allowed: an item condition"),
        (lambda: TakeBack("r", one_for_one=WORD("yes")), "`one_for_one` of `r` is yes or no, given `'yes'`"),
        (lambda: TakeBack("r", fee=eur(-1)), "a fee of `-1.00 EUR` is negative"),
    ],
)
def test_take_backs_that_cannot_be(build: Any, problem: str) -> None:
    """A promise that cannot be kept is refused when it is written."""
    with pytest.raises(PolicyError, match=problem):
        build()


@pytest.mark.parametrize(
    "value",
    [
        UPGRADE,
        TradeIn(
            "upgrade",
            title="Ankauf",
            values={BusinessDays(9): {"A": percent("12.5"), "B": eur(1)}},
            base="list_price",
            of=item.category.is_("cups"),
            when=customer.tier.at_least(GOLD),
            first=date(2026, 3, 1),
            last=date(2026, 3, 9),
            channels="store",
        ),
        TradeIn("upgrade", values=dated(VALUES, {datetime(2026, 4, 1, tzinfo=UTC): {Months(12): {"A": 40}}})),
        TakeBack("r", title="Recycling", of=item.category.is_("cups"), one_for_one=True, fee=eur(1), channels="store"),
        trade(),
        trade(grade=None),
        hand_in(TakeBack("r")),
    ],
    ids=repr,
)
def test_values(value: Any) -> None:
    """Promises and answers are equal to their code and their pickle."""
    assert value == eval(repr(value), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - what was just pickled
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301 - what was just pickled


def test_names() -> None:
    """Customers read the title, or the id where there is none."""
    assert (Name("Ankauf"), Name("upgrade")) == (TradeIn("x", title="Ankauf", values=VALUES).name, UPGRADE.name)
    assert (Name("Recycling"), Name("r")) == (TakeBack("x", title="Recycling").name, TakeBack("r").name)
