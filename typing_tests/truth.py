"""A condition has no truth value; read by mypy and pyright, never run."""

from __future__ import annotations

from aftercare import cart, customer, item

few = cart.quantity().below(3)


def branch() -> int:
    """Neither branch is reached."""
    if few:  # pyright: ignore[reportGeneralTypeIssues]
        return 1  # type: ignore[unreachable]
    return 2  # type: ignore[unreachable]


def opposite() -> bool:
    """Write `~few`."""
    return not few  # pyright: ignore[reportGeneralTypeIssues]


def both() -> object:
    """Write `few & customer.staff`."""
    return few and customer.staff  # type: ignore[redundant-expr, unreachable]


def either() -> object:
    """Write `few | customer.staff`."""
    return few or customer.staff  # type: ignore[redundant-expr, unreachable]


def loop() -> None:
    """The body is not reached."""
    while item.on_sale:  # pyright: ignore[reportGeneralTypeIssues]
        break  # type: ignore[unreachable]


def choose() -> int:
    """Use `by`, `stepped` or an exception."""
    return 1 if customer.staff else 2  # type: ignore[redundant-expr]  # pyright: ignore[reportGeneralTypeIssues]


def checked() -> int:
    """Price an order to learn what holds."""
    assert few  # pyright: ignore[reportGeneralTypeIssues]
    return 1  # type: ignore[unreachable]
