from __future__ import annotations

import datetime as dt
import decimal
import pickle
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftercare
from aftercare import (
    Name,
    PolicyError,
    Statement,
    Tier,
    TruthError,
    all_of,
    always,
    amounts,
    any_of,
    at_least_of,
    cart,
    clock,
    customer,
    eur,
    everything,
    item,
    never,
    nothing,
    pln,
    returns,
)
from aftercare.messages.codes import CODES
from aftercare.policies import vocabulary
from aftercare.policies.condition import Combination, Condition, ItemCombination, ItemTest, Reading, Test, unnamed
from aftercare.policies.disjoint import disjoint
from aftercare.policies.fact import Count, Words
from aftercare.policies.holding import holds
from aftercare.policies.item_reading import item_mask
from aftercare.policies.judging import judge
from aftercare.policies.walking import leaves as leaves_of
from aftercare.returns import facts
from tests.policies.conditions import (
    condition_leaves,
    conditions,
    item_conditions,
    item_leaves,
    leaves,
    look,
    simple,
    snapshots,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.snapshot import Snapshot

NAMESPACE = {
    **{name: getattr(aftercare, name) for name in aftercare.__all__},
    "returns": returns,
    "datetime": dt,
    "decimal": decimal,
}


def meaning(condition: Condition | ItemCondition, snapshot: Snapshot) -> object:
    """What *condition* says of an order: its verdict, or the lines that it is known to be about, or not to be."""
    if isinstance(condition, Condition):
        return judge(condition, snapshot).holds
    return item_mask(condition)(snapshot.goods), item_mask(~condition)(snapshot.goods)


both_kinds = pytest.mark.parametrize("strategy", [conditions, item_conditions], ids=["order", "item"])


# --- the vocabulary takes part ---------------------------------------------------------------------------------------


def names_in(words: object) -> Iterator[str]:
    """The names of the facts that the attributes and methods of *words* are about."""
    for name in (*(field.name for field in attrs.fields(type(words))), *vars(type(words))):
        if not name.startswith("_"):
            yield name


def test_every_fact() -> None:
    """Every fact of the vocabulary takes part in the laws below."""
    words = {
        f"{section}.{name}"
        for section in ("item", "cart", "customer", "clock", "custom")
        for name in names_in(getattr(vocabulary, section))
    }
    words |= {f"returns.{name}" for name, fact in vars(facts).items() if isinstance(fact, Words | Count)}

    assert words - {"cart.has"} == {*item_leaves, *condition_leaves}


@pytest.mark.parametrize("name", [*item_leaves, *condition_leaves])
def test_leaves_are_of_their_fact(name: str) -> None:
    """The comparisons of a fact read that fact."""

    @given({**item_leaves, **condition_leaves}[name])
    def check(condition: Any) -> None:
        read = {leaf.reading.name for leaf in leaves_of(condition)}
        assert not read or name in read

    check()


# --- laws of both algebras -------------------------------------------------------------------------------------------


@both_kinds
def test_negation_laws(strategy: st.SearchStrategy[Any]) -> None:
    """Not not is nothing at all, and De Morgan's laws hold, in the values themselves."""

    @given(strategy, strategy)
    def check(one: Any, other: Any) -> None:
        assert one == ~~one
        assert ~(one & other) == ~one | ~other
        assert ~(one | other) == ~one & ~other
        assert one != ~one

    check()


@both_kinds
def test_constants(strategy: st.SearchStrategy[Any]) -> None:
    """What always holds is neutral in `&` and swallows in `|`; what never holds the other way round."""

    @given(strategy)
    def check(one: Any) -> None:
        top, bottom = (always, never) if isinstance(one, Condition) else (everything, nothing)
        assert one & top == top & one == one | bottom == bottom | one == one
        assert top == one | top == top | one
        assert bottom == one & bottom == bottom & one
        assert bottom == ~top

    check()


@both_kinds
def test_idempotence(strategy: st.SearchStrategy[Any]) -> None:
    """Saying a thing twice adds nothing."""

    @given(strategy)
    def check(one: Any) -> None:
        assert one == one & one == one | one

    check()


@both_kinds
def test_order_of_parts(strategy: st.SearchStrategy[Any]) -> None:
    """`&` and `|` mean the same in any order and grouping; grouping does not even show."""

    @given(strategy, strategy, strategy, snapshots())
    def check(a: Any, b: Any, c: Any, snapshot: Snapshot) -> None:
        assert (a & b) & c == a & (b & c)
        assert (a | b) | c == a | (b | c)
        assert meaning(a & b, snapshot) == meaning(b & a, snapshot)
        assert meaning(a | b, snapshot) == meaning(b | a, snapshot)
        assert meaning(a & (b | c), snapshot) == meaning((a & b) | (a & c), snapshot)

    check()


@both_kinds
def test_at_least_of(strategy: st.SearchStrategy[Any]) -> None:
    """At least one of several is `|`, all of them is `&`, and so many is counted."""

    @given(st.lists(strategy, min_size=1, max_size=4), snapshots())
    def check(parts: list[Any], snapshot: Snapshot) -> None:
        assert any_of(*parts) == at_least_of(1, *parts) == parts[0].or_(*parts[1:])
        assert all_of(*parts) == at_least_of(len(parts), *parts) == parts[0].and_(*parts[1:])
        if isinstance(parts[0], Condition):
            known = sum(judge(part, snapshot).holds is True for part in parts)
            expected = [known >= needed for needed in range(1, len(parts) + 1)]
            actual = [judge(at_least_of(needed, *parts), snapshot).holds is True for needed in range(1, len(parts) + 1)]
            assert expected == actual

    check()


@both_kinds
def test_values(strategy: st.SearchStrategy[Any]) -> None:
    """Equal conditions are equal values: as code, pickled, hashed."""

    @given(strategy)
    def check(one: Any) -> None:
        again = eval(repr(one), dict(NAMESPACE))  # noqa: S307 - the repr of a policy is code
        assert one == again
        assert hash(one) == hash(again)
        assert one == pickle.loads(pickle.dumps(one))  # noqa: S301 - what was just pickled

    check()


@both_kinds
def test_normal_form(strategy: st.SearchStrategy[Any]) -> None:
    """In a composed condition no `&` stands directly in an `&`, no `|` in an `|`, and no constant in either."""

    @given(strategy)
    def check(one: Any) -> None:
        if isinstance(one, Combination | ItemCombination):
            whole = one.needed == len(one.parts)
            for part in one.parts:
                if isinstance(part, type(one)):
                    assert part.parts
                    if whole:
                        assert part.needed != len(part.parts)
                    elif one.needed == 1:
                        assert part.needed != 1

    check()


# --- three values ----------------------------------------------------------------------------------------------------


@given(conditions, snapshots())
def test_kleene(condition: Condition, snapshot: Snapshot) -> None:
    """What holds is denied by its negation and the other way round; what is unknown stays unknown."""
    opposite = {True: False, False: True, None: None}

    assert opposite[judge(condition, snapshot).holds] == judge(~condition, snapshot).holds


@given(item_conditions, snapshots())
def test_kleene_of_items(condition: ItemCondition, snapshot: Snapshot) -> None:
    """No line satisfies goods and their opposite; lines of which too little is known satisfy neither."""
    yes, no = item_mask(condition)(snapshot.goods), item_mask(~condition)(snapshot.goods)

    assert yes & no == 0
    assert yes | no <= snapshot.goods.all


@given(conditions, snapshots())
def test_fast_reader_agrees(condition: Condition, snapshot: Snapshot) -> None:
    """The reader that prices and the one that explains agree on what holds."""
    assert (judge(condition, snapshot).holds is True) is holds(condition)(snapshot)


@given(conditions, snapshots())
def test_every_no_has_a_reason(condition: Condition, snapshot: Snapshot) -> None:
    """Whatever does not hold says why, in statements that the catalogs know; what holds says nothing."""
    verdict = judge(condition, snapshot)

    assert (verdict.holds is True) is (verdict.reason is None)
    for reason in verdict.reasons:
        for statement in spoken(reason):
            assert set(CODES[statement.code]) == {key for key, _ in statement.params}


def spoken(statement: Statement) -> Iterator[Statement]:
    """The statement and those in it."""
    yield statement
    for _, given_ in statement.params:
        for part in given_ if isinstance(given_, tuple) else ():
            if isinstance(part, Statement):
                yield from spoken(part)


# --- conditions have no truth value, and do not mix ------------------------------------------------------------------


@pytest.mark.parametrize(
    "use", [bool, lambda given: given and given, lambda given: not given, any_of], ids=["bool", "and", "not", "any"]
)
@pytest.mark.parametrize("condition", [customer.staff, item.on_sale, always, nothing], ids=repr)
def test_no_truth_value(use: Any, condition: Any) -> None:
    """A condition used as a yes or no raises an error that says what to write instead."""
    if use is any_of:
        assert condition == use(condition)
        return
    with pytest.raises(TruthError, match=r"neither true nor false by itself: compose with `&`, `\|` and `~`"):
        use(condition)


@pytest.mark.parametrize("other", [item.on_sale, everything, "CUP", True, None], ids=repr)
def test_order_conditions_do_not_mix(other: Any) -> None:
    """A condition of the order meets conditions of the order alone."""
    with pytest.raises(TypeError, match=r"unsupported operand|cannot be combined: one is about an item"):
        customer.staff & other
    with pytest.raises(TypeError, match=r"unsupported operand|cannot be combined: one is about an item"):
        customer.staff | other
    for combine in (customer.staff.and_, customer.staff.or_, lambda given: all_of(customer.staff, given)):
        with pytest.raises(PolicyError, match="give one or more conditions, all about items or all about the order"):
            combine(other)


@pytest.mark.parametrize("other", [customer.staff, always, "CUP", 1], ids=repr)
def test_item_conditions_do_not_mix(other: Any) -> None:
    """A condition of an item meets conditions of an item alone."""
    with pytest.raises(TypeError, match=r"unsupported operand|cannot be combined: one is about an item"):
        item.on_sale & other
    with pytest.raises(TypeError, match=r"unsupported operand|cannot be combined: one is about an item"):
        item.on_sale | other


def test_strange_conditions() -> None:
    """A condition that the library does not know cannot be negated or read."""

    class Strange(Condition):
        __slots__ = ()

        def __repr__(self) -> str:
            return "strange"

    with pytest.raises(PolicyError, match="`strange` is not a condition of this library: compose the ones it has"):
        ~Strange()
    with pytest.raises(PolicyError, match="`strange` is not a condition of this library"):
        holds(Strange())


def test_strange_item_conditions() -> None:
    """An item condition that the library does not know cannot be read."""

    class Strange(vocabulary.ItemCondition):
        __slots__ = ()

        def __repr__(self) -> str:
            return "strange"

    with pytest.raises(PolicyError, match="`strange` is not an item condition of this library"):
        item_mask(Strange())


# --- how they read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (always, "always"),
        (~always, "never"),
        (everything, "everything"),
        (~everything, "nothing"),
        (~customer.staff, "~customer.staff"),
        (cart.quantity() >= 3, "cart.quantity().at_least(3)"),
        (cart.has("CUP"), "cart.quantity(item.sku.is_('CUP')).at_least(1)"),
        (
            cart.amount(basis="before_discounts", money="net") < eur(5),
            "cart.amount(basis='before_discounts', money='net').below(amounts(Money(\"5.00\", \"EUR\")))",
        ),
        (customer.country.is_not("PL"), "customer.country.is_not('PL')"),
        (customer.country.one_of("PL", "DE"), "customer.country.one_of('DE', 'PL')"),
        ((customer.staff | customer.opted_in) & always, "customer.staff | customer.opted_in"),
        (
            (customer.staff | customer.opted_in) & customer.signed_in,
            "(customer.staff | customer.opted_in) & customer.signed_in",
        ),
        (
            at_least_of(2, customer.staff, customer.opted_in, customer.signed_in) | cart.has("A"),
            (
                "(at_least_of(2, customer.staff, customer.opted_in, customer.signed_in))"
                " | cart.quantity(item.sku.is_('A')).at_least(1)"
            ),
        ),
        (item.on_sale.named("bargains"), "item.on_sale.named('bargains')"),
        ((~item.on_sale).named("news"), "(~item.on_sale).named('news')"),
        (~item.on_sale.named("bargains", pl="okazje"), "~item.on_sale.named('bargains', pl='okazje')"),
        ((item.on_sale | item.tag.is_("hot")).named("x"), "(item.on_sale | item.tag.is_('hot')).named('x')"),
    ],
)
def test_code(condition: object, code: str) -> None:
    """A condition is shown as the code that builds it."""
    assert code == repr(condition)
    assert condition == eval(code, dict(NAMESPACE))  # noqa: S307 - the repr of a policy is code


