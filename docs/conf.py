from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "aftercare"
author = "aftercare contributors"
copyright = author

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
nitpicky = True
# Annotations name aliases and private parts, which have no page of their own.
nitpick_ignore_regex = [(r"py:.*", r".*")]
templates_path: list[str] = []

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_class_signature = "mixed"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
python_maximum_signature_line_length = 100

html_theme = "furo"
html_title = "aftercare"

STATEMENTS = "<!-- the table of statements -->"


def statements() -> str:
    """Every statement code with its parameters and what it says in English, as a table for each group of codes."""
    from aftercare.messages.catalog import catalog  # noqa: PLC0415 - a build without this page needs no package
    from aftercare.messages.codes import CODES  # noqa: PLC0415 - as above

    entries = catalog("en").entries
    rows = []
    group = ""
    for code, parameters in CODES.items():
        if code.partition(".")[0] != group:
            group = code.partition(".")[0]
            rows += ["", f"## `{group}`", "", "| code | parameters | in English |", "|---|---|---|"]
        pieces = entries[code].texts["other"]
        text = "".join(f"{{{piece}}}" if place % 2 else piece for place, piece in enumerate(pieces))
        given = ", ".join(f"`{key}` ({kind})" for key, kind in parameters.items())
        rows.append(f"| `{code}` | {given} | {text} |")
    return "\n".join(rows)


def with_tables(_app: Sphinx, _name: str, source: list[str]) -> None:
    """Put generated tables in place of their markers."""
    if STATEMENTS in source[0]:
        source[0] = source[0].replace(STATEMENTS, statements())


def setup(app: Sphinx) -> None:
    """Let pages be completed while they are read."""
    app.connect("source-read", with_tables)
