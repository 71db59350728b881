"""The tables of pupil records: what columns they have, of what kind, and what may stand in them.

They are a folder of Parquet files, a folder a table and in it a folder a results year:
``DIR/pupils/year=2024/*.parquet`` and ``DIR/entries/year=2024/*.parquet``.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from codebreakers.sources.grades import QUALIFICATIONS

__all__ = ["ENTRIES", "PUPILS", "PUPIL_TABLES", "SUBJECTS", "PupilColumn", "PupilTable"]

SUBJECTS: tuple[str, ...] = (
    *("english", "english_language", "english_literature", "maths"),
    *("combined_science", "core_science", "additional_science"),
    *("biology", "chemistry", "physics", "computer_science"),
    *("history", "geography", "french", "german", "spanish", "other_language", "ancient_language"),
    *("art", "business", "citizenship", "construction", "dance", "design_technology", "drama"),
    *("economics", "engineering", "film", "food", "health", "ict", "law", "media", "music"),
    *("physical_education", "psychology", "religious_studies", "sociology", "sport"),
    *("statistics", "travel", "other"),
)
"""Every subject an entry may be in; what is none of the others is ``other``."""


@dataclass(frozen=True, slots=True)
class PupilColumn:
    """One column of a table of pupil records.

    Parameters
    ----------
    name : str
        Its name.
    kind : str
        ``text``, ``whole`` (a whole number), ``flag`` or ``date``.
    says : str
        What it says, and in what unit.
    allowed : tuple of str
        Every word that may stand in it; empty where any may.
    low, high : int, optional
        The least and the greatest number that may.
    required : bool
        Whether every row has it. Where not, null is "not known".
    """

    name: str
    kind: str
    says: str
    allowed: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class PupilTable:
    """One table of pupil records: its name, its columns, and what tells a row from another."""

    name: str
    columns: tuple[PupilColumn, ...]
    key: tuple[str, ...]


PUPILS = PupilTable(
    "pupils",
    (
        PupilColumn("pupil", "text", "the pupil, in the holder's own form"),
        PupilColumn("school", "text", "URN of the school at the end of key stage 4"),
        PupilColumn("disadvantaged", "flag", "whether the pupil is disadvantaged", required=False),
        PupilColumn(
            "prior_attainment",
            "whole",
            "mean of reading and mathematics at key stage 2, in hundredths of a fine level "
            "(to 2020) or of a scaled score",
            low=0,
            high=12000,
            required=False,
        ),
        PupilColumn("sex", "text", "F or M", ("F", "M"), required=False),
        PupilColumn("eal", "flag", "English as an additional language", required=False),
        PupilColumn(
            "sen", "text", "special needs: none, support, plan", ("N", "K", "E"), required=False
        ),
        PupilColumn("mobile", "flag", "at the school for under two years", required=False),
    ),
    ("pupil",),
)

ENTRIES = PupilTable(
    "entries",
    (
        PupilColumn("pupil", "text", "the pupil, as in pupils"),
        PupilColumn("qualification", "text", "what was sat", QUALIFICATIONS),
        PupilColumn("subject", "text", "its subject", SUBJECTS),
        PupilColumn("grade", "text", "what was awarded: see the grades declared"),
        PupilColumn("size", "whole", "hundredths of a GCSE it is as large as", low=25, high=600),
        PupilColumn("discount_code", "text", "entries that share it overlap, and one counts"),
        PupilColumn("date", "date", "of the series it was sat in"),
    ),
    ("pupil", "discount_code", "date", "qualification"),
)

PUPIL_TABLES: MappingProxyType[str, PupilTable] = MappingProxyType(
    {table.name: table for table in (PUPILS, ENTRIES)}
)
"""Every table by its name."""
