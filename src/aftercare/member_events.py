"""The events of a member beside orders: joining, visiting, reviewing, bringing friends, and what staff decide.

An event may carry its own local date as *on*, where the zone of the shop would tell another: a night in a hotel abroad.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from aftercare.canonical import Coded
from aftercare.errors import OrderError, did_you_mean, is_a
from aftercare.event_fields import instant, maybe_day, maybe_instant, maybe_word, word
from aftercare.order import Tier
from aftercare.statement import Name, name
from aftercare.zones import plain_day, utc

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.order import Attribute

PinKind: TypeAlias = Literal["floor", "exact"]
"""Whether a pinned tier is the least that a member has, or the very one."""


def _exact(given: Any) -> int | Fraction:
    if type(given) is int:
        return given
    if type(given) is Fraction:
        return given.numerator if given.denominator == 1 else given
    msg = f"`{given!r}` does not measure anything: give a whole number or a `Fraction`"
    raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class SignUp(Coded):
    """A customer joined the programme; what happened before does not count in it.

    >>> from datetime import UTC, datetime
    >>> SignUp("s1", datetime(2026, 3, 1, 12, tzinfo=UTC)).on is None
    True
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    on: date | None = attrs.field(default=None, converter=maybe_day, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class Visit(Coded):
    """The customer came by; *place* is where, if the shop tells its places apart.

    >>> from datetime import UTC, datetime
    >>> Visit("v1", datetime(2026, 3, 1, 12, tzinfo=UTC), place="Gdynia").place
    'Gdynia'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    place: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)
    on: date | None = attrs.field(default=None, converter=maybe_day, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class Review(Coded):
    """The customer reviewed *subject*, such as a SKU.

    >>> from datetime import UTC, datetime
    >>> Review("r1", datetime(2026, 3, 1, 12, tzinfo=UTC), "CUP").subject
    'CUP'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    subject: str = attrs.field(converter=word)


@attrs.frozen(eq=False, repr=False)
class Referral(Coded):
    """The customer brought a *friend*, whose customer id this is.

    >>> from datetime import UTC, datetime
    >>> Referral("f1", datetime(2026, 3, 1, 12, tzinfo=UTC), "C-8").friend
    'C-8'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    friend: str = attrs.field(converter=word)


@attrs.frozen(eq=False, repr=False)
class Birthday(Coded):
    """The customer told the date of birth; of several, the last one told counts.

    >>> from datetime import UTC, date, datetime
    >>> Birthday("b1", datetime(2026, 3, 1, 12, tzinfo=UTC), date(1988, 2, 29)).born.year
    1988
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    born: date = attrs.field(converter=plain_day)


@attrs.frozen(eq=False, repr=False)
class ProfileChange(Coded):
    """From now on, *key* of the customer is *value*; None says that it is no longer known.

    >>> from datetime import UTC, datetime
    >>> ProfileChange("k1", datetime(2026, 3, 1, 12, tzinfo=UTC), "card", True).value
    True
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    key: str = attrs.field(converter=word)
    value: Attribute | None


@attrs.frozen(eq=False, repr=False)
class Measured(Coded):
    """So much of a *measure* of the shop's own, such as 2 ``nights``; below zero it is taken back.

    Raises `OrderError` for an *amount* that is not a whole number or a fraction.

    >>> from datetime import UTC, datetime
    >>> Measured("n1", datetime(2026, 3, 1, 12, tzinfo=UTC), "nights", 2).amount
    2
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    measure: str = attrs.field(converter=word)
    amount: int | Fraction = attrs.field(converter=_exact)
    on: date | None = attrs.field(default=None, converter=maybe_day, kw_only=True)


@attrs.frozen(eq=False, repr=False)
class Adjustment(Coded):
    """Staff gave *points*, or took them where the number is below zero; *reason* is told to the customer.

    They count toward a tier only if they are *qualifying*. Raises `OrderError` for zero and for a part of a point.

    >>> from datetime import UTC, datetime
    >>> Adjustment("a1", datetime(2026, 3, 1, 12, tzinfo=UTC), 50, reason="late parcel").reason
    Name('late parcel')
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    points: int
    reason: Name = attrs.field(converter=name, kw_only=True)
    by: str | None = attrs.field(default=None, converter=maybe_word, kw_only=True)
    qualifying: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if type(self.points) is not int or not self.points:
            msg = f"an adjustment is a whole number of points but not zero, given `{self.points!r}`"
            raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class Pin(Coded):
    """Staff set the *tier* by hand until the instant *until*; what the member earns is reckoned on underneath.

    A ``floor`` is the least the member has, an ``exact`` pin the very tier. The last pin counts; one without a tier
    ends it. Raises `OrderError` for an unknown *kind* and for an end that is not after the start.

    >>> from datetime import UTC, datetime
    >>> Pin("p1", datetime(2026, 3, 1, 12, tzinfo=UTC), Tier("gold", 2), reason="long wait", by="Ewa").kind
    'floor'
    """

    id: str = attrs.field(converter=word)
    at: datetime = attrs.field(converter=instant)
    tier: Tier | None
    until: datetime | None = attrs.field(default=None, converter=maybe_instant, kw_only=True)
    kind: PinKind = attrs.field(default="floor", kw_only=True)
    reason: Name = attrs.field(converter=name, kw_only=True)
    by: str = attrs.field(converter=word, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.kind not in get_args(PinKind):
            msg = f"`{self.kind}` is not a kind of pin: {did_you_mean(str(self.kind), get_args(PinKind))}"
            raise OrderError(msg)
        if self.tier is not None and not is_a(self.tier, Tier):
            msg = f"a pin sets a tier, such as `Tier('gold', 2)`, given `{self.tier!r}`"
            raise OrderError(msg)
        if self.until is not None and utc(self.until) <= utc(self.at):
            msg = f"pin `{self.id}` ends at `{self.until}` and starts at `{self.at}`: end it after its start"
            raise OrderError(msg)
