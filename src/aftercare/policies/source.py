"""Source under construction: lines with their indentation, and the table of the constants that they name.

Nothing that anybody wrote in a policy is ever part of the source: every text, amount and function is a constant, and
only numbers of whole type are written out.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


class Source:
    """A function in the making."""

    def __init__(self, names: dict[str, Any], *, depth: int = 0) -> None:
        self._lines: list[str] = []
        self._depth = depth
        self._names = names

    def say(self, *lines: str) -> None:
        """Write lines at the present indentation."""
        self._lines += ["    " * self._depth + line for line in lines]

    def place(self) -> int:
        """Where the next line will stand."""
        return len(self._lines)

    def insert(self, place: int, *lines: str) -> None:
        """Write lines before what stands at a *place*."""
        self._lines[place:place] = ["    " * self._depth + line for line in lines]

    @contextmanager
    def block(self, head: str) -> Generator[None, None, None]:
        """Write *head* and what stands below it."""
        self.say(f"{head}:")
        self._depth += 1
        yield
        self._depth -= 1

    def constant(self, value: Any) -> str:
        """The name under which the source finds *value*."""
        name = f"C{len(self._names)}"
        self._names[name] = value
        return name

    @property
    def text(self) -> str:
        """The whole source."""
        return "\n".join(self._lines) + "\n"

    @property
    def named(self) -> set[str]:
        """What the source names."""
        return set(re.findall(r"\w+", self.text))

    def made(self, name: str, body: Source, known: dict[str, Any]) -> Callable[..., Any]:
        """The function *name* that this source and its *body* define; *known* are names of the library that it uses."""
        namespace = {**known, **self._names}
        exec(compile(self.text + body.text, "<policies>", "exec"), namespace)  # noqa: S102 - it has no text but this library's own
        made: Callable[..., Any] = namespace[name]
        return made


def whole(value: int) -> str:
    """A whole number, written out."""
    return repr(int(value))
