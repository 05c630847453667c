from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

import aftercare
from aftercare import (
    BookError,
    Customer,
    Days,
    Name,
    Notice,
    PolicyError,
    Promotion,
    Schedule,
    Shipment,
    Statement,
    amounts,
    cart,
    eur,
    item,
    limits,
    percent,
    pln,
    policies,
)
from aftercare.limits import Counts, Reservation, Tally, Use, commit, reserve
from tests.policies.till import NOON, basket, line, off, prices, shop

if TYPE_CHECKING:
    from aftercare import Decision, Order
    from aftercare.policies.limit import Limit
    from aftercare.policies.stacking import Entry

TEN = policies.percent_off(10)
NOTHING_USED = Counts()
TEA = item.sku.is_("TEA")
OLA = Customer("ola")
POT = basket(line("POT", "10.00"), customer=OLA)
NAMES = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "policies": policies, "limits": limits}


def sale(*given: Limit, id_: str = "sale", **terms: Any) -> Promotion:
    """A promotion with limits."""
    return Promotion(id_, limits=given, **{"then": TEN, **terms})


def priced(
    order: Order,
    *entries: Entry,
    counts: Counts | None = NOTHING_USED,
    at: datetime = NOON,
    **terms: Any,
) -> Decision:
    """What an order costs, nothing having been used by default."""
    return shop(*entries, **terms).price(order, at=at, counts=counts)


def short(decision: Decision, promotion: str = "sale") -> tuple[str, tuple[Statement, ...]]:
    """The state of a promotion, and the reasons for it."""
    explained = decision.explain(promotion)
    return explained.state, dict(explained.statement.params).get("reasons", ())  # type: ignore[return-value]


# --- limits are values -----------------------------------------------------------------------------------------------

EVERY = [
    policies.uses(100),
    policies.uses(1, per="customer", every="month"),
    policies.uses(3, per="code", every=Days(7)),
    policies.budget(amounts(eur(500), pln(2000)), every="year", partial="cut"),
    policies.budget(eur(5), per="customer", partial="refuse"),
]


@pytest.mark.parametrize("limit", EVERY, ids=repr)
def test_a_limit_is_its_own_code(limit: Limit) -> None:
    """Run, the text of a limit is the limit again, and so is that of its promotion; both pickle."""
    promotion = sale(limit, codes=("A",))

    assert limit == eval(repr(limit), NAMES)  # noqa: S307
    assert promotion == eval(repr(promotion), NAMES)  # noqa: S307
    assert promotion == pickle.loads(pickle.dumps(promotion))  # noqa: S301


def test_one_limit_needs_no_tuple() -> None:
    """A single limit is a tuple of one."""
    assert (policies.uses(3),) == Promotion("sale", then=TEN, limits=policies.uses(3)).limits


CUT = policies.budget(eur(5), partial="cut")


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: policies.uses(0), "one or more, given `0`"),
        (lambda: policies.uses(True), "one or more, given `True`"),
        (lambda: policies.uses(1.0), "one or more, given `1.0`"),
        (lambda: policies.uses(1, per="order"), "`order` is not a way to keep uses apart: allowed: `code`, `customer`"),
        (lambda: policies.uses(1, every="fortnight"), "`fortnight` is not a time for uses"),
        (lambda: policies.uses(1, every=Days(0)), "at least one day, today"),
        (lambda: policies.budget(5, partial="cut"), "`5` is no amount"),
        (lambda: policies.budget(eur(-5), partial="cut"), "is negative"),
        (lambda: policies.budget(eur(5), partial="round"), "`round` is not a way with too little left"),
        (lambda: sale("once"), "`'once'` of `sale` is no limit"),
        (lambda: sale(policies.uses(1, per="code")), "`sale` has a limit per code and no codes"),
        (lambda: sale(policies.uses(1), policies.uses(2)), "`sale` has two limits of one kind, `policies.uses(2)`"),
        (lambda: sale(CUT, then=policies.gift("POT")), "cannot be given in part"),
        (lambda: sale(CUT, then=(TEN, policies.bonus_points(5))), "cannot be given in part"),
        (lambda: sale(CUT, then=policies.percent_off(5, phase="catalogue")), "cannot be given in part"),
        (lambda: sale(CUT, then=policies.percent_off(5, money="net")), "cannot be given in part"),
        (lambda: sale(CUT).except_when(cart.has("POT"), then=policies.gift("POT")), "cannot be given in part"),
        (
            lambda: sale(notice=Notice(ending=Days(3)), schedule=Schedule(date(2026, 1, 1), zone="UTC")),
            "`sale` announces an end it does not have",
        ),
        (lambda: sale(notice=Notice(ending=Days(3))), "`sale` announces an end it does not have"),
    ],
    ids=range(19),
)
def test_a_limit_that_cannot_be_kept_cannot_be_built(build: Any, message: str) -> None:
    """The error says what is wrong and what to write."""
    with pytest.raises(PolicyError) as caught:
        build()
    assert message in str(caught.value)


