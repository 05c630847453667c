from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aftercare import (
    Customer,
    Decision,
    History,
    Line,
    Money,
    Name,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Schedule,
    Statement,
    Tier,
    amounts,
    by,
    cart,
    customer,
    dated,
    eur,
    item,
    pln,
    policies,
    stepped,
)
from aftercare.messages.codes import CODES
from aftercare.policies.explain import reward_statement

ZONE = "Europe/Warsaw"
WARSAW = ZoneInfo(ZONE)
AT = datetime(2026, 11, 18, 12, tzinfo=WARSAW)
"""A Wednesday."""

TEN, FIVE = policies.percent_off(10), policies.percent_off(5)
NOTHING = policies.percent_off(0)
SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
LINES = (
    Line("1", Product("CUP", categories=["cups"]), 2, unit_price=eur(3)),
    Line("2", Product("POT", attributes={"weight": 2}), unit_price=eur(10)),
)


def priced(*promotions: Any, at: datetime = AT, history: History | None = None, **options: Any) -> Decision:
    """Two cups at 3.00 and a teapot at 10.00, priced by *promotions*."""
    order = Order(**{"lines": LINES, "currency": "EUR", **options})
    book = PolicyBook("shop", zone=ZONE, currencies=["EUR", "PLN"], promotions=promotions)
    return book.price(order, at=at, history=history)


def said(code: str, /, **params: Any) -> Statement:
    """A statement of the catalogs, about the promotion `p` unless it is of no promotion."""
    if "promotion" in CODES[code]:
        params.setdefault("promotion", Name("p"))
    assert set(CODES[code]) == set(params)
    return Statement(code, **params)


def state(decision: Decision, promotion: str = "p") -> tuple[str, Statement]:
    """The state of a promotion and why; where it stands in `states` it is the same."""
    explained = decision.explain(promotion)
    assert explained.state == decision.states[promotion]
    return explained.state, explained.statement


# --- promotions that were eligible -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("benefits", "statements"),
    [
        (TEN, [said("promotion.applied", amount=eur("1.60"))]),
        (
            policies.gift("SPOON", value=amounts(eur(1), pln(4)), name=Name("spoon", pl="łyżka")),
            [said("promotion.gift_added", gift=Name("spoon", pl="łyżka"), count=1)],
        ),
        (
            policies.gift("FORK", value=amounts(eur(1), pln(4))),
            [said("promotion.gift_added", gift=Name("FORK"), count=1)],
        ),
        (policies.points_times(2), [said("promotion.points_times", times=2)]),
        (policies.bonus_points(50), [said("promotion.bonus_points", count=50)]),
        (policies.voucher(amounts(eur(5), pln(20))), [said("promotion.voucher", amount=eur(5))]),
        (
            (TEN, policies.bonus_points(50)),
            [said("promotion.applied", amount=eur("1.60")), said("promotion.bonus_points", count=50)],
        ),
    ],
    ids=repr,
)
def test_applied(benefits: Any, statements: list[Statement]) -> None:
    """What applied says everything that it gave."""
    decision = priced(Promotion("p", then=benefits))
    explained = decision.explain("p")

    assert ("applied", statements[0]) == state(decision)
    assert statements == [explained.statement, *explained.more]
    assert statements[0] == decision.why("p")


def test_rewards() -> None:
    """A reward is said by its kind."""
    assert said("promotion.voucher", amount=eur(5)) == reward_statement(Name("p"), "voucher", eur(5))


def test_lost() -> None:
    """A promotion that lost says to which, and by how much."""
    decision = priced(policies.best_of(Promotion("p", then=FIVE), Promotion("ten", title="Ten", then=TEN)))

    assert ("lost", said("promotion.lost", winner=Name("Ten"), amount=eur("0.80"))) == state(decision)
    assert "applied" == state(decision, "ten")[0]


def test_tied() -> None:
    """Of equals the lower id applies, and the other says that it was as good."""
    decision = priced(policies.best_of(Promotion("p", then=TEN), Promotion("a", then=TEN)))

    assert ("lost", said("promotion.tied", winner=Name("a"))) == state(decision)