def test_without_names() -> None:
    """Names go from wherever they stand; what is denied under a name stays denied."""
    bargains = item.on_sale.named("bargains")

    assert ~item.on_sale & item.sku.is_("CUP") == unnamed(~bargains & item.sku.is_("CUP").named("cups"))
    assert item.on_sale | item.sku.is_("CUP") == unnamed((bargains | item.sku.is_("CUP")).named("x").named("y"))
    assert everything == unnamed(everything)


def test_named_again() -> None:
    """Goods have one name, the last one; a name on the opposite of named goods is a name of the opposite."""
    assert item.on_sale.named("b") == item.on_sale.named("a").named("b")
    assert (~item.on_sale).named("b") == (~item.on_sale.named("a")).named("b")


@given(item_conditions, snapshots())
def test_unnamed(condition: ItemCondition, snapshot: Snapshot) -> None:
    """Without their names goods are the same goods."""
    assert meaning(condition, snapshot) == meaning(unnamed(condition), snapshot)
    assert ".named(" not in repr(unnamed(condition))


# --- disjointness ----------------------------------------------------------------------------------------------------


@given(conditions, conditions, snapshots())
def test_disjoint_is_sound(one: Condition, other: Condition, snapshot: Snapshot) -> None:
    """Two conditions that are proved disjoint never hold together; it does not matter which is named first."""
    proved = disjoint(one, other)

    assert proved is disjoint(other, one)
    assert disjoint(one, ~one)
    if proved:
        assert not (holds(one)(snapshot) and holds(other)(snapshot))