def test_a_budget_needs_every_currency_of_the_book() -> None:
    """A budget without an amount in a currency of the book would never end there."""
    with pytest.raises(BookError, match="no amount in `PLN`"):
        shop(sale(CUT), currencies=["EUR", "PLN"])


# --- uses ------------------------------------------------------------------------------------------------------------


def test_uses_are_counted_in_all() -> None:
    """The hundredth order gets the discount, the next one does not."""
    promotion = sale(policies.uses(100))
    tally = Tally("sale")

    last = priced(POT, promotion, counts=Counts({tally: 99}))
    late = priced(POT, promotion, counts=Counts({tally: 100}))

    assert (Use(tally, 1, most=100, title="sale"),) == last.uses
    assert eur(1) == last.saved
    assert () == late.uses
    assert eur(0) == late.saved
    assert ("exhausted", (Statement("limit.uses", found=0, needed=1, missing=1, most=100),)) == short(late)


def test_without_counts_a_limit_is_unknown() -> None:
    """How often a promotion was used is a fact from outside: without it the promotion does not apply, and says so."""
    decision = priced(POT, sale(policies.uses(100)), counts=None)

    assert eur(0) == decision.saved
    assert ("not_eligible", (Statement("limit.unknown"),)) == short(decision)


def test_a_limit_per_customer_needs_a_customer() -> None:
    """A guest is asked to sign in; somebody else's uses do not count."""
    promotion = sale(policies.uses(1, per="customer"), codes=("ONCE",))
    counts = Counts({Tally("sale", customer="kim"): 1})
    signed_in = basket(line("POT", "10.00"), customer=OLA, codes=["once"])
    guest = basket(line("POT", "10.00"), codes=["once"])

    assert eur(1) == priced(signed_in, promotion, counts=counts).saved
    decision = priced(guest, promotion, counts=counts)
    assert eur(0) == decision.saved
    assert Statement("promotion.sign_in", promotion=Name("sale")) == decision.why_not("sale")
    assert {"sale": "sign_in"} == decision.states
    assert {"once": Statement("code.sign_in", code=Name("once"), promotion=Name("sale"))} == decision.codes


def test_a_condition_that_does_not_hold_is_told_before_a_sign_in() -> None:
    """Who is asked to sign in gets the discount then."""
    promotion = sale(policies.uses(1, per="customer"), when=cart.has("CUP"))

    assert "not_eligible" == priced(basket(line("POT", "10.00")), promotion).explain("sale").state


def test_an_exhausted_promotion_does_not_ask_for_more_goods() -> None:
    """Nobody is told to add what would not help."""
    promotion = sale(policies.uses(1), when=cart.has("CUP"))

    assert "exhausted" == priced(POT, promotion, counts=Counts({Tally("sale"): 1})).explain("sale").state


def test_each_code_has_its_own_uses() -> None:
    """Of two entered codes, the first in the alphabet that has uses left is used."""
    promotion = sale(policies.uses(1, per="code"), codes=("Ada", "Bob"))
    used = Counts({Tally("sale", code="ada"): 1})
    both = basket(line("POT", "10.00"), codes=["ADA", "BOB"])
    spent = basket(line("POT", "10.00"), codes=["ADA"])

    assert "ada" == priced(both, promotion).uses[0].tally.code
    assert "bob" == priced(both, promotion, counts=used).uses[0].tally.code
    decision = priced(spent, promotion, counts=used)
    assert eur(0) == decision.saved
    reasons = (Statement("limit.uses_of_code", found=0, needed=1, missing=1, most=1),)
    assert {
        "ADA": Statement("code.exhausted", code=Name("ADA"), promotion=Name("sale"), reasons=reasons)
    } == decision.codes
    assert Statement("promotion.code_needed", promotion=Name("sale")) == priced(POT, promotion).why_not("sale")


