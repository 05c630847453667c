"""Where the parts meet: returns and loyalty about the same receipt, each knowing nothing of the other.

The hold of fresh points is the last day on which the goods that earned them may come back; a return that is settled is
money, points and tier at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar, cast

import attrs

from aftercare.calendar import utc
from aftercare.canonical import Coded
from aftercare.errors import OrderError, PolicyError
from aftercare.history import History
from aftercare.loyalty.ledger import PointsPreview
from aftercare.loyalty.program import Program, ProgramVersions
from aftercare.loyalty.punching import card_standing
from aftercare.loyalty.stamps import CardPreview, PunchCard
from aftercare.order_events import Cancelled, Units, some_units
from aftercare.return_events import ReturnRequested
from aftercare.returns.apart import alone
from aftercare.returns.assessing import assess
from aftercare.returns.cancelling import assess_cancellation
from aftercare.returns.jointly import LineTerms
from aftercare.returns.left import units_left
from aftercare.returns.returnable import returnable_until
from aftercare.returns.runs import without
from aftercare.returns.settlement import paid_back, settle, settle_next
from aftercare.returns.terms import Terms
from aftercare.returns.windows import ReturnWindow
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

    from aftercare.history import Event
    from aftercare.loyalty.clawback import Repaid
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.standing import Forecast, Standing
    from aftercare.money import Money
    from aftercare.order import Tier
    from aftercare.policies.price import Pricer
    from aftercare.receipt import Receipt
    from aftercare.return_events import Refunded, Returned
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.assessment import Assessment
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.settled import Settlement
    from aftercare.returns.settlement import Settled
    from aftercare.returns.several import ReturnPolicies

_T = TypeVar("_T")
_CREDIT = frozenset({"refund.to_tender", "refund.credit_bonus"})
Promise: TypeAlias = "ReturnPolicy | ReturnPolicies"
"""What a shop promises about returns: one policy, or several together."""


@attrs.frozen(eq=False, repr=False, kw_only=True)
class SettledReturn(Coded):
    """What a return does: which goods, on what terms, which money, which points, which tier.

    *assessments* answer for each line, *money* settles it; *points* and the standings are None where the shop has no
    programme. Where it is not *accepted*, money, points and standings say what it would do if staff accepted it.
    """

    assessments: tuple[Assessment, ...]
    money: Settlement
    points: PointsPreview | None = None
    before: Standing | None = None
    after: Standing | None = None

    @property
    def refund(self) -> Money:
        """What goes back, after fees and what is set off for points that are gone."""
        given = self.money.refund
        if self.points is not None:
            for each in self.points.set_offs:
                given -= each.amount
        return given

    @property
    def accepted(self) -> bool:
        """Whether every line may come back."""
        return all(each.outcome == "accept" for each in self.assessments)

    @property
    def refund_due(self) -> tuple[Statement, ...]:
        """Until when the money is back, where any is and that was promised."""
        if self.refund.minor <= 0:
            return ()
        return tuple(dict.fromkeys(due.said for each in self.assessments for due in each.refund_due))

    @property
    def points_taken(self) -> int:
        """How many points the balance loses; below zero where points come back."""
        return 0 if self.points is None else -self.points.change

    @property
    def tier_lost(self) -> Tier | None:
        """The tier that the return would cost, None where it stays."""
        if self.before is None or self.after is None or self.before.tier == self.after.tier:
            return None
        return self.before.tier

    @property
    def tier_at_risk(self) -> Forecast | None:
        """When the tier would end because of the return, None where it stays, is lost now, or ends then anyway."""
        if self.before is None or self.after is None or self.tier_lost is not None or not self.after.at_risk:
            return None
        before, after = self.before.forecast, self.after.forecast
        same = before is not None and after is not None and (before.on, before.tier) == (after.on, after.tier)
        return None if same else after

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Everything to tell the customer before the return is confirmed; of one that is refused, only why."""
        refused = [each.said for each in self.assessments if each.outcome == "refuse"]
        if refused:
            return tuple(dict.fromkeys(refused))
        said = [each.said for each in self.assessments if each.outcome != "accept"]
        said += [step for each in self.assessments for step in each.steps]
        if self.money.gives != "goods":
            said.append(Statement("settled.refund", amount=self.refund))
        if self.money.gives == "credit":
            said += [each for each in self.money.statements if each.code in _CREDIT]
        said += self.refund_due
        said += [each.reason for card in (self.points.cards if self.points else ()) for each in card.charges]
        if self.points_taken > 0:
            said.append(Statement("settled.points_taken", count=self.points_taken))
        if self.points_taken < 0:
            said.append(Statement("settled.points_back", count=-self.points_taken))
        if self.tier_lost is not None:
            said.append(Statement("settled.tier_lost", tier=self.tier_lost.name))
        if self.tier_at_risk is not None and self.after is not None and self.after.tier is not None:
            said.append(Statement("settled.tier_at_risk", tier=self.after.tier.name, date=self.tier_at_risk.on))
        return tuple(dict.fromkeys(said))


