"""Settlements: what is credited, kept, reversed, previewed and said, and what is refused."""

from __future__ import annotations

import pickle
from datetime import timedelta
from typing import Any, get_args

import pytest

import aftercare
from aftercare import cart, item, policies, returns
from aftercare.errors import OrderError, PolicyError
from aftercare.history import History
from aftercare.money import Percent, amounts, eur, percent, pln
from aftercare.order import Charge, Shipment
from aftercare.order_events import Units
from aftercare.policies.promotion import Promotion
from aftercare.policies.repricing import Repricing
from aftercare.receipt import Tender
from aftercare.return_events import AmountRefunded, Refunded, ReturnApproved, ReturnCancelled, Returned
from aftercare.returns.exchange import ExchangeCredit, exchange_difference
from aftercare.returns.fees import FREE, fees, flat, graded, label, restocking
from aftercare.returns.jointly import LineTerms
from aftercare.returns.left import units_left
from aftercare.returns.settlement import preview, settle, settlements
from aftercare.returns.tenders import means_allowed
from tests.policies.till import NOON, basket, line, prices, shop
from tests.returns.desk import LAW, PROMISE, Desk, desk, kept, money, paid, pricer, terms, to

NAMES = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "returns": returns}
TEN_FROM_100 = Promotion("ten", when=cart.amount().at_least(eur(100)), then=policies.percent_off(10))
PAIR = Promotion("pair", then=policies.every(2, of=item.tag.is_("t")).percent_off(50))
TEA_SET = Promotion("set", then=policies.bundle({"POT": 1, "CUP": 2}).at_price(eur(30)))


def ask(at: Desk, *units: Units, **given: Any) -> Any:
    """A preview at the desk."""
    return preview(
        at.receipt,
        at.events,
        units,
        at=NOON.replace(year=2027),
        pricer=pricer(at.book),
        terms=lambda _, __: LineTerms(at.usual),
        **given,
    )


# --- strategies -------------------------------------------------------------------------------------------------------


def test_forfeiting_takes_back_the_discount_of_kept_units() -> None:
    """A promotion that no longer holds takes its discount on kept units out of the refund, and says so."""
    at = desk(prices("60", "50"), TEN_FROM_100, refund="forfeit_benefit")
    first = at.back("01")
    assert "39.00" == money(first)
    assert first.path_dependent
    assert eur(6) == first.lost
    assert "60.00" == money(at.back("00"))


def test_forfeiting_counts_tax_where_prices_are_net() -> None:
    """In net prices the forfeited discount is taken back with its tax."""
    order = basket(line("1", "60", tax=23), line("2", "50", tax=23), prices="net")
    at = desk(order, TEN_FROM_100, refund="forfeit_benefit")
    assert "47.97" == money(at.back("2"))  # 45.00 and its tax, less 6.00 and its tax


def test_what_still_holds_is_not_forfeited() -> None:
    """A promotion that still holds for what is kept costs nothing."""
    at = desk(prices("60", "50", "50"), TEN_FROM_100, refund="forfeit_benefit")
    assert "45.00" == money(at.back("02"))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (["CUP", "CUP", "POT"], ["0.00", "0.00", "30.00"]),
        (["POT", "CUP", "CUP"], ["0.00", "0.00", "30.00"]),
        (["TIN", "POT"], ["5.00", "0.00"]),
    ],
)
def test_all_or_nothing(steps: list[str], expected: list[str]) -> None:
    """The goods of a set come back together: before the last of them nothing is given back."""
    order = basket(line("POT", "24"), line("CUP", "8", 2), line("TIN", "5"))
    at = desk(order, TEA_SET, refund="all_or_nothing")
    assert expected == [money(at.back(each)) for each in steps]


def test_all_or_nothing_goes_set_by_set() -> None:
    """Of two equal pairs one may come back, whichever two units it is."""
    at = desk(basket(line("1", "10", 4, tags=["t"])), PAIR, refund="all_or_nothing")
    assert ["0.00", "15.00", "0.00", "15.00"] == [money(at.back("1")) for _ in range(4)]