def test_blocked() -> None:
    """A promotion after the first that took something was never tried."""
    decision = priced(policies.first_of(Promotion("a", then=FIVE), Promotion("p", then=TEN)))

    assert ("blocked", said("promotion.blocked", winner=Name("a"))) == state(decision)


@pytest.mark.parametrize("group", [policies.stack, policies.best_of, policies.first_of])
def test_nothing_left(group: Any) -> None:
    """A promotion that is eligible and finds nothing to take says so, in whatever group it stands."""
    nothing = Promotion("p", then=policies.percent_off(0))

    assert ("nothing_left", said("promotion.nothing_left")) == state(
        priced(group(nothing, Promotion("a", then=NOTHING)))
    )


@pytest.mark.parametrize(
    ("benefit", "missing"),
    [
        (policies.percent_off(10, of="TEA"), [("TEA", 1)]),
        (policies.percent_off(10, of=policies.cheapest(1, "TEA")), [("TEA", 1)]),
        (policies.every(3, of="TEA").free(), [("TEA", 3)]),
        (policies.buy(2, of="TEA").get(1, of="JAR").free(), [("TEA", 2), ("JAR", 1)]),
        (policies.buy(2, of="TEA").get(1, of="TEA").free(), [("TEA", 3)]),
        (policies.bundle({"TEA": 1, "JAR": 2}).amount_off(amounts(eur(1), pln(4))), [("TEA", 1), ("JAR", 2)]),
        (policies.gift("TEA"), [("TEA", 1)]),
        (policies.gift("TEA", per=2, of="JAR"), [("JAR", 2), ("TEA", 1)]),
        (policies.gift("TEA", per=2, of="JAR", value=amounts(eur(1), pln(4))), [("JAR", 2)]),
    ],
    ids=repr,
)
def test_missing_goods(benefit: Any, missing: Any) -> None:
    """A promotion without goods of its own in the cart says of which there are too few."""
    reasons = tuple(
        Statement("cart.quantity_of.too_little", goods=Name(sku), found=0, needed=n, missing=n) for sku, n in missing
    )

    assert ("nothing_left", said("promotion.not_eligible", reasons=reasons)) == state(
        priced(Promotion("p", then=benefit))
    )


SHIPS = Promotion("ships", then=(FIVE, policies.free_shipping()))


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (
            policies.best_of(Promotion("p", then=FIVE), Promotion("z", then=(TEN, policies.free_shipping()))),
            ("lost", said("promotion.lost", winner=Name("z"), amount=eur("0.80"))),
        ),
        (
            policies.best_of(Promotion("p", then=FIVE), SHIPS),
            ("applied", said("promotion.applied", amount=eur("0.80"))),
        ),
        (policies.best_of(SHIPS, Promotion("z", then=FIVE)), None),
        (
            policies.first_of(SHIPS, Promotion("p", then=TEN)),
            ("blocked", said("promotion.blocked", winner=Name("ships"))),
        ),
        (
            policies.best_of(Promotion("p", then=policies.percent_off(0)), SHIPS),
            ("nothing_left", said("promotion.nothing_left")),
        ),
        (
            policies.best_of(Promotion("p", when=cart.has("TEA"), then=TEN), SHIPS),
            (
                "not_eligible",
                said(
                    "promotion.not_eligible",
                    reasons=(
                        Statement("cart.quantity_of.too_little", goods=Name("TEA"), found=0, needed=1, missing=1),
                    ),
                ),
            ),
        ),
    ],
    ids=repr,
)
def test_groups_across_phases(group: Any, expected: tuple[str, Statement] | None) -> None:
    """A group whose promotions act in several phases explains itself like any other."""
    decision = priced(group)

    if expected is None:
        assert ("lost", said("promotion.tied", promotion=Name("z"), winner=Name("ships"))) == state(decision, "z")
    else:
        assert expected == state(decision)


