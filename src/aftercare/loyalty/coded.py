"""The `repr` of the words of this package: the code that builds them where `loyalty` is imported."""

from __future__ import annotations

from aftercare.canonical import Coded, call


class LoyaltyCoded(Coded):
    """A value whose `repr` is its word in `loyalty`.

    >>> from aftercare.loyalty.periods import Lifetime
    >>> Lifetime()
    loyalty.Lifetime()
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return call(f"loyalty.{type(self).__name__}", self)
