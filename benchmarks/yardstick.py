"""The yardstick: the benchmark shop's twenty promotions written by hand, in straight Python on whole cents.

This is what a backend developer would write for exactly this shop, and it is meant to be hard to beat: no promotion is
data, every amount is an integer, lines are sorted into their categories once, what cannot matter to an order is not
asked, and equal units stay together. It answers what the library answers: what every unit costs, what each promotion
took off it, the tax it bears, the tax of each rate, and what is payable.

It is frozen: ratios of different days are compared with each other, so it changes only if an answer of it is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

WARSAW = ZoneInfo("Europe/Warsaw")
SILVER, GOLD = 1, 2


@dataclass(slots=True)
class Item:
    """A line of a basket; money is in cents, tax in percent."""

    id: str
    sku: str
    category: str
    quantity: int
    price: int
    member_price: int | None
    outlet: bool
    tax: int


@dataclass(slots=True)
class Basket:
    """What is bought, by whom, and how it is delivered."""

    items: list[Item]
    signed_in: bool
    tier: int
    opted_in: bool
    codes: list[str]
    method: str


@dataclass(slots=True)
class Units:
    """Equal units of a line and what was taken off each."""

    line: int
    first: int
    count: int
    price: int
    paid: int
    tax: int
    parts: list[tuple[str, int]]


@dataclass(slots=True)
class Bill:
    """The whole answer."""

    units: list[Units]
    shipping: int
    shipping_paid: int
    shipping_tax: int
    shipping_parts: list[tuple[str, int]]
    taxes: dict[int, int]
    payable: int


class Run:
    """Equal units while they are priced: `start` is the price at the phase's start, `left` the price now."""

    __slots__ = ("count", "first", "item", "left", "line", "parts", "price", "start")

    def __init__(self, line: int, item: Item) -> None:
        self.line = line
        self.item = item
        self.first = 1
        self.count = item.quantity
        self.price = self.start = self.left = item.price
        self.parts: list[tuple[str, int]] = []

    def split(self, units: int) -> Run:
        """Keep the first *units*, give back the rest."""
        rest: Run = Run.__new__(Run)
        rest.line = self.line
        rest.item = self.item
        rest.first = self.first + units
        rest.count = self.count - units
        rest.price = self.price
        rest.start = self.start
        rest.left = self.left
        rest.parts = self.parts.copy()
        self.count = units
        return rest


def by_price(run: Run) -> tuple[int, str, int, str, int]:
    """Cheapest first."""
    return (run.start, run.item.sku, run.item.tax, run.item.id, run.first)


def dearest(run: Run) -> tuple[int, str, int, str, int]:
    """Dearest first."""
    return (-run.start, run.item.sku, run.item.tax, run.item.id, run.first)


def head(runs: list[Run], units: int, all_runs: list[Run]) -> list[Run]:
    """The first *units* of *runs*; a run that is cut leaves its rest in *all_runs* and in *runs*."""
    for place, run in enumerate(runs):
        if units < run.count:
            if not units:
                return runs[:place]
            rest = run.split(units)
            all_runs.append(rest)
            runs.insert(place + 1, rest)
            return runs[: place + 1]
        units -= run.count
    return runs


def take(  # noqa: PLR0917 - inner loop
    runs: list[Run], shares: list[int], over: int, total: int, name: str, all_runs: list[Run]
) -> None:
    """Take *total*: each unit its share rounded down, the cents that are left by largest remainder."""
    left = total
    rests = []
    for run, share in zip(runs, shares):  # noqa: B905 - as quick as it gets
        part, rest = divmod(share, over)
        left -= part * run.count
        if rest:
            item = run.item
            rests.append((-rest, -run.left, item.sku, item.tax, item.id, run.first, part, run))
        elif part:
            run.left -= part
            run.parts.append((name, part))
    if left:
        rests.sort()
    for _, _, _, _, _, _, part, run in rests:
        taken = part
        if left:
            if left < run.count:
                others = run.split(left)
                all_runs.append(others)
                if part:
                    others.left -= part
                    others.parts.append((name, part))
            left -= run.count
            taken += 1
        if taken:
            run.left -= taken
            run.parts.append((name, taken))


def take_percent(runs: list[Run], percent: int, name: str, all_runs: list[Run], cap: int | None = None) -> None:
    """Take a percentage of the prices at the phase's start, rounded once."""
    shares = [run.start * percent for run in runs]
    whole = sum([share * run.count for share, run in zip(shares, runs)])  # noqa: B905
    total = (whole + 50) // 100
    if cap is not None and total > cap:
        take(runs, [share * cap for share in shares], whole, cap, name, all_runs)
    elif total:
        take(runs, shares, 100, total, name, all_runs)


