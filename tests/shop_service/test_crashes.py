"""The server is killed, in the midst of what it does, and started again on the same database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Condition
from typing import TYPE_CHECKING, Any

import httpx

from tests.shop_service.limited_shop import shop
from tests.shop_service.server import LIMITED, Server, cart, pay, place, price
from tests.shop_service.stored import stored

if TYPE_CHECKING:
    from collections.abc import Callable

CROWD = 64
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
PAIR = cart("pair")  # 24.00 and delivery, 28.95; 25.95 for the two who are first
FULL, LESS = "28.95", "25.95"


def test_a_kill_between_holding_and_paying(database: str) -> None:
    """What is held outlives the server: it is paid for after it, or it lapses and others have it.

    Two are left. Eva and Jan hold them, the server is killed; Eva pays, once however often she sends it. Jan comes back
    after his quarter of an hour, when Ola has bought, and is told why, in his language.
    """
    with Server(database, LIMITED, at=NOON) as server:
        eva, jan = (place(server.client, who, PAIR) for who in ("eva", "jan"))
        server.kill()

    with Server(database, LIMITED, at=NOON + timedelta(minutes=5)) as server:
        again = server.client.put("/orders/eva", content=eva.request.content)
        paid = [pay(server.client, eva) for _ in range(2)]
        during = price(server.client, PAIR)
        server.kill()

    with Server(database, LIMITED, at=NOON + timedelta(minutes=20)) as server:
        ola = pay(server.client, place(server.client, "ola", PAIR))
        late = [
            server.client.put("/orders/jan/payment", json={"amount": LESS}, headers={"accept-language": language})
            for language in ("pl", "en")
        ]
        after = price(server.client, PAIR)
    told = [each.json()["refused"][0]["text"] for each in late]
    found = stored(database)

    assert [LESS, LESS] == [each.json()["payable"] for each in (eva, jan)]
    assert (eva.content, paid[0].content) == (again.content, paid[1].content)
    assert ("paid", LESS) == (paid[0].json()["state"], paid[0].json()["payable"])
    assert ("paid", LESS) == (ola.json()["state"], ola.json()["payable"])
    assert [FULL, FULL] == [during, after]
    assert [409, 409] == [each.status_code for each in late]
    assert [True, True] == ["Dwa na tydzień" in told[0], "30 listopada 2026" in told[0]]
    assert [True, True] == ["Two a week" in told[1], "November 30, 2026" in told[1]]
    assert 2 == found.tallies["pair", "uses"]
    assert [True] * 3 == [shop.replay(each).same for each in found.receipts]


class Crowd:
    """Customers who do not give up: whoever gets no answer asks again where the shop is by then."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.changed = Condition()
        self.answers = 0

    def ask(self, request: Callable[[httpx.Client], httpx.Response]) -> httpx.Response:
        """The answer to a request, sent until there is one."""
        while True:
            server = self.server
            try:
                answer = request(server.client)
            except httpx.TransportError:
                with self.changed:
                    self.changed.wait_for(lambda: self.server is not server)  # noqa: B023 - waits before it changes
                continue
            with self.changed:
                self.answers += 1
                self.changed.notify_all()
            return answer

    def buy(self, number: int) -> dict[str, Any]:
        """The order that a customer has in the end."""
        name, what = f"storm-{number}", cart("flash", "purse")
        shown = self.ask(lambda client: client.post("/quotes", json=what)).json()["payable"]
        while True:
            body = {**what, "payable": shown}
            placed = self.ask(lambda client: client.put(f"/orders/{name}", json=body))  # noqa: B023 - asked at once
            if placed.status_code != httpx.codes.CONFLICT:
                break
            shown = placed.json()["quote"]["payable"]
        return dict(self.ask(lambda client: pay(client, placed.raise_for_status())).raise_for_status().json())


def test_a_storm_with_kills_in_it(database: str) -> None:
    """The server is killed twice while 64 customers check out, and in the end the sums are right."""
    servers = [Server(database, LIMITED)]
    crowd = Crowd(servers[0])
    with ThreadPoolExecutor(CROWD) as pool:
        bought = pool.map(crowd.buy, range(CROWD))
        for answers in (40, 110):
            with crowd.changed:
                crowd.changed.wait_for(lambda: crowd.answers >= answers)  # noqa: B023 - waits at once
            servers[-1].kill()
            servers.append(Server(database, LIMITED))
            with crowd.changed:
                crowd.server = servers[-1]
                crowd.changed.notify_all()
        orders = list(bought)
    for server in servers:
        server.__exit__()
    found = stored(database)
    receipts = [each for each in found.receipts if each.id.startswith("storm-")]

    assert {"paid"} == {each["state"] for each in orders}
    assert 12 == sum("flash" in each["promotions"] for each in orders)
    assert (12, 6600) == (found.tallies["flash", "uses"], found.tallies["purse", "EUR"])
    assert {each["id"]: each["fingerprint"] for each in orders} == {each.id: each.fingerprint for each in receipts}
    assert all(shop.replay(receipt).same for receipt in receipts)