def holds_of(
    promise_of: Callable[[Receipt], Promise | None], history: History, *, at: datetime
) -> dict[tuple[str, str], date | None]:
    """Until which day each line of the purchases may still come back for no reason; None while nobody can tell.

    *promise_of* tells what is promised for a receipt. Goods that nobody has to take back are not held.
    """
    past = history.until(at)
    own = past.by_order
    found: dict[tuple[str, str], date | None] = {}
    for purchase in past.purchases:
        receipt = purchase.receipt
        found |= holds_of_order(promise_of(receipt), receipt, own.get(receipt.id, History()), at=at)
    return found


def holds_of_order(
    promise: Promise | None, receipt: Receipt, events: History, *, at: datetime
) -> dict[tuple[str, str], date | None]:
    """What `holds_of` says of the lines of one *receipt*, by the *events* of its order."""
    if promise is None:
        return {}
    return {(receipt.id, line): last for line, last in returnable_until(promise, receipt, events, at=at).items()}


def points_preview(
    program: ProgramVersions, history: History, event: Event, *, at: datetime, holds: Holds, repaid: Repaid
) -> PointsPreview:
    """What one more *event* would do to the points at *at*, and to the punch cards of the programme in force then."""
    later = History((*history.events, event))
    before = program.ledger(history, at=at, holds=holds, repaid=repaid)
    after = program.ledger(later, at=at, holds=holds, repaid=repaid)
    cards = [card for card in program.at(at).cards if isinstance(card, PunchCard)]
    zone = program.first.zone or ""
    return PointsPreview(
        before=before,
        after=after,
        entries=_new(before.entries, after.entries),
        refused=_new(before.refused, after.refused),
        set_offs=_new(before.set_offs, after.set_offs),
        cards=tuple(_card_preview(card, history, later, at=at, zone=zone, holds=holds) for card in cards),
    )


def _card_preview(
    card: PunchCard, history: History, later: History, *, at: datetime, zone: str, holds: Holds
) -> CardPreview:
    before, after = (card_standing(card, each, at=at, zone=zone, holds=holds) for each in (history, later))
    return CardPreview(
        before=before,
        after=after,
        entries=_new(before.entries, after.entries),
        charges=_new(before.charges, after.charges),
    )


def _new(before: Iterable[_T], after: Iterable[_T]) -> tuple[_T, ...]:
    """What is there *after* an event and was not before; at its own instant it may stand before others."""
    known = frozenset(before)
    return tuple(each for each in after if each not in known)


def program_of(given: Program | ProgramVersions, zone: str) -> ProgramVersions:
    """A programme and its versions, in the book's zone where it names none."""
    versions = given if isinstance(given, ProgramVersions) else ProgramVersions(given)
    if versions.first.zone is not None:
        return versions
    return attrs.evolve(versions, first=attrs.evolve(versions.first, zone=zone))


def returning_units(given: Mapping[str, int] | Iterable[Units]) -> tuple[Units, ...]:
    """The units that come back, from counts by line or as they are; raises `OrderError` for none."""
    if isinstance(given, Mapping):
        counts = cast("Mapping[str, int]", given)
        units = tuple(Units(line, count) for line, count in counts.items())
    else:
        units = some_units(given)
    if not units:
        msg = "nothing comes back: name the lines and how many units of each, such as `{'1': 2}`"
        raise OrderError(msg)
    return units


