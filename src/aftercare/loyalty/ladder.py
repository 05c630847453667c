"""The ladder of tiers: what each takes, how long it is kept, what keeps it longer, and how far a member falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import Days, Months
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.qualification import Held, Metric, Reached, Several
from aftercare.loyalty.validity import KeptFor, KeptToAnniversary, KeptToYearEnd
from aftercare.order import Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aftercare.loyalty.qualification import Requirement
    from aftercare.loyalty.validity import Length, Validity
    from aftercare.money import Amounts, Money

Fall: TypeAlias = Literal["one_step", "supported", "base"]
Climb: TypeAlias = Literal["any", "one", "one_after_first"]
Turn: TypeAlias = Literal["at_once", "month"]
Counting: TypeAlias = Literal["all", "confirmed"]


def _choice(what: str, given: str, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        msg = f"`{given}` is not {what}: {did_you_mean(str(given), allowed)}"
        raise PolicyError(msg)


def _maybe_length(given: Any) -> Length | None:
    if given is None or (is_a(given, Days, Months) and given.n > 0):
        return given  # type: ignore[no-any-return]
    msg = f"`{given!r}` is no length of time: give some days or months, such as `Days(30)`"
    raise PolicyError(msg)


def _rows(given: Mapping[Tier, Any] | Iterable[tuple[Tier, Any]]) -> tuple[tuple[Tier, Any], ...]:
    """The rows of a table by tier, lowest first."""
    rows = dict(given)
    for tier in rows:
        if not is_a(tier, Tier):
            msg = f"a table of tiers has a tier in each row, such as `Tier('gold', 2)`, given `{tier!r}`"
            raise PolicyError(msg)
    return tuple(sorted(rows.items(), key=lambda row: (row[0].rank, row[0].id)))


def _requirements(
    given: Mapping[Tier, Requirement] | Iterable[tuple[Tier, Requirement]],
) -> tuple[tuple[Tier, Requirement], ...]:
    rows = _rows(given)
    for tier, requirement in rows:
        if not is_a(requirement, Reached, Held, Several):
            msg = (
                f"tier `{tier.id}` takes a requirement, such as `loyalty.orders().at_least(5)`, given `{requirement!r}`"
            )
            raise PolicyError(msg)
    return rows


def _table(rows: tuple[tuple[Tier, Any], ...]) -> str:
    return "{" + ", ".join(f"{tier!r}: {given!r}" for tier, given in rows) + "}"


@attrs.frozen(eq=False, repr=False)
class Downgrade(LoyaltyCoded):
    """How far a member falls who did not keep a tier, and how many days of *grace* there are before.

    ``supported`` falls to the tier that the credit still reaches, ``one_step`` to the next lower one, ``base`` to the
    bottom. Where neither a validity nor credit keeps that one, the next step is a day later, or after its grace. Who
    reaches the tier again during the grace keeps it, for a new term from that day. Raises `PolicyError`.

    >>> Downgrade("one_step", grace=Days(30)).to
    'one_step'
    """

    to: Fall = "supported"
    grace: Length | None = attrs.field(default=None, converter=_maybe_length, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _choice("a way to fall", self.to, get_args(Fall))


@attrs.frozen(eq=False, repr=False)
class Carry(LoyaltyCoded):
    """What is over the threshold counts again for the next term, up to the *cap* if there is one.

    The cap is in what the metric counts: minor units for money, such as cents. Raises `PolicyError` for a cap that is
    not a whole number above zero.

    >>> Carry(cap=300).cap
    300
    """

    cap: int | None = None

    def __attrs_post_init__(self) -> None:
        if self.cap is not None and (type(self.cap) is not int or self.cap < 1):
            msg = f"what is carried over is capped at a whole number above zero, given `{self.cap!r}`"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        return f"loyalty.Carry(cap={self.cap})" if self.cap is not None else "loyalty.Carry()"


@attrs.frozen(eq=False, repr=False)
class Ladder(LoyaltyCoded):
    """The tiers of a programme and what each takes, thresholds being inclusive; see `by` for one metric.

    - *validity*: how long a gained tier is kept; without one it goes when the credit that reached it leaves its window.
    - *retention*: what keeps a tier for another term, where that is not what it takes to reach it.
    - *downgrade*, *carry*: how far one falls, and what is counted again.
    - *steps*: ``one`` tier at a time, ``any``, or ``one_after_first``; *tenure* is the least time in a tier before the
      next higher one.
    - *changes*: ``at_once`` or with the turn of the ``month``.
    - *counts*: ``all`` credit, or only what is ``confirmed`` because its goods can no longer come back.
    - *rewards*: points for entering a tier, for those that were skipped too; they are given once it is confirmed.

    Raises `PolicyError`.

    >>> from aftercare import eur, loyalty
    >>> ladder = Ladder.by(loyalty.spend(last=Months(12)), {Tier("silver", 1): eur(300), Tier("gold", 2): eur(1000)})
    >>> ladder.tiers
    (Tier('silver', 1), Tier('gold', 2))
    """

    enter: tuple[tuple[Tier, Requirement], ...] = attrs.field(converter=_requirements)
    validity: Validity | None = attrs.field(default=None, kw_only=True)
    retention: tuple[tuple[Tier, Requirement], ...] = attrs.field(default=(), converter=_requirements, kw_only=True)
    downgrade: Downgrade = attrs.field(default=Downgrade(), kw_only=True)
    carry: Carry | None = attrs.field(default=None, kw_only=True)
    steps: Climb = attrs.field(default="any", kw_only=True)
    tenure: Length | None = attrs.field(default=None, converter=_maybe_length, kw_only=True)
    changes: Turn = attrs.field(default="at_once", kw_only=True)
    counts: Counting = attrs.field(default="all", kw_only=True)
    rewards: tuple[tuple[Tier, int], ...] = attrs.field(default=(), converter=_rows, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.enter:
            msg = "a ladder has at least one tier: give each with what it takes"
            raise PolicyError(msg)
        if self.validity is not None and not is_a(self.validity, KeptFor, KeptToYearEnd, KeptToAnniversary):
            msg = f"`{self.validity!r}` does not say how long a tier is kept: give `loyalty.KeptFor(Months(12))`"
            raise PolicyError(msg)
        _choice("a way to climb", self.steps, get_args(Climb))
        _choice("a time for changes", self.changes, get_args(Turn))
        _choice("a way to count", self.counts, get_args(Counting))

    @classmethod
    def by(
        cls,
        metric: Metric,
        thresholds: Mapping[Tier, Money | Amounts | int],
        *,
        keep: Mapping[Tier, Money | Amounts | int] | None = None,
        keep_by: Metric | None = None,
        **terms: Any,
    ) -> Ladder:
        """The ladder of one *metric*; *keep* are the thresholds for another term, counted *keep_by* another metric.

        >>> from aftercare import loyalty
        >>> vip, vvip = Tier("vip", 1), Tier("vvip", 2)
        >>> year = loyalty.points_earned(within=loyalty.CalendarYear())
        >>> to_year_end = loyalty.KeptToYearEnd()
        >>> Ladder.by(year, {vip: 1000, vvip: 2000}, keep={vip: 500, vvip: 1000}, validity=to_year_end).tiers
        (Tier('vip', 1), Tier('vvip', 2))
        """
        if keep_by is not None and keep is None:
            keep = thresholds
        kept = [(tier, (keep_by or metric).at_least(given)) for tier, given in (keep or {}).items()]
        enter = [(tier, metric.at_least(given)) for tier, given in thresholds.items()]
        return cls(enter, retention=kept, **terms)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers, lowest first."""
        return tuple(tier for tier, _ in self.enter)

    @property
    def starts_free(self) -> bool:
        """Whether every member has the lowest tier, because nothing has to be done for it."""
        return self.enter[0][1].is_free

    def kept_by(self, place: int) -> Requirement:
        """What keeps the tier at *place*, counted from the bottom, for another term."""
        tier, requirement = self.enter[place]
        return dict(self.retention).get(tier, requirement)

    def __repr__(self) -> str:
        given = [_table(self.enter)]
        for field in attrs.fields(Ladder)[1:]:
            value = getattr(self, field.name)
            if value != field.default:
                tabular = field.name in {"retention", "rewards"}
                given.append(f"{field.name}={_table(value) if tabular else repr(value)}")
        return f"loyalty.Ladder({', '.join(given)})"
