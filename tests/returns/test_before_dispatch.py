"""Cancelling and changing before dispatch: until when, for what fee, by which right."""

from __future__ import annotations

import datetime as dt
import pickle
import zoneinfo
from datetime import timedelta
from typing import Any

import pytest

import aftercare
from aftercare import (
    Cancelled,
    Customer,
    Delivered,
    Dispatch,
    History,
    Lost,
    Name,
    OrderError,
    Payment,
    Picked,
    PolicyError,
    Statement,
    Tier,
    Units,
    always,
    customer,
    eur,
    item,
    pln,
    returns,
    say,
)
from aftercare.money import amounts
from aftercare.returns.before_dispatch import BeforeDispatch
from aftercare.returns.cancelling import CancellationPolicy, assess_cancellation
from aftercare.returns.changing import ChangePolicy, assess_change
from aftercare.returns.effects import HoldBack, OpenTask
from tests.returns.counter import CUP, RING, at, codes, cups, line, placed

NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "returns": returns,
    "datetime": dt,
    "zoneinfo": zoneinfo,
}
PICKED = Picked("p", at(3), "A-1")
SENT = Dispatch("d", at(3), "A-1")
GOLD = Tier("gold", 2)
EU = returns.statutory("EU")
PAID_TWO = CancellationPolicy("cancel", until="picked", fee=eur(2), free_minutes=30)
WORD: Any = str


def cancel(policy: CancellationPolicy, *events: Any, receipt: Any = None, when: Any = None, **about: Any) -> Any:
    """What becomes of the wish to cancel, on 4 March unless told."""
    return assess_cancellation(policy, receipt or placed(), History(events), at=when or at(4), **about)


def change(policy: ChangePolicy, *events: Any, receipt: Any = None, when: Any = None, **about: Any) -> Any:
    """What becomes of the wish to change the address, on 4 March unless told."""
    asked = {"what": "address", **about}
    return assess_change(policy, receipt or placed(), History(events), at=when or at(4), **asked)


def spoken(statements: Any) -> list[str]:
    """Statements in English."""
    return [say(each, locale="en", sink="plain") for each in statements]


@pytest.mark.parametrize(
    ("until", "events", "expected"),
    [
        ("shipped", (), "accept"),
        ("shipped", (PICKED,), "accept"),
        ("shipped", (SENT,), "refuse"),
        ("shipped", (Delivered("d", at(3), "A-1"),), "refuse"),
        ("picked", (), "accept"),
        ("picked", (PICKED,), "refuse"),
        ("picked", (SENT,), "refuse"),
        ("paid", (Payment("m", at(3), "A-1", eur(10)),), "accept"),
        ("paid", (Payment("m", at(3), "A-1", eur(30)),), "refuse"),
        ("paid", (), "refuse"),
    ],
    ids=str,
)
def test_until(until: Any, events: tuple[Any, ...], expected: str) -> None:
    """An order can be cancelled or changed until it is paid, picked or dispatched, and not after."""
    cancelled = cancel(CancellationPolicy("cancel", until=until), *events)
    changed = change(ChangePolicy("change", until=until), *events)

    assert (expected, expected) == (cancelled.outcome, changed.outcome)
    assert (expected == "accept") == (cancelled.regimes == ("promise",))
    assert (expected == "refuse") == bool(cancelled.reasons)


def test_what_happens_after_the_question_is_not_known() -> None:
    """A later dispatch changes no earlier answer."""
    assert "accept" == cancel(CancellationPolicy("cancel"), SENT, when=at(2)).outcome


def test_minutes_are_told_on_the_clocks_of_the_shop() -> None:
    """The instant at which minutes end is said in the zone of the shop, wherever the order was placed."""
    receipt = placed(placed_at=dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC))
    policy = CancellationPolicy("cancel", within_minutes=90)

    late = cancel(policy, receipt=receipt, when=at(3))
    assert "11:30 AM" in say(late.said, locale="en", sink="plain").replace("\u202f", " ")
    assert zoneinfo.ZoneInfo("Europe/Warsaw") == late.deadline.instant.tzinfo


