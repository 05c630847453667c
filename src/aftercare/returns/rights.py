"""What each right says of the units of a line: the shop's own promise, and the rights that laws give beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from aftercare.calendar import local_date
from aftercare.canonical import Coded, call
from aftercare.returns.better import better
from aftercare.returns.clauses import Bar, Review
from aftercare.returns.counting import deadline
from aftercare.returns.deadlines import longest
from aftercare.returns.fees import FREE, kind
from aftercare.returns.offers import offer
from aftercare.returns.terms import Terms
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.circumstances import Circumstances
    from aftercare.returns.clauses import Clause, Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.grounds import Ground, Regime
    from aftercare.returns.left import UnitsLeft
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.statutes import StatutoryRight
    from aftercare.returns.timeline import Milestones
    from aftercare.returns.windows import Act

# Of the shop's own terms, a right of the law takes these over where it says nothing itself.
_TAKEN_OVER = ("tenders", "address", "channels", "credit_bonus", "share", "gifts", "free_shipping", "refund_within")


@attrs.frozen(repr=False, kw_only=True)
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


@attrs.frozen(kw_only=True)
class Case:
    """A return of some units with the same milestones, as the rights look at it."""

    receipt: Receipt
    place: int
    ground: Ground
    circumstances: Circumstances
    milestones: Milestones
    quantity: int
    left: UnitsLeft
    other_returns: Callable[[], int]
    at: datetime
    acts: Mapping[Act, datetime]
    informed: bool

    def holds(self, policy: ReturnPolicy) -> Iterator[Clause]:
        """The clauses of *policy* that hold."""
        for clause, read in zip(policy.clauses, policy.readers[1], strict=True):
            if read(self.circumstances, self.place):
                yield clause


def own_answer(policy: ReturnPolicy, case: Case) -> Answer:
    """What the shop's own promise says."""
    offered = offer(policy, case.circumstances, case.place)
    deadlines = {_deadline(window, case, name): window for name, window in offered.windows}
    governing = longest(*deadlines)
    terms = Terms(window=deadlines[governing], **_fair(offered.terms, case.ground))
    clauses = tuple(case.holds(policy))
    reasons = [each.said for each in clauses if isinstance(each, Bar)]
    late = governing.why_not(case.acts.get(terms.window.act, case.at))
    reasons += [] if late is None else [late]
    reasons += _limits(terms, case)
    reviews = tuple(Statement("returns.review", because=each.because) for each in clauses if isinstance(each, Review))
    outcome: Outcome = "refuse" if reasons else "needs_review" if reviews else "accept"
    return Answer(
        right=governing.right or policy.name,
        regime=policy.regime,
        outcome=outcome,
        deadline=governing,
        terms=terms,
        reasons=tuple(reasons) or reviews,
    )


def _deadline(window: Any, case: Case, right: Name) -> Deadline:
    return deadline(window, case.milestones, at=case.at, zone=case.receipt.zone, right=right)


def _fair(terms: dict[str, Any], ground: Ground) -> dict[str, Any]:
    """A shop that is at fault keeps no fee."""
    return {**terms, "fee": FREE} if ground.fault == "shop" else terms


def _limits(terms: Terms, case: Case) -> Iterator[Statement]:
    returning = case.circumstances.returning
    for term, fact, code in (
        (terms.channels, "returns.channel", "returns.channel_not_offered"),
        (terms.accepts, "returns.grade", "returns.grade_not_accepted"),
    ):
        found = returning[fact]
        if term and found is not None and found[0] not in term:
            yield Statement(code, found=(Name(found[0]),), needed=tuple(map(Name, term)))
    before = case.left.back + case.left.asked
    if terms.at_most is not None and case.quantity + before > terms.at_most:
        yield Statement("returns.at_most", asked=case.quantity, before=before, most=terms.at_most)
    if terms.once == "line" and case.left.returns:
        yield Statement("returns.once_a_line")
    if terms.once == "order" and case.left.returns + case.other_returns():
        yield Statement("returns.once_an_order")
    if terms.ceiling is not None:
        price = max(each.paid for each in case.receipt.units if each.line == case.milestones.line)
        limit = terms.ceiling.in_(price.currency)
        if price > limit:
            yield Statement("returns.above_ceiling", found=price, limit=limit)


def statutory_answers(policy: ReturnPolicy, own: Answer, case: Case) -> Iterator[Answer]:
    """What each right says that the laws below *policy* give for the ground, the goods and the country."""
    customer = case.receipt.order.customer
    country = None if customer is None else customer.country
    on = local_date(case.receipt.placed_at, case.receipt.zone)
    bars = [each for each in case.holds(policy) if isinstance(each, Bar)]
    for statute in policy.floors:
        if not statute.applies_in(country):
            continue
        for right in statute.rights(on=on, informed=case.informed):
            if _serves(right, case):
                yield _statutory_answer(right, own, bars, case)


def _serves(right: StatutoryRight, case: Case) -> bool:
    if case.ground.id not in right.grounds and not case.ground.is_own(right.regime):
        return False
    least = {amount.currency: amount for amount in right.term("least_price") or ()}
    paid = case.receipt.payable
    return paid.currency not in least or paid >= least[paid.currency]


def _statutory_answer(right: StatutoryRight, own: Answer, bars: Collection[Bar], case: Case) -> Answer:
    until = _deadline(right.window, case, right.name)
    reasons = [each.said for each in bars if each.because in right.exceptions]
    late = until.why_not(case.acts.get(right.window.act, case.at))
    reasons += [] if late is None else [late]
    given = {key: value for key, value in right.terms if key in _NAMES}
    taken_over = {key: getattr(own.terms, key) for key in _TAKEN_OVER if key not in given}
    fee = tuple(each for each in own.terms.fee if kind(each) in allowed_fees(right, case))
    return Answer(
        right=right.name,
        regime=right.regime,
        outcome="refuse" if reasons else "accept",
        deadline=until,
        terms=Terms(**{**taken_over, **given, "window": right.window, "fee": fee}),
        reasons=tuple(reasons),
    )


def allowed_fees(right: StatutoryRight, case: Case) -> Collection[str]:
    """The kinds of fees that the law lets a shop keep: none of some, unless it told the customer before."""
    if right.term("fees_need_information") and not case.informed:
        return ()
    allowed: Collection[str] = right.term("fees_allowed") or ()
    return allowed


def together(own: Terms, law: Terms) -> Terms:
    """Each term at the better of what the shop and the law give, while both rights are open.

    Of two windows the shop's is kept, for each right has its own deadline; the refund settles both rights, so that the
    shop's strategy is kept, too. Where it is not known which of two is better, the law's counts.
    """
    changes: dict[str, Any] = {}
    for term in _NAMES:
        one, other = getattr(own, term), getattr(law, term)
        if term in {"window", "refund", "share", "tenders", "address"} or one == other:
            continue
        known = better(term, one, other)
        changes[term] = known[0] if known else other
    return attrs.evolve(own, **changes)


_NAMES = tuple(field.name for field in attrs.fields(Terms))
