"""What a book is asked once something was bought: rights, returns and their money, tiers and points."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING

from aftercare.calendar import aware
from aftercare.errors import OrderError, PolicyError
from aftercare.event_fields import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from aftercare.crossings import Desk, SettledReturn
    from aftercare.following import Follower
    from aftercare.history import History
    from aftercare.loyalty.clawback import Repaid
    from aftercare.loyalty.ledger import Ledger, PointsPreview
    from aftercare.loyalty.membership import Membership
    from aftercare.loyalty.program import Program, ProgramVersions
    from aftercare.loyalty.standing import Standing
    from aftercare.members import Members
    from aftercare.order_events import Units as ReturnedUnits
    from aftercare.policies.price import Pricer
    from aftercare.receipt import Receipt
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.assessment import Assessment
    from aftercare.returns.open_rights import OpenRights
    from aftercare.returns.settled import Settlement
    from aftercare.returns.warranty import WarrantyReply


class AfterPurchase:
    """The verbs of a book about what was bought."""

    __slots__ = ()

    name: str
    loyalty: Program | ProgramVersions | None

    @cached_property
    @abstractmethod
    def promised(self) -> AfterSales:
        """What is promised after the sale, in one value."""

    @abstractmethod
    def pricer_of(self, receipt: Receipt) -> Pricer:
        """What prices the order of *receipt* again, its punch cards included."""

    @cached_property
    @abstractmethod
    def members(self) -> Members:
        """The members of the shop."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """The fingerprint of everything the book promises."""

    def own(self, receipt: Receipt) -> Receipt:
        """*receipt*, if this book placed it; raises `OrderError` for that of another, whose promises were others."""
        if _placed(receipt).book != self.fingerprint:
            msg = (
                f"`{receipt.id}` is of book `{receipt.book[:12]}`, this is `{self.fingerprint[:12]}`: "
                "ask the book that priced it, or a `BookHistory` of both"
            )
            raise OrderError(msg)
        return receipt

    def desk(self, receipt: Receipt, history: History | None, *, informed: bool = True) -> Desk:
        """Where the goods of *receipt* come back, with what happened to them; the members ask it for money."""
        from aftercare.crossings import Desk

        return Desk(self.promised, self.pricer_of(receipt), receipt, _past(history), informed=informed)

    def rights_at(
        self, receipt: Receipt, *, history: History | None = None, at: datetime, informed: bool = True
    ) -> OpenRights:
        """Every right that is open for the units of *receipt* at *at*, with its deadline, by promise or by law.

        *informed* says whether the order came with the information that the law asks for. Raises `OrderError` for a
        receipt of another book.
        """
        from aftercare.returns.open_rights import rights_at

        return rights_at(self.promised, self.own(receipt), _past(history), at=at, informed=informed)

    def assess_return(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        returning: Mapping[str, int] | Iterable[ReturnedUnits],
        ground: str = "change_of_mind",
        at: datetime,
        grade: str | None = None,
        channel: str | None = None,
        evidence: str | Iterable[str] = (),
        return_id: str | None = None,
        informed: bool = True,
    ) -> tuple[Assessment, ...]:
        """Whether units may come back on a *ground*, asked at *at*: an answer for each line.

        *returning* says how many units of which line, *grade* their condition, *channel* how they come, *evidence* what
        was handed in, *return_id* the return that was requested: what is not known is left out. *informed* says whether
        the order came with the information that the law asks for. Raises `OrderError` for a receipt of another book and
        for a line or ground that is not there, and `PolicyError` for a book that promises nothing about returns.
        """
        from aftercare.crossings import Asked, returning_units

        desk = self.desk(self.own(receipt), history, informed=informed)
        asked = Asked(ground, grade, channel, words(evidence), return_id)
        return desk.assessed(returning_units(returning), at=at, asked=asked)

    def assess_warranty(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        line: str,
        quantity: int = 1,
        ground: str = "defect",
        at: datetime,
        evidence: str | Iterable[str] = (),
    ) -> tuple[WarrantyReply, ...]:
        """Whether *quantity* units of a *line* are covered on a *ground*, asked at *at*: an answer of each warranty.

        *evidence* is what the customer has shown already, such as a photo. Raises as `assess_return` does, and
        `PolicyError` for a book without warranties.
        """
        from aftercare.returns.warranty import assess_warranty

        if not self.promised.warranties:
            msg = f"book `{self.name}` gives no warranty: give it `returns=returns.AfterSales(warranties=...)`"
            raise PolicyError(msg)
        own, past = self.own(receipt), _past(history)
        return tuple(
            assess_warranty(each, own, past, line=line, quantity=quantity, ground=ground, at=at, evidence=evidence)
            for each in self.promised.warranties
        )

    def preview_return(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        returning: Mapping[str, int] | Iterable[ReturnedUnits],
        ground: str = "change_of_mind",
        at: datetime,
        grade: str | None = None,
        channel: str | None = None,
        informed: bool = True,
    ) -> SettledReturn:
        """What a return would do, if the goods came back at *at*: money, points and tier. Nothing is recorded.

        Before the purchase, ask with the receipt that the quote would become. Raises as `assess_return` does, and
        `OrderError` for lines whose refunds follow different strategies, see `aftercare.returns.jointly`.
        """
        from aftercare.crossings import Asked, SettledReturn, returning_units
        from aftercare.return_events import Returned

        past = _past(history).until(aware(at, "the instant of a return"))
        units = returning_units(returning)
        desk = self.desk(self.own(receipt), past, informed=informed)
        answers = desk.assessed(units, at=at, asked=Asked(ground, grade, channel))
        regimes = tuple(dict.fromkeys(regime for answer in answers for regime in answer.regimes))
        name = f"{receipt.id} previewed"
        event = Returned(name, at, receipt.id, units, ground, regimes=regimes, grade=grade, channel=channel)
        money = desk.settled(event)
        if self.loyalty is None:
            return SettledReturn(assessments=answers, money=money)
        points, before, after = self.members.effect(event, history=past, at=at, informed=informed)
        return SettledReturn(assessments=answers, money=money, points=points, before=before, after=after)

    def settle(
        self, receipt: Receipt, *, history: History, at: datetime, of: str | None = None, informed: bool = True
    ) -> Settlement:
        """The money of the last event of *receipt* that moved some by *at*, such as a recorded `Returned`.

        *of* is the id of an earlier one, to settle each of several. The answer depends on the receipt and its own
        events alone, and on whether the order came with the information that the law asks for: *informed*. Raises
        `OrderError` for a receipt of another book, where nothing came back yet, and for an event that moved no money.
        """
        past = _past(history).until(aware(at, "the instant of a settlement"))
        return self.desk(self.own(receipt), past, informed=informed).settlement(of)

    def follower(self) -> Follower:
        """A customer before anything happened, to be told event by event and asked for the standing in between."""
        return self.members.follower()

    def holds(self, history: History, *, at: datetime) -> dict[tuple[str, str], date | None]:
        """Until which day each line of the purchases may still come back, by receipt and line: what holds its points.

        None stands for goods of which nobody can tell yet, as they are not delivered.
        """
        return self.members.holds(_past(history), at=at)

    def repaid(self, history: History, *, at: datetime) -> Repaid:
        """What refunds gave to the points that paid for orders, in minor units: as many points go back.

        It stands by the ids of the returns of an order that are not undone, in their order, for all of them together.
        """
        return self.members.repaid(_past(history), at=at)

    def standing(self, history: History, *, at: datetime) -> Standing:
        """The tier of the member with that *history* at *at*, why, and what the next one needs.

        Raises `PolicyError` for a book without a programme, or a programme without tiers.
        """
        return self.members.standing(_past(history), at=at)

    def points(self, history: History, *, at: datetime) -> Ledger:
        """The points of the member with that *history* at *at*, in lots, with every entry and its reason.

        Those of birthdays and reviews are among them. Raises `PolicyError` for a book without a programme.
        """
        return self.members.points(_past(history), at=at)

    def membership(
        self,
        history: History,
        *,
        at: datetime,
        member: str = "",
        friends: Mapping[str, History] | None = None,
        signals: Mapping[str, Sequence[str]] | None = None,
    ) -> Membership:
        """All that the programme tells of *member* at *at*: tier, points, cards, vouchers, referrals, money kept.

        *friends* are the histories of those that were referred, and *signals* what makes the shop suspicious of them,
        both by customer id. Points of referrals are counted here alone, for nothing else knows the friends. Raises as
        `points` does, and `PolicyError` for a signal without a score.
        """
        return self.members.membership(_past(history), at=at, member=member, friends=friends, signals=signals)

    def earn(self, receipt: Receipt, *, history: History, at: datetime) -> PointsPreview:
        """What the purchase on *receipt* would bring the member with that *history* at *at*: points, and stamps."""
        return self.members.earn(_placed(receipt), history=_past(history), at=at)


def _past(history: History | None) -> History:
    """What happened before, nothing where nobody tells; raises `OrderError` for what is no history."""
    from aftercare.history import History, checked_history

    return History() if history is None else checked_history(history)


def _placed(receipt: Receipt) -> Receipt:
    """The receipt that is asked about; raises `OrderError` for anything else."""
    from aftercare.order_events import a_receipt

    return a_receipt(receipt)
