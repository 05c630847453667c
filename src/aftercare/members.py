"""What a shop knows of a member: tier and points, which wait while the goods may still come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.calendar import aware
from aftercare.crossings import holds_of, points_preview
from aftercare.errors import PolicyError
from aftercare.following import Follower
from aftercare.history import History
from aftercare.loyalty.membership import awards_of, membership_of, with_points
from aftercare.order_events import Purchase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from aftercare.clubs import Club
    from aftercare.crossings import Promise
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.ledger import Ledger, PointsPreview
    from aftercare.loyalty.membership import Membership
    from aftercare.loyalty.program import ProgramVersions
    from aftercare.loyalty.standing import Standing
    from aftercare.receipt import Receipt
    from aftercare.return_events import Returned


class Members:
    """The members of a shop.

    *clubs* tells the programme of an instant, None where there is none, and *promise_of* what is promised about returns
    to whom a receipt was given.
    """

    def __init__(
        self,
        shop: str,
        clubs: Callable[[datetime], Club | None],
        promise_of: Callable[[Receipt], Promise | None],
    ) -> None:
        self._shop = shop
        self._clubs = clubs
        self._promise_of = promise_of

    def program(self, at: datetime) -> ProgramVersions:
        """The programme at an instant; raises `PolicyError` where there is none."""
        found = self._clubs(aware(at, "the instant of a programme"))
        if found is None:
            msg = f"book `{self._shop}` has no programme for members: give it `loyalty=loyalty.Program(...)`"
            raise PolicyError(msg)
        return found.versions

    def has_tiers(self, *, at: datetime) -> bool:
        """Whether there is a programme with tiers at an instant."""
        found = self._clubs(at)
        return found is not None and found.has_tiers

    def follower(self) -> Follower:
        """A customer before anything happened, to be told event by event."""
        return Follower(self._ladders, self._promise_of)

    def _ladders(self, at: datetime) -> ProgramVersions | None:
        found = self._clubs(at)
        return found.versions if found is not None and found.has_tiers else None

    def holds(self, history: History, *, at: datetime) -> dict[tuple[str, str], date | None]:
        """Until which day each line of the purchases may still come back, by receipt and line."""
        return holds_of(self._promise_of, history, at=at)

    def standing(self, history: History, *, at: datetime) -> Standing:
        """The tier of the member with that *history* at an instant; raises `PolicyError` where there are none."""
        program = self.program(at)
        if not self.has_tiers(at=at):
            msg = f"the programme of book `{self._shop}` has no tiers: give it `ladder=loyalty.Ladder.by(...)`"
            raise PolicyError(msg)
        return program.standing(history, at=at, holds=self.holds(history, at=at))

    def points(self, history: History, *, at: datetime) -> Ledger:
        """The points of the member with that *history* at an instant."""
        held = self.holds(history, at=at)
        return self.program(at).ledger(self._rewarded(history, at, held), at=at, holds=held)

    def _rewarded(self, history: History, at: datetime, holds: Holds) -> History:
        """The history with the points of awards, which nobody records."""
        awards = awards_of(self.program(at), history, at=at, holds=holds)
        return with_points(history, awards.given, at) if awards.given else history

    def membership(
        self,
        history: History,
        *,
        at: datetime,
        member: str,
        friends: Mapping[str, History] | None,
        signals: Mapping[str, Sequence[str]] | None,
    ) -> Membership:
        """All that is told of the member with that *history* at an instant."""
        program, held = self.program(at), self.holds(history, at=at)
        for friend in (friends or {}).values():
            held |= self.holds(friend, at=at)
        return membership_of(program, history, at=at, holds=held, member=member, friends=friends, signals=signals)

    def earn(self, receipt: Receipt, *, history: History, at: datetime) -> PointsPreview:
        """What the purchase on *receipt* would bring the member with that *history*."""
        past = history.until(aware(at, "the instant of a purchase"))
        purchase = Purchase(f"{receipt.id} previewed", at, receipt)
        held = self.holds(History((*past.events, purchase)), at=at)
        return points_preview(self.program(at), self._rewarded(past, at, held), purchase, at=at, holds=held)

    def effect(
        self, event: Returned, *, history: History, at: datetime
    ) -> tuple[PointsPreview, Standing | None, Standing | None]:
        """What one more *event* would do to the points, and the standings before and after it, if there are tiers."""
        program, held = self.program(at), self.holds(history, at=at)
        points = points_preview(program, self._rewarded(history, at, held), event, at=at, holds=held)
        if not self.has_tiers(at=at):
            return points, None, None
        before = program.standing(history, at=at, holds=held)
        return points, before, self.standing(History((*history.events, event)), at=at)