@pytest.mark.parametrize("first", [None, 1])
def test_all_or_nothing_takes_nothing_back(first: int | None) -> None:
    """A gift of 1.00 that is lost with the last of three units at 0.80 would cost more than that: it costs 0.80."""
    gift = Promotion("gift", then=policies.gift("TOTE", value=eur(1)))
    order = basket(line("1", "1", 3))
    at = desk(order, Promotion("off", then=policies.percent_off(20)), gift, refund="all_or_nothing")
    assert ["0.80", "0.80", "0.00"] == [money(at.back(Units("1", 1, first=first and first + n))) for n in range(3)]
    at = desk(order, Promotion("off", then=policies.percent_off(20)), gift, refund="all_or_nothing")
    all_at_once = at.back(Units("1", 3))
    assert (eur("1.60"), eur("0.80")) == (all_at_once.total, all_at_once.gifts)


def test_all_or_nothing_with_amounts_before() -> None:
    """What was paid back before for a unit is not paid twice; for what does not come back it stays."""
    order = basket(line("POT", "24"), line("CUP", "8", 2), line("TIN", "5"))
    at = desk(order, TEA_SET, refund="all_or_nothing")
    at.credit("3.00", "POT")
    at.credit("1.00", "TIN")
    assert ["0.00", "0.00", "27.00", "4.00"] == [money(at.back(each)) for each in ("CUP", "CUP", "POT", "TIN")]


def test_all_or_nothing_of_very_many_units_is_proportional() -> None:
    """Where gifts take part and there are too many sets of units, the stored paid parts hold from the start."""
    pairs = [Promotion(each, then=policies.every(2, of=each).free()) for each in ("A", "B")]
    gift = Promotion("gift", then=policies.gift("TOTE", value=eur(1)))
    at = desk(basket(line("A", "10", 9), line("B", "10", 9)), policies.stack(*pairs), gift, refund="all_or_nothing")
    settled = at.back("A")
    assert ("proportional", True) == (settled.strategy, settled.too_many)


def test_occurrences_that_share_a_unit_are_one() -> None:
    """Two patterns that priced one unit bind all their units together."""
    other = policies.stack(Promotion("other", then=policies.bundle({"B": 1, "C": 1}).percent_off(10)))
    both = policies.stack(Promotion("both", then=policies.bundle({"A": 1, "B": 1}).percent_off(10)))
    at = desk(basket(line("A", "10"), line("B", "20"), line("C", "30")), both, other, refund="all_or_nothing")
    assert ["0.00", "0.00", "52.00"] == [money(at.back(each)) for each in ("A", "B", "C")]


def test_dear_combinations_come_back_in_proportion() -> None:
    """A receipt of few goods whose best combination takes too long to be chosen anew is proportional from the start."""
    half = Promotion("half", then=policies.percent_off(50, of=item.sku.is_("00")))
    members = [Promotion(str(n), then=policies.percent_off(n, of=item.sku.is_("01"))) for n in (1, 2, 3, 4, 5)]
    order = prices("10", "20", "30", "40", "50", "60")
    ways = policies.best_combination(half, *members, over="order")
    at = desk(order, ways, Promotion("all", when=cart.amount().at_least(eur(100)), then=policies.percent_off(10)))
    settled = at.back("05")
    assert settled.too_many
    assert "proportional" == settled.strategy
    assert not desk(prices("10", "20"), ways).back("00").too_many


def test_too_many_subsets_come_back_in_proportion() -> None:
    """A receipt with more than 1024 subsets is proportional from its first return, and says so."""
    at = desk(prices(*["10"] * 11), TEN_FROM_100)
    settled = at.back("00")
    assert "9.00" == money(settled)
    assert settled.too_many
    assert "proportional" == settled.strategy
    assert "refund.too_many_subsets" in [each.code for each in settled.statements]


def test_ten_lines_are_few_enough() -> None:
    """With 1024 subsets a receipt is still priced again."""
    settled = desk(prices(*["10"] * 10), TEN_FROM_100).back("00")
    assert "0.00" == money(settled)
    assert not settled.too_many


