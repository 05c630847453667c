"""The best combination as a group of a book: what it chooses, what it proves, and what it says."""

from __future__ import annotations

import pickle
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from aftercare import Promotion, cart, eur, item, policies
from aftercare.errors import PolicyError
from aftercare.policies import columns, cp_sat, stacking
from aftercare.statement import Name, Statement
from tests import reference
from tests.policies.till import NOON, basket, line, off, price, prices, shop

if TYPE_CHECKING:
    from aftercare import Order
    from aftercare.policies.benefit import Benefit
    from aftercare.policies.stacking import Entry
    from tests.strategies_orders import Draw

coffee = item.category.is_("coffee")


def promotion(ident: str, then: Benefit, **given: Any) -> Promotion:
    """A promotion with one benefit."""
    return Promotion(ident, then=then, **given)


three = promotion("three", policies.every(3, of=coffee).free())
pair = promotion("pair", policies.bundle({"A": 1, "B": 1}).percent_off(25))
twenty = promotion("twenty", policies.percent_off(20, of=coffee))
ten = promotion("ten", policies.percent_off(10, of=coffee))
COFFEES = basket(
    line("A", "10.00", 3, of=("coffee",)), line("B", "7.00", 2, of=("coffee",)), line("C", "3.00", 2, of=("coffee",))
)


@st.composite
def cases(draw: Draw) -> tuple[Entry, Order]:
    """A best combination whose shares are whole cents, and a small order."""

    def goods() -> Any:
        return draw(st.sampled_from([coffee, item.sku.is_("A"), item.sku.is_("B"), item.tag.is_("t")]))

    def benefit() -> Benefit:
        kind = draw(st.integers(0, 8))
        times = draw(st.sampled_from([None, None, 1]))
        half = draw(st.sampled_from([25, 50, 100]))
        match kind:
            case 0 | 1:
                n = draw(st.integers(2, 3))
                targets, pick = draw(st.integers(1, n - 1)), draw(st.sampled_from(["cheapest", "dearest"]))
                cap = draw(st.sampled_from([None, None, eur("0.40")]))
                each = draw(st.sampled_from([None, None, eur("0.10")]))
                pattern = policies.every(n, of=goods(), targets=targets, pick=pick, times=times)
                return pattern.percent_off(half, cap=cap, cap_each=each)
            case 2:
                return policies.buy(1, of=goods(), times=times).get(1, of=goods()).percent_off(half)
            case 3:
                return policies.bundle({goods(): 1, goods(): 1, "C": 1}, times=times).percent_off(half)
            case 4:
                return policies.every(2, of=goods(), times=times).amount_off(eur("0.20"))
            case 5:
                some = draw(st.sampled_from([policies.cheapest, policies.dearest, policies.first, policies.after]))
                return policies.percent_off(draw(st.sampled_from([25, 50])), of=some(draw(st.integers(1, 2)), goods()))
            case 6:
                of = draw(st.sampled_from([goods(), policies.cheapest(1, goods())]))
                return policies.amount_off(eur("0.20"), of=of)
            case _:
                return policies.percent_off(draw(st.sampled_from([25, 50])), of=goods())

    count = draw(st.integers(3, 4))
    members: list[Entry] = [promotion(f"p{place}", benefit()) for place in range(count)]
    if draw(st.booleans()):
        members = [draw(st.sampled_from([policies.best_of, policies.first_of]))(*members[:2]), *members[2:]]
    lines = [
        line(
            sku,
            f"{draw(st.sampled_from([20, 40, 80, 100])) / 100:.2f}",
            draw(st.integers(1, 2)),
            minimum_price=draw(st.sampled_from([None, None, None, eur("0.12")])),
            **words,
        )
        for sku, words in (
            ("A", {"of": ("coffee",)}),
            ("B", {"of": ("coffee",), "tags": ("t",)}),
            ("C", {"tags": ("t",)}),
        )
    ]
    return policies.best_combination(*members), basket(*lines)


