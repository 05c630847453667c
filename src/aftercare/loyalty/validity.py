"""How long a tier is kept once it is reached, and from which days that is reckoned.

A term has a day on which the member is *judged* and a last day of the tier, usually the same. Months are counted from
the day on which the tier was gained, never from one term to the next.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never, get_args

import attrs

from aftercare.calendar import Days, Months
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.days import day_after, end_of
from aftercare.loyalty.periods import next_anniversary, start_of_year, year_start

if TYPE_CHECKING:
    from typing import Any

Ends: TypeAlias = Literal["month", "quarter", "half_year", "year"]
Length: TypeAlias = Days | Months


@attrs.frozen(eq=False, repr=False)
class Term(LoyaltyCoded):
    """One term of a tier: judged as of the end of one day, kept until the end of another; *number* counts from 1."""

    number: int
    judged: date
    last: date


def _length(given: Any) -> Length:
    if is_a(given, Days, Months) and given.n > 0:
        return given  # type: ignore[no-any-return]
    msg = f"a tier is kept for some days or months, such as `Months(12)`, given `{given!r}`"
    raise PolicyError(msg)


def _maybe_length(given: Any) -> Length | None:
    return None if given is None else _length(given)


def _years(given: Any) -> int:
    if type(given) is int and given >= 1:
        return given
    msg = f"a tier is kept for at least one whole year after the one in which it was gained, given `{given!r}`"
    raise PolicyError(msg)


def _times(length: Length, number: int) -> Length:
    return Days(length.n * number) if isinstance(length, Days) else Months(length.n * number)


@attrs.frozen(eq=False, repr=False)
class KeptFor(LoyaltyCoded):
    """Kept for a *length* after the day on which it was gained, to the end of a month, quarter or year if told.

    The last day is so long after the first: what was gained on 3 March 2019 for 12 months lasts through 3 March 2020.

    >>> KeptFor(Days(30)).length
    Days(30)
    """

    length: Length = attrs.field(converter=_length)
    to_end_of: Ends | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.to_end_of not in {None, *get_args(Ends)}:
            allowed = did_you_mean(str(self.to_end_of), get_args(Ends))
            msg = f"a tier cannot be kept to the end of `{self.to_end_of}`: {allowed}"
            raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False)
class KeptToYearEnd(LoyaltyCoded):
    """Kept to the end of so many years *after* the one in which it was gained, and for a *tail* longer.

    Years *start* on 1 January unless told. The member is judged by the year that ended, before the tail; for at least
    the *minimum* the tier is kept in any case.

    >>> first_term(KeptToYearEnd(tail=Months(1)), gained=date(2026, 5, 2), joined=date(2026, 1, 1))
    loyalty.Term(1, datetime.date(2027, 12, 31), datetime.date(2028, 1, 31))
    """

    after: int = attrs.field(default=1, converter=_years, kw_only=True)
    starts: tuple[int, int] = attrs.field(default=(1, 1), converter=year_start, kw_only=True)
    tail: Length | None = attrs.field(default=None, converter=_maybe_length, kw_only=True)
    minimum: Length | None = attrs.field(default=None, converter=_maybe_length, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class KeptToAnniversary(LoyaltyCoded):
    """Kept to the day before the next anniversary of joining; to the first that leaves it for the *minimum*, if told.

    >>> first_term(KeptToAnniversary(minimum=Months(3)), gained=date(2025, 10, 15), joined=date(2024, 10, 25)).last
    datetime.date(2026, 10, 24)
    """

    minimum: Length | None = attrs.field(default=None, converter=_maybe_length, kw_only=True)


Validity: TypeAlias = KeptFor | KeptToYearEnd | KeptToAnniversary


def first_term(validity: Validity, *, gained: date, joined: date, earned: date | None = None) -> Term:
    """The first term of a tier that was *gained* on a day by who *joined* on another.

    Where a fall led to it, it was *earned* in the year that the member was judged by, which had ended before.

    >>> first_term(KeptFor(Days(30)), gained=date(2026, 7, 20), joined=date(2026, 1, 1)).last
    datetime.date(2026, 8, 19)
    """
    match validity:
        case KeptFor():
            return _length_term(validity, gained, 1)
        case KeptToYearEnd():
            return _year_term(validity, earned or gained, gained, 1)
        case KeptToAnniversary(minimum=minimum):
            least = gained if minimum is None else minimum.after(gained)
            end = next_anniversary(joined, gained)
            while end <= least:
                end = next_anniversary(joined, end)
            return _to(end, 1)
        case never:
            assert_never(never)


def next_term(validity: Validity, term: Term, *, gained: date, joined: date) -> Term:
    """The term after *term*, for who was judged to keep the tier.

    >>> first = first_term(KeptToYearEnd(), gained=date(2026, 5, 2), joined=date(2026, 1, 1))
    >>> next_term(KeptToYearEnd(), first, gained=date(2026, 5, 2), joined=date(2026, 1, 1)).last
    datetime.date(2028, 12, 31)
    """
    match validity:
        case KeptFor():
            return _length_term(validity, gained, term.number + 1)
        case KeptToYearEnd():
            return _year_term(validity, term.judged, gained, term.number + 1)
        case KeptToAnniversary():
            return _to(next_anniversary(joined, day_after(term.last)), term.number + 1)
        case never:
            assert_never(never)


def _to(end: date, number: int) -> Term:
    last = end - timedelta(days=1)
    return Term(number, last, last)


def _length_term(validity: KeptFor, gained: date, number: int) -> Term:
    last = _times(validity.length, number).after(gained)
    if validity.to_end_of is not None:
        last = end_of(last, validity.to_end_of)
    return Term(number, last, last)


def _year_term(validity: KeptToYearEnd, earned: date, gained: date, number: int) -> Term:
    """The term that was *earned* on a day: so many years after the year of that day, at least for the minimum."""
    least = gained if validity.minimum is None else validity.minimum.after(gained)
    year = start_of_year(validity.starts, earned).year + validity.after
    while True:
        year += 1
        start = date(year, *validity.starts)
        judged = start - timedelta(days=1)
        last = judged if validity.tail is None else validity.tail.after(start) - timedelta(days=1)
        if last >= least:
            return Term(number, judged, last)