def test_a_withdrawal_gives_the_stored_part_and_the_promise_what_is_more() -> None:
    """By law the stored part; with the promise beside it, the larger of both totals."""
    for regimes, expected in ((LAW, "18.00"), (("promise",), "9.00"), (("withdrawal", "promise"), "18.00")):
        at = desk(prices("60", "30", "20"), TEN_FROM_100)
        assert expected == money(at.back("02", regimes=regimes))


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("lawful_first", [False, True])
def test_a_law_leaves_the_strategy_to_the_promise(*, together: bool, lawful_first: bool) -> None:
    """What the promise withheld stays withheld where a law, which counts stored parts, gives other goods back."""
    at = desk(prices("60", "30", "20"), TEN_FROM_100)
    promise, law = LineTerms(terms(), PROMISE), LineTerms(terms(refund="proportional"), ("conformity",))
    own = {"01": law, "02": promise}
    lines = ["01", "02"] if lawful_first else ["02", "01"]
    events = [lines] if together else [[each] for each in lines]
    at.events += [Returned(f"e{n}", NOON, "A", [Units(each, 1) for each in some]) for n, some in enumerate(events)]
    settled = settlements(at.receipt, at.events, pricer=pricer(at.book), terms=lambda _, units: own[units[0].line])
    assert (eur(39), "recompute_monotone", False) == (settled[-1].total, settled[-1].strategy, settled[-1].too_many)


@pytest.mark.parametrize("strategy", ["proportional", "recompute_kept", "forfeit_benefit", "all_or_nothing"])
def test_gifts_and_free_shipping_count_under_every_strategy(strategy: Any) -> None:
    """A kept gift and lost free shipping lessen a refund whatever the strategy, down to nothing."""
    gift = Promotion("gift", when=cart.amount().at_least(eur(80)), then=policies.gift("TOTE", value=eur(15)))
    free = Promotion("free", when=cart.amount().at_least(eur(80)), then=policies.free_shipping())
    order = prices("50", "30", "5", shipments=[Shipment("p", "standard", eur("4.95"))])
    at = desk(order, gift, free, refund=strategy, free_shipping="claw_back")
    settled = at.back("01", terms=terms(refund=strategy, free_shipping="claw_back"))
    assert "10.05" == money(settled)
    assert (eur(15), eur("4.95")) == (settled.gifts, settled.clawed_back)
    free_gifts = terms(refund=strategy, free_shipping="claw_back", gifts="free")
    assert "25.05" == money(desk(order, gift, free).back("01", terms=free_gifts))


