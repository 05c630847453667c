"""The plain reader of conditions: every part is judged, and whatever does not hold says what it found and needs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from aftercare.calendar import WEEK
from aftercare.money import Amounts, Money, minor_money
from aftercare.order import Tier
from aftercare.policies.condition import Combination, Condition, ItemCondition, ItemTest, NamedGoods, Reading, Test
from aftercare.policies.item_reading import fold
from aftercare.policies.reading import reader
from aftercare.policies.verdict import Verdict
from aftercare.statement import Name, Statement, known

if TYPE_CHECKING:
    from aftercare.policies.snapshot import Snapshot

_OF_CUSTOMER = frozenset({"tier", "id", "group", "tag", "country", "since", "staff", "opted_in"})
_OF_HISTORY = frozenset({"orders", "spend", "first_order", "days_since_order"})


def judge(condition: Condition, snapshot: Snapshot) -> Verdict:
    """The verdict of *condition*, with the verdicts of all its parts."""
    if isinstance(condition, Combination):
        return _judge_parts(condition.needed, tuple(judge(part, snapshot) for part in condition.parts))
    return _judge_test(cast("Test", condition), snapshot)


def _judge_parts(needed: int, parts: tuple[Verdict, ...]) -> Verdict:
    held = sum(part.holds is True for part in parts)
    unknown = sum(part.holds is None for part in parts)
    if held >= needed:
        return Verdict(holds=True, parts=parts)
    reasons = tuple(part.reason for part in parts if part.reason is not None)
    missing = needed - held
    if missing in {1, len(reasons)} and len({reason.code for reason in reasons}) < len(reasons):
        reasons = tuple(dict.fromkeys(reasons))
    if not reasons:
        reason = Statement("conditions.never")
    elif len(reasons) == 1:
        reason = reasons[0]
    elif missing == 1:
        reason = Statement("conditions.any", parts=reasons)
    elif missing >= len(reasons):
        reason = Statement("conditions.all", parts=reasons)
    else:
        reason = Statement("conditions.at_least_of", needed=missing, parts=reasons)
    return Verdict(None if held + unknown >= needed else False, reason, parts)


def _judge_test(test: Test, snapshot: Snapshot) -> Verdict:
    reading, operator, bound = test.reading, test.operator, test.bound
    found = reader(reading)(snapshot)
    if found is None:
        return Verdict(None, _unknown(test, snapshot))
    match operator:
        case "holds" | "fails":
            held = found is (operator == "holds")
            reason = None if held else _said(reading, "needed" if operator == "holds" else "excluded")
        case "one_of" | "none_of":
            values = found if isinstance(found, tuple) else (found,)
            choices = _choices(reading, bound)
            held = any(each in choices for each in values) is (operator == "one_of")
            reason = None if held else _wrong_word(reading, operator, bound, values)
        case _:
            limit = _limit(bound, snapshot)
            at_least = operator == "at_least"
            held = (_height(found) >= _height(limit)) is at_least
            reason = None if held else _wrong_size(reading, found, limit, snapshot, at_least=at_least)
    return Verdict(held, reason)


def _limit(bound: Any, snapshot: Snapshot) -> Any:
    return bound.in_(snapshot.order.currency).minor if isinstance(bound, Amounts) else bound


def _height(found: Any) -> Any:
    return found.rank if isinstance(found, Tier) else found


def _choices(reading: Reading, bound: Any) -> set[Any]:
    return {fold(each) for each in bound} if reading.name == "cart.code" else set(bound)


def _said(reading: Reading, ending: str, **params: Any) -> Statement:
    if reading.name.startswith("custom."):
        params["label"] = _label(reading)
    return Statement(f"{reading.name}.{ending}", **params)


def _label(reading: Reading) -> Name:
    return reading.label or Name((reading.key or "").partition(":")[2].replace("_", " "))


def _unknown(test: Test, snapshot: Snapshot) -> Statement:
    reading = test.reading
    section, _, fact = reading.name.partition(".")
    if section == "custom":
        return Statement("custom.unknown", label=_label(reading))
    if section == "customer" and fact in _OF_HISTORY and snapshot.history is None:
        return Statement("customer.history.unknown")
    nobody = section == "customer" and fact in _OF_CUSTOMER and snapshot.customer is None
    ending = "sign_in" if nobody else "unknown"
    match test:
        case Test(Reading("customer.tier"), "at_least", Tier() as tier):
            return Statement(f"customer.tier.too_low.{ending}", needed=tier.name)
        case Test(Reading("customer.country"), "one_of", words):
            return Statement(f"customer.country.needed.{ending}", countries=_names(cast("tuple[str, ...]", words)))
        case Test(Reading("customer.tier" | "customer.group"), "one_of", words):
            return Statement(f"{reading.name}.needed.{ending}", needed=_names(cast("tuple[Any, ...]", words)))
        case _:
            pass
    if nobody:
        return Statement("customer.unknown")
    if reading.name == "cart.total":
        return Statement("cart.total.unknown", measure=Name(reading.key or ""))
    return Statement(f"{reading.name}.unknown")


def _names(words: tuple[Any, ...]) -> tuple[Name, ...]:
    return tuple(each.name if isinstance(each, Tier) else Name(each) for each in words)


def _wrong_word(reading: Reading, operator: str, bound: Any, found: tuple[Any, ...]) -> Statement:
    needed = operator == "one_of"
    if reading.name == "clock.weekday":
        days = tuple(WEEK.index(each) + 1 for each in bound)
        return Statement(f"clock.weekday.{'needed' if needed else 'excluded'}", weekdays=tuple(sorted(days)))
    if reading.name == "customer.tier":
        if needed:
            return Statement("customer.tier.needed", found=found[0].name, needed=_names(bound))
        return Statement("customer.tier.excluded", found=found[0].name)
    if reading.name == "customer.country":
        if needed:
            return Statement("customer.country.needed", countries=_names(bound), found=_names(found))
        return Statement("customer.country.excluded", countries=_names(found))
    if needed:
        return _said(reading, "needed", needed=_names(bound), found=_names(found))
    choices = _choices(reading, bound)
    return _said(reading, "excluded", found=_names(tuple(each for each in found if each in choices)))


def _wrong_size(reading: Reading, found: Any, limit: Any, snapshot: Snapshot, *, at_least: bool) -> Statement:
    def money(minor: int) -> Money:
        return minor_money(minor, snapshot.order.currency)

    match reading.name:
        case "customer.tier":
            key = "needed" if at_least else "limit"
            ending = "too_low" if at_least else "too_high"
            return Statement(f"customer.tier.{ending}", found=found.name, **{key: limit.name})
        case "customer.since":
            if at_least:
                return Statement("customer.since.too_early", found=found, earliest=limit)
            return Statement("customer.since.too_late", found=found, latest=_day_before(limit))
        case "clock.date":
            if at_least:
                return Statement("clock.date.too_early", earliest=limit)
            return Statement("clock.date.too_late", latest=_day_before(limit))
        case "customer.spend":
            return _too(reading.name, money(found), money(limit), money(abs(limit - found)), at_least=at_least)
        case "customer.orders" | "customer.days_since_order" | "returns.quantity" | "returns.days_since_delivery":
            return _too_many(reading.name, found, limit, at_least=at_least)
        case "custom.number":
            missing = abs(_number(limit) - _number(found))
            label = _label(reading)
            return _too(reading.name, _number(found), _number(limit), missing, at_least=at_least, label=label)
        case _:
            return _wrong_cart(reading, found, limit, money, at_least=at_least)


def _wrong_cart(reading: Reading, found: Any, limit: Any, money: Any, *, at_least: bool) -> Statement:
    code = reading.name
    extra: dict[str, Any] = {}
    if reading.of is not None:
        called = goods_name(reading.of)
        code += "_some" if called is None else "_of"
        if called is not None:
            extra["goods"] = called
    match reading.name:
        case "cart.amount":
            return _too(code, money(found), money(limit), money(abs(limit - found)), at_least=at_least, **extra)
        case "cart.total":
            extra["measure"] = Name(reading.key or "")
            missing = abs(_number(limit) - _number(found))
            return _too(code, _number(found), _number(limit), missing, at_least=at_least, **extra)
        case _:
            return _too_many(code, found, limit, at_least=at_least, **extra)


def _too(code: str, found: Any, limit: Any, apart: Any, *, at_least: bool, **extra: Any) -> Statement:
    if at_least:
        return known(f"{code}.too_little", found=found, needed=limit, missing=apart, **extra)
    return known(f"{code}.too_much", found=found, limit=limit, excess=apart, **extra)


def _too_many(code: str, found: int, limit: int, *, at_least: bool, **extra: Any) -> Statement:
    if at_least:
        return known(f"{code}.too_little", found=found, needed=limit, missing=limit - found, **extra)
    return known(f"{code}.too_much", found=found, most=limit - 1, excess=found - limit + 1, **extra)


def _number(given: int | Decimal) -> Decimal:
    return Decimal(given)


def _day_before(limit: date) -> date:
    return limit - timedelta(days=1)


def goods_name(of: ItemCondition) -> Name | None:
    """What messages call the goods: their given name, or the one word that they are."""
    match of:
        case NamedGoods(_, name, False):
            return name
        case ItemTest(Reading("item.sku" | "item.category" | "item.tag"), "one_of", (only,)):
            return Name(cast("str", only))
        case _:
            return None
