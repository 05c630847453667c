"""Which of two values of a term is the better one for the customer.

It is asked where two exceptions hold and the better counts, and where the law gives a right beside the shop's own. Some
terms have no better value, such as the strategy of a refund: which of those counts must be said otherwise.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args

from aftercare.calendar import no_longer
from aftercare.money import Amounts, Money
from aftercare.returns.fees import Graded, Restocking
from aftercare.returns.refund_deadline import sooner
from aftercare.returns.terms import DeliveryBack

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.calendar import Span
    from aftercare.money import Percent
    from aftercare.returns.fees import AnyFee, Sum
    from aftercare.returns.refund_deadline import RefundWithin


def better(term: str, one: Any, other: Any) -> tuple[Any, ...]:
    """The value of *term* that is better for the customer, alone in a tuple; nothing where neither is known to be.

    What is offered or taken is joined; of what is asked for, only what both ask for is left.

    >>> better("gifts", "list_value", "free"), better("refund", "proportional", "recompute_kept")
    (('free',), ())
    """
    if one == other:
        return (one,)
    choose = _CHOOSE.get(term)
    return () if choose is None else choose(one, other)


def _in_order(*words: str | None) -> Callable[[Any, Any], tuple[Any, ...]]:
    """The later of *words* is better."""

    def choose(one: str | None, other: str | None) -> tuple[Any, ...]:
        return (max(one, other, key=words.index),)

    return choose


def _either(one: bool, other: bool) -> tuple[Any, ...]:  # noqa: FBT001 - two values of one term
    return (one or other,)


def _highest(one: Any, other: Any) -> tuple[Any, ...]:
    """The higher of two numbers; None is no limit."""
    return (None if one is None or other is None else max(one, other),)


def _bonus(one: Percent | None, other: Percent | None) -> tuple[Any, ...]:
    return (max(one, other, key=lambda bonus: Fraction(0) if bonus is None else bonus.ratio),)


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[Any, ...]:
    return (tuple(dict.fromkeys((*one, *other))),)


def _joined_or_any(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[Any, ...]:
    """Either list of what is taken; the empty one takes anything."""
    return _joined(one, other) if one and other else ((),)


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[Any, ...]:
    return (tuple(word for word in one if word in other),)


def longer(one: Span | None, other: Span | None) -> tuple[Any, ...]:
    """The longer of two times that the customer has; None is no limit."""
    if one is None or other is None:
        return (None,)
    if no_longer(one, other):
        return (other,)
    return (one,) if no_longer(other, one) else ()


def _promises(one: tuple[RefundWithin, ...], other: tuple[RefundWithin, ...]) -> tuple[Any, ...]:
    return (sooner((*one, *other)),)


def _fees(one: tuple[AnyFee, ...], other: tuple[AnyFee, ...]) -> tuple[Any, ...]:
    if _no_more(one, other):
        return (one,)
    return (other,) if _no_more(other, one) else ()


def _no_more(fees: tuple[AnyFee, ...], than: tuple[AnyFee, ...]) -> bool:
    """Whether *fees* never keep more than the others do: each has one of its kind there that is no lower."""
    return all(any(type(fee) is type(other) and _fee_no_more(fee, other) for other in than) for fee in fees)


def _fee_no_more(fee: Any, than: Any) -> bool:
    match fee:
        case Graded(shares):
            rows = dict(than.shares)
            return all(grade in rows and share.ratio <= rows[grade].ratio for grade, share in shares)
        case Restocking():
            capped = than.at_most is None or (fee.at_most is not None and _sum_no_more(fee.at_most, than.at_most))
            return fee.of == than.of and capped and _value_no_more(fee.value, than.value)
        case _:
            return _sum_no_more(fee.amount, than.amount)


def _value_no_more(value: Percent | Sum, than: Percent | Sum) -> bool:
    if isinstance(value, Money | Amounts) or isinstance(than, Money | Amounts):
        return isinstance(value, Money | Amounts) and isinstance(than, Money | Amounts) and _sum_no_more(value, than)
    return value.ratio <= than.ratio


def _sum_no_more(amount: Sum, than: Sum) -> bool:
    one, other = ({each.currency: each.minor for each in _each(given)} for given in (amount, than))
    return one.keys() == other.keys() and all(minor <= other[currency] for currency, minor in one.items())


def _each(given: Sum) -> tuple[Money, ...]:
    return (given,) if isinstance(given, Money) else tuple(given)


def _ceiling(one: Amounts | None, other: Amounts | None) -> tuple[Any, ...]:
    if one is None or other is None:
        return (None,)
    if _sum_no_more(one, other):
        return (other,)
    return (one,) if _sum_no_more(other, one) else ()


_CHOOSE: dict[str, Callable[[Any, Any], tuple[Any, ...]]] = {
    "fee": _fees,
    "same_means": _either,
    "delivery": _in_order(*get_args(DeliveryBack)),
    "free_shipping": _in_order("claw_back", "keep"),
    "gifts": _in_order("list_value", "free"),
    "credit_bonus": _bonus,
    "resolutions": _joined,
    "channels": _joined_or_any,
    "accepts": _joined_or_any,
    "evidence": _shared,
    "packaging": _in_order("original", "any"),
    "send_within": longer,
    "refund_within": _promises,
    "at_most": _highest,
    "once": _in_order("order", "line", None),
    "ceiling": _ceiling,
}
"""The terms that have a better value. A window is chosen by its deadline; the others must be said."""
