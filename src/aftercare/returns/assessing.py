"""Assessing one line of a receipt: every right is asked, and either suffices."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from aftercare.calendar import aware
from aftercare.errors import OrderError, did_you_mean
from aftercare.history import History
from aftercare.order_events import Units
from aftercare.returns.acts import acts_of
from aftercare.returns.assessment import Assessment
from aftercare.returns.clauses import OUTCOMES
from aftercare.returns.deadlines import longest
from aftercare.returns.grounds import find_ground
from aftercare.returns.left import left_in
from aftercare.returns.offers import together
from aftercare.returns.rights import Case, own_answer, statutory_answers
from aftercare.returns.runs import highest, joined, size, within
from aftercare.returns.sequel import plan, send_by, todo
from aftercare.returns.several import ReturnPolicies
from aftercare.returns.timeline import follow
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.grounds import Regime
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.rights import Judged
    from aftercare.returns.runs import Run
    from aftercare.returns.several import PolicyStrategy

_NOTHING = History()


def assess(
    policy: ReturnPolicy | ReturnPolicies,
    receipt: Receipt,
    history: History | None = None,
    *,
    line: str,
    quantity: int = 1,
    ground: str = "change_of_mind",
    at: datetime,
    grade: str | None = None,
    channel: str | None = None,
    evidence: str | Iterable[str] = (),
    return_id: str | None = None,
    informed: bool = True,
) -> Assessment:
    """Whether *quantity* units of a *line* can be given back on a *ground*, asked *at* an instant.

    *grade* is the condition of the goods, *channel* how they come, *evidence* what was handed in: what is not known is
    left out. *return_id* is the return that is asked about, if it was requested: what was done in time stays so.
    *informed* says whether the order came with the information that the law asks for. Events after *at* are not looked
    at. Raises `OrderError` for a line or ground that is not there and for more units than were bought.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Days, Delivered, History, Line, Order, PolicyBook, Product, Tender, eur
    >>> from aftercare.returns.policy import ReturnPolicy
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("CUP"), 3, unit_price=eur(2))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(6))])
    >>> history = History([Delivered("e1", datetime(2026, 3, 4, 15, tzinfo=UTC), "A-1")])
    >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered")
    >>> answer = assess(policy, receipt, history, line="1", at=datetime(2026, 3, 20, tzinfo=UTC))
    >>> answer.outcome, answer.deadline.last_day
    ('accept', datetime.date(2026, 4, 3))
    """
    instant = aware(at, "the instant of a question about a return")
    place = _place(receipt, line, quantity)
    reason = find_ground(ground, policy.own_grounds)
    given = (evidence,) if isinstance(evidence, str) else tuple(evidence)
    timeline = follow(receipt, history or _NOTHING, instant)
    left = left_in(timeline, line, but=return_id)
    acts = acts_of(timeline.taking, return_id)

    def other_returns() -> int:
        others = (each.id for each in receipt.order.lines if each.id != line)
        return sum(left_in(timeline, each, but=return_id).returns for each in others)

    policies, strategy = (policy.policies, policy.strategy) if isinstance(policy, ReturnPolicies) else ((policy,), None)
    judged = []
    for group in timeline.milestones(line, informed=informed):
        cases = [
            Case(
                each,
                receipt,
                place,
                ground=reason,
                milestones=group,
                quantity=quantity,
                left=left,
                other_returns=other_returns,
                at=instant,
                acts=acts,
                informed=informed,
                grade=grade,
                channel=channel,
                evidence=given,
            )
            for each in policies
        ]
        judged.append((_Judged(cases, strategy), within(left.left, group.first, group.count)))
    chosen, units = _chosen(judged, quantity)
    if chosen is None:
        first, _ = judged[0]
        return first.assessment((Units(line, quantity),), refusal=_too_many(quantity, left.count))
    return chosen.assessment(tuple([Units(line, last - first + 1, first=first) for first, last in units]))


def _too_many(asked: int, left: int) -> Statement:
    return Statement("returns.too_many", asked=asked, left=left) if left else Statement("returns.none_left")


def _place(receipt: Receipt, line: str, quantity: int) -> int:
    ids = [each.id for each in receipt.order.lines]
    if line not in ids:
        msg = f"receipt `{receipt.id}` has no line `{line}`: {did_you_mean(line, ids)}"
        raise OrderError(msg)
    place = ids.index(line)
    bought = receipt.order.lines[place].quantity
    if type(quantity) is not int or not 1 <= quantity <= bought:
        msg = f"`{quantity!r}` units of line `{line}` cannot come back: {bought} were bought, ask for 1 to {bought}"
        raise OrderError(msg)
    return place


class _Judged:
    """What the rights say of units with the same milestones."""

    __slots__ = ("each", "outcome", "own")

    def __init__(self, cases: list[Case], strategy: PolicyStrategy | None) -> None:
        promises = [own_answer(case) for case in cases]
        self.each = [each for each in promises if each.case.policy.serves(each.case.ground)]
        if strategy is not None and len(self.each) > 1:
            self.each = _counting(self.each, strategy)
        self.own = self.each[0] if self.each else promises[0]
        floors = cases[0].policy.floors
        for case in cases[1:]:
            floors += tuple(floor for floor in case.policy.floors if floor not in floors)
        self.each += statutory_answers(floors, self.own.offered, self.own.case)
        self.outcome: Outcome = _best(self.each)

    def assessment(self, units: tuple[Units, ...], *, refusal: Statement | None = None) -> Assessment:
        """The answer for some *units*, or the *refusal* for a reason that no right helps against."""
        outcome: Outcome = self.outcome if refusal is None else "refuse"
        said = [each for each in self.each if refusal is not None or each.answer.outcome == outcome]
        counting = said or [self.own]
        case = counting[0].case
        offered = self.own.offered if outcome == "refuse" else together(each.offered for each in counting)
        act = counting[0].answer.deadline.act
        due = longest(*[each.answer.deadline for each in counting if each.answer.deadline.act == act])
        by = send_by(case, offered, due)
        return Assessment(
            order=case.receipt.id,
            units=units,
            ground=case.ground.id,
            at=case.at,
            outcome=outcome,
            terms=offered.terms,
            deadline=due,
            regimes=_regimes(said) if outcome == "accept" else (),
            answers=tuple([each.answer for each in self.each]),
            reasons=() if outcome == "accept" else self._reasons(said, refusal),
            todo=todo(case, offered, by),
            plan=plan(case, offered, by, units),
            done=tuple(case.acts.items()),
        )

    def _reasons(self, said: Iterable[Judged], refusal: Statement | None) -> tuple[Statement, ...]:
        if not self.each:
            return (Statement("returns.no_right"),)
        if refusal is not None:
            return (refusal,)
        return _last_day_once(dict.fromkeys(reason for each in said for reason in each.answer.reasons))


def _last_day_once(reasons: Iterable[Statement]) -> tuple[Statement, ...]:
    """The reasons, of several last days that are over only the latest: no other would have helped."""
    told = list(reasons)
    over = [each for each in told if each.code == "returns.deadline.over"]
    last = max(over, key=lambda each: str(each["date"]), default=None)
    return tuple(each for each in told if each not in over or each is last)


def _best(judged: Iterable[Judged]) -> Outcome:
    outcomes = {each.answer.outcome for each in judged}
    for outcome in OUTCOMES:
        if outcome in outcomes:
            return outcome
    return "refuse"


def _counting(judged: list[Judged], strategy: PolicyStrategy) -> list[Judged]:
    """Which of the policies that serve a ground count."""
    best = _best(judged)
    match strategy:
        case "first_of":
            return [next((each for each in judged if each.answer.outcome != "refuse"), judged[0])]
        case "longest_of":
            able = [each for each in judged if each.answer.outcome == best]
            due = longest(*(each.answer.deadline for each in able))
            return [next(each for each in able if each.answer.deadline is due)]
        case "best_for_customer":
            return judged
        case _:
            assert_never(strategy)


def _regimes(said: Iterable[Judged]) -> tuple[Regime, ...]:
    return tuple(dict.fromkeys([each.answer.regime for each in said]))


def _chosen(judged: list[tuple[_Judged, list[Run]]], quantity: int) -> tuple[_Judged | None, list[Run]]:
    """Who answers for *quantity* units, and which: those with the best answer first, of these the highest."""
    free = [(each, runs) for each, runs in judged if runs]
    if len(free) == 1:
        ((only, runs),) = free
        return (only, highest(runs, quantity)) if size(runs) >= quantity else (None, [])
    ranked = sorted(free, key=lambda pair: (OUTCOMES.index(pair[0].outcome), -pair[1][-1][1]))
    units: list[Run] = []
    for each, runs in ranked:
        units = joined(units, highest(runs, quantity - size(units)))
        if size(units) == quantity:
            return each, units
    return None, []
