"""The values a decision is made of: units with their parts, deliveries, taxes, gifts, what became of promotions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import attrs

from aftercare.canonical import Coded
from aftercare.money import Money, minor_money

if TYPE_CHECKING:
    from fractions import Fraction

    from aftercare.limits import Use
    from aftercare.money import Percent
    from aftercare.order import Charge, Line, Shipment
    from aftercare.policies.discount import Phase
    from aftercare.policies.totals import TaxRounding
    from aftercare.policies.verdict import Verdict
    from aftercare.statement import Name, Statement

State: TypeAlias = Literal[
    "applied",
    "lost",
    "blocked",
    "not_eligible",
    "not_yet",
    "no_longer",
    "closed",
    "exhausted",
    "sign_in",
    "nothing_left",
]


MatchedRow: TypeAlias = "tuple[str, Name, State, int, Name | None, int]"
"""A promotion that was eligible: id, name, state, what it took, who won and by how much."""

TakenMinor: TypeAlias = "tuple[str, int, int | None]"
"""What a promotion took, in minor units, with the tax of it where the promotion speaks the other price mode."""

# Units and parts are many: they keep whole minor units and make money when asked for it.


@attrs.frozen(eq=False, repr=False)
class Part(Coded):
    """What one promotion took off a unit, in the order's price mode."""

    promotion: str
    minor: int
    currency: str

    @property
    def amount(self) -> Money:
        """What was taken off one unit."""
        return minor_money(self.minor, self.currency)


@attrs.frozen(eq=False, repr=False, weakref_slot=False)
class Units(Coded):
    """Equal units of a line: from the *first* (counted from 1), *count* of them; money is for one unit."""

    first: int
    count: int
    price_minor: int
    paid_minor: int
    tax_minor: int
    currency: str
    taken: tuple[TakenMinor, ...] = ()
    gift: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """What promotions took off one unit."""
        return tuple([Part(who, minor, self.currency) for who, minor, _ in self.taken])

    @property
    def price(self) -> Money:
        """The price before promotions, in the order's price mode."""
        return minor_money(self.price_minor, self.currency)

    @property
    def paid(self) -> Money:
        """The price after promotions, in the order's price mode."""
        return minor_money(self.paid_minor, self.currency)

    @property
    def tax(self) -> Money:
        """The tax on the price after promotions."""
        return minor_money(self.tax_minor, self.currency)


@attrs.frozen(eq=False, repr=False, weakref_slot=False)
class LineDecision(Coded):
    """One line: its units, its price before and after promotions in the order's price mode, and its tax."""

    line: Line
    units: tuple[Units, ...]
    price_minor: int
    paid_minor: int
    tax_minor: int

    @property
    def price(self) -> Money:
        """The line before promotions."""
        return minor_money(self.price_minor, self.line.currency)

    @property
    def paid(self) -> Money:
        """The line after promotions."""
        return minor_money(self.paid_minor, self.line.currency)

    @property
    def tax(self) -> Money:
        """The tax on the line after promotions."""
        return minor_money(self.tax_minor, self.line.currency)

    @property
    def saved(self) -> Money:
        """What promotions took off the line."""
        return minor_money(self.price_minor - self.paid_minor, self.line.currency)


# Orders have many units. A frozen class is slow to build, because it refuses assignment even to itself: these are built
# as a class of the same slots that does not, and then become what they are.


def _open(frozen: type) -> Any:
    return type(f"Open{frozen.__name__}", frozen.__bases__, {"__slots__": vars(frozen)["__slots__"]})


_new = object.__new__
_OpenUnits = _open(Units)
_OpenLine = _open(LineDecision)


def units_of(  # noqa: PLR0917 - inner loop
    first: int,
    count: int,
    price: int,
    paid: int,
    tax: int,
    currency: str,
    taken: tuple[TakenMinor, ...],
    gift: bool,  # noqa: FBT001 - as in the row it comes from
) -> Units:
    """The same as `Units`, sooner."""
    units: Any = _new(_OpenUnits)
    units.first = first
    units.count = count
    units.price_minor = price
    units.paid_minor = paid
    units.tax_minor = tax
    units.currency = currency
    units.taken = taken
    units.gift = gift
    units.__class__ = Units
    frozen: Units = units
    return frozen


def line_of(line: Line, units: tuple[Units, ...], price: int, paid: int, tax: int) -> LineDecision:
    """The same as `LineDecision`, sooner."""
    decided: Any = _new(_OpenLine)
    decided.line = line
    decided.units = units
    decided.price_minor = price
    decided.paid_minor = paid
    decided.tax_minor = tax
    decided.__class__ = LineDecision
    frozen: LineDecision = decided
    return frozen