@given(cases())
def test_no_combination_saves_more(case: tuple[Entry, Order]) -> None:
    """Where shares are whole cents and the choice is proven, no other combination, really priced, saves more."""
    group, order = case
    book = shop(group)
    decision = book.price(order, at=NOON)
    chosen = reference.chosen(decision, book)
    reference.price(book, order, NOON, chosen=chosen)
    for (saved, most, gap, _), combined in zip(chosen.compared, decision.combinations, strict=False):
        event(f"optimal: {combined.optimal}")
        assert most <= saved + gap
        assert combined.optimal == (gap == 0)


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_members_makes_no_difference(case: tuple[Any, Order], random: Any) -> None:
    """Lines and members in another order: every unit costs the same."""
    group, order = case
    lines, members = list(order.lines), list(group.members)
    random.shuffle(lines)
    random.shuffle(members)
    one = price(order, group)
    other = price(basket(*lines), policies.best_combination(*members))
    assert {each.line.id: each.units for each in one.lines} == {each.line.id: each.units for each in other.lines}


def test_it_saves_more_than_any_order_of_the_members() -> None:
    """Pairs at a quarter off and three for two: the best combination is not what any order of the two would take."""
    ways = [
        price(COFFEES, policies.stack(*(promotion(each.id, each.then[0], rank=rank) for rank, each in enumerate(some))))
        for some in permutations((three, pair))
    ]
    best = price(COFFEES, policies.best_combination(three, pair))
    assert eur(13) == best.saved > max(each.saved for each in ways)
    (proof,) = best.combinations
    assert (("three", "pair"), "item", True, eur(0)) == (proof.members, proof.phase, proof.optimal, proof.gap)


def test_limits_on_single_units() -> None:
    """What a unit may give at most, and what is not discountable, counts in the choice."""
    order = basket(*COFFEES.lines, line("D", "50.00", 3, of=("coffee",), discountable=False))
    each = promotion("each", policies.every(3, of=coffee).free(cap_each=eur(2)))
    share = promotion("share", policies.every(2, of=coffee).free(cap_share=30))
    decision = price(order, policies.best_combination(each, share))
    # Pairs of 10 and 10 and of 10 and 7 give 3.00 and 2.10; a three of 7, 3 and 3 gives 2.00, a third pair only 0.90.
    assert (eur("7.10"), True) == (decision.saved, decision.combinations[0].optimal)
    nested = policies.best_combination(policies.stack(each, policies.best_of(share, ten)), pair)
    assert price(order, nested).saved >= eur("7.10")


@pytest.mark.parametrize(
    ("dear", "beside", "saved"),
    [
        ({}, promotion("half", policies.percent_off(50, of="B")), "6"),
        ({"minimum_price": eur(2)}, promotion("other", policies.every(2, of="none").free()), "4"),
    ],
    ids=["another takes part of one", "one has a floor"],
)
@pytest.mark.parametrize("pick", ["cheapest", "dearest"])
def test_of_equal_prices_the_same_unit_is_the_target(pick: Any, dear: Any, beside: Promotion, saved: str) -> None:
    """Of units at one price a pattern aims at the first by SKU, as in a stack, whatever else they are."""
    second = promotion("second", policies.every(2, of=coffee, pick=pick).free())
    order = basket(line("A", "4.00", of=("coffee",)), line("B", "4.00", of=("coffee",), **dear))
    decision = price(order, policies.best_combination(second, beside))

    assert eur(saved) == decision.saved == price(order, policies.stack(second, beside)).saved
    assert decision.combinations[0].optimal


def test_equal_prices_in_between() -> None:
    """Units of one price that another pattern wants too, between two that it does not want, keep their place."""
    every = promotion("every", policies.every(3, of=coffee).free(cap_share=50))
    order = basket(*(line(sku, "4.00", of=("coffee",)) for sku in "ABC"))
    decision = price(order, policies.best_combination(every, promotion("b", policies.every(2, of="B").free())))

    assert [200, 0, 0] == off(decision)
    assert decision.combinations[0].optimal


