"""The currencies of ISO 4217 and how many digits each has after the point, as plain data.

Source: ISO 4217:2015, list one as published on 1 January 2026, without the metals, test codes and units of account that
have no minor unit. Currencies withdrawn in the years before it stay (ANG, BGN, CUC, HRK, SLL, ZWL), because orders
placed in them outlive them.

The digits are those of ISO, which says what the minor unit *is*. CLDR, behind Babel, says what is usually *written* and
has fewer digits for some, such as 0 for AFN; it only writes text here and never decides an amount.
"""

from __future__ import annotations

from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

from aftercare.errors import MoneyError, is_a

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_TWO = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
    CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF
    IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV
    MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD
    SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG ZWL
"""
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

DIGITS: Mapping[str, int] = MappingProxyType(
    {code: digits for digits, codes in ((0, _NONE), (2, _TWO), (3, _THREE), (4, _FOUR)) for code in codes.split()}
)
"""Digits after the point, by currency code."""


def digits_of(currency: str) -> int:
    """How many digits the currency has after the point.

    Raises `MoneyError` for a code that is not in the table; codes are written in capitals.

    >>> digits_of("EUR"), digits_of("JPY"), digits_of("KWD")
    (2, 0, 3)
    """
    if is_a(currency, str) and currency in DIGITS:
        return DIGITS[currency]
    near = get_close_matches(str(currency).upper(), DIGITS, n=1)
    msg = f"`{currency}` is not a currency: allowed: a code of ISO 4217 in capitals, such as `EUR`"
    if near:
        msg += f"; did you mean `{near[0]}`?"
    raise MoneyError(msg)
