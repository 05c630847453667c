"""What a shop knows of a member: tier and points, which wait while the goods may still come back."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

from aftercare.calendar import aware
from aftercare.cancelled import as_members_hear
from aftercare.crossings import holds_of, points_preview
from aftercare.errors import PolicyError
from aftercare.following import Follower
from aftercare.history import History
from aftercare.loyalty.folding import lasting_events
from aftercare.loyalty.membership import awards_of, membership_of, with_points
from aftercare.loyalty.stamps import PunchCard
from aftercare.order_events import Purchase
from aftercare.punched import Stamps, holds_stamps
from aftercare.repaying import repaid_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime

    from aftercare.clubs import Club
    from aftercare.crossings import Desk, Promise
    from aftercare.loyalty.clawback import Repaid
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.ledger import Ledger, PointsPreview
    from aftercare.loyalty.membership import Membership
    from aftercare.loyalty.program import ProgramVersions
    from aftercare.loyalty.standing import Standing
    from aftercare.order import Tier
    from aftercare.receipt import Receipt
    from aftercare.return_events import Returned


class Desks(Protocol):
    """What tells where the goods of a receipt come back, with what happened to it."""

    @abstractmethod
    def __call__(self, receipt: Receipt, history: History, *, informed: bool = True) -> Desk:
        """The desk; *informed* says whether the order came with the information that the law asks for."""


class Members:
    """The members of a shop.

    *clubs* tells the programme of an instant, None where there is none, and *promise_of* what is promised about returns
    to whom a receipt was given. *desk_of* tells what went back to the points that paid.
    """

    def __init__(
        self,
        shop: str,
        clubs: Callable[[datetime], Club | None],
        promise_of: Callable[[Receipt], Promise | None],
        desk_of: Desks,
    ) -> None:
        self._shop = shop
        self._clubs = clubs
        self._promise_of = promise_of
        self._desk_of = desk_of

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
        return Follower(self._ladders, self._promise_of, self.cards)

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
        known = as_members_hear(history, at=at)
        return program.standing(known, at=at, holds=self.holds(history, at=at))

    def points(self, history: History, *, at: datetime) -> Ledger:
        """The points of the member with that *history* at an instant."""
        held, back = self.holds(history, at=at), self.repaid(history, at=at)
        known = as_members_hear(history, at=at)
        return self.program(at).ledger(self._rewarded(known, at, held), at=at, holds=held, repaid=back)

    def repaid(self, history: History, *, at: datetime) -> Repaid:
        """What the refunds of the purchases gave to the points that paid for them."""
        return repaid_of(self._desk_of, history, at=at)

    def tier(self, history: History, *, at: datetime) -> Tier | None:
        """The tier of the member with that *history*, where the programme has some, sooner than the whole standing."""
        return self.program(at).tier(as_members_hear(history, at=at), at=at, holds=self.holds(history, at=at))

    def cards(self, at: datetime) -> tuple[tuple[PunchCard, ...], str]:
        """The punch cards of the programme at an instant, and the zone in which their days are read."""
        found = self._clubs(at)
        if found is None:
            return (), ""
        rules = found.versions.at(at)
        return tuple(card for card in rules.cards if isinstance(card, PunchCard)), found.versions.first.zone or ""

    def stamps(self, history: History, *, at: datetime) -> Stamps | None:
        """What is on the punch cards of the member with that *history*; None where the programme has none."""
        cards, zone = self.cards(at)
        if not cards:
            return None
        held = self.holds(history, at=at) if holds_stamps(cards) else {}
        return Stamps(cards, zone=zone, holds=held).read(lasting_events(as_members_hear(history, at=at), at))

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
        back = self.repaid(history, at=at)
        known = as_members_hear(history, at=at)
        return membership_of(
            program, known, at=at, holds=held, member=member, friends=friends, signals=signals, repaid=back
        )

    def earn(self, receipt: Receipt, *, history: History, at: datetime) -> PointsPreview:
        """What the purchase on *receipt* would bring the member with that *history*."""
        past = history.until(aware(at, "the instant of a purchase"))
        purchase = Purchase(f"{receipt.id} previewed", at, receipt)
        held = self.holds(History((*past.events, purchase)), at=at)
        back = self.repaid(past, at=at)
        rewarded = self._rewarded(as_members_hear(past, at=at), at, held)
        return points_preview(self.program(at), rewarded, purchase, at=at, holds=held, repaid=back)

    def effect(
        self, event: Returned, *, history: History, at: datetime, informed: bool
    ) -> tuple[PointsPreview, Standing | None, Standing | None]:
        """What one more *event* would do to the points, and the standings before and after it, if there are tiers.

        *informed* says whether the order that goods come back of came with the information that the law asks for.
        """

        def desk_of(receipt: Receipt, known: History) -> Desk:
            return self._desk_of(receipt, known, informed=informed or receipt.id != event.order)

        program, held = self.program(at), self.holds(history, at=at)
        later = History((*history.events, event))
        known = as_members_hear(history, at=at)
        rewarded, back = self._rewarded(known, at, held), repaid_of(desk_of, later, at=at)
        points = points_preview(program, rewarded, event, at=at, holds=held, repaid=back)
        if not self.has_tiers(at=at):
            return points, None, None
        before = program.standing(known, at=at, holds=held)
        return points, before, self.standing(later, at=at)