@pytest.mark.parametrize(("minutes", "outcome", "fee"), [(29, "accept", 0), (30, "accept", 2), (60, "refuse", 2)])
def test_minutes_while_clocks_are_put_back(minutes: int, outcome: str, fee: int) -> None:
    """Sixty minutes are sixty minutes in the night in which an hour is shown twice."""
    night = dt.datetime(2026, 10, 25, 2, 45, tzinfo=zoneinfo.ZoneInfo("Europe/Warsaw"))
    receipt = placed(placed_at=night)
    when = night.astimezone(dt.UTC) + timedelta(minutes=minutes)
    cancellation = CancellationPolicy("c", within_minutes=60, free_minutes=30, fee=eur(2))
    changing = ChangePolicy("change", within_minutes=60, free_minutes=30, fee=eur(2))

    for instant in (when, when.astimezone(night.tzinfo)):
        assert outcome == cancel(cancellation, receipt=receipt, when=instant).outcome
        changed = change(changing, receipt=receipt, when=instant)
        assert (outcome, eur(fee)) == (changed.outcome, changed.fee)


def test_some_minutes() -> None:
    """A promise of some minutes ends at that instant, which the answer names."""
    policy = CancellationPolicy("cancel", within_minutes=90)
    end = at(2) + timedelta(minutes=90)

    assert "accept" == cancel(policy, when=end - timedelta(seconds=1)).outcome
    late = cancel(policy, when=end)
    assert ("refuse", end) == (late.outcome, late.deadline.instant)
    assert (Statement("returns.deadline.over_at", moment=end),) == late.reasons
    assert "refuse" == change(ChangePolicy("change", within_minutes=90), when=end).outcome
    assert cancel(CancellationPolicy("cancel"), when=end).deadline is None


def test_late_but_not_dispatched() -> None:
    """What was packed is for staff to try, where the policy says so, until it is dispatched."""
    policy = CancellationPolicy("cancel", until="picked", late="needs_review")
    found = cancel(policy, PICKED)

    assert "needs_review" == found.outcome
    assert (OpenTask("warehouse", Name("cancel")), HoldBack(cups(3, 1))) == found.effects
    assert () == found.regimes
    assert "refuse" == cancel(policy, SENT).outcome
    assert "needs_review" == change(ChangePolicy("change", until="picked", late="needs_review"), PICKED).outcome
    assert "refuse" == change(ChangePolicy("change", until="picked", late="needs_review"), SENT).outcome


@pytest.mark.parametrize(
    ("policy", "minutes", "expected"),
    [
        (PAID_TWO, 29, 0),
        (PAID_TWO, 30, 2),
        (CancellationPolicy("cancel", fee=amounts(eur(3), pln(12))), 1, 3),
        (CancellationPolicy("cancel", fee=eur(2), free_when=customer.tier.at_least(GOLD)), 1, 0),
        (CancellationPolicy("cancel", fee=eur(2), free_when=customer.tier.at_least(Tier("platinum", 3))), 1, 2),
        (CancellationPolicy("cancel"), 1, 0),
    ],
)
def test_fee(policy: CancellationPolicy, minutes: int, expected: int) -> None:
    """The fee is kept once, unless it is soon after the order or the customer is free of it."""
    receipt = placed(customer=Customer("C-1", tier=GOLD))
    found = cancel(policy, receipt=receipt, when=at(2) + timedelta(minutes=minutes))

    assert eur(expected) == found.fee
    assert (
        returns.Terms(
            window=returns.ReturnWindow(None),
            fee=(returns.CancellationFee(eur(expected)),) if expected else (),
            delivery="full",
        )
        == found.terms
    )


def test_some_units() -> None:
    """What was not dispatched can be cancelled, the highest units first; of more, the answer says how many can."""
    sent = Dispatch("d", at(3), "A-1", cups(1, 3))

    assert cups(1, 2) == cancel(CancellationPolicy("cancel"), sent, line="1", quantity=1).units
    whole = cancel(CancellationPolicy("cancel"), sent, line="1")
    assert ("refuse", cups(3, 1), cups(2, 1)) == (whole.outcome, whole.units, whole.possible)
    too_many = cancel(CancellationPolicy("cancel"), Cancelled("x", at(3), "A-1", cups(2)), line="1", quantity=2)
    assert (Statement("cancellation.too_many", asked=2, left=1),) == too_many.reasons
    none = cancel(CancellationPolicy("cancel"), Lost("x", at(3), "A-1"), line="1", quantity=2)
    assert (Statement("cancellation.none_left"),) == none.reasons


