"""Starts the shop as its users do, in a process of its own, and speaks HTTP to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from datetime import datetime

ROOT = Path(__file__).parents[2]
EXAMPLE, LIMITED = "examples.fastapi_shop", "tests.shop_service.limited_shop"
WAIT = 120


class Server:
    """A process that serves a shop on a free port, until the end of a `with` block or until it is killed."""

    def __init__(self, database: str, module: str, *, at: datetime | None = None) -> None:
        clock = [] if at is None else ["--at", at.isoformat()]
        command = [sys.executable, "-m", module, "--database", database, "--port", "0", *clock]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.url = self.output.readline().strip()
        assert self.url, "the server did not start"

        self.client = httpx.Client(base_url=self.url, timeout=WAIT, limits=httpx.Limits(max_connections=None))

    def kill(self) -> None:
        """End the process at once, whatever it is doing: `kill -9`."""
        self.process.kill()
        self.process.wait()
        self.output.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.client.close()


def cart(*codes: str, customer: str | None = None, **lines: int) -> dict[str, Any]:
    """A cart in euros, of one bag of coffee unless it says otherwise."""
    return {
        "currency": "EUR",
        "lines": {sku.replace("_", "-"): quantity for sku, quantity in (lines or {"COFFEE_HOUSE": 1}).items()},
        "codes": codes,
        "customer": customer,
        "country": "PL",
    }


def price(client: httpx.Client, what: dict[str, Any]) -> str:
    """What a cart costs now."""
    return str(client.post("/quotes", json=what).raise_for_status().json()["payable"])


def place(client: httpx.Client, id: str, what: dict[str, Any]) -> httpx.Response:
    """Place an order at the price that is shown, and where it changes meanwhile, at the one that is shown then."""
    shown = price(client, what)
    while True:
        answer = client.put(f"/orders/{id}", json={**what, "payable": shown})
        if answer.status_code != httpx.codes.CONFLICT:
            return answer.raise_for_status()
        shown = answer.json()["quote"]["payable"]


def pay(client: httpx.Client, placed: httpx.Response) -> httpx.Response:
    """Pay for an order."""
    order = placed.json()
    return client.put(f"/orders/{order['id']}/payment", json={"amount": order["payable"]})
