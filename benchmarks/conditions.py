"""Only the conditions of 20 and of 200 promotions: `book.matching` beside rule and expression engines.

The conditions are about the customer's group and country, what the cart costs and how many units of a category it has,
joined by all, any and not. Engines get the facts as a dictionary that was made beforehand, with those sums in it; the
library gets the order, and adds up itself. Each engine is used in its best mode, found by trying them. All have to name
the same promotions for every order before anything is timed. Needs the `bench` dependency group.
"""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any

import datalogic_py
import json_logic
import rule_engine
import zen

from aftercare import Customer, Line, Money, Order, PolicyBook, Product, Promotion, cart, customer, item, policies
from benchmarks.interleaved import at_least, medians
from benchmarks.policies20 import AT

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare import Condition

    Find = Callable[[dict[str, Any]], list[int]]

IN_PYTHON, COMPILED = 10.0, 1.0
SIZES = (20, 200)
ORDERS = 50
GROUPS, COUNTRIES = ("new", "cafe", "hotel", "staff"), ("PL", "DE", "JP", "VN")
CATEGORIES = tuple(f"c{number}" for number in range(12))
Leaf = tuple[str, str, "str | int"]
"""A fact, how it is compared, and with what."""
Rule = tuple[str, list[Leaf]]
"""Whether all or any, and of what."""


def rules(count: int) -> list[Rule]:
    """So many conditions, each all or any of two or three comparisons; the same ones every time."""
    chance = random.Random(20)  # noqa: S311
    return [(chance.choice(("all", "all", "any")), leaves(chance)) for _ in range(count)]


def leaves(chance: random.Random) -> list[Leaf]:
    """Comparisons of different facts."""
    every: list[Leaf] = [
        ("group", chance.choice(("is", "is", "is not")), chance.choice(GROUPS)),
        ("country", chance.choice(("is", "is not")), chance.choice(COUNTRIES)),
        ("subtotal", chance.choice(("at least", "at least", "below")), 500 * chance.randint(2, 30)),
        (chance.choice(CATEGORIES), "at least", chance.randint(1, 3)),
        (chance.choice(CATEGORIES), chance.choice(("at least", "below")), chance.randint(1, 4)),
    ]
    return chance.sample(every, chance.randint(2, 3))


def orders() -> list[Order]:
    """Orders of five lines by customers who are known."""
    chance = random.Random(50)  # noqa: S311
    return [
        Order(
            [
                Line(
                    str(place),
                    Product(f"{category}-{place}", categories=[category]),
                    chance.choice((1, 1, 2, 3)),
                    unit_price=Money.of_minor(chance.randrange(100, 4000), "EUR"),
                )
                for place, category in enumerate(chance.choices(CATEGORIES, k=5))
            ],
            currency="EUR",
            customer=Customer(f"C-{number}", groups=[chance.choice(GROUPS)], country=chance.choice(COUNTRIES)),
        )
        for number in range(ORDERS)
    ]


def facts(order: Order) -> dict[str, Any]:
    """The same order as an engine reads it."""
    buyer = order.customer
    if buyer is None:
        msg = "the engines are asked about known customers"
        raise AssertionError(msg)
    found: dict[str, Any] = dict.fromkeys(CATEGORIES, 0)
    for line in order.lines:
        found[line.product.categories[0]] += line.quantity
    return {**found, "group": buyer.groups[0], "country": buyer.country, "subtotal": int(order.goods.minor)}


# --- the library -----------------------------------------------------------------------------------------------------


def book(given: list[Rule]) -> PolicyBook:
    """The conditions, each of a promotion about the whole order, so that none can be passed over."""
    promotions = []
    for number, (how, several) in enumerate(given):
        first, *others = map(condition, several)
        for other in others:
            first = first & other if how == "all" else first | other
        promotions.append(Promotion(str(number), when=first, then=policies.percent_off(1)))
    return PolicyBook("shop", zone="UTC", currencies="EUR", promotions=promotions)


def condition(leaf: Leaf) -> Condition:
    """A comparison in the library's words."""
    fact, how, value = leaf
    if isinstance(value, str):
        read = customer.group if fact == "group" else customer.country
        return read.is_(value) if how == "is" else read.is_not(value)
    if fact == "subtotal":
        amount, bound = cart.amount(), Money.of_minor(value, "EUR")
        return amount.at_least(bound) if how == "at least" else amount.below(bound)
    quantity = cart.quantity(item.category.is_(fact))
    return quantity.at_least(value) if how == "at least" else quantity.below(value)


