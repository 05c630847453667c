from __future__ import annotations

import pickle
from typing import Any

import pytest

import aftercare
from aftercare import CurrencyMismatch, Days, PolicyError, eur, loyalty, pln, say
from aftercare.loyalty.clawback import points_due_back
from aftercare.loyalty.spending import SpendingPlan
from tests.loyalty.receipts import receipt

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "loyalty": loyalty}
RATE = loyalty.spending_rate(100, worth=eur(5))


@pytest.mark.parametrize(
    ("rate", "wish", "order", "found"),
    [
        (RATE, (1000, 2000), 100, (1000, None)),
        (RATE, (1050, 2000), 100, (1000, "points.spend.step")),
        (RATE, (3000, 2050), 1000, (2000, "points.spend.balance")),
        (RATE, (3000, 9000), 100, (2000, "points.spend.share")),
        (loyalty.spending_rate(100, worth=eur(5), share=50), (10000, 20000), 500, (5000, "points.spend.share")),
        (loyalty.spending_rate(100, worth=eur(5), least=500), (400, 2000), 100, (0, "points.spend.too_few")),
        (loyalty.spending_rate(100, worth=eur(5), least=500), (500, 2000), 100, (500, None)),
        (loyalty.spending_rate(100, worth=eur(5)), (99, 2000), 100, (0, "points.spend.too_few")),
        (
            loyalty.spending_rate(100, worth=eur(1), least=100, most=99_999),
            (100_000, 200_000),
            2000,
            (99_900, "points.spend.most"),
        ),
        (
            loyalty.spending_rate(1, worth=eur("0.05"), most=4000, basket=eur(30)),
            (5000, 9000),
            300,
            (4000, "points.spend.most"),
        ),
        (
            loyalty.spending_rate(1, worth=eur("0.05"), most=4000, basket=eur(30)),
            (100, 9000),
            29,
            (0, "points.spend.basket"),
        ),
        (loyalty.spending_rate(1, worth=eur("0.05"), most=4000, basket=eur(30)), (100, 9000), 30, (100, None)),
    ],
)
def test_what_an_order_takes(rate: Any, wish: tuple[int, int], order: int, found: tuple[int, str | None]) -> None:
    """Points are taken in steps, at least and at most so many, for a share of the order; what is less says why."""
    plan = rate.plan(wish[0], balance=wish[1], order=eur(order))

    assert found == (plan.points, None if plan.reason is None else plan.reason.code)
    assert found[0] * rate.worth.in_("EUR").minor // rate.points == plan.worth.minor
    if plan.reason is not None:
        assert say(plan.reason, locale="en")


def test_currencies_of_points() -> None:
    """Points are worth nothing in a currency that the rate does not name."""
    with pytest.raises(CurrencyMismatch, match="there is no amount in `PLN`"):
        RATE.plan(100, balance=100, order=pln(10))


TABLE = loyalty.reward_table({800: pln(50), 400: pln(20)})


@pytest.mark.parametrize(
    ("balance", "points", "worth"),
    [(399, 0, "0"), (400, 400, "20"), (799, 400, "20"), (800, 800, "50"), (9000, 800, "50")],
)
def test_rewards_out_of_proportion(balance: int, points: int, worth: str) -> None:
    """Four hundred points are 20 zl, but eight hundred are 50."""
    plan = TABLE.best(balance, currency="PLN")

    assert (points, pln(worth)) == (plan.points, plan.worth)
    assert (balance < 400) == (plan.reason is not None)


@pytest.mark.parametrize(("points", "converted"), [(149, 0), (150, 150), (199, 150), (265, 250)])
def test_steps_of_vouchers(points: int, converted: int) -> None:
    """A voucher takes steps of fifty from 150 up."""
    conversion = loyalty.Conversion(every="quarter", least=150, step=50, point_worth=eur("0.01"))

    assert converted == conversion.converted(points)


VALUES = [
    loyalty.spending_rate(100, worth=eur(5), least=500, share=50, basket=eur(30), most=4000),
    TABLE,
    loyalty.Conversion(every="month", least=150, point_worth=eur("0.01")),
    loyalty.ClawBack(shortfall="set_off", point_worth=eur("0.01"), courtesy=Days(0)),
    loyalty.ClawBack(),
    loyalty.Points(earning=loyalty.bonus(5)),
    SpendingPlan(points=5, worth=eur(5)),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_they_are_values(value: Any) -> None:
    """They are equal to their code and their pickle."""
    assert value == eval(repr(value), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - what was just pickled


REFUSED = [
    (lambda: loyalty.spending_rate(0, worth=eur(5)), "at least one, given `0`"),
    (lambda: loyalty.spending_rate(100, worth=eur(0)), "worth an amount above zero"),
    (lambda: loyalty.spending_rate(100, worth=5), "worth an amount above zero"),  # type: ignore[arg-type]
    (lambda: loyalty.spending_rate(100, worth=eur(5), least=0), "the least that is spent"),
    (lambda: loyalty.spending_rate(100, worth=eur(5), most=0), "the most that is spent"),
    (lambda: loyalty.spending_rate(100, worth=eur(5), most=499, least=450), "are never at most `499`"),
    (lambda: loyalty.spending_rate(100, worth=eur(5), share=101), "at most the whole order"),
    (lambda: loyalty.reward_table({}), "at least one row"),
    (lambda: loyalty.reward_table({0: eur(5)}), "the price of a reward"),
    (lambda: loyalty.Conversion(every="week", least=1, point_worth=eur(1)), "not a period of vouchers"),  # type: ignore[arg-type]
    (lambda: loyalty.Conversion(every="year", least=0, point_worth=eur(1)), "least that becomes a voucher"),
    (lambda: loyalty.Conversion(every="year", least=1, step=0, point_worth=eur(1)), "the step of a voucher"),
    (lambda: loyalty.ClawBack(shortfall="set_off"), "a set-off needs what a point is worth"),
    (lambda: loyalty.ClawBack(point_worth=eur(1)), "a set-off needs what a point is worth"),
    (lambda: loyalty.ClawBack(shortfall="set_off", point_worth=1), "is worth an amount"),  # type: ignore[arg-type]
    (lambda: loyalty.ClawBack(shortfall="forgiven"), "did you mean `forgive`"),  # type: ignore[arg-type]
    (lambda: loyalty.ClawBack(giving_back="first"), "not a way to give points back"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("build", "message"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_impossible_spending(build: Any, message: str) -> None:
    """What cannot be kept cannot be built."""
    with pytest.raises(PolicyError, match=message):
        build()


@pytest.mark.parametrize(
    ("how", "returned", "back"),
    [("ratio", 3333, 666), ("ratio", 10000, 2000), ("points_first", 1000, 1000), ("points_last", 9000, 1000)],
)
def test_points_due_back(how: Any, returned: int, back: int) -> None:
    """How many points go back in all for what came back so far, rounded down until the last unit."""
    assert back == points_due_back(receipt("A-1", 100, points=20), 2000, returned, how)