MIDNIGHT = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # already November in Warsaw


@pytest.mark.parametrize(
    ("every", "tally", "since", "again"),
    [
        ("day", ("day", date(2026, 11, 1)), None, date(2026, 11, 2)),
        ("week", ("week", date(2026, 10, 26)), None, date(2026, 11, 2)),
        ("month", ("month", date(2026, 11, 1)), None, date(2026, 12, 1)),
        ("year", ("year", date(2026, 1, 1)), None, date(2027, 1, 1)),
        (Days(3), ("day", date(2026, 11, 1)), date(2026, 10, 30), date(2026, 11, 4)),
        (Days(1), ("day", date(2026, 11, 1)), date(2026, 11, 1), date(2026, 11, 2)),
    ],
)
def test_a_period_is_one_of_the_calendar_in_the_zone_of_the_book(
    every: Any, tally: tuple[Any, date], since: date | None, again: date
) -> None:
    """A period starts at midnight in the shop's zone, and an exhausted promotion says when it is free again."""
    promotion = sale(policies.uses(1, every=every))
    counted = Tally("sale", every=tally[0], start=tally[1])

    decision = priced(POT, promotion, at=MIDNIGHT)
    late = priced(POT, promotion, at=MIDNIGHT, counts=Counts({counted: 1}))

    assert (Use(counted, 1, most=1, since=since, title="sale"),) == decision.uses
    assert ("exhausted", Statement("limit.free_again", date=again)) == (short(late)[0], short(late)[1][1])


def test_several_limits_all_hold() -> None:
    """The one that is reached first keeps the promotion out, and every use is counted for all of them."""
    promotion = sale(policies.uses(5), policies.uses(2, per="customer", every=Days(7)), policies.uses(1, every="day"))
    day = Tally("sale", every="day", start=date(2026, 5, 4))

    assert 3 == len(priced(POT, promotion).uses)
    late = priced(POT, promotion, counts=Counts({Tally("sale"): 5, day: 1}))
    assert ["limit.uses", "limit.uses", "limit.free_again"] == [each.code for each in short(late)[1]]


def test_only_what_applies_is_used() -> None:
    """A promotion that lost, found nothing left or was blocked uses nothing."""
    more = sale(policies.uses(1), id_="more", then=policies.percent_off(20))
    idle = sale(policies.uses(1), id_="idle", then=policies.percent_off(10, of=TEA))
    decision = priced(POT, policies.best_of(sale(policies.uses(1)), more), idle)

    assert ["more"] == [use.tally.promotion for use in decision.uses]


def test_an_exhausted_promotion_blocks_nobody() -> None:
    """In a group the next best takes its place."""
    best = policies.best_of(sale(policies.uses(1), then=policies.percent_off(50)), Promotion("other", then=TEN))

    assert eur(1) == priced(POT, best, counts=Counts({Tally("sale"): 1})).saved


def test_what_others_hold_counts_too() -> None:
    """A reservation keeps a use from others until it lapses."""
    promotion = sale(policies.uses(1))
    first = priced(POT, promotion)
    held = reserve(Counts(), first.uses, key="A-1", until=NOON + timedelta(minutes=15), at=NOON).counts

    assert "exhausted" == priced(POT, promotion, counts=held).explain("sale").state
    lapsed = NOON + timedelta(minutes=15)
    assert eur(1) == priced(POT, promotion, counts=held, at=lapsed).saved
    done = commit(held, key="A-1", at=NOON).counts
    assert "exhausted" == priced(POT, promotion, counts=done, at=lapsed).explain("sale").state


# --- budgets ---------------------------------------------------------------------------------------------------------


def spent(amount: int, **kind: Any) -> Counts:
    """So many cents given already."""
    return Counts({Tally("sale", of="EUR", **kind): amount})