@attrs.frozen(eq=False, repr=False)
class ShipmentDecision(Coded):
    """One delivery: its charge before and after promotions, and its tax."""

    shipment: Shipment
    charge_minor: int
    paid_minor: int
    tax_minor: int
    currency: str
    taken: tuple[TakenMinor, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """What promotions took off."""
        return tuple([Part(who, minor, self.currency) for who, minor, _ in self.taken])

    @property
    def charge(self) -> Money:
        """The charge before promotions, in the order's price mode."""
        return minor_money(self.charge_minor, self.currency)

    @property
    def paid(self) -> Money:
        """The charge after promotions, in the order's price mode."""
        return minor_money(self.paid_minor, self.currency)

    @property
    def tax(self) -> Money:
        """The tax on the charge after promotions."""
        return minor_money(self.tax_minor, self.currency)


@attrs.frozen(eq=False, repr=False)
class ChargeDecision(Coded):
    """One charge and its tax."""

    charge: Charge
    tax: Money


@attrs.frozen(eq=False, repr=False)
class GiftGiven(Coded):
    """Units that a promotion adds to the order for nothing; *value* is for one unit."""

    promotion: str
    sku: str
    quantity: int
    value: Money
    name: Name


@attrs.frozen(eq=False, repr=False)
class RewardGiven(Coded):
    """What a promotion carries for the loyalty part."""

    promotion: str
    kind: str
    value: Any


@attrs.frozen(eq=False, repr=False)
class TaxTotal(Coded):
    """The tax of one rate on everything that bears it."""

    rate: Percent
    net_minor: int
    tax_minor: int
    currency: str

    @property
    def net(self) -> Money:
        """What bears the rate, without tax."""
        return minor_money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        """The tax."""
        return minor_money(self.tax_minor, self.currency)

    @property
    def gross(self) -> Money:
        """What bears the rate, with tax."""
        return minor_money(self.net_minor + self.tax_minor, self.currency)


@attrs.frozen(eq=False, repr=False)
class Taken(Coded):
    """What one promotion took in one phase, in the order's price mode."""

    promotion: str
    amount: Money


@attrs.frozen(eq=False, repr=False)
class PhaseDecision(Coded):
    """What promotions took in one phase, in the order in which they acted."""

    phase: Phase
    taken: tuple[Taken, ...]
    saved: Money


@attrs.frozen(eq=False, repr=False)
class OccurrenceUnits(Coded):
    """Units of one line that occurrences of a pattern hold; the target ones got the benefit."""

    line: str
    first: int
    count: int
    target: bool


@attrs.frozen(eq=False, repr=False)
class PatternOccurrence(Coded):
    """*times* equal occurrences of a promotion's pattern and all their units."""

    promotion: str
    times: int
    units: tuple[OccurrenceUnits, ...]


@attrs.frozen(eq=False, repr=False)
class Combined(Coded):
    """A best combination that was chosen among *members*: whether it is proven, and by how much it may fall short.

    *gap* is by how much any other combination could at most be better, None where no bound is known. *phase* is None
    for one chosen over the whole order. *nodes* is the effort it took.
    """

    members: tuple[str, ...]
    phase: Phase | None
    optimal: bool
    gap: Money | None
    nodes: int


@attrs.frozen(eq=False, repr=False)
class Matched(Coded):
    """A promotion that was eligible: what it took, and its state with who won, where a group decided."""

    id: str
    name: Name
    state: State
    taken: Money
    winner: Name | None = None
    by: Money | None = None


@attrs.frozen(eq=False, repr=False)
class Explained(Coded):
    """A promotion's state, said as a statement, with the verdict of its condition where it was asked.

    *more* are the other things that an applied promotion gave, such as a gift beside a discount.
    """

    promotion: str
    state: State
    statement: Statement
    verdict: Verdict | None = None
    more: tuple[Statement, ...] = ()


class Found(NamedTuple):
    """What pricing found, in minor units and places of lines: the whole content of a decision.

    It *carries* tax where some promotion speaks the other price mode, so that its parts have their own. *cards* are the
    punch cards that made units free, and how many.
    """

    runs: tuple[tuple[int, int, int, int, int, bool, tuple[tuple[str, int, int | None], ...]], ...]
    shipping: tuple[tuple[int, int, int, tuple[tuple[str, int, int | None], ...]], ...]
    matched: tuple[MatchedRow, ...]
    acted: tuple[tuple[Phase, str, int], ...] = ()
    gifts: tuple[GiftGiven, ...] = ()
    rewards: tuple[RewardGiven, ...] = ()
    overflow: tuple[tuple[str, int], ...] = ()
    occurrences: tuple[tuple[str, int, tuple[tuple[int, int, int, bool], ...]], ...] = ()
    rounding: TaxRounding = "rate"
    uses: tuple[Use, ...] = ()
    combined: tuple[tuple[tuple[str, ...], Phase | None, bool, int | None, int], ...] = ()
    carries: bool = False
    tags: tuple[tuple[int, int | Fraction], ...] = ()
    cards: tuple[tuple[str, int], ...] = ()

    @property
    def written(self) -> Found:
        """All of it."""
        return self

    @property
    def paid(self) -> int:
        """What goods and delivery cost, in the order's price mode."""
        return sum([run[4] * run[2] for run in self.runs]) + sum([run[2] for run in self.shipping])
