"""A measure that a user proposes: weights over published ones, checked before it is believed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.measures import Measure
from codebreakers.measures.catalogue import CATALOGUE, find
from codebreakers.measures.declared_files import read_toml

__all__ = ["Proposal", "measure_of", "read_proposal"]

MOST_PARTS = 20
LONGEST = 1_000
"""Characters of an expression, and of a name."""
GREATEST_WEIGHT = 1e6

_TERM = re.compile(r"(\d{1,7}(?:\.\d{1,9})?)\s*\*\s*([a-z0-9_]{1,60})", re.ASCII)
_KEYS = ("name", "weights", "pupil_sd")
_EXAMPLE = '"0.4*p8_english + 0.6*p8_maths"'


@dataclass(frozen=True, slots=True)
class Proposal:
    """A measure made of others.

    Parameters
    ----------
    measure : Measure
        What it is; it has no columns of its own.
    parts : tuple of (Measure, float)
        What is added up, each times its weight.
    pupil_sd : float, optional
        How far pupils' scores in it scatter within a school: the user's word for it, because how
        a pupil's parts go together is not published.
    """

    measure: Measure
    parts: tuple[tuple[Measure, float], ...]
    pupil_sd: float | None = None

    @property
    def name(self) -> str:
        """What it is called: the sum as written."""
        return self.measure.name


def measure_of(text: str) -> Measure | Proposal:
    """Return the measure that is named, written as a sum, or declared in a TOML file.

    Parameters
    ----------
    text : str
        ``progress8``; ``0.4*p8_english + 0.6*p8_maths``; or a path that ends in ``.toml``.

    Raises
    ------
    RequestError
        It is none of these, or cannot be added up.
    UnknownNameError
        A part is no measure.
    """
    if text.casefold().endswith(".toml"):
        return read_proposal(Path(text))
    if "*" in text or "+" in text:
        return _propose(_terms(text), "", None)
    return find(text)


def _terms(text: str) -> list[tuple[str, float]]:
    if len(text) > LONGEST:
        raise RequestError(
            f"A measure of {len(text):,} characters is longer than {LONGEST:,}.",
            remedy="Put its weights into a TOML file.",
        )
    found = []
    for part in text.split("+"):
        match = _TERM.fullmatch(part.strip())
        if match is None:
            raise RequestError(
                f"{part.strip()!r} is not a weight, a star and a measure.",
                remedy=f"Write it as {_EXAMPLE}.",
            )
        found.append((match[2], float(match[1])))
    return found


def read_proposal(path: Path) -> Proposal:
    """Return the measure that a TOML file declares.

    Parameters
    ----------
    path : Path
        With a table ``weights`` of measures and weights, and, if wanted, ``name`` (what it is
        called) and ``pupil_sd`` (how far pupils' scores scatter within a school).

    Raises
    ------
    RequestError
        It cannot be read, is too large, or says anything else.
    UnknownNameError
        A key, or a measure, that nobody knows.
    """
    example = "Write it as: [weights], and below it lines such as p8_english = 0.4."
    declared = read_toml(path, "holds weights", example)
    for key in declared:
        if key not in _KEYS:
            raise UnknownNameError(f"key in {path}", key, _KEYS)
    weights, name = declared.get("weights"), declared.get("name", "")
    if not isinstance(weights, dict):
        raise RequestError(
            f"{path} has no table of weights.",
            remedy="Give it one: [weights], and below it lines such as p8_english = 0.4.",
        )
    if not isinstance(name, str) or len(name) > LONGEST or not name.isprintable():
        raise RequestError(
            f"The name in {path} is {name!r}.", remedy="Call it something that can be printed."
        )
    spread = declared.get("pupil_sd")
    return _propose(
        [(part, _number(path, part, weight)) for part, weight in weights.items()],
        name.strip(),
        None if spread is None else _number(path, "pupil_sd", spread),
    )


def _number(path: Path, key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12:
        raise RequestError(
            f"{key} in {path} is {value!r:.60}.", remedy="Write a number, such as 0.4."
        )
    return float(value)


def _propose(weights: Iterable[tuple[str, float]], name: str, spread: float | None) -> Proposal:
    parts = tuple((find(part), weight) for part, weight in weights)
    _check(parts)
    if spread is not None and not 0 < spread < GREATEST_WEIGHT:
        raise RequestError(
            f"A standard deviation of {spread:g} is not possible.",
            remedy="Give a positive one, in the points of the measure, or leave it out.",
        )
    written = " + ".join(f"{weight:.9g}*{part.name}" for part, weight in parts)
    measures = [part for part, _ in parts]
    kinds = {part.kind for part in measures}
    measure = Measure(
        written,
        f"{name} ({written})" if name else written,
        "progress" if kinds == {"progress"} else "mean",
        measures[0].unit,
        "higher",
        (),
        "A proposed measure: " + "; ".join(dict.fromkeys(part.source for part in measures)),
        centre=sum(weight * part.centre for part, weight in parts),
        decimals=max(part.decimals for part in measures),
        construct=_construct(measures),
    )
    return Proposal(measure, parts, spread)


def _check(parts: tuple[tuple[Measure, float], ...]) -> None:
    """Refuse what cannot be added up."""
    names = [part.name for part, _ in parts]
    if not 0 < len(parts) <= MOST_PARTS:
        raise RequestError(
            f"A measure of {len(parts)} parts cannot be made.",
            remedy=f"Give it 1 to {MOST_PARTS} parts, as in {_EXAMPLE}.",
        )
    for part, weight in parts:
        if names.count(part.name) > 1:
            raise RequestError(f"{part.name} is there twice.", remedy="Give it one weight.")
        if not 0 < weight <= GREATEST_WEIGHT:
            raise RequestError(
                f"{part.name} has a weight of {weight:g}.",
                remedy=f"Weights are above 0 and at most {GREATEST_WEIGHT:g}.",
            )
        if part.intake:
            raise RequestError(
                f"{part.name} says who the pupils are, not what they did.",
                available=[m.name for m in CATALOGUE.values() if not m.intake],
                remedy="Name results only.",
            )
    units = {part.unit for part, _ in parts}
    if len(units) > 1:
        raise RequestError(
            "Percentages and points cannot be added up.",
            remedy="Choose parts that are all of one unit.",
        )


def _construct(parts: list[Measure]) -> str:
    """Return what several parts measure together: progress in all that they cover, or nothing."""
    if len(parts) == 1:
        return parts[0].construct
    if all(part.kind == "progress" for part in parts):
        return "progress"
    constructs = {part.construct for part in parts}
    return constructs.pop() if len(constructs) == 1 else ""
