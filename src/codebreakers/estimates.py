"""A number with its interval, or the reason there is none.

``Estimate`` and ``Withheld`` are the only two things a figure can be. A withheld figure is a value
in its own right: it is never zero, never NaN and never an empty string.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PUBLISHED", "REASONS", "Estimate", "Figure", "Withheld"]

# What each publisher's code means, in our words. Codes are kept exactly as published.
PUBLISHED: dict[str, str] = {
    "SUPP": "too few pupils to publish",
    "NE": "the school entered no pupils",
    "NA": "does not apply to this school",
    "N/A": "does not apply to this school",
    "NP": "not published",
    "NPT": "not published",
    "LOWCOV": "too few of the pupils could be matched to earlier results",
    "DNS": "the school did not submit it",
    "LT11": "fewer than 11 pupils",
    "LT50PC": "less than half the cohort could be matched to earlier results",
    "NOTREQ": "the school was not required to provide it",
    "NEW": "a new school, with no earlier results",
    "UNAVAIL": "not available",
    "ABSLOW": "too low to publish",
    "SP": "withheld so that a small number cannot be worked out",
    "!": "marked as unreliable by the publisher",
    ".": "no figure was given",
    "z": "does not apply to this school",
    "x": "not available",
    "c": "too few pupils to publish",
    "low": "rounds to 0",
    "k": "rounds to 0",
    "u": "too unreliable to publish",
}

# Every code that a figure may be withheld with: after those of publishers, those of our own.
REASONS: dict[str, str] = PUBLISHED | {
    "blank": "left blank in the published file",
    "not-held": "not in the tables held",
    "small": "fewer than 10 pupils",
    "guarded": "fewer than 10 pupils, or it would tell of them",
    "no-peers": "there is no other school that it may be compared with",
    "no-match": "no group of similar schools, because a feature is missing",
    "few-years": "too few years of results",
    "not-asked": "not asked for",
    "few": "fewer than 10 respondents",
    "few-schools": "fewer than 10 schools",
    "beside": "a smaller group could be worked out from it",
    "no-answer": "those asked gave no answer",
    "not-applicable": "nobody here was asked",
    "not-tested": "cannot be tested",
    "break": "the rules changed in between",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, what it was made from, and how far it can be trusted.

    Parameters
    ----------
    value : float
        The figure, at full precision, in the unit of whatever carries it.
    low, high : float, optional
        The ends of the interval at `level`; None where there is no interval.
    level : float, optional
        The level of the interval, 0.95 for 95%.
    n : int, optional
        Pupils (or schools, where the finding counts schools) behind the figure.
    method : str
        How it was computed, in a few words.
    seed : int, optional
        The seed of anything random in it.
    no_interval : str
        Why there is no interval, where there is none and one would be expected.
    """

    value: float
    low: float | None = None
    high: float | None = None
    level: float | None = None
    n: int | None = None
    method: str = ""
    seed: int | None = None
    no_interval: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A figure that is not shown, and why.

    Parameters
    ----------
    code : str
        The publisher's code exactly as published, or one of ours.
    reason : str, optional
        What the code means; looked up in `REASONS` where not given.
    """

    code: str
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.reason:
            said = REASONS.get(self.code) or f"the publisher printed {self.code!r} instead"
            object.__setattr__(self, "reason", said)


Figure = Estimate | Withheld
