from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from aftercare.returns import Provision

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
LAW = "<!-- the tables of the law -->"


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


def law() -> str:
    """Every value of the law that is known, with its citation, as a table for each right."""
    from aftercare.returns.statutes import jurisdictions, law  # noqa: PLC0415 - as above

    rows = []
    for known in map(law, jurisdictions()):
        countries = ", ".join(known.countries)
        rows += ["", f"## {known.title}", "", f"`{known.jurisdiction}`, edition {known.edition}, for {countries}."]
        for entry in known.rights:
            contracts = ", ".join(f"`{contract}`" for contract in entry.contracts)
            grounds = ", ".join(f"`{ground}`" for ground in entry.grounds)
            rows += ["", f"### {entry.name} (`{entry.id}` of `{known.jurisdiction}`)", ""]
            rows += [f"A right of {entry.regime} for contracts of the kinds {contracts}, on the grounds {grounds}."]
            if entry.displaced_by_terms:
                rows += ["Terms of the shop's own, displayed as the law wants it, displace it."]
            if entry.only_uninformed:
                rows += ["Only where the information that the law asks for was missing."]
            rows += provisions(entry.provisions)
        if known.duties:
            rows += ["", f"### Duties (`{known.jurisdiction}`)", *provisions(known.duties)]
        if known.not_covered:
            rows += ["", "Not in this table:", "", *(f"- {gap}" for gap in known.not_covered)]
    return "\n".join(rows)


def provisions(given: tuple[Provision, ...]) -> list[str]:
    """A table of values with their citations."""
    rows = ["", "| | value | article | in force | sure | note |", "|---|---|---|---|---|---|"]
    for each in given:
        source = f"[{each.source}]({each.url})" if each.url else each.source
        since = "" if each.since is None else f"from {each.since}"
        until = "" if each.until is None else f" until {each.until}"
        cells = (
            f"`{each.key}`",
            f"`{each.value!r}`",
            f"{each.article}; {source}",
            since + until,
            each.confidence,
            each.note,
        )
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def with_tables(_app: Sphinx, _name: str, source: list[str]) -> None:
    """Put generated tables in place of their markers."""
    if STATEMENTS in source[0]:
        source[0] = source[0].replace(STATEMENTS, statements())
    if LAW in source[0]:
        source[0] = source[0].replace(LAW, law())


def setup(app: Sphinx) -> None:
    """Let pages be completed while they are read."""
    app.connect("source-read", with_tables)