@given(st.sampled_from(sorted(condition_leaves)), st.data(), snapshots())
def test_disjoint_is_sound_for_one_fact(name: str, data: st.DataObject, snapshot: Snapshot) -> None:
    """So it is for two comparisons of the same fact, where there is most to prove."""
    one, other = data.draw(condition_leaves[name]), data.draw(condition_leaves[name])
    if disjoint(one, other):
        assert not (holds(one)(snapshot) and holds(other)(snapshot))


@given(item_conditions, item_conditions, snapshots())
def test_disjoint_goods(one: ItemCondition, other: ItemCondition, snapshot: Snapshot) -> None:
    """No line is among two kinds of goods that are proved disjoint."""
    assert disjoint(one, ~one)
    if disjoint(one, other):
        assert item_mask(one)(snapshot.goods) & item_mask(other)(snapshot.goods) == 0


SILVER, GOLD = Tier("silver", 1), Tier("gold", 2)
BOTH = amounts(eur(50), pln(200))


@pytest.mark.parametrize(
    ("one", "other", "proved"),
    [
        (cart.quantity() >= 3, cart.quantity() < 3, True),
        (cart.quantity() < 3, cart.quantity() >= 4, True),
        (cart.quantity() >= 3, cart.quantity() < 4, False),
        (cart.quantity() >= 3, cart.quantity("CUP") < 3, False),
        (customer.tier >= GOLD, customer.tier < GOLD, True),
        (customer.tier >= SILVER, customer.tier < GOLD, False),
        (customer.tier.is_(SILVER), customer.tier.is_(GOLD), True),
        (customer.country.is_("PL"), customer.country.one_of("DE", "FR"), True),
        (customer.country.is_("PL"), customer.country.one_of("DE", "PL"), False),
        (customer.country.is_("PL"), customer.country.none_of("PL", "DE"), True),
        (customer.country.none_of("PL", "DE"), customer.country.is_("PL"), True),
        (customer.country.one_of("PL", "FR"), customer.country.none_of("PL", "DE"), False),
        (customer.country.is_not("PL"), customer.country.is_not("DE"), False),
        (customer.group.is_("club"), customer.group.is_("press"), False),
        (item.category.is_("a"), item.category.is_("b"), False),
        (item.sku.is_("a"), item.sku.is_("b"), True),
        (item.sku.is_("a").named("x"), ~item.sku.one_of("a", "b").named("y"), True),
        (customer.staff, ~customer.staff, True),
        (customer.staff, customer.opted_in, False),
        (cart.amount() >= BOTH, cart.amount() < BOTH, True),
        (cart.amount() >= amounts(eur(50), pln(199)), cart.amount() < BOTH, False),
        (cart.amount() >= eur(50), cart.amount() < BOTH, False),
        (clock.date >= dt.date(2026, 1, 2), clock.date < dt.date(2026, 1, 1), True),
        (customer.staff & (cart.quantity() >= 3), customer.opted_in & (cart.quantity() < 3), True),
        (customer.staff | (cart.quantity() >= 3), cart.quantity() < 3, False),
        (customer.staff & ~customer.staff, customer.opted_in, True),
        (never, always, True),
        (always, always, False),
        (
            at_least_of(2, customer.staff, customer.opted_in, customer.signed_in),
            ~customer.staff & ~customer.opted_in,
            True,
        ),
    ],
    ids=repr,
)
def test_disjoint_proves(one: Any, other: Any, proved: bool) -> None:
    """The obvious cases are proved: numbers, tiers, single words, flags, amounts in the same currencies."""
    assert proved is disjoint(one, other)