@pytest.mark.parametrize(
    "group",
    [
        policies.first_of(SHIPS, Promotion("p", when=cart.has("TEA"), then=TEN)),
        policies.best_of(
            Promotion("z", then=(TEN, policies.free_shipping())),
            policies.stack(Promotion("p", when=cart.has("TEA"), then=TEN), Promotion("q", then=FIVE)),
        ),
    ],
    ids=repr,
)
def test_not_eligible_in_a_group_across_phases(group: Any) -> None:
    """A promotion whose condition does not hold says so, whatever its group decided."""
    assert "not_eligible" == state(priced(group))[0]


# --- promotions that were not ----------------------------------------------------------------------------------------


def test_not_eligible() -> None:
    """A condition that does not hold says each of its reasons, and gives its verdict."""
    decision = priced(Promotion("p", when=cart.has("TEA") & customer.staff, then=TEN))
    tea = Statement("cart.quantity_of.too_little", goods=Name("TEA"), found=0, needed=1, missing=1)
    verdict = decision.explain("p").verdict

    assert (
        "not_eligible",
        said("promotion.not_eligible", reasons=(tea, Statement("customer.unknown"))),
    ) == state(decision)
    assert verdict is not None
    assert [False, None] == [part.holds for part in verdict.parts]


def test_one_reason() -> None:
    """A single reason stands alone."""
    assert (
        "not_eligible",
        said("promotion.not_eligible", reasons=(Statement("customer.unknown"),)),
    ) == state(priced(Promotion("p", when=customer.staff, then=TEN)))


def test_other_currency() -> None:
    """A promotion of another currency says in which currency it is not offered."""
    decision = priced(Promotion("p", only_in="PLN", then=TEN))

    assert ("not_eligible", said("promotion.other_currency", currency=Name("EUR"))) == state(decision)


def test_code_needed() -> None:
    """A promotion that needs a code says so; one of several codes is enough, in any spelling."""
    coded = Promotion("p", codes=["SAVE", "TEN"], then=TEN)

    assert ("not_eligible", said("promotion.code_needed")) == state(priced(coded, codes=["VIP"]))
    assert "applied" == state(priced(coded, codes=[" ten "]))[0]


SEASON = Schedule(date(2026, 11, 20), date(2026, 11, 30), zone=ZONE, weekdays=["friday"], hours=[(time(9), time(17))])
OPENS = datetime(2026, 11, 20, 9, tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 10, 12), ("not_yet", said("promotion.starts_in_days", count=10, date=date(2026, 11, 20)))),
        (datetime(2026, 11, 18, 23), ("not_yet", said("promotion.starts_in_days", count=2, date=date(2026, 11, 20)))),
        (datetime(2026, 11, 19, 23), ("not_yet", said("promotion.starts_tomorrow", date=date(2026, 11, 20)))),
        (datetime(2026, 11, 20, 8), ("closed", said("promotion.closed_now", opens=OPENS))),
        (datetime(2026, 11, 20, 9), ("applied", said("promotion.applied", amount=eur("1.60")))),
        (datetime(2026, 11, 20, 17), ("closed", said("promotion.closed_now", opens=OPENS.replace(day=27)))),
        (datetime(2026, 11, 28, 12), ("no_longer", said("promotion.ended", date=date(2026, 11, 27)))),
        (datetime(2026, 12, 1), ("no_longer", said("promotion.ended", date=date(2026, 11, 27)))),
    ],
    ids=repr,
)
def test_schedule(at: datetime, expected: tuple[str, Statement]) -> None:
    """A promotion outside its time says when it opens, or when it ended."""
    assert expected == state(priced(Promotion("p", schedule=SEASON, then=TEN), at=at.replace(tzinfo=WARSAW)))


def test_open_but_not_eligible() -> None:
    """Inside its time a promotion is refused for other reasons."""
    promotion = Promotion("p", schedule=Schedule(date(2026, 11, 1), zone=ZONE), when=customer.staff, then=TEN)

    assert ("not_eligible", said("promotion.not_eligible", reasons=(Statement("customer.unknown"),))) == state(
        priced(promotion)
    )


def test_starts_today() -> None:
    """A promotion that starts later today says at what time."""
    schedule = Schedule(datetime(2026, 11, 18, 18), zone=ZONE)
    opens = datetime(2026, 11, 18, 18, tzinfo=WARSAW)

    assert ("not_yet", said("promotion.starts_today", time=opens)) == state(
        priced(Promotion("p", schedule=schedule, then=TEN))
    )


