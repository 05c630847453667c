"""Which rights are open for the units of a receipt, until when, and which lapses next."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from aftercare.canonical import Coded, call
from aftercare.returns.apart import alone
from aftercare.returns.asking import kept, known_until, named
from aftercare.returns.assessing import assess
from aftercare.returns.cancelling import assess_cancellation
from aftercare.returns.changing import assess_change
from aftercare.returns.exchanging import judge_exchange
from aftercare.returns.grounds import GROUNDS
from aftercare.returns.recycling import assess_take_back
from aftercare.returns.renewal import after_exchange
from aftercare.returns.runs import highest, size, without
from aftercare.returns.trade_in import judge_trade_in
from aftercare.returns.warranty import alike, assess_warranty
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from aftercare.history import History
    from aftercare.order_events import Units
    from aftercare.receipt import Receipt
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.rights import Answer
    from aftercare.returns.runs import Run
    from aftercare.returns.several import ReturnPolicies
    from aftercare.returns.timeline import Milestones

RightKind: TypeAlias = Literal[
    "cancellation", "change", "return", "exchange", "defect", "warranty", "goodwill", "trade_in", "take_back"
]
"""What a right lets the customer do; ``defect`` is what the law gives for goods that are not as agreed."""

_KINDS: dict[str, RightKind] = {"conformity": "defect", "warranty": "warranty", "goodwill": "goodwill"}


@attrs.frozen(eq=False, repr=False, kw_only=True)
class OpenRight(Coded):
    """A right that is open for some *units*: ``accept``, or ``needs_review`` where somebody decides.

    *until* says how long, as a statement; *deadline* is that of the right, None where only what happens to the goods
    ends it.
    """

    kind: RightKind
    right: Name
    units: tuple[Units, ...]
    outcome: Outcome
    until: Statement
    deadline: Deadline | None = None
    regime: str | None = None

    @property
    def line(self) -> str:
        """The line that the units are of."""
        return self.units[0].line

    @property
    def ends_at(self) -> datetime | None:
        """The first instant that is too late, None where it is not known, or there is none."""
        return None if self.deadline is None else self.deadline.ends_at

    @property
    def said(self) -> Statement:
        """What the right is, and until when it is open, as a statement."""
        return Statement(f"rights.{self.kind}", right=self.right, deadline=(self.until,))

    def __repr__(self) -> str:
        return call("returns.OpenRight", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class OpenRights(Coded):
    """Every right that is open for an order *at* an instant, line by line, of each line the first to lapse first."""

    order: str
    at: datetime
    rights: tuple[OpenRight, ...] = ()

    def of(self, line: str) -> tuple[OpenRight, ...]:
        """The rights that are open for a *line*."""
        return tuple(right for right in self.rights if right.line == line)

    @property
    def next_to_lapse(self) -> OpenRight | None:
        """The right that is over first; None where no end is known."""
        ending = [right for right in self.rights if right.ends_at is not None]
        return min(ending, key=_end, default=None)

    def __repr__(self) -> str:
        return call("returns.OpenRights", self)


def rights_at(
    after_sales: AfterSales,
    receipt: Receipt,
    history: History | None = None,
    *,
    at: datetime,
    informed: bool = True,
) -> OpenRights:
    """Every right that is open for the units of a receipt *at* an instant, by promise or by law.

    *informed* says whether the order came with the information that the law asks for. Events after *at* are not looked
    at. The history should have the purchases, too: goods that came in exchange are known by that of the old ones.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Days, Delivered, History, Line, Order, PolicyBook, Product, ReturnPolicy, Tender, eur
    >>> from aftercare.returns.after_sales import AfterSales
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("CUP"), 3, unit_price=eur(2))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(6))])
    >>> history = History([Delivered("e1", datetime(2026, 3, 4, 15, tzinfo=UTC), "A-1")])
    >>> promises = AfterSales(returns=ReturnPolicy("standard", within=Days(30), after="delivered"))
    >>> open_rights = rights_at(promises, receipt, history, at=datetime(2026, 3, 20, tzinfo=UTC))
    >>> open_rights.next_to_lapse.deadline.last_day
    datetime.date(2026, 4, 3)
    """
    past, instant = known_until(history, at)
    asker = _Asker(after_sales, receipt, past, instant, informed)
    return OpenRights(
        order=receipt.id,
        at=instant,
        rights=tuple(right for line in receipt.order.lines for right in _together(asker.line(line.id))),
    )


@attrs.frozen
class _Asker:
    """A question about the rights that are open."""

    promises: AfterSales
    receipt: Receipt
    past: History
    at: datetime
    informed: bool

    def line(self, line: str) -> Iterator[OpenRight]:
        """The rights that are open for a *line*."""
        yield from self._before_dispatch(line)
        groups = kept(self.receipt, self.past, line, self.at)
        for group, runs in groups:
            others = [run for other, more in groups if other is not group for run in more]
            if self.promises.returns is not None:
                yield from self._returns(self.promises.returns, group, runs, others)
            yield from self._exchange(group, runs)
            yield from self._trade_in(group, runs)
        yield from self._warranties(line)
        yield from self._take_back(line, [run for _, runs in groups for run in runs])

    def _before_dispatch(self, line: str) -> Iterator[OpenRight]:
        cancel, change = self.promises.cancellation, self.promises.change
        if cancel is not None:
            reply = assess_cancellation(cancel, self.receipt, self.past, line=line, at=self.at, informed=self.informed)
            units = reply.possible
            if units:
                count = sum(each.count for each in units)
                asked = assess_cancellation(
                    cancel, self.receipt, self.past, line=line, quantity=count, at=self.at, informed=self.informed
                )
                by_law = "promise" not in asked.regimes
                due = None if by_law else reply.deadline
                until = Statement("before_dispatch.until.shipped") if by_law else cancel.said
                yield _open("cancellation", asked.right, units, "accept", due, until=until)
        if change is not None:
            answer = assess_change(change, self.receipt, self.past, what=change.what[0], line=line, at=self.at)
            if answer.outcome != "refuse":
                yield _open("change", change.name, answer.units, answer.outcome, answer.deadline, until=change.said)

    def _returns(
        self, policy: ReturnPolicy | ReturnPolicies, group: Milestones, runs: list[Run], others: list[Run]
    ) -> Iterator[OpenRight]:
        past = alone(self.receipt, self.past, group.line, others, self.at)
        seen: set[tuple[Name, str]] = set()
        for ground in (*GROUNDS, *policy.own_grounds):
            for each, count in self._answers(policy, past, group.line, size(runs), ground.id):
                key = each.right, each.regime
                due = self._own_time(policy, each)
                if each.outcome != "refuse" and key not in seen and due is not None and due.contains(self.at):
                    seen.add(key)
                    kind = _KINDS.get(each.regime, "return")
                    units = named(group.line, highest(runs, count))
                    yield _open(kind, each.right, units, each.outcome, due, regime=each.regime)

    def _answers(
        self, policy: ReturnPolicy | ReturnPolicies, past: History, line: str, count: int, ground: str
    ) -> Iterator[tuple[Answer, int]]:
        """What the rights say of *count* units of a *line*, and then of as many as may come back if that is fewer."""
        while count > 0:
            found = assess(
                policy,
                self.receipt,
                past,
                line=line,
                quantity=count,
                ground=ground,
                at=self.at,
                informed=self.informed,
            )
            yield from ((each, count) for each in found.answers)
            bounds = (each for answer in found.answers for each in answer.reasons if each.code == "returns.at_most")
            count = max((int(str(each["most"])) - int(str(each["before"])) for each in bounds), default=0)

    def _own_time(self, policy: ReturnPolicy | ReturnPolicies, answer: Answer) -> Deadline | None:
        """Until when an answer holds: for goods that came in exchange it may be the time of the old ones, or none."""
        exchange = self.promises.exchange
        if exchange is None or answer.regime not in {"promise", "money_back"}:
            return answer.deadline
        return after_exchange(exchange, policy, self.receipt, self.past, at=self.at, own=answer.deadline)

    def _exchange(self, group: Milestones, runs: list[Run]) -> Iterator[OpenRight]:
        policy = self.promises.exchange
        if policy is not None:
            place = self.receipt.order.places[group.line]
            units = group, runs
            found = judge_exchange(policy, self.receipt, place, units, quantity=size(runs), at=self.at)
            if found.outcome == "accept":
                yield _open("exchange", policy.name, named(group.line, runs), found.outcome, found.due)

    def _trade_in(self, group: Milestones, runs: list[Run]) -> Iterator[OpenRight]:
        for policy in self.promises.trade_in:
            due, worths, _ = judge_trade_in(policy, self.receipt, group, None, self.at)
            if worths:
                yield _open("trade_in", policy.name, named(group.line, runs), "accept", due)

    def _warranties(self, line: str) -> Iterator[OpenRight]:
        for warranty in self.promises.warranties:
            groups = list(alike(warranty, self.receipt, self.past, line, self.at))
            left = [run for each in groups for run in each.runs]
            ground = next(
                each.id for each in (*GROUNDS, *warranty.promise.own_grounds) if warranty.promise.serves(each)
            )
            for each in groups:
                reply = assess_warranty(
                    warranty,
                    self.receipt,
                    alone(self.receipt, self.past, line, without(sorted(left), each.runs), self.at),
                    line=line,
                    quantity=size(each.runs),
                    ground=ground,
                    at=self.at,
                )
                if reply.outcome != "refuse":
                    yield _open("warranty", reply.right, reply.units, reply.outcome, reply.deadline, regime="warranty")

    def _take_back(self, line: str, runs: list[Run]) -> Iterator[OpenRight]:
        policy = self.promises.take_back
        if policy is None or not runs:
            return
        old = next(each.product for each in self.receipt.order.lines if each.id == line)
        reply = assess_take_back(
            policy, self.receipt, self.past, line=line, quantity=size(runs), buying=old, at=self.at
        )
        if reply.outcome == "accept":
            until = Statement("take_back.for_new_only") if policy.one_for_one else None
            yield _open("take_back", policy.name, reply.units, "accept", None, until=until)


def _open(
    kind: RightKind,
    right: Name,
    units: tuple[Units, ...],
    outcome: Outcome,
    deadline: Deadline | None,
    *,
    regime: str | None = None,
    until: Statement | None = None,
) -> OpenRight:
    due = _until(deadline) if until is None or (deadline is not None and deadline.instant) else until
    return OpenRight(kind=kind, right=right, units=units, outcome=outcome, until=due, deadline=deadline, regime=regime)


def _until(deadline: Deadline | None) -> Statement:
    if deadline is None:
        return Statement("returns.deadline.unlimited")
    if deadline.last_day is not None:
        return Statement("rights.until_at_least" if deadline.at_least else "rights.until", date=deadline.last_day)
    if deadline.instant is not None:
        return Statement("rights.until_moment", moment=deadline.instant)
    return deadline.said


def _end(right: OpenRight) -> float:
    return float("inf") if right.ends_at is None else right.ends_at.astimezone(UTC).timestamp()


def _together(rights: Iterator[OpenRight]) -> list[OpenRight]:
    """Rights that differ in their units alone as one, the first to lapse first."""
    found: dict[OpenRight, list[Units]] = {}
    for right in rights:
        key = attrs.evolve(right, units=())
        found.setdefault(key, []).extend(right.units)
    joined = [attrs.evolve(key, units=tuple(sorted(units, key=_first))) for key, units in found.items()]
    return sorted(joined, key=_end)


def _first(units: Units) -> int:
    return units.first or 0
