"""Runs every benchmark, each in a process of its own: `python -m benchmarks [NAME ...]`.

It ends with every line that has a bound: what was measured, the bound, and whether it is kept.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

from benchmarks.interleaved import KEPT

NEEDS: dict[str, tuple[str, ...]] = {
    "imports": (),
    "price": (),
    "book": (),
    "scale": (),
    "best_combination": (),
    "near_misses": (),
    "assess": (),
    "settle": (),
    "ledger": (),
    "loyalty": (),
    "money_text": (),
    "conditions": ("datalogic_py", "json_logic", "rule_engine", "zen"),
    "oscar": ("oscar",),
    "batch": (),
}
"""The benchmarks, and the modules that each needs."""


def main(chosen: list[str]) -> int:
    """Run the *chosen* benchmarks, or all; how many missed a bound."""
    unknown = sorted(set(chosen) - set(NEEDS))
    if unknown:
        sys.exit(f"`{unknown[0]}` is no benchmark: choose among `{', '.join(NEEDS)}`")
    missed = 0
    bounds: list[str] = []
    for name in chosen or NEEDS:
        lacking = [module for module in NEEDS[name] if find_spec(module) is None]
        if lacking:
            print(f"`{name}` is skipped without `{lacking[0]}`: `python3 dev.py bench` brings it", flush=True)
            continue
        said, failed = run(name)
        missed += failed
        bounds += said or ([f"`{name}` failed"] if failed else [])
    print(f"\n{'':58}{'measured':>11}  {'bound':20}kept", *bounds, sep="\n")
    return missed


def run(name: str) -> tuple[list[str], bool]:
    """Run one benchmark and show what it prints: its lines that have a bound, and whether it missed one or failed."""
    said = []
    with subprocess.Popen([sys.executable, "-m", f"benchmarks.{name}"], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if line.rstrip().endswith(KEPT):
                said.append(line.rstrip())
    return said, process.returncode != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
