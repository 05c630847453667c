"""For which goods others are exchanged: the same product in another size, the same colour, what is in stock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.order import Product


def _options(given: str | Iterable[str]) -> tuple[str, ...]:
    words = (given,) if isinstance(given, str) else tuple(given)
    if any(not is_a(word, str) or not word.strip() for word in words):
        msg = f"`{given!r}` is no list of options: name attributes of products, such as `colour`"
        raise PolicyError(msg)
    return tuple(sorted(set(words)))


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Exchangeable(Coded):
    """For which goods others are exchanged; build it with `exchangeable`."""

    same_product: str | bool = "sku"
    same_options: tuple[str, ...] = attrs.field(default=(), converter=_options)
    in_stock: bool = True

    def __attrs_post_init__(self) -> None:
        if self.same_product is not False and (not is_a(self.same_product, str) or not str(self.same_product).strip()):
            msg = (
                f"`same_product` is `{self.same_product!r}`: name the attribute that variants of a product share, "
                "or `sku`, or give False for any goods"
            )
            raise PolicyError(msg)
        if not is_a(self.in_stock, bool):
            msg = f"`in_stock` is yes or no, given `{self.in_stock!r}`: write `True` or `False`"
            raise PolicyError(msg)

    def why_not(
        self, old: Product, wanted: Product, *, quantity: int, stock: int | None
    ) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        """Why *old* goods are not exchanged for *wanted* ones, and what of that is not known yet.

        *stock* is how many of the wanted ones there are, None where nobody knows.
        """
        refused: list[Statement] = []
        unknown: list[Statement] = []
        if self.same_product is not False:
            one, other = (_trait(each, str(self.same_product)) for each in (old, wanted))
            if one is None or one != other:
                refused.append(Statement("exchange.other_product", found=_called(wanted), needed=_called(old)))
        for option in self.same_options:
            one, other = (_trait(each, option) for each in (old, wanted))
            if one is None or other is None:
                unknown.append(Statement("exchange.option_unknown", option=Name(option)))
            elif one != other:
                said = {"found": Name(other), "needed": Name(one), "option": Name(option)}
                refused.append(Statement("exchange.other_option", **said))
        if self.in_stock and stock is None:
            unknown.append(Statement("exchange.stock_unknown"))
        elif self.in_stock and stock is not None and stock < quantity:
            refused.append(Statement("exchange.out_of_stock", asked=quantity, left=stock))
        return tuple(refused), tuple(unknown)

    def __repr__(self) -> str:
        return call("returns.exchangeable", self)


def exchangeable(
    *, same_product: str | bool = "sku", same_options: str | Iterable[str] = (), in_stock: bool = True
) -> Exchangeable:
    """For which goods others are exchanged.

    *same_product* names the attribute that the variants of one product share; with ``sku`` only the very same goods are
    the same product, with False any goods do. *same_options* are attributes that must not differ, and *in_stock* asks
    for goods that are there.

    >>> exchangeable(same_product="style", same_options="colour")
    returns.exchangeable(same_product='style', same_options=('colour',))
    """
    return Exchangeable(same_product=same_product, same_options=_options(same_options), in_stock=in_stock)


def _trait(product: Product, attribute: str) -> str | None:
    """An attribute of a product as a text, None where it is not told."""
    if attribute == "sku":
        return product.sku
    given = product.attribute(attribute)
    return None if given is None else str(given)


def _called(product: Product) -> Name:
    return product.name or Name(product.sku)
