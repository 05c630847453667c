from __future__ import annotations

import fractions
import operator
import pickle
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from fractions import Fraction
from itertools import permutations
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import money as money_module
from aftercare.canonical import plain
from aftercare.currencies import DIGITS, digits_of
from aftercare.errors import CurrencyMismatch, MoneyError
from aftercare.money import (
    Amounts,
    Money,
    Percent,
    Rounding,
    UnitPrice,
    allocate,
    amounts,
    byn,
    chf,
    czk,
    eur,
    gbp,
    jpy,
    kwd,
    percent,
    pln,
    round_fraction,
    usd,
    vnd,
)

NAMESPACE = {**vars(money_module), "fractions": fractions}
MINOR = st.integers(-(10**15), 10**15)
EUROS = MINOR.map(lambda minor: Money.of_minor(minor, "EUR"))
MONEY = st.builds(Money.of_minor, MINOR, st.sampled_from(sorted(DIGITS)))
WEIGHTS = st.lists(st.integers(0, 10**6) | st.fractions(0, 1000, max_denominator=60), min_size=1, max_size=8).filter(
    any
)
PERCENTS = st.fractions(0, 1000, max_denominator=1000).map(Percent)
PRICES = st.builds(UnitPrice, st.decimals(0, 10**6, places=6, allow_nan=False), st.sampled_from(["EUR", "JPY", "KWD"]))
ORACLE = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "half_down": ROUND_HALF_DOWN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
}
NOT_EXACT = [
    1.5,
    float("nan"),
    True,
    None,
    "",
    "12,40",
    "1e3",
    "1_000",
    " 1",
    "1.",
    ".5",
    "٣",
    "1/3",
    Decimal("NaN"),
    Decimal("-Infinity"),
]


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("currency", "digits"),
    [
        *[(code, 0) for code in ("JPY", "VND", "ISK", "UGX", "KRW", "CLP", "XOF", "UYI")],
        *[(code, 2) for code in ("EUR", "HUF", "IDR", "TWD", "MGA", "MRU", "AFN", "BYN", "ZWG", "XCG", "BGN")],
        *[(code, 3) for code in ("KWD", "BHD", "IQD", "TND")],
        *[(code, 4) for code in ("CLF", "UYW")],
    ],
)
def test_iso_digits(currency: str, digits: int) -> None:
    """The digits are those of ISO 4217, also where CLDR writes fewer."""
    assert digits == digits_of(currency)


def test_table_is_whole() -> None:
    """The table has the 165 currencies of list one that have a minor unit, and six withdrawn ones."""
    assert 165 + 6 == len(DIGITS)
    assert all(len(code) == 3 and code.isupper() for code in DIGITS)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("eur", "`eur` is not a currency: allowed: a code of ISO 4217 in capitals, such as `EUR`; did you mean `EUR`?"),
        ("EURO", "did you mean `EUR`?"),
        ("", "`` is not a currency"),
        ("XAU", "`XAU` is not a currency"),
        (None, "`None` is not a currency"),
        ({}, "`{}` is not a currency"),
    ],
)
@pytest.mark.parametrize(
    "build",
    [lambda code: Money(1, code), lambda code: Money.of_minor(1, code), digits_of],
    ids=["Money", "of_minor", "digits_of"],
)
def test_unknown_currency(build: Any, given: Any, message: str) -> None:
    """A currency that is not in the table is refused, with the nearest one that is."""
    with pytest.raises(MoneyError) as caught:
        build(given)

    assert message in str(caught.value)


# --- building money --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.40", "EUR", 1240),
        ("12.4", "EUR", 1240),
        ("12.4000", "EUR", 1240),
        ("-0.05", "EUR", -5),
        ("+3", "EUR", 300),
        ("-0.00", "EUR", 0),
        (3, "EUR", 300),
        (500, "JPY", 500),
        ("500.0", "JPY", 500),
        ("1.234", "KWD", 1234),
        (Decimal("1.5"), "EUR", 150),
        (Decimal("1E+3"), "EUR", 100_000),
        ("123456789012345678901234567890.12", "EUR", 12345678901234567890123456789012),
    ],
)
def test_minor_units(amount: str | int | Decimal, currency: str, minor: int) -> None:
    """An amount is kept in whole minor units, exactly, however it was given."""
    assert Money.of_minor(minor, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    "given",
    [Decimal("1250.00"), Decimal(5), 12.5, 5.0, float("nan"), Fraction(5, 4), True, "1250", None],
    ids=repr,
)
def test_minor_units_are_whole(given: Any) -> None:
    """What is not a whole number of minor units would be shown as an amount that it is not."""
    with pytest.raises(MoneyError, match="is not a whole number of minor units: allowed: integers, such as"):
        Money.of_minor(given, "EUR")