@pytest.mark.parametrize(
    ("regimes", "expected"),
    [
        (("promise",), ("10.05", "15.00", "4.95")),
        (LAW, ("30.00", "0.00", "0.00")),
        ((*LAW, "promise"), ("30.00", "0.00", "0.00")),
    ],
)
def test_gifts_and_delivery_lessen_no_withdrawal(regimes: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """What the law gives back is not lessened, and nothing is said to have lessened it."""
    order = prices("50", "30", shipments=[Shipment("p", "standard", eur("4.95"))])
    gift = Promotion("gift", when=cart.amount().at_least(eur(80)), then=policies.gift("TOTE", value=eur(15)))
    free = Promotion("free", when=cart.amount().at_least(eur(80)), then=policies.free_shipping())
    settled = desk(order, gift, free, free_shipping="claw_back").back("01", regimes=regimes)
    assert expected == tuple(str(each.decimal) for each in (settled.refund, settled.gifts, settled.clawed_back))


def test_clawed_back_delivery_bears_its_tax() -> None:
    """In net prices the delivery that is charged after all bears tax."""
    free = Promotion("free", when=cart.amount().at_least(eur(50)), then=policies.free_shipping())
    order = basket(
        line("1", "30", tax=23),
        line("2", "25", tax=23),
        prices="net",
        shipments=[Shipment("p", "standard", eur(5), tax=23), Shipment("q", "pallet", eur(0), tax=23)],
    )
    settled = desk(order, free, free_shipping="claw_back").back("2")
    assert eur("6.15") == settled.clawed_back
    assert "24.60" == money(settled)


# --- amounts without a return, reversals ------------------------------------------------------------------------------


@pytest.mark.parametrize("regimes", [LAW, ("promise",), ("withdrawal", "promise")])
def test_an_amount_on_a_unit_counts_when_it_comes_back(regimes: Any) -> None:
    """A credit of 10 on a unit of 40 leaves 30 to give back, and the others untouched."""
    at = desk(prices("40", "20"))
    at.credit("10.00", "00")
    settled = at.back("01", regimes=regimes)
    assert {("00", 1): "30.00"} == kept(settled)
    assert ["20.00", "30.00"] == [money(settled), money(at.back("00", regimes=regimes))]


def test_an_amount_never_exceeds_what_is_left() -> None:
    """More than a unit or the delivery still costs cannot be paid back."""
    at = desk(prices("40", shipments=[Shipment("p", "standard", eur("4.95"))]), delivery="full")
    at.credit("3.00")
    assert ["refund.goods", "refund.delivery"] == [each.code for each in ask(at, Units("00", 1)).statements[:2]]
    assert eur("1.95") == ask(at, Units("00", 1)).delivery
    for units in ((), ("00",)):
        with pytest.raises(OrderError, match="is left: give at most that"):
            desk(prices("40")).credit("41.00", *units)
    with pytest.raises(OrderError, match="which holds `40\\.00 EUR` less than that"):
        desk(prices("40")).credit("40.00", "00", to="cash")


def test_a_reversed_credit_is_as_if_it_had_not_been() -> None:
    """After its reversal a credit on a unit no longer lessens what the unit gives back."""
    at = desk(prices("40", "20"))
    at.undo(at.credit("10.00", "00"))
    assert "40.00" == money(at.back("00"))


def test_a_reversed_refund_leaves_the_goods_paid() -> None:
    """Money for goods that the customer keeps, undone, can be given back once more."""
    at = desk(prices("40", "20"))
    assert "40.00" == money(at.keep("00"))
    at.undo("e0")
    assert "40.00" == money(at.back("00"))
    with pytest.raises(OrderError, match="paid nothing back that could be undone"):
        desk(prices("40")).undo_and_settle("e7")


def test_a_fee_goes_with_the_payment_that_bore_it() -> None:
    """What was kept with a payment that bounced is kept from the goods of the same return when they come."""
    at = desk(prices("10", "20"), fee=fees(flat(eur(3))))
    assert "7.00" == money(at.keep("00", return_id="R"))
    at.undo("e0")
    assert "27.00" == money(at.back("00", "01", return_id="R"))


def test_a_promise_goes_with_the_payment_that_it_gave() -> None:
    """After a payment by the promise bounced, what comes back by law alone totals its stored part again."""
    at = desk(prices("60", "30", "20"), TEN_FROM_100, refund="recompute_kept")
    assert at.keep("02").path_dependent
    at.undo("e0")
    settled = [at.back(each, regimes=LAW) for each in ("02", "01")]
    assert ["18.00", "27.00"] == [money(each) for each in settled]
    assert not any(each.path_dependent for each in settled)


def test_a_gift_comes_back_on_the_terms_that_stand() -> None:
    """Where the last payment bounced, a gift comes back on the terms of the goods before."""
    gift = Promotion("gift", when=cart.amount().at_least(eur(80)), then=policies.gift("TOTE", value=eur(15)))
    at = desk(prices("50", "30", "5"), gift)
    assert "15.00" == money(at.back("01"))
    at.terms["e1"] = terms(gifts="free")
    assert "20.00" == money(at.keep("02"))
    at.undo("e1")
    assert "15.00" == money(at.back(gifts="TOTE"))


def test_only_a_payment_bounces() -> None:
    """Goods that came back are no payment that could be undone."""
    at = desk(prices("40", "20"))
    at.back("00")
    with pytest.raises(OrderError, match="`e0` paid nothing back that could be undone"):
        at.undo_and_settle("e0")


def test_a_credit_that_bounced_is_due_with_what_came_back() -> None:
    """An amount on a unit that came back since is settled once more; on one that is kept, nothing is."""
    at = desk(prices("10", "20"), fee=fees(flat(eur(3))), refund="proportional")
    given = [at.credit("5.00", "00"), at.credit("2.00", "01")]
    assert "2.00" == money(at.back("00"))
    at.undo(given[1])
    assert 1 == len(at.settled())
    at.undo(given[0])
    due = at.settled()[-1]
    assert ("5.00", {"card": "5.00"}, eur(10), ()) == (money(due), to(due), due.total, due.fees)
    assert "17.00" == money(at.back("01"))


@pytest.mark.parametrize(("bounces", "expected"), [(1, ["40.00", "24.95"]), (2, ["40.00", "21.95", "3.00"])])
def test_delivery_that_bounced_is_due_once_everything_is_back(bounces: int, expected: list[str]) -> None:
    """An amount on delivery that the bank sent back comes with the last goods, or after them by itself."""
    at = desk(prices("40", "20", shipments=[Shipment("p", "standard", eur("4.95"))]), delivery="full")
    credit = at.credit("3.00")
    for count, each in enumerate(("00", "01"), 1):
        at.back(each)
        if count == bounces:
            at.undo(credit)
    assert expected == [money(each) for each in at.settled()]


def refunded(at: Desk, *tenders: Tender, kept: bool = False) -> str:
    """It is recorded that money went to tenders, for goods that came back or, *kept*, for the first of them."""
    units = [Units("00", 1)] if kept else ()
    event = Refunded(f"p{len(at.events)}", NOON.replace(year=2027), "A", tenders, units=units, kept=kept)
    at.events.append(event)
    return event.id


def test_a_payment_that_bounced_is_due_again() -> None:
    """Goods that came back stay back where the payment for them is undone, and may be paid for once more."""
    at = desk(prices("40", "20"))
    first = at.back("00")
    at.undo(refunded(at, Tender("card", eur(40))))
    refunded(at, Tender("card", eur(40)))
    assert (first,) == at.settled()
    with pytest.raises(OrderError, match="`p1` paid nothing back that could be undone"):
        at.undo_and_settle("p1")


def test_no_more_is_paid_out_than_a_tender_paid() -> None:
    """A payment above what its tender paid is refused, all payments to it together; other means take what they get."""
    at = desk(prices("40", "20"), paid=paid(card="50", gift_card="10"))
    at.back("00")
    refunded(at, Tender("card", eur(40)), Tender("store_credit", eur(500)))
    at.credit("5.00", "01")
    assert 2 == len(at.settled()) + 1
    refunded(at, Tender("card", eur("5.01")))
    with pytest.raises(OrderError, match=r"`p3` pays `5.01 EUR` back to `card`, which has `5.00 EUR` left of what it"):
        at.settled()
    for tender, kept_, left in (
        (Tender("gift_card", eur("10.01")), False, "10.00"),
        (Tender("card", eur(60)), True, "50.00"),
    ):
        at = desk(prices("40", "20"), paid=paid(card="50", gift_card="10"))
        refunded(at, tender, kept=kept_)
        with pytest.raises(OrderError, match=rf"`p0` pays `.*` back to `{tender.kind}`, which has `{left} EUR` left"):
            at.settled()


# --- the life of a return ---------------------------------------------------------------------------------------------


def test_a_cancelled_return_gives_nothing_back() -> None:
    """Goods of a return that was cancelled are not settled."""
    at = desk(prices("40", "20"))
    at.events.append(Returned("r", NOON, "A", [Units("00", 1)], return_id="R"))
    at.events.append(ReturnCancelled("c", NOON, "A", return_id="R"))
    assert () == at.settled()
    with pytest.raises(OrderError, match="nothing of `A` came back yet"):
        settle(at.receipt, at.events, pricer=pricer(at.book), terms=lambda _, __: LineTerms(at.usual))


def test_goods_that_come_after_their_return_was_cancelled_are_settled() -> None:
    """Only what came before a return was cancelled is the customer's again; units left and settlements agree."""
    at = desk(basket(line("00", "10", 3)))
    hour = timedelta(hours=1)
    first = Returned("r", NOON, "A", [Units("00", 2)], return_id="R")
    again = Returned("s", NOON + 2 * hour, "A", [Units("00", 1)], return_id="R")
    at.events += [first, ReturnCancelled("c", NOON + hour, "A", return_id="R"), again]
    assert [("s", "10.00")] == [(each.event, money(each)) for each in at.settled()]
    assert 2 == units_left(at.receipt, History(at.events), "00", at=again.at).count
    at.events.append(ReturnCancelled("d", NOON + 3 * hour, "A", return_id="R"))
    assert () == at.settled()
    assert 3 == units_left(at.receipt, History(at.events), "00", at=NOON + 3 * hour).count


def test_an_approval_tells_the_right() -> None:
    """Units that come back without naming a right come back under the one that was approved."""
    at = desk(prices("60", "30", "20"), TEN_FROM_100)
    at.events.append(ReturnApproved("a", NOON, "A", return_id="R", regimes="withdrawal"))
    at.events.append(Returned("r", NOON, "A", [Units("02", 1)], return_id="R"))
    assert "18.00" == money(at.settled()[-1])


def test_a_flat_fee_is_kept_once_a_return() -> None:
    """A return that arrives in two parcels pays its label once."""
    at = desk(prices("40", "20"), fee=fees([flat(eur("4.95")), label(eur(2))]))
    assert ["33.05", "20.00"] == [money(at.back(each, return_id="R")) for each in ("00", "01")]


@pytest.mark.parametrize("parcels", [["00", "01"], ["01", "00"]])
def test_a_flat_fee_of_a_cheap_parcel_is_kept_with_the_next(parcels: list[str]) -> None:
    """Of a fee of 4.95 a parcel of 1.00 bears 1.00, and the others of its return the rest, in whichever order."""
    at = desk(prices("1", "20", "20"), fee=fees(flat(eur("4.95"))))
    settled = [at.back(each, return_id="R") for each in (*parcels, "02")]
    assert eur("36.05") == settled[0].refund + settled[1].refund + settled[2].refund
    assert eur("4.95") == sum((fee.amount for each in settled for fee in each.fees), eur(0))


def test_events_of_other_orders_do_not_matter() -> None:
    """Only the events of the receipt's own order are folded."""
    at = desk(prices("40"))
    at.events.append(Returned("x", NOON, "B", [Units("00", 1)]))
    assert "40.00" == money(at.back("00"))


@pytest.mark.parametrize("units", [("00", 3), Units("00", 1, first=3), "zz"])
def test_more_than_was_bought_cannot_come_back(units: Any) -> None:
    """Units that the customer does not have are refused."""
    with pytest.raises(OrderError, match="cannot come back"):
        desk(basket(line("00", "5", 2))).back(units)


def test_what_no_tender_can_take_is_reported() -> None:
    """Where a gift card cannot be loaded again, its part has no place."""
    at = desk(prices("45", "55"), paid=paid(gift_card="40", card="60"))
    at.takes = ["card"]
    at.back("00")
    settled = at.back("01")
    assert {"card": "15.00"} == to(settled)
    assert eur(40) == settled.unplaced
    assert "refund.unplaced" in [each.code for each in settled.statements]


def test_the_law_wants_the_same_means() -> None:
    """A refund by law goes back as it was paid, unless the customer agreed otherwise; then with the bonus."""
    settled = desk(prices("40"), same_means=True, credit_bonus=Percent(10)).back("00", regimes=LAW)
    with pytest.raises(PolicyError, match="goes back by the means that paid"):
        settled.as_credit()
    assert {"store_credit": "44.00"} == to(settled.as_credit(agreed=True))
    assert "refund.credit_bonus" in [each.code for each in settled.as_credit(agreed=True).statements]
    assert means_allowed("card", {"card"}, same_means=True, agreed=False)
    plain = desk(prices("5"), fee=fees(eur(5))).back("00")
    assert () == plain.as_credit().tenders


def test_where_only_store_credit_is_offered_it_goes_there() -> None:
    """Without another resolution a return gives store credit with its bonus, and what paid takes nothing back."""
    at = desk(prices("40", "20"), resolutions=("store_credit", "exchange"), credit_bonus=Percent(10), same_means=True)
    settled = at.back("00")
    assert ({"store_credit": "44.00"}, eur(4), "credit") == (to(settled), settled.bonus, settled.gives)
    assert ["refund.goods", "refund.total", "refund.to_tender", "refund.credit_bonus"] == [
        each.code for each in settled.statements
    ]
    lawful = at.back("01", regimes=LAW, terms=terms(resolutions=("refund", "store_credit"), same_means=True))
    assert ({"card": "20.00"}, "money") == (to(lawful), lawful.gives)


def test_where_only_other_goods_are_offered_no_money_is_promised() -> None:
    """What came back for an exchange counts for its value, which goes to no tender."""
    settled = desk(prices("40"), resolutions=("exchange",)).back("00")
    assert (eur(40), (), eur(0), ()) == (settled.refund, settled.tenders, settled.unplaced, settled.statements)


# --- previews, words --------------------------------------------------------------------------------------------------


def test_a_preview_tells_the_discount_that_is_lost() -> None:
    """If you return the 20, you lose 9.00 of discount; nothing is recorded by asking."""
    at = desk(prices("60", "30", "20"), TEN_FROM_100)
    assert eur(9) == ask(at, Units("02", 1)).lost
    assert [] == at.events


def test_a_settlement_is_said_line_by_line() -> None:
    """Goods, what is lost with them, gifts, delivery, fees, the total and its tenders have a statement each."""
    gift = Promotion("gift", when=cart.amount().at_least(eur(80)), then=policies.gift("TOTE", value=eur(15)))
    free = Promotion("free", when=cart.amount().at_least(eur(80)), then=policies.free_shipping())
    order = prices("50", "40", shipments=[Shipment("p", "standard", eur("4.95"))])
    at = desk(order, gift, free, free_shipping="claw_back", fee=fees(label(eur(2))), refund="recompute_kept")
    assert [
        "refund.goods",
        "refund.discount_lost",
        "refund.gifts_kept",
        "refund.free_shipping_lost",
        "refund.fee.label",
        "refund.total",
        "refund.to_tender",
        "refund.path_dependent",
    ] == [each.code for each in at.back("01").statements]


def test_the_repr_of_a_settlement_builds_it() -> None:
    """A settlement with fees, taxes and kept units can be stored as the code that it is, and pickled."""
    at = desk(
        basket(line("1", "60", tax=23), line("2", "10.80", tax=8)), fee=fees(label(eur(2))), credit_bonus=percent(5)
    )
    for settled in (at.back("2"), at.back("1").as_credit()):
        assert settled == eval(repr(settled), NAMES)  # noqa: S307 - that a `repr` can be evaluated is what is tested
        assert settled == pickle.loads(pickle.dumps(settled))  # noqa: S301 - what was just pickled


def test_tax_goes_back_at_its_rate() -> None:
    """The tax in a refund is the original tax of the goods, by rate."""
    order = basket(line("1", "60", tax=23), line("2", "10.80", tax=8), charges=[Charge("c", eur(1))])
    at = desk(order)
    assert ((Percent(8), eur("0.80")),) == at.back("2").tax
    assert ((Percent(23), eur("11.22")),) == at.back("1").tax


def test_goods_that_cost_nothing_give_nothing() -> None:
    """Units without a price come back for nothing, and leave what the others cost."""
    at = desk(basket(line("1", "0"), line("2", "0")))
    settled = at.back("1")
    assert ("0.00", {("2", 1): "0.00"}) == (money(settled), kept(settled))


def test_another_book_is_refused() -> None:
    """A receipt is settled by the book that priced it, not by another."""
    at = desk(prices("60", "50"), TEN_FROM_100)
    with pytest.raises(OrderError, match="costs something else under this book"):
        Repricing(pricer(shop()), at.receipt)


# --- fees, exchanges --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (lambda: flat(eur(-1)), "is negative"),
        (lambda: flat("4.95"), "which is no amount"),
        (lambda: restocking(101), "is no part of a refund"),
        (lambda: restocking(5, of="list"), "is not a base of restocking"),
        (lambda: graded({}), "names no grade"),
        (lambda: fees("4.95"), "is no fee"),
        (lambda: fees([5]), "is no fee: write"),
        (lambda: fees([flat(eur(1)), flat(eur(2))]), "two fees of one kind"),
    ],
)
def test_fees_that_cannot_be(given: Any, complaint: str) -> None:
    """A fee that is no part of a refund cannot be built."""
    with pytest.raises(PolicyError, match=complaint):
        given()


