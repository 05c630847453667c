"""The fold behind a settlement: what came back, what each tender still holds, what each unit cost in the end."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import attrs

from aftercare.errors import OrderError
from aftercare.money import Money, allocate, round_fraction
from aftercare.policies.repricing import Repricing
from aftercare.policies.worth import Unit, Worths
from aftercare.returns.entitled import Given
from aftercare.returns.entitlement import PATH_DEPENDENT, STATUTORY, entitled, needs_whole
from aftercare.returns.fees import Charged, kept_fees
from aftercare.returns.jointly import jointly
from aftercare.returns.runs import joined, meant, within
from aftercare.returns.settled import KeptUnits, Settlement
from aftercare.returns.tenders import as_tenders, place
from aftercare.returns.terms import gives

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from aftercare.money import Percent
    from aftercare.order_events import Units
    from aftercare.policies.price import Pricer
    from aftercare.receipt import Receipt, Tender
    from aftercare.return_events import AmountRefunded, Refunded, RefundReversed, Returned
    from aftercare.returns.fees import FeeKept, FeeKind
    from aftercare.returns.jointly import LineTerms
    from aftercare.returns.runs import Run
    from aftercare.returns.terms import OccurrenceShare, Terms


class _Step(NamedTuple):
    """What one event did, so that it can be undone."""

    units: frozenset[Unit]
    credits: dict[Unit, int]
    goods: dict[Unit, int]
    delivery: int
    placed: list[int]
    of: str | None = None
    fees: tuple[FeeKept, ...] = ()
    terms: Terms | None = None
    promise: bool = False
    path_dependent: bool = False


class Fold:
    """The state of a receipt while its events are read; amounts are minor units, tax included."""

    def __init__(self, receipt: Receipt, pricer: Pricer, takes: Collection[str] | None) -> None:
        self._receipt = receipt
        self._pricer = pricer
        self._takes = takes
        self._given = Given()
        self._total = 0
        self._delivery = 0
        self._attributed: dict[Unit, int] = {}
        self._kinds = [tender.kind for tender in receipt.paid]
        self._held = [tender.amount.minor for tender in receipt.paid]
        self._steps: dict[str, _Step] = {}
        self._repricings: dict[bool, Repricing] = {}
        self._worths: dict[OccurrenceShare, Worths] = {}
        self._away: frozenset[Unit] = frozenset()
        self._arrived: Mapping[str, list[Run]] = {}
        self._paid_out: dict[str, tuple[Tender, ...]] = {}
        self._exchanged: set[str] = set()

    # --- what is read from the receipt -------------------------------------------------------------------------------

    def _repricing(self, *, whole: bool) -> Repricing:
        known = self._repricings.get(whole)
        if known is None:
            known = self._repricings[whole] = Repricing(self._pricer, self._receipt, whole=whole)
        return known

    def _worth(self, share: OccurrenceShare) -> Worths:
        known = self._worths.get(share)
        if known is None:
            known = self._worths[share] = Worths(self._receipt, shared=share == "occurrence")
        return known

    def _money(self, minor: int) -> Money:
        return Money.of_minor(minor, self._receipt.payable.currency)

    # --- what happens ------------------------------------------------------------------------------------------------

    def returned(
        self,
        event: Returned | Refunded,
        lines: Mapping[str, LineTerms],
        told: Sequence[str],
        *,
        refund_by: date | None = None,
    ) -> Settlement | None:
        """Units came back, or their money went back and they are kept; *lines* on their terms.

        *told* are the rights by which they did, as far as they were recorded. Gifts alone come back on the terms of the
        goods that did before; without any, nothing is settled.
        """
        for sku in getattr(event, "gifts", ()):
            self._given.gifts[sku] = self._given.gifts.get(sku, 0) + 1
        rights = {line: own.rights(told) for line, own in lines.items()}
        promised = [lines[line].terms for line, each in rights.items() if not each or not STATUTORY.issuperset(each)]
        terms = self._jointly(event.id, [each.terms for each in lines.values()], promised)
        if terms is None:
            return None
        worths = self._worth(terms.share)
        units = self._chosen(event.units, worths)
        given = self._given
        given.returned |= units
        given.withdrawn |= {unit for unit in units if not STATUTORY.isdisjoint(rights[unit.line])}
        grade = getattr(event, "grade", None)
        charged = [Charged(lines[unit.line].terms.fee, worths[unit].paid, grade) for unit in sorted(units)]
        settled = self._settled(event.id, event.return_id, terms, units, charged, promise=bool(promised))
        return attrs.evolve(settled, refund_by=refund_by)

    def _settled(
        self,
        event: str,
        return_id: str | None,
        terms: Terms,
        units: frozenset[Unit] = frozenset(),
        charged: Sequence[Charged] = (),
        *,
        promise: bool = False,
    ) -> Settlement:
        """What an event gives back beyond what was given before it, less the fees of the units that it *charged*."""
        given = self._given
        given.promise = promise or any(step.promise for step in self._steps.values())
        worths = self._worth(terms.share)
        found = entitled(terms, given, worths, self._repricing(whole=needs_whole(self._receipt, terms)))
        before_tax = self._tax(worths)
        goods = max(0, found.total - self._total)
        self._total += goods
        attributed = self._attribute(goods, worths)
        tax = {rate: after - before_tax.get(rate, 0) for rate, after in self._tax(worths).items()}
        delivery = self._delivery_back(terms, worths)
        self._delivery += delivery
        key = return_id or event
        currency = self._receipt.payable.currency
        fees = kept_fees(charged, goods, currency, already=self._kept_from(key))
        refund = goods + delivery - sum(each.amount.minor for each in fees)
        given_as = "goods" if return_id in self._exchanged else gives(terms.resolutions)
        due = refund if given_as == "money" else 0
        parts, unplaced = place(due, self._held, self._kinds, terms.tenders, only=self._takes)
        self._hold(parts, -1)
        path_dependent = given.promise and found.strategy in PATH_DEPENDENT
        self._steps[event] = _Step(
            units, {}, attributed, delivery, parts, key, fees, terms, promise=promise, path_dependent=path_dependent
        )
        settled = Settlement(
            event=event,
            refund=self._money(refund),
            goods=self._money(goods),
            delivery=self._money(delivery),
            tenders=as_tenders(parts, self._kinds, currency),
            unplaced=self._money(unplaced),
            lost=self._money(max(0, worths.paid(units) - goods)),
            gifts=self._money(found.gifts),
            clawed_back=self._money(found.clawed_back),
            bonus=self._money(0),
            total=self._money(self._total),
            strategy=found.strategy,
            fees=fees,
            tax=tuple((rate, self._money(each)) for rate, each in sorted(tax.items(), key=_by_rate) if each),
            kept=self._kept(worths),
            path_dependent=any(step.path_dependent for step in self._steps.values()),
            too_many=given.promise and found.strategy != terms.refund,
            paid_with=tuple(dict.fromkeys(self._kinds)),
            same_means=terms.same_means,
            credit_bonus=terms.credit_bonus,
            gives=given_as,
        )
        return settled.as_credit(agreed=True) if given_as == "credit" else settled

    def paid_back(self, kind: str) -> int:
        """How much of the tenders of a *kind* is paid back by now."""
        tenders = zip(self._receipt.paid, self._held, strict=True)
        return sum(tender.amount.minor - held for tender, held in tenders if tender.kind == kind)

    def exchanged(self, return_id: str) -> None:
        """The goods of a return count for those of another order: what they give is not paid."""
        self._exchanged.add(return_id)

    def arrived(self, units: Mapping[str, list[Run]]) -> None:
        """By line, the units that had arrived before the next event."""
        self._arrived = units

    def lost(self, units: Iterable[Unit]) -> None:
        """Units were lost on their way: nobody can bring them back, unless they are named."""
        self._away |= frozenset(units)

    def found(self, units: Iterable[Unit]) -> None:
        """Units that were lost turned up."""
        self._away -= frozenset(units)

    def credited(self, event: AmountRefunded) -> None:
        """An amount was paid back without a return, on units or on delivery; never above what is left of them."""
        amount = event.amount.minor
        worths = self._worth("occurrence")
        on: dict[Unit, int] = {}
        delivery = 0
        if event.units:
            left = self._kept_values(worths)
            units = sorted(self._chosen(event.units, worths))
            room = [left[unit] for unit in units]
            self._fits(event, amount, sum(room))
            on = dict(zip(units, allocate(amount, room), strict=True))
        else:
            self._fits(event, amount, self._delivery_paid() - self._delivery)
            delivery = amount
        for unit, each in on.items():
            self._given.credits[unit] = self._given.credits.get(unit, 0) + each
            self._attributed[unit] = self._attributed.get(unit, 0) + each
        self._total += sum(on.values())
        self._delivery += delivery
        parts = self._recorded(event)
        self._hold(parts, -1)
        self._steps[event.id] = _Step(frozenset(), on, on, delivery, parts)

    def paid_out(self, event: Refunded | AmountRefunded) -> None:
        """Money went to the tenders of *event*: in all, no tender gets more than it paid."""
        before = [tender for tenders in self._paid_out.values() for tender in tenders]
        for kind in dict.fromkeys(tender.kind for tender in event.tenders if tender.kind in self._kinds):
            asked = self._of(kind, event.tenders)
            left = self._of(kind, self._receipt.paid) - self._of(kind, before)
            if asked > left:
                msg = (
                    f"`{event.id}` pays `{asked}` back to `{kind}`, which has `{left}` left of what it paid: "
                    "give at most that, or name the means that took it"
                )
                raise OrderError(msg)
        self._paid_out[event.id] = event.tenders

    def reversed(self, event: RefundReversed) -> Settlement | None:
        """The payment of an earlier event was undone, as if it had not been; what came back since is due in full."""
        if self._paid_out.pop(event.refund, None) is None:
            msg = f"`{event.refund}` paid nothing back that could be undone: name the event of a refund of this order"
            raise OrderError(msg)
        step = self._steps.pop(event.refund, None)
        if step is None:
            return None
        self._undo(step)
        terms = self._last_terms()
        if terms is None:
            return None
        settled = self._settled(event.id, None, terms)
        return settled if settled.refund else None

    def _undo(self, step: _Step) -> None:
        given = self._given
        given.returned -= step.units
        given.withdrawn -= step.units
        for unit, each in step.credits.items():
            given.credits[unit] -= each
        for unit, each in step.goods.items():
            self._attributed[unit] -= each
        self._total -= sum(step.goods.values())
        self._delivery -= step.delivery
        self._hold(step.placed, 1)

    # --- units -------------------------------------------------------------------------------------------------------

    def _chosen(self, asked: Iterable[Units], worths: Worths) -> frozenset[Unit]:
        """The units that an event means: those it names, or of those that are still kept what a count means."""
        found: set[Unit] = set()
        for each in asked:
            kept = [
                unit
                for unit in worths.units
                if unit.line == each.line and unit not in self._given.returned and unit not in found
            ]
            if each.first is None:
                there = [(unit.number, unit.number) for unit in sorted(kept) if unit not in self._away]
                runs = meant(joined(there, ()), self._arrived.get(each.line, []), each.count)
                units = [unit for unit in kept if within(runs, unit.number, 1)]
            else:
                numbers = range(each.first, each.first + each.count)
                units = [unit for unit in kept if unit.number in numbers]
            if len(units) < each.count:
                msg = (
                    f"{each.count} of line `{each.line}` of `{self._receipt.id}` cannot come back: "
                    f"the customer keeps {len(kept)} of it"
                )
                raise OrderError(msg)
            found.update(units)
        return frozenset(found)

    def _kept_values(self, worths: Worths) -> dict[Unit, int]:
        """What each kept unit cost in the end: what is left of the money, by stored paid part."""
        kept = sorted(unit for unit in worths.units if unit not in self._given.returned)
        weights = [worths[unit].paid - self._given.credits.get(unit, 0) for unit in kept]
        left = worths.total - self._total
        if not any(weights):
            weights = [1] * len(kept)
        return dict(zip(kept, allocate(left, weights) if kept else (), strict=True))

    def _kept(self, worths: Worths) -> tuple[KeptUnits, ...]:
        found: list[KeptUnits] = []
        for unit, value in self._kept_values(worths).items():
            last = found[-1] if found else None
            money = self._money(value)
            if last and (last.line, last.first + last.count, last.value) == (unit.line, unit.number, money):
                found[-1] = KeptUnits(last.line, last.first, last.count + 1, money)
            else:
                found.append(KeptUnits(unit.line, unit.number, 1, money))
        return tuple(found)

    # --- money -------------------------------------------------------------------------------------------------------

    def _attribute(self, goods: int, worths: Worths) -> dict[Unit, int]:
        """Lay what goods give back on the units that are back, as far as they cost that much, then on kept ones."""
        laid: dict[Unit, int] = {}
        left = goods
        back = self._given.returned
        for units in (sorted(back), sorted(unit for unit in worths.units if unit not in back)):
            room = [max(0, worths[unit].paid - self._attributed.get(unit, 0)) for unit in units]
            part = min(left, sum(room))
            left -= part
            laid.update((unit, each) for unit, each in zip(units, allocate(part, room), strict=True) if each)
        for unit, each in laid.items():
            self._attributed[unit] = self._attributed.get(unit, 0) + each
        return laid

    def _tax(self, worths: Worths) -> dict[Percent, int]:
        """The tax in all that goods gave back so far, by rate: the original tax in the same proportion as the money."""
        exact: dict[Percent, Fraction] = {}
        for unit, amount in self._attributed.items():
            worth = worths[unit]
            for rate, tax in worth.taxes:
                part = Fraction(tax * amount, worth.paid) if worth.paid else Fraction(0)
                exact[rate] = exact.get(rate, Fraction(0)) + part
        return {rate: round_fraction(tax.numerator, tax.denominator) for rate, tax in exact.items()}

    def _jointly(self, event: str, own: Sequence[Terms], promised: Sequence[Terms]) -> Terms | None:
        """The terms of the money of an event; a law leaves the strategy to the promise, once that takes part."""
        if not own:
            return self._last_terms()
        promises = [step.terms for step in self._steps.values() if step.promise and step.terms is not None]
        promises += promised
        if promises:
            own = [each if each in promised else attrs.evolve(each, refund=promises[-1].refund) for each in own]
        return jointly(own, event)

    def _last_terms(self) -> Terms | None:
        """The terms of the goods that came back last, None before any did."""
        return next((step.terms for step in reversed(self._steps.values()) if step.terms is not None), None)

    def _kept_from(self, key: str) -> dict[FeeKind, int]:
        """What fees of each kind were kept from a return so far."""
        found: dict[FeeKind, int] = {}
        for fee in (fee for step in self._steps.values() if step.of == key for fee in step.fees):
            found[fee.kind] = found.get(fee.kind, 0) + fee.amount.minor
        return found

    def _delivery_paid(self) -> int:
        net = self._receipt.order.prices == "net"
        return sum(each.paid.minor + (each.tax.minor if net else 0) for each in self._receipt.shipments)

    def _delivery_back(self, terms: Terms, worths: Worths) -> int:
        """What is given back of outbound delivery, which is once everything came back."""
        if terms.delivery == "none" or len(self._given.returned) < len(worths.units):
            return 0
        paid = self._delivery_paid()
        due = paid if terms.delivery == "full" else min(paid, self._standard_delivery(paid))
        return max(0, due - self._delivery)

    def _standard_delivery(self, paid: int) -> int:
        """What the least expensive delivery offered would have cost; directive 2011/83/EU, article 13(2)."""
        repricing = self._repricing(whole=False)
        return min([paid, *map(repricing.delivery_by, self._receipt.order.delivery_options)])

    def _hold(self, parts: Sequence[int], sign: int) -> None:
        self._held = [held + sign * part for held, part in zip(self._held, parts, strict=True)]

    def _of(self, kind: str, tenders: Iterable[Tender]) -> Money:
        return sum((tender.amount for tender in tenders if tender.kind == kind), self._money(0))

    def _recorded(self, event: AmountRefunded) -> list[int]:
        """What the tenders that *event* names hold less."""
        parts = [0] * len(self._held)
        for tender in event.tenders:
            left = tender.amount.minor
            for at, kind in enumerate(self._kinds):
                if kind == tender.kind:
                    part = min(left, self._held[at] - parts[at])
                    parts[at] += part
                    left -= part
            if left:
                msg = (
                    f"`{event.id}` pays `{tender.amount}` back to `{tender.kind}`, "
                    f"which holds `{self._money(left)}` less than that"
                )
                raise OrderError(msg)
        return parts

    def _fits(self, event: AmountRefunded, amount: int, left: int) -> None:
        if amount > left:
            msg = f"`{event.id}` pays back `{event.amount}` where `{self._money(left)}` is left: give at most that"
            raise OrderError(msg)


def _by_rate(each: tuple[Percent, int]) -> Fraction:
    return each[0].ratio
