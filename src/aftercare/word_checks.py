"""Words that a book asks for and can never find: of deliveries, of grounds and channels of returns, of countries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from aftercare.errors import Problem, did_you_mean
from aftercare.policies.benefit import ShippingOff
from aftercare.policies.condition import Reading, Test

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from aftercare.policies.shipping import Delivery
    from aftercare.returns.policy import ReturnPolicy


def parts_of(value: Any) -> Iterator[Any]:
    """A value and everything that it is made of."""
    yield value
    if isinstance(value, tuple):
        for each in value:
            yield from parts_of(each)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from parts_of(getattr(value, field.name))


def strange_deliveries(parts: Iterable[tuple[str, Any]], tariffs: Iterable[Delivery]) -> Iterator[Problem]:
    """Methods of delivery for which the book has no tariff, where it has any."""
    known = {each.method for each in tariffs}
    for path, part in parts if known else ():
        asked = [*_asked(part, "cart.delivery"), *(_methods(part))]
        yield from _strange(path, "method of delivery", asked, known)


def strange_countries(parts: Iterable[tuple[str, Any]]) -> Iterator[Problem]:
    """Countries that are not written as their codes of two letters."""
    for path, part in parts:
        for word in dict.fromkeys(_asked(part, "customer.country")):
            if not (len(word) == len("PL") and word.isascii() and word.isupper()):
                message = f"`{word}` is no code of a country: write two capital letters, such as `PL`"
                yield Problem(path, message)


def strange_returns(policies: Iterable[tuple[str, ReturnPolicy]], grounds: Collection[str]) -> Iterator[Problem]:
    """Grounds that nobody can state, and channels that a return policy does not take."""
    for path, policy in policies:
        own = {ground.id for ground in policy.own_grounds}
        yield from _strange(path, "ground", _asked(policy, "returns.ground"), {*grounds, *own})
        taken = {channel for part in parts_of(policy) for channel in _channels(part)}
        if taken:
            yield from _strange(path, "channel", _asked(policy, "returns.channel"), taken)


def _strange(path: str, what: str, asked: Iterable[str], known: Collection[str]) -> Iterator[Problem]:
    for word in dict.fromkeys(asked):
        if word not in known:
            message = f"asks for the {what} `{word}`, which never comes: {did_you_mean(word, sorted(known))}"
            yield Problem(path, message)


def _asked(part: Any, name: str) -> list[str]:
    """The words with which a fact is compared anywhere in a part."""
    return [
        word
        for each in parts_of(part)
        if isinstance(each, Test) and each.reading == Reading(name)
        for word in cast("tuple[str, ...]", each.bound)
    ]


def _methods(part: Any) -> list[str]:
    return [method for each in parts_of(part) if isinstance(each, ShippingOff) for method in each.methods]


def _channels(part: Any) -> tuple[str, ...]:
    match part:
        case ("channels", tuple() as channels):
            return channels
        case _:
            return ()
