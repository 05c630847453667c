"""The reader of law files: a file is read whole, and whatever is wrong with it is told at once, each with its path."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any, get_args

from aftercare.calendar import zone as find_zone
from aftercare.errors import AftercareError, DocumentError, Problem, did_you_mean, is_a
from aftercare.returns.grounds import REGIMES, find_ground
from aftercare.returns.law_values import KEYS, yes_or_no
from aftercare.returns.provisions import NEEDED, Confidence, Contract, Law, Provision, RightEntry
from aftercare.returns.windows import one_of
from aftercare.statement import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class _Sheet:
    """The reading of one file, which collects the problems."""

    def __init__(self, sources: Mapping[str, Any]) -> None:
        self.sources = sources
        self.problems: list[Problem] = []

    def tried(self, path: str, read: Callable[..., Any], *given: Any) -> Any:
        """What *read* makes of the values given, or None with a problem at *path*."""
        try:
            return read(*given)
        except AftercareError as error:
            self.problems.append(Problem(path, str(error)))
            return None

    def fields(self, path: str, given: Any, needed: Mapping[str, type], allowed: Mapping[str, Any]) -> bool:
        """Whether *given* has all fields *needed*, of their types, and no others than those *allowed*."""
        before = len(self.problems)
        if not is_a(given, dict):
            self.problems.append(Problem(path, f"`{given!r}` is no object"))
            return False
        for key, kind in needed.items():
            if key not in given:
                self.problems.append(Problem(path, f"`{key}` is missing"))
            elif not is_a(given[key], kind) or given[key] == "":
                self.problems.append(Problem(f"{path}.{key}", f"`{given[key]!r}` is no {kind.__name__} with a value"))
        for key in given:
            if key not in needed and key not in allowed:
                known = did_you_mean(str(key), (*needed, *allowed))
                self.problems.append(Problem(f"{path}.{key}", f"`{key}` is not known here: {known}"))
        return len(self.problems) == before

    def day(self, path: str, given: Any) -> date | None:
        """The day written, or None for none."""
        if given is None:
            return None
        try:
            return date.fromisoformat(given)
        except (TypeError, ValueError):
            self.problems.append(Problem(path, f"`{given!r}` is no day: write it as `2026-06-19`, or null"))
            return None

    def provisions(self, path: str, given: Any) -> tuple[Provision, ...]:
        """The provisions of a list, those that can be read."""
        found = []
        for place, each in enumerate(given):
            here = f"{path}[{place}]"
            needed = {"key": str, "value": object, "article": str, "source": str, "confidence": str, "note": str}
            if not self.fields(here, each, needed, {"from": None, "until": None}):
                continue
            self.tried(f"{here}.key", one_of, "the key of a provision", each["key"], KEYS)
            self.tried(f"{here}.confidence", one_of, "a confidence", each["confidence"], get_args(Confidence))
            self.tried(f"{here}.source", one_of, "a source", each["source"], self.sources)
            if each["key"] not in KEYS or each["source"] not in self.sources:
                continue
            source = self.sources[each["source"]]
            found.append(
                Provision(
                    key=each["key"],
                    value=self.tried(f"{here}.value", KEYS[each["key"]], each["value"]),
                    article=each["article"],
                    source=source["title"],
                    url=source["url"],
                    confidence=each["confidence"],
                    since=self.day(f"{here}.from", each.get("from")),
                    until=self.day(f"{here}.until", each.get("until")),
                    note=each["note"],
                )
            )
        for one, other in combinations(found, 2):
            if one.key == other.key and one.overlaps(other):
                self.problems.append(Problem(path, f"`{one.key}` is said twice for one day: part them by their dates"))
        return tuple(found)

    def right(self, path: str, given: Any) -> RightEntry | None:
        """A right, or None where its form is wrong."""
        needed = {"id": str, "name": dict, "regime": str, "grounds": list, "contracts": list, "provisions": list}
        flags = {"displaced_by_terms": None, "only_uninformed": None}
        if not self.fields(path, given, needed, flags):
            return None
        names = dict(given["name"])
        english = names.pop("en", "")
        provisions = self.provisions(f"{path}.provisions", given["provisions"])
        for key in NEEDED:
            if key not in {provision.key for provision in provisions}:
                self.problems.append(Problem(f"{path}.provisions", f"a window needs `{key}`, which is missing"))
        self.tried(f"{path}.regime", one_of, "a regime", given["regime"], REGIMES)
        for ground in given["grounds"]:
            self.tried(f"{path}.grounds", find_ground, ground)
        for contract in given["contracts"]:
            self.tried(f"{path}.contracts", one_of, "a contract", contract, get_args(Contract))
        if not english:
            self.problems.append(Problem(f"{path}.name", "`en` is missing"))
            return None
        return RightEntry(
            id=given["id"],
            name=Name(english, **names),
            regime=given["regime"],
            grounds=tuple(given["grounds"]),
            contracts=tuple(given["contracts"]),
            provisions=provisions,
            **{flag: bool(self.tried(f"{path}.{flag}", yes_or_no, given.get(flag, False))) for flag in flags},
        )


def read_law(document: Any) -> Law:
    """The law that a *document*, as read from JSON, tells.

    Raises `DocumentError` with all that is wrong with it.
    """
    sheet = _Sheet(document.get("sources", {}) if is_a(document, dict) else {})
    needed = {
        **dict.fromkeys(("jurisdiction", "title", "edition", "disclaimer"), str),
        **dict.fromkeys(("countries", "rights", "duties", "not_covered"), list),
        "sources": dict,
    }
    if not sheet.fields("$", document, needed, {"region": None, "zone": None}):
        raise _unreadable(sheet.problems)
    for source, told in document["sources"].items():
        sheet.fields(f"sources.{source}", told, {"title": str}, {"url": None})
    if sheet.problems:
        raise _unreadable(sheet.problems)
    zone = document.get("zone")
    if zone is not None:
        sheet.tried("zone", find_zone, zone)
    rights = [sheet.right(f"rights[{place}]", right) for place, right in enumerate(document["rights"])]
    duties = sheet.provisions("duties", document["duties"])
    if sheet.problems:
        raise _unreadable(sheet.problems)
    return Law(
        jurisdiction=document["jurisdiction"],
        title=document["title"],
        edition=document["edition"],
        disclaimer=document["disclaimer"],
        countries=tuple(document["countries"]),
        region=document.get("region"),
        zone=zone,
        rights=tuple(right for right in rights if right is not None),
        duties=duties,
        not_covered=tuple(document["not_covered"]),
    )


def _unreadable(problems: Iterable[Problem]) -> DocumentError:
    return DocumentError("this law cannot be read:", problems)
