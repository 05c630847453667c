"""The public names of a package, each loaded when it is first used, so that importing the package stays cheap."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def loader(package: str, homes: Mapping[str, str | tuple[str, str]]) -> Callable[[str], object]:
    """The `__getattr__` of a *package*: *homes* are the module of each name, and its name there if that is another.

    >>> loader("aftercare.limits", {"Tally": "tallies"})("Tally").__name__
    'Tally'
    """

    def load(name: str) -> object:
        if name not in homes:
            msg = f"module `{package}` has no attribute `{name}`"
            raise AttributeError(msg)
        home = homes[name]
        module, there = (home, name) if isinstance(home, str) else home
        found: object = getattr(import_module(f"{package}.{module}"), there)
        setattr(sys.modules[package], name, found)
        return found

    return load
