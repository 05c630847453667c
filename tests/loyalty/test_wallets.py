from __future__ import annotations

import datetime as dt
import pickle
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aftercare
from aftercare import (
    CurrencyMismatch,
    Days,
    History,
    MoneyCredited,
    MoneyReleased,
    MoneyReserved,
    MoneyReturned,
    MoneySpent,
    Months,
    PolicyError,
    Promotion,
    Undone,
    Visit,
    eur,
    loyalty,
    pln,
    policies,
    say,
    usd,
)
from aftercare.loyalty.keeping import balances
from aftercare.statement import Statement
from tests.loyalty.receipts import ZONE, bought, noon, receipt, returned

if TYPE_CHECKING:
    from aftercare import Money
    from aftercare.history import Event
    from aftercare.loyalty.wallets import Balance

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "loyalty": loyalty, "datetime": dt}
CREDIT = loyalty.StoreCredit("credit", "EUR")
CARDS = loyalty.GiftCards("gift-card", "EUR", least=eur(10), most=eur(500), lasts=Months(36))
CASHBACK = loyalty.Cashback("cashback", 5, currency="EUR", tax="included")


def kept(*events: Event, at: str = "2026-12-31", policy: Any = CREDIT, **more: Any) -> Balance:
    """The balance at noon of a day, all of whose reasons can be said."""
    found = loyalty.balance(policy, History(events), at=noon(at), zone=ZONE, **more)
    reasons = [entry.reason for entry in found.entries] + [each.reason for each in found.refused]
    assert all(say(reason, locale="en") for reason in reasons)
    assert found.total == sum((entry.amount for entry in found.entries), eur(0))
    return found


def credit(day: str, amount: Money, account: str = "credit", **more: Any) -> MoneyCredited:
    """Money that was credited at noon."""
    return MoneyCredited(f"credit-{day}", noon(day), account, amount, reason="a gift", **more)


def spent(day: str, amount: Money, key: str = "k", account: str = "credit", **more: Any) -> MoneySpent:
    """Money that was spent at noon."""
    return MoneySpent(f"spent-{day}-{key}", noon(day), account, amount, key=key, **more)


def refunded(day: str, amount: Money, key: str = "k", account: str = "credit") -> MoneyReturned:
    """Money that was given back at noon."""
    return MoneyReturned(f"back-{day}-{key}", noon(day), account, amount, key=key)


def said(found: Balance) -> list[str]:
    """What the statement of the account says."""
    return [say(entry.reason, locale="en", sink="plain") for entry in found.entries]


def refusals(found: Balance) -> list[str]:
    """The codes of what was refused."""
    return [each.reason.code for each in found.refused]


# Store credit and gift cards.


def test_money_is_kept_and_spent() -> None:
    """What came in and what is left, each with its reason in money."""
    found = kept(
        credit("2026-03-01", eur(50)), spent("2026-03-02", eur(20), order="A-1"), spent("2026-03-03", eur(5), "l")
    )
    assert (found.available, found.owed) == (eur(25), eur(0))
    assert said(found) == ["You received €50.00: “a gift”.", "You spent €20.00 on order “A-1”.", "You spent €5.00."]


def test_an_account_has_its_own_events() -> None:
    """A gift card is read by its code; other accounts and events do not matter."""
    events = (credit("2026-03-01", eur(50), "GIFT-7"), spent("2026-03-02", eur(20), account="GIFT-7"))
    visit = Visit("v", noon("2026-03-02"))
    assert kept(*events, visit, policy=CARDS, account="GIFT-7").available == eur(30)
    assert kept(*events, policy=CARDS, account="GIFT-8").available == eur(0)


def test_money_lapses_after_its_last_day() -> None:
    """Thirty-six months after it was given, or on the day that the event says; the soonest is spent first."""
    card = credit("2026-03-01", eur(50), "GIFT-7")
    at = {"policy": CARDS, "account": "GIFT-7"}
    assert kept(card, at="2029-03-01", **at).expiring == ((date(2029, 3, 1), eur(50)),)
    gone = kept(card, at="2029-03-02", **at)
    assert (gone.available, said(gone)[-1]) == (eur(0), "€50.00 expired; it was valid through March 1, 2029.")
    soon = MoneyCredited("soon", noon("2026-03-02"), "GIFT-7", eur(5), reason="sorry", last_day=date(2026, 4, 1))
    found = kept(card, soon, spent("2026-03-03", eur(8), account="GIFT-7"), at="2026-04-02", **at)
    assert (found.available, said(found)[1]) == (eur(47), "You received €5.00: “sorry”.")