def test_the_whole_order() -> None:
    """A whole order is cancelled as far as something of it is left, and answered by its worst line."""
    receipt = placed(line(CUP, 2), line(RING, 1, id="2"))
    gone = Cancelled("x", at(3), "A-1", (Units("2", 1),))
    policy = CancellationPolicy("cancel").not_cancellable(of=item.tag.is_("engraved"), because="custom_made")

    rest = cancel(policy, gone, receipt=receipt)
    assert ("accept", cups(2, 1)) == (rest.outcome, rest.units)
    found = cancel(policy, receipt=receipt)
    assert ("refuse", cups(2, 1)) == (found.outcome, found.possible)
    assert (Statement("returns.barred.custom_made"),) == found.reasons
    all_gone = cancel(policy, Cancelled("x", at(3), "A-1"), receipt=receipt)
    assert ("refuse", (), ["cancellation.none_left"]) == (all_gone.outcome, all_gone.units, codes(all_gone.reasons))


def test_the_law() -> None:
    """While the law lets customers withdraw, what is not dispatched is cancelled without a fee, packed or not."""
    policy = PAID_TWO.not_below(EU)

    soon, packed, sent = (cancel(policy, *events) for events in ((), (PICKED,), (SENT,)))

    assert ("accept", ("promise", "withdrawal"), eur(0)) == (soon.outcome, soon.regimes, soon.fee)
    assert ("accept", ("withdrawal",), eur(0)) == (packed.outcome, packed.regimes, packed.fee)
    assert ("refuse", ()) == (sent.outcome, sent.regimes)
    assert ["before_dispatch.over.shipped", "cancellation.withdraw_instead"] == codes(sent.reasons)
    assert Name("cancel") == soon.right != packed.right


def test_where_the_law_does_not_act() -> None:
    """Goods that the law excepts, customers elsewhere and rights that are over have the shop's promise alone."""
    policy = PAID_TWO.not_below(EU).not_cancellable(of=item.tag.is_("engraved"), because="custom_made")

    ring = placed(line(RING))
    assert ("refuse", ["returns.barred.custom_made"]) == (
        cancel(policy, receipt=ring).outcome,
        codes(cancel(policy, receipt=ring).reasons),
    )
    abroad = placed(customer=Customer("C-1", country="JP"))
    assert ("accept", eur(2)) == (cancel(policy, receipt=abroad).outcome, cancel(policy, receipt=abroad).fee)
    back = cancel(policy, SENT, Delivered("e", at(3), "A-1"), when=at(30, month=6))
    assert ["before_dispatch.over.shipped"] == codes(back.reasons)


def test_barred_for_a_reason_of_the_shop() -> None:
    """What the shop alone excepts can still be withdrawn from by law."""
    policy = CancellationPolicy("cancel").not_cancellable(because="final_sale")

    assert "refuse" == cancel(policy).outcome
    assert ("accept", ("withdrawal",)) == (
        cancel(policy.not_below(EU)).outcome,
        cancel(policy.not_below(EU)).regimes,
    )


def test_events_and_effects() -> None:
    """An accepted cancellation holds units back and is recorded as an event; nothing else is."""
    found = cancel(CancellationPolicy("cancel"), line="1", quantity=2)

    assert (HoldBack(cups(2, 2)),) == found.effects
    assert Cancelled("x", at(4), "A-1", cups(2, 2), regimes=("promise",)) == found.event(id="x")
    with pytest.raises(OrderError, match="the outcome is `refuse`: nothing is done before it is `accept`"):
        cancel(CancellationPolicy("cancel"), SENT).event(id="x")


