"""Fees that a shop keeps from a refund, each with the base it is reckoned on.

They apply in one order, whatever order they are written in: what the condition of the goods takes off, restocking,
the flat fee, the label. Together they never take more than the goods of the return give back. A cancellation has a fee
of its own.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, assert_never, get_args

import attrs

from aftercare.canonical import Coded, call, written
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.money import Amounts, Money, Percent, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal
    from fractions import Fraction

Sum: TypeAlias = "Money | Amounts"
Share: TypeAlias = "Percent | int | str | Decimal | Fraction"
FeeBase: TypeAlias = Literal["paid", "after_grade"]
FeeKind: TypeAlias = Literal["graded", "restocking", "flat", "label", "cancellation"]


def _sum(given: Sum) -> Sum:
    if not is_a(given, Money, Amounts):
        msg = f"a fee is `{given!r}`, which is no amount: write `eur('4.95')`, or `amounts(...)` for several currencies"
        raise PolicyError(msg)
    for each in (given,) if isinstance(given, Money) else given:
        if each.minor < 0:
            msg = f"a fee of `{each}` is negative: a fee is kept from a refund; to give more, use `credit_bonus`"
            raise PolicyError(msg)
    return given


def _maybe_sum(given: Sum | None) -> Sum | None:
    return None if given is None else _sum(given)


def _share(given: Share) -> Percent:
    made = percent(given)
    if not 0 <= made.ratio <= 1:
        msg = f"a fee of `{made}` is no part of a refund: it is from 0 to 100 percent"
        raise PolicyError(msg)
    return made


def _share_or_sum(given: Share | Sum) -> Percent | Sum:
    return _sum(given) if isinstance(given, Money | Amounts) else _share(given)


def minor_in(given: Sum, currency: str) -> int:
    """The amount in *currency*, in minor units; raises `CurrencyMismatch` where there is none."""
    if isinstance(given, Amounts):
        return given.in_(currency).minor
    return (given - Money.of_minor(0, currency)).minor


@attrs.frozen(eq=False, repr=False)
class FlatFee(Coded):
    """An amount kept once a return."""

    amount: Sum = attrs.field(converter=_sum)

    def __repr__(self) -> str:
        return call("returns.flat", self)


@attrs.frozen(eq=False, repr=False)
class LabelFee(Coded):
    """What the return label costs, kept once a return."""

    amount: Sum = attrs.field(converter=_sum)

    def __repr__(self) -> str:
        return call("returns.label", self)


@attrs.frozen(eq=False, repr=False)
class Restocking(Coded):
    """A share of what each unit gives back, or an amount a unit; *at_most* so much a unit."""

    value: Percent | Sum = attrs.field(converter=_share_or_sum)
    of: FeeBase = attrs.field(default="paid", kw_only=True)
    at_most: Sum | None = attrs.field(default=None, converter=_maybe_sum, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.of not in get_args(FeeBase):
            msg = f"`{self.of}` is not a base of restocking: {did_you_mean(str(self.of), get_args(FeeBase))}"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        return call("returns.restocking", self)


@attrs.frozen(eq=False, repr=False)
class CancellationFee(Coded):
    """An amount kept for a cancellation; a `CancellationPolicy` makes it of its fee.

    >>> from aftercare import eur
    >>> CancellationFee(eur(2)).amount
    Money("2.00", "EUR")
    """

    amount: Sum = attrs.field(converter=_sum)

    def __repr__(self) -> str:
        return call("returns.CancellationFee", self)


def _table(given: Mapping[str, Share] | Iterable[tuple[str, Share]]) -> tuple[tuple[str, Percent], ...]:
    return tuple(sorted((grade, _share(share)) for grade, share in dict(given).items()))


@attrs.frozen(eq=False, repr=False)
class Graded(Coded):
    """What each condition grade takes off what a unit gives back; a grade that is not named takes nothing off."""

    shares: tuple[tuple[str, Percent], ...] = attrs.field(converter=_table)

    def __attrs_post_init__(self) -> None:
        if not self.shares:
            msg = "`graded` names no grade: say what each takes off, such as `graded({'B': 20})`"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        rows = ", ".join(f"{grade!r}: {written(share)}" for grade, share in self.shares)
        return f"returns.graded({{{rows}}})"


Fee: TypeAlias = "FlatFee | LabelFee | Restocking | Graded"
AnyFee: TypeAlias = "Fee | CancellationFee"

FREE: tuple[Fee, ...] = ()
"""No fee at all."""


def flat(amount: Sum) -> FlatFee:
    """An amount kept once a return.

    >>> from aftercare import eur
    >>> flat(eur("4.95"))
    returns.flat(Money("4.95", "EUR"))
    """
    return FlatFee(amount)


def label(amount: Sum) -> LabelFee:
    """What the return label costs, kept once a return.

    >>> from aftercare import eur
    >>> label(eur("6.95")).amount
    Money("6.95", "EUR")
    """
    return LabelFee(amount)


def restocking(value: Share | Sum, *, of: FeeBase = "paid", at_most: Sum | None = None) -> Restocking:
    """A share of what each unit gives back, or an amount a unit, capped at *at_most* a unit.

    Its base is what was ``paid`` for the unit, or what is left ``after_grade``.

    >>> from aftercare import eur
    >>> restocking(15, at_most=eur(50))
    returns.restocking(Percent("15"), at_most=Money("50.00", "EUR"))
    """
    return Restocking(value, of=of, at_most=at_most)


def graded(shares: Mapping[str, Share]) -> Graded:
    """What each condition grade takes off.

    >>> graded({"B": 20, "C": 50})
    returns.graded({'B': Percent("20"), 'C': Percent("50")})
    """
    return Graded(shares)


def fees(given: Sum | Fee | Iterable[Fee]) -> tuple[Fee, ...]:
    """The fees in the order in which they apply; a bare amount is a flat fee. Raises `PolicyError`.

    >>> from aftercare import eur
    >>> fees(eur("4.95"))
    (returns.flat(Money("4.95", "EUR")),)
    """
    if isinstance(given, Money | Amounts):
        return (FlatFee(given),)
    if isinstance(given, FlatFee | LabelFee | Restocking | Graded):
        return (given,)
    if not is_a(given, tuple, list):
        msg = f"`{given!r}` is no fee: give an amount, `returns.FREE`, or fees such as `returns.restocking(15)`"
        raise PolicyError(msg)
    found = tuple(given)
    for each in found:
        if not is_a(each, FlatFee, LabelFee, Restocking, Graded):
            msg = f"`{each!r}` is no fee: write `returns.flat(...)`, `restocking(...)`, `label(...)` or `graded(...)`"
            raise PolicyError(msg)
    kinds = [type(each) for each in found]
    if len(set(kinds)) < len(kinds):
        msg = f"`{found!r}` has two fees of one kind: put them together into one"
        raise PolicyError(msg)
    return tuple(sorted(found, key=lambda each: get_args(FeeKind).index(kind(each))))


def kind(fee: AnyFee) -> FeeKind:
    """The word for a kind of fee."""
    match fee:
        case Graded():
            return "graded"
        case Restocking():
            return "restocking"
        case FlatFee():
            return "flat"
        case LabelFee():
            return "label"
        case CancellationFee():
            return "cancellation"
        case never:
            assert_never(never)


@attrs.frozen(eq=False, repr=False)
class FeeKept(Coded):
    """A fee that was kept from a refund, and the *base* it was reckoned on."""

    kind: FeeKind
    amount: Money
    base: Money

    def __repr__(self) -> str:
        return call("returns.FeeKept", self)


_NOTHING: Mapping[FeeKind, int] = MappingProxyType({})


class Charged(NamedTuple):
    """A unit that comes back: the *fees* of its terms, what was *paid* for it in minor units, and its *grade*."""

    fees: Sequence[AnyFee]
    paid: int
    grade: str | None = None


def kept_fees(
    units: Sequence[Charged], refund: int, currency: str, *, already: Mapping[FeeKind, int] = _NOTHING
) -> tuple[FeeKept, ...]:
    """What is kept from a return of *units*, each by its own fees.

    *refund* is what the goods give back in minor units: fees end there, and leave whole what was paid for units that
    bear none. What is kept once a return is so for its dearest unit, less what was *already* kept of that kind from it.
    """
    left = max(0, refund - sum(unit.paid for unit in units if not unit.fees))
    bases = [unit.paid for unit in units]
    found: list[FeeKept] = []
    for each in get_args(FeeKind):
        charged = [(at, fee) for at, unit in enumerate(units) for fee in unit.fees if kind(fee) == each]
        asked = once = base = 0
        for at, fee in charged:
            match fee:
                case Graded(shares):
                    for share in (share for grade, share in shares if grade == units[at].grade):
                        off = Money.of_minor(bases[at], currency).scaled(share.ratio).minor
                        base += bases[at]
                        bases[at] -= off
                        asked += off
                case Restocking():
                    own = units[at].paid if fee.of == "paid" else bases[at]
                    base += own
                    asked += _restocked(fee, own, currency)
                case FlatFee(amount) | LabelFee(amount) | CancellationFee(amount):
                    base = refund
                    once = max(once, minor_in(amount, currency) - already.get(each, 0))
                case never:
                    assert_never(never)
        taken = min(asked + once, left)
        if taken:
            left -= taken
            found.append(FeeKept(each, Money.of_minor(taken, currency), Money.of_minor(base, currency)))
    return tuple(found)


def _restocked(fee: Restocking, base: int, currency: str) -> int:
    if isinstance(fee.value, Percent):
        asked = Money.of_minor(base, currency).scaled(fee.value.ratio).minor
    else:
        asked = min(base, minor_in(fee.value, currency))
    return asked if fee.at_most is None else min(asked, minor_in(fee.at_most, currency))
