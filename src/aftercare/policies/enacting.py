"""How the acts of promotions stand in generated source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare.policies.benefit import PercentOff, ShippingOff
from aftercare.policies.forms import MAY_REFUSE, Form
from aftercare.policies.pattern import Bundle, Every, PatternOff
from aftercare.policies.selection import Selection
from aftercare.policies.source import Source, whole
from aftercare.policies.telling import Telling

if TYPE_CHECKING:
    from aftercare.policies.benefit import Benefit
    from aftercare.policies.discount import Phase
    from aftercare.policies.prepared import PreparedPromotions, Seat


class Draft:
    """What is known while a book is written out for one currency; a *lean* one only wants to know what is payable.

    Of each promotion by its place in the book: its form, its cap as it is written, and the name of its id; of the sure
    ones, what opens them.
    """

    def __init__(self, promotions: PreparedPromotions, currency: str) -> None:
        self.promotions = promotions
        self.currency = currency
        names: dict[str, Any] = {}
        self.head = Source(names)
        self.body = Source(names, depth=1)
        self.telling = Telling(self.body, currency)
        self.forms: dict[int, Form] = {}
        self.caps: dict[int, str] = {}
        self.who: dict[int, str] = {}
        self.sure: dict[int, str] = {}
        self.lean = False

    def benefit(self, index: int) -> Benefit:
        """What a promotion gives, where it gives one thing."""
        return self.promotions.promotions[index].then[0]


class Enacting:
    """Writes what an eligible promotion does."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.body = draft.body

    def act(self, index: int, seat: Seat, phase: Phase) -> None:
        """What an eligible promotion does in one of its phases, and what it took."""
        body = self.body
        form = self.draft.forms[index]
        benefit = self.draft.benefit(index)
        match form, benefit:
            case "plain", _:
                self._plain(index, seat, phase)
            case "every", PatternOff(pattern=Every() as pattern):
                self._every(index, seat, phase, pattern)
            case "bundle", PatternOff(pattern=Bundle() as pattern, gives=gives):
                self._bundle(index, seat, phase, pattern, gives)
            case "leading", PercentOff(of=Selection() as selection):
                self._leading(index, seat, phase, selection)
            case _:
                body.say(f"t = {self._written(form, benefit, index)}")
        if form in MAY_REFUSE:
            with body.block("if t < 0"):
                body.say("return None")
        if not self.draft.lean:
            if index in self.draft.sure:
                body.say(f"taken[{whole(index)}] = t")
            with body.block("if t"):
                if index not in self.draft.sure:
                    body.say(f"taken[{whole(index)}] += t")
                body.say(f"acted.append(({body.constant(phase)}, {self.draft.who[index]}, t))")

    def _plain(self, index: int, seat: Seat, phase: Phase) -> None:
        """As it always acts; a benefit that is only sometimes written out has one plan for all orders."""
        body = self.body
        phase_name, group = body.constant(phase), body.constant(seat.group)
        name = f"p{whole(index)}"
        if self.draft.forms[index] != "plain":
            name = body.constant(self.draft.promotions.candidates[index].constant(self.draft.currency))
        body.say(f"t = act_all(pricing, {phase_name}, {name}, {self.draft.who[index]}, {group})")

    def _every(self, index: int, seat: Seat, phase: Phase, pattern: Every) -> None:
        """Of every so many units the cheapest, as the merchant would choose them."""
        body = self.body
        lines = self.draft.telling.lines(pattern.of)
        sizes = body.constant((pattern.n, pattern.targets, pattern.times))
        group, who = whole(seat.group), self.draft.who[index]
        body.say(f"t = every(pricing, runs.of({lines}), {sizes}, p{whole(index)}, {group}, {who})")
        with body.block("if t == UNLIKE"):
            self._plain(index, seat, phase)

    def _leading(self, index: int, seat: Seat, phase: Phase, selection: Selection) -> None:
        """Units that are all alike leave nothing to choose."""
        body = self.body
        lines = self.draft.telling.lines(selection.of)
        body.say(f"found = runs.of({lines})")
        with body.block("if len(found) == 1"):
            chosen = f"leading(runs, found, {whole(selection.n)})"
            body.say(f"t = percent_off(runs, {chosen}, p{whole(index)}, None, goods, {self.draft.who[index]})")
        with body.block("else"):
            self._plain(index, seat, phase)

    def _bundle(self, index: int, seat: Seat, phase: Phase, pattern: Bundle, gives: str) -> None:
        """Bundles of units that are all alike leave nothing to choose."""
        body = self.body
        wanted = ", ".join(f"({self.draft.telling.lines(of)}, {whole(n)})" for of, n in pattern.components)
        terms = f"{body.constant(pattern.times)}, {body.constant(gives)}, p{whole(index)}, {whole(seat.group)}"
        body.say(f"t = bundle(pricing, ({wanted},), {terms}, {self.draft.who[index]})")
        with body.block("if t == UNLIKE"):
            self._plain(index, seat, phase)

    def _written(self, form: Form, benefit: Benefit, index: int) -> str:
        name, who, cap = f"p{whole(index)}", self.draft.who[index], self.draft.caps[index]
        if isinstance(benefit, ShippingOff):
            found = "shipping"
            if benefit.methods:
                methods = self.body.constant(frozenset(benefit.methods))
                found = f"[run for run in shipping if order.shipments[run.line].method in {methods}]"
            return f"shipping_percent({found}, {name}, {who})"
        of = getattr(benefit, "of", None)
        lines = self.draft.telling.lines(of)
        found = "runs" if of is None else f"runs.of({lines})"
        match form:
            case "tags":
                return f"tag_percent(pricing, {lines}, {name}, {who})"
            case "named":
                key = self.body.constant(getattr(benefit, "key"))  # noqa: B009 - only named prices have one
                return f"tag_named(pricing, {lines}, {key}, {who})"
            case "percent":
                return f"percent_off(runs, {found}, {name}, {cap}, goods, {who})"
            case "amount":
                return f"amount_off(runs, {found}, {name}, goods, {who})"
            case "each":
                return f"each_unit_off({found}, {name}, {who})"
            case _:
                return f"at_price({found}, {name}, {who})"
