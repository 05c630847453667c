"""What the library costs beside hand-written code: `returns.assess` against the `yardstick_returns`, same questions.

Before anything is timed both give equal answers to some hundred questions.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from benchmarks import returns_shop
from benchmarks.interleaved import at_most, medians

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare import ReturnPolicy

ASSESSED = 10.0
CHECKED = 1000
ASKED = 200


def everything(policy: ReturnPolicy) -> Callable[[returns_shop.Question], Any]:
    """A function that asks a *policy*, and reads the whole answer."""

    def ask(question: returns_shop.Question) -> Any:
        answer = returns_shop.ask(policy, question)
        due = answer.deadline
        each = [
            (right.right, right.regime, right.outcome, right.reasons, right.deadline.last_day, right.deadline.trace)
            for right in answer.answers
        ]
        found = answer.outcome, answer.units, answer.regimes, answer.reasons, answer.steps, answer.effects
        return found, due.right, due.last_day, due.at_least, due.trace, answer.terms.fee, each

    return ask


def main() -> bool:
    """Print the ratios; whether all are within their bounds."""
    policies = {False: returns_shop.promise(), True: returns_shop.promise_in_the_eu()}
    for law, policy in policies.items():
        returns_shop.check(policy, returns_shop.questions(CHECKED), law=law)
    asked = returns_shop.questions(ASKED)
    times = medians(
        {
            "promise": (everything(policies[False]), asked),
            "promise by hand": (lambda question: returns_shop.by_hand(question, law=False), asked),
            "floor": (everything(policies[True]), asked),
            "floor by hand": (lambda question: returns_shop.by_hand(question, law=True), asked),
        }
    )
    met = [
        at_most("assess one line, a promise / yardstick", times["promise"] / times["promise by hand"], ASSESSED),
        at_most("assess one line, promise and EU floor / yardstick", times["floor"] / times["floor by hand"], ASSESSED),
    ]
    return all(met)


if __name__ == "__main__":
    sys.exit(not main())