@pytest.mark.parametrize(
    ("then", "taken"),
    [
        (policies.percent_off(50), [67, 100, 133]),
        (policies.percent_off(50, cap=eur("2.00")), [44, 67, 89]),
        (policies.amount_off(eur(5)), [67, 100, 133]),
        (policies.fixed_price(eur(1), of=item.price.at_least(eur(0))), [50, 100, 150]),
        (policies.percent_off(50, rounding="unit"), [67, 100, 133]),
        (policies.every(3, of=item.price.at_least(eur(0)), targets=2).percent_off(100), [120, 180, 0]),
        (policies.bundle({item.price.at_least(eur(0)): 3}).at_price(eur(1)), [67, 100, 133]),
        ((policies.percent_off(20), policies.amount_off(eur(4))), [67, 100, 133]),
    ],
)
def test_a_discount_is_cut_off_at_what_is_left(then: Any, taken: list[int]) -> None:
    """Three euros are left: the discount is three, split as the whole would be; a cap that is lower still caps."""
    promotion = sale(policies.budget(eur(10), partial="cut"), then=then)
    order = prices("2.00", "3.00", "4.00")

    decision = priced(order, promotion, counts=spent(700))

    assert min(300, sum(taken)) == decision.saved.minor == sum(off(decision))
    assert taken == off(decision)
    assert sum(taken) == decision.uses[0].amount


def test_a_delivery_is_cut_off_too() -> None:
    """Two parcels of four and six euros share what is left by what each would have saved."""
    promotion = sale(policies.budget(eur(10), partial="cut"), then=policies.shipping_percent_off(50))
    parcels = [Shipment("a", "standard", eur(4)), Shipment("b", "standard", eur(6))]
    order = basket(line("POT", "10.00"), shipments=parcels)

    decision = priced(order, promotion, counts=spent(900))
    assert [eur("3.60"), eur("5.40")] == [each.paid for each in decision.shipments]
    assert eur(5) == priced(order, promotion).saved


def test_what_took_the_last_of_a_budget_says_so() -> None:
    """Beside the saving it is told that nothing is left; where some is left, it is not."""
    promotion = sale(policies.budget(eur(10), partial="cut"), policies.uses(9), then=policies.amount_off(eur(2)))
    said = [each.code for each in priced(POT, promotion, counts=spent(900)).reasons]

    assert ["promotion.applied", "promotion.last_of_budget"] == said
    assert ["promotion.applied"] == [each.code for each in priced(POT, promotion, counts=spent(799)).reasons]


def test_an_empty_budget_is_exhausted() -> None:
    """Nothing is left to cut from: each customer, code and period has a budget of its own."""
    promotion = sale(policies.budget(eur(10), per="customer", every="month", partial="cut"))
    month = {"every": "month", "start": date(2026, 5, 1)}

    assert eur(1) == priced(POT, promotion, counts=spent(1000, customer="kim", **month)).saved
    decision = priced(POT, promotion, counts=spent(1000, customer="ola", **month))
    numbers = {"found": eur(0), "needed": eur("0.01"), "missing": eur("0.01"), "most": eur(10)}
    assert (
        "exhausted",
        (
            Statement("limit.budget_of_customer", **numbers),
            Statement("limit.free_again", date=date(2026, 6, 1)),
        ),
    ) == short(decision)


REFUSE = policies.budget(eur(10), partial="refuse")


@pytest.mark.parametrize(("used", "saved"), [(900, 100), (901, 0), (1000, 0)])
def test_a_discount_that_does_not_fit_is_refused(used: int, saved: int) -> None:
    """All of the discount, or nothing."""
    assert saved == priced(POT, sale(REFUSE), counts=spent(used)).saved.minor


def test_what_was_refused_says_how_much_was_missing() -> None:
    """Found is what is left, needed what this order would have been given."""
    decision = priced(
        POT, sale(REFUSE, policies.uses(9), policies.budget(eur(90), every="day", partial="refuse")), counts=spent(940)
    )
    numbers = {"found": eur("0.60"), "needed": eur(1), "missing": eur("0.40"), "most": eur(10)}

    assert ("exhausted", (Statement("limit.budget", **numbers),)) == short(decision)


def test_gifts_and_rewards_count_in_a_budget() -> None:
    """A gift at its value, a reward at its worth, beside what was taken off."""
    gift = sale(REFUSE, then=(TEN, policies.gift("SPOON", value=eur(3)), policies.bonus_points(5, worth=eur(2))))

    assert 600 == priced(POT, gift, counts=spent(400)).uses[0].amount
    assert () == priced(POT, gift, counts=spent(401)).applied


def test_the_next_best_takes_the_place_of_what_was_refused() -> None:
    """Within a phase and across phases, a group settles as if the refused promotion were not there."""
    half = sale(REFUSE, then=policies.percent_off(50))
    ships = Promotion("ships", then=policies.free_shipping())
    order = basket(line("POT", "10.00"), shipments=[Shipment("a", "standard", eur(4))])
    for other in (Promotion("other", then=TEN), ships):
        group = policies.best_of(half, other)
        assert ["sale"] == [each.id for each in priced(order, group, counts=spent(500)).applied]
        assert [other.id] == [each.id for each in priced(order, group, counts=spent(501)).applied]