def test_first_opening() -> None:
    """Where the first weekday comes after the first date, it is the weekday that is announced."""
    schedule = Schedule(date(2026, 11, 19), zone=ZONE, weekdays=["sunday"])

    assert ("not_yet", said("promotion.starts_in_days", count=4, date=date(2026, 11, 22))) == state(
        priced(Promotion("p", schedule=schedule, then=TEN))
    )


# --- values that cannot be told --------------------------------------------------------------------------------------

FROM_50 = amounts(eur(50), pln(200))
TOO_LITTLE = Statement("cart.amount.too_little", found=eur(16), needed=eur(50), missing=eur(34))
FEW = Statement("cart.quantity.too_little", found=3, needed=10, missing=7)
NO_HISTORY = Statement("customer.history.unknown")
GUEST = Statement("customer.unknown")
FROM_POLAND = Customer("c", tier=SILVER, country="PL", groups=["club", "press"])
BY_GROUP = by(customer.group, {"club": stepped(cart.quantity(), {10: 5}), "jury": 50}, choose="highest")


@pytest.mark.parametrize(
    ("value", "reasons"),
    [
        (stepped(cart.amount(), {FROM_50: 5}), (TOO_LITTLE,)),
        (stepped(customer.orders, {1: 5, 3: 10}), (NO_HISTORY,)),
        (
            by(customer.tier, {GOLD: 5}),
            (Statement("customer.tier.too_low", found=Name("silver"), needed=Name("gold")),),
        ),
        (by(customer.tier, {SILVER: stepped(cart.quantity(), {10: 5}), GOLD: 20}), (FEW,)),
        (
            by(customer.country, {"DE": 5, "FR": 10}),
            (Statement("customer.country.needed", countries=(Name("DE"), Name("FR")), found=(Name("PL"),)),),
        ),
        (by(customer.country, {"PL": stepped(cart.quantity(), {10: 5})}), (FEW,)),
        (BY_GROUP, (FEW,)),
        (dated(5, {AT: stepped(cart.quantity(), {10: 5})}), (FEW,)),
        (dated(stepped(cart.quantity(), {10: 5}), {AT.replace(year=2027): 5}), (FEW,)),
    ],
    ids=repr,
)
def test_missing_value(value: Any, reasons: tuple[Statement, ...]) -> None:
    """A value whose fact is unknown or below the first step makes the promotion not eligible, and says why."""
    decision = priced(Promotion("p", then=policies.percent_off(value)), customer=FROM_POLAND)

    assert ("not_eligible", said("promotion.not_eligible", reasons=reasons)) == state(decision)


def test_missing_caps() -> None:
    """A cap that cannot be told is a reason too; the same reason is said once."""
    cap = stepped(cart.quantity(), {10: amounts(eur(5), pln(20))})
    benefit = policies.percent_off(stepped(customer.orders, {1: 5}), cap=cap, cap_each=cap)

    assert ("not_eligible", said("promotion.not_eligible", reasons=(NO_HISTORY, FEW))) == state(
        priced(Promotion("p", then=(benefit, benefit)))
    )


def test_missing_value_of_an_exception() -> None:
    """Where an exception holds, it is its values that are missing."""
    promotion = (
        Promotion("p", then=TEN)
        .except_when(cart.has("TEA"), then=FIVE)
        .exceptions_by("first_of")
        .except_when(cart.has("POT"), then=policies.percent_off(stepped(cart.quantity(), {10: 5})))
    )

    assert ("not_eligible", said("promotion.not_eligible", reasons=(FEW,))) == state(priced(promotion))


# --- codes -----------------------------------------------------------------------------------------------------------


def coded(**options: Any) -> Promotion:
    """A promotion that needs the code SAVE."""
    return Promotion("p", codes=["SAVE"], **{"then": TEN, **options})


BETTER = Promotion("z", then=policies.percent_off(50))
SAVE = Name("SAVE")


