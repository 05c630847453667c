"""Where words go: running text, HTML, or plain characters for logs, SMS and tests."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

SinkName: TypeAlias = Literal["text", "html", "plain"]

_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
# The characters with the Unicode property Bidi_Control, which could turn round the text that follows a name.
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Control characters and line breaks, which could start a new line in a log.
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\u2028\u2029]+")
_NARROW_OR_FIXED = re.compile("[\u00a0\u2000-\u200a\u202f\u205f]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class HtmlText(str):
    """A text that is HTML already, which template engines that know ``__html__`` do not escape again.

    >>> HtmlText("<bdi>Mug</bdi>").__html__()
    '<bdi>Mug</bdi>'
    """

    __slots__ = ()

    def __html__(self) -> str:
        return str.__str__(self)


@attrs.frozen
class Sink:
    """How names and other words are made safe, and what is done to the whole in the end."""

    isolated: Callable[[str], str]
    escaped: Callable[[str], str]
    finished: Callable[[str], str]


def cleaned(name: str) -> str:
    """A name without characters that change the direction of text or break the line."""
    return _CONTROL.sub(" ", _BIDI.sub("", name))


def _isolated(name: str) -> str:
    return f"{_FIRST_STRONG_ISOLATE}{name}{_POP_ISOLATE}"


def _unchanged(words: str) -> str:
    return words


def _escaped(words: str) -> str:
    return escape(words)


def _bdi(name: str) -> str:
    return f"<bdi>{escape(name)}</bdi>"


def _plain(words: str) -> str:
    return _INVISIBLE.sub("", _NARROW_OR_FIXED.sub(" ", words))


SINKS: dict[SinkName, Sink] = {
    "text": Sink(_isolated, _unchanged, _unchanged),
    "html": Sink(_bdi, _escaped, HtmlText),
    "plain": Sink(_unchanged, _unchanged, _plain),
}
