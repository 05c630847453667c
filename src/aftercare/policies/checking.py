"""What is wrong with a book's promotions and tariffs taken together: every problem, each with its path."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from aftercare.errors import AftercareError, Problem, is_a
from aftercare.money import Amounts, Money
from aftercare.policies.candidate import Candidate
from aftercare.policies.disjoint import disjoint
from aftercare.policies.item_reading import fold
from aftercare.policies.pattern import PatternOff, wanted
from aftercare.policies.promotion import Promotion
from aftercare.policies.stacking import Entry, Group
from aftercare.policies.tariff import PreparedDelivery
from aftercare.policies.walking import delivery_amounts, leaves, order_conditions, promotion_amounts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.shipping import Delivery

_OF_THE_BASKET = frozenset({"cart.quantity", "cart.amount", "cart.distinct", "cart.total"})


def placed(entries: Iterable[Entry], path: str) -> Iterator[tuple[str, Promotion]]:
    """Every promotion with the path at which it stands."""
    for place, entry in enumerate(entries):
        here = f"{path}[{place}]"
        if isinstance(entry, Group):
            yield from placed(entry.members, f"{here}.members")
        elif is_a(entry, Promotion):
            yield here, entry


def check(entries: tuple[Entry, ...], deliveries: tuple[Delivery, ...], currencies: tuple[str, ...]) -> list[Problem]:
    """Every problem of promotions and tariffs."""
    promotions = list(placed(entries, "promotions"))
    return [
        *_strange(entries),
        *_twice([(path, promotion.id) for path, promotion in promotions], "id", "promotions"),
        *_twice([(path, fold(code)) for path, each in promotions for code in each.codes], "code", "promotions"),
        *(problem for path, promotion in promotions for problem in _promotion(path, promotion, currencies)),
        *_patterns(entries),
        *_deliveries(deliveries, currencies),
    ]


def _strange(entries: tuple[Entry, ...]) -> Iterator[Problem]:
    for place, entry in enumerate(entries):
        if not is_a(entry, Promotion, Group):
            yield Problem(f"promotions[{place}]", f"`{entry!r}` is no promotion: give promotions and groups of them")


def _twice(given: list[tuple[str, str]], what: str, whose: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for path, word in given:
        if word in first:
            yield Problem(path, f"{what} `{word}` is already that of `{first[word]}`: give each of the {whose} its own")
        first.setdefault(word, path)


def _promotion(path: str, promotion: Promotion, currencies: tuple[str, ...]) -> Iterator[Problem]:
    strange = [currency for currency in promotion.only_in if currency not in currencies]
    for currency in strange:
        yield Problem(f"{path}.only_in", f"`{currency}` is not a currency of this book: {', '.join(currencies)} are")
    needed = promotion.only_in or currencies
    yield from _currencies(path, f"`{promotion.id}`", promotion_amounts(promotion), needed)
    read = {leaf.reading.name for condition in order_conditions(promotion) for leaf in leaves(condition)}
    for name in sorted(name for name in read if name.startswith("returns.")):
        yield Problem(path, f"`{promotion.id}` asks for `{name}`, which is known only of a return: ask about the order")
    if promotion.phases[0] == "catalogue":
        for name in sorted(read & _OF_THE_BASKET):
            yield Problem(
                path,
                f"`{promotion.id}` sets price tags, which cannot depend on `{name}` of a basket: "
                "ask about the customer, the clock or the item, or act in a later phase",
            )
    try:
        Candidate(0, promotion).prepare()
    except AftercareError as error:
        yield Problem(path, str(error))


def _currencies(path: str, what: str, given: Iterable[Money | Amounts], needed: Iterable[str]) -> Iterator[Problem]:
    for amount in dict.fromkeys(given):
        known = {amount.currency} if isinstance(amount, Money) else amount.currencies
        missing = [currency for currency in needed if currency not in known]
        if missing:
            yield Problem(
                path,
                f"{what} names `{amount}` and no amount in `{', '.join(missing)}`: "
                "write `amounts(...)` with one for each currency of the book, or `only_in=` where it is offered",
            )


def _patterns(entries: tuple[Entry, ...]) -> Iterator[Problem]:
    """Patterns that may want the same unit must share one group, or the written order would decide."""
    found: list[tuple[str, str, bool, int, str, ItemCondition]] = []
    for place, entry in enumerate(entries):
        for path, promotion in placed((entry,), "promotions"):
            here = path.replace("promotions[0]", f"promotions[{place}]", 1)
            for benefits in promotion.alternatives:
                for benefit in benefits:
                    if isinstance(benefit, PatternOff):
                        bare = isinstance(entry, Promotion)
                        found += [
                            (here, promotion.id, bare, place, benefit.acts_in, of) for of in wanted(benefit.pattern)
                        ]
    reported: set[tuple[str, str]] = set()
    for one, other in combinations(found, 2):
        path, first, bare, place, phase, of = other
        _, second, also_bare, other_place, other_phase, other_of = one
        apart = place != other_place and (bare or also_bare) and phase == other_phase
        if apart and (first, second) not in reported and not disjoint(of, other_of):
            reported.add((first, second))
            yield Problem(
                path,
                f"`{first}` and `{second}` may want the same unit: "
                "put both into one group, such as `policies.stack(...)` or `policies.best_of(...)`",
            )


def _deliveries(deliveries: tuple[Delivery, ...], currencies: tuple[str, ...]) -> Iterator[Problem]:
    for place, delivery in enumerate(deliveries):
        path = f"delivery[{place}]"
        yield from _currencies(path, f"`{delivery.method}`", delivery_amounts(delivery), currencies)
        try:
            PreparedDelivery(delivery)
        except AftercareError as error:
            yield Problem(path, str(error))
    for (_, one), (place, other) in combinations(enumerate(deliveries), 2):
        if one.method == other.method and not disjoint(one.when, other.when):
            yield Problem(
                f"delivery[{place}]",
                f"two tariffs for `{other.method}` may hold together: make their `when` exclude each other, "
                "or write one with `except_when`",
            )
