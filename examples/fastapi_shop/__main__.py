"""Starts the shop: `python -m examples.fastapi_shop`, with its orders in `shop.sqlite3` unless told otherwise."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from datetime import datetime
from typing import TYPE_CHECKING

import uvicorn

from examples.fastapi_shop.app import create_app
from examples.fastapi_shop.database import Database
from examples.shop import shop

if TYPE_CHECKING:
    from aftercare import PolicyBook


def serve(book: PolicyBook) -> None:
    """Serve the shop of a book, as the command line says, until the process is stopped."""
    parser = ArgumentParser(prog="python -m examples.fastapi_shop", description=__doc__)
    parser.add_argument(
        "--database",
        default="sqlite:///shop.sqlite3",
        metavar="URL",
        help="where orders are kept, such as `postgresql+psycopg://user@host/name`",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen at; 0 takes one that is free")
    parser.add_argument(
        "--at",
        type=datetime.fromisoformat,
        metavar="INSTANT",
        help="set the shop's clock, such as `2026-12-01T12:00+01:00`; from there it goes on",
    )
    given = parser.parse_args()
    if given.at is not None and given.at.tzinfo is None:
        parser.error("`--at` needs an offset, such as `+01:00`")
    database = Database.at(given.database, starting=given.at)
    with socket.create_server((given.host, given.port)) as listener:
        print(f"http://{given.host}:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(create_app(book, database), log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    serve(shop)
