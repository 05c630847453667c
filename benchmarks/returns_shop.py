"""The shop of the benchmark of returns: one return policy, with and without the law of the EU, and questions for it.

`check` asserts that the library and the hand-written `yardstick_returns` give equal answers to every question: the
outcome, each right and the one that governs, last days and how they were counted, the fee, reasons, steps and effects.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import attrs

from aftercare import (
    Customer,
    Days,
    Delivered,
    Dispatch,
    History,
    Money,
    Name,
    Purchase,
    Returned,
    ReturnPolicy,
    ReturnRequested,
    Tender,
    customer,
    eur,
    item,
    returns,
)
from aftercare.order_events import Units
from aftercare.return_events import ReturnCancelled
from benchmarks import policies20
from benchmarks import yardstick_returns as yardstick

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare import Order, PolicyBook, Receipt, Statement
    from aftercare.returns.assessment import Assessment

AT = policies20.AT
GROUNDS = (
    *("change_of_mind", "change_of_mind", "change_of_mind", "unwanted_gift", "late", "defect", "defect"),
    *("not_as_described", "wrong_item", "damaged_in_transit", "own_fault"),
)


class Question(NamedTuple):
    """What a customer asks."""

    receipt: Receipt
    history: History
    line: str
    quantity: int
    ground: str
    at: datetime
    grade: str | None
    channel: str | None
    evidence: list[str]


def promise() -> ReturnPolicy:
    """What the shop promises."""
    gadgets = item.category.is_("gadgets")
    return (
        ReturnPolicy(
            "standard",
            within=Days(30),
            after="delivered",
            fee=eur("4.95"),
            channels=["mail", "store"],
            send_within=Days(14),
            address="Returns, Long Lane 1",
        )
        .except_when(customer.tier.at_least(policies20.GOLD), within=Days(60), fee=returns.FREE, named="gold")
        .except_when(of=gadgets, packaging="original", accepts=["new", "opened"], named="gadgets")
        .except_when(returns.ground.one_of("defect", "damaged_in_transit"), evidence="photo", named="faulty")
        .not_returnable(of=item.tag.is_("outlet"), because="final_sale")
        .not_returnable(
            returns.grade.one_of("opened", "worn"), of=item.category.is_("soap"), because="unsealed_hygiene"
        )
        .reviewed("many at once", when=returns.quantity.at_least(3))
        .asks("remove your data", of=gadgets)
        .tells("warehouse", task="inspect the goods", of=gadgets)
        .tells("support", on=["refuse", "needs_review"])
    )


def promise_in_the_eu() -> ReturnPolicy:
    """The same beside the rights of the law."""
    return promise().not_below(returns.statutory("EU"))


def questions(count: int) -> list[Question]:
    """So many questions about orders of 5 lines; the same ones every time."""
    chance = random.Random(count)  # noqa: S311
    shop = policies20.book()
    found = []
    for number, order in enumerate(policies20.orders(count, 5)):
        receipt = _receipt(shop, _somewhere(order, chance), number)
        line = chance.choice(receipt.order.lines)
        history = History([*_earlier(chance, receipt), *_parcels(chance, receipt), *_returns(chance, receipt, line.id)])
        found.append(
            Question(
                receipt,
                history,
                line.id,
                chance.randint(1, line.quantity),
                chance.choice(GROUNDS),
                AT
                + timedelta(days=chance.choice([5, 7, 9, 12, 16, 20, 25, 28, 40, 75, 800]), hours=chance.randrange(24)),
                chance.choice([None, None, "new", "opened", "worn"]),
                chance.choice([None, "mail", "mail", "store", "store", "kiosk"]),
                chance.choice([[], ["photo"]]),
            )
        )
    return found


def _somewhere(order: Order, chance: random.Random) -> Order:
    buyer = order.customer
    if buyer is None:
        return order
    known = Customer(
        buyer.id, tier=buyer.tier, opted_in=buyer.opted_in, country=chance.choice([None, "PL", "PL", "DE", "JP"])
    )
    return attrs.evolve(order, customer=known)


def _receipt(shop: PolicyBook, order: Order, number: int) -> Receipt:
    quote = shop.price(order, at=AT)
    return shop.place(quote, id=f"A-{number}", paid=[Tender("card", quote.payable)])


def _earlier(chance: random.Random, receipt: Receipt) -> list[Any]:
    """The purchase, and an earlier one with its parcel."""
    found: list[Any] = [Purchase("p", receipt.placed_at, receipt)]
    if chance.random() < 0.5:
        before = receipt.placed_at - timedelta(days=40)
        old = attrs.evolve(receipt, id="old", placed_at=before)
        found += [Purchase("p0", before, old), Delivered("d0", before + timedelta(days=2), "old")]
    return found


def _parcels(chance: random.Random, receipt: Receipt) -> list[Any]:
    """Everything at once, or in two parcels of whole lines, of which the second may not have come."""
    sent = AT + timedelta(hours=chance.randrange(4, 40))
    came = sent + timedelta(hours=chance.randrange(10, 90))
    if chance.random() < 0.6:
        return [Dispatch("s", sent, receipt.id), Delivered("d", came, receipt.id)]
    each = tuple(Units(line.id, line.quantity) for line in receipt.order.lines)
    cut = chance.randrange(1, len(each))
    found: list[Any] = [Dispatch("s", sent, receipt.id), Delivered("d", came, receipt.id, each[:cut])]
    if chance.random() < 0.7:
        found.append(Delivered("d2", came + timedelta(days=chance.randrange(1, 6)), receipt.id, each[cut:]))
    return found


def _returns(chance: random.Random, receipt: Receipt, line: str) -> list[Any]:
    """An earlier return, of the line or of another, perhaps received and perhaps cancelled."""
    if chance.random() < 0.5:
        return []
    other = chance.choice([line, *(each.id for each in receipt.order.lines)])
    units = [Units(other, 1)]
    asked = AT + timedelta(days=8)
    found: list[Any] = [ReturnRequested("r1", asked, receipt.id, units, "change_of_mind", return_id="R")]
    match chance.randrange(3):
        case 0:
            found.append(Returned("r2", asked + timedelta(days=5), receipt.id, units, return_id="R"))
        case 1:
            found.append(ReturnCancelled("r2", asked + timedelta(days=5), receipt.id, return_id="R"))
        case _:
            pass
    return found


def ask(policy: ReturnPolicy, question: Question) -> Assessment:
    """The library's answer."""
    receipt, history, line, quantity, ground, at, grade, channel, evidence = question
    return returns.assess(
        policy,
        receipt,
        history,
        line=line,
        quantity=quantity,
        ground=ground,
        at=at,
        grade=grade,
        channel=channel,
        evidence=evidence,
    )