def test_a_refund_goes_back_to_where_it_came_from() -> None:
    """Money keeps its last day, or gets a courtesy period where that is over; no more comes back than was spent."""
    policy = loyalty.StoreCredit("credit", "EUR", lasts=Days(10))
    events = (credit("2026-03-01", eur(50)), spent("2026-03-02", eur(20)))
    found = kept(*events, refunded("2026-03-05", eur(5)), policy=policy, at="2026-03-10")
    assert found.expiring == ((date(2026, 3, 11), eur(35)),)
    late = kept(*events, refunded("2026-03-20", eur(5)), policy=policy, at="2026-03-20")
    assert late.expiring == ((date(2026, 4, 19), eur(5)),)
    strict = loyalty.StoreCredit("credit", "EUR", lasts=Days(10), courtesy=Days(0))
    assert kept(*events, refunded("2026-03-20", eur(5)), policy=strict).available == eur(0)
    many = kept(
        *events, refunded("2026-03-05", eur(15)), refunded("2026-03-06", eur(6)), refunded("2026-03-07", eur(1), "x")
    )
    assert many.available == eur(45)
    whole = kept(*events, refunded("2026-03-05", eur(15)), refunded("2026-03-06", eur(5)))
    assert (whole.available, refusals(whole)) == (eur(50), [])
    assert refusals(many) == ["credit.refused.too_much_back", "credit.refused.unknown_key"]


def test_money_may_be_set_aside() -> None:
    """Reserved, then spent, or released, or free again when its time is over; the same key twice counts once."""
    start = credit("2026-03-01", eur(50))
    hold = MoneyReserved("r", noon("2026-03-02"), "credit", eur(20), key="k", until=noon("2026-03-04"))
    assert (kept(start, hold, at="2026-03-03").reserved, kept(start, hold).reserved) == (eur(20), eur(0))
    taken = spent("2026-03-03", eur(20))
    assert kept(start, hold, taken, spent("2026-03-05", eur(20))).available == eur(30)
    assert refusals(kept(start, taken, spent("2026-03-05", eur(21)))) == ["credit.refused.key"]
    assert kept(start, hold, MoneyReleased("f", noon("2026-03-03"), "credit", key="k")).available == eur(50)
    assert refusals(kept(MoneyReleased("f", noon("2026-03-03"), "credit", key="k"))) == ["credit.refused.unknown_key"]


def test_what_is_not_there_cannot_be_spent() -> None:
    """Too little money and another currency are refused by name, never converted."""
    found = kept(credit("2026-03-01", eur(5)), spent("2026-03-02", eur(8)), credit("2026-03-03", usd(5)))
    assert found.available == eur(5)
    assert [each.reason for each in found.refused] == [
        Statement("credit.refused.balance", found=eur(5), missing=eur(3), needed=eur(8)),
        Statement("credit.refused.currency", currency=aftercare.Name("USD")),
    ]


def test_what_was_undone_is_undone() -> None:
    """A spending that failed comes back; a credit that was a mistake is taken back, and owed where it is gone."""
    start, taken = credit("2026-03-01", eur(50)), spent("2026-03-02", eur(20))
    assert kept(start, taken, Undone("u", noon("2026-03-03"), taken.id)).available == eur(50)
    found = kept(start, taken, Undone("u", noon("2026-03-03"), start.id), Undone("x", noon("2026-03-03"), "nothing"))
    assert (found.available, found.owed, said(found)[-1]) == (eur(0), eur(20), "We took back €50.00: “a gift”.")


