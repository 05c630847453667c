"""What shows that a stored document was altered: a digest of everything that it says, or a seal that takes a key.

The digest is a fingerprint: whoever alters the text can work it out anew, so it shows accidents. A seal in its place
takes a key to make, and shows forgeries.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any, Final, Literal

from aftercare.errors import OrderError

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1
SHORTEST_KEY: Final = 16


def sealed_text(what: str, form: Mapping[str, Any], kind: Literal["digest", "seal"], proof: str) -> str:
    """The text of a document with the *form* of *what*, such as a receipt, and its digest or seal.

    >>> sealed_text("receipt", {"id": "A-1"}, "digest", "12ab")
    '{"aftercare":1,"digest":"12ab","receipt":{"id":"A-1"}}'
    """
    return _canonical({"aftercare": VERSION, kind: proof, what: form})


def digest_of(form: Mapping[str, Any]) -> str:
    """The SHA-256 of everything that a *form* says, in hexadecimal.

    >>> digest_of({"id": "A-1"})[:8]
    'adb4ebb3'
    """
    return hashlib.sha256(_canonical(form).encode()).hexdigest()


def seal_of(form: Mapping[str, Any], key: bytes) -> str:
    """The HMAC-SHA-256 of everything that a *form* says, in hexadecimal; raises `OrderError` for a short key.

    >>> seal_of({"id": "A-1"}, b"sixteen bytes ok")[:8]
    '4c545030'
    """
    if len(key) < SHORTEST_KEY:
        msg = (
            f"a key of {len(key)} bytes seals nothing: give at least {SHORTEST_KEY}, such as `secrets.token_bytes(32)`"
        )
        raise OrderError(msg)
    return hmac.new(key, _canonical(form).encode(), hashlib.sha256).hexdigest()


def _canonical(form: Mapping[str, Any]) -> str:
    return json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
