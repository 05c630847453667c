"""What each right says of the units of a line: the shop's own promise, and the rights that laws give beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from aftercare.calendar import local_date
from aftercare.canonical import Coded, call
from aftercare.returns.circumstances import Circumstances, facts_of_return
from aftercare.returns.counting import deadline
from aftercare.returns.deadlines import longest
from aftercare.returns.fees import kind
from aftercare.returns.terms import Terms
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.grounds import Ground, Regime
    from aftercare.returns.left import UnitsLeft
    from aftercare.returns.offers import Offered
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.statutes import Statute, StatutoryRight
    from aftercare.returns.timeline import Milestones
    from aftercare.returns.windows import Act, ReturnWindow

# Of the shop's own terms, a right of the law takes these over where it says nothing itself.
_TAKEN_OVER = ("tenders", "address", "channels", "credit_bonus", "share", "gifts", "free_shipping", "refund_within")


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Answer(Coded):
    """What one right says: its outcome, until when it is open, its terms, and the *reasons* if it is no plain yes."""

    right: Name
    regime: Regime
    outcome: Outcome
    deadline: Deadline
    terms: Terms
    reasons: tuple[Statement, ...] = ()

    def __repr__(self) -> str:
        return call("returns.Answer", self)


class Case:
    """A return of some units with the same milestones, as the rights look at it."""

    __slots__ = (
        "acts",
        "at",
        "channel",
        "circumstances",
        "evidence",
        "grade",
        "ground",
        "held",
        "informed",
        "left",
        "milestones",
        "other_returns",
        "place",
        "policy",
        "quantity",
        "receipt",
    )

    def __init__(
        self,
        policy: ReturnPolicy,
        receipt: Receipt,
        place: int,
        *,
        ground: Ground,
        milestones: Milestones,
        quantity: int,
        left: UnitsLeft,
        other_returns: Callable[[], int],
        at: datetime,
        acts: Mapping[Act, datetime],
        informed: bool,
        grade: str | None,
        channel: str | None,
        evidence: tuple[str, ...],
    ) -> None:
        self.policy = policy
        self.receipt = receipt
        self.place = place
        self.ground = ground
        self.milestones = milestones
        self.quantity = quantity
        self.left = left
        self.other_returns = other_returns
        self.at = at
        self.acts = acts
        self.informed = informed
        self.grade = grade
        self.channel = channel
        self.evidence = evidence
        facts = facts_of_return(
            ground=ground.id,
            quantity=quantity,
            at=at,
            delivered=milestones.delivered,
            grade=grade,
            channel=channel,
            evidence=evidence,
        )
        self.circumstances = Circumstances(receipt, facts)
        self.held = policy.prepared.clauses.held(self.circumstances, place)

    def deadline(self, window: ReturnWindow, right: Name) -> Deadline:
        """When a *window* of a *right* ends."""
        return deadline(window, self.milestones, at=self.at, zone=self.receipt.zone, right=right)

    def late(self, due: Deadline) -> Statement | None:
        """Why it is not in time, or None if it is."""
        return due.why_not(self.acts.get(due.act, self.at))


class Judged(NamedTuple):
    """An answer, the terms that it offers, and what it was asked about."""

    answer: Answer
    offered: Offered
    case: Case


def own_answer(case: Case) -> Judged:
    """What the shop's own promise says."""
    policy = case.policy
    fault = case.ground.fault == "shop"
    offers = policy.prepared.offers.at(case.circumstances, case.place, shop_at_fault=fault)
    name, offered = offers[0]
    governing = case.deadline(offered.terms.window, name)
    for name, other in offers[1:]:
        due = case.deadline(other.terms.window, name)
        if longest(governing, due) is due:
            governing, offered = due, other
    terms = offered.terms
    held = case.held
    reasons = [said for _, said in held.bars]
    late = case.late(governing)
    if late is not None:
        reasons.append(late)
    reasons += _limits(terms, case)
    outcome: Outcome = "refuse" if reasons else "needs_review" if held.reviews else "accept"
    answer = Answer(
        right=governing.right or policy.name,
        regime=policy.regime,
        outcome=outcome,
        deadline=governing,
        terms=terms,
        reasons=tuple(reasons or held.reviews),
    )
    return Judged(answer, offered, case)