@pytest.mark.parametrize("fee", [flat(amounts(eur(1), pln(4))), label(eur(2)), restocking(eur(3)), graded({"B": 20})])
def test_the_repr_of_a_fee_builds_it(fee: Any) -> None:
    """The repr of a fee is the code that builds it."""
    from aftercare import Money, returns

    assert fee == eval(repr(fee), {"returns": returns, "Money": Money, "amounts": amounts, "Percent": Percent})  # noqa: S307
    assert (fee,) == fees(fee) == fees([fee])
    assert () == fees(FREE)


def test_fees_end_where_the_refund_does() -> None:
    """Fees together never take more than the goods give back; an amount a unit never more than the unit."""
    at = desk(prices("5", "5"), fee=fees([restocking(amounts(eur(4), pln(9)), at_most=eur(3)), flat(eur(10))]))
    settled = at.back("00")
    assert ["3.00", "2.00"] == [str(each.amount.decimal) for each in settled.fees]
    assert "0.00" == money(settled)


@pytest.mark.parametrize(
    ("new", "credit", "expected"),
    [
        ("150", "paid", ("39.60", "0.00")),
        ("150", "list_price", ("12.00", "0.00")),
        ("60", "list_price", ("0.00", "50.40")),
        ("120", "list_price", ("0.00", "0.00")),
    ],
)
def test_exchange_differences(new: str, credit: Any, expected: tuple[str, str]) -> None:
    """R14: list price 138, paid 110.40; a dearer one costs the difference, by either credit."""
    found = exchange_difference(paid=eur("110.40"), list_price=eur(138), new=eur(new), credit=credit)
    assert expected == (str(found.pay.decimal), str(found.back.decimal))


