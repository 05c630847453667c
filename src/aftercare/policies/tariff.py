"""What the book's delivery tariffs charge for the shipments that state no charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.errors import OrderError
from aftercare.policies.holding import holds
from aftercare.policies.item_reading import Mask, item_mask
from aftercare.policies.resolving import resolver
from aftercare.policies.units import Run
from aftercare.policies.vocabulary import always

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.order import PriceMode
    from aftercare.policies.shipping import Delivery
    from aftercare.policies.snapshot import Snapshot

_TERMS = ("fee", "per_unit", "free_from")


class PreparedDelivery:
    """A tariff ready to be asked."""

    def __init__(self, delivery: Delivery) -> None:
        self.method = delivery.method
        self.money: PriceMode | None = delivery.money
        self.holds = holds(delivery.when)
        self.terms = {term: resolver(getattr(delivery, term)) for term in _TERMS}
        self.exceptions = [
            (holds(override.when), {term: resolver(value) for term, value in override.terms})
            for override in delivery.exceptions.overrides
        ]
        self.extra = [(item_mask(of), resolver(amount)) for of, amount in delivery.extra]
        self.ships_free: Mask | None = None if delivery.ships_free is None else item_mask(delivery.ships_free)
        others = (
            delivery.per_unit,
            delivery.ships_free,
            delivery.free_from,
            *delivery.extra,
            *delivery.exceptions.overrides,
        )
        only_fee = delivery.when == always and not any(each is not None for each in others)
        self.only_fee = delivery.fee if only_fee else None

    def charge(self, snapshot: Snapshot) -> int | None:
        """The charge in minor units, or None where the tariff cannot tell."""
        terms = self.terms
        changed: set[str] = set()
        for condition, others in self.exceptions:
            if condition(snapshot):
                terms = {**terms, **{term: given for term, given in others.items() if term not in changed}}
                changed |= set(others)
        free_from = terms["free_from"](snapshot)
        everything = snapshot.goods.all
        if free_from is not None and snapshot.amount(everything, self.money, before_discounts=False) >= free_from:
            return 0
        charged = everything
        if self.ships_free is not None:
            charged &= ~self.ships_free(snapshot.goods)
            if not charged:
                return 0
        fee: int | None = terms["fee"](snapshot)
        if fee is None:
            return None
        per_unit = terms["per_unit"](snapshot)
        if per_unit is not None:
            fee += per_unit * _units(snapshot, charged)
        for mask, amount in self.extra:
            fee += amount(snapshot) * _units(snapshot, mask(snapshot.goods))
        return fee


def _units(snapshot: Snapshot, mask: int) -> int:
    """All units of the lines in *mask*, discountable or not: everything is delivered."""
    return sum(line.quantity for place, line in enumerate(snapshot.order.lines) if mask >> place & 1)


def charge_shipments(snapshot: Snapshot, tariffs: Iterable[PreparedDelivery]) -> list[Run]:
    """The shipments with their charges; raises `OrderError` for one that nothing charges."""
    runs = []
    for place, shipment in enumerate(snapshot.order.shipments):
        if shipment.charge is not None:
            runs.append(Run(place, 1, 1, shipment.charge.minor, 0))
            continue
        tariff = next((each for each in tariffs if each.method == shipment.method and each.holds(snapshot)), None)
        if tariff is None:
            msg = (
                f"shipment `{shipment.id}` by `{shipment.method}` has no charge and no delivery tariff holds for it: "
                "give the shipment a charge, or the book a `Delivery` for the method"
            )
            raise OrderError(msg)
        found = tariff.charge(snapshot)
        if found is None:
            msg = (
                f"the delivery tariff for shipment `{shipment.id}` by `{shipment.method}` cannot tell its fee: a fact "
                "it reads is unknown or below its first step, such as a product without a weight; complete the order's "
                "products, or give the shipment a charge"
            )
            raise OrderError(msg)
        runs.append(Run(place, 1, 1, found, 0))
    return runs
