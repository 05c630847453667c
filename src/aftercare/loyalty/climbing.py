"""One member on the ladder: credit lifts, the end of a term or of a window lets fall, and nothing else moves the tier.

Days are local. A boundary is the first instant of its day, so it comes before whatever happens on that day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, assert_never

from aftercare.loyalty.days import day_after
from aftercare.loyalty.periods import SinceChange
from aftercare.loyalty.qualification import Reached, leaves
from aftercare.loyalty.tally import Tally
from aftercare.loyalty.validity import first_term, next_term

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.loyalty.ladder import Ladder
    from aftercare.loyalty.qualification import Requirement
    from aftercare.loyalty.tally import Found
    from aftercare.loyalty.validity import Term
    from aftercare.order import Tier

Move: TypeAlias = Literal["reached", "kept", "fell"]


class Step(NamedTuple):
    """The tier changed or was kept on *day*; *entered* are the tiers that were new, those skipped included.

    *at* is the instant of the event that did it, None for the start of the day.
    """

    day: date
    at: datetime | None
    move: Move
    before: Tier | None
    after: Tier | None
    entered: tuple[Tier, ...]
    found: tuple[Found, ...]


class Climber:
    """Where a member stands while the credit of the history is read in order."""

    def __init__(self, ladder: Ladder, joined: date) -> None:
        self.ladder = ladder
        self.joined = joined
        self.tally = Tally(joined)
        self.floor = 0 if ladder.starts_free else -1
        self.place = self.floor
        self.since = joined
        self.term: Term | None = None
        self.grace: date | None = None
        self.steps: list[Step] = []
        self.rewards: list[tuple[Tier, Step, int]] = []
        self.today = joined
        self._now: datetime | None = None  # the instant of the event that is being read
        self._gained = joined  # the day that terms are counted from
        self._stale = False  # credit came since the last turn of the month
        self._waiting = False  # credit is enough for more, but the tenure is not over
        self._falling = False  # the tier that was fallen to is not kept either, and no term keeps it

    def copy(self) -> Climber:
        """The same member, free to go on alone."""
        other = Climber.__new__(Climber)
        other.__dict__.update(self.__dict__)
        other.tally, other.steps, other.rewards = self.tally.copy(), self.steps.copy(), self.rewards.copy()
        return other

    def switch(self, ladder: Ladder, day: date) -> None:
        """Another ladder is in force from *day*: the tier and its term stay, all later steps are by the new one."""
        tier = self.tier
        self.ladder = ladder
        self.floor = 0 if ladder.starts_free else -1
        rank = -1 if tier is None else tier.rank
        self.place = max(sum(each.rank <= rank for each in ladder.tiers) - 1, self.floor)
        if self.place > self.floor and self.term is None:
            self.term = self._first_term(day)

    @property
    def tier(self) -> Tier | None:
        """The tier that was reached; None below the ladder."""
        return None if self.place < 0 else self.ladder.enter[self.place][0]

    # Credit.

    def credited(self, today: date, at: datetime) -> None:
        """All credit of the instant *at* has arrived: rise, or be out of danger."""
        self._now = at
        if self.ladder.changes == "month":
            self._stale = True
            return
        if not self._rise(today, today) and self.grace is not None and self._kept(today):
            self._renew(today)

    def debited(self, today: date, at: datetime) -> None:
        """Credit was taken away at an instant: without a validity the tier follows."""
        self._now = at
        if self.ladder.changes == "month":
            self._stale = True
        elif self.term is None:
            self._endanger(today, today)

    # Time.

    def advance(self, day: date) -> None:
        """Let time pass to the start of *day*, with everything that ends until then."""
        while (boundary := self.boundary()) is not None and boundary <= day:
            self._pass(boundary)
        self.today = max(self.today, day)

    def boundary(self) -> date | None:
        """The next day on which the tier may change without anything happening."""
        ladder, found = self.ladder, []
        high = self.place > self.floor
        monthly = ladder.changes == "month"
        if monthly and (self._stale or (high and ladder.validity is None)):
            found.append(_turn(day_after(self.today)))
        if high and self.grace is not None:
            found.append(self._due(day_after(self.grace)))
        elif high and self.term is not None:
            found.append(self._due(day_after(self.term.last)))
        elif high and not monthly:
            found += [day_after(self.today)] if self._falling else self.tally.leaving(self.kept_by, self.today)
        if self._waiting and ladder.tenure is not None:
            ready = ladder.tenure.after(self.since)
            found += [self._due(ready)] if ready > self.today else []
        return min(found, default=None)

    def judged(self, boundary: date) -> date:
        """The day as of whose end it is judged at *boundary* whether the tier is kept."""
        if self.grace is None and self.term is not None:
            return self.term.judged
        return boundary - timedelta(days=1) if self.ladder.changes == "month" else boundary

    def _due(self, day: date) -> date:
        """*day*, or the start of a month at or after it where changes wait for that."""
        return day if self.ladder.changes == "at_once" else _turn(day)

    def _pass(self, boundary: date) -> None:
        monthly = self.ladder.changes == "month"
        judged = boundary - timedelta(days=1) if monthly else boundary
        rises = self._stale or self._waiting
        self.today, self._now = boundary, None
        self._stale = self._falling = False
        if (rises and self._rise(boundary, judged)) or self.place <= self.floor:
            return
        if self.grace is not None:
            if monthly and self._kept(judged):
                self._renew(boundary)
            elif boundary > self.grace:
                # What was enough for a lower tier when the grace began is enough when it ends.
                self._fall(boundary, judged, judged if self.term is None else self.term.judged)
        elif self.term is not None:
            if boundary > self.term.last:
                self._end_of_term(boundary, self.term, judged)
        else:
            self._endanger(boundary, judged)

    def _end_of_term(self, boundary: date, term: Term, judged: date) -> None:
        if self._kept(term.judged):
            validity = self.ladder.validity
            found = self.tally.found(self.kept_by, term.judged)
            self.tally.restart(day_after(term.judged), self.kept_by, found, self.ladder.carry)
            gained, joined = self._gained, self.joined
            self.term = None if validity is None else next_term(validity, term, gained=gained, joined=joined)
            self.steps.append(Step(boundary, None, "kept", self.tier, self.tier, (), found))
        else:
            self._warn(boundary, term.judged, term.last)
            if self.ladder.changes == "month" and self.grace is not None and self._kept(judged):
                # What came after the term, and before the first of the month, is enough already.
                self._renew(boundary)

    def _endanger(self, today: date, judged: date) -> None:
        """Without a term: fall, or start the grace, once what keeps the tier is gone.

        A counter that has just started again is not gone: what is counted since a change takes no tier away.
        """
        restarts = any(
            isinstance(leaf, Reached) and leaf.metric.window == SinceChange() for leaf in leaves(self.kept_by)
        )
        if self.place > self.floor and self.grace is None and not restarts and not self._kept(judged):
            self._warn(today, judged, today - timedelta(days=1))

    def _warn(self, boundary: date, judged: date, last: date) -> None:
        if self.ladder.downgrade.grace is None:
            self._fall(boundary, judged)
        else:
            self.grace = self.ladder.downgrade.grace.after(last)

    # Moves.

    def _supports(self, place: int, day: date) -> bool:
        """Whether the credit reaches the tier at *place*, or keeps it: who comes from above has it already."""
        each = (self.ladder.enter[place][1], self.ladder.kept_by(place))
        return any(self.tally.meets(requirement, day) for requirement in each)

    def _rise(self, today: date, judged: date) -> bool:
        enter = self.ladder.enter
        target = next(
            (p for p in range(len(enter) - 1, self.place, -1) if self.tally.meets(enter[p][1], judged)), self.place
        )
        if target == self.place:
            return False
        above_floor = self.place > self.floor
        if above_floor and self.ladder.tenure is not None and self.ladder.tenure.after(self.since) > today:
            self._waiting = True
            return False
        highest = target
        if self.ladder.steps == "one" or (self.ladder.steps == "one_after_first" and above_floor):
            target = self.place + 1
        self._move("reached", target, today, self.tally.found(enter[target][1], judged))
        self._waiting = target < highest and self.ladder.tenure is not None
        return True

    def _fall(self, boundary: date, judged: date, before: date | None = None) -> None:
        days = {judged, before or judged}
        match self.ladder.downgrade.to:
            case "one_step":
                target = self.place - 1
            case "base":
                target = self.floor
            case "supported":
                below = range(self.place - 1, self.floor, -1)
                target = next((p for p in below if any(self._supports(p, day) for day in days)), self.floor)
            case never:
                assert_never(never)
        self._move("fell", target, boundary, self.tally.found(self.kept_by, judged))
        self._falling = self.place > self.floor and self.term is None and not self._kept(judged)

    def _move(self, move: Move, target: int, today: date, found: tuple[Found, ...]) -> None:
        before, entered = self.tier, self.ladder.tiers[self.place + 1 : target + 1]
        earned = self.term.judged if self.term is not None and move == "fell" else None
        self.place, self.since, self.grace = target, today, None
        self._waiting = self._falling = False
        step = Step(today, self._now, move, before, self.tier, entered, found)
        self.steps.append(step)
        given = {tier for tier, _, _ in self.rewards}
        self.rewards += [(tier, step, points) for tier, points in self.ladder.rewards if tier in {*entered} - given]
        self.term = self._first_term(today, earned) if target > self.floor else None
        reached = self.ladder.enter[target][1] if move == "reached" else None
        # A year goes on when its tier is reached: only its end carries something over.
        within_year = isinstance(reached, Reached) and not isinstance(reached.metric.window, SinceChange)
        self.tally.restart(today, None if within_year else reached, found, self.ladder.carry)

    def _renew(self, today: date) -> None:
        """Reached again during the grace: kept, for a new term from that day."""
        found = self.tally.found(self.kept_by, today)
        self.steps.append(Step(today, self._now, "kept", self.tier, self.tier, (), found))
        self.grace = None
        self.term = self._first_term(today)
        self.tally.restart(today, None, found, self.ladder.carry)

    def _first_term(self, gained: date, earned: date | None = None) -> Term | None:
        validity, self._gained = self.ladder.validity, gained
        return None if validity is None else first_term(validity, gained=gained, joined=self.joined, earned=earned)

    # Reading.

    @property
    def kept_by(self) -> Requirement:
        """What keeps the tier for another term; what reaches the lowest one below the ladder."""
        return self.ladder.kept_by(max(self.place, 0))

    def _kept(self, day: date) -> bool:
        return self.tally.meets(self.kept_by, day)


def _turn(day: date) -> date:
    """The first day of a month on or after *day*."""
    if day.day == 1:
        return day
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