@pytest.mark.parametrize(
    ("then", "saved"),
    [
        (policies.percent_off(50, of=policies.cheapest(1, item.tag.is_("t"))), "6.00"),
        (policies.amount_off(eur(5), of=policies.at_most(1, item.tag.is_("t"), per="line")), "7.00"),
        (policies.percent_off(50, of=policies.after(1, item.tag.is_("t"))), "2.00"),
        (policies.gift("C"), "2.00"),
    ],
    ids=["cheapest", "of each line", "after", "gift"],
)
def test_what_chooses_among_units_takes_more_beside_others(then: Benefit, saved: str) -> None:
    """The cheapest unit with something left is a dearer one once a pattern has taken it: the gap knows."""
    tagged = item.tag.is_("t")
    dear = promotion("dear", policies.every(2, of=tagged, pick="dearest").free(cap_each=eur(3)))
    cheap = promotion("cheap", policies.every(2, of=tagged).free())
    order = basket(line("B", "8.00", tags=("t",)), line("C", "2.00", tags=("t",)))
    last = promotion("last", then)
    decision = price(order, policies.best_combination(dear, cheap, last))
    (proof,) = decision.combinations

    assert eur(saved) == price(order, policies.stack(cheap, last)).saved
    assert proof.gap is not None
    assert eur(saved) <= decision.saved + proof.gap
    assert proof.optimal == proof.gap.is_zero


def test_the_other_price_mode_beside_a_percentage() -> None:
    """What a percentage takes in gross is taken into account for a pattern that is reckoned in net."""
    net = promotion("pair", policies.every(2, of="B").amount_off(eur(10), money="net"))
    sale = promotion("sale", policies.percent_off(85, of="B"))
    order = basket(line("B", "100.00", 2, tax=23))

    assert eur("182.30") == price(order, policies.best_combination(net, sale)).saved


def test_six_prices() -> None:
    """Three for two on 100, 90, 80, 30, 20 and 10: 90 for the customer, 30 for the merchant."""
    order = prices("100", "90", "80", "30", "20", "10")
    every = promotion("three", policies.every(3, of=item.sku.one_of("00", "01", "02", "03", "04", "05")).free())
    other = promotion("other", policies.every(2, of="none").free())
    assert eur(90) == price(order, policies.best_combination(every, other)).saved
    assert eur(30) == price(order, policies.best_combination(every, other, maximise="merchant")).saved


def test_fewest() -> None:
    """Of combinations that save the same, the one with fewer promotions."""
    order = basket(line("A", "10.00", 2), line("B", "10.00", 2))
    members = (
        promotion("a", policies.every(2, of="A").percent_off(50)),
        promotion("b", policies.every(2, of="B").percent_off(50)),
        promotion("all", policies.every(4, of=item.sku.one_of("A", "B"), targets=2).percent_off(50)),
    )
    fewest = price(order, policies.best_combination(*members, maximise="fewest"))
    assert (eur(10), ["all"]) == (fewest.saved, [each.id for each in fewest.applied])
    assert fewest.combinations[0].optimal


def test_percentages_act_beside_patterns() -> None:
    """What a percentage takes off a unit is not counted again for the pattern that takes the same unit."""
    decision = price(COFFEES, policies.best_combination(three, pair, ten))
    assert [1000, 100, 100, 70, 70, 300, 30] == off(decision)
    assert decision.combinations[0].optimal


def test_a_choice_inside() -> None:
    """Of a choice among the members one acts at most, whichever is part of the better combination."""
    decision = price(COFFEES, policies.best_combination(three, policies.best_of(pair, twenty), ten))
    assert ["three", "twenty", "ten"] == [each.id for each in decision.applied]
    assert "lost" == decision.states["pair"]
    absent = promotion("absent", twenty.then[0], when=cart.has("Z"))
    alone = policies.best_combination(three, policies.best_of(ten, absent))
    assert ["three", "ten"] == [each.id for each in price(COFFEES, alone).applied]
    patterns = policies.best_combination(policies.stack(policies.first_of(pair, three)), ten)
    assert ["three", "ten"] == [each.id for each in price(COFFEES, patterns).applied]


def test_without_patterns_every_way_is_priced() -> None:
    """Members without patterns are tried in every allowed way."""
    four = promotion("four", policies.amount_off(eur(4), of=coffee))
    group = policies.best_combination(
        policies.best_of(ten, four), promotion("two", policies.amount_off(eur(2), of="C"))
    )
    decision = price(COFFEES, group)
    assert (eur(7), True) == (decision.saved, decision.combinations[0].optimal)
    for maximise, saved in (("merchant", 6), ("fewest", 7)):
        other = policies.best_combination(*group.members, maximise=maximise)  # type: ignore[arg-type]
        assert eur(saved) == price(COFFEES, other).saved


