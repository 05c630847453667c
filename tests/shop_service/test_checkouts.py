"""Many customers at once, on two servers that share a database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from aftercare import eur
from tests.shop_service.limited_shop import shop
from tests.shop_service.server import LIMITED, Server, cart, pay, place
from tests.shop_service.stored import stored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx

CROWD = 64


@pytest.fixture(scope="module")
def servers(database: str) -> Iterator[list[Server]]:
    """Two servers with one database."""
    with Server(database, LIMITED) as one, Server(database, LIMITED) as other:
        yield [one, other]


def all_at_once(
    servers: list[Server], buy: Callable[[httpx.Client, int], dict[str, Any]], crowd: int
) -> list[dict[str, Any]]:
    """What each customer of a crowd gets, none of whom starts before all are there."""
    gate = Barrier(crowd)

    def one(server: Server, number: int) -> dict[str, Any]:
        gate.wait()
        return buy(server.client, number)

    with ThreadPoolExecutor(crowd) as pool:
        return list(pool.map(one, cycle(servers), range(crowd)))


def bought(client: httpx.Client, id: str, what: dict[str, Any]) -> dict[str, Any]:
    """The order of a customer who sends every request twice, and gets the same bytes both times."""
    placed = place(client, id, what)
    again = client.put(f"/orders/{id}", content=placed.request.content)
    paid, once_more = pay(client, placed), pay(client, placed)

    assert (placed.content, paid.content) == (again.content, once_more.content)
    return dict(paid.raise_for_status().json())


def test_nothing_is_given_twice_and_nothing_is_lost(database: str, servers: list[Server]) -> None:
    """Of 64 checkouts at once, ten get the last ten uses, and together they get the last 50.00 of the budget.

    Everybody pays what was shown; whoever came too late was shown another price first.
    """
    both = cart("flash", "purse")
    first = [bought(servers[0].client, f"before-{number}", both) for number in range(2)]
    crowd = all_at_once(servers, lambda client, number: bought(client, f"crowd-{number}", both), CROWD)
    found = stored(database)
    given = [eur(each["promotions"]["purse"]) for each in crowd if "purse" in each["promotions"]]
    receipts = [each for each in found.receipts if each.order.codes == ("flash", "purse")]

    assert [{"flash": "1.00", "purse": "8.00"}] * 2 == [each["promotions"] for each in first]
    assert {"paid"} == {each["state"] for each in crowd}
    assert 10 == sum("flash" in each["promotions"] for each in crowd)
    assert [eur(2), *[eur(8)] * 6] == sorted(given)
    assert (12, 6600) == (found.tallies["flash", "uses"], found.tallies["purse", "EUR"])
    assert 0 == found.holds
    assert CROWD + 2 == len(receipts)
    assert all(shop.replay(receipt).same for receipt in receipts)


def test_one_customer_with_many_windows_gets_the_offer_once(database: str, servers: list[Server]) -> None:
    """Sixteen checkouts of one customer at once: the offer is for once, and one of them has it."""
    what = cart("once", customer="ola")
    crowd = all_at_once(servers, lambda client, number: bought(client, f"window-{number}", what), 16)

    assert 1 == sum("once" in each["promotions"] for each in crowd)
    assert 16 == len(stored(database).customers["ola"].purchases)


def test_one_order_from_many_windows_is_placed_once(database: str, servers: list[Server]) -> None:
    """The same request from sixteen windows at once places one order, and all are answered alike."""
    crowd = all_at_once(servers, lambda client, _: bought(client, "the-one", cart("pair")), 16)

    assert [crowd[0]] * 16 == crowd
    assert 1 == stored(database).tallies["pair", "uses"]
