"""Makes a virtual environment beside this file, once, and works in it.

    python3 dev.py run              price an example order
    python3 dev.py serve            serve the example shop over HTTP; `serve --help` says how
    python3 dev.py test             run every test and example, with branch coverage
    python3 dev.py test ARGUMENTS   run pytest with these arguments
    python3 dev.py bench            run every benchmark, half an hour; `bench price` runs one
    python3 dev.py setup            only install the tools of every check

Needs Python 3.11 or newer and nothing else; what it installs stays in `.venv`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed.json"
NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))"

GROUPS = {"run": [], "serve": ["shop"], "test": ["tests"], "bench": ["bench"], "setup": ["dev"]}
CONTAINED = {"dev": ["dev", "shop", "tests"], "tests": ["shop", "tests"]}  # installing one group brings these
EVERYTHING = ["--cov", "-n", "auto", "--dist", "loadfile"]
EXAMPLE = ["-m", "aftercare", "price", "examples/shop.py:shop", "examples/orders/shopify_order.json"]
SHOP = ["-m", "examples.fastapi_shop"]


def runs(python: str) -> bool:
    """Whether *python* is an interpreter that works and is new enough."""
    try:
        return subprocess.run([python, "-c", NEW_ENOUGH], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def interpreter() -> str:
    """The Python to build the environment with."""
    names = [sys.executable, *(shutil.which("python3.%d" % minor) for minor in (14, 13, 12, 11))]
    for python in names:
        if python and runs(python):
            return python
    found = "%d.%d" % sys.version_info[:2]
    sys.exit("Python 3.11 or newer is needed: this is %s, and no newer `python3.x` was found on the path." % found)


def install(groups: list[str]) -> None:
    """Install the project and *groups*, unless that was done for this very `pyproject.toml`."""
    if not runs(str(PYTHON)):
        python = interpreter()
        print("making .venv", flush=True)
        subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=True)
    key = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    stamp = json.loads(STAMP.read_text()) if STAMP.exists() else {}
    have = stamp["groups"] if stamp.get("key") == key else None
    if have is not None and set(groups) <= set(have):
        return
    print("installing into .venv", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)  # the first that reads dependency groups
    chosen = [word for group in groups for word in ("--group", group)]
    subprocess.run([*pip, "--editable", ".", *chosen], check=True, cwd=ROOT)
    brought = {name for group in groups for name in CONTAINED.get(group, [group])}
    STAMP.write_text(json.dumps({"key": key, "groups": sorted({*(have or ()), *brought})}))


def main(words: list[str]) -> int:
    """Do what *words* say and give back the exit status."""
    task, rest = (words[0], words[1:]) if words else ("", [])
    if task not in GROUPS or (rest and task not in {"serve", "test", "bench"}):
        print(__doc__)
        return 2
    try:
        install(GROUPS[task])
    except subprocess.CalledProcessError as error:
        print("setting up failed: `%s`" % " ".join(error.cmd), file=sys.stderr)
        return 1
    if task == "setup":
        return 0
    commands = {
        "run": EXAMPLE,
        "serve": [*SHOP, *rest],
        "test": ["-m", "pytest", *(rest or EVERYTHING)],
        "bench": ["-m", "benchmarks", *rest],
    }
    command = commands[task]
    print("$ python " + " ".join(command), flush=True)
    return subprocess.run([str(PYTHON), *command], check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
