"""Why each promotion of a book applied or did not, derived when asked by pricing once more and judging in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from aftercare.calendar import local_date
from aftercare.limits.counting import shortage
from aftercare.policies.benefit import ShippingOff
from aftercare.policies.decision import Decision, unknown_promotion
from aftercare.policies.item_reading import fold
from aftercare.policies.judging import judge
from aftercare.policies.outcome import Explained, Matched, State
from aftercare.policies.variable import Cases, Dated, Steps
from aftercare.policies.vocabulary import cart
from aftercare.policies.walking import needed_goods
from aftercare.statement import Name, Statement, known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.candidate import Candidate
    from aftercare.policies.limiting import Gate
    from aftercare.policies.price import Pricer
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.snapshot import Snapshot
    from aftercare.policies.turn import Priced
    from aftercare.policies.verdict import Verdict
    from aftercare.schedule import Schedule


@attrs.frozen
class Explanation:
    """Answers to the questions about one decision: its order priced once more, with what each phase saw."""

    pricer: Pricer
    priced: Priced

    def promotion_ids(self) -> tuple[str, ...]:
        """The id of every promotion, in the order in which they are written."""
        return tuple(self.pricer.promotions.index)

    def explain(self, decision: Decision, promotion: str) -> Explained:
        """The state of *promotion* in *decision*; raises `PolicyError` for one that the book does not have."""
        known = self.pricer.promotions.index
        if promotion not in known:
            raise unknown_promotion(promotion, tuple(known))
        for matched in decision.matching:
            if matched.id == promotion:
                if matched.state == "nothing_left":
                    break
                first, *more = [*_matched(decision, matched), *_last_of_budget(decision, matched)]
                return Explained(promotion, matched.state, first, more=tuple(more))
        candidate = self.pricer.promotions.candidates[known[promotion]]
        return _refused(candidate, self.priced.snapshots[candidate.first], decision, self.priced.gate)

    def explain_code(self, decision: Decision, code: str) -> Statement:
        """What became of a *code* that was entered."""
        asked = (each for each in self.pricer.promotions.candidates if fold(code) in each.codes)
        candidate = next(asked, None)
        if candidate is None:
            return Statement("code.unknown", code=Name(code))
        return _entered(candidate, decision, self.explain(decision, candidate.promotion.id), Name(code))


def _matched(decision: Decision, matched: Matched) -> list[Statement]:
    name, winner, by = matched.name, matched.winner, matched.by
    if by is None:
        return _given(decision, matched)
    if winner is None:
        if by.is_zero:
            return [Statement("promotion.tied_together", promotion=name)]
        return [Statement("promotion.lost_together", promotion=name, amount=by)]
    if matched.state == "blocked":
        return [Statement("promotion.blocked", promotion=name, winner=winner)]
    if by.is_zero:
        return [Statement("promotion.tied", promotion=name, winner=winner)]
    return [Statement("promotion.lost", promotion=name, winner=winner, amount=by)]


def _given(decision: Decision, matched: Matched) -> list[Statement]:
    """Everything that an applied promotion gave, one statement each."""
    name = matched.name
    said = [] if matched.taken.is_zero else [Statement("promotion.applied", promotion=name, amount=matched.taken)]
    said += [
        Statement("promotion.gift_added", promotion=name, gift=gift.name, count=gift.quantity)
        for gift in decision.gifts
        if gift.promotion == matched.id
    ]
    said += [
        reward_statement(name, reward.kind, reward.value)
        for reward in decision.rewards
        if reward.promotion == matched.id
    ]
    return said


def reward_statement(promotion: Name, kind: str, value: Any) -> Statement:
    """What a reward says."""
    match kind:
        case "points_times":
            return Statement("promotion.points_times", promotion=promotion, times=value)
        case "bonus_points":
            return Statement("promotion.bonus_points", promotion=promotion, count=value)
        case _:
            return Statement("promotion.voucher", promotion=promotion, amount=value)


def _last_of_budget(decision: Decision, matched: Matched) -> list[Statement]:
    """That a promotion gave all that one of its budgets had left."""
    counts = decision.counts
    budgets = [use for use in decision.uses if use.tally.promotion == matched.id and use.tally.of != "uses"]
    if counts is None or not any(counts.left(use, at=decision.at) == use.amount for use in budgets):
        return []
    return [Statement("promotion.last_of_budget", promotion=matched.name, amount=matched.taken)]


def _refused(candidate: Candidate, snapshot: Snapshot, decision: Decision, gate: Gate) -> Explained:
    promotion = candidate.promotion
    name = promotion.name

    def said(state: State, code: str, verdict: Verdict | None = None, **params: Any) -> Explained:
        return Explained(promotion.id, state, known(f"promotion.{code}", promotion=name, **params), verdict)

    if candidate.currencies and decision.order.currency not in candidate.currencies:
        return said("not_eligible", "other_currency", currency=Name(decision.order.currency))
    schedule = promotion.schedule
    if schedule is not None:
        at = decision.at
        state = schedule.state(at)
        if state == "before":
            return Explained(promotion.id, "not_yet", starts(name, schedule, at))
        if state == "after":
            return said("no_longer", "ended", date=schedule.last_day())
        if state == "closed":
            opens = schedule.next_opening(at)
            if opens is None:
                return said("no_longer", "ended", date=schedule.last_day())
            return said("closed", "closed_now", opens=opens)
    short = gate.short(promotion) if promotion.limits else []
    if short:
        reasons = tuple(each for use, left in short for each in shortage(use, left, gate.free_again(use)))
        return said("exhausted", "exhausted", reasons=reasons)
    if candidate.codes and candidate.codes.isdisjoint(fold(code) for code in decision.order.codes):
        return said("not_eligible", "code_needed")
    verdict = judge(promotion.when, snapshot)
    reasons = verdict.reasons or _missing_values(candidate, snapshot)
    if not reasons:
        limited = gate.standing(promotion).state if promotion.limits else "open"
        if limited == "sign_in":
            return said("sign_in", "sign_in", verdict)
        if limited == "unknown":
            return said("not_eligible", "not_eligible", verdict, reasons=(Statement("limit.unknown"),))
        benefits = _chosen(candidate, snapshot)
        missing = tuple(dict.fromkeys(reason for each in benefits for reason in _missing_to_act(each, snapshot)))
        if missing:
            return said("nothing_left", "not_eligible", verdict, reasons=missing)
        of_delivery = all(isinstance(each, ShippingOff) for each in benefits)
        return said("nothing_left", "delivery_free" if of_delivery else "nothing_left", verdict)
    if reasons[0].code == "conditions.all":
        reasons = reasons[0]["parts"]  # type: ignore[assignment]
    return said("not_eligible", "not_eligible", verdict, reasons=reasons)


def opening(schedule: Schedule, at: datetime) -> tuple[datetime, int]:
    """When a promotion that waits for its start, or for its next hours, opens, and how many dates from that of *at*."""
    opens = cast("datetime", schedule.next_opening(at))
    return opens, (opens.date() - local_date(at, schedule.zone)).days


def starts(name: Name, schedule: Schedule, at: datetime) -> Statement:
    """When a promotion starts, as seen on the day of *at*."""
    opens, days = opening(schedule, at)
    if days == 0:
        return Statement("promotion.starts_today", promotion=name, time=opens)
    if days == 1:
        return Statement("promotion.starts_tomorrow", promotion=name, date=opens.date())
    return Statement("promotion.starts_in_days", promotion=name, count=days, date=opens.date())


def announced(promotion: Promotion, at: datetime, *, staff: bool) -> Statement | None:
    """What is to be announced about *promotion* at *at*, to customers or to staff; None where nothing is."""
    notice, schedule = promotion.notice, promotion.schedule
    if notice is None or schedule is None:
        return None
    if schedule.state(at) == "before":
        opens, days = opening(schedule, at)
        ahead = notice.staff if staff else notice.customers
        if ahead is None or days > ahead.n:
            return None
        if staff:
            return Statement("promotion.staff_brief", promotion=promotion.name, count=days, date=opens.date())
        return starts(promotion.name, schedule, at)
    last = schedule.last_day()
    if staff or notice.ending is None or last is None or schedule.next_opening(at) is None:
        return None
    days = (last - local_date(at, schedule.zone)).days
    return ends(promotion.name, last, days) if days <= notice.ending.n else None


def ends(name: Name, last: date, days: int) -> Statement:
    """When a promotion ends, *days* before its *last* day."""
    if days == 0:
        return Statement("promotion.ends_today", promotion=name)
    if days == 1:
        return Statement("promotion.ends_tomorrow", promotion=name, date=last)
    return Statement("promotion.ends_in_days", promotion=name, count=days, date=last)


def _chosen(candidate: Candidate, snapshot: Snapshot) -> tuple[Benefit, ...]:
    """What the promotion gives on this order: its default, or what an exception says."""
    promotion = candidate.promotion
    for override in promotion.exceptions.overrides:
        if judge(override.when, snapshot).holds:
            benefits: tuple[Benefit, ...] = dict(override.terms)["then"]
            return benefits
    return promotion.then


def _missing_to_act(benefit: Benefit, snapshot: Snapshot) -> Iterator[Statement]:
    """Which goods there are too few of for *benefit* to do something, or which delivery it is about."""
    for goods, least in needed_goods(benefit):
        yield from judge(cart.quantity(goods).at_least(least), snapshot).reasons
    if isinstance(benefit, ShippingOff) and not snapshot.order.shipments:
        yield Statement("cart.delivery.unknown")
    elif isinstance(benefit, ShippingOff) and benefit.methods:
        yield from judge(cart.delivery.one_of(*benefit.methods), snapshot).reasons


def _missing_values(candidate: Candidate, snapshot: Snapshot) -> tuple[Statement, ...]:
    """Why a value of a benefit cannot be told: its fact is unknown, or below the first step."""
    found: list[Statement] = []
    for benefit in _chosen(candidate, snapshot):
        for key in ("value", "cap", "cap_each"):
            found += _missing(getattr(benefit, key, None), snapshot)
    return tuple(dict.fromkeys(found))


def _missing(value: Any, snapshot: Snapshot) -> list[Statement]:
    match value:
        case Steps(fact, steps):
            for bound, each in reversed(steps):
                if judge(fact.at_least(bound), snapshot).holds:
                    return _missing(each, snapshot)
            return list(judge(fact.at_least(steps[0][0]), snapshot).reasons)
        case Cases(fact, cases):
            held = [each for word, each in cases if judge(fact.is_(word), snapshot).holds]
            if held:
                return [reason for each in held for reason in _missing(each, snapshot)]
            return list(judge(fact.one_of(*(word for word, _ in cases)), snapshot).reasons)
        case Dated():
            return _missing(value.at(snapshot.moment.at), snapshot)
        case _:
            return []


def _entered(candidate: Candidate, decision: Decision, explained: Explained, entered: Name) -> Statement:
    """What became of a code: what became of its promotion."""
    name = candidate.promotion.name
    statement = explained.statement
    params = dict(statement.params)
    match explained.state:
        case "applied":
            return Statement("code.accepted", code=entered, promotion=name)
        case "lost" | "blocked":
            return Statement(f"code.{statement.code.removeprefix('promotion.')}", **params, code=entered)
        case "nothing_left" if "reasons" not in params:
            return Statement(f"code.{statement.code.removeprefix('promotion.')}", code=entered, promotion=name)
        case "not_yet" | "closed":
            opens, _ = opening(cast("Schedule", candidate.promotion.schedule), decision.at)
            return Statement("code.not_yet", code=entered, promotion=name, date=opens.date())
        case "no_longer":
            return Statement("code.no_longer", code=entered, promotion=name, date=params["date"])
        case "exhausted":
            return Statement("code.exhausted", code=entered, promotion=name, reasons=params["reasons"])
        case "sign_in":
            return Statement("code.sign_in", code=entered, promotion=name)
        case _:
            reasons = params.get("reasons", (statement,))
            if reasons == (Statement("customer.unknown"),):
                return Statement("code.sign_in", code=entered, promotion=name)
            return Statement("code.not_eligible", code=entered, promotion=name, reasons=reasons)