@pytest.mark.parametrize(
    ("promotions", "statement"),
    [
        ([coded()], said("code.accepted", code=SAVE)),
        ([], said("code.unknown", code=SAVE)),
        ([policies.best_of(coded(), BETTER)], said("code.lost", code=SAVE, winner=Name("z"), amount=eur("6.40"))),
        ([policies.first_of(BETTER, coded())], said("code.blocked", code=SAVE, winner=Name("z"))),
        (
            [coded(then=policies.percent_off(10, of="TEA"))],
            said(
                "code.not_eligible",
                code=SAVE,
                reasons=(Statement("cart.quantity_of.too_little", goods=Name("TEA"), found=0, needed=1, missing=1),),
            ),
        ),
        ([coded(then=policies.percent_off(0))], said("code.nothing_left", code=SAVE)),
        (
            [coded(then=policies.free_shipping())],
            said("code.not_eligible", code=SAVE, reasons=(Statement("cart.delivery.unknown"),)),
        ),
        ([coded(schedule=SEASON)], said("code.not_yet", code=SAVE, date=date(2026, 11, 20))),
        (
            [coded(schedule=Schedule(date(2026, 11, 1), zone=ZONE, weekdays=["sunday"]))],
            said("code.not_yet", code=SAVE, date=date(2026, 11, 22)),
        ),
        (
            [coded(schedule=Schedule(None, date(2026, 11, 1), zone=ZONE))],
            said("code.no_longer", code=SAVE, date=date(2026, 11, 1)),
        ),
        ([coded(when=customer.staff)], said("code.sign_in", code=SAVE)),
        (
            [coded(when=customer.staff & cart.has("TEA"))],
            said(
                "code.not_eligible",
                code=SAVE,
                reasons=(
                    GUEST,
                    Statement("cart.quantity_of.too_little", goods=Name("TEA"), found=0, needed=1, missing=1),
                ),
            ),
        ),
        (
            [coded(only_in="PLN")],
            said("code.not_eligible", code=SAVE, reasons=(said("promotion.other_currency", currency=Name("EUR")),)),
        ),
    ],
    ids=repr,
)
def test_codes(promotions: list[Any], statement: Statement) -> None:
    """Every code that was entered says what became of it."""
    assert {"SAVE": statement} == priced(*promotions, codes=["SAVE"]).codes


def test_tied_code() -> None:
    """A code that was as good as what applied says so."""
    decision = priced(policies.best_of(coded(), Promotion("a", then=TEN)), codes=["SAVE"])
    statement = decision.codes["SAVE"]

    assert "code.tied" == statement.code
    assert set(CODES["code.tied"]) == {key for key, _ in statement.params}


def test_entered_codes_are_a_set() -> None:
    """Each code is answered once, however it was entered; no codes, no answers."""
    assert 1 == len(priced(coded(), codes=["SAVE", "SAVE"]).codes)
    assert {} == priced(coded()).codes


def test_states_of_all() -> None:
    """The states are those of all promotions, in the order in which they are written."""
    decision = priced(Promotion("b", then=TEN), policies.stack(Promotion("a", when=customer.staff, then=TEN)))

    assert [("b", "applied"), ("a", "not_eligible")] == list(decision.states.items())


def test_other_goods_in_a_currency() -> None:
    """What is said is said in the currency of the order."""
    lines = [Line("1", Product("CUP"), unit_price=pln(30))]
    promotion = Promotion("p", when=cart.amount(item.price >= amounts(eur(1), pln(4))) >= FROM_50, then=TEN)
    decision = priced(promotion, lines=lines, currency="PLN")
    ((_, statement),) = [state(decision)]

    assert (
        Statement("cart.amount_some.too_little", found=Money(30, "PLN"), needed=pln(200), missing=pln(170)),
    ) == statement["reasons"]


def test_without_history() -> None:
    """With a history a first order is known to be one."""
    promotion = Promotion("p", when=customer.first_order, then=TEN)

    assert ("not_eligible", said("promotion.not_eligible", reasons=(NO_HISTORY,))) == state(priced(promotion))
    assert "applied" == state(priced(promotion, history=History(), at=AT.astimezone(UTC)))[0]
