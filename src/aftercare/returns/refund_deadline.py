"""Until when the money is back: from when a span counts, and what is known of it while a return goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import BusinessDays, Days, Months, local_date, no_longer
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from aftercare.calendar import Span
    from aftercare.returns.windows import Act

RefundAfter: TypeAlias = Literal["received", "sent", "withheld", "requested"]
"""From when a refund is due, the better for the customer the later it stands."""

_UNITS: dict[type, str] = {Days: "days", Months: "months", BusinessDays: "business_days"}


@attrs.frozen(eq=False, repr=False)
class RefundWithin(Coded):
    """How soon the money is back, and *after* what.

    After the goods were ``received``; after that or proof that they were ``sent``, whichever comes first; after the
    return was ``requested``; or after the request, but ``withheld`` until the goods or such proof is there, as
    directive 2011/83/EU, article 13(3), allows. Raises `PolicyError` for anything else.

    >>> RefundWithin(Days(14), after="withheld")
    returns.RefundWithin(Days(14), after='withheld')
    """

    span: Span
    after: RefundAfter = attrs.field(default="received", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.span, *_UNITS):
            msg = f"`{self.span!r}` is no span: write `Days(14)`, `BusinessDays(10)` or `Months(1)`"
            raise PolicyError(msg)
        if self.after not in get_args(RefundAfter):
            msg = f"a refund is not due after `{self.after}`: {did_you_mean(str(self.after), get_args(RefundAfter))}"
            raise PolicyError(msg)

    def no_worse(self, than: RefundWithin) -> bool:
        """Whether it is never due later *than* another promise."""
        starts = get_args(RefundAfter)
        return starts.index(self.after) >= starts.index(than.after) and no_longer(self.span, than.span)

    def due(self, done: Mapping[Act, datetime], asked: datetime, zone: str, *, kept: bool = False) -> RefundDue:
        """Until when the money is back after what was *done* in a return that is *asked* about, in a *zone*.

        For goods that are *kept* nobody waits.

        >>> from datetime import UTC, datetime
        >>> asked, came = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (2, 9))
        >>> RefundWithin(Days(5)).due({"received": came}, asked, "UTC").by
        datetime.date(2026, 3, 14)
        """
        days: dict[Act, date] = {act: local_date(at, zone) for act, at in done.items()}
        from_request = self.span.after(days.get("requested", local_date(asked, zone)))
        received, sent = days.get("received"), days.get("sent")
        proof = min([day for day in (received, sent) if day is not None], default=None)
        if kept or self.after == "requested":
            return RefundDue(self, from_request)
        if self.after == "withheld":
            return RefundDue(self, from_request if proof is None else max(from_request, proof), waits=proof is None)
        start = received if self.after == "received" else proof
        return RefundDue(self, None if start is None else self.span.after(start))

    def __repr__(self) -> str:
        return call("returns.RefundWithin", self)


def sooner(promises: Iterable[RefundWithin]) -> tuple[RefundWithin, ...]:
    """Of promises that hold together those that no other one makes needless.

    >>> sooner([RefundWithin(Days(14)), RefundWithin(Days(5)), RefundWithin(Days(14), after="withheld")])
    (returns.RefundWithin(Days(5)), returns.RefundWithin(Days(14), after='withheld'))
    """
    found: list[RefundWithin] = []
    for promise in promises:
        if not any(each.no_worse(promise) for each in found):
            found = [*(each for each in found if not promise.no_worse(each)), promise]
    return tuple(found)


def dues(
    promises: Iterable[RefundWithin], done: Mapping[Act, datetime], asked: datetime, zone: str, *, kept: bool = False
) -> tuple[RefundDue, ...]:
    """Until when the money is back by each of some promises; of last days that are known only the first."""
    found = [promise.due(done, asked, zone, kept=kept) for promise in promises]
    known = [each for each in found if each.by is not None and not each.waits]
    first = min(known, key=lambda each: str(each.by), default=None)
    return tuple(each for each in found if each not in known or each is first)


@attrs.frozen(eq=False, repr=False)
class RefundDue(Coded):
    """Until when the money is back *within* a span: *by* a last day, None while the goods have to come back first.

    It *waits* where goods, or proof that they were sent, may come later than that day and are waited for.
    """

    within: RefundWithin
    by: date | None
    waits: bool = attrs.field(default=False, kw_only=True)

    @property
    def said(self) -> Statement:
        """The promise as a statement."""
        if self.by is None:
            span = self.within.span
            return Statement(f"returns.refund.after_{self.within.after}.{_UNITS[type(span)]}", count=span.n)
        return Statement("returns.refund.by_or_back" if self.waits else "returns.refund.by", date=self.by)

    def __repr__(self) -> str:
        return call("returns.RefundDue", self)
