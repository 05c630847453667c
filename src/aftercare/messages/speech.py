"""Statements in words: the text of a code, chosen by the number in it, its placeholders filled."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from aftercare.errors import DocumentError, Problem, did_you_mean
from aftercare.messages.catalog import catalog
from aftercare.messages.codes import CODES
from aftercare.messages.languages import formatting_locale, resolve_locale, tag_of
from aftercare.messages.sinks import SINKS
from aftercare.messages.texts import entry, plural_rule
from aftercare.messages.values import Voice, listed, shown, written
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from babel import Locale

    from aftercare.messages.kinds import Kind
    from aftercare.messages.sinks import Sink, SinkName
    from aftercare.messages.texts import Entry, Given, Pieces
    from aftercare.statement import Parameter

    Overrides: TypeAlias = Mapping[str, Mapping[str, Given]]


def say(
    statement: Statement, *, locale: str | Locale, sink: SinkName = "text", overrides: Overrides | None = None
) -> str:
    """The *statement* as a sentence in the language of *locale*.

    For the sink ``text`` names are isolated, so that a name in another script leaves the sentence around it in order;
    for ``html`` everything is escaped and names stand in ``<bdi>``, and template engines take the result as HTML; for
    ``plain`` (logs, SMS, tests) there are no invisible characters. *overrides* are the shop's own texts: for each
    locale a mapping of codes to texts in place of those of the catalog, with the same parameters.

    Raises `LookupError` for a locale without words, a code without a text and a parameter that is missing,
    `TypeError` for a parameter of another kind, and `ValueError` for an unknown sink and an override that cannot be.

    >>> from aftercare.money import eur
    >>> from aftercare.statement import Name
    >>> summer = Statement("promotion.applied", promotion=Name("Summer"), amount=eur("1.50"))
    >>> say(summer, locale="en", sink="plain")
    '“Summer” is applied: you save €1.50.'
    >>> say(summer, locale="en_GB", sink="plain", overrides={"en": {"promotion.applied": "Saved: {amount}"}})
    'Saved: €1.50'
    """
    if sink not in SINKS:
        msg = f"`{sink}` is no sink: {did_you_mean(str(sink), SINKS)}"
        raise ValueError(msg)
    voice = _voice(str(locale))
    own = _own_texts(voice, overrides) if overrides else ()
    speech = _Speech(voice, SINKS[sink], own)
    return speech.sink.finished(speech.said(statement, "").rstrip())


def check_overrides(overrides: Overrides) -> None:
    """Nothing, when every text of *overrides* can be said; what `say` would find one by one is found at once.

    Raises `DocumentError` with all problems, each under its locale and code.

    >>> check_overrides({"pl": {"promotion.applied": "Oszczędzasz {amount}."}})
    """
    problems: list[Problem] = []
    for locale, texts in overrides.items():
        try:
            known = resolve_locale(locale)
        except LookupError as error:
            problems.append(Problem(locale, str(error)))
            continue
        for code, given in texts.items():
            try:
                entry(code, given, known)
            except ValueError as error:
                problems.append(Problem(f"{locale}.{code}", str(error)))
    if problems:
        title = "there are texts that cannot be used"
        raise DocumentError(title, problems)


@lru_cache(maxsize=512)
def _voice(locale: str) -> Voice:
    known = resolve_locale(locale)
    wanted = tag_of(locale)
    return Voice(wanted, catalog(known), formatting_locale(wanted, known))


def _own_texts(voice: Voice, overrides: Overrides) -> tuple[Mapping[str, Given], ...]:
    """The overrides for the locale that is wanted, those for its territory before those for its language."""
    given = {tag_of(locale).lower(): texts for locale, texts in overrides.items()}
    parts = voice.wanted.lower().split("_")
    tags = ["_".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return tuple(given[tag] for tag in tags if tag in given)


@attrs.frozen
class _Speech:
    """One statement being said, with those inside it."""

    voice: Voice
    sink: Sink
    own: tuple[Mapping[str, Given], ...]

    def said(self, statement: Statement, number: str) -> str:
        """The words of *statement*, not finished yet; *number* leads the numbers of the choices in it."""
        pieces = self.pieces(statement)
        words = self.sink.escaped(pieces[0])
        for key, literal in zip(pieces[1::2], pieces[2::2], strict=True):
            words += self.value(statement, key, number)
            # A date or a currency may end in an abbreviation, whose full stop then ends the sentence too.
            words += self.sink.escaped(literal[1:] if words.endswith(".") and literal.startswith(".") else literal)
        return words

    def pieces(self, statement: Statement) -> Pieces:
        """The text to fill, in the plural form that goes with the number in it."""
        found = self.entry(statement.code)
        if found.plural is None:
            return found.texts["other"]
        number = self.given(statement, found.plural)
        if not isinstance(number, (int, Decimal)):
            raise self.unfit(statement, found.plural)
        return found.texts[plural_rule(self.voice.catalog.locale)(shown(number))]

    def entry(self, code: str) -> Entry:
        """The shop's own text for *code*, or that of the catalog."""
        known = self.voice.catalog
        for texts in self.own:
            if code in texts:
                return entry(code, texts[code], known.locale)
        if code not in known.entries:
            msg = f"`{code}` has no text in `{known.locale}`: {did_you_mean(code, known.entries)}"
            raise LookupError(msg)
        return known.entries[code]

    def value(self, statement: Statement, key: str, number: str) -> str:
        """The parameter *key* in words."""
        given, kind = self.given(statement, key), CODES[statement.code][key]
        if isinstance(given, tuple) and kind in {"sentences", "choices", "clauses", "opening clauses"}:
            parts = [part for part in given if isinstance(part, Statement)]
            if len(parts) == len(given):
                match kind:
                    case "choices":
                        return self.choices(parts, number)
                    case "clauses":
                        return self.clauses(parts)
                    case "opening clauses":
                        said = self.clauses(parts)
                        return said[:1].upper() + said[1:]
                    case _:
                        return self.sentences(parts, number)
        if kind in {"tender", "tenders", "any tender"}:
            words = self.tenders(kind, given)
        else:
            words = written(kind, given, self.voice, self.sink)
        if words is None:
            raise self.unfit(statement, key)
        return words

    def tenders(self, kind: Kind, given: Parameter) -> str | None:
        """One kind of tender or several in words; None when the value is not of the *kind*."""
        if kind == "tender" and isinstance(given, Name):
            return self.tender(given)
        if kind != "tender" and isinstance(given, tuple):
            words = [self.tender(each) for each in given if isinstance(each, Name)]
            if len(words) == len(given):
                return listed(words, "or" if kind == "any tender" else "standard", self.voice.locale)
        return None

    def tender(self, kind: Name) -> str:
        """A kind of tender that the library names in the words of the language, a shop's own as it is written."""
        code = f"tender.{kind.text}"
        if code in CODES:
            return self.said(Statement(code), "")
        return str(written("names", (kind,), self.voice, self.sink))

    def sentences(self, parts: list[Statement], number: str) -> str:
        """The *parts* one after another, each said once; those that number choices last, so that these end there."""
        in_order = sorted(parts, key=_has_choices)
        return self.voice.catalog.forms.gap.join(dict.fromkeys(self.said(part, number) for part in in_order))

    def clauses(self, parts: list[Statement]) -> str:
        """The *parts* as one clause, joined as the language joins them."""
        return listed([self.said(part, "") for part in parts], "standard", self.voice.locale)

    def choices(self, parts: list[Statement], number: str) -> str:
        """The *parts* under numbers: 1, 2, and inside the second 2.1, 2.2."""
        forms = self.voice.catalog.forms
        numbered = ((f"{number}{place}", part) for place, part in enumerate(parts, 1))
        return forms.gap.join(
            forms.choice.format(number=label, sentence=self.said(part, f"{label}.")) for label, part in numbered
        )

    def given(self, statement: Statement, key: str) -> Parameter:
        """The parameter *key*, which the text of *statement* needs."""
        try:
            return statement[key]
        except KeyError:
            msg = f"`{statement.code}` needs the parameter `{key}` to be said in `{self.voice.catalog.locale}`: give it"
            raise LookupError(msg) from None

    def unfit(self, statement: Statement, key: str) -> TypeError:
        """The error for a parameter that is not of its kind."""
        kind, locale = CODES[statement.code][key], self.voice.catalog.locale
        return TypeError(
            f"parameter `{key}` of `{statement.code}` is `{statement[key]!r}`: it takes {kind} to be said in `{locale}`"
        )


def _has_choices(statement: Statement) -> bool:
    """Whether choices are numbered in *statement* or in one inside it."""
    inner = [part for _, given in statement.params if isinstance(given, tuple) for part in given]
    return "choices" in CODES.get(statement.code, {}).values() or any(
        _has_choices(part) for part in inner if isinstance(part, Statement)
    )
