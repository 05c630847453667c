"""Prints the one command of a README section: `python readme_command.py "Test it"`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

title = sys.argv[1]
readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
section = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", readme, flags=re.MULTILINE | re.DOTALL)
commands = re.findall(r"^```sh\n(.*?)^```$", section[1], flags=re.MULTILINE | re.DOTALL) if section else []
if len(commands) != 1:
    sys.exit(f"README.md: `## {title}` needs exactly one `sh` block, found {len(commands)}")
print(commands[0].strip())  # noqa: T201 - the caller reads it
