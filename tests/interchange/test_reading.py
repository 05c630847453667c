from __future__ import annotations

import copy
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aftercare.interchange
import aftercare.order
from aftercare.errors import DocumentError
from aftercare.interchange import (
    Check,
    OrderDocument,
    Reconciliation,
    load_json,
    read_any,
    read_order,
    read_shopify,
    read_woocommerce,
    write_order,
)
from aftercare.money import Money
from aftercare.order import Order
from tests.strategies import orders

DATA = Path(__file__).parent / "data"
SAMPLES = {path.stem: load_json(path.read_bytes()) for path in sorted(DATA.glob("*.json"))}
READERS = (read_any, read_order, read_shopify, read_woocommerce)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.decimals(-100, 100, places=3)
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["EUR", "12.40", "-1", "0001-01-01T00:00:00", "9999-12-31T23:59:59Z", "9" * 90, "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def paths(data: Any) -> list[tuple[Any, ...]]:
    """Every place in the data, from its root."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [(), *((key, *rest) for key, part in inner for rest in paths(part))]


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The data with another value at a path."""
    if not path:
        return value
    changed = copy.copy(data)
    changed[path[0]] = put(data[path[0]], path[1:], value)
    return changed


def attempt(source: Any) -> OrderDocument | DocumentError:
    """What is read from the source, or why it is not."""
    try:
        return read_any(source, zone="Europe/Zagreb")
    except DocumentError as error:
        return error


def expect_sound(found: OrderDocument | DocumentError) -> None:
    """A refusal has paths and words; an order that was read can be kept."""
    if isinstance(found, DocumentError):
        assert found.problems
        assert all(problem.path and problem.message for problem in found.problems)
    else:
        assert found.order == read_order(write_order(found.order)).order


@pytest.mark.parametrize("name", SAMPLES)
def test_detects(name: str) -> None:
    """A payload is known by its fields, and read as its own reader reads it."""
    read = read_shopify if name.startswith("shopify") else read_woocommerce

    assert read(SAMPLES[name], zone="Europe/Zagreb") == read_any(SAMPLES[name], zone="Europe/Zagreb")


@pytest.mark.parametrize("name", SAMPLES)
def test_keeps(name: str) -> None:
    """What was read from a platform can be kept as a document of this library."""
    order = read_any(SAMPLES[name], zone="Europe/Zagreb").order

    assert order == read_any(write_order(order)).order


@pytest.mark.parametrize(
    ("source", "path", "message"),
    [
        ("[]", "$", "is not an object"),
        ("null", "$", "is missing: expected an object"),
        ("{}", "$", "allowed: an order of this library, with `aftercare`"),
        ('{"line_items": []}', "$", "of WooCommerce, with `line_items` and `prices_include_tax`"),
        ('{"order": {}}', "$", "of Shopify, with `line_items` and `taxes_included`"),
        ('{"orders": []}', "orders", "give them one at a time"),
    ],
)
def test_unknown(source: str, path: str, message: str) -> None:
    """Another document is refused, and what is accepted is said."""
    with pytest.raises(DocumentError) as caught:
        read_any(source)

    (problem,) = caught.value.problems
    assert path == problem.path
    assert message in problem.message


@given(st.sampled_from(READERS), values)
def test_any_data(read: Any, value: Any) -> None:
    """Arbitrary data is refused with paths, and nothing else is raised."""
    with pytest.raises(DocumentError) as caught:
        read(value if isinstance(value, dict) else json.dumps(value, default=str))

    assert caught.value.problems


@given(st.data())
def test_changed_samples(data: st.DataObject) -> None:
    """Samples of which some parts were replaced are read or refused, and nothing else is raised."""
    changed = SAMPLES[data.draw(st.sampled_from(sorted(SAMPLES)))]
    for _ in range(data.draw(st.integers(1, 3))):
        changed = put(changed, data.draw(st.sampled_from(paths(changed)[1:])), data.draw(values))
    expect_sound(attempt(changed))


@given(orders(), st.data())
def test_changed_documents(order: Order, data: st.DataObject) -> None:
    """Documents of which a part was replaced are read or refused, and nothing else is raised."""
    document = write_order(order)
    changed = put(document, data.draw(st.sampled_from(paths(document)[1:])), data.draw(values))
    expect_sound(attempt(changed))


def test_code() -> None:
    """What was read is shown as the code that builds it, notes and checks included."""
    found = read_any(SAMPLES["shopify_fixture"])
    names = {"datetime": dt, **vars(aftercare.order), **vars(aftercare.interchange)}

    assert found == eval(repr(found), names)  # noqa: S307 - as above
    assert hash(found) == hash(eval(repr(found), names))  # noqa: S307 - as above


def test_check() -> None:
    """A check holds when both amounts are the same, and a report adds up when all of its checks hold."""
    same, other = (Check("total", Money("1.00", "EUR"), Money(amount, "EUR")) for amount in ("1.00", "1.01"))

    assert Reconciliation(checks=(same,)).adds_up
    assert (other,) == Reconciliation(checks=(same, other)).failures
    assert Money("-0.01", "EUR") == other.difference
    assert Reconciliation() == OrderDocument(Order([], currency="EUR"), origin="aftercare").reconciliation


def test_cheap() -> None:
    """Reading orders loads neither Babel nor pendulum."""
    script = "import sys, aftercare.interchange\nprint(*({'babel', 'pendulum'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert "\n" == done.stdout