def test_an_exchange_for_something_cheaper() -> None:
    """R14, Loop: paid 90 of a list price of 100, exchanged for 60: 30 come back, whatever dearer ones would cost."""
    for credit in get_args(ExchangeCredit):
        found = exchange_difference(paid=eur(90), list_price=eur(100), new=eur(60), credit=credit)
        assert (eur(0), eur(30)) == (found.pay, found.back)


@pytest.mark.parametrize(
    ("paid_", "list_price", "credit", "complaint"),
    [
        ("5", "4", "paid", "at most their list price"),
        ("-5", "4", "paid", "not negative"),
        ("4", "4", "x", "is not what"),
    ],
)
def test_exchanges_that_cannot_be(paid_: str, list_price: str, credit: Any, complaint: str) -> None:
    """An exchange with amounts that cannot be is refused."""
    with pytest.raises(OrderError, match=complaint):
        exchange_difference(paid=eur(paid_), list_price=eur(list_price), new=eur(1), credit=credit)


def test_an_amount_on_kept_units_survives_a_recomputed_return() -> None:
    """A credit on one unit is not taken back by the return of another."""
    at = desk(prices("60", "50"), TEN_FROM_100, refund="recompute_kept")
    at.credit("6.00", "00")
    assert "39.00" == money(at.back("01"))
    event = at.events[0]
    assert isinstance(event, AmountRefunded)