# --- engines ---------------------------------------------------------------------------------------------------------


def in_json(rule: Rule) -> dict[str, Any]:
    """A condition as JSON logic."""
    signs = {"is": "==", "is not": "!=", "at least": ">=", "below": "<"}
    how, several = rule
    told = [{signs[sign]: [{"var": fact}, value]} for fact, sign, value in several]
    return {"and" if how == "all" else "or": told}


def in_text(rule: Rule) -> str:
    """A condition in the syntax that rule-engine and zen share."""
    signs = {"is": "==", "is not": "!=", "at least": ">=", "below": "<"}
    how, several = rule
    told = [
        f"{fact} {signs[sign]} " + (f'"{value}"' if isinstance(value, str) else f"{value}")
        for fact, sign, value in several
    ]
    return (" and " if how == "all" else " or ").join(told)


def engines(given: list[Rule]) -> dict[str, Find]:
    """Each engine's functions from facts to the conditions that hold, by number, under the name of its mode."""
    compiled = [rule_engine.Rule(in_text(rule)) for rule in given]
    logic = [in_json(rule) for rule in given]
    engine = datalogic_py.Engine()
    session = engine.session()
    ready = [engine.compile(rule) for rule in logic]
    together = engine.compile([{"!!": [rule]} for rule in logic])
    expressions = [zen.compile_expression(in_text(rule)) for rule in given]
    array = zen.compile_expression("[" + ", ".join(f"({in_text(rule)})" for rule in given) + "]")

    def true(answers: Any) -> list[int]:
        return [number for number, answer in enumerate(answers) if answer]

    def handled(data: dict[str, Any]) -> list[int]:
        handle = datalogic_py.DataHandle(data)
        return true([session.evaluate_truthy(rule, handle) for rule in ready])

    def many(data: dict[str, Any]) -> list[int]:
        answers = session.evaluate_many(ready, datalogic_py.DataHandle(data))
        return [number for number, answer in enumerate(answers) if answer == "true"]

    return {
        "rule-engine": lambda data: true([rule.matches(data) for rule in compiled]),
        "json-logic-qubit": lambda data: true([json_logic.jsonLogic(rule, data) for rule in logic]),
        "datalogic-py, each rule": lambda data: true([rule.evaluate(data) for rule in ready]),
        "datalogic-py, a handle": handled,
        "datalogic-py, evaluate_many": many,
        "datalogic-py, one array": lambda data: true(together.evaluate(data)),
        "zen-engine, each expression": lambda data: true([each.evaluate(data) for each in expressions]),
        "zen-engine, one array": lambda data: true(array.evaluate(data)),
    }


def compare(count: int) -> list[bool]:
    """Print the ratios for so many promotions; whether they are within their bounds."""
    given = rules(count)
    shop, bought = book(given), orders()
    told = [facts(order) for order in bought]
    finders = engines(given)

    def ours(order: Order) -> tuple[str, ...]:
        return shop.matching(order, at=AT)

    for _ in range(3):  # asked so often, a book is written out
        for order, data in zip(bought, told, strict=True):
            mine = [int(each) for each in ours(order)]
            for name, find in finders.items():
                if find(data) != mine:
                    msg = f"{name} says {find(data)}, the library {mine}"
                    raise AssertionError(msg)
    times = medians({"ours": (ours, bought * 4), **{name: (find, told) for name, find in finders.items()}}, rounds=9)
    met = []
    for engine, bound in (
        ("rule-engine", IN_PYTHON),
        ("json-logic-qubit", IN_PYTHON),
        ("datalogic-py", COMPILED),
        ("zen-engine", COMPILED),
    ):
        mode = min((name for name in finders if name.startswith(engine)), key=times.__getitem__)
        met.append(at_least(f"{mode} / matching, {count} promotions", times[mode] / times["ours"], bound))
    print(f"(matching takes {times['ours'] * 1e6:.1f} us of CPU)", flush=True)
    return met


def main() -> bool:
    """Print the ratios; whether all are within their bounds."""
    met = [each for count in SIZES for each in compare(count)]
    return all(met)


if __name__ == "__main__":
    sys.exit(not main())
