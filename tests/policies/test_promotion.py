from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import pytest

import aftercare
from aftercare import Days, Name, Notice, PolicyError, Promotion, Schedule, cart, customer, item, policies
from aftercare.policies.stacking import Group, promotions_in

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "policies": policies}
TEN, TWENTY = policies.percent_off(10), policies.percent_off(20)
A, B, C = (Promotion(name, then=TEN) for name in "abc")


# --- promotions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "promotion",
    [
        A,
        Promotion("p", title=Name("Ten", pl="Dziesięć"), when=cart.has("CUP"), then=[TEN, policies.free_shipping()]),
        Promotion("p", then=TEN, codes=["SAVE", "TEN"], rank=2, only_in="EUR", earns_points=False),
        Promotion("p", then=TEN, counts_towards_thresholds=False).except_when(customer.staff, then=TWENTY, named="s"),
        Promotion("p", then=TEN).exceptions_by("first_of").except_when(cart.has("A"), then=TWENTY),
        policies.first_of(A, policies.stack(B)),
    ],
    ids=repr,
)
def test_promotion_is_a_value(promotion: Any) -> None:
    """A promotion is equal to its code and its pickle."""
    assert promotion == eval(repr(promotion), dict(NAMESPACE))  # noqa: S307 - the repr of a policy is code
    assert promotion == pickle.loads(pickle.dumps(promotion))  # noqa: S301 - what was just pickled
    assert hash(promotion) == hash(pickle.loads(pickle.dumps(promotion)))  # noqa: S301 - what was just pickled


def test_what_may_be_left_out() -> None:
    """One benefit, code or currency needs no list around it; a promotion without a title is called by its id."""
    promotion = Promotion("p", then=TEN, codes="SAVE", only_in="EUR")

    assert ((TEN,), ("SAVE",), ("EUR",)) == (promotion.then, promotion.codes, promotion.only_in)
    assert Name("p") == promotion.name
    assert Name("Ten") == Promotion("p", title="Ten", then=TEN).name


def test_phases() -> None:
    """A promotion acts in the phases of everything that it may give, in their order."""
    promotion = Promotion("p", then=[policies.free_shipping(), TEN]).except_when(
        customer.staff, then=policies.percent_off(5, of="CUP")
    )

    assert ("item", "order", "shipping") == promotion.phases


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"id": " "}, "a promotion needs an id, given `' '`"),
        ({"id": 3}, "a promotion needs an id, given `3`"),
        ({"when": item.on_sale}, "`when` of `p` is `item.on_sale`, which is no condition of the order: ask how many"),
        ({"when": False}, "`when` of `p` is `False`, which is no condition of the order: write `.is_(...)` where you"),
        ({"then": ()}, "`p` gives nothing: name at least one benefit"),
        ({"then": policies.every(2, of="CUP")}, "of `p` is no benefit: say what it gives"),
        ({"then": [TEN, 5]}, "`5` of `p` is no benefit"),
        ({"rank": 1.5}, "the rank of `p` is a whole number, given `1.5`"),
        ({"rank": True}, "the rank of `p` is a whole number, given `True`"),
        ({"codes": ["SAVE", " "]}, "a code of `p` is empty: write what customers enter"),
        ({"notice": Notice()}, "`p` announces a start it does not have: give it a `schedule` with a start"),
        (
            {"notice": Notice(), "schedule": Schedule(None, date(2027, 1, 1), zone="UTC")},
            "`p` announces a start it does not have",
        ),
    ],
    ids=repr,
)
def test_refused(options: dict[str, Any], message: str) -> None:
    """A promotion that makes no sense cannot be built."""
    with pytest.raises(PolicyError) as caught:
        Promotion(**{"id": "p", "then": TEN, **options})

    assert message in str(caught.value)


def test_notice() -> None:
    """A notice tells customers three days before and staff when it is asked to."""
    promotion = Promotion("p", then=TEN, schedule=Schedule(date(2027, 1, 1), zone="UTC"), notice=Notice())

    assert Notice(customers=Days(3), staff=None) == promotion.notice


# --- groups ----------------------------------------------------------------------------------------------------------


def test_groups() -> None:
    """A group holds promotions and groups, and shows all promotions in them as they are written."""
    group = policies.first_of(A, policies.best_of(C, B))

    assert [A, C, B] == list(promotions_in(group))
    assert Group("first_of", (A, Group("best_of", (C, B)))) == group
    assert Group("stack", (A,)) == policies.stack(A)


@pytest.mark.parametrize(
    ("make", "members", "needed"),
    [
        (policies.stack, (), 1),
        (policies.first_of, (A,), 2),
        (policies.best_of, (), 2),
    ],
)
def test_too_few(make: Any, members: tuple[Any, ...], needed: int) -> None:
    """A group has something to choose from."""
    with pytest.raises(PolicyError, match=f"has {len(members)} members: it needs at least {needed} to choose from"):
        make(*members)


@pytest.mark.parametrize("member", [TEN, "sale", None], ids=repr)
def test_strange_member(member: Any) -> None:
    """A group holds nothing but promotions and groups."""
    with pytest.raises(PolicyError, match="cannot be in a group: give promotions and groups"):
        policies.stack(A, member)