def test_what_is_forfeited_leaves_nothing_for_gifts() -> None:
    """Where the lost discount eats the whole refund, a kept gift takes no more."""
    gift = Promotion("gift", when=cart.amount().at_least(eur(80)), then=policies.gift("TOTE", value=eur(15)))
    settled = desk(prices("95", "5"), TEN_FROM_100, gift, refund="forfeit_benefit").back("01")
    assert ("0.00", eur(0)) == (money(settled), settled.gifts)


def test_a_credit_and_a_return_never_give_more_than_was_paid() -> None:
    """A unit whose price was paid back whole, and a return that makes it cheaper still, give back what was paid."""
    at = desk(prices("60", "50"), Promotion("fifty", then=policies.amount_off(eur(50))))
    at.credit("32.73", "00")
    settled = at.back("01")
    assert ("27.27", eur(60)) == (money(settled), settled.total)
    assert {("00", 1): "0.00"} == kept(settled)


def test_units_that_bear_other_cents_of_tax_are_not_alike() -> None:
    """In net prices units whose tax differs by a cent are told apart when the least price is sought."""
    cent = Promotion("cent", then=policies.amount_off(eur("0.01"), of=item.sku.is_("1"), each="line"))
    at = desk(basket(line("1", "3.336", 4, tax=23), prices="net"), cent)
    at.back(Units("1", 1, first=1))
    assert eur("8.21") == at.back(Units("1", 1, first=3)).total
