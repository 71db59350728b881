"""Schools whose name, town, postcode or number is nearly what somebody typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Index", "index_of", "near"]

_LEAST = 0.45  # of a word's letters in threes that have to be alike
_LONGEST = 200
_BEGINS = 0.9
_NONE = np.empty(0, dtype=np.int64)
# What so many schools are called that it tells none from another.
_COMMON = frozenset({"school", "the", "college", "academy", "high", "of", "and", "for", "st"})


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Every word that S schools may be found by.

    Parameters
    ----------
    words : ndarray of str, shape (W,)
        Each once, in order.
    sizes : ndarray of float, shape (W,)
        How many threes of letters each has.
    threes : mapping of str to ndarray of int
        Places of the words that have a three of letters.
    schools : tuple of W ndarrays of int
        Rows of the schools that have the word.
    """

    words: NDArray[Any]
    sizes: NDArray[np.float64]
    threes: Mapping[str, NDArray[np.int64]]
    schools: tuple[NDArray[np.int64], ...]


def index_of(people: Population) -> Index:
    """Return the words of a year's schools; kept with the store."""
    return people.store.kept(("words of schools", people.year), lambda: _read(people))


def near(people: Population, text: str, count: int = 20) -> NDArray[np.int64]:
    """Return the rows of the schools that fit a text, best first; misspelt words fit too.

    Parameters
    ----------
    people : Population
        S schools.
    text : str
        Names, towns, authorities, a postcode or its beginning, a URN: every word has to fit.
    count : int
        How many at most.

    Returns
    -------
    ndarray of int, shape (at most `count`,)
        Equally good ones in order of name.
    """
    asked = _words(text[:_LONGEST])
    if not asked:
        return np.empty(0, dtype=np.int64)
    index = index_of(people)
    score = np.zeros(len(people.keys))
    fits = np.ones(len(people.keys), dtype=bool)
    for word in asked:
        best = _how_alike(index, word, len(score))
        score += best * (0.2 if word in _COMMON else 1.0)
        fits &= (best > 0) | (word in _COMMON)
    fits &= score > 0
    rows = np.flatnonzero(fits)
    names = np.array([_plain(str(n)) for n in people.schools["name"][rows]], dtype=object)
    # A name that is just what was asked comes before a longer one that holds it.
    exact = names == _plain(text)
    order = sorted(range(len(rows)), key=lambda i: (-score[rows[i]], not exact[i], names[i]))
    return rows[order[:count]]


def _how_alike(index: Index, word: str, count: int) -> NDArray[np.float64]:
    """Return for each of `count` schools how alike its most alike word is, 0 where none is."""
    asked = _threes(word)
    shared = np.zeros(len(index.words))
    for three in asked:
        shared[index.threes.get(three, _NONE)] += 1
    alike = shared / np.sqrt(index.sizes * len(asked))
    alike[alike < _LEAST] = 0.0
    begins = np.char.startswith(index.words, word)
    alike[begins] = np.maximum(alike[begins], _BEGINS)
    alike[index.words == word] = 1.0
    if len(word) < 3 or word.isdigit():
        # Too short to be misspelt, and one number is not nearly another.
        alike[~begins] = 0.0
    found = np.zeros(count)
    for i in np.flatnonzero(alike):
        rows = index.schools[i]
        found[rows] = np.maximum(found[rows], alike[i])
    return found


def _read(people: Population) -> Index:
    schools = people.schools
    found: dict[str, set[int]] = {}
    for row, key in enumerate(schools.keys):
        code = _plain(str(schools["postcode"][row]))
        # People write a postcode with a space or without.
        named = {str(key).casefold(), code.replace(" ", ""), *code.split()} - {""}
        for role in ("name", "town", "authority_name"):
            named.update(_words(str(schools[role][row])))
        for word in named:
            found.setdefault(word, set()).add(row)
    words = sorted(found)
    threes: dict[str, list[int]] = {}
    for i, word in enumerate(words):
        for three in _threes(word):
            threes.setdefault(three, []).append(i)
    return Index(
        np.array(words, dtype=str),
        np.array([len(_threes(word)) for word in words], dtype=float),
        {three: np.array(places) for three, places in threes.items()},
        tuple(_rows(found[word]) for word in words),
    )


def _rows(schools: Iterable[int]) -> NDArray[np.int64]:
    return np.array(sorted(schools), dtype=np.int64)


def _plain(text: str) -> str:
    """Return text in small letters without accents or signs, one space between words."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("'", ""))
    return " ".join(re.findall(r"[a-z0-9]+", letters.encode("ascii", "ignore").decode()))


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(_plain(text).split()))


def _threes(word: str) -> set[str]:
    """Return a word's letters in threes; its beginning counts more than its end."""
    padded = f"  {word} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}
