"""What it costs to import the library, and to import it and price a first order, beside importing what it stands on.

Every import is a process of its own, started in turns; what counts is the CPU time of the child. Compiled modules are
kept, as an installed package has them, also where the environment says not to write any; a first round makes them.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from statistics import median

from benchmarks.interleaved import at_most

ROUNDS = 21
IMPORT = 1.5
FIRST_PRICE = 2.5

FIRST = """
from datetime import UTC, datetime
from aftercare import Line, Order, PolicyBook, Product, Promotion, cart, eur, item, policies
book = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], promotions=[
    Promotion("coffee", then=policies.percent_off(10, of=item.category.is_("coffee"))),
    Promotion("cups", then=policies.every(3, of="CUP").free()),
    Promotion("spend", when=cart.amount().at_least(eur(50)), then=policies.amount_off(eur(5))),
])
order = Order([
    Line("1", Product("BEANS", categories=["coffee"]), 2, unit_price=eur("12.40"), tax=8),
    Line("2", Product("CUP"), 4, unit_price=eur("7.99"), tax=23),
], currency="EUR")
decision = book.price(order, at=datetime(2026, 11, 21, tzinfo=UTC))
assert decision.payable == eur("46.29"), decision
assert len(decision.lines) == 2
"""
PROGRAMS = {
    "nothing": "pass",
    "attrs": "import attrs",
    "attrs and pendulum": "import attrs, pendulum",
    "aftercare": "import aftercare",
    "first price": FIRST,
}
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def child_seconds(program: str) -> float:
    """The CPU time of a Python that runs *program* and nothing else."""
    before = _children()
    subprocess.run([sys.executable, "-c", program], check=True, env=ENVIRONMENT)  # noqa: S603 - the programs above
    return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> bool:
    """Print the ratios; whether both are within their bounds."""
    found: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for program in PROGRAMS.values():
        child_seconds(program)
    for _ in range(ROUNDS):
        for name, program in PROGRAMS.items():
            found[name].append(child_seconds(program))
    times = {name: median(each) for name, each in found.items()}
    met = [
        at_most("import aftercare / import attrs", times["aftercare"] / times["attrs"], IMPORT),
        at_most(
            "import and first price / import attrs, pendulum",
            times["first price"] / times["attrs and pendulum"],
            FIRST_PRICE,
        ),
    ]
    return all(met)


if __name__ == "__main__":
    sys.exit(not main())
