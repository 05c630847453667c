"""A long stream of orders: that memory stays as it is, and that two processes do nearly twice the work of one.

    python -m benchmarks.batch              # 1,000,000 orders, some minutes
    python -m benchmarks.batch 100000

The orders are made as they are priced, by `examples.back_test`, and go through the book of `examples.shop`. The peak of
memory is that of a process which does nothing else. One process and two are timed turn by turn, on the clock on the
wall, and the best turn of each counts: two are only faster while two processors are free.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

from benchmarks.interleaved import at_least, at_most
from examples.back_test import orders, shares, tally
from examples.shop import shop

MEMORY = 1.1
TWO = 1.7
FEW = 10_000
MANY = 1_000_000
TURN = 20_000
ROUNDS = 5


def peak(count: int) -> int:
    """The most memory that this process has taken once it priced so many orders."""
    paid = sum(decision.payable.minor for decision in shop.price_many(orders(range(count))))
    if paid <= 0:
        msg = "the orders cost nothing"
        raise AssertionError(msg)
    return getrusage(RUSAGE_SELF).ru_maxrss


def peak_apart(count: int) -> tuple[int, float]:
    """The same of a process of its own, and the seconds it took."""
    start = perf_counter()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(peak, count).result(), perf_counter() - start


def seconds(pool: ProcessPoolExecutor, count: int, workers: int) -> float:
    """How long that many *workers* need for *count* orders."""
    start = perf_counter()
    for uses, _ in pool.map(partial(tally, shop), shares(count, workers)):
        if not uses:
            msg = "no promotion applied"
            raise AssertionError(msg)
    return perf_counter() - start


def speed_of_two() -> float:
    """How many times sooner two workers are done than one."""
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as one, ProcessPoolExecutor(2, mp_context=spawn) as two:
        for pool, workers in ((one, 1), (two, 2)):
            seconds(pool, FEW // 10, workers)  # start the workers
        turns = [(seconds(one, TURN, 1), seconds(two, TURN, 2)) for _ in range(ROUNDS)]
    return min(alone for alone, _ in turns) / min(together for _, together in turns)


def main(many: int) -> bool:
    """Print the ratios; whether all are within their bounds."""
    few, _ = peak_apart(FEW)
    most, took = peak_apart(many)
    print(f"{many:,} orders made and priced by one process in {took:,.0f} s, with {most // 1024:,} MB", flush=True)
    return all(
        [
            at_most(f"peak memory, {many:,} orders / {FEW:,}", most / few, MEMORY),
            at_least(f"one process / two, {TURN:,} orders", speed_of_two(), TWO),
        ]
    )


if __name__ == "__main__":
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else MANY))
