"""Timing for ratios: candidates take turns in one process, the collector is off, medians of CPU time are compared."""

from __future__ import annotations

import gc
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


KEPT = ("missed", "ok")
"""What a line ends with that tells whether its bound is kept."""


def medians(
    candidates: dict[str, tuple[Callable[[Any], object], Iterable[Any]]], *, rounds: int = 11
) -> dict[str, float]:
    """Seconds of CPU for one call of each candidate, by its name; each is a function and what it is called with."""
    given = {name: (function, list(values)) for name, (function, values) in candidates.items()}
    found: dict[str, list[float]] = {name: [] for name in given}
    for function, values in given.values():
        for value in values:
            function(value)
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, (function, values) in given.items():
                start = process_time()
                for value in values:
                    function(value)
                found[name].append((process_time() - start) / len(values))
    finally:
        gc.enable()
    return {name: median(times) for name, times in found.items()}


def at_most(what: str, ratio: float, bound: float) -> bool:
    """Print a ratio that has to be at most *bound*, and tell whether it is."""
    return _line(what, ratio, f"at most {bound:,g}x", ok=ratio <= bound)


def at_least(what: str, ratio: float, bound: float) -> bool:
    """Print a ratio that has to be at least *bound*, and tell whether it is."""
    return _line(what, ratio, f"at least {bound:,g}x", ok=ratio >= bound)


def shown(what: str, ratio: float) -> None:
    """Print a ratio that has no bound."""
    print(f"{what:58}{ratio:>10,.2f}x", flush=True)


def _line(what: str, ratio: float, bound: str, *, ok: bool) -> bool:
    print(f"{what:58}{ratio:>10,.2f}x  {bound:20}{KEPT[ok]}", flush=True)
    return ok
