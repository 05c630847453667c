"""What is counted of limits, what an order uses of them, and what it has reserved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never, get_args

import attrs

from aftercare.bounds import checked_text
from aftercare.calendar import Months, aware, utc
from aftercare.canonical import Coded, call
from aftercare.errors import OrderError, did_you_mean
from aftercare.money import Money
from aftercare.statement import Name, name
from aftercare.zones import plain_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Period: TypeAlias = Literal["day", "week", "month", "year"]
"""A calendar period in the zone of the book; weeks start on Monday."""


class Listed(Coded):
    """A value whose `repr` names this module."""

    __slots__ = ()

    def __repr__(self) -> str:
        return call(f"limits.{type(self).__name__}", self)


def _folded(code: str | None) -> str | None:
    return None if code is None else checked_text("the code of a tally", code).strip().casefold()


def _maybe_customer(given: str | None) -> str | None:
    return None if given is None else checked_text("the customer of a tally", given)


def _promotion(given: str) -> str:
    return checked_text("the promotion of a tally", given)


def checked_key(given: str) -> str:
    """The key of a reservation; raises `OrderError` for anything but some text.

    >>> checked_key("A-1")
    'A-1'
    """
    return checked_text("the key of a reservation", given)


def _maybe_day(given: date | None) -> date | None:
    return None if given is None else plain_day(given)


@attrs.frozen(eq=False, repr=False)
class Tally(Listed):
    """What is counted in one number: the uses of a promotion, or in minor units what it gave in one currency.

    *of* is ``uses`` or an ISO currency code. The number may be kept apart by *customer*, by *code*, and by calendar
    period: *every* says which, and *start* is its first day. Raises `OrderError`.

    >>> Tally("welcome", customer="C-7", every="month", start=date(2026, 11, 1)).of
    'uses'
    """

    promotion: str = attrs.field(converter=_promotion)
    of: str = attrs.field(default="uses", kw_only=True)
    customer: str | None = attrs.field(default=None, converter=_maybe_customer, kw_only=True)
    code: str | None = attrs.field(default=None, converter=_folded, kw_only=True)
    every: Period | None = attrs.field(default=None, kw_only=True)
    start: date | None = attrs.field(default=None, converter=_maybe_day, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.of != "uses":
            Money.of_minor(0, self.of)
        if self.every is not None and self.every not in get_args(Period):
            msg = f"`{self.every}` is not a period: {did_you_mean(self.every, get_args(Period))}"
            raise OrderError(msg)
        if self.start is not None and self.start != (None if self.every is None else first_day(self.every, self.start)):
            msg = f"`{self.start}` does not start a period `{self.every}`: name the period by `every` and its first day"
            raise OrderError(msg)
        if self.every is not None and self.start is None:
            msg = f"a tally of one `{self.every}` needs `start=`, the first day of that period"
            raise OrderError(msg)

    @property
    def kind(self) -> tuple[str | None, ...]:
        """Everything but the period itself."""
        return (self.promotion, self.of, self.customer, self.code, self.every)

    @property
    def order(self) -> tuple[str, ...]:
        """Its place among others."""
        return tuple("" if each is None else str(each) for each in (*self.kind, self.start))


def first_day(every: Period, day: date) -> date:
    """The first day of the calendar period in which *day* lies.

    >>> first_day("week", date(2026, 11, 22))
    datetime.date(2026, 11, 16)
    """
    match every:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
        case never:
            assert_never(never)


def next_day(every: Period, start: date) -> date:
    """The first day of the period that follows the one which starts at *start*.

    >>> next_day("month", date(2026, 12, 1))
    datetime.date(2027, 1, 1)
    """
    match every:
        case "day":
            return start + timedelta(days=1)
        case "week":
            return start + timedelta(days=7)
        case "month":
            return Months(1).after(start)
        case "year":
            return Months(12).after(start)
        case never:
            assert_never(never)


def check_number(what: str, given: object) -> None:
    """Refuse anything but a whole number, zero or more."""
    if type(given) is not int or given < 0:
        msg = f"{what} is a whole number, 0 or more, given `{given!r}`"
        raise OrderError(msg)


def _name(given: Name | str) -> Name:
    return name(given)


@attrs.frozen(eq=False, repr=False)
class Use(Listed):
    """What an order takes of one limit: *amount* more in a *tally* that may come to *most*.

    With *since* the limit is of the last days: all tallies like this one that start on or after that day count
    together. *title* is what customers call the promotion.

    >>> Use(Tally("flash"), 1, most=100, title="Flash sale").most
    100
    """

    tally: Tally
    amount: int
    most: int = attrs.field(kw_only=True)
    since: date | None = attrs.field(default=None, converter=_maybe_day, kw_only=True)
    title: Name = attrs.field(converter=_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        check_number("what an order uses of a limit", self.amount)
        check_number("a limit", self.most)

    def reads(self, tally: Tally) -> bool:
        """Whether what is in *tally* counts in its limit."""
        if self.since is None:
            return tally == self.tally
        return tally.kind == self.tally.kind and tally.start is not None and tally.start >= self.since


def _uses(given: Iterable[Use]) -> tuple[Use, ...]:
    """The uses of one key: what several baskets take of one limit is added up, and the lower limit holds."""
    found: dict[tuple[Tally, date | None], Use] = {}
    for use in given:
        limit = use.tally, use.since
        found[limit] = _both(found[limit], use) if limit in found else use
    return tuple(found.values())


def _both(one: Use, other: Use) -> Use:
    return attrs.evolve(one, amount=one.amount + other.amount, most=min(one.most, other.most))


def _until(given: datetime) -> datetime:
    return aware(given, "the end of a reservation")


@attrs.frozen(eq=False, repr=False)
class Reservation(Listed):
    """The uses that an order with a *key* holds *until* an instant, the instant itself outside, or has *committed*.

    Where several of its baskets use one limit, what they take is added up. What is committed stands in the tallies; the
    reservation stays to recognise the key.

    >>> from datetime import UTC, datetime
    >>> Reservation("A-1", until=datetime(2026, 11, 22, 12, tzinfo=UTC)).holds(datetime(2026, 11, 22, 12, tzinfo=UTC))
    False
    """

    key: str = attrs.field(converter=checked_key)
    uses: tuple[Use, ...] = attrs.field(default=(), converter=_uses)
    until: datetime = attrs.field(converter=_until, kw_only=True)
    committed: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        amounts: dict[Tally, int] = {}
        for use in self.uses:
            if amounts.setdefault(use.tally, use.amount) != use.amount:
                msg = f"reservation `{self.key}` has two amounts for `{use.tally!r}`: give all uses of each basket"
                raise OrderError(msg)

    def holds(self, at: datetime) -> bool:
        """Whether it still keeps its uses from others at *at*."""
        return not self.committed and utc(at) < utc(self.until)

    @property
    def amounts(self) -> dict[Tally, int]:
        """What it adds to each tally, once however many limits read the tally."""
        return {use.tally: use.amount for use in self.uses}

    def takes(self, use: Use) -> int:
        """What it takes in all of the limit of one of its uses: of the last days, on each of them."""
        others = (amount for tally, amount in self.amounts.items() if tally != use.tally and use.reads(tally))
        return use.amount + sum(others)