def test_a_balance_pays_what_it_can() -> None:
    """Up to the order; nothing in another currency, and nothing when empty, each with its reason."""
    found = kept(credit("2026-03-01", eur(50)))
    assert (found.pays(eur(20)), found.pays(eur(70)), found.pays(usd(20))) == (eur(20), eur(50), usd(0))
    refused = found.refusal(usd(20))
    assert refused is not None
    assert say(refused, locale="en")
    assert kept().refusal(eur(1)) == Statement("credit.refused.empty")


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        (eur("9.99"), "gift_card.refused.too_small"),
        (eur(10), None),
        (eur(500), None),
        (eur("500.01"), "gift_card.refused.too_large"),
    ],
)
def test_a_gift_card_has_its_bounds(amount: Money, code: str | None) -> None:
    """Bounds are inclusive; a shop may have none, and no currency is another."""
    refusal = CARDS.refusal(amount)
    assert (None if refusal is None else refusal.code) == code
    assert refusal is None or say(refusal, locale="en")
    assert loyalty.GiftCards("g", "EUR").refusal(amount) is None
    with pytest.raises(CurrencyMismatch):
        CARDS.refusal(usd(20))


def test_credit_may_be_worth_more_than_the_refund() -> None:
    """Ten per cent more for those who take credit."""
    assert loyalty.StoreCredit("c", "EUR", bonus=10).for_refund(eur("19.95")) == eur("21.95")
    assert CREDIT.for_refund(eur("19.95")) == eur("19.95")


# Cashback.


def test_a_share_of_what_was_paid_comes_back() -> None:
    """Five per cent, rounded down once an order; promises about points do not matter."""
    assert kept(bought(receipt("A", "19.99", "0.30")), policy=CASHBACK).available == eur("1.01")
    much = Promotion("x", then=(policies.percent_off(10), policies.points_times(3)), earns_points=False)
    assert kept(bought(receipt("A", 20, promotions=[much])), policy=CASHBACK).available == eur("0.90")
    of = loyalty.Cashback("cashback", 5, currency="EUR", tax="included", of="SKU-2")
    assert kept(bought(receipt("A", 20, 10)), policy=of).available == eur("0.50")


def test_cashback_waits_for_the_end_of_returns() -> None:
    """It is pending until the line can no longer come back; what comes back takes its own share with it."""
    order, holds = bought(receipt("A", 20, 10)), {("A", "1"): date(2026, 3, 31), ("A", "2"): date(2026, 3, 31)}
    found = kept(order, policy=CASHBACK, holds=holds, at="2026-03-31")
    assert (found.available, found.pending) == (eur(0), eur("1.50"))
    assert kept(order, policy=CASHBACK, holds=holds, at="2026-04-01").available == eur("1.50")
    back = returned("A", noon("2026-03-10"), {"1": 1})
    assert kept(order, back, policy=CASHBACK, holds=holds, at="2026-04-01").available == eur("0.50")
    owing = kept(order, spent("2026-03-02", eur("1.50"), account="cashback"), back, policy=CASHBACK)
    assert (owing.available, owing.owed) == (eur(0), eur(1))
    undone = kept(order, back, Undone("u", noon("2026-03-11"), back.id), policy=CASHBACK)
    assert undone == kept(order, policy=CASHBACK)


def test_an_order_in_another_currency_brings_no_cashback() -> None:
    """It is refused by name, as is a return of what nobody bought; store credit does not look at orders at all."""
    order = bought(receipt("A", 20, currency="USD"))
    found = kept(order, returned("Z", noon("2026-03-10"), {"1": 1}), policy=CASHBACK)
    assert refusals(found) == ["credit.refused.currency", "credit.refused.unknown_order"]
    assert kept(order).entries == ()


# Laws.

moves = st.lists(st.tuples(st.sampled_from("csbr"), st.integers(0, 60), st.integers(1, 40)), max_size=15)


@settings(max_examples=60)
@given(moves, st.randoms(use_true_random=False))
def test_an_account_depends_on_what_happened_alone(steps: list[tuple[str, int, int]], random: Any) -> None:
    """Entries add up, nothing is below zero, and neither recording order nor repetition changes anything."""
    policy = loyalty.StoreCredit("credit", "EUR", lasts=Days(20))
    events: list[Event] = []
    for place, (step, day, amount) in enumerate(steps):
        at, money = noon("2026-03-01") + dt.timedelta(days=day), eur(amount)
        key, name = f"k{place % 3}", f"{place}"
        match step:
            case "c":
                events.append(MoneyCredited(name, at, "credit", money, reason="x"))
            case "s":
                events.append(MoneySpent(name, at, "credit", money, key=key))
            case "b":
                events.append(MoneyReturned(name, at, "credit", money, key=key))
            case _:
                events.append(MoneyReserved(name, at, "credit", money, key=key, until=at + dt.timedelta(days=2)))
    found = kept(*events, policy=policy)
    assert found.available >= eur(0)
    assert found.owed == eur(0)
    shuffled = events * 2
    random.shuffle(shuffled)
    assert kept(*shuffled, policy=policy) == found


