"""Which promotions an order qualifies for as it comes, before anything is taken off: asked alone, and therefore soon.

Each promotion is asked as if it were the only one, so that none has to act. A book that is asked often is written out
as one function in generated source for the orders that most orders are; the function gives None for any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

from aftercare.policies.condition import ItemTest, Reading, Test, unnamed
from aftercare.policies.forms import MOST
from aftercare.policies.item_reading import fold, item_mask
from aftercare.policies.limiting import Gate
from aftercare.policies.pricing import Pricing
from aftercare.policies.snapshot import Moment
from aftercare.policies.source import Source, whole
from aftercare.policies.telling import Telling
from aftercare.policies.walking import goods_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.order import Order
    from aftercare.policies.candidate import Candidate
    from aftercare.policies.condition import Condition, ItemCondition
    from aftercare.policies.prepared import PreparedPromotions
    from aftercare.policies.snapshot import Snapshot

Written: TypeAlias = "Callable[[Order, datetime, History | None], list[str] | None]"
"""A book written out: from an order, an instant and a history to the ids; None where the order needs more."""

OFTEN = 50
"""After so many orders in a currency a book is written out for it."""

_FIELDS = {"item.category": "categories", "item.tag": "tags"}


def look(order: Order, moment: Moment) -> Snapshot:
    """The order as it comes."""
    return Pricing(order, moment).look()


class Matcher:
    """Tells which of a book's promotions an order qualifies for."""

    def __init__(self, promotions: PreparedPromotions, zone: str) -> None:
        self.promotions = promotions
        self.zone = zone
        self.written: dict[str, Written] = {}
        self.asked: dict[str, int] = {}

    def find(self, order: Order, at: datetime, history: History | None, counts: Counts | None) -> tuple[str, ...]:
        """The ids of the promotions, in the order of the book."""
        written = self.written.get(order.currency) or self._asked(order.currency)
        found = None if written is None else written(order, at, history)
        if found is None:
            found = self._search(order, Moment(at, self.zone, history))
        if self.promotions.limited:
            gate = Gate(counts, order, at, self.zone)
            shut = {each.id for each in self.promotions.limited if gate.standing(each).state != "open"}
            found = [each for each in found if each not in shut]
        return tuple(found)

    def _asked(self, currency: str) -> Written | None:
        """Count an order; a book that is asked often is written out for its currency."""
        asked = self.asked[currency] = self.asked.get(currency, 0) + 1
        return self.write(currency) if asked == OFTEN and len(self.promotions.ids) <= MOST else None

    def write(self, currency: str) -> Written:
        """Write the book out for the orders in *currency*."""
        self.written[currency] = Asking(self.promotions, currency, self.zone).function()
        return self.written[currency]

    def _search(self, order: Order, moment: Moment) -> list[str]:
        """The same of any order: those that may concern it are found by its words, and asked one by one."""
        snapshot = look(order, moment)
        reached = [each for found in self.promotions.reached(snapshot.goods) for each in found.values()]
        ids = self.promotions.ids
        return [ids[index] for index in sorted(each.index for each in reached if each.plan(snapshot) is not None)]


