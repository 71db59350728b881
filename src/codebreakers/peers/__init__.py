"""Who is like whom: how likeness is defined, and the groups that come out.

Plain arrays in, plain arrays out. Schools are rows; a group holds the numbers of rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.estimates import Withheld

__all__ = ["KINDS", "NO_PEERS", "Listing", "PeerGroup", "PeerGroups", "PeerRule"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.str_]

Listing = tuple[str, str, float, int]
"""School, neighbour, distance, rank: one row of an imported list."""

KINDS = ("nearest", "ranked", "bands", "listed")
NO_PEERS = "no-peers"

_REASONS = {NO_PEERS: "there is no other school that it may be compared with"}
_PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 10: "tenth"}


@dataclass(frozen=True, slots=True)
class PeerRule:
    """Which schools are like which: made with `nearest`, `ranked`, `bands` or `listed`.

    Every rule gives each school its own group, itself left out.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    features : tuple of str
        The names of what schools are alike in, with their units (``ks2_points``). For a listed
        rule, what its match quality is judged on.
    size : int
        Schools in a group, for `nearest`.
    weights : tuple of float
        How much each feature counts; 0 for one that is carried along and not matched on.
    sds : tuple of float, optional
        The standard deviation of each feature; taken from the schools where not given.
    above, below : int
        Schools above and below, for `ranked`.
    band_count : int
        Bands, for `bands`.
    pairs : tuple of Listing
        The imported rows, for `listed`, in the order (school, rank).

    Raises
    ------
    RequestError
        When the parts do not make a rule.
    """

    kind: str
    features: tuple[str, ...] = ()
    size: int = 0
    weights: tuple[float, ...] = ()
    sds: tuple[float, ...] | None = None
    above: int = 0
    below: int = 0
    band_count: int = 0
    pairs: tuple[Listing, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UnknownNameError("peer rule", self.kind, KINDS)
        _check_features(self)
        if self.kind == "nearest":
            _whole("size", self.size, 1)
        elif self.kind == "ranked":
            if _whole("above", self.above, 0) + _whole("below", self.below, 0) == 0:
                raise RequestError("A ranked group of 0 schools above and 0 below is empty.")
        elif self.kind == "bands":
            _whole("bands", self.band_count, 2)
        else:
            _check_pairs(self.pairs)

    @classmethod
    def nearest(
        cls,
        features: Sequence[str],
        size: int = 50,
        weights: Sequence[float] | None = None,
        sds: Sequence[float] | None = None,
    ) -> PeerRule:
        """Return the rule of the `size` schools at the least distance.

        The distance between two schools is the square root of the sum of
        w ((a - b) / sd) squared over the features.

        Parameters
        ----------
        features : sequence of str
            What schools are alike in.
        size : int
            Schools in a group; all the others where there are fewer.
        weights : sequence of float, optional
            At least 0, in the order of `features`; 1 each where not given.
        sds : sequence of float, optional
            Above 0, in the order of `features`; the population standard deviation over the
            schools that may be peers where not given.
        """
        names = _names(features)
        counts = _numbers("weights", weights) if weights is not None else (1.0,) * len(names)
        given = _numbers("sds", sds) if sds is not None else None
        return cls("nearest", names, size=size, weights=counts, sds=given)

    @classmethod
    def ranked(cls, feature: str, above: int = 27, below: int = 27) -> PeerRule:
        """Return the rule of the schools next above and next below in order of one feature.

        Near the ends, where there are too few on one side, the group is filled from the other, so
        that it has `above` + `below` schools wherever there are as many. 27 and 27 was the
        government's rule from 2012 to 2018.
        """
        return cls("ranked", (feature,), weights=(1.0,), above=above, below=below)

    @classmethod
    def bands(cls, feature: str, bands: int = 5) -> PeerRule:
        """Return the rule of every other school in the same quantile band of one feature.

        Schools with one value are in one band, so that bands may differ in size.
        """
        return cls("bands", (feature,), weights=(1.0,), band_count=bands)

    @classmethod
    def listed(cls, pairs: Iterable[Listing], features: Sequence[str] = ()) -> PeerRule:
        """Return the rule that takes each school's peers from an imported list.

        Parameters
        ----------
        pairs : iterable of (school, neighbour, distance, rank)
            Rank 1 is the nearest. A smaller rank never has a larger distance.
        features : sequence of str
            What the match quality of the groups is to be judged on.
        """
        names = _names(features)
        rows = [_pair(row) for row in pairs]
        ordered = sorted(rows, key=lambda pair: (pair[0], pair[3], pair[2], pair[1]))
        return cls("listed", names, weights=(1.0,) * len(names), pairs=tuple(ordered))

    def describe(self) -> str:
        """Return the rule as one sentence of plain English."""
        names = [name.replace("_", " ") for name in self.features]
        if self.kind == "ranked":
            return f"The {self.above} schools above and the {self.below} below in {names[0]}."
        if self.kind == "bands":
            part = _PARTS.get(self.band_count, f"of {self.band_count} equal bands")
            return f"Every other school in the same {part} of {names[0]}."
        if self.kind == "listed":
            schools = len({pair[0] for pair in self.pairs})
            return f"The {len(self.pairs):,} pairs of an imported list for {schools:,} schools."
        noun = "school" if self.size == 1 else f"{self.size:,} schools"
        parts = [f"The {noun} nearest in {_and(names)}"]
        if len(set(self.weights)) > 1:
            parts.append(f"weighted {_and([f'{w:g}' for w in self.weights])}")
        if self.sds is not None:
            parts.append(f"in standard deviations of {_and([f'{sd:g}' for sd in self.sds])}")
        return ", ".join(parts) + "."


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """One school's group.

    Parameters
    ----------
    school : str
        Whose group it is.
    members : tuple of str
        Its peers, most alike first.
    distances : tuple of float
        How far each is, in the rule's unit: standard deviations, or the list's own.
    quality : str
        ``good match``, ``loose match``, ``no good match``; empty where it cannot be judged.
    differences : tuple of float
        The group's mean less the school's own value in standard deviations, for each feature of
        the rule; NaN where the feature is not matched on or not known.
    withheld : Withheld, optional
        Why there is no group, where there is none.
    """

    school: str
    members: tuple[str, ...]
    distances: tuple[float, ...]
    quality: str
    differences: tuple[float, ...] = ()
    withheld: Withheld | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PeerGroups:
    """The groups of all schools at once; they may differ in size.

    Parameters
    ----------
    rule : PeerRule
        How they were chosen.
    schools : (S,) array of str
        The schools, in the order they were given.
    starts : (S + 1,) array of int
        The group of school s is ``members[starts[s]:starts[s + 1]]``.
    members : (M,) array of int
        Positions in `schools`, most alike first.
    distances : (M,) array of float
        In the rule's unit, never falling within a group.
    reasons : (S,) array of str
        Empty, or the code of the reason why there is no group.
    quality : (S,) array of str
        ``good match``, ``loose match``, ``no good match``; empty where it cannot be judged.
    differences : (S, F) array of float
        Group mean less own value, in standard deviations, by feature of the rule.
    unknown : tuple of str
        Schools that a list names and that are not among `schools`.
    """

    rule: PeerRule
    schools: Texts
    starts: Ints
    members: Ints
    distances: Floats
    reasons: Texts
    quality: Texts
    differences: Floats
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.schools, self.starts, self.members, self.distances):
            array.flags.writeable = False
        for array in (self.reasons, self.quality, self.differences):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.schools)

    @property
    def sizes(self) -> Ints:
        """Schools in each group, (S,)."""
        return np.diff(self.starts)

    def padded(self) -> Ints:
        """Return the members as one table, (S, largest group), with -1 where a group has ended."""
        sizes = self.sizes
        inside = np.arange(sizes.max(initial=0)) < sizes[:, None]
        table = np.full(inside.shape, -1, dtype=np.intp)
        table[inside] = self.members
        return table

    def position(self, school: str) -> int:
        """Return the row of one school.

        Raises
        ------
        UnknownNameError
            When there is no such school.
        """
        found = np.flatnonzero(self.schools == school)
        if not found.size:
            raise UnknownNameError("school", school, self.schools.tolist())
        return int(found[0])

    def of(self, school: str) -> PeerGroup:
        """Return the group of one school.

        Raises
        ------
        UnknownNameError
            When there is no such school.
        """
        row = self.position(school)
        part = slice(self.starts[row], self.starts[row + 1])
        code = str(self.reasons[row])
        return PeerGroup(
            school=school,
            members=tuple(self.schools[self.members[part]].tolist()),
            distances=tuple(self.distances[part].tolist()),
            quality=str(self.quality[row]),
            differences=tuple(self.differences[row].tolist()),
            withheld=Withheld(code, _REASONS.get(code, "")) if code else None,
        )


def _names(features: Sequence[str]) -> tuple[str, ...]:
    if isinstance(features, str):
        raise RequestError(
            f"Features are given as a list of names, not as the text {features!r}.",
            remedy=f"Write [{features!r}].",
        )
    return tuple(features)


def _numbers(what: str, values: Sequence[float]) -> tuple[float, ...]:
    try:
        return tuple(float(value) for value in values)
    except (TypeError, ValueError) as error:
        raise RequestError(f"The {what} {values!r} are not all numbers.") from error


def _whole(what: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise RequestError(
            f"The {what} of a peer rule is a whole number from {least}, not {value!r}."
        )
    return int(value)


def _check_features(rule: PeerRule) -> None:
    names = rule.features
    if not names and rule.kind != "listed":
        raise RequestError("A peer rule needs at least one feature for schools to be alike in.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RequestError(f"The feature {twice!r} is given twice; use a weight instead.")
    for what, numbers in (("weights", rule.weights), ("standard deviations", rule.sds)):
        if numbers is not None and len(numbers) != len(names):
            raise RequestError(
                f"There are {len(numbers)} {what} for {len(names)} features: {', '.join(names)}.",
                remedy="Give one for each feature, in the same order.",
            )
    for name, weight in zip(names, rule.weights, strict=True):
        if not 0 <= weight < math.inf:
            raise RequestError(f"The weight of {name!r} is {weight:g}; it must be 0 or more.")
    for name, sd in zip(names, rule.sds or (), strict=False):
        if not 0 < sd < math.inf:
            raise RequestError(f"The standard deviation of {name!r} is {sd:g}; it must be above 0.")
    if names and not any(rule.weights):
        raise RequestError("Every feature has weight 0, so that no school is nearer than another.")


def _pair(row: Listing) -> Listing:
    try:
        school, neighbour, distance, rank = row
        return str(school), str(neighbour), float(distance), _whole("rank", rank, 1)
    except (TypeError, ValueError) as error:
        raise RequestError(
            f"The row {row!r} of the list is not a school, a neighbour, a distance and a rank."
        ) from error


def _check_pairs(pairs: tuple[Listing, ...]) -> None:
    """Refuse what cannot be a list of neighbours; `pairs` are in order of school and rank."""
    if not pairs:
        raise RequestError("The list of neighbours is empty.")
    seen: set[tuple[str, str]] = set()
    for school, neighbour, distance, rank in pairs:
        if school == neighbour:
            raise RequestError(f"The list gives school {school!r} itself as a neighbour.")
        if (school, neighbour) in seen:
            raise RequestError(
                f"The list gives school {school!r} the neighbour {neighbour!r} twice."
            )
        if not 0 <= distance < math.inf:
            raise RequestError(
                f"The list puts {neighbour!r} at distance {distance:g} from school {school!r}."
            )
        _whole("rank", rank, 1)
        seen.add((school, neighbour))
    for (school, one, near, low), (other, two, far, high) in pairwise(pairs):
        if school == other and (low > high or near > far or (low == high and near < far)):
            raise RequestError(
                f"The ranks of school {school!r} do not follow its distances: {one!r} is rank {low}"
                f" at {near:g}, {two!r} is rank {high} at {far:g}.",
                remedy="Rank 1 is the nearest.",
            )


def _and(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