# All of them at once.


def test_every_wallet_is_read() -> None:
    """Store credit and cashback by their ids, each gift card by its code, in the order in which they were credited."""
    events = [
        credit("2026-03-03", eur(20), "GIFT-8"),
        credit("2026-03-01", eur(50), "GIFT-7"),
        credit("2026-03-02", eur(5)),
        credit("2026-03-09", eur(9), "GIFT-9"),
    ]
    found = balances([CREDIT, CARDS, CASHBACK], History(events), at=noon("2026-03-05"), zone=ZONE)

    assert [("credit", eur(5)), ("GIFT-7", eur(50)), ("GIFT-8", eur(20)), ("cashback", eur(0))] == [
        (each.account, each.available) for each in found
    ]


def test_a_gift_card_is_of_the_currency_that_it_was_first_credited_in() -> None:
    """A card in zloty is none of those in euros; other money on it is refused by name."""
    zloty = loyalty.GiftCards("karta", "PLN")
    events = [credit("2026-03-01", eur(50), "GIFT-7"), credit("2026-03-02", pln(10), "GIFT-7")]
    (found,) = balances([zloty, CARDS], History(events), at=noon("2026-03-05"), zone=ZONE)

    assert (eur(50), ["credit.refused.currency"]) == (found.available, refusals(found))


def test_a_balance_says_what_there_is() -> None:
    """What can be spent and how long, what waits, what is set aside and what is missing."""
    policy = attrs.evolve(CASHBACK, lots=loyalty.Lots(expire=Months(12)))
    order = bought(receipt("A", (200, 1), at=noon("2026-03-01")))
    held = {("A", "1"): date(2026, 3, 31)}
    aside = MoneyReserved("r", noon("2026-04-05"), "cashback", eur(4), key="k")
    events = (order, aside, returned("A", noon("2026-04-20"), {"1": 1}), refunded("2026-04-21", eur(1)))

    def told(at: str) -> list[str]:
        found = kept(*events, at=at, policy=policy, holds=held)
        return [say(each, locale="en", sink="plain") for each in found.statements]

    assert ["“cashback”: you can spend €0.00.", "€10.00 more can be spent later."] == told("2026-03-05")
    assert [
        "“cashback”: you can spend €6.00.",
        "Of this, €6.00 is valid through April 1, 2027.",
        "€4.00 is set aside for an order.",
    ] == told("2026-04-06")
    assert "€4.00 is missing on this account." == told("2026-04-20")[-1]


# How they are written.


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: loyalty.GiftCards("g", "EUR", least=eur(20), most=eur(10)), "raise `most` or lower `least`"),
        (lambda: loyalty.Cashback("c", 0, currency="EUR", tax="included"), "cashback is a part of what was paid"),
        (lambda: loyalty.Cashback("c", 100, currency="EUR", tax="included"), "such as `5` per cent, not `100%`"),
        (lambda: loyalty.Cashback("c", 5, currency="EUR", tax=cast("Any", "incl")), "does not say whether tax counts"),
        (lambda: loyalty.StoreCredit("", "EUR"), "it has an id"),
        (lambda: kept(policy=CARDS), "name the card by its code, as `account=`"),
        (lambda: loyalty.StoreCredit("c", "EUR", lasts=cast("Any", 3)), "it lasts some days or months"),
    ],
)
def test_an_impossible_policy_cannot_be_built(made: Any, problem: str) -> None:
    """A policy that could not keep its promise is refused with advice."""
    with pytest.raises(PolicyError) as caught:
        made()
    assert problem in str(caught.value)


@pytest.mark.parametrize("value", [CREDIT, CARDS, CASHBACK, kept(credit("2026-03-01", eur(5)))])
def test_a_policy_is_a_value(value: Any) -> None:
    """It can be pickled, hashed, and built again from its `repr`."""
    again = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes
    assert (again, hash(again)) == (value, hash(value))
    assert eval(repr(value), dict(NAMESPACE)) == value  # noqa: S307 - the repr of a value is code
