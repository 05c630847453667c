"""A book's promotions as one function in generated source, for the orders that most orders are.

Such an order has whole prices and no floors, no goods by measure and none that take no discount. The function does what
`price` does, promotion by promotion, with the conditions and the commonest benefits written out; the others act as they
always do. It gives None where an order or a promotion needs more: then `price` has to do it all from the start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aftercare.policies import quick
from aftercare.policies.benefit import AmountOff, FixedPrice, Gift, NamedPrice, PercentOff, Reward, ShippingOff, values
from aftercare.policies.condition import Reading
from aftercare.policies.discount import PHASES
from aftercare.policies.pattern import Every, PatternOff
from aftercare.policies.prepared import Leaf, act_all, leaves
from aftercare.policies.pricing import Pricing
from aftercare.policies.reading import fold
from aftercare.policies.selection import Selection
from aftercare.policies.source import Source, whole
from aftercare.policies.tariff import charge_shipments
from aftercare.policies.telling import Telling, amount_of, quantity_of
from aftercare.policies.units import Run
from aftercare.policies.variable import facts
from aftercare.policies.walking import goods_of
from aftercare.policies.walking import leaves as walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.policies.benefit import Benefit
    from aftercare.policies.candidate import Candidate
    from aftercare.policies.discount import Phase
    from aftercare.policies.prepared import PreparedPromotions, Seat
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.tariff import PreparedDelivery

MOST = 200
"""A book of more promotions is not written out: to ask each of them would cost more than to look up the few that match."""

Form = Literal["tags", "named", "percent", "amount", "each", "price", "every", "leading", "shipping", "plain"]
_MAY_REFUSE = frozenset({"tags", "percent", "amount", "each", "every", "leading", "shipping"})

_ABOUT_GOODS = frozenset({"cart.quantity", "cart.amount", "cart.distinct", "cart.total"})
_KNOWN = {
    "FAR": 1 << 200,
    "GROSS": "gross",
    "Pricing": Pricing,
    "Run": Run,
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


def worth_writing(promotions: PreparedPromotions) -> bool:
    """Whether a book can be written out: of moderate size, without limits and what else reaches across phases."""
    if len(promotions.ids) > MOST or promotions.spanning or promotions.limited:
        return False
    return not any(map(_reaches_on, promotions.promotions))


def _reaches_on(promotion: Promotion) -> bool:
    """Whether what *promotion* touches counts differently from then on."""
    gives = any(isinstance(benefit, Gift) for benefits in promotion.alternatives for benefit in benefits)
    return gives or not promotion.counts_towards_thresholds


def form_of(promotion: Promotion) -> Form:
    """How a promotion is written out; a ``plain`` one acts as it always does."""
    if len(promotion.then) != 1 or promotion.exceptions.overrides:
        return "plain"
    benefit = promotion.then[0]
    if isinstance(benefit, ShippingOff):
        return "shipping" if benefit.gives == "percent_off" else "plain"
    if isinstance(benefit, Gift | Reward):
        return "plain"
    limits = (benefit.cap_each, benefit.cap_share, benefit.money, benefit.rounding, benefit.mode)
    if limits != (None, None, None, "promotion", "half_up"):
        return "plain"
    tags = benefit.acts_in == "catalogue"
    match benefit:
        case PercentOff(of=Selection(how=how, per="order"), cap=None, base="start") if how != "after":
            return "leading"
        case PercentOff(of=Selection()) | AmountOff(of=Selection()) | FixedPrice(of=Selection()):
            return "plain"
        case PatternOff(pattern=Every(targets=targets, n=n), cap=None, gives="percent_off") if targets < n:
            return "every"
        case PercentOff(base="start"):
            return "tags" if tags else "percent"
        case NamedPrice() if tags:
            return "named"
        case AmountOff(cap=None, each="order"):
            return "amount"
        case AmountOff(cap=None, each="unit") if not tags:
            return "each"
        case FixedPrice(cap=None) if not tags:
            return "price"
        case _:
            return "plain"


def goods_of_none(promotion: Promotion) -> bool:
    """Whether what *promotion* gives is about all goods together."""
    return getattr(promotion.then[0], "of", None) is None


def reads_goods(promotion: Promotion) -> bool:
    """Whether a condition or value of *promotion* looks at single goods, or at all of them in another way than by sum."""
    asked = [leaf.reading for leaf in walk(promotion.when)]
    asked += [fact.reading for value in values(promotion.then[0]) for fact in facts(value)]
    return any(each.name in _ABOUT_GOODS and each != Reading("cart.amount") for each in asked)


class Writer:
    """Writes the function for the orders in one currency."""

    def __init__(self, promotions: PreparedPromotions, tariffs: Iterable[PreparedDelivery], currency: str) -> None:
        self.promotions = promotions
        self.tariffs = tuple(tariffs)
        self.currency = currency
        self.head = Source()
        self.body = Source(self.head, depth=1)
        self.telling = Telling(self.body, currency)
        self.forms: dict[int, Form] = {}
        self.caps: dict[int, str] = {}
        self.who: dict[int, str] = {}
        self.lean = False

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
        self.lean = True
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
            and all(goods_of_none(every[index]) for index in order.seats)
            and all(self._form(every[index]) == "shipping" for index in shipping.seats)
            and not any(reads_goods(every[index]) for index in shipping.seats)
        )

    # --- the goods ---------------------------------------------------------------------------------------------------

    def _opening(self) -> None:
        """Look at the lines once: their units, and which goods they are."""
        head = self.head
        with head.block("def charge(order, moment)"):
            head.say("runs = []", "pricing = Pricing(order, moment, runs)", "goods = pricing.goods")
            head.say(
                "everything = goods.whole = goods.all",
                f"m = [0] * {whole(self.telling.counted)}",
                "bit = 1",
                "place = 0",
            )
            with head.block("for line in goods.lines"):
                head.say("product = line.product", "price = line.unit_price.minor")
                unusual = "line.measure is not None or product.minimum_price is not None or not product.discountable"
                with head.block(f"if {unusual} or type(price) is not int"):
                    head.say("return None")
                head.say("runs.append(Run(place, 1, line.quantity, price, 0))")
                for name, table in self.telling.words.items():
                    if table:
                        self._words(name, head.constant(table))
                head.say("bit <<= 1", "place += 1")
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
            self._gate(candidate)
        seats = sorted(prepared.seats.items(), key=lambda seat: seat[1].key)
        for choice in dict.fromkeys(seat.choice for _, seat in seats if seat.choice is not None):
            self._choose(choice, prepared.seats)
        if summed and phase == "order":
            self._sum_up(opening, [index for index, _ in seats])
            return
        if not summed:
            self._begin(opening, phase)
        for index, seat in seats:
            self._act(index, seat, phase)

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
        each = ["run.start = run.left", "run.roles = 0"] if phase in {"item", "order"} else []
        sums = {"amount": "amount += run.left * run.count", "counted": "counted += run.count"}
        asked = sorted(self.telling.used)
        each += [sums[name] for name in asked]
        if each:
            lines = ["for run in runs:", *(f"    {line}" for line in each)]
            self.body.insert(place, *(f"{name} = 0" for name in asked), *lines)

    def _gate(self, candidate: Candidate) -> None:
        """Whether a promotion is eligible: its value is in `p` and its number, None where it is not."""
        promotion, index = candidate.promotion, candidate.index
        body, telling = self.body, self.telling
        self.who[index] = body.constant(promotion.id)
        name = f"p{whole(index)}"
        body.say(f"{name} = None")
        if promotion.only_in and self.currency not in promotion.only_in:
            self.forms[index] = "plain"
            return
        form = self.forms[index] = self._form(promotion)
        benefit = promotion.then[0]
        cap = getattr(benefit, "cap", None)
        self.caps[index] = "None" if cap is None or form == "plain" else whole(telling.value(cap))
        gates = [f"not {body.constant(candidate.codes)}.isdisjoint(codes)"] if candidate.codes else []
        gates += self._reach(promotion)
        gates += telling.gates(promotion.when)
        if promotion.schedule is not None:
            gates.append(f"{body.constant(promotion.schedule)}.is_open(moment.at)")
        with body.block(f"if {' and '.join(gates) or 'True'}"):
            if form == "named":
                body.say(f"{name} = 1")
            elif form != "plain":
                self._value(name, getattr(benefit, "value"))  # noqa: B009 - all but gifts and named prices have one
            elif (plan := candidate.constant(self.currency)) is not None:
                body.say(f"{name} = {body.constant(plan)}")
            else:
                body.say(f"{name} = {body.constant(candidate)}.plan(pricing.look())")
        if not self.lean:
            with body.block(f"if {name} is not None"):
                body.say(f"taken[{whole(index)}] = 0")

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
        told = self.telling.value(value) is not None if form in {"every", "leading"} else self.telling.can_tell(value)
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
            alone = 1 if node.how in {"first_of", "best_of"} else 0
            with body.block(f"if {several} > {alone}"):
                body.say("return None")

    def _worth(self, index: int, name: str) -> str:
        of = getattr(self.promotions.promotions[index].then[0], "of", None)
        whole_amount = self.telling.amount(of)
        if self.forms[index] == "amount":
            return f"min({whole_amount}, {name})"
        return f"percent_of({whole_amount}, {name}, {self.caps[index]})"

    # --- acts --------------------------------------------------------------------------------------------------------

    def _act(self, index: int, seat: Seat, phase: Phase) -> None:
        body = self.body
        form = self.forms[index]
        benefit = self.promotions.promotions[index].then[0]
        with body.block(f"if p{whole(index)} is not None"):
            match form:
                case "plain":
                    self._plain(index, seat, phase)
                case "every" | "leading":
                    self._alike(index, seat, phase, benefit)
                case _:
                    body.say(f"t = {self._written(form, benefit, index)}")
            if form in _MAY_REFUSE:
                with body.block("if t < 0"):
                    body.say("return None")
            if not self.lean:
                with body.block("if t"):
                    body.say(f"taken[{whole(index)}] += t", f"acted.append(({body.constant(phase)}, {self.who[index]}, t))")

    def _plain(self, index: int, seat: Seat, phase: Phase) -> None:
        """As it always acts; the values of a benefit that is only sometimes written out are told again."""
        body = self.body
        phase_name, group = body.constant(phase), body.constant(seat.group)
        name = f"p{whole(index)}"
        if self.forms[index] != "plain":
            name = f"{body.constant(self.promotions.candidates[index])}.constant({body.constant(self.currency)})"
        body.say(f"t = act_all(pricing, {phase_name}, {name}, {self.who[index]}, {group})")

    def _alike(self, index: int, seat: Seat, phase: Phase, benefit: Benefit) -> None:
        """Units that are all alike leave nothing to choose."""
        body = self.body
        name, who = f"p{whole(index)}", self.who[index]
        (of,) = goods_of(benefit)
        lines = self.telling.lines(of)
        free = f" and not run.roles & {whole(seat.group)}" if isinstance(benefit, PatternOff) else ""
        body.say(f"found = [run for run in runs if {lines} >> run.line & 1{free}]")
        with body.block("if len(found) == 1"):
            match benefit:
                case PatternOff(pattern=Every(n=n, targets=targets, times=times)):
                    sizes = body.constant((n, targets, times))
                    body.say(f"t = every(pricing, found, {sizes}, {name}, {whole(seat.group)}, {who})")
                case PercentOff(of=Selection(n=n)):
                    body.say(f"t = percent_off(runs, leading(runs, found, {whole(n)}), {name}, None, goods, {who})")
                case _:
                    raise AssertionError(benefit)
        with body.block("else"):
            self._plain(index, seat, phase)

    def _written(self, form: Form, benefit: Benefit, index: int) -> str:
        name, who, cap = f"p{whole(index)}", self.who[index], self.caps[index]
        if isinstance(benefit, ShippingOff):
            found = "shipping"
            if benefit.methods:
                methods = self.body.constant(frozenset(benefit.methods))
                found = f"[run for run in shipping if order.shipments[run.line].method in {methods}]"
            return f"shipping_percent({found}, {name}, {who})"
        of = getattr(benefit, "of", None)
        lines = self.telling.lines(of)
        found = "runs.copy()" if of is None else f"[run for run in runs if {lines} >> run.line & 1]"
        match form:
            case "tags":
                return f"tag_percent(runs, {lines}, {name}, {who})"
            case "named":
                key = self.body.constant(getattr(benefit, "key"))  # noqa: B009 - only named prices have one
                return f"tag_named(runs, {lines}, {key}, goods.lines, {who})"
            case "percent":
                return f"percent_off(runs, {found}, {name}, {cap}, goods, {who})"
            case "amount":
                return f"amount_off(runs, {found}, {name}, goods, {who})"
            case "each":
                return f"each_unit_off({found}, {name}, {who})"
            case _:
                return f"at_price({found}, {name}, {who})"

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
