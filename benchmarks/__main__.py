"""Runs every benchmark, each in a process of its own: `python -m benchmarks [NAME ...]`."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

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
    for name in chosen or NEEDS:
        lacking = [module for module in NEEDS[name] if find_spec(module) is None]
        if lacking:
            print(f"`{name}` is skipped without `{lacking[0]}`: `pip install --group bench` brings it", flush=True)
            continue
        missed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0  # noqa: S603
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
