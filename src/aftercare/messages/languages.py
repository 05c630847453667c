"""Which of the locales at hand goes with a locale, or with what a browser asks for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from aftercare.errors import did_you_mean
from aftercare.messages.catalog import locales

if TYPE_CHECKING:
    from collections.abc import Iterable

    from babel import Locale

_WANTED = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*)?")
_TERRITORY = re.compile(r"[A-Za-z]{2}|[0-9]{3}")


def tag_of(locale: str | Locale) -> str:
    """The locale with underscores, without encoding and modifier: ``pl_PL`` for ``pl-PL.UTF-8``."""
    return str(locale).partition(".")[0].partition("@")[0].replace("-", "_").strip()


def resolve_locale(locale: str | Locale) -> str:
    """The locale of `locales()` that has the words for *locale*, found by leaving out what follows the language.

    Raises `LookupError` when there is none; no language ever stands in for another.

    >>> resolve_locale("pl_PL.UTF-8"), resolve_locale("be-tarask")
    ('pl', 'be')
    """
    known = {each.lower(): each for each in locales()}
    parts = tag_of(locale).lower().split("_")
    while parts:
        found = known.get("_".join(parts))
        if found:
            return found
        parts.pop()
    msg = f"there are no words for the locale `{locale}`: {did_you_mean(str(locale), locales())}"
    raise LookupError(msg)


def formatting_locale(wanted: str, catalog: str) -> str:
    """The locale whose numbers and dates go with the words of *catalog*: with the territory of *wanted*, if known."""
    from babel.localedata import exists

    for part in wanted.split("_")[1:]:
        candidate = f"{catalog}_{part.upper()}"
        if _TERRITORY.fullmatch(part) and exists(candidate):
            return candidate
    return catalog


def negotiate(accept_language: str | None, available: Iterable[str] | None = None) -> str:
    """The locale of *available* that suits a header ``Accept-Language`` best, `locales()` unless given.

    The header is read as in RFC 9110, section 12.5.4; parts that cannot be read count for nothing. A language that is
    written in another script does not match, and no language stands in for another. When nothing matches, it is
    English if there is English, else the first one available. Raises `LookupError` when *available* is empty.

    >>> negotiate("pl-PL,pl;q=0.9,en;q=0.5"), negotiate("zh-TW", ["zh_Hans", "zh_Hant"]), negotiate("xx")
    ('pl', 'zh_Hant', 'en')
    """
    offered = list(locales() if available is None else available)
    if not offered:
        msg = "there is no locale available to choose from: give at least one"
        raise LookupError(msg)
    wanted, refused = _wanted(accept_language or "")
    free = [each for each in offered if not any(_covers(no, each) for no in refused)]
    for tag in wanted:
        if tag == "*" and free:
            return _default(free)
        best = max(free, key=lambda each: _closeness(tag, each), default=None)
        if best is not None and _closeness(tag, best):
            return best
    return _default(free or offered)


def _wanted(header: str) -> tuple[list[str], list[str]]:
    """The tags that the header asks for, dearest first, and those that it rules out."""
    weighted: list[tuple[float, str]] = []
    for part in header.split(","):
        match = _WANTED.fullmatch(part)
        if match:
            tag, weight = match.groups(default="1")
            weighted.append((float(weight), tag))
    weighted.sort(key=lambda pair: -pair[0])
    refused = [tag for weight, tag in weighted if not weight and tag != "*"]
    return [tag for weight, tag in weighted if weight], refused


def _default(offered: list[str]) -> str:
    return next((each for each in offered if tag_of(each).lower() == "en"), offered[0])


def _covers(refused: str, offered: str) -> bool:
    """Whether *refused* is *offered* or names a wider range: refusing ``en`` refuses ``en_GB`` too."""
    return f"{tag_of(offered)}_".lower().startswith(f"{tag_of(refused)}_".lower())


def _closeness(wanted: str, offered: str) -> int:
    """How well *offered* serves who asks for *wanted*; zero is not at all."""
    if tag_of(wanted).lower() == tag_of(offered).lower():
        return 4
    language, script, territory = _likely(tag_of(wanted))
    other_language, other_script, other_territory = _likely(tag_of(offered))
    if (language, script) != (other_language, other_script):
        return 0
    if territory == other_territory:
        return 3
    return 2 if "_" not in tag_of(offered) else 1


@lru_cache(maxsize=512)
def _likely(tag: str) -> tuple[str, str, str]:
    """Language, script and territory of *tag*, with the likely ones where it says none."""
    from babel.core import get_global

    likely, aliases = get_global("likely_subtags"), get_global("language_aliases")
    given, _, rest_given = tag.lower().partition("_")
    given = "no" if given == "nb" else aliases.get(given, given)
    language, *rest = f"{given}_{rest_given}".split("_")
    script = next((part.title() for part in rest if len(part) == len("Latn") and part.isalpha()), "")
    territory = next((part.upper() for part in rest if _TERRITORY.fullmatch(part)), "")
    full = likely.get(f"{language}_{territory}") or likely.get(language) or ""
    _, likely_script, likely_territory = [*full.split("_"), "", ""][:3]
    return language, script or likely_script, territory or likely_territory