def test_what_cannot_be_proven_has_a_gap() -> None:
    """An amount off the same units as a pattern: the choice is priced, and the gap is what could be more."""
    amount = promotion("amount", policies.amount_off(eur(40), of=coffee))
    decision = price(COFFEES, policies.best_combination(three, pair, amount))
    (proof,) = decision.combinations
    assert not proof.optimal
    assert proof.gap is not None
    assert proof.gap > eur(0)
    merchant = price(COFFEES, policies.best_combination(three, pair, amount, maximise="merchant"))
    assert merchant.combinations[0].gap == merchant.saved


def test_the_other_price_mode() -> None:
    """A pattern reckoned in net on gross prices is bounded from above and priced as it is."""
    net = promotion("net", policies.every(2, of=coffee).amount_off(eur(1), money="net"))
    order = basket(*(line(sku, "10.00", 2, of=("coffee",), tax=20) for sku in "AB"))
    decision = price(order, policies.best_combination(net, pair))
    assert eur(10) == decision.saved
    assert decision.combinations[0].gap is not None


def test_bundles_at_a_price_beside_percentages() -> None:
    """A bundle at a price, limited by the unit, beside a percentage on the same units."""
    bundle = promotion("bundle", policies.bundle({"A": 1, "B": 2}).at_price(eur(20), cap_each=eur(1)))
    decision = price(COFFEES, policies.best_combination(bundle, three, ten))
    assert decision.saved >= price(COFFEES, policies.stack(bundle, three, ten)).saved


@pytest.mark.parametrize("pattern", [
    policies.every(3, of=coffee), policies.buy(1, of=coffee).get(1, of="A"), policies.bundle({"A": 1, "B": 1})
])  # fmt: skip
def test_too_many_occurrences(monkeypatch: pytest.MonkeyPatch, pattern: Any) -> None:
    """Of a pattern with too many occurrences some are looked at; the bound holds for all of them."""
    order, group = COFFEES, policies.best_combination(promotion("p", pattern.free()), pair)
    best = price(order, group).saved
    monkeypatch.setattr(columns, "MOST_COLUMNS", 0)
    decision = price(order, group)
    (proof,) = decision.combinations
    assert proof.gap is not None
    assert decision.saved <= best <= decision.saved + proof.gap


def test_the_effort_is_a_limit() -> None:
    """With hardly any effort the answer is the same each time and says how far it may be from the best."""
    members = [promotion(f"p{a}{b}", policies.bundle({a: 1, b: 1}).percent_off(10 + place))
               for place, (a, b) in enumerate((a, b) for a in "ABCDEF" for b in "ABCDEF" if a < b)]  # fmt: skip
    order = basket(*(line(sku, f"{10 + place}.00", 2) for place, sku in enumerate("ABCDEF")))
    hasty = price(order, policies.best_combination(*members, effort=1))
    thorough = price(order, policies.best_combination(*members))
    assert hasty == price(order, policies.best_combination(*members, effort=1))
    assert hasty.combinations[0].gap is not None
    assert hasty.saved <= thorough.saved <= hasty.saved + hasty.combinations[0].gap + eur("0.15")


# --- over the order ---------------------------------------------------------------------------------------------------


def test_over_the_order() -> None:
    """A promotion that costs more in the end than it saves is left out where the whole order counts."""
    small = promotion("small", policies.percent_off(5, of="B"))
    large = promotion("large", policies.amount_off(eur(20)), when=cart.amount().at_least(eur(60)))
    order = basket(line("A", "50.00"), line("B", "10.00"))
    in_phases = price(order, policies.best_combination(small, promotion("x", policies.percent_off(1, of="B"))), large)
    assert eur("0.60") == in_phases.saved
    whole = price(order, policies.best_combination(small, large, over="order"))
    assert eur(20) == whole.saved
    proof = next(each for each in whole.combinations if each.phase is None)
    assert (True, eur(0)) == (proof.optimal, proof.gap)
    assert "lost" == whole.states["small"]
    merchant = price(order, policies.best_combination(small, large, over="order", maximise="merchant"))
    assert eur("0.50") == merchant.saved
    choice = policies.best_combination(policies.best_of(small, ten), large, over="order")
    assert eur(20) == price(order, choice).saved
    fewest = price(order, policies.best_combination(small, large, over="order", maximise="fewest"))
    assert ["large"] == [each.id for each in fewest.applied]
    idle = promotion("idle", policies.percent_off(0))
    fewest = price(order, policies.best_combination(idle, small, over="order", maximise="fewest"))
    assert {"idle": "nothing_left", "small": "applied"} == fewest.states


