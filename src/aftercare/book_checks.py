"""What is wrong with a book taken as a whole: every problem of every part, each with its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from aftercare.calendar import zone as find_zone
from aftercare.errors import CalendarError, MoneyError, PolicyError, Problem, did_you_mean, is_a
from aftercare.money import Money
from aftercare.policies.checking import check as check_promotions
from aftercare.policies.totals import TaxRounding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.loyalty.program import Program, ProgramVersions
    from aftercare.policies.shipping import Delivery
    from aftercare.policies.stacking import Entry
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.several import ReturnPolicies


def check(
    *,
    zone: str,
    currencies: tuple[str, ...],
    tax_rounding: str,
    promotions: tuple[Entry, ...],
    delivery: tuple[Delivery, ...],
    returns: AfterSales | ReturnPolicies | ReturnPolicy | None,
    loyalty: Program | ProgramVersions | None,
) -> list[Problem]:
    """Every problem of a book that is made of these parts."""
    problems = [*_frame(zone, currencies, tax_rounding), *check_promotions(promotions, delivery, currencies)]
    if returns is not None:
        problems += _returns(returns, currencies)
    if loyalty is not None:
        problems += _loyalty(loyalty)
    return problems


def _returns(given: AfterSales | ReturnPolicies | ReturnPolicy, currencies: tuple[str, ...]) -> list[Problem]:
    from aftercare.returns.after_sales import after_sales
    from aftercare.returns.checking import check as check_returns
    from aftercare.returns.several import ReturnPolicies

    try:
        returns = after_sales(given).returns
    except PolicyError as error:
        return [Problem("returns", str(error))]
    policies = returns.policies if isinstance(returns, ReturnPolicies) else (returns,)
    return check_returns((each for each in policies if each is not None), currencies)


def _loyalty(given: object) -> Iterator[Problem]:
    from aftercare.loyalty.program import Program, ProgramVersions

    if not is_a(given, Program, ProgramVersions):
        what = f"`{given!r}` is no programme: give `loyalty.Program(...)`, which has the tiers and points"
        yield Problem("loyalty", what)


def _frame(zone: str, currencies: tuple[str, ...], tax_rounding: str) -> Iterator[Problem]:
    try:
        find_zone(zone)
    except CalendarError as error:
        yield Problem("zone", str(error))
    if not currencies:
        yield Problem("currencies", "a book needs at least one currency, such as `EUR`")
    for place, currency in enumerate(currencies):
        try:
            Money.of_minor(0, currency)
        except MoneyError as error:
            yield Problem(f"currencies[{place}]", str(error))
    if tax_rounding not in get_args(TaxRounding):
        allowed = did_you_mean(tax_rounding, get_args(TaxRounding))
        yield Problem("tax_rounding", f"`{tax_rounding}` is not a scope of rounding: {allowed}")