class Asking(Telling):
    """Writes what is asked of the orders in one currency, from sums that are made while their lines are read."""

    def __init__(self, promotions: PreparedPromotions, currency: str, zone: str) -> None:
        names: dict[str, Any] = {}
        self.head = Source(names)
        self.body = Source(names, depth=1)
        super().__init__(self.body, currency)
        self.seen = "(seen or (seen := look(order, moment)))"
        self.promotions = promotions
        self.zone = zone
        self.asked: set[str] = set()

    def function(self) -> Written:
        """From an order, an instant and a history to the ids of the promotions; None for an order that needs more."""
        for candidate in self.promotions.candidates:
            self._ask(candidate)
        self.body.say("return found")
        self.asked = self.body.named
        self._read()
        return self.head.made("matching", self.body, {"Moment": Moment, "fold": fold, "look": look})

    # --- what an order is read for -----------------------------------------------------------------------------------

    def _read(self) -> None:
        """Read of an order what is asked of it, and no more."""
        head, spare = self.head, whole(self.counted)
        with head.block("def matching(order, at, history)"):
            head.say("amount = counted = 0", "seen = None", "found = []")
            self._if_asked("units", f"units = [0] * ({spare} + 1)")  # the last is for words that nobody asks for
            self._if_asked("sums", f"sums = [0] * ({spare} + 1)")
            with head.block("for line in order.lines"):
                head.say("product = line.product", "count = line.quantity", "price = line.unit_price.minor")
                with head.block("if line.measure is not None or not product.discountable or type(price) is not int"):
                    head.say("return None")
                head.say("price *= count")
                self._if_asked("counted", "counted += count")
                self._if_asked("amount", "amount += price")
                for name, known in self.words.items():
                    if known:
                        self._add_up(name, head.constant({word: number for word, (number,) in known.items()}), spare)
            head.say("customer = order.customer", "groups = ()", "country = tier = None")
            with head.block("if customer is not None"):
                head.say("groups = customer.groups", "country = customer.country")
                self._if_asked("tier", "tier = None if customer.tier is None else customer.tier.rank")
            self._if_asked("codes", "codes = frozenset(map(fold, order.codes)) if order.codes else ()")
            self._if_asked("moment", f"moment = Moment(at, {head.constant(self.zone)}, history)")

    def _add_up(self, name: str, table: str, spare: str) -> None:
        if name in _FIELDS:
            with self.head.block(f"for word in product.{_FIELDS[name]}"):
                self._add(f"{table}.get(word, {spare})")
        else:
            self._add(f"{table}.get(product.sku, {spare})")

    def _add(self, number: str) -> None:
        self.head.say(f"number = {number}")
        self._if_asked("units", "units[number] += count")
        self._if_asked("sums", "sums[number] += price")

    def _if_asked(self, name: str, line: str) -> None:
        if name in self.asked:
            self.head.say(line)

    # --- what is asked -----------------------------------------------------------------------------------------------

    def _ask(self, candidate: Candidate) -> None:
        gates = " and ".join(self._gates(candidate))
        with self.body.block(f"if {gates or 'True'}"):
            self.body.say(f"found.append({self.body.constant(candidate.promotion.id)})")

    def _gates(self, candidate: Candidate) -> list[str]:
        promotion, constant = candidate.promotion, self.body.constant
        if promotion.only_in and self.currency not in promotion.only_in:
            return ["False"]
        gates = [f"not {constant(candidate.codes)}.isdisjoint(codes)"] if candidate.codes else []
        benefits = [benefit for alternative in promotion.alternatives for benefit in alternative]
        needed = [[self._has(goods) for goods in goods_of(benefit)] for benefit in benefits]
        if all(needed):
            gates.append(f"({' or '.join(' and '.join(goods) for goods in needed)})")
        if candidate.constant(self.currency) is None:
            return [*gates, f"{constant(candidate)}.plan({self.seen}) is not None"]
        gates += self.gates(promotion.when)
        if promotion.schedule is not None:
            gates.append(f"{constant(promotion.schedule)}.is_open(moment.at)")
        return gates

    def _has(self, goods: ItemCondition) -> str:
        """The expression for whether there are any of some goods."""
        place = self._place(goods)
        if place is None:
            return f"{self.body.constant(item_mask(goods))}({self.seen}.goods)"
        return f"units[{whole(place)}]"

    def condition(self, condition: Condition) -> str:
        """The expression for whether *condition* is known to hold."""
        match condition:
            case Test(Reading("customer.group"), "one_of" | "none_of" as operator, words):
                among = self._any(cast("tuple[str, ...]", words))
                return among if operator == "one_of" else f"(customer is not None and not {among})"
            case Test(Reading("customer.country"), "one_of", (only,)):
                return f"(country == {self.body.constant(only)})"
            case Test(Reading("customer.country"), "one_of" | "none_of" as operator, words):
                among = f"in {self.body.constant(frozenset(cast('tuple[str, ...]', words)))}"
                return f"country {among}" if operator == "one_of" else f"(country is not None and country not {among})"
            case _:
                return super().condition(condition)

    def _any(self, words: tuple[str, ...]) -> str:
        """The expression for whether the customer is in any of some groups."""
        if len(words) == 1:
            return f"({self.body.constant(words[0])} in groups)"
        return f"(not {self.body.constant(frozenset(words))}.isdisjoint(groups))"

    def number(self, reading: Reading) -> str | None:
        """The expression for how many units of some goods there are, or what they cost; None for other facts."""
        match reading:
            case Reading("cart.quantity"):
                total, sums = "counted", "units"
            case Reading("cart.amount", money=None):
                total, sums = "amount", "sums"
            case _:
                return None
        if reading.of is None:
            return total
        place = self._place(reading.of)
        return None if place is None else f"{sums}[{whole(place)}]"

    def _place(self, goods: ItemCondition) -> int | None:
        """Where the sums of some goods are kept; None for goods that no single word tells, which have none."""
        match unnamed(goods):
            case ItemTest(Reading("item.category" | "item.tag" | "item.sku" as name), "one_of", (only,)):
                known, word = self.words[name], cast("str", only)
                if word not in known:
                    known[word] = (self.counted,)
                    self.counted += 1
                return known[word][0]
            case _:
                return None