def test_over_the_order_with_patterns() -> None:
    """Patterns share out units within their phase; over the order no bound is known then."""
    all_ = promotion("all", policies.percent_off(10))
    decision = price(COFFEES, policies.best_combination(three, pair, all_))
    assert (None, False) == next((each.gap, each.optimal) for each in decision.combinations if each.phase is None)
    assert decision.saved >= eur(13)
    hasty = price(COFFEES, policies.best_combination(all_, promotion("ship", policies.free_shipping()), effort=50))
    assert not hasty.combinations[-1].optimal


# --- what it says -----------------------------------------------------------------------------------------------------


def test_losing_to_one_and_to_several() -> None:
    """A member that is left out says to whom it lost, or by how much the others together save more."""
    to_one = price(COFFEES, policies.best_combination(three, pair))
    lost = {"promotion": Name("pair"), "winner": Name("three"), "amount": eur("4.50")}
    assert Statement("promotion.lost", **lost) == to_one.why_not("pair")
    half = promotion("half", policies.every(2, of="A").percent_off(5), codes="HALF")
    order = basket(*COFFEES.lines, codes=("half",))
    to_many = price(order, policies.best_combination(three, policies.best_of(half, twenty)))
    assert "promotion.lost_together" == to_many.why_not("half").code
    assert "code.lost_together" == to_many.codes["half"].code


def test_a_tie_with_several() -> None:
    """A member that would save as much as the others together says so."""
    a, b = (promotion(sku, policies.every(2, of=sku).percent_off(50), rank=1) for sku in "AB")
    both = promotion("both", policies.every(4, of=item.sku.one_of("A", "B"), targets=2).percent_off(50))
    order = basket(line("A", "10.00", 2), line("B", "10.00", 2))
    decision = price(order, policies.best_combination(a, b, both))
    assert Statement("promotion.tied_together", promotion=Name("both")) == decision.why_not("both")


def test_inside_another_choice() -> None:
    """A best combination may be a member of a choice; only one that acts is reported."""
    huge = promotion("huge", policies.percent_off(90, of=coffee))
    decision = price(COFFEES, policies.best_of(policies.best_combination(three, pair), huge))
    assert ((), ["huge"]) == (decision.combinations, [each.id for each in decision.applied])
    assert () == price(prices("1.00"), policies.best_combination(three, pair)).combinations


# --- as a value -------------------------------------------------------------------------------------------------------


def test_it_is_a_value() -> None:
    """It compares, pickles and is written as the code that builds it; a decision keeps what was proven."""
    group = policies.best_combination(three, pair, maximise="fewest", effort=10)
    assert "maximise='fewest', effort=10)" == repr(group)[-29:]
    assert group == pickle.loads(pickle.dumps(group))  # noqa: S301 - our own
    decision = price(COFFEES, group)
    assert decision.combinations == pickle.loads(pickle.dumps(decision)).combinations  # noqa: S301 - our own


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: policies.best_combination(three), "has 1 members"),
        (
            lambda: policies.best_combination(three, policies.stack(policies.best_combination(pair, ten))),
            "inside another",
        ),
        (lambda: policies.best_combination(three, pair, maximise="savings"), "not a goal"),  # type: ignore[arg-type]
        (lambda: policies.best_combination(three, pair, over="orders"), "not a scope"),  # type: ignore[arg-type]
        (lambda: policies.best_combination(three, pair, solver="cpsat"), "not a solver"),  # type: ignore[arg-type]
        (lambda: policies.best_combination(three, pair, effort=0), "effort"),
        (lambda: policies.best_combination(three, "pair"), "cannot be in a group"),  # type: ignore[arg-type]
        (
            lambda: policies.best_combination(three, Promotion("two", then=(*pair.then, *three.then))),
            "a promotion of its own",
        ),
    ],
)
def test_what_is_refused(build: Any, said: str) -> None:
    """A best combination that makes no sense is refused with what to write instead."""
    with pytest.raises(PolicyError, match=said):
        build()


