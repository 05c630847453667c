"""What type checkers see of the lazily loaded public names; read by mypy and pyright, never run."""

from __future__ import annotations

from typing import assert_type

import aftercare
from aftercare import Days, Money, eur

assert_type(eur("4.95"), Money)
assert_type(Days(30), Days)

aftercare.Mony  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]
