from __future__ import annotations

import pickle

import pytest

from aftercare import errors
from aftercare.errors import (
    AftercareError,
    BookError,
    CalendarError,
    CurrencyMismatch,
    DocumentError,
    MoneyError,
    OrderError,
    PolicyError,
    Problem,
    ProblemsError,
    StatementError,
    TruthError,
    did_you_mean,
    is_a,
)

PROBLEMS = (Problem("zone", "`Mars` is not a zone"), Problem("promotions[0]", "gives nothing"))


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (MoneyError, ValueError),
        (CurrencyMismatch, TypeError),
        (CalendarError, ValueError),
        (OrderError, ValueError),
        (PolicyError, ValueError),
        (StatementError, TypeError),
        (TruthError, TypeError),
        (ProblemsError, ValueError),
        (BookError, ProblemsError),
        (DocumentError, ProblemsError),
    ],
)
def test_tree(kind: type[Exception], builtin: type[Exception]) -> None:
    """Every error is one of the library, and of the builtin kind it stands for; the drawing names it."""
    assert issubclass(kind, AftercareError)
    assert issubclass(kind, builtin)
    assert f"── {kind.__name__} " in str(errors.__doc__)


def test_problems_are_told_at_once() -> None:
    """An error of several problems lists them, each with its path."""
    error = BookError("book `shop` is wrong", PROBLEMS)

    assert PROBLEMS == error.problems
    assert "book `shop` is wrong\n  zone: `Mars` is not a zone\n  promotions[0]: gives nothing" == str(error)


@pytest.mark.parametrize("kind", [ProblemsError, BookError, DocumentError])
def test_problems_pickle(kind: type[ProblemsError]) -> None:
    """An error of several problems comes whole out of a worker."""
    again = pickle.loads(pickle.dumps(kind("wrong", PROBLEMS)))  # noqa: S301 - what was just pickled

    assert type(again) is kind
    assert ("wrong", PROBLEMS, str(kind("wrong", PROBLEMS))) == (again.title, again.problems, str(again))


def test_did_you_mean() -> None:
    """The end of a message lists what is allowed, and the nearest word where one is near."""
    assert "allowed: `customer`, `merchant`; did you mean `merchant`?" == did_you_mean(
        "merchnt", ["merchant", "customer"]
    )
    assert "allowed: `customer`, `merchant`" == did_you_mean("xyz", ["merchant", "customer"])
    assert "allowed: `customer`, `merchant`" == did_you_mean(None, ["merchant", "customer"])


def test_is_a() -> None:
    """What callers without a type checker pass can be checked for several kinds."""
    assert is_a("CUP", int, str)
    assert not is_a("CUP", int)
