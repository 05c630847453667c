"""Statements in words: English, Japanese, Polish, Belarusian, Vietnamese, and the shop's own texts.

The words are data: one catalog for each locale, plural forms by the categories of CLDR, placeholders that name a
parameter and do nothing else. `codes` has the table of all statements and their parameters.

>>> from aftercare.statement import Name, Statement
>>> say(Statement("promotion.blocked", promotion=Name("Summer"), winner=Name("Outlet")), locale="pl", sink="plain")
'Promocji „Summer” nie można łączyć z promocją „Outlet”.'
"""

from __future__ import annotations

from aftercare.messages.catalog import locales
from aftercare.messages.languages import negotiate, resolve_locale
from aftercare.messages.speech import check_overrides, say

__all__ = ["check_overrides", "locales", "negotiate", "resolve_locale", "say"]
