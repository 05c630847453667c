"""A settlement as a value: the money of one step of a return, by tender, with everything that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError
from aftercare.receipt import Tender
from aftercare.returns.tenders import means_allowed
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from aftercare.money import Money, Percent
    from aftercare.returns.fees import FeeKept
    from aftercare.returns.terms import Gives, RefundStrategy


@attrs.frozen(eq=False, repr=False)
class KeptUnits(Coded):
    """Equal units that the customer keeps: from the *first*, *count* of them, and what one of them cost in the end."""

    line: str
    first: int
    count: int
    value: Money

    def __repr__(self) -> str:
        return call("returns.KeptUnits", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Settlement(Coded):
    """What one step of a return gives back, tax included, and what stands after it.

    *goods* is what the total for goods grew by, *delivery* what is given back of outbound delivery, *fees* what is kept
    of it; *refund* is what goes back, to *tenders* and as far as no tender can take it *unplaced*. *lost* is what the
    returned units cost more than they give back: the discount that was lost with them, *gifts* and *clawed_back* being
    the parts of it that kept gifts and delivery make. *tax* is the tax in *goods*, at the original rates. *total* is
    what goods gave back so far, before fees; *kept* what each kept unit cost in the end.

    *gives* says whether the refund is paid in money, as store credit, or counts for other goods alone, where the terms
    offer nothing else: then it goes to no tender.

    *refund_by* is the last day by which the money is back, where that was promised.

    *strategy* is the one that told the total: ``proportional`` where the law alone governs, and where the receipt has
    too many subsets to be priced again, as *too_many* says.
    """

    event: str
    refund: Money
    goods: Money
    delivery: Money
    tenders: tuple[Tender, ...]
    unplaced: Money
    lost: Money
    gifts: Money
    clawed_back: Money
    bonus: Money
    total: Money
    strategy: RefundStrategy
    fees: tuple[FeeKept, ...] = ()
    tax: tuple[tuple[Percent, Money], ...] = ()
    kept: tuple[KeptUnits, ...] = ()
    path_dependent: bool = False
    too_many: bool = False
    paid_with: tuple[str, ...] = ()
    same_means: bool = False
    credit_bonus: Percent | None = None
    refund_by: date | None = None
    gives: Gives = "money"

    def as_credit(self, kind: str = "store_credit", *, agreed: bool = False) -> Settlement:
        """The same refund as store credit, with the bonus that the policy gives for it.

        Raises `PolicyError` where the refund has to go back by the means that paid and the customer has not *agreed*
        otherwise.
        """
        if not means_allowed(kind, self.paid_with, same_means=self.same_means, agreed=agreed):
            msg = (
                f"this refund goes back by the means that paid (`{'`, `'.join(self.paid_with)}`), not as `{kind}`: "
                "ask the customer first and say `agreed=True`"
            )
            raise PolicyError(msg)
        bonus = self.refund - self.refund
        if self.credit_bonus is not None:
            bonus = self.refund.scaled(self.credit_bonus.ratio)
        given = self.refund + bonus
        return attrs.evolve(
            self,
            tenders=(Tender(kind, given),) if given else (),
            unplaced=given - given,
            bonus=bonus,
            gives="credit",
        )

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The settlement in statements, to show line by line."""
        return tuple(self._statements())

    def _statements(self) -> Iterator[Statement]:
        if self.gives == "goods":
            return
        yield Statement("refund.goods", amount=self.goods)
        if self.lost:
            yield Statement("refund.discount_lost", amount=self.lost)
        if self.gifts.minor > 0:
            yield Statement("refund.gifts_kept", amount=self.gifts)
        if self.clawed_back.minor > 0:
            yield Statement("refund.free_shipping_lost", amount=self.clawed_back)
        for fee in self.fees:
            yield Statement(f"refund.fee.{fee.kind}", amount=fee.amount, base=fee.base)
        if self.delivery:
            yield Statement("refund.delivery", amount=self.delivery)
        yield Statement("refund.total", amount=self.refund)
        if self.refund_by is not None and self.refund:
            yield Statement("returns.refund.by", date=self.refund_by)
        for tender in self.tenders:
            yield Statement("refund.to_tender", amount=tender.amount, tender=Name(tender.kind))
        if self.bonus:
            yield Statement("refund.credit_bonus", amount=self.bonus)
        if self.unplaced:
            yield Statement("refund.unplaced", amount=self.unplaced)
        if self.path_dependent:
            yield Statement("refund.path_dependent")
        if self.too_many:
            yield Statement("refund.too_many_subsets")

    def __repr__(self) -> str:
        return call("returns.Settlement", self)