def test_of_two_that_do_not_fit_the_first_is_refused_first() -> None:
    """By phase, rank and id; the other is priced anew and may fit then."""
    tag = sale(policies.budget(eur(1), partial="refuse"), id_="tag", then=policies.percent_off(20, phase="catalogue"))
    rest = sale(policies.budget(eur("4.50"), partial="refuse"), id_="rest", then=policies.percent_off(50))

    assert {"rest": "exhausted", "tag": "exhausted"} == dict(sorted(priced(POT, rest, tag).states.items()))
    five = sale(policies.budget(eur(5), partial="refuse"), id_="rest", then=policies.percent_off(50))
    assert ["rest"] == [each.id for each in priced(POT, five, tag).applied]


def test_a_budget_counts_in_the_price_mode_of_the_order() -> None:
    """Of an order in net prices, what is taken off net."""
    order = basket(line("POT", "10.00", tax=percent(25)), prices="net")

    assert 100 == priced(order, sale(policies.budget(eur(1), partial="refuse"))).uses[0].amount


def test_a_budget_is_of_the_currency_of_the_order() -> None:
    """Złotys are counted apart from euros."""
    promotion = sale(policies.budget(amounts(eur(10), pln(40)), partial="refuse"))
    decision = priced(POT, promotion, currencies=["EUR", "PLN"], counts=Counts({Tally("sale", of="PLN"): 4000}))

    assert (Use(Tally("sale", of="EUR"), 100, most=1000, title="sale"),) == decision.uses


# --- decisions -------------------------------------------------------------------------------------------------------


def test_a_decision_keeps_its_counts() -> None:
    """Unpickled and given its book, it explains itself as before; other counts make another decision."""
    book = shop(sale(policies.uses(1), codes=("A",)))
    order = basket(line("POT", "10.00"), codes=["a"])
    counts = Counts({Tally("sale"): 1}, reservations=[Reservation("A-1", until=NOON)])
    decision = book.price(order, at=NOON, counts=counts)
    loaded = pickle.loads(pickle.dumps(decision)).with_book(book)  # noqa: S301

    assert decision == loaded
    assert decision.codes == loaded.codes
    assert ["code.exhausted"] == [each.code for each in loaded.codes.values()]
    assert decision != book.price(order, at=NOON, counts=Counts())


# --- endings ---------------------------------------------------------------------------------------------------------

MAY = Schedule(date(2026, 5, 1), date(2026, 5, 10), zone="Europe/Warsaw", weekdays=("monday", "saturday", "sunday"))


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (6, None),
        (7, Statement("promotion.ends_in_days", promotion=Name("sale"), count=3, date=date(2026, 5, 10))),
        (9, Statement("promotion.ends_tomorrow", promotion=Name("sale"), date=date(2026, 5, 10))),
        (10, Statement("promotion.ends_today", promotion=Name("sale"))),
        (11, None),
    ],
)
def test_an_end_is_announced(day: int, said: Statement | None) -> None:
    """So many days before the last day, and on it; to customers alone."""
    book = shop(sale(schedule=MAY, notice=Notice(ending=Days(3), staff=Days(9))), sale(id_="plain", schedule=MAY))
    at = datetime(2026, 5, day, 12, tzinfo=UTC)

    assert (() if said is None else (said,)) == book.announcements(at=at)
    assert () == book.staff_briefing(at=at)


def test_an_end_without_a_start() -> None:
    """A promotion that was always open is announced when it ends; one that ends unsaid, or opens no more, is not."""
    always = Schedule(None, date(2026, 5, 10), zone="Europe/Warsaw")
    weekly = Schedule(date(2026, 5, 1), date(2026, 5, 10), zone="Europe/Warsaw", weekdays=("friday",))
    book = shop(
        sale(schedule=always, notice=Notice(ending=Days(9))),
        sale(id_="b", schedule=MAY, notice=Notice()),
        sale(id_="c", schedule=weekly, notice=Notice(ending=Days(9))),
    )

    assert [Name("sale")] == [each["promotion"] for each in book.announcements(at=datetime(2026, 5, 9, tzinfo=UTC))]
