"""How a return is posted to an account of points, and how one that was called off is undone."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from aftercare.loyalty.capping import use_caps
from aftercare.loyalty.clawback import points_due_back, points_worth
from aftercare.loyalty.credit import Basis, counted_amounts
from aftercare.loyalty.entries import GivenBack, ReturnEffect, SetOff
from aftercare.loyalty.reckoning import reckon
from aftercare.loyalty.terms import version_at
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.loyalty.entries import OrderRecord, Parts
    from aftercare.loyalty.vault import Vault
    from aftercare.points_events import Undone
    from aftercare.receipt import Receipt
    from aftercare.return_events import Returned

_GOODS = Basis(tax="included", without=())


def post_return(vault: Vault, event: Returned) -> None:
    """Goods came back: points that paid for them go back first, then what they earned is taken back."""
    before = vault.orders.get(event.order)
    if before is None:
        vault.refuse(event.at, event.id, Statement("points.refused.unknown_order", order=Name(event.order)))
        return
    kept = dict(before.kept)
    for units in event.units:
        kept[units.line] = kept.get(units.line, 0) - units.count
        if kept[units.line] < 0:
            reason = Statement("points.refused.too_many_units", order=Name(event.order), line=Name(units.line))
            vault.refuse(event.at, event.id, reason)
            return
    terms = vault.terms(before.version).claw_back
    earned = before.earned
    if earned.points or earned.used:
        after = reckon(
            vault.terms(before.version).earning,
            before.occasion,
            rooms=before.rooms,
            kept=kept,
            reassess=terms.reassess_minimums,
        )
        # A condition such as "below 100" that is read again must not make a return earn points.
        earned = after if after.points <= earned.points else earned
    vault.orders[event.order] = before._replace(kept=tuple(kept.items()), earned=earned)
    if before.earned.points:
        vault.earn(event.order, event.at, earned)
    use_caps(vault, before.version, before.occasion.at, before.earned, -1)
    use_caps(vault, before.version, before.occasion.at, earned, 1)
    back = _give_back(vault, event, before, kept)
    taken, cancelled, left = _take_back(vault, event, before.earned.points - earned.points)
    deficit, set_off = 0, None
    if left and terms.shortfall == "deficit":
        deficit = left
        vault.owe(left, event.at, event.id, before.version)
    elif left and terms.point_worth is not None:
        amount = terms.point_worth.in_(before.receipt.payable.currency) * left
        set_off = SetOff(at=event.at, event=event.id, points=left, amount=amount)
        vault.set_offs.append(set_off)
    gone = deficit + _total(taken)
    if gone:
        reason = Statement("points.taken_back", count=gone, order=Name(event.order))
        vault.enter(event.at, event.id, -gone, reason, taken)
    active = () if any(kept.values()) else vault.inactive(event.order, event.at)
    vault.effects[event.id] = ReturnEffect(event, before, (*cancelled, *taken), deficit, set_off, back, active)


def _total(parts: Parts) -> int:
    return sum(points for _, points in parts)


def _take_back(vault: Vault, event: Returned, points: int) -> tuple[Parts, Parts, int]:
    """Take points from the lots they belong to: the available ones, the pending ones, and what is left.

    Pending lots come first, those of the returned lines before others of the order; then the order's own lots, of which
    expired points count as taken; then the lots of others.
    """
    record = vault.orders[event.order]
    lines = {units.line for units in event.units}
    own = sorted(record.lots, key=lambda lot_id: (vault.lots[lot_id].line not in lines, lot_id))
    cancelled: list[tuple[str, int]] = []
    taken: list[tuple[str, int]] = []
    for parts, pending in ((cancelled, True), (taken, False)):
        for lot_id in own:
            if vault.lots[lot_id].pending is pending:
                some = vault.take_from(lot_id, points)
                points -= some
                if some:
                    parts.append((lot_id, some))
    expired = sum(vault.lots[lot_id].expired for lot_id in own) - record.counted
    counted = min(points, expired)
    vault.orders[event.order] = record._replace(counted=record.counted + counted)
    others = vault.take(points - counted, vault.terms(record.version).lots)
    left = points - counted - sum(some for _, some in others)
    if cancelled:
        count = _total(tuple(cancelled))
        reason = Statement("points.cancelled", count=count, order=Name(event.order))
        vault.enter(event.at, event.id, -count, reason, tuple(cancelled))
    return (*taken, *others), tuple(cancelled), left


def goods_value(receipt: Receipt, kept: dict[str, int] | None = None) -> int:
    """What the goods of *receipt* that stay cost, tax included, in minor units."""
    return int(sum(counted_amounts(receipt, _GOODS, kept).values()))


def _give_back(vault: Vault, event: Returned, record: OrderRecord, kept: dict[str, int]) -> tuple[GivenBack, ...]:
    """Points that paid for the order go back to their own lots, as many as the refund says, if one was settled."""
    keys = vault.spent_on.get(event.order, ())
    if not keys:
        return ()
    terms = vault.terms(record.version).claw_back
    spent = sum(vault.spendings[key].points for key in keys)
    before = (effect.event for effect in vault.effects.values())
    standing = (*(each.id for each in before if each.order == event.order), event.id)
    money = vault.repaid.get(standing)
    if money is None:
        returned = goods_value(record.receipt) - goods_value(record.receipt, kept)
        due = points_due_back(record.receipt, spent, returned, terms.giving_back)
    else:
        due = points_worth(record.receipt, spent, Fraction(money))
    # What went back stays there while the return does, even if the money of another one was asked back.
    due = max(0, due - sum(vault.spendings[key].back for key in keys))
    courtesy = terms.courtesy.after(vault.day(event.at)) if terms.courtesy.n else None
    given: list[GivenBack] = []
    for key in reversed(keys):
        given += going_back(vault, key, due - sum(each.points for each in given))
    return bring_back(vault, event.at, event.id, given, courtesy)


def going_back(vault: Vault, key: str, points: int) -> list[GivenBack]:
    """Up to so many points of a spending that go back, those that were taken last before others."""
    spending = vault.spendings[key]
    skipped, given = spending.back, []
    for lot_id, each in reversed(spending.parts):
        free = max(0, each - skipped)
        skipped -= each - free
        some = min(points, free)
        if some:
            given.append(GivenBack(key, lot_id, some, vault.lots[lot_id].last_day))
            points -= some
    vault.spendings[key] = spending._replace(back=spending.back + sum(each.points for each in given))
    return given


def bring_back(
    vault: Vault, at: datetime, event: str, given: list[GivenBack], courtesy: date | None
) -> tuple[GivenBack, ...]:
    """Points that were spent go back to their lots, where those whose day is over may lapse at once."""
    if not given:
        return ()
    count = sum(each.points for each in given)
    parts = tuple((each.lot, each.points) for each in given)
    vault.enter(at, event, count, Statement("points.given_back", count=count), parts)
    done = []
    for each in given:
        expired = vault.lots[each.lot].expired
        vault.restore(each.lot, each.points, at, courtesy, event)
        done.append(each._replace(lapsed=vault.lots[each.lot].expired > expired))
    return tuple(done)


def post_undone(vault: Vault, event: Undone) -> None:
    """What a return or a spending did is undone; later returns of the same order are posted anew after that."""
    if event.event in vault.spent_by:
        key = vault.spent_by.pop(event.event)
        given = going_back(vault, key, vault.spendings[key].points)
        bring_back(vault, event.at, event.id, given, _courtesy(vault, event.at))
        return
    effect = vault.effects.get(event.event)
    if effect is None:
        vault.refuse(event.at, event.id, Statement("points.refused.nothing_to_undo", event=Name(event.event)))
        return
    order = effect.event.order
    same = [each for each in vault.effects.values() if each.event.order == order]
    later = same[same.index(effect) + 1 :]
    for each in reversed([effect, *later]):
        _undo(vault, event, each)
    for each in later:
        post_return(vault, attrs.evolve(each.event, at=event.at))


def _courtesy(vault: Vault, at: datetime) -> date | None:
    courtesy = vault.terms(version_at(vault.versions, at)).claw_back.courtesy
    return courtesy.after(vault.day(at)) if courtesy.n else None


def _undo(vault: Vault, event: Undone, effect: ReturnEffect) -> None:
    del vault.effects[effect.event.id]
    order, before = effect.event.order, effect.before
    use_caps(vault, before.version, before.occasion.at, vault.orders[order].earned, -1)
    use_caps(vault, before.version, before.occasion.at, before.earned, 1)
    if before.earned.points:
        vault.earn(order, event.at, before.earned)
    vault.orders[order] = before
    owed, paid = _cancel_deficit(vault, effect)
    back = (*effect.taken, *paid)
    count = owed + _total(back)
    for place, day in effect.active:
        vault.active_again(place, day, order, event.at)
    if count:
        reason = Statement("points.return_undone", count=count, order=Name(order))
        vault.enter(event.at, event.id, count, reason, back)
    for lot_id, points in back:
        vault.restore(lot_id, points, event.at, _courtesy(vault, event.at), event.id)
    if effect.set_off is not None:
        undone = effect.set_off
        vault.set_offs.append(SetOff(at=event.at, event=event.id, points=-undone.points, amount=-undone.amount))
    _take_again(vault, event, effect)


def _cancel_deficit(vault: Vault, effect: ReturnEffect) -> tuple[int, Parts]:
    """What a return left owing is owed no more: how much still was, and the lots that paid the rest."""
    owed = vault.deficits.pop(effect.event.id, None)
    if owed is None:
        return 0, ()
    vault.owing.pop(effect.event.id, None)
    vault.deficit -= owed.left
    return owed.left, owed.paid


def _take_again(vault: Vault, event: Undone, effect: ReturnEffect) -> None:
    """Points that a return gave back are spent once more, after all."""
    taken: list[tuple[str, int]] = []
    gone = 0
    for each in effect.back:
        spending = vault.spendings[each.key]
        vault.spendings[each.key] = spending._replace(back=spending.back - each.points)
        lot = vault.lots[each.lot]
        if each.lapsed:
            vault.lots[each.lot] = attrs.evolve(lot, expired=lot.expired - each.points)
            continue
        gone += each.points
        taken.append((each.lot, vault.take_from(each.lot, each.points)))
        if each.last_day is not None and vault.lots[each.lot].last_day != each.last_day:
            vault.move(each.lot, each.last_day, event.at)
    if not gone:
        return
    taken += vault.take(gone - _total(tuple(taken)), vault.terms(effect.before.version).lots)
    short = gone - _total(tuple(taken))
    if short:
        vault.owe(short, event.at, event.id, effect.before.version)
    reason = Statement("points.spent_again", count=gone, order=Name(effect.event.order))
    vault.enter(event.at, event.id, -gone, reason, tuple(taken))
