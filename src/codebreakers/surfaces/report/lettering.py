"""Words as they may stand in a document: one line each, left to right, in letters that are there.

The fonts of a PDF come with the program that makes it, and have Latin, Greek and Cyrillic letters.
A letter that they lack would stop the document from being made.
"""

from __future__ import annotations

import unicodedata

from codebreakers.surfaces.charts.words import plain

__all__ = ["LONGEST", "lettered"]

LONGEST = 1_200
"""Characters of one paragraph."""

_LACKED = "\ufffd"
_SETS = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x386, 0x3CE),
    (0x400, 0x45F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x20A0, 0x20AF),
    (0x2212, 0x2212),
    (0x2260, 0x2265),
)


def lettered(text: str, most: int = LONGEST) -> str:
    """Return text in the letters that every document has; any other is shown as lacking.

    Parameters
    ----------
    text : str
        From outside, or with something from outside in it.
    most : int
        Characters; longer text is cut, and ends in an ellipsis.
    """
    whole = plain(unicodedata.normalize("NFC", text), most)
    return "".join(c if _there(c) else _LACKED for c in whole)


def _there(character: str) -> bool:
    code = ord(character)
    if any(first <= code <= last for first, last in _SETS):
        return unicodedata.category(character) != "Cn"
    return False