def test_disjoint_gives_up() -> None:
    """Where conditions can hold in too many ways, nothing is proved."""
    many = all_of(*(customer.group.is_(f"a{n}") | customer.tag.is_(f"b{n}") for n in range(9)))

    assert not disjoint(many & customer.staff, ~customer.staff)
    assert disjoint(customer.staff, ~customer.staff)


def test_verdict_keeps_its_parts() -> None:
    """A verdict has the verdicts of all parts, also those that no longer matter."""
    verdict = judge(customer.staff | cart.has("CUP"), look(simple()))

    assert (True, None) == (verdict.holds, verdict.reason)
    assert (None, True) == tuple(part.holds for part in verdict.parts)
    assert (Statement("customer.unknown"),) == verdict.parts[0].reasons


def test_readings() -> None:
    """A reading says whether it is of an item, and shows what it needs to be complete."""
    assert Reading("item.sku").about_item
    assert not Reading("cart.code").about_item
    assert "custom.number('m:f', label=Name('x'))" == repr(Reading("custom.number", key="m:f", label=Name("x")))
    assert isinstance(cart.has("A"), Test)
    assert isinstance(item.on_sale, ItemTest)


@given(leaves, snapshots())
def test_readers_read_alike(leaf: Condition, snapshot: Snapshot) -> None:
    """Asking twice gives the same answer."""
    ask = holds(leaf)

    assert ask(snapshot) is ask(snapshot)
