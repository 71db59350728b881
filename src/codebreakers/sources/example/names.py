"""Names for a made-up country: towns, authorities, schools, trusts and postcodes.

Authorities are numbered from 501 and postcodes begin with Q: no real one is or does. Schools have
names as schools have, so some of them are somewhere the name of a real school too.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from codebreakers.sources.example.figures import Flags, Ints, Texts

__all__ = [
    "OAKFIELD",
    "academy_names",
    "authority_names",
    "postcodes",
    "school_names",
    "town_names",
    "trust_names",
]

OAKFIELD = "Oakfield"
"""A stem that one school has, and no other."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "Amber Bracken Bramble Cinder Cobble Copper Dapple Drover Ember Fallow Feather Fennel Gorse "
    "Harvest Heather Juniper Kestrel Lantern Linnet Marigold Meadow Merlin Nettle Otter Paddock "
    "Pebble Plover Quarry Quill Russet Saddle Sorrel Sparrow Tansy Thistle Tinder Wagtail Willow "
    "Wren Yarrow"
)
_LAST = _words(
    "beck bourne bridge burgh bury combe dale den fold ford gate ham haven hithe holme hurst ley "
    "marsh mere minster moor mouth ness port sett stead stow thorpe thwaite ton well wick wold "
    "worth wyke"
)
# Combinations of these that are real places.
_REAL = _words(
    "Ambergate Amberley Brackendale Cinderford Coppergate Emberton Gorsemoor Heatherley "
    "Meadowdale Meadowgate Nettleham Nettleton Otterbourne Otterton Paddockhurst Wrenbury "
    "Wrenthorpe"
)
_STEMS = _words(
    "Alderwood Ashgrove Beechcroft Birchfield Brookside Castlegate Cedar Chestnut Churchfields "
    "Clearwater Copperfield Crossways Eastfield Elmbridge Fairview Fernhill Fourways Greenacre "
    "Hawthorn Hazelwood Highcross Hillcrest Hollybank Kingsmead Lakeside Larchwood Limetree "
    "Longacre Manor Maplewell Meadowbank Millbrook Newbridge Northgate Orchard Parkside "
    "Priory Queensway Redbrick Riverside Rowan Springfield Stonebridge Sycamore Thornfield "
    "Valley Waterside Westbrook Whitestone Woodlands"
)
_SAINTS = _words(
    "Agatha's Aidan's Aldhelm's Alban's Bede's Benedict's Brigid's "
    "Chad's Clare's Columba's Cuthbert's Edmund's Francis' Gregory's "
    "Hilda's Hugh's Oswald's Paulinus' Swithun's Wilfrid's"
)
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # those of the second half of a postcode


def town_names(rng: np.random.Generator, count: int) -> Texts:
    """Return `count` different names of towns, in no order."""
    names = np.array(sorted({a + b for a, b in product(_FIRST, _LAST)} - set(_REAL)))
    chosen: Texts = rng.permutation(names)[:count]
    return chosen


def authority_names(rng: np.random.Generator, towns: Texts) -> Texts:
    """Name authorities after their first towns.

    Parameters
    ----------
    rng : numpy.random.Generator
        Chooses which are boroughs, counties and cities.
    towns : array of str, shape (authorities, towns each)
    """
    forms = ("{0}", "{0}shire", "{0} and {1}", "North {0}", "City of {0}")
    kinds = rng.choice(len(forms), size=len(towns), p=(0.5, 0.2, 0.15, 0.1, 0.05))
    pairs = zip(kinds, towns, strict=True)
    return np.array([forms[kind].format(*names) for kind, names in pairs])


def school_names(
    rng: np.random.Generator, towns: Texts, kinds: Texts, faith: Flags, oakfield: int
) -> Texts:
    """Name every school.

    Parameters
    ----------
    rng : numpy.random.Generator
    towns : array of str, shape (schools,)
        Where each is.
    kinds : array of str, shape (schools,)
        What each is called after its stem: "High School", "Grammar School".
    faith : array of bool, shape (schools,)
        Whether a school is named after a saint.
    oakfield : int
        The one school whose stem is `OAKFIELD`.
    """
    count = len(towns)
    stems = np.where(rng.random(count) < 0.45, towns, rng.choice(np.array(_STEMS), size=count))
    stems = np.where(
        faith, np.char.add("St ", rng.choice(np.array(_SAINTS), size=count)), stems
    ).astype("<U40")
    stems[oakfield] = OAKFIELD
    named: Texts = np.char.add(np.char.add(stems, " "), kinds)
    return named


def academy_names(names: Texts) -> Texts:
    """Return what schools are called once they are academies."""
    renamed: Texts = np.char.replace(names, "Community School", "Academy")
    return np.char.replace(
        np.char.replace(renamed, "High School", "Academy"), " School", " Academy"
    )


def trust_names(rng: np.random.Generator, count: int) -> Texts:
    """Return `count` different names of trusts, or all there are where more are asked for."""
    stems = np.array([*_FIRST, *_STEMS])
    ends = ("Learning Trust", "Academies Trust", "Education Trust", "Schools Partnership")
    names = np.array([f"The {stem} {end}" for stem, end in product(stems, ends)])
    chosen: Texts = rng.permutation(names)[:count]
    return chosen


def postcodes(rng: np.random.Generator, region: Ints, district: Ints) -> Texts:
    """Return postcodes that no real address has: no postcode area begins with Q.

    Parameters
    ----------
    rng : numpy.random.Generator
    region, district : array of int, shape (schools,)
        Index of the region; number of the authority within it.
    """
    area = np.array([f"Q{letter}" for letter in "ABCDEFGHK"])[region]
    sector = rng.integers(1, 10, size=len(region)).astype(str)
    letters = np.array(list(_LETTERS))
    ends = np.char.add(*(rng.choice(letters, size=len(region)) for _ in range(2)))
    front = np.char.add(area, (district + 1).astype(str))
    full: Texts = np.char.add(np.char.add(front, " "), np.char.add(sector, ends))
    return full