def test_a_whole_fraction_is_a_number_of_minor_units() -> None:
    """What was reckoned in fractions and came out whole is kept as the integer that it is."""
    assert eur("12.50") == Money.of_minor(Fraction(1250), "EUR")  # type: ignore[arg-type]
    assert type(Money.of_minor(Fraction(1250), "EUR").minor) is int  # type: ignore[arg-type]


@pytest.mark.parametrize("given", NOT_EXACT)
@pytest.mark.parametrize(
    "build", [eur, lambda given: UnitPrice(given, "EUR"), Percent], ids=["Money", "UnitPrice", "Percent"]
)
def test_not_exact(build: Any, given: Any) -> None:
    """Floats, truth values, what is not finite and text that is not digits are refused."""
    with pytest.raises(MoneyError, match="exact"):
        build(given)


def test_float_message() -> None:
    """A float is called a float, with what to write in its place."""
    with pytest.raises(MoneyError) as caught:
        eur(0.1)  # type: ignore[arg-type]

    assert "`0.1` is a float, which is not exact: write it as text, such as '12.40', or as a Decimal" == str(
        caught.value
    )


@pytest.mark.parametrize(
    ("amount", "currency", "allowed"),
    [
        ("12.345", "EUR", "at most 2 digits after the point"),
        ("0.5", "JPY", "whole numbers"),
        (Decimal("0.0001"), "KWD", "at most 3 digits after the point"),
    ],
)
def test_too_fine(amount: str | Decimal, currency: str, allowed: str) -> None:
    """More digits than the currency has are refused, for nothing rounds unasked."""
    with pytest.raises(MoneyError) as caught:
        Money(amount, currency)

    assert str(caught.value).startswith(f"`{amount}` has more digits than {currency} has: allowed: {allowed}; round it")


@pytest.mark.parametrize("short", [byn, chf, czk, eur, gbp, jpy, kwd, pln, usd, vnd])
def test_short_constructors(short: Any) -> None:
    """Each short constructor is named after its currency."""
    assert Money(7, short.__name__.upper()) == short(7)


def test_decimal_ignores_the_context() -> None:
    """Reading and writing amounts does not depend on the precision somebody set for decimals."""
    with localcontext() as context:
        context.prec = 2

        assert Decimal("12345.67") == Money("12345.67", "EUR").decimal


def test_digits_shown() -> None:
    """An amount shows every digit of its currency."""
    assert ["3.00 EUR", "-0.05 EUR", "500 JPY", "0.005 KWD"] == [
        str(money) for money in (eur(3), eur("-0.05"), jpy(500), kwd("0.005"))
    ]
    assert Decimal("3.00").as_tuple() == eur(3).decimal.as_tuple()
    assert (2, 0, 3) == (eur(3).digits, jpy(3).digits, kwd(3).digits)


