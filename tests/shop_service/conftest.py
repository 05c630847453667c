"""The databases that the shop runs on: a file of SQLite, and PostgreSQL where its server is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = count(1)


def _binaries() -> Path:
    """Where PostgreSQL keeps the programs of its server."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    for place in reversed(places):
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    pytest.skip("the server of PostgreSQL is not installed: no `initdb` and `pg_ctl`")


def _user() -> dict[str, Any]:
    """As whom its server runs, which must not be root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    known = {each.pw_name: each for each in pwd.getpwall()}
    who = known.get("postgres") or known.get("nobody")
    if who is None:
        pytest.skip("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A PostgreSQL server of our own, which keeps nothing."""
    binaries, user = _binaries(), _user()
    with tempfile.TemporaryDirectory(prefix="shop-") as name:
        home, data = Path(name), str(Path(name) / "data")
        if user:
            os.chown(home, user["user"], user["group"])

        def run(program: str, *words: str) -> None:
            subprocess.run(
                [str(binaries / program), "-D", data, *words],
                check=True,
                cwd=home,
                stdout=subprocess.DEVNULL,
                **user,
            )

        run("initdb", "--auth=trust", "--username=shop", "--encoding=UTF8", "--locale=C", "--no-sync")
        settings = f"-F -c listen_addresses='' -c unix_socket_directories='{home}'"
        run("pg_ctl", "start", "-w", "-l", str(home / "log"), "-o", settings)
        yield name
        run("pg_ctl", "stop", "-w", "-m", "immediate")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database, of each kind, that is empty before the tests of a module."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.sqlite3'}"
    home, name = request.getfixturevalue("cluster"), f"shop_{next(NAMES)}"
    with psycopg.connect(f"host={home} user=shop dbname=postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"postgresql+psycopg://shop@/{name}?host={home}"