def by_hand(question: Question, *, law: bool) -> yardstick.Answer:
    """The yardstick's answer, from the same receipt and events."""
    receipt, history, line, quantity, ground, at, grade, channel, evidence = question
    return yardstick.assess(receipt, history.events, line, quantity, ground, at, grade, channel, evidence, law=law)


def told(answer: Assessment) -> yardstick.Answer:
    """The library's answer, as the yardstick says it."""
    (units,) = answer.units
    right = answer.deadline.right
    fees: list[Any] = [getattr(fee, "amount", None) for fee in answer.terms.fee]
    return yardstick.Answer(
        answer.outcome,
        None if units.first is None else (units.first, units.first + units.count - 1),
        list(answer.regimes),
        "" if right is None else right.text,
        answer.deadline.last_day,
        list(map(_said, answer.deadline.trace)),
        sum(int(fee.minor) for fee in fees if isinstance(fee, Money)),
        list(map(_said, answer.reasons)),
        list(map(_said, answer.steps)),
        list(map(_effect, answer.effects)),
        [
            yardstick.Right(
                each.right.text,
                each.regime,
                each.outcome,
                each.deadline.last_day,
                list(map(_said, each.reasons)),
                list(map(_said, each.deadline.trace)),
                each.deadline.at_least,
            )
            for each in answer.answers
        ],
    )


def _said(statement: Statement) -> yardstick.Said:
    return yardstick.Said(statement.code, {key: _plain(value) for key, value in statement.params})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.text if isinstance(value, Name) else value


def _effect(effect: Any) -> yardstick.Effect:
    match effect:
        case returns.ExpectParcel(units, by, address):
            first = units[0].first or 1
            last = first + units[0].count - 1
            sent_to = None if address is None else address.text
            return yardstick.Effect("parcel", units=(first, last), by=by, address=sent_to)
        case returns.OpenTask(role, task):
            return yardstick.Effect("task", role, task.text)
        case _:
            return yardstick.Effect("tell", effect.role)


def check(policy: ReturnPolicy, given: list[Question], *, law: bool) -> dict[str, int]:
    """Both give equal answers to every question; how often each outcome was among them."""
    outcomes: dict[str, int] = {}
    for question in given:
        ours, theirs = told(ask(policy, question)), by_hand(question, law=law)
        if ours != theirs:
            msg = f"answers differ:\n{ours}\n{theirs}\n{question[2:]}"
            raise AssertionError(msg)
        outcomes[ours.outcome] = outcomes.get(ours.outcome, 0) + 1
    return outcomes
