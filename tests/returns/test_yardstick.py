"""The hand-written return policy that the benchmark compares with answers as the library does."""

from __future__ import annotations

import pytest

from benchmarks import returns_shop

QUESTIONS = 150


@pytest.mark.parametrize("law", [False, True])
def test_the_yardstick_gives_the_same_answers(law: bool) -> None:
    """A ratio means nothing beside code that answers otherwise: every outcome is asked for, and all are equal."""
    policy = returns_shop.promise_in_the_eu() if law else returns_shop.promise()
    found = returns_shop.check(policy, returns_shop.questions(QUESTIONS), law=law)
    assert {"accept", "needs_review", "refuse"} == {*found}