def test_overridden() -> None:
    """Staff may decide otherwise, and the reason is told."""
    refused = cancel(CancellationPolicy("cancel"), SENT)
    granted = refused.overridden(by="anna", reason="the parcel came back")

    assert "accept" == granted.outcome
    assert "You can cancel this: “the parcel came back”." == say(granted.said, locale="en", sink="plain")
    again = granted.overridden(by="jan", reason="no, it did not", outcome="refuse")
    assert "We are sorry, this cannot be cancelled: “no, it did not”." == say(again.said, locale="en", sink="plain")
    for problem, given in (
        ("`maybe` is no decision: allowed: ", {"outcome": WORD("maybe")}),
        ("`needs_review` is no decision", {"outcome": "needs_review"}),
        ("the outcome is `refuse` already", {"outcome": "refuse"}),
        ("needs a name: say who decides", {"by": " "}),
    ):
        with pytest.raises(OrderError, match=problem):
            refused.overridden(**{"by": "anna", "reason": "why", **given})


def test_said() -> None:
    """Answers are sentences, with their reasons."""
    assert "You can cancel this." == say(cancel(PAID_TWO).said, locale="en", sink="plain")
    assert "We are sorry, this cannot be cancelled. The goods have been packed already." == say(
        cancel(PAID_TWO, PICKED).said, locale="en", sink="plain"
    )
    assert "This is possible until the goods are packed." == say(PAID_TWO.said, locale="en", sink="plain")
    assert () == cancel(PAID_TWO, PICKED).steps == cancel(PAID_TWO).steps


@pytest.mark.parametrize("locale", ["be", "en", "ja", "pl", "vi"])
def test_a_refusal_tells_of_time_in_its_reasons_alone(locale: str) -> None:
    """That it cannot be done any more is told by the reason, where there is one of time, not by the refusal."""
    final = cancel(CancellationPolicy("c").not_cancellable(because="final_sale"))
    elsewhere = change(ChangePolicy("change", what="address"), what="payment")
    said = " ".join(say(each.said, locale=locale, sink="plain") for each in (final, elsewhere))

    assert all(each.outcome == "refuse" for each in (final, elsewhere))
    assert not any(word in said for word in ("any more", " już ", "ўжо", " nữa"))


def test_fees_are_said() -> None:
    """What a cancellation or a change costs is a sentence, where it costs something and can be had."""
    later = at(2) + timedelta(hours=2)
    costly = ChangePolicy("change", fee=eur(1), what="address")

    assert ["For the cancellation, we keep €2.00."] == spoken(cancel(PAID_TWO, when=later).fee_said)
    assert ["This change costs €1.00."] == spoken(change(costly).fee_said)
    assert () == cancel(PAID_TWO, when=at(2)).fee_said
    refused = change(costly, what="goods")
    assert (eur(1), ()) == (refused.fee, refused.fee_said)


def test_changes() -> None:
    """Only what the policy names can be changed, as long as it can for every unit; the fee is the policy's."""
    policy = ChangePolicy("change", what=["address", "delivery"], fee=eur(1), until="picked")

    assert ("accept", eur(1)) == (change(policy).outcome, change(policy).fee)
    assert ["change.not_offered"] == codes(change(policy, what="goods").reasons)
    assert "refuse" == change(policy, Dispatch("d", at(3), "A-1", cups(1, 1))).outcome
    assert ["cancellation.none_left"] == codes(change(policy, Cancelled("x", at(3), "A-1")).reasons)
    both = placed(line(CUP), line(RING, id="2"))
    sent = Dispatch("d", at(3), "A-1", (Units("2", 1),))
    assert "accept" == change(policy, sent, receipt=both, line="1").outcome
    assert "refuse" == change(policy, sent, receipt=both).outcome
    mixed = ChangePolicy("change", until="picked", late="needs_review")
    events = (Picked("p", at(3), "A-1", (Units("1", 1),)), sent)
    assert "refuse" == change(mixed, *events, receipt=both).outcome
    assert (
        "refuse"
        == change(
            ChangePolicy("change", what="address", late="needs_review", until="picked"), PICKED, what="goods"
        ).outcome
    )


def test_the_worst_unit_of_a_change_counts() -> None:
    """With one unit packed and another not, a change is late; who is refused once is not reviewed."""
    one_packed = Picked("p", at(3), "A-1", cups(1, 1))

    assert "needs_review" == change(ChangePolicy("change", until="picked", late="needs_review"), one_packed).outcome
    assert "refuse" == change(ChangePolicy("change", until="picked"), one_packed).outcome
    last_packed = Picked("p", at(3), "A-1", cups(1, 3))
    assert "refuse" == change(ChangePolicy("change", until="picked"), last_packed).outcome