def take_amount(runs: list[Run], amount: int, name: str, all_runs: list[Run]) -> None:
    """Take an amount, by price; at most everything."""
    whole = sum([run.left * run.count for run in runs])
    if amount >= whole:
        for run in runs:
            if run.left:
                run.parts.append((name, run.left))
                run.left = 0
    else:
        take(runs, [amount * run.left for run in runs], whole, amount, name, all_runs)


def charge(basket: Basket, at: datetime) -> tuple[list[Run], int, int, list[tuple[str, int]]]:  # noqa: PLR0915
    """What every unit costs, and the delivery: its charge, its price and what was taken off it."""
    runs: list[Run] = []
    kinds: dict[str, list[Run]] = {}

    # Price tags: outlet first, then the member price where it is lower.
    signed_in = basket.signed_in
    for line, item in enumerate(basket.items):
        run = Run(line, item)
        price = item.price
        if item.outlet:
            price = (item.price * 85 + 50) // 100
            if price != item.price:
                run.parts.append(("outlet", item.price - price))
        if signed_in:
            member = item.member_price
            if member is not None and member < price:
                run.parts.append(("member-price", price - member))
                price = member
        run.start = run.left = price
        runs.append(run)
        if item.category in kinds:
            kinds[item.category].append(run)
        else:
            kinds[item.category] = [run]

    # Goods. No two of these promotions share a category, so that their order does not matter.
    of = kinds.get
    if found := of("coffee"):
        take_percent(found, 10, "coffee", runs)
    if found := of("books"):
        units = sum([run.count for run in found])
        if units >= 2:
            take_percent(found, 10 if units >= 4 else 5, "books", runs)
    if found := of("tea"):
        pairs = sum([run.count for run in found]) // 2
        if pairs:
            found.sort(key=by_price)
            take_percent(head(found, pairs, runs), 50, "second-tea", runs)
    if found := of("snacks"):
        thirds = sum([run.count for run in found]) // 3
        if thirds:
            found.sort(key=by_price)
            for run in head(found, thirds, runs):
                if run.left:
                    run.parts.append(("three-for-two", run.left))
                    run.left = 0
    if (pots := of("pots")) and (cups := of("cups")):
        sets = min(sum([run.count for run in pots]), sum([run.count for run in cups]) // 2)
        if sets:
            tea_sets(pots, cups, sets, runs)
    if found := of("soap"):
        for run in found:
            part = min(50, run.left)
            if part:
                run.left -= part
                run.parts.append(("soap", part))
    if (found := of("candles")) and sum([run.count for run in found]) >= 3:
        found.sort(key=by_price)
        take_percent(head(found, 1, runs), 50, "candle", runs)
    if found := of("gadgets"):
        whole = sum([run.left * run.count for run in found])
        if whole >= 4000 and (whole * 8 + 50) // 100 < 600:
            take_amount(found, 600, "gadgets-amount", runs)
        else:
            take_percent(found, 8, "gadgets-percent", runs)
    if found := of("garden"):
        for run in found:
            if run.left > 999:
                run.parts.append(("garden", run.left - 999))
                run.left = 999
    if (found := of("textiles")) and at.astimezone(WARSAW).weekday() >= 5:
        take_percent(found, 5, "weekend", runs)

    # The whole order.
    goods = 0
    for run in runs:
        run.start = run.left
        goods += run.left * run.count
    more = 8 if goods >= 20000 else 5 if goods >= 10000 else 3 if goods >= 5000 else 0
    if more:
        take_percent(runs.copy(), more, "spend-more", runs)
    if basket.tier:
        take_percent(runs.copy(), 5 if basket.tier >= GOLD else 2, "tier", runs)
    welcome = False
    for code in basket.codes:
        if code.strip().casefold() == "welcome":
            welcome = goods >= 5  # less than that is not half a cent
    if welcome:
        take_percent(runs.copy(), 10, "welcome", runs, cap=1500)
    elif basket.opted_in and goods >= 3000:
        take_amount(runs.copy(), 300, "newsletter", runs)
    if goods >= 12000:
        take_amount(runs.copy(), 1000, "ten-off", runs)

    # Delivery.
    goods = sum([run.left * run.count for run in runs])
    if basket.method == "standard":
        if goods >= 6000:
            return runs, 495, 0, [("ships-free", 495)]
        return runs, 495, 495, []
    if basket.tier >= GOLD:
        return runs, 990, 495, [("express-half", 495)]
    return runs, 990, 990, []


def tea_sets(pots: list[Run], cups: list[Run], sets: int, all_runs: list[Run]) -> None:
    """Five off each set of a pot and two cups, cheapest first; rounded once for all sets."""
    pots.sort(key=by_price)
    cups.sort(key=by_price)
    left_pots = iter([(run, run.count) for run in head(pots, sets, all_runs)])
    pieces: list[tuple[Run, int, int]] = []  # run, its discount over a whole, the whole
    chosen_cups = head(cups, 2 * sets, all_runs)
    place = 0
    pot, pots_here = next(left_pots)
    while sets:
        cup = chosen_cups[place]
        if cup.count == 1:
            second = chosen_cups[place + 1]
            if second.count > 1:
                rest = second.split(1)
                all_runs.append(rest)
                chosen_cups.insert(place + 2, rest)
            members, here = [cup, second], 1
            place += 2
        else:
            here = min(cup.count // 2, pots_here)
            if cup.count > 2 * here:
                rest = cup.split(2 * here)
                all_runs.append(rest)
                chosen_cups.insert(place + 1, rest)
            members = [cup]
            place += 1
        if pots_here > here:
            rest = pot.split(here)
            all_runs.append(rest)
            members.append(pot)
            pot, pots_here = rest, pots_here - here
        else:
            members.append(pot)
            if sets > here:
                pot, pots_here = next(left_pots)
        sets -= here
        whole = sum([run.left * run.count for run in members]) // here
        pieces += [(run, run.left * min(500, whole), max(whole, 1)) for run in members]
    over = 1
    for _, _, whole in pieces:
        if over % whole:
            over *= whole
    shares = [share * (over // whole) for _, share, whole in pieces]
    runs = [run for run, _, _ in pieces]
    total = sum([share * run.count for share, run in zip(shares, runs)])  # noqa: B905
    take(runs, shares, over, (2 * total + over) // (2 * over), "tea-set", all_runs)


def payable(basket: Basket, at: datetime) -> int:
    """What is payable, and nothing else."""
    runs, _, shipping, _ = charge(basket, at)
    return sum([run.left * run.count for run in runs]) + shipping


def price(basket: Basket, at: datetime) -> Bill:
    """The whole bill; the tax of a rate is rounded once, then split over what bears it by largest remainder."""
    runs, shipping, shipping_paid, shipping_parts = charge(basket, at)
    runs.sort(key=place_of)
    total = shipping_paid
    rates: dict[int, list[Run]] = {23: []}
    for run in runs:
        total += run.left * run.count
        rate = run.item.tax
        if rate in rates:
            rates[rate].append(run)
        else:
            rates[rate] = [run]
    taxes = {}
    units: list[Units] = []
    shipping_tax = 0
    for rate, bearing in rates.items():
        over = 100 + rate
        whole = sum([run.left * run.count for run in bearing])
        if rate == 23:
            whole += shipping_paid
        left = taxes[rate] = (2 * whole * rate + over) // (2 * over)
        rests: list[tuple[int, int, str, str, str, int, int, Run | None]] = []
        for run in bearing:
            part, rest = divmod(run.left * rate, over)
            left -= part * run.count
            rests.append((-rest, -run.left, "goods", run.item.sku, run.item.id, run.first, part, run))
        if rate == 23:
            part, rest = divmod(shipping_paid * rate, over)
            left -= part
            rests.append((-rest, -shipping_paid, "shipping", "", "", 1, part, None))
        if left:
            rests.sort()
        for _, _, _, _, _, _, part, bearer in rests:
            if bearer is None:
                shipping_tax = part + (left > 0)
                left -= left > 0
            elif 0 < left < bearer.count:
                units.append(Units(bearer.line, bearer.first, left, bearer.price, bearer.left, part + 1, bearer.parts))
                units.append(
                    Units(
                        bearer.line,
                        bearer.first + left,
                        bearer.count - left,
                        bearer.price,
                        bearer.left,
                        part,
                        bearer.parts,
                    )
                )
                left = 0
            elif left:
                units.append(
                    Units(bearer.line, bearer.first, bearer.count, bearer.price, bearer.left, part + 1, bearer.parts)
                )
                left -= bearer.count
            else:
                units.append(
                    Units(bearer.line, bearer.first, bearer.count, bearer.price, bearer.left, part, bearer.parts)
                )
    units.sort(key=place_of)
    return Bill(units, shipping, shipping_paid, shipping_tax, shipping_parts, taxes, total)


def place_of(run: Run | Units) -> tuple[int, int]:
    """By line, then by unit."""
    return (run.line, run.first)
