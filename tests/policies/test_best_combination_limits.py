"""The best combination of members that have limits, of members with many choices among them, and of large orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aftercare import Promotion, cart, eur, item, policies
from aftercare.errors import PolicyError
from aftercare.limits import Counts, Tally
from aftercare.policies import searching
from aftercare.policies.prepared import PreparedPromotions
from aftercare.policies.price import Pricer
from tests.policies.till import NOON, basket, line, shop

if TYPE_CHECKING:
    from aftercare import Decision, Order
    from aftercare.policies.limit import Limit
    from aftercare.policies.stacking import Entry

coffee = item.category.is_("coffee")
COFFEES = basket(
    line("A", "10.00", 3, of=("coffee",)), line("B", "7.00", 2, of=("coffee",)), line("C", "3.00", 2, of=("coffee",))
)
pair = Promotion("pair", then=policies.bundle({"A": 1, "B": 1}).percent_off(25))


def three(*limits: Limit, **given: Any) -> Promotion:
    """Three coffees for two, with limits."""
    return Promotion("three", limits=limits, **{"then": policies.every(3, of=coffee).free(), **given})


def price(order: Order, *entries: Entry, used: Counts | None = None) -> Decision:
    """What an order costs; nothing has been used by default."""
    return shop(*entries).price(order, at=NOON, counts=Counts() if used is None else used)


def taken(decision: Decision) -> dict[str, str]:
    """What each promotion took."""
    return {each.id: str(each.taken) for each in decision.applied}


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_budget_that_is_cut_is_a_cap() -> None:
    """What a budget leaves of a pattern is all that it counts for, so that others have the better units."""
    free = price(COFFEES, policies.best_combination(three(), pair))
    decision = price(COFFEES, policies.best_combination(three(policies.budget(eur(4), partial="cut")), pair))
    (proof,) = decision.combinations
    assert {"three": "13.00 EUR"} == taken(free)
    # Two pairs at 4.25, and three for two of what is left: 3.00 of the 4.00 there are.
    assert {"three": "3.00 EUR", "pair": "8.50 EUR"} == taken(decision)
    assert (True, eur(0)) == (proof.optimal, proof.gap)
    assert [("three", 300)] == [(use.tally.promotion, use.amount) for use in decision.uses]


def test_what_a_promotion_took_before_counts() -> None:
    """A budget that an earlier phase has used in part leaves the pattern the rest."""
    first = policies.percent_off(10, of=item.sku.is_("A"))
    then = policies.every(3, of=coffee).free(phase="order")
    both = three(policies.budget(eur(5), partial="cut"), then=(first, then), rank=1)
    later = Promotion("pair", then=policies.bundle({"A": 1, "B": 1}).percent_off(25, phase="order"), rank=2)
    group = policies.best_combination(both, later)
    # 3.00 in the item phase, so that the pattern takes 2.00 at most; pairs of 9.00 and 7.00 give 4.00.
    assert {"three": "5.00 EUR", "pair": "8.00 EUR"} == taken(price(COFFEES, group))
    # Inside another group, who takes part is settled over the order too, and units are shared out as well.
    other = policies.stack(group, Promotion("ship", then=policies.free_shipping()))
    assert {"three": "5.00 EUR", "pair": "8.00 EUR"} == taken(price(COFFEES, other))


def test_a_percentage_that_is_cut() -> None:
    """A member without a pattern that a budget cuts is really priced."""
    ten = Promotion("ten", then=policies.percent_off(10, of=coffee), limits=policies.budget(eur(2), partial="cut"))
    decision = price(COFFEES, policies.best_combination(three(), pair, ten))
    # The 2.00 are 4 % of all coffees, so that those for free cost 12.48 by then.
    assert {"three": "12.48 EUR", "ten": "2.00 EUR"} == taken(decision)


def test_a_budget_that_refuses() -> None:
    """Where the combination gives more of a member than its budget has left, the order is priced without it."""
    refusing = three(policies.budget(eur(12), partial="refuse"))
    decision = price(COFFEES, policies.best_combination(refusing, pair))
    assert ({"pair": "8.50 EUR"}, "exhausted") == (taken(decision), decision.states["three"])
    assert [("pair",)] == [each.members for each in decision.combinations]
    enough = price(COFFEES, policies.best_combination(three(policies.budget(eur(13), partial="refuse")), pair))
    assert {"three": "13.00 EUR"} == taken(enough)


@pytest.mark.parametrize("used", [Counts({Tally("three"): 1}), None])
def test_uses(used: Counts | None) -> None:
    """A member that was used as often as it may be has no part in the combination."""
    decision = price(COFFEES, policies.best_combination(three(policies.uses(1)), pair), used=used)
    assert taken(decision) == ({"three": "13.00 EUR"} if used is None else {"pair": "8.50 EUR"})


def test_limits_over_the_order() -> None:
    """Over the whole order too, a member counts for what its budget leaves."""
    large = Promotion(
        "large",
        when=cart.amount().at_least(eur(60)),
        then=policies.amount_off(eur(20)),
        limits=policies.budget(eur("0.70"), partial="cut"),
    )
    small = Promotion("small", then=policies.percent_off(10, of="B"))
    order = basket(line("A", "50.00"), line("B", "10.00"))
    decision = price(order, policies.best_combination(large, small, over="order"))
    # 20.00 off is less than 10 % of 10.00 where the budget has 0.70 left.
    assert {"small": "1.00 EUR"} == taken(decision)


# --- many choices -----------------------------------------------------------------------------------------------------


def choices(count: int) -> list[Entry]:
    """Choices between a percentage and an amount."""
    return [
        policies.best_of(
            Promotion(f"a{place}", then=policies.percent_off(place + 1, of=coffee)),
            Promotion(f"b{place}", then=policies.amount_off(eur(1), of=coffee)),
        )
        for place in range(count)
    ]


@pytest.mark.parametrize("others", [(), (three(), pair)])
@pytest.mark.parametrize("maximise", ["saving", "fewest", "merchant"])
def test_the_effort_pays_for_every_way(others: tuple[Entry, ...], maximise: Any) -> None:
    """Of more ways to settle choices than the effort pays for, some are tried, and the gap holds for all of them."""
    members = (*choices(5), *others)
    hasty = price(COFFEES, policies.best_combination(*members, maximise=maximise, effort=150))
    thorough = price(COFFEES, policies.best_combination(*members, maximise=maximise))
    (proof,) = hasty.combinations
    assert (False, 100) == (proof.optimal, proof.nodes - proof.nodes % 50)
    assert proof.gap is not None
    if maximise != "merchant":
        assert hasty.saved <= thorough.saved <= hasty.saved + proof.gap
    assert thorough.combinations[0].nodes >= 31 * 50


def test_far_too_many_ways() -> None:
    """A million ways do not keep anybody waiting."""
    (proof,) = price(COFFEES, policies.best_combination(*choices(20), effort=100)).combinations
    assert not proof.optimal


def test_more_ways_than_can_be_tried_are_refused() -> None:
    """Where each way is a case of its own, a group with thousands of them cannot be built."""
    many = choices(13)
    policies.best_combination(*many)
    for build in (
        lambda: policies.best_combination(*many, over="order"),
        lambda: policies.best_combination(*many, Promotion("ship", then=policies.free_shipping())),
        lambda: policies.best_combination(pair, policies.stack(policies.first_of(three(), policies.stack(*many)))),
    ):
        with pytest.raises(PolicyError, match=r"settled in 819[23] ways"):
            build()


# --- large orders -----------------------------------------------------------------------------------------------------


def test_a_thousand_kinds() -> None:
    """An order of a thousand products is no deeper than the pattern."""
    order = basket(*(line(f"{place:04}", f"{place + 1}.00", of=("coffee",)) for place in range(1000)))
    two = Promotion("two", then=policies.every(2, of=coffee, times=1).free())
    decision = price(order, policies.best_combination(two, pair))
    (proof,) = decision.combinations
    assert proof.gap is not None
    assert eur(0) < decision.saved <= eur(999) <= decision.saved + proof.gap


def test_a_pattern_of_nearly_everything() -> None:
    """Whether there are enough units is known before they are gone through."""
    order = basket(*(line(f"{place:02}", "2.00", of=("coffee",)) for place in range(30)))
    some = item.sku.one_of(*(f"{place:02}" for place in range(29)))
    most = Promotion("most", then=policies.buy(15, of=some).get(15, of=coffee).free())
    all_ = Promotion("all", then=policies.every(30, of=coffee).free())
    decision = price(order, policies.best_combination(most, all_))
    assert {"most": "30.00 EUR"} == taken(decision)


def test_without_memory_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was seen is remembered only as far as there is memory for it."""
    members = [
        Promotion(f"p{a}{b}", then=policies.bundle({a: 1, b: 1}).percent_off(10 + place))
        for place, (a, b) in enumerate((a, b) for a in "ABCDEF" for b in "ABCDEF" if a < b)
    ]
    order = basket(*(line(sku, f"{10 + place}.00", 3) for place, sku in enumerate("ABCDEF")))
    group = policies.best_combination(*members)
    known = price(order, group)
    monkeypatch.setattr(searching, "_MEMORY", 0)
    assert known.saved == price(order, group).saved


# --- a book that is written out ---------------------------------------------------------------------------------------


def test_a_written_book_leaves_combinations_to_the_engine() -> None:
    """A member that is eligible is priced as a combination, alone too; without one the written book does."""
    absent = Promotion("absent", then=policies.percent_off(90, of="Z"))
    group = policies.best_of(policies.best_combination(three(), pair), absent)
    pricer = Pricer(PreparedPromotions((group,)), (), "UTC", "rate")
    written = pricer.write("EUR")
    assert written is not None
    one = basket(line("A", "10.00", 3, of=("coffee",)))
    tea = basket(line("T", "5.00", 2))
    for order, saved in ((COFFEES, 1300), (one, 1000), (tea, 0)):
        priced = pricer.price(order, NOON, None)
        assert saved == sum(priced.taken.values())
        assert bool(saved) == bool(priced.combined)
    over_order = policies.best_combination(three(), pair, over="order")
    assert Pricer(PreparedPromotions((over_order,)), (), "UTC", "rate").write("EUR") is None