def test_a_solver_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that is not installed is an error when the group is built."""
    monkeypatch.setattr(stacking, "installed", lambda: False)
    with pytest.raises(PolicyError, match=r"aftercare-policies\[solver\]"):
        policies.best_combination(three, pair, solver="cp-sat")
    monkeypatch.setattr(stacking, "installed", lambda: True)
    assert repr(policies.best_combination(three, pair, solver="cp-sat")).endswith("solver='cp-sat')")


@pytest.mark.skipif(not cp_sat.installed(), reason="OR-tools, the extra `solver`, is not installed")
def test_a_solver_takes_over() -> None:
    """Above the effort limit the solver proves what the search cannot."""
    group = policies.best_combination(three, pair, ten, effort=1, solver="cp-sat")
    assert price(COFFEES, group).combinations[0].optimal


def test_fractions() -> None:
    """Shares are compared before rounding: two halves of a cent are a cent."""
    order = basket(line("A", "0.01", 2), line("B", "0.01", 2))
    each = [promotion(sku, policies.every(2, of=sku, targets=1).percent_off(50)) for sku in "AB"]
    both = promotion("both", policies.every(4, of=item.sku.one_of("A", "B"), targets=3).percent_off(50))
    decision = price(order, policies.best_combination(*each, both))
    assert ["both"] == [one.id for one in decision.applied]


@pytest.mark.parametrize(("gift", "taken"), [("A", [1000, 500, 0, 0, 500, 500]), ("B", [500, 500, 0, 0, 1000, 0])])
def test_units_that_became_gifts_leave_the_occurrences(gift: str, taken: list[int]) -> None:
    """A gift that acts first takes its unit; the combination shares out the others."""
    two = promotion("two", policies.every(2, of="A").percent_off(50))
    both = promotion("both", policies.bundle({"B": 1, "C": 1}).percent_off(50))
    order = basket(line("A", "10.00", 4), line("B", "10.00"), line("C", "10.00"))
    free = promotion("a", policies.gift(gift))
    assert taken == off(price(order, policies.best_combination(two, both), free))


def test_a_gift_leaves_one_unit_without_a_pair() -> None:
    """The dearer units make the pair that is left."""
    two = promotion("two", policies.every(2, of="A").percent_off(50))
    both = promotion("both", policies.bundle({"B": 1, "C": 1}).percent_off(50))
    order = basket(line("1", "10.00", 2, sku="A"), line("2", "4.00", 2, sku="A"), line("B", "1.00"), line("C", "1.00"))
    free = promotion("a", policies.gift("A"))
    assert [500, 0, 400, 0, 50, 50] == off(price(order, policies.best_combination(two, both), free))


@pytest.mark.parametrize(
    ("ranks", "paid", "optimal", "gap"),
    [
        # Unranked gifts act before patterns: one A is a gift, so that the other goes with B.
        ((None, None, None), "10.80", True, "0.00"),
        # The gift acts after the pair, which takes both A.
        ((2, 1, 3), "13.00", True, "0.00"),
        # The gift acts between and takes one A of the pair, which falls away.
        ((2, 3, 1), "18.00", False, "10.00"),
    ],
)
def test_a_combination_shares_out_what_gifts_leave(
    ranks: tuple[int | None, ...], paid: str, optimal: bool, gap: str
) -> None:
    """A gift outside the group takes its unit first, and what it takes from a later member is in the gap."""
    gift, two, mix = ranks
    book = shop(
        promotion("gift", policies.gift("A"), rank=gift),
        policies.best_combination(
            promotion("two", policies.bundle({"A": 2}).percent_off(50), rank=two),
            promotion("mix", policies.bundle({"A": 1, "B": 1}).percent_off(40), rank=mix),
        ),
    )
    decision = book.price(basket(line("A", "10.00", 2), line("B", "8.00", 1)), at=NOON)
    (combined,) = decision.combinations
    assert (decision.payable, combined.optimal, combined.gap) == (eur(paid), optimal, eur(gap))
