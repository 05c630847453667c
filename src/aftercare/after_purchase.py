"""What a book is asked once something was bought: rights, returns and their money, tiers and points."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from aftercare.calendar import aware

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from aftercare.crossings import Desk, SettledReturn
    from aftercare.history import History
    from aftercare.loyalty.ledger import Ledger, PointsPreview
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


class AfterPurchase:
    """The verbs of a book about what was bought."""

    __slots__ = ()

    loyalty: Program | ProgramVersions | None

    @property
    @abstractmethod
    def promised(self) -> AfterSales:
        """What is promised after the sale, in one value."""

    @property
    @abstractmethod
    def pricer(self) -> Pricer:
        """What prices an order by the promotions and tariffs, made ready once."""

    @property
    @abstractmethod
    def members(self) -> Members:
        """The members of the shop."""

    def _desk(self, receipt: Receipt, history: History | None) -> Desk:
        from aftercare.crossings import Desk
        from aftercare.history import History

        return Desk(self.promised.returns, self.pricer, receipt, history or History())

    def rights_at(
        self, receipt: Receipt, *, history: History | None = None, at: datetime, informed: bool = True
    ) -> OpenRights:
        """Every right that is open for the units of *receipt* at *at*, with its deadline, by promise or by law.

        *informed* says whether the order came with the information that the law asks for.
        """
        from aftercare.returns.open_rights import rights_at

        return rights_at(self.promised, receipt, history, at=at, informed=informed)

    def assess_return(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        returning: Mapping[str, int] | Iterable[ReturnedUnits],
        ground: str = "change_of_mind",
        at: datetime,
        grade: str | None = None,
    ) -> tuple[Assessment, ...]:
        """Whether units may come back on a *ground*, asked at *at*: an answer for each line.

        *returning* says how many units of which line, *grade* their condition where it is known. Raises `OrderError`
        for a line or ground that is not there, and `PolicyError` for a book that promises nothing about returns.
        """
        from aftercare.crossings import returning_units

        return self._desk(receipt, history).assessed(returning_units(returning), ground=ground, at=at, grade=grade)

    def preview_return(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        returning: Mapping[str, int] | Iterable[ReturnedUnits],
        ground: str = "change_of_mind",
        at: datetime,
        grade: str | None = None,
    ) -> SettledReturn:
        """What a return would do, if the goods came back at *at*: money, points and tier. Nothing is recorded.

        Before the purchase, ask with the receipt that the quote would become. Raises as `assess_return` does, and
        `OrderError` for lines that come back on different terms: those are returns of their own.
        """
        from aftercare.crossings import SettledReturn, returning_units
        from aftercare.history import History
        from aftercare.return_events import Returned

        past = (history or History()).until(aware(at, "the instant of a return"))
        units = returning_units(returning)
        desk = self._desk(receipt, past)
        answers = desk.assessed(units, ground=ground, at=at, grade=grade)
        regimes = tuple(dict.fromkeys(regime for answer in answers for regime in answer.regimes))
        event = Returned(f"{receipt.id} previewed", at, receipt.id, units, ground, regimes=regimes, grade=grade)
        money = desk.settled(event)
        if self.loyalty is None:
            return SettledReturn(assessments=answers, money=money)
        points, before, after = self.members.effect(event, history=past, at=at)
        return SettledReturn(assessments=answers, money=money, points=points, before=before, after=after)

    def settle(self, receipt: Receipt, *, history: History, at: datetime) -> Settlement:
        """The money of the last event of *receipt* that moved some by *at*, such as a recorded `Returned`.

        It depends on the receipt and its own events alone. Raises `OrderError` where nothing came back yet.
        """
        return self._desk(receipt, history.until(aware(at, "the instant of a settlement"))).last()

    def holds(self, history: History, *, at: datetime) -> dict[tuple[str, str], date | None]:
        """Until which day each line of the purchases may still come back, by receipt and line: what holds its points.

        None stands for goods of which nobody can tell yet, as they are not delivered.
        """
        return self.members.holds(history, at=at)

    def standing(self, history: History, *, at: datetime) -> Standing:
        """The tier of the member with that *history* at *at*, why, and what the next one needs.

        Raises `PolicyError` for a book without a programme, or a programme without tiers.
        """
        return self.members.standing(history, at=at)

    def points(self, history: History, *, at: datetime) -> Ledger:
        """The points of the member with that *history* at *at*, in lots, with every entry and its reason."""
        return self.members.points(history, at=at)

    def earn(self, receipt: Receipt, *, history: History, at: datetime) -> PointsPreview:
        """What the purchase on *receipt* would bring the member with that *history*, at *at*."""
        return self.members.earn(receipt, history=history, at=at)
