"""The programme of a shop's members: built once and checked whole, then asked with a history and an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.calendar import aware, utc
from aftercare.calendar import zone as find_zone
from aftercare.errors import BookError, CalendarError, PolicyError, Problem
from aftercare.history import History
from aftercare.loyalty.assessing import standing_of, tier_of
from aftercare.loyalty.checking import ladder_problems
from aftercare.loyalty.clawback import ClawBack
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.gathering import Version
from aftercare.loyalty.lots import Lots
from aftercare.loyalty.member_state import Rules, member_of, progress_of
from aftercare.loyalty.paying import points_problems
from aftercare.loyalty.terms import Points, maybe_earning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from aftercare.loyalty.birthdays import BirthdayReward
    from aftercare.loyalty.clawback import Repaid
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.earning import Earning
    from aftercare.loyalty.feedback import FeedbackIncentive
    from aftercare.loyalty.ladder import Ladder
    from aftercare.loyalty.ledger import Ledger
    from aftercare.loyalty.member_state import Member
    from aftercare.loyalty.referral import ReferralProgram
    from aftercare.loyalty.spending import Conversion, Spending
    from aftercare.loyalty.stamps import PunchCard, VisitCard
    from aftercare.loyalty.standing import Standing
    from aftercare.order import Tier


def _cards(given: Iterable[PunchCard | VisitCard]) -> tuple[PunchCard | VisitCard, ...]:
    return tuple(given)


def _awards(given: Iterable[BirthdayReward | FeedbackIncentive]) -> tuple[BirthdayReward | FeedbackIncentive, ...]:
    return tuple(given)


@attrs.frozen(eq=False, repr=False)
class Program(LoyaltyCoded):
    """What a shop promises to its members, under an id.

    Days are read in *zone*; without one, in that of the book. What it says about points is told in `Points`. *cards*
    are punched, *awards* given for birthdays and reviews, *referrals* for friends: `PolicyBook.membership` tells them.
    Building it checks it whole and raises `BookError` with every problem and its path.

    >>> from aftercare import Months, Tier, eur, loyalty
    >>> ladder = loyalty.Ladder.by(loyalty.spend(last=Months(12)), {Tier("silver", 1): eur(300)})
    >>> Program("club", ladder=ladder, zone="Europe/Warsaw").ladder.tiers
    (Tier('silver', 1),)
    """

    id: str
    ladder: Ladder | None = attrs.field(default=None, kw_only=True)
    earning: Earning | None = attrs.field(default=None, converter=maybe_earning, kw_only=True)
    lots: Lots = attrs.field(default=Lots(), kw_only=True)
    claw_back: ClawBack = attrs.field(default=ClawBack(), kw_only=True)
    spending: Spending | None = attrs.field(default=None, kw_only=True)
    conversion: Conversion | None = attrs.field(default=None, kw_only=True)
    members_only: bool = attrs.field(default=False, kw_only=True)
    cards: tuple[PunchCard | VisitCard, ...] = attrs.field(default=(), converter=_cards, kw_only=True)
    awards: tuple[BirthdayReward | FeedbackIncentive, ...] = attrs.field(default=(), converter=_awards, kw_only=True)
    referrals: ReferralProgram | None = attrs.field(default=None, kw_only=True)
    zone: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems: list[Problem] = []
        if type(self.id) is not str or not self.id.strip():
            problems.append(Problem("id", f"a program has an id, given `{self.id!r}`"))
        if self.zone is not None:
            try:
                find_zone(self.zone)
            except CalendarError as error:
                problems.append(Problem("zone", str(error)))
        if self.ladder is not None:
            problems += ladder_problems(self.ladder)
        problems += points_problems(self.points, self.spending)
        ids = [each.id for each in (*self.cards, *self.awards, *((self.referrals,) if self.referrals else ()))]
        for twice in sorted({each for each in ids if ids.count(each) > 1}):
            problems.append(Problem(f"[{twice}]", f"`{twice}` is the id of two promises: give each its own"))
        if problems:
            title = f"program `{self.id}` cannot keep what it promises"
            raise BookError(title, problems)

    @property
    def points(self) -> Points:
        """Everything that the program says about points."""
        return Points(
            earning=self.earning,
            lots=self.lots,
            claw_back=self.claw_back,
            conversion=self.conversion,
            members_only=self.members_only,
        )

    def member(
        self, history: History | None = None, *, holds: Holds | None = None, repaid: Repaid | None = None
    ) -> Member:
        """The member with that *history*, to go on from event by event; *holds* and *repaid* as for `ledger`.

        A shop that keeps it need not read the history again: see `Member.advance`. Raises `PolicyError` for a programme
        without a zone.

        >>> Program("club", zone="Europe/Warsaw").member().watermark is None
        True
        """
        return ProgramVersions(self).member(history, holds=holds, repaid=repaid)

    def ledger(
        self, history: History, *, at: datetime, holds: Holds | None = None, repaid: Repaid | None = None
    ) -> Ledger:
        """The points of the member with that *history* at the instant *at*; *holds* as for `standing`.

        *repaid* says what refunds gave to the points that paid for an order: minor units in all, by the ids of the
        returns that stand of it. Of other returns `ClawBack.giving_back` decides. Raises `PolicyError` for a programme
        without a zone.
        """
        return ProgramVersions(self).ledger(history, at=at, holds=holds, repaid=repaid)

    def standing(self, history: History, *, at: datetime, holds: Holds | None = None) -> Standing:
        """Where the member with that *history* stands at the instant *at*.

        *holds* say until which day each line may still come back; a line that is not named can no longer. Raises
        `PolicyError` for a programme without a ladder or a zone, `CalendarError` for an instant without a zone.

        >>> from datetime import UTC, datetime
        >>> from aftercare import History, Tier, eur, loyalty
        >>> ladder = loyalty.Ladder.by(loyalty.spend(), {Tier("member", 0): eur(0), Tier("silver", 1): eur(300)})
        >>> club = Program("club", ladder=ladder, zone="Europe/Warsaw")
        >>> club.standing(History(), at=datetime(2026, 3, 1, tzinfo=UTC)).tier
        Tier('member', 0)
        """
        return ProgramVersions(self).standing(history, at=at, holds=holds)


def ladder_of(program: Program) -> Ladder:
    """The ladder of *program*; raises `PolicyError` where it has none."""
    if program.ladder is None:
        msg = f"program `{program.id}` has no tiers: give it `ladder=loyalty.Ladder.by(...)`"
        raise PolicyError(msg)
    return program.ladder


def _later(
    given: Mapping[datetime, Program] | Sequence[tuple[datetime, Program]],
) -> tuple[tuple[datetime, Program], ...]:
    dated = [(aware(at, "the start of a program"), program) for at, program in dict(given).items()]
    return tuple(sorted(dated, key=_start))


def _start(version: tuple[datetime, Program]) -> datetime:
    return utc(version[0])


@attrs.frozen(eq=False, repr=False)
class ProgramVersions(LoyaltyCoded):
    """A programme and those that replaced it, each from an instant on.

    A tier that was granted keeps its term; whatever is gained, kept or lost later follows the programme in force then.

    >>> ProgramVersions(Program("club")).later
    ()
    """

    first: Program
    later: tuple[tuple[datetime, Program], ...] = attrs.field(default=(), converter=_later)

    def at(self, instant: datetime) -> Program:
        """The programme in force at an instant.

        >>> from datetime import UTC, datetime
        >>> ProgramVersions(Program("club")).at(datetime(2026, 3, 1, tzinfo=UTC)).id
        'club'
        """
        found = self.first
        for start, program in self.later:
            if start <= instant:
                found = program
        return found

    def member(
        self, history: History | None = None, *, holds: Holds | None = None, repaid: Repaid | None = None
    ) -> Member:
        """The member with that *history*, to go on from; see `Program.member`."""
        return member_of(self._rules, history or History(), holds or {}, repaid or {})

    def standing(self, history: History, *, at: datetime, holds: Holds | None = None) -> Standing:
        """Where the member with that *history* stands at the instant *at*; see `Program.standing`."""
        ladder_of(self.first)
        instant = aware(at, "the instant of a standing")
        progress, _ = progress_of(self._rules, history.until(instant), holds or {})
        return standing_of(progress, instant)

    def tier(self, history: History, *, at: datetime, holds: Holds | None = None) -> Tier | None:
        """The tier that `standing` tells, sooner than it and what lies ahead; raises as it does."""
        ladder_of(self.first)
        instant = aware(at, "the instant of a tier")
        progress, _ = progress_of(self._rules, history.until(instant), holds or {})
        return tier_of(progress, instant)

    def ledger(
        self, history: History, *, at: datetime, holds: Holds | None = None, repaid: Repaid | None = None
    ) -> Ledger:
        """The points of the member with that *history* at the instant *at*; see `Program.ledger`.

        What entering a tier brings is among them. A tier keeps points from lapsing from the moment after it was gained
        until it is lost.
        """
        instant = aware(at, "the instant of a ledger")
        return self.member(history.until(instant), holds=holds, repaid=repaid).ledger(at=instant)

    @property
    def _rules(self) -> Rules:
        zone = self.first.zone
        if zone is None:
            msg = f"program `{self.first.id}` has no zone to read days in: give it `zone=`, or ask the book"
            raise PolicyError(msg)
        points = ((None, self.first.points), *((start, program.points) for start, program in self.later))
        if self.first.ladder is None:
            return Rules((), points, zone)
        later = (Version(start, ladder_of(program)) for start, program in self.later)
        return Rules((Version(None, self.first.ladder), *later), points, zone)