def test_frozen() -> None:
    """An amount cannot be changed."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        eur(1).minor = 5  # type: ignore[misc]


# --- arithmetic ------------------------------------------------------------------------------------------------------


@given(EUROS, EUROS, EUROS)
def test_addition(a: Money, b: Money, c: Money) -> None:
    """Amounts are an ordered group: addition is associative, commutative, has a zero and opposites, keeps order."""
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert a + eur(0) == a
    assert (a + -a).is_zero
    assert a - b == a + -b
    assert sum([a, b, c]) == a + b + c
    assert (a < b) == (a + c < b + c)


@given(EUROS, EUROS, st.integers(-1000, 1000))
def test_multiplication(a: Money, b: Money, times: int) -> None:
    """Multiplying by a whole number is repeated addition."""
    assert (a + b) * times == a * times + b * times
    assert times * a == a * times
    assert Money.of_minor(a.minor * times, "EUR") == a * times


@given(EUROS, EUROS)
def test_order(a: Money, b: Money) -> None:
    """Amounts compare as their minor units do."""
    assert [a.minor < b.minor, a.minor <= b.minor, a.minor > b.minor, a.minor >= b.minor, a.minor == b.minor] == [
        a < b,
        a <= b,
        a > b,
        a >= b,
        a == b,
    ]
    assert sorted([a.minor, b.minor]) == [money.minor for money in sorted([a, b])]
    assert a == a.scaled(1) <= abs(a)


@given(EUROS, st.fractions(-5, 5, max_denominator=1000), st.sampled_from(get_args(Rounding)))
def test_scaled(a: Money, factor: Fraction, rounding: Rounding) -> None:
    """Scaling rounds the exact product once, by the mode that was named."""
    product = a.minor * factor

    assert round_fraction(product.numerator, product.denominator, rounding) == a.scaled(factor, rounding).minor


def test_scaled_default() -> None:
    """A half goes away from zero unless another mode is named."""
    assert [eur("0.13"), eur("-0.13"), eur("0.12")] == [
        eur("0.25").scaled(Fraction(1, 2)),
        eur("-0.25").scaled(Fraction(1, 2)),
        eur("0.25").scaled(Fraction(1, 2), rounding="down"),
    ]


def test_truth() -> None:
    """An amount is true unless it is zero."""
    assert [True, True, False] == [bool(eur(1)), bool(eur(-1)), bool(eur(0))]
    assert [False, True] == [eur(1).is_zero, eur(0).is_zero]


@pytest.mark.parametrize("use", [operator.add, operator.sub, operator.lt, operator.le, lambda *both: sum(both)])
def test_currencies_do_not_mix(use: Any) -> None:
    """Two currencies in one sum or comparison are an error that names both amounts."""
    with pytest.raises(CurrencyMismatch, match=r"`1\.00 EUR` and `1\.00 PLN` are in different currencies"):
        use(eur(1), pln(1))


@pytest.mark.parametrize("use", [operator.gt, operator.ge])
def test_currencies_do_not_compare(use: Any) -> None:
    """Neither is an amount above another of a different currency."""
    with pytest.raises(CurrencyMismatch, match=r"`1\.00 EUR` and `1\.00 PLN` are in different currencies"):
        use(pln(1), eur(1))


def test_equality_does_not_mix() -> None:
    """Amounts in two currencies are different, zero included, and a number is not an amount."""
    assert eur(0) != pln(0)
    assert eur(1) != 1
    assert 1 == len({eur(1), eur("1.00"), Money.of_minor(100, "EUR")})


@pytest.mark.parametrize(
    ("use", "left", "right"),
    [
        (operator.add, eur(1), 1),
        (operator.add, eur(1), 0),
        (operator.add, 1, eur(1)),
        (operator.add, False, eur(1)),
        (operator.add, 0.0, eur(1)),
        (operator.sub, eur(1), 1),
        (operator.sub, 1, eur(1)),
        (operator.lt, eur(1), 1),
        (operator.le, eur(1), 1),
        (operator.gt, eur(1), 1),
        (operator.ge, eur(1), 1),
        (operator.truediv, eur(1), 2),
    ],
)
def test_numbers_are_not_money(use: Any, left: Any, right: Any) -> None:
    """A plain number has no currency and neither adds to nor compares with an amount."""
    with pytest.raises(TypeError, match=r"unsupported operand|not supported between"):
        use(left, right)


@pytest.mark.parametrize("factor", [0.5, True, Decimal(2), "2", eur(1)])
def test_factors(factor: Any) -> None:
    """Only whole numbers multiply an amount, and only fractions and whole numbers scale one."""
    for use in (lambda: eur(1) * factor, lambda: eur(1).scaled(factor)):
        with pytest.raises(MoneyError, match="cannot multiply money: allowed: a whole number; for a fraction write"):
            use()


def test_fraction_factor() -> None:
    """A fraction does not multiply without saying how it rounds."""
    with pytest.raises(MoneyError, match=r"`Fraction\(1, 2\)` cannot multiply money"):
        eur(1) * Fraction(1, 2)  # type: ignore[operator]


# --- rounding --------------------------------------------------------------------------------------------------------


@given(st.integers(-(10**6), 10**6), st.integers(1, 40), st.sampled_from(get_args(Rounding)))
def test_rounding_oracle(numerator: int, divisor: int, mode: Rounding) -> None:
    """Rounding agrees with decimal arithmetic, where the fraction has finitely many digits, halves among them."""
    denominator = 2 ** (divisor % 5) * 5 ** (divisor % 3)
    exact = Decimal(numerator) / denominator

    assert int(exact.quantize(Decimal(1), ORACLE[mode])) == round_fraction(numerator, denominator, mode)


@given(st.integers(-(10**6), 10**6), st.integers(1, 1000), st.sampled_from(get_args(Rounding)))
def test_rounding_laws(numerator: int, denominator: int, mode: Rounding) -> None:
    """A rounded number is within one of the fraction, the nearest within a half, and negatives mirror."""
    rounded = round_fraction(numerator, denominator, mode)

    assert -rounded == round_fraction(-numerator, denominator, mode)
    assert abs(rounded - Fraction(numerator, denominator)) < 1
    if mode.startswith("half"):
        assert abs(rounded - Fraction(numerator, denominator)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        ("half_up", [-3, -2, -1, 0, 1, 2, 3]),
        ("half_even", [-2, -2, 0, 0, 0, 2, 2]),
        ("half_down", [-2, -1, 0, 0, 0, 1, 2]),
        ("up", [-3, -2, -1, 0, 1, 2, 3]),
        ("down", [-2, -1, 0, 0, 0, 1, 2]),
    ],
)
def test_halves(mode: Rounding, rounded: list[int]) -> None:
    """Halves go where the mode says."""
    assert rounded == [round_fraction(half, 2, mode) for half in (-5, -3, -1, 0, 1, 3, 5)]


def test_unknown_rounding() -> None:
    """An unknown mode is refused even where there is nothing to round."""
    with pytest.raises(MoneyError, match=r"`half_upp` is not a way to round: allowed: .*; did you mean `half_up`\?"):
        round_fraction(4, 2, "half_upp")  # type: ignore[arg-type]


@pytest.mark.parametrize("denominator", [0, -2])
def test_denominator(denominator: int) -> None:
    """A denominator is above zero."""
    with pytest.raises(MoneyError, match=f"`{denominator}` cannot be a denominator"):
        round_fraction(1, denominator)


# --- sharing ---------------------------------------------------------------------------------------------------------


@given(st.integers(-(10**9), 10**9), WEIGHTS)
def test_parts_add_up(total: int, weights: list[int | Fraction]) -> None:
    """Parts add up to the total, and each is its exact share rounded down or up."""
    parts = allocate(total, weights)
    base = sum(weights)

    assert total == sum(parts)
    assert all(abs(part - Fraction(total) * weight / base) < 1 for part, weight in zip(parts, weights, strict=True))


@given(st.integers(-(10**9), 10**9), WEIGHTS, st.integers(1, 50))
def test_sharing_is_proportional(total: int, weights: list[int | Fraction], times: int) -> None:
    """Only the proportion of the weights counts, and a negative total mirrors a positive one."""
    assert allocate(total, weights) == allocate(total, [weight * times for weight in weights])
    assert allocate(total, weights) == [-part for part in allocate(-total, weights)]


@given(st.integers(0, 10**6), WEIGHTS, st.randoms(use_true_random=False))
def test_sharing_ignores_order(total: int, weights: list[int | Fraction], random: Any) -> None:
    """Equal weights get parts that differ by one at most, the earlier never less, and order moves nothing else."""
    shuffled = random.sample(range(len(weights)), len(weights))
    pairs = list(zip(weights, allocate(total, weights), strict=True))
    moved = [weights[place] for place in shuffled]
    again = list(zip(moved, allocate(total, moved), strict=True))

    for weight in weights:
        equal = [part for other, part in pairs if other == weight]
        assert sorted(equal, reverse=True) == equal
        assert equal[0] - equal[-1] <= 1
    assert {weight: 0 for weight, _ in pairs if not weight} == {weight: part for weight, part in pairs if not weight}
    # Different weights can tie for the last unit too; then it goes to whichever comes first.
    if len({Fraction(total) * weight / sum(weights) % 1 for weight in set(weights)}) == len(set(weights)):
        assert sorted(pairs) == sorted(again)


@given(st.data())
def test_discount_never_above_price(data: st.DataObject) -> None:
    """A discount of no more than the sum of the prices, shared by price, takes from no unit more than its price."""
    prices = data.draw(st.lists(st.integers(1, 5000), min_size=1, max_size=60))
    discount = data.draw(st.integers(0, sum(prices)))

    assert all(0 <= part <= price for part, price in zip(allocate(discount, prices), prices, strict=True))


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (1000, [3333, 3333, 3334], [333, 333, 334]),
        (100, [10] * 67 + [1], [2] * 33 + [1] * 34 + [0]),
        (200, [10] * 40 + [11], [5] * 35 + [4] * 5 + [5]),
        (5, [1] * 10, [1] * 5 + [0] * 5),
        (3, [1, 3, 3], [1, 1, 1]),
        (4, [1, 3, 3], [0, 2, 2]),
        (4, [1, 1, 1], [2, 1, 1]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (7, [Fraction(1, 3), Fraction(1, 6), 0], [5, 2, 0]),
    ],
    ids=["thirds", "dimes and a cent", "dimes and eleven", "cents", "alabama 3", "alabama 4", "four", *"zewf"],
)
def test_hard_carts(total: int, weights: list[int | Fraction], parts: list[int]) -> None:
    """The carts on which other engines lose or misplace a cent are shared exactly."""
    assert parts == allocate(total, weights)


@pytest.mark.parametrize("cart", list(permutations([50, 50, 10])))
def test_permuted_cart(cart: tuple[int, ...]) -> None:
    """A discount falls on goods of the same price alike, wherever they stand."""
    assert sorted([10, 10, 2]) == sorted(allocate(22, cart))


@pytest.mark.parametrize(
    ("total", "weights", "message"),
    [
        (5, [0, 0], "`5` has nowhere to go"),
        (5, [], "`5` has nowhere to go"),
        (-5, [Fraction(0)], "`-5` has nowhere to go"),
        (0, [1, -1], "`-1` is a weight below zero"),
        (5, [Fraction(-1, 2), 1], "`-1/2` is a weight below zero"),
        (5, [0.5], "`0.5` is not a weight"),
        (5, [True], "`True` is not a weight"),
        (5.0, [1], "`5.0` cannot be shared"),
        (True, [1], "`True` cannot be shared"),
    ],
)
def test_refused_shares(total: Any, weights: Any, message: str) -> None:
    """What cannot be shared exactly is refused."""
    with pytest.raises(MoneyError) as caught:
        allocate(total, weights)

    assert str(caught.value).startswith(message)


def test_money_shares() -> None:
    """An amount is shared into amounts of its currency."""
    assert (pln("0.03"), pln("0.02"), pln(0)) == pln("0.05").allocate([1, 1, 0])


# --- unit prices -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "digits", "text"),
    [
        ("0.0125", "EUR", Fraction(5, 4), 4, "0.0125 EUR"),
        ("0.01250", "EUR", Fraction(5, 4), 4, "0.0125 EUR"),
        ("1", "EUR", Fraction(100), 2, "1.00 EUR"),
        (1200, "JPY", Fraction(1200), 0, "1200 JPY"),
        ("0.5", "JPY", Fraction(1, 2), 1, "0.5 JPY"),
        (Decimal("0.00000001"), "EUR", Fraction(1, 10**6), 8, "0.00000001 EUR"),
        ("0.0125", "KWD", Fraction(25, 2), 4, "0.0125 KWD"),
    ],
)
def test_unit_price(amount: Any, currency: str, minor: Fraction, digits: int, text: str) -> None:
    """A unit price is exact and shows the digits it needs, at least those of its currency."""
    price = UnitPrice(amount, currency)

    assert (minor, digits, text) == (price.minor, price.digits, str(price))


def test_unit_price_equality() -> None:
    """Trailing zeros make no other price: equal prices have equal text."""
    assert UnitPrice("0.1", "EUR") == UnitPrice("0.1000", "EUR")
    assert UnitPrice("0.1", "EUR") != UnitPrice("0.1", "PLN")


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("0.000000001", "EUR", "`0.000000001` is too fine for a unit price: allowed: at most 8 digits"),
        ("-0.0125", "EUR", "`-0.0125` EUR is a unit price below zero: allowed: zero or above"),
        ("1", "eur", "`eur` is not a currency"),
    ],
)
def test_refused_unit_price(amount: str, currency: str, message: str) -> None:
    """A unit price is not negative, in a known currency, and not finer than eight digits."""
    with pytest.raises(MoneyError) as caught:
        UnitPrice(amount, currency)

    assert str(caught.value).startswith(message)


# --- percentages -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "ratio", "text", "code"),
    [
        ("12.5", Fraction(1, 8), "12.5%", 'Percent("12.5")'),
        (Decimal("20.00"), Fraction(1, 5), "20%", 'Percent("20")'),
        (0, Fraction(0), "0%", 'Percent("0")'),
        (250, Fraction(5, 2), "250%", 'Percent("250")'),
        ("0.001", Fraction(1, 100_000), "0.001%", 'Percent("0.001")'),
        (Fraction(100, 3), Fraction(1, 3), "100/3%", "Percent(fractions.Fraction(100, 3))"),
        (Fraction(1, 16), Fraction(1, 1600), "0.0625%", 'Percent("0.0625")'),
        (Fraction(1, 25), Fraction(1, 2500), "0.04%", 'Percent("0.04")'),
    ],
)
def test_percent(value: Any, ratio: Fraction, text: str, code: str) -> None:
    """A percentage is exact, thirds included."""
    given = Percent(value)

    assert (ratio, ratio * 100, text, code) == (given.ratio, given.value, str(given), repr(given))


def test_percent_below_zero() -> None:
    """A percentage is never below zero."""
    with pytest.raises(MoneyError, match="`-5` is a percentage below zero: allowed: zero or above"):
        Percent(-5)


def test_percent_order() -> None:
    """Percentages are in the order of their values."""
    assert [Percent(5), Percent("12.5"), Percent(Fraction(100, 3))] == sorted(
        [Percent(Fraction(100, 3)), Percent(5), Percent("12.5")]
    )


def test_percent_helper() -> None:
    """`percent` reads a value and leaves a percentage as it is."""
    given = Percent("12.5")

    assert given == percent("12.5")
    assert given is percent(given)


# --- several currencies ----------------------------------------------------------------------------------------------


def test_amounts() -> None:
    """There is one amount for each currency, whatever order they were given in."""
    several = amounts(pln(220), eur(50))

    assert amounts(eur(50), pln(220)) == several
    assert hash(amounts(eur(50), pln(220))) == hash(several)
    assert (eur(50), pln(220)) == several.each == tuple(several)
    assert frozenset({"EUR", "PLN"}) == several.currencies
    assert pln(220) == several.in_("PLN")
    assert ["50.00 EUR", "220.00 PLN"] == plain(several)


def test_missing_amount() -> None:
    """Asking for a currency that is not there says which are."""
    with pytest.raises(CurrencyMismatch) as caught:
        amounts(eur(50), pln(220)).in_("PNL")

    assert "there is no amount in `PNL`: allowed: `EUR`, `PLN`; did you mean `PLN`?" == str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "`amounts()` holds nothing"),
        ([eur(1), pln(1), eur(2)], "`1.00 EUR` and `2.00 EUR` are two amounts in EUR: give one for each currency"),
        ([eur(1), 5], "`5` is not money: allowed: amounts such as `eur(50)`"),
    ],
)
def test_refused_amounts(given: Any, message: str) -> None:
    """Two amounts in one currency, none at all and plain numbers are refused."""
    with pytest.raises(MoneyError) as caught:
        amounts(*given)

    assert str(caught.value).startswith(message)


# --- every value -----------------------------------------------------------------------------------------------------


@given(MONEY | PRICES | PERCENTS | st.builds(lambda a, b: amounts(eur(a), pln(b)), st.integers(), st.integers()))
def test_round_trips(value: Money | UnitPrice | Percent | Amounts) -> None:
    """The `repr` of a value is the code that builds it, and a pickle gives it back."""
    assert value == eval(repr(value), NAMESPACE)  # noqa: S307 - that it can be evaluated is the point
    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301 - our own bytes


@given(MONEY)
def test_canonical_money(value: Money) -> None:
    """The canonical form of an amount is its text, from which it can be read again."""
    amount, currency = str(plain(value)).split()

    assert value == Money(amount, currency)
    assert value == Money(value.decimal, value.currency)


@pytest.mark.parametrize(
    ("value", "form"),
    [(eur("12.40"), "12.40 EUR"), (UnitPrice("0.0125", "EUR"), "0.0125 EUR"), (Percent("12.5"), "12.5%")],
)
def test_canonical_form(value: object, form: str) -> None:
    """The canonical form is the text."""
    assert form == plain(value)
