"""The book and its answers as pages of text, in every shipped language."""

from __future__ import annotations

from aftercare.pages.receipt_page import receipt_text

__all__ = ["receipt_text"]
