"""What all rights together say of units with the same milestones: those of several policies, and those of the law."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, assert_never

from aftercare.returns.assessment import Assessment
from aftercare.returns.clauses import OUTCOMES
from aftercare.returns.deadlines import longest
from aftercare.returns.offers import together
from aftercare.returns.rights import own_answer, statutory_answers
from aftercare.returns.sequel import plan, send_by, todo
from aftercare.returns.several import ReturnPolicies
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.order_events import Units
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.grounds import Regime
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.rights import Case, Judged
    from aftercare.returns.several import PolicyStrategy


class Judgement:
    """What the rights say of units with the same milestones."""

    def __init__(self, promise: ReturnPolicy | ReturnPolicies, case_of: Callable[[ReturnPolicy], Case]) -> None:
        policies, strategy = (
            (promise.policies, promise.strategy) if isinstance(promise, ReturnPolicies) else ((promise,), None)
        )
        cases = [case_of(each) for each in policies]
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

    @cached_property
    def due(self) -> Deadline:
        """Until when the best answer holds."""
        return _due([each for each in self.each if each.answer.outcome == self.outcome] or [self.own])

    def assessment(self, units: tuple[Units, ...], *, refusal: Statement | None = None) -> Assessment:
        """The answer for some *units*, or the *refusal* for a reason that no right helps against."""
        outcome: Outcome = self.outcome if refusal is None else "refuse"
        said = [each for each in self.each if refusal is not None or each.answer.outcome == outcome]
        counting = said or [self.own]
        case = counting[0].case
        offered = self.own.offered if outcome == "refuse" else together(each.offered for each in counting)
        due = self.due if refusal is None else _due(counting)
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


def _due(counting: list[Judged]) -> Deadline:
    """The deadline that ends last of those for the act of the first."""
    act = counting[0].answer.deadline.act
    return longest(*[each.answer.deadline for each in counting if each.answer.deadline.act == act])


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
            return [next((each for each in judged if each.answer.outcome != "refuse"), _last_over(judged))]
        case "longest_of":
            able = [each for each in judged if each.answer.outcome == best]
            due = longest(*(each.answer.deadline for each in able))
            return [next(each for each in able if each.answer.deadline is due)]
        case "best_for_customer":
            return judged
        case _:
            assert_never(strategy)


def _last_over(judged: list[Judged]) -> Judged:
    """The first of some that refuse; where its time is over, the one whose time was over last."""
    late = [each for each in judged if [reason.code for reason in each.answer.reasons] == ["returns.deadline.over"]]
    if judged[0] not in late:
        return judged[0]
    return max(late, key=lambda each: str(each.answer.reasons[0]["date"]))


def _regimes(said: Iterable[Judged]) -> tuple[Regime, ...]:
    return tuple(dict.fromkeys([each.answer.regime for each in said]))