@pytest.mark.parametrize(
    ("ask", "problem"),
    [
        (lambda: cancel(PAID_TWO, line="7"), "receipt `A-1` has no line `7`"),
        (lambda: cancel(PAID_TWO, line="1", quantity=4), "`4` units of line `1` cannot be meant: 3 were bought"),
        (lambda: cancel(PAID_TWO, line="1", quantity=True), "`True` units of line `1` cannot be meant"),
        (lambda: cancel(PAID_TWO, quantity=1), "1 units of no line cannot be cancelled: name the line"),
        (lambda: change(ChangePolicy("change"), what="adress"), "`adress` is nothing that changes: .*`address`"),
    ],
)
def test_questions_that_cannot_be(ask: Any, problem: str) -> None:
    """A question about what is not there says so."""
    with pytest.raises(OrderError, match=problem):
        ask()


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda: CancellationPolicy(" "), "a promise needs an id, given `' '`"),
        (lambda: CancellationPolicy("c", until=WORD("packed")), "the end of `c` is not `packed`: .*`picked`"),
        (lambda: CancellationPolicy("c", late=WORD("accept")), "what `c` answers late is not `accept`"),
        (lambda: CancellationPolicy("c", within_minutes=0), "`within_minutes` of `c` is `0`: give a whole number"),
        (lambda: CancellationPolicy("c", free_minutes=True, fee=eur(1)), "`free_minutes` of `c` is `True`"),
        (lambda: CancellationPolicy("c", free_minutes=5), "`c` is always free: give the `fee=` from which"),
        (lambda: CancellationPolicy("c", free_when=always), "`c` is always free"),
        (lambda: CancellationPolicy("c", free_when=WORD("gold"), fee=eur(1)), "`free_when` of `c` is `'gold'`"),
        (
            lambda: CancellationPolicy("c", free_minutes=9, within_minutes=5, fee=eur(1)),
            "`c` is free for 9 minutes and possible for 5",
        ),
        (lambda: CancellationPolicy("c", fee=eur(-1)), "a fee of `-1.00 EUR` is negative"),
        (lambda: CancellationPolicy("c", refund=WORD("all")), "the refund of `c` is not `all`: .*`all_or_nothing`"),
        (lambda: CancellationPolicy("c").not_below(WORD("EU")), "`c` is not below `'EU'`, which is no law: write"),
        (lambda: CancellationPolicy("c").not_below(EU).not_below(EU), "`c` is not below .* already"),
        (lambda: ChangePolicy("c", what=()), "`c` lets nothing be changed: name at least one of `what`"),
        (lambda: ChangePolicy("c", what=WORD("adress")), "what may be changed is not `adress`: .*`address`"),
    ],
)
def test_promises_that_cannot_be_kept(build: Any, problem: str) -> None:
    """A promise that cannot be kept is refused when it is written."""
    with pytest.raises(PolicyError, match=problem):
        build()


@pytest.mark.parametrize(
    "value",
    [
        PAID_TWO,
        CancellationPolicy("cancel", title="Storno", within_minutes=60, late="needs_review", refund="proportional")
        .not_cancellable(of=item.tag.is_("engraved"), because="custom_made")
        .not_cancellable(customer.tier.at_least(GOLD), because=Name("never for gold"))
        .not_below(EU),
        ChangePolicy("change", until="paid", what="address", fee=eur(1), free_when=customer.tier.at_least(GOLD)),
        cancel(PAID_TWO, PICKED),
        cancel(PAID_TWO.not_below(EU)),
        change(ChangePolicy("change")).overridden(by="anna", reason="no", outcome="refuse"),
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
    assert (Name("Storno"), Name("cancel")) == (
        CancellationPolicy("cancel", title="Storno").name,
        BeforeDispatch("cancel").name,
    )


def test_the_fee_of_a_cancellation_is_its_code() -> None:
    """The repr of the terms of a cancellation builds them."""
    terms = cancel(PAID_TWO).terms

    assert terms == eval(repr(terms), dict(NAMESPACE))  # noqa: S307 - the text is our own
