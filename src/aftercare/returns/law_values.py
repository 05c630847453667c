"""What a law file may say under which key, and the values that its JSON stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args

from aftercare.calendar import BusinessDays, Days, Months, Span, WorkWeek
from aftercare.errors import PolicyError, is_a
from aftercare.money import Money
from aftercare.returns.fees import FeeKind
from aftercare.returns.refund_deadline import RefundWithin
from aftercare.returns.terms import DeliveryBack, FreeShipping, Packaging, RefundStrategy, Resolution
from aftercare.returns.windows import Act, Counting, IfRepaired, IfUninformed, Opening, Start, StartEvent, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _span(given: Any) -> Span:
    match given:
        case {"days": int(n), **rest} if not rest:
            return Days(n)
        case {"months": int(n), **rest} if not rest:
            return Months(n)
        case {"business_days": int(n), **rest} if not rest:
            return BusinessDays(n)
        case {"business_days": int(n), "weekdays": list(names), **rest} if not rest:
            return BusinessDays(n, calendar=WorkWeek(weekdays=names))
        case _:
            msg = f'`{given!r}` is no span: write `{{"days": 14}}`, `months` or `business_days`'
            raise PolicyError(msg)


def _refund_within(given: Any) -> tuple[RefundWithin, ...]:
    match given:
        case {"after": str(after), **span}:
            return (RefundWithin(_span(span), after=cast("Any", after)),)
        case _:
            msg = f'`{given!r}` does not say from when: write `{{"days": 14, "after": "requested"}}`'
            raise PolicyError(msg)


def _days(given: Any) -> Days:
    span = _span(given)
    if not isinstance(span, Days):
        msg = f'`{given!r}` is no number of days: write `{{"days": 7}}`'
        raise PolicyError(msg)
    return span


def _uninformed(given: Any) -> IfUninformed:
    match given:
        case {"months": int(by), "then_days": int(then), **rest} if not rest:
            return IfUninformed(Months(by), then=Days(then))
        case _:
            msg = f'`{given!r}` is no extension: write `{{"months": 12, "then_days": 14}}`'
            raise PolicyError(msg)


def _repaired(given: Any) -> IfRepaired:
    span = _span(given)
    if isinstance(span, BusinessDays):
        msg = f'`{given!r}` is no extension: write `{{"months": 12}}`'
        raise PolicyError(msg)
    return IfRepaired(span)


def _start(given: Any) -> Start:
    events = _words(StartEvent)(given)
    if not events:
        msg = "a window starts with an event: name at least one"
        raise PolicyError(msg)
    found = Start(events[-1])
    for event in reversed(events[:-1]):
        found = Start(event, otherwise=found)
    return found


def yes_or_no(given: Any) -> bool:
    """The truth value written; raises `PolicyError` for anything else.

    >>> yes_or_no(True)
    True
    """
    if not isinstance(given, bool):
        msg = f"`{given!r}` is not yes or no: write `true` or `false`"
        raise PolicyError(msg)
    return given


def _texts(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) and each.strip() for each in given):
        msg = f"`{given!r}` is no list of words"
        raise PolicyError(msg)
    return tuple(given)


def _word(allowed: Any) -> Callable[[Any], Any]:
    def word(given: Any) -> Any:
        one_of("this value", given, get_args(allowed))
        return given

    return word


def _words(allowed: Any) -> Callable[[Any], tuple[Any, ...]]:
    def words(given: Any) -> tuple[Any, ...]:
        return tuple(_word(allowed)(each) for each in _texts(given))

    return words


def _prices(given: Any) -> tuple[Money, ...]:
    if not is_a(given, dict) or not given:
        msg = f'`{given!r}` is no price: write `{{"USD": "25.00"}}`'
        raise PolicyError(msg)
    return tuple(Money(amount, currency) for currency, amount in given.items())


KEYS: Mapping[str, Callable[[Any], Any]] = {
    "within": _span,
    "after": _start,
    "counting": _word(Counting),
    "roll": yes_or_no,
    "act": _word(Act),
    "opens": _word(Opening),
    "stops_for_repair": yes_or_no,
    "tail": _days,
    "uninformed": _uninformed,
    "repaired": _repaired,
    "refund": _word(RefundStrategy),
    "delivery": _word(DeliveryBack),
    "free_shipping": _word(FreeShipping),
    "same_means": yes_or_no,
    "resolutions": _words(Resolution),
    "evidence": _texts,
    "packaging": _word(Packaging),
    "send_within": _span,
    "refund_within": _refund_within,
    "fees_allowed": _words(FeeKind),
    "fees_need_information": yes_or_no,
    "second_hand_within": _span,
    "presumption": _span,
    "least_price": _prices,
    "exceptions": _texts,
    # Duties.
    "withdrawal_function": yes_or_no,
    "guarantee_notice": yes_or_no,
    "required_information": yes_or_no,
    "reply_within": _span,
    "ship_within": _span,
    "undelivered_refund_within": _span,
}
"""What a law may say, and how its value is read."""
