"""The terms of a return policy: what each may be, and what it is unless it is said.

A term is a value, or `dated`: a change announced in advance, read at the instant of the purchase. What depends on the
customer or the goods is written with `except_when`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, get_args

import attrs

from aftercare.calendar import BusinessDays, Days, Months, Span
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.money import Amounts, Money, Percent, amounts, percent
from aftercare.policies.variable import Cases, Dated, Steps, constants, convert
from aftercare.returns.fees import FREE, fees
from aftercare.returns.refund_deadline import RefundWithin, sooner
from aftercare.returns.windows import ReturnWindow, Start, start
from aftercare.statement import Name, maybe_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from aftercare.returns.fees import AnyFee, Fee, Share, Sum
    from aftercare.returns.windows import StartEvent

RefundStrategy: TypeAlias = Literal[
    "proportional", "recompute_monotone", "recompute_kept", "forfeit_benefit", "all_or_nothing"
]
OccurrenceShare: TypeAlias = Literal["occurrence", "target"]
TenderOrder: TypeAlias = Literal["card_first", "credit_first", "ratio"]
DeliveryBack: TypeAlias = Literal["none", "standard", "full"]
FreeShipping: TypeAlias = Literal["keep", "claw_back"]
KeptGifts: TypeAlias = Literal["list_value", "free"]
Packaging: TypeAlias = Literal["any", "original"]
Once: TypeAlias = Literal["line", "order"]
Resolution: TypeAlias = Literal[
    "refund", "store_credit", "exchange", "replacement", "repair", "spare_part", "keep_item", "partial_credit"
]
Gives: TypeAlias = Literal["money", "credit", "goods"]
"""What a return gives for what was paid: money, store credit alone, or only other goods."""


def _within(given: Any) -> Any:
    if given is None or is_a(given, Days, Months, BusinessDays, ReturnWindow):
        return given
    msg = f"`within` is `{given!r}`: give a span, such as `Days(30)`, a `returns.ReturnWindow`, or None for no limit"
    raise PolicyError(msg)


def _word(term: str, allowed: Any) -> Callable[[Any], Any]:
    words: tuple[str, ...] = get_args(allowed)

    def word(given: Any) -> Any:
        if given not in words:
            msg = f"`{term}` is not `{given}`: {did_you_mean(str(given), words)}"
            raise PolicyError(msg)
        return given

    return word


def _texts(given: Any) -> tuple[str, ...]:
    words = (given,) if isinstance(given, str) or not is_a(given, Iterable) else tuple(given)
    if any(not is_a(word, str) or not word.strip() for word in words):
        msg = f"`{given!r}` is no list of words: give texts that are not empty"
        raise PolicyError(msg)
    return tuple(dict.fromkeys(words))


def _resolutions(given: Any) -> tuple[str, ...]:
    words = _texts(given)
    for word in words:
        _word("resolutions", Resolution)(word)
    if not words:
        msg = "a policy without `resolutions` gives nothing: name at least one, such as `refund`"
        raise PolicyError(msg)
    return words


def _yes_or_no(given: Any) -> Any:
    if is_a(given, bool):
        return given
    msg = f"`same_means` is yes or no, given `{given!r}`: write `True` or `False`"
    raise PolicyError(msg)


def _number(given: Any) -> Any:
    if given is None or (type(given) is int and given >= 1):
        return given
    msg = f"`at_most` is a number of units, one or more, given `{given!r}`: leave it out for no limit"
    raise PolicyError(msg)


def _span(given: Any) -> Any:
    if given is None or is_a(given, Days, Months, BusinessDays):
        return given
    msg = f"`{given!r}` is no span: write `Days(14)`, `BusinessDays(10)` or `Months(1)`"
    raise PolicyError(msg)


def _refund_within(given: Any) -> tuple[RefundWithin, ...]:
    promises = () if given is None else given if is_a(given, Iterable) else (given,)
    return sooner(each if is_a(each, RefundWithin) else RefundWithin(each) for each in promises)


def _bonus(given: Any) -> Percent | None:
    return None if given is None else percent(given)


def _ceiling(given: Any) -> Amounts | None:
    if given is None:
        return None
    if not is_a(given, Money, Amounts):
        msg = f"`ceiling` is `{given!r}`, which is no amount: write `eur(20)`, or `amounts(...)` for several currencies"
        raise PolicyError(msg)
    found = amounts(given) if isinstance(given, Money) else given
    if any(each.minor <= 0 for each in found):
        msg = f"`ceiling` is `{found!r}`: it is above zero in every currency"
        raise PolicyError(msg)
    return found


def _once(given: Any) -> Any:
    return None if given is None else _word("once", Once)(given)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Terms(Coded):
    """The terms of a right as they hold for one receipt.

    *window* says until when; *fee* are the fees kept, *refund* the strategy and *share* who bears the discount of a
    pattern; *tenders* say where money goes first, *same_means* that it goes back as it came; *delivery* is what is
    given back of the outbound delivery once everything came back, *free_shipping* and *gifts* what becomes of those;
    *credit_bonus* is what store credit gives on top. *resolutions*, *channels* and *accepts* (condition grades) are
    what is offered and taken, () any of the last two; *evidence*, *packaging* and *address* say what the customer must
    bring, and where; *send_within* how soon, from the request; *refund_within* how soon the money is back;
    *at_most* so many units of a line, *once* a line or an order, up to a *ceiling* a unit.

    >>> Terms(window=ReturnWindow(Days(30))).refund
    'recompute_monotone'
    """

    window: ReturnWindow
    fee: tuple[AnyFee, ...] = FREE
    refund: RefundStrategy = "recompute_monotone"
    share: OccurrenceShare = "occurrence"
    tenders: TenderOrder = "card_first"
    same_means: bool = False
    delivery: DeliveryBack = "none"
    free_shipping: FreeShipping = "keep"
    gifts: KeptGifts = "list_value"
    credit_bonus: Percent | None = None
    resolutions: tuple[Resolution, ...] = ("refund",)
    channels: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    packaging: Packaging = "any"
    address: Name | None = None
    send_within: Span | None = None
    refund_within: tuple[RefundWithin, ...] = ()
    at_most: int | None = None
    once: Once | None = None
    ceiling: Amounts | None = None

    def __repr__(self) -> str:
        return call("returns.Terms", self)


class GivenTerms(TypedDict, total=False):
    """The terms as a policy writes them: *within* a span *after* an event, or a whole window, and the others."""

    within: Span | ReturnWindow | Dated[Any] | None
    after: Start | StartEvent | Dated[Any]
    fee: Sum | Fee | Iterable[Fee] | Dated[Any]
    refund: RefundStrategy | Dated[RefundStrategy]
    share: OccurrenceShare | Dated[OccurrenceShare]
    tenders: TenderOrder | Dated[TenderOrder]
    same_means: bool | Dated[bool]
    delivery: DeliveryBack | Dated[DeliveryBack]
    free_shipping: FreeShipping | Dated[FreeShipping]
    gifts: KeptGifts | Dated[KeptGifts]
    credit_bonus: Share | Dated[Any] | None
    resolutions: Resolution | Iterable[Resolution] | Dated[Any]
    channels: str | Iterable[str] | Dated[Any]
    accepts: str | Iterable[str] | Dated[Any]
    evidence: str | Iterable[str] | Dated[Any]
    packaging: Packaging | Dated[Packaging]
    address: Name | str | Dated[Any] | None
    send_within: Span | Dated[Any] | None
    refund_within: Span | RefundWithin | Iterable[Span | RefundWithin] | Dated[Any] | None
    at_most: int | Dated[Any] | None
    once: Once | Dated[Any] | None
    ceiling: Sum | Dated[Any] | None


COERCE: Mapping[str, Callable[[Any], Any]] = {
    "within": _within,
    "after": start,
    "fee": fees,
    "refund": _word("refund", RefundStrategy),
    "share": _word("share", OccurrenceShare),
    "tenders": _word("tenders", TenderOrder),
    "same_means": _yes_or_no,
    "delivery": _word("delivery", DeliveryBack),
    "free_shipping": _word("free_shipping", FreeShipping),
    "gifts": _word("gifts", KeptGifts),
    "credit_bonus": _bonus,
    "resolutions": _resolutions,
    "channels": _texts,
    "accepts": _texts,
    "evidence": _texts,
    "packaging": _word("packaging", Packaging),
    "address": maybe_name,
    "send_within": _span,
    "refund_within": _refund_within,
    "at_most": _number,
    "once": _once,
    "ceiling": _ceiling,
}


def gives(resolutions: Collection[Resolution]) -> Gives:
    """What a return gives where these *resolutions* are offered: store credit only where no money is.

    >>> gives(["refund", "store_credit"]), gives(["store_credit", "exchange"]), gives(["exchange"])
    ('money', 'credit', 'goods')
    """
    if "refund" in resolutions or "partial_credit" in resolutions:
        return "money"
    if "store_credit" in resolutions:
        return "credit"
    return "money" if "keep_item" in resolutions else "goods"


def coerced(given: GivenTerms) -> tuple[tuple[str, Any], ...]:
    """Terms as they are stored, in their usual order; raises `PolicyError` for what is no term or no value of one.

    >>> coerced({"at_most": 2, "within": Days(30)})
    (('within', Days(30)), ('at_most', 2))
    """
    values: Any = given
    for term in values:
        if term not in COERCE:
            msg = f"`{term}` is no term of a return policy: {did_you_mean(term, COERCE)}"
            raise PolicyError(msg)
    return tuple((term, _stored(values[term], coerce)) for term, coerce in COERCE.items() if term in given)


def _stored(given: Any, coerce: Callable[[Any], Any]) -> Any:
    parts = (given.value, *(new for _, new in given.changes)) if isinstance(given, Dated) else ()
    for each in (given, *parts):
        if isinstance(each, Steps | Cases):
            msg = f"`{each!r}` depends on the order: write the usual value, and `except_when` for the other"
            raise PolicyError(msg)
    if any(isinstance(each, Dated) for each in parts):
        msg = f"`{given!r}` is dated twice: give all its instants at once"
        raise PolicyError(msg)
    return convert(given, coerce)


def holding(value: Any, at: datetime) -> Any:
    """What a stored term is for what was bought *at* an instant.

    >>> from datetime import UTC, datetime
    >>> from aftercare import dated
    >>> holding(dated("keep", {datetime(2027, 1, 1, tzinfo=UTC): "claw_back"}), datetime(2026, 5, 1, tzinfo=UTC))
    'keep'
    """
    return value.at(at) if isinstance(value, Dated) else value


def ever(value: Any) -> tuple[Any, ...]:
    """All that a stored term ever is."""
    return tuple(constants(value)) if isinstance(value, Dated) else (value,)


def turns(value: Any) -> tuple[datetime, ...]:
    """The instants at which a stored term changes."""
    return tuple(at for at, _ in value.changes) if isinstance(value, Dated) else ()


def window_of(terms: Mapping[str, Any], usual: ReturnWindow | None = None) -> ReturnWindow:
    """The window that *within* and *after* stand for; what is not said is that of the *usual* one.

    Raises `PolicyError` where they do not go together, and for a span that counts from no event.

    >>> window_of({"within": Days(60)}, ReturnWindow(Days(30), after="shipped"))
    returns.ReturnWindow(Days(60), after=returns.Start('shipped'))
    """
    after = terms.get("after")
    if usual is not None and "within" not in terms:
        return usual if after is None else attrs.evolve(usual, after=after)
    within = terms["within"]
    if isinstance(within, ReturnWindow):
        if after is None:
            return within
        msg = f"`{within!r}` says what it starts with, and `after={after!r}` says it again: leave one of them out"
        raise PolicyError(msg)
    if within is None:
        return ReturnWindow(None)
    if usual is not None and usual.within is not None:
        return attrs.evolve(usual, within=within, after=usual.after if after is None else after)
    if after is None:
        msg = f"`within={within!r}` counts from no event: say which, such as `after='delivered'`"
        raise PolicyError(msg)
    return ReturnWindow(within, after=after)