def _limits(terms: Terms, case: Case) -> Iterator[Statement]:
    for allowed, found, code in (
        (terms.channels, case.channel, "returns.channel_not_offered"),
        (terms.accepts, case.grade, "returns.grade_not_accepted"),
    ):
        if allowed and found is not None and found not in allowed:
            yield Statement(code, found=(Name(found),), needed=tuple(map(Name, allowed)))
    left = case.left
    before = left.back + left.asked
    if terms.at_most is not None and case.quantity + before > terms.at_most:
        yield Statement("returns.at_most", asked=case.quantity, before=before, most=terms.at_most)
    if terms.once == "line" and left.returns:
        yield Statement("returns.once_a_line")
    if terms.once == "order" and left.returns + case.other_returns():
        yield Statement("returns.once_an_order")
    if terms.ceiling is not None:
        price = max(each.paid for each in case.receipt.units if each.line == case.milestones.line)
        limit = terms.ceiling.in_(price.currency)
        if price > limit:
            yield Statement("returns.above_ceiling", found=price, limit=limit)


def statutory_answers(floors: Collection[Statute], own: Offered, case: Case) -> Iterator[Judged]:
    """What each right says that the laws below a policy give for the ground, the goods and the country."""
    if not floors:
        return
    customer = case.receipt.order.customer
    country = None if customer is None else customer.country
    on = local_date(case.receipt.placed_at, case.receipt.zone)
    for statute in floors:
        if not statute.applies_in(country):
            continue
        for right in statute.rights(on=on, informed=case.informed):
            if _serves(right, case):
                yield _statutory_answer(right, own, case)


def _serves(right: StatutoryRight, case: Case) -> bool:
    if case.ground.id not in right.grounds and not case.ground.is_own(right.regime):
        return False
    prices = right.term("least_price")
    if not prices:
        return True
    paid = case.receipt.payable
    return all(paid >= least for least in prices if least.currency == paid.currency)


def _statutory_answer(right: StatutoryRight, own: Offered, case: Case) -> Judged:
    until = case.deadline(right.window, right.name)
    reasons = [said for because, said in case.held.bars if because in right.exceptions]
    late = case.late(until)
    if late is not None:
        reasons.append(late)
    key = right, case.informed
    offered = own.other(key) or own.keep(key, _terms(right, own.terms, informed=case.informed))
    answer = Answer(
        right=right.name,
        regime=right.regime,
        outcome="refuse" if reasons else "accept",
        deadline=until,
        terms=offered.terms,
        reasons=tuple(reasons),
    )
    return Judged(answer, offered, case)


def _terms(right: StatutoryRight, own: Terms, *, informed: bool) -> Terms:
    """The terms of a *right*: what the law says, and of the shop's *own* what it says nothing of."""
    given = {key: value for key, value in right.terms if key in _NAMES}
    taken_over = {key: getattr(own, key) for key in _TAKEN_OVER if key not in given}
    fee = tuple(each for each in own.fee if kind(each) in allowed_fees(right, informed=informed))
    return Terms(**{**taken_over, **given, "window": right.window, "fee": fee})


def allowed_fees(right: StatutoryRight, *, informed: bool) -> Collection[str]:
    """The kinds of fees that the law lets a shop keep: none of some, unless it told the customer before."""
    if right.term("fees_need_information") and not informed:
        return ()
    allowed: Collection[str] = right.term("fees_allowed") or ()
    return allowed


_NAMES = frozenset(field.name for field in attrs.fields(Terms))
