"""A book's promotions as one function in generated source, for the orders that most orders are.

Such an order has whole prices and no floors, no goods by measure and none that take no discount. The function does what
`price` does, promotion by promotion, with the conditions and the commonest benefits written out; the others act as they
always do. It gives None where an order or a promotion needs more: then `price` has to do it all from the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare.policies import quick
from aftercare.policies.discount import PHASES
from aftercare.policies.enacting import Draft, Enacting
from aftercare.policies.forms import Form, about_all_goods, form_of, has_budget, reads_goods
from aftercare.policies.item_reading import fold
from aftercare.policies.prepared import Leaf, act_all, combines, leaves
from aftercare.policies.pricing import Pricing
from aftercare.policies.source import whole
from aftercare.policies.tariff import charge_shipments
from aftercare.policies.telling import amount_of, quantity_of
from aftercare.policies.units import Run, Runs
from aftercare.policies.variable import Steps
from aftercare.policies.vocabulary import always
from aftercare.policies.walking import goods_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.policies.candidate import Candidate
    from aftercare.policies.discount import Phase
    from aftercare.policies.prepared import PreparedPromotions, Seat
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.tariff import PreparedDelivery

_KNOWN = {
    "FAR": 1 << 200,
    "UNLIKE": quick.UNLIKE,
    "GROSS": "gross",
    "Pricing": Pricing,
    "Run": Run,
    "Runs": Runs,
    "new": object.__new__,
    "act_all": act_all,
    "amount_of": amount_of,
    "charge_shipments": charge_shipments,
    "fold": fold,
    "quantity_of": quantity_of,
    **{
        each.__name__: each
        for each in (
            quick.amount_off,
            quick.at_price,
            quick.best,
            quick.bundle,
            quick.each_unit_off,
            quick.every,
            quick.first,
            quick.leading,
            quick.percent_of,
            quick.percent_off,
            quick.shipping_percent,
            quick.tag_named,
            quick.tag_percent,
        )
    },
}


_RUN = (
    "run = new(Run)",
    "run.line = place",
    "run.first = 1",
    "run.count = line.quantity",
    "run.price = run.start = run.left = price",
    "run.floor = run.roles = 0",
    "run.parts = ()",
    "run.gift = False",
    "run.counts = True",
)
"""The units of a line: what `Run(place, 1, line.quantity, price, 0)` makes, without a call for each line."""


class Writer:
    """Writes the function for the orders in one currency."""

    def __init__(self, promotions: PreparedPromotions, tariffs: Iterable[PreparedDelivery], currency: str) -> None:
        self.promotions = promotions
        self.tariffs = tuple(tariffs)
        self.currency = currency
        draft = self.draft = Draft(promotions, currency)
        self.head, self.body, self.telling = draft.head, draft.body, draft.telling
        self.forms, self.caps, self.who, self.sure = draft.forms, draft.caps, draft.who, draft.sure
        self.begun = False
        self.enacting = Enacting(draft)

    def charge(self) -> Callable[..., Any]:
        """From an order and a moment to the pricing, what was taken, fates and acts; None where it needs more."""
        for place, phase in enumerate(PHASES):
            self._phase(phase, place)
        self.body.say("return pricing, taken, fates, acted")
        self._opening()
        return self.head.made("charge", self.body, _KNOWN)

    def owed(self) -> Callable[..., Any] | None:
        """From an order and a moment to what is payable, or None where it needs more; None for a book that does.

        Where nothing reads single goods any more, whole-order benefits act on the sum: no unit is split. That gives the
        same as unit by unit as long as no unit comes near its floor. After *n* acts a unit is at most 3/2 *n* minor
        units from its share of what is left, and the next act asks for at most one more than its share; the cheapest
        unit tells whether that is far from zero.
        """
        if not self._sums():
            return None
        self.draft.lean = True
        body = self.body
        with body.block("if order.prices != GROSS"):
            body.say("return None")
        for place, phase in enumerate(PHASES):
            self._phase(phase, place, summed=phase in {"order", "shipping"})
        body.say(
            "return left + sum([run.left for run in shipping]) + sum([charge.amount.minor for charge in order.charges])"
        )
        self._opening()
        return self.head.made("charge", self.body, _KNOWN)

    def _sums(self) -> bool:
        """Whether the order phase acts on all goods together, and nothing after it looks at single ones."""
        _, _, order, shipping = self.promotions.phases
        every = self.promotions.promotions
        return (
            all(
                tariff.only_fee is not None and self.telling.value(tariff.only_fee) is not None
                for tariff in self.tariffs
            )
            and all(self._form(every[index]) in {"percent", "amount"} for index in order.seats)
            and all(about_all_goods(every[index]) for index in order.seats)
            and all(self._form(every[index]) == "shipping" for index in shipping.seats)
            and not any(reads_goods(every[index]) for index in shipping.seats)
        )

    # --- the goods ---------------------------------------------------------------------------------------------------

    def _opening(self) -> None:
        """Look at the lines once: their units, and which goods they are."""
        head = self.head
        with head.block("def charge(order, moment, gate)"):
            head.say("units = []", f"m = [0] * {whole(self.telling.counted)}")
            with head.block("for place, line in enumerate(order.lines)"):
                head.say("product = line.product", "price = line.unit_price.minor")
                unusual = "line.measure is not None or product.minimum_price is not None or not product.discountable"
                with head.block(f"if {unusual} or type(price) is not int"):
                    head.say("return None")
                head.say(*_RUN, "units.append(run)", "bit = 1 << place")
                for name, table in self.telling.words.items():
                    if table:
                        self._words(name, head.constant(table))
            head.say(
                "runs = Runs(units, len(units))",
                "pricing = Pricing(order, moment, runs, plain=True)",
                "goods = pricing.goods",
                "everything = goods.all",
            )
            head.say("customer = order.customer", "tier = None")
            with head.block("if customer is not None and customer.tier is not None"):
                head.say("tier = customer.tier.rank")
            head.say("taken = {}", "fates = {}", "acted = []")
            head.say("codes = frozenset(map(fold, order.codes)) if order.codes else ()")

    def _words(self, name: str, table: str) -> None:
        head = self.head
        if name == "item.sku":
            with head.block(f"for number in {table}.get(product.sku, ())"):
                head.say("m[number] |= bit")
            return
        field = {"item.category": "categories", "item.tag": "tags"}[name]
        with head.block(f"for word in product.{field}"), head.block(f"for number in {table}.get(word, ())"):
            head.say("m[number] |= bit")

    # --- phases ------------------------------------------------------------------------------------------------------

    def _phase(self, phase: Phase, place: int, *, summed: bool = False) -> None:
        body = self.body
        prepared = self.promotions.phases[place]
        starting = [each for each in self.promotions.candidates if each.first == phase]
        if phase == "shipping":
            self._charges()
        if not prepared.seats and not summed:
            return
        opening = body.place()
        self.telling.used.clear()
        for candidate in starting:
            self._gate(candidate, summed=summed)
        seats = sorted(prepared.seats.items(), key=lambda seat: seat[1].key)
        for choice in dict.fromkeys(seat.choice for _, seat in seats if seat.choice is not None):
            self._choose(choice, prepared.seats)
        if summed and phase == "order":
            self._sum_up(opening, [index for index, _ in seats])
            return
        if not summed:
            self._begin(opening, phase)
        for index, seat in seats:
            opens = self.sure.get(index)
            with body.block(f"if {opens or f'p{whole(index)} is not None'}"):
                if opens is not None:
                    self._tell(self.promotions.candidates[index])
                self.enacting.act(index, seat, phase)
        self.begun = True

    def _sum_up(self, opening: int, acting: list[int]) -> None:
        """Whole-order benefits on the sum of all units."""
        body = self.body
        body.insert(
            opening,
            "amount = counted = 0",
            "least = FAR",
            "for run in runs:",
            "    counted += run.count",
            "    amount += run.left * run.count",
            "    if 0 < run.left < least:",
            "        least = run.left",
        )
        body.say("left = amount", "acts = 0")
        for index in acting:
            name = f"p{whole(index)}"
            taken = name if self.forms[index] == "amount" else f"percent_of(amount, {name}, {self.caps[index]})"
            with body.block(f"if {name} is not None"):
                body.say(f"left -= {taken}", "acts += 1")
        with body.block("if acts and 2 * least * left < (3 * acts + 4) * amount"):
            body.say("return None")
        body.say("amount = left")

    def _begin(self, place: int, phase: Phase) -> None:
        """What is reckoned of all units before the phase is looked at: what they start from, and what was asked for."""
        # Before any promotion has acted they start from their prices, and nothing has a role.
        each = ["run.start = run.left", "run.roles = 0"] if self.begun and phase in {"item", "order"} else []
        sums = {"amount": "amount += run.left * run.count", "counted": "counted += run.count"}
        asked = sorted(self.telling.used)
        each += [sums[name] for name in asked]
        if each:
            lines = ["for run in runs:", *(f"    {line}" for line in each)]
            self.body.insert(place, *(f"{name} = 0" for name in asked), *lines)

    def _gate(self, candidate: Candidate, *, summed: bool) -> None:
        """Whether a promotion is eligible: its value is in `p` and its number, None where it is not.

        A sure one is asked in its turn, because nothing that happens in the phase changes the answer.
        """
        promotion, index = candidate.promotion, candidate.index
        body, telling = self.body, self.telling
        self.who[index] = body.constant(promotion.id)
        name = f"p{whole(index)}"
        self.caps[index] = "None"
        if promotion.only_in and self.currency not in promotion.only_in:
            self.forms[index] = "plain"
            body.say(f"{name} = None")
            return
        form = self.forms[index] = self._form(promotion)
        benefit = promotion.then[0]
        cap = getattr(benefit, "cap", None)
        if cap is not None and form != "plain":
            self.caps[index] = whole(telling.value(cap))
        gates = [f"not {body.constant(candidate.codes)}.isdisjoint(codes)"] if candidate.codes else []
        gates += self._reach(promotion)
        gates += telling.gates(promotion.when)
        if promotion.schedule is not None:
            gates.append(f"{body.constant(promotion.schedule)}.is_open(moment.at)")
        if promotion.limits and not has_budget(promotion):
            gates.append(f"gate.opens({body.constant(promotion)})")
        opens = " and ".join(gates) or "True"
        if not summed and self._is_sure(candidate):
            self.sure[index] = opens
            return
        body.say(f"{name} = None")
        with body.block(f"if {opens}"):
            self._tell(candidate)
        limited = has_budget(promotion)
        if self.draft.lean:
            if limited:
                # What it gave in all has to be known, which a sum does not tell.
                with body.block(f"if {name} is not None"):
                    body.say("return None")
            return
        if limited:
            with body.block(f"if {name} is not None"):
                body.say(f"{name} = gate.admit({body.constant(promotion)}, {name})")
        with body.block(f"if {name} is not None"):
            body.say(f"taken[{whole(index)}] = 0")

    def _is_sure(self, candidate: Candidate) -> bool:
        """Whether a promotion has no condition and no choice about it, gives always the same, and that once."""
        promotion, index = candidate.promotion, candidate.index
        alone = len(self.promotions.seats[index]) == 1 and self.promotions.seats[index][0].choice is None
        if not alone or promotion.when != always or promotion.limits:
            return False
        if self.forms[index] == "plain":
            return candidate.constant(self.currency) is not None
        return self.forms[index] == "named" or not isinstance(getattr(promotion.then[0], "value", None), Steps)

    def _tell(self, candidate: Candidate) -> None:
        """The value of an eligible promotion."""
        promotion, body, form = candidate.promotion, self.body, self.forms[candidate.index]
        name = f"p{whole(candidate.index)}"
        if form == "named":
            body.say(f"{name} = 1")
        elif form != "plain":
            self._value(name, getattr(promotion.then[0], "value"))  # noqa: B009 - all but gifts and named prices have one
        elif (plan := candidate.constant(self.currency)) is not None:
            body.say(f"{name} = {body.constant(plan)}")
        else:
            body.say(f"{name} = {body.constant(candidate)}.plan(pricing.look())")

    def _reach(self, promotion: Promotion) -> list[str]:
        """The goods without which no benefit does anything."""
        ways = []
        for benefits in promotion.alternatives:
            for benefit in benefits:
                needed = [self.telling.lines(each) for each in goods_of(benefit)]
                if not needed:
                    return []
                ways.append(" and ".join(needed))
        return [f"({' or '.join(dict.fromkeys(ways))})"]

    def _form(self, promotion: Promotion) -> Form:
        """How a promotion is written out for this currency."""
        form = form_of(promotion)
        if form in {"plain", "named"}:
            return form
        benefit = promotion.then[0]
        cap = getattr(benefit, "cap", None)
        value = getattr(benefit, "value", None)
        constant = form in {"every", "bundle", "leading"}
        told = self.telling.value(value) is not None if constant else self.telling.can_tell(value)
        return form if told and (cap is None or self.telling.value(cap) is not None) else "plain"

    def _value(self, name: str, value: Any) -> None:
        look, rows = self.telling.rows(value)
        if look == "None":
            ((_, constant),) = rows
            self.body.say(f"{name} = {self._constant(constant)}")
            return
        self.body.say(f"step = {look}")
        for place, (test, constant) in enumerate(rows):
            with self.body.block(f"{'el' if place else ''}if {test}"):
                self.body.say(f"{name} = {self._constant(constant)}")

    def _constant(self, value: Any) -> str:
        return whole(value) if type(value) is int else self.body.constant(value)

    # --- choices -----------------------------------------------------------------------------------------------------

    def _choose(self, choice: int, seats: dict[int, Seat]) -> None:
        """Settle a choice among alternatives that can be compared by a sum; others need more."""
        body = self.body
        node = self.promotions.choices[choice]
        members = [index for index in leaves(node) if index in seats]
        names = [f"p{whole(index)}" for index in members]
        several = " + ".join(f"({name} is not None)" for name in names)
        flat = all(isinstance(member, Leaf) for member in node.members)
        summed = all(self.forms[index] in {"percent", "amount"} for index in members)
        if node.how in {"first_of", "best_of"} and flat and summed:
            with body.block(f"if {several} > 1"):
                body.say("eligible = []")
                for index, name in zip(members, names, strict=True):
                    with body.block(f"if {name} is not None"):
                        worth = self._worth(index, name)
                        body.say(f"eligible.append(({whole(index)}, {whole(seats[index].key)}, {worth}))")
                body.say(f"chosen = {'best' if node.how == 'best_of' else 'first'}(eligible, fates)")
                for index, name in zip(members, names, strict=True):
                    with body.block(f"if chosen != {whole(index)}"):
                        body.say(f"{name} = None")
        else:
            # One alone that is eligible is not a choice, but a best combination chooses units for it.
            alone = 0 if node.how not in {"first_of", "best_of"} or combines(node) else 1
            with body.block(f"if {several} > {alone}"):
                body.say("return None")

    def _worth(self, index: int, name: str) -> str:
        of = getattr(self.draft.benefit(index), "of", None)
        whole_amount = self.telling.amount(of)
        if self.forms[index] == "amount":
            return f"min({whole_amount}, {name})"
        return f"percent_of({whole_amount}, {name}, {self.caps[index]})"

    # --- delivery ----------------------------------------------------------------------------------------------------

    def _charges(self) -> None:
        """What delivery costs before promotions."""
        body = self.body
        fees: dict[str, int] | None = {}
        for tariff in self.tariffs:
            fee = self.telling.value(tariff.only_fee)
            if fee is None or fees is None:
                fees = None
            else:
                fees.setdefault(tariff.method, fee)
        if fees is None:
            charge = body.constant(self.tariffs)
            body.say(f"shipping = pricing.shipping = charge_shipments(pricing.look(), {charge})")
            return
        body.say("shipping = pricing.shipping")
        with body.block("for place, shipment in enumerate(order.shipments)"):
            body.say(f"fee = {body.constant(fees)}.get(shipment.method)")
            with body.block("if shipment.charge is not None"):
                body.say("fee = shipment.charge.minor")
            with body.block("if fee is None"):
                body.say("return None")
            body.say("shipping.append(Run(place, 1, 1, fee, 0))")