class Asked(NamedTuple):
    """What a question about a return says of it; what is not known is left out."""

    ground: str
    grade: str | None = None
    channel: str | None = None
    evidence: tuple[str, ...] = ()
    return_id: str | None = None


class Desk:
    """The returns of one receipt, settled by what a book promises."""

    def __init__(
        self, promises: AfterSales, pricer: Pricer, receipt: Receipt, history: History, *, informed: bool
    ) -> None:
        self.promises = promises
        self.pricer = pricer
        self.receipt = receipt
        self.history = history
        self.informed = informed

    @property
    def promise(self) -> Promise:
        """What the book promises about returns; raises `PolicyError` where that is nothing."""
        if self.promises.returns is None:
            msg = "this book promises nothing about returns: give it `returns=ReturnPolicy(...)`"
            raise PolicyError(msg)
        return self.promises.returns

    def assessed(self, units: Iterable[Units], *, at: datetime, asked: Asked) -> tuple[Assessment, ...]:
        """The answer for each line."""
        return tuple(self._assessed(self.history, (each,), at=at, asked=asked) for each in units)

    def _assessed(self, past: History, units: tuple[Units, ...], *, at: datetime, asked: Asked) -> Assessment:
        """The answer for *units* of one line: those that are named, or the best of the line."""
        line = units[0].line
        named = [(each.first, each.first + each.count - 1) for each in units if each.first is not None]
        if len(named) == len(units):
            left = units_left(self.receipt, past.until(at), line, at=at, but=asked.return_id).left
            past = alone(self.receipt, past.until(at), line, without(left, named), at)
        count = sum(each.count for each in units)
        told = self.informed
        return assess(
            self.promise, self.receipt, past, line=line, quantity=count, at=at, informed=told, **asked._asdict()
        )

    def settled(self, event: Returned) -> Settlement:
        """What an event gives back, after everything that happened before it."""
        return settle_next(self.receipt, self.history.events, event, pricer=self.pricer, terms=self._terms)

    def settlement(self, of: str | None) -> Settlement:
        """What an event gave back, or the last one that moved money."""
        return settle(self.receipt, self.history.events, pricer=self.pricer, terms=self._terms, of=of)

    def paid_back(self, kind: str) -> Iterator[tuple[str, int]]:
        """How much went back in all to the tenders of a *kind* after each event, in minor units.

        It ends before an event that cannot be settled.
        """
        with suppress(OrderError):
            yield from paid_back(self.receipt, self.history.events, kind, pricer=self.pricer, terms=self._terms)

    def _terms(self, event: Settled, units: tuple[Units, ...]) -> LineTerms:
        """The terms on which units of a line come back with an event, as they were just before it."""
        now = utc(event.at)
        before = History(each for each in self.history.events if each.at < now)
        if isinstance(event, Cancelled):
            return self._cancelled(before, units, event.at)
        answer = self._assessed(before, units, at=event.at, asked=self._asked(event))
        # What staff took back although nothing gives a right to it comes back by the shop's own promise.
        return LineTerms(answer.terms, answer.regimes or ("promise",))

    def _asked(self, event: Returned | Refunded) -> Asked:
        """What a return is asked about: by the event itself, and by the request that it ends."""
        same = (each for each in self.history.events if isinstance(each, ReturnRequested))
        requests = [each for each in same if each.return_id == event.return_id and each.order == self.receipt.id]
        channel = next((each.channel for each in requests), None)
        return Asked(
            ground=getattr(event, "ground", None) or "change_of_mind",
            grade=getattr(event, "grade", None),
            channel=getattr(event, "channel", None) or channel,
            evidence=tuple(each for request in requests for each in request.evidence),
            return_id=event.return_id,
        )

    def _cancelled(self, before: History, units: tuple[Units, ...], at: datetime) -> LineTerms:
        """What holds for those who cancel; where nothing lets them, the shop did so itself, and pays back the price."""
        policy = self.promises.cancellation
        if policy is not None:
            count = sum(each.count for each in units)
            line, told = units[0].line, self.informed
            reply = assess_cancellation(policy, self.receipt, before, line=line, quantity=count, at=at, informed=told)
            if reply.outcome == "accept":
                return LineTerms(reply.terms, reply.regimes)
        return LineTerms(Terms(window=ReturnWindow(None), refund="proportional", delivery="full"))
