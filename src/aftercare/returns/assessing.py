"""Assessing one line of a receipt: every right is asked, and either suffices."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from aftercare.calendar import aware
from aftercare.errors import OrderError, did_you_mean
from aftercare.history import History
from aftercare.order_events import Units
from aftercare.return_events import Returned, ReturnRequested, ReturnSent
from aftercare.returns.assessment import Assessment
from aftercare.returns.circumstances import Circumstances, facts_of_return
from aftercare.returns.clauses import OUTCOMES
from aftercare.returns.deadlines import longest
from aftercare.returns.grounds import find_ground
from aftercare.returns.left import units_left
from aftercare.returns.rights import Answer, Case, own_answer, statutory_answers, together
from aftercare.returns.runs import highest, joined, size, within
from aftercare.returns.sequel import plan, todo
from aftercare.returns.timeline import milestones
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.runs import Run
    from aftercare.returns.timeline import Milestones
    from aftercare.returns.windows import Act


def assess(
    policy: ReturnPolicy,
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
    past = (history or History()).until(instant)
    place = _place(receipt, line, quantity)
    reason = find_ground(ground, policy.own_grounds)
    given = (evidence,) if isinstance(evidence, str) else tuple(evidence)
    groups = milestones(receipt, past, at=instant, line=line, informed=informed)
    left = units_left(receipt, past, line, at=instant, but=return_id)
    acts = {} if return_id is None else _acts(past, return_id)

    def other_returns() -> int:
        others = (each.id for each in receipt.order.lines if each.id != line)
        return sum(units_left(receipt, past, each, at=instant, but=return_id).returns for each in others)

    def case(group: Milestones) -> Case:
        facts = facts_of_return(
            receipt=receipt,
            ground=ground,
            quantity=quantity,
            at=instant,
            delivered=group.delivered,
            grade=grade,
            channel=channel,
            evidence=given,
        )
        return Case(
            receipt=receipt,
            place=place,
            ground=reason,
            circumstances=Circumstances(receipt, facts),
            milestones=group,
            quantity=quantity,
            left=left,
            other_returns=other_returns,
            at=instant,
            acts=acts,
            informed=informed,
        )

    judged = [(_Judged(policy, case(group)), within(left.left, group.first, group.count)) for group in groups]
    chosen, units = _chosen(judged, quantity)
    if chosen is None:
        code = "returns.too_many" if left.count else "returns.none_left"
        params = {"asked": quantity, "left": left.count} if left.count else {}
        return judged[0][0].assessment((Units(line, quantity),), refusal=Statement(code, **params))
    return chosen.assessment(tuple(Units(line, last - first + 1, first=first) for first, last in units))


def _place(receipt: Receipt, line: str, quantity: int) -> int:
    places = {each.id: place for place, each in enumerate(receipt.order.lines)}
    if line not in places:
        msg = f"receipt `{receipt.id}` has no line `{line}`: {did_you_mean(line, places)}"
        raise OrderError(msg)
    bought = receipt.order.lines[places[line]].quantity
    if type(quantity) is not int or not 1 <= quantity <= bought:
        msg = f"`{quantity!r}` units of line `{line}` cannot come back: {bought} were bought, ask for 1 to {bought}"
        raise OrderError(msg)
    return places[line]


def _acts(history: History, return_id: str) -> dict[Act, datetime]:
    """When what a window may ask for was first done in a return."""
    found: dict[Act, datetime] = {}
    for event in history.events:
        match event:
            case ReturnRequested(return_id=known) if known == return_id:
                found.setdefault("requested", event.at)
            case ReturnSent(return_id=known) if known == return_id:
                found.setdefault("sent", event.at)
            case Returned(return_id=known) if known == return_id:
                found.setdefault("received", event.at)
            case _:
                pass
    return found


class _Judged:
    """What the rights say of units with the same milestones."""

    def __init__(self, policy: ReturnPolicy, case: Case) -> None:
        self.policy = policy
        self.case = case
        self.own = own_answer(policy, case)
        served = (self.own,) if policy.serves(case.ground) else ()
        self.answers = (*served, *statutory_answers(policy, self.own, case))
        self.outcome: Outcome = "refuse"
        if self.answers:
            self.outcome = OUTCOMES[min(OUTCOMES.index(each.outcome) for each in self.answers)]

    def assessment(self, units: tuple[Units, ...], *, refusal: Statement | None = None) -> Assessment:
        """The answer for some *units*, or the *refusal* for a reason that no right helps against."""
        outcome: Outcome = self.outcome if refusal is None else "refuse"
        said = tuple(each for each in self.answers if each.outcome == outcome)
        reasons = _reasons(said) if refusal is None else (refusal,)
        if not self.answers:
            reasons = (Statement("returns.no_right"),)
        counting = said or self.answers or (self.own,)
        terms = self.own.terms if outcome == "refuse" else reduce(together, (each.terms for each in counting))
        due = longest(*(each.deadline for each in counting if each.deadline.act == counting[0].deadline.act))
        return Assessment(
            order=self.case.receipt.id,
            units=units,
            ground=self.case.ground.id,
            at=self.case.at,
            outcome=outcome,
            terms=terms,
            deadline=due,
            regimes=tuple(dict.fromkeys(each.regime for each in said)) if outcome == "accept" else (),
            answers=self.answers,
            reasons=() if outcome == "accept" else reasons,
            todo=todo(self.policy, self.case, terms, due),
            plan=plan(self.policy, self.case, terms, due, units),
        )


def _reasons(answers: Iterable[Answer]) -> tuple[Statement, ...]:
    return tuple(dict.fromkeys(reason for each in answers for reason in each.reasons))


def _chosen(judged: list[tuple[_Judged, list[Run]]], quantity: int) -> tuple[_Judged | None, list[Run]]:
    """Who answers for *quantity* units, and which: those with the best answer first, of these the highest."""
    free = [(each, runs) for each, runs in judged if runs]
    ranked = sorted(free, key=lambda pair: (OUTCOMES.index(pair[0].outcome), -pair[1][-1][1]))
    units: list[Run] = []
    for each, runs in ranked:
        units = joined(units, highest(runs, quantity - size(units)))
        if size(units) == quantity:
            return each, units
    return None, []
