from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import aftercare
from aftercare import limits, loyalty, policies

ROOT = Path(aftercare.__file__).parent


def promised_to_type_checkers() -> dict[str, str]:
    """Each name imported under `TYPE_CHECKING`, with the module it is imported from."""
    tree = ast.parse((ROOT / "__init__.py").read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    return {
        alias.asname or alias.name: str(statement.module)
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running *code*."""
    script = f"{code}\nimport sys\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("name", aftercare.__all__)
def test_resolves(name: str) -> None:
    """Every public name is there, and is the very object its module has."""
    home = importlib.import_module(f"aftercare.{aftercare._HOMES[name]}")

    assert getattr(home, name) is getattr(aftercare, name)


def test_one_list_of_names() -> None:
    """`__all__`, the table of homes and what type checkers see agree, and `__all__` names nothing twice."""
    homes = {name: f"aftercare.{home}" for name, home in aftercare._HOMES.items()}

    assert sorted(homes) == sorted(aftercare.__all__)
    assert homes == promised_to_type_checkers()


def test_dir() -> None:
    """`dir` lists every public name, loaded or not."""
    for package in (aftercare, limits, policies, loyalty):
        assert set() == set(package.__all__) - set(dir(package))


def test_unknown_name() -> None:
    """A misspelt name is an `AttributeError` that says which name of which module."""
    with pytest.raises(AttributeError, match="module `aftercare` has no attribute `Mony`"):
        getattr(aftercare, "Mony")  # noqa: B009 - the plain spelling is a type error, as it should be


def test_star() -> None:
    """`from aftercare import *` brings the public names and nothing else."""
    namespace: dict[str, object] = {}

    exec("from aftercare import *", namespace)  # noqa: S102 - a star import is allowed at the top of a module alone

    assert set(aftercare.__all__) == set(namespace) - {"__builtins__"}


def test_no_module_bears_a_public_name() -> None:
    """Importing a submodule never replaces a public object, for no module has the name of one."""
    modules = {module.name.rpartition(".")[2] for module in pkgutil.walk_packages([str(ROOT)], "aftercare.")}

    assert set() == modules & set(aftercare.__all__)


@pytest.mark.parametrize("code", ["import aftercare", "from aftercare import *"])
def test_cheap_import(code: str) -> None:
    """Neither Babel nor pendulum is loaded before something needs them."""
    assert set() == {"babel", "pendulum"} & loaded_after(code)


def test_typed() -> None:
    """The package tells type checkers that its types are meant for them."""
    assert (ROOT / "py.typed").is_file()
