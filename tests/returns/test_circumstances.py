"""What is prepared for many questions: what is read when it is asked for, and what is kept."""

from __future__ import annotations

import pytest

from aftercare import Days, Name, ReturnPolicy, eur, item, returns
from aftercare.returns import offers
from aftercare.returns.circumstances import Circumstances
from tests.returns.counter import OUTLET, STANDARD, ask, codes, line, placed


def test_unknown_names() -> None:
    """Circumstances have no attribute but those of an order and a return."""
    with pytest.raises(AttributeError, match="misspelt"):
        Circumstances(placed(), {}).misspelt  # noqa: B018


def test_kept_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many combinations of exceptions hold over time, only so many are kept; the answers stay the same."""
    monkeypatch.setattr(offers, "_KEPT", 1)
    policy = STANDARD.except_when(of=item.tag.is_("outlet"), fee=eur(1))
    for _ in range(2):
        assert (returns.flat(eur("4.95")),) == ask(policy).terms.fee
        assert (returns.flat(eur(1)),) == ask(policy, placed(line(OUTLET))).terms.fee
        assert 1 == len(policy.prepared.offers.kept)


@pytest.mark.parametrize(
    ("grade", "expected"), [("opened", ["returns.barred.unsealed_hygiene"]), ("new", []), (None, [])]
)
def test_goods_in_a_condition(grade: str | None, expected: list[str]) -> None:
    """A clause about some goods in some circumstances holds for those goods, then."""
    opened = returns.grade.is_("opened")
    policy = STANDARD.not_returnable(opened, of=item.category.is_("cups"), because="unsealed_hygiene")
    other = STANDARD.not_returnable(opened, of=item.category.is_("soap"), because="unsealed_hygiene")
    assert expected == codes(ask(policy, grade=grade).reasons)
    assert [] == codes(ask(other, grade=grade).reasons)


@pytest.mark.parametrize(
    ("given", "missing"), [((), ("photo", "serial")), ("photo", ("serial",)), (("serial", "photo"), ())]
)
def test_missing_evidence(given: str | tuple[str, ...], missing: tuple[str, ...]) -> None:
    """Evidence is asked for until all of it is there."""
    policy = ReturnPolicy("careful", within=Days(30), after="delivered", evidence=["photo", "serial"])
    steps = ask(policy, evidence=given).steps
    asked = [step["needed"] for step in steps if step.code == "returns.step.evidence"]
    assert ([tuple(map(Name, missing))] if missing else []) == asked
