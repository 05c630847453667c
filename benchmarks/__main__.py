"""Runs every benchmark, each in a process of its own: `python -m benchmarks [NAME ...]`."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

NAMES = ("imports", "price", "money_text", "ledger", "loyalty", "oscar")


def main(chosen: list[str]) -> int:
    """Run the *chosen* benchmarks, or all; how many missed a bound."""
    unknown = sorted(set(chosen) - set(NAMES))
    if unknown:
        sys.exit(f"`{unknown[0]}` is no benchmark: choose among `{', '.join(NAMES)}`")
    missed = 0
    for name in chosen or NAMES:
        if name == "oscar" and find_spec("oscar") is None:
            print("django-oscar is not installed: `pip install --group bench` brings it", flush=True)
            continue
        missed += subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode != 0  # noqa: S603
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
