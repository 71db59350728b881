"""Make ``ks4_columns.csv`` from the publisher's yearly dictionaries of the school tables.

Usage::

    python scripts/ks4_columns.py DATA_FOLDER [OUTPUT]

DATA_FOLDER holds ``dfe/<academic year>/ks4_meta.csv`` and ``ks4provisional_meta.csv``. Each column
name is kept once, in capitals, with the results years that declare it, the pupils it counts and
the kind of number it holds. The sentences of the dictionaries are read and not kept.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "src" / "codebreakers" / "sources" / "ks4_columns.csv"
FILES = {"": "ks4_meta.csv", "p": "ks4provisional_meta.csv"}

# Columns that are names and places, and those that are code lists, whatever the sentence says.
TEXT = frozenset(
    [
        "SCHNAME",
        "SCHNAME_AC",
        "ADDRESS1",
        "ADDRESS2",
        "ADDRESS3",
        "TOWN",
        "PCODE",
        "TELNUM",
        "AGERANGE",
        "PCON_NAME",
    ]
)
CODE = frozenset(
    [
        "RECTYPE",
        "ALPHAIND",
        "LEA",
        "ESTAB",
        "URN",
        "ICLOSE",
        "NFTYPE",
        "RELDENOM",
        "ADMPOL",
        "ADMPOL_2017",
        "ADMPOL_18",
        "ADMPOL_PT",
        "EGENDER",
        "CONFEXAM",
        "PCON_CODE",
        "P8_BANDING",
    ]
)

# What a sentence says of the pupils counted, in the order it is looked for.
GROUPS = (
    (
        "other",
        r"non[- ]?disadvantaged|not disadvantaged|non[- ]fsm|not identified as disadvantaged",
    ),
    ("disadvantaged", r"disadvantaged|eligible for free school meals|\bfsm\b"),
    ("low", r"\b(low(er)? prior|low attainers|prior attainment band: low)"),
    ("middle", r"\b(middle|average|medium) prior"),
    ("high", r"\bhigh(er)? prior"),
    ("boys", r"\bboys?\b"),
    ("girls", r"\bgirls?\b"),
    ("eal", r"english (is|as) an additional language|\beal\b"),
    ("non_mobile", r"non[- ]?mobile"),
)

# How a sentence about each kind of number begins; the first that fits.
KINDS = (
    ("number", r"average number of|total volume of"),
    ("pupils", r"(total )?number of|total (boys|girls) on roll"),
    ("percent", r"percentage|%|coverage|three year percentage|ebacc (entered|achieved) %"),
    ("points", r"gap |difference between|.*progress 8|progress measure"),
    (
        "score",
        (
            r".*(value added|baccalaureate \w+ value (upper|lower)|\bva measure|score|points"
            r"|attainment 8)"
        ),
    ),
)


def declared(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (column, year, sentence) of every dictionary; a provisional year is ``2016p``."""
    for mark, name in FILES.items():
        for path in sorted(folder.glob(f"dfe/*/{name}")):
            year = path.parent.name[5:] + mark
            text = path.read_bytes()
            try:
                decoded = text.decode("utf-8-sig")
            except UnicodeDecodeError:
                decoded = text.decode("cp1252")
            # One year ends its lines with a bare carriage return.
            lines = io.StringIO(decoded.replace("\r\n", "\n").replace("\r", "\n"))
            for row in csv.DictReader(lines):
                if column := (row["Metafile heading"] or "").strip().upper():
                    yield column, year, " ".join((row["Metafile description"] or "").split())


def group_of(sentence: str) -> str:
    """Return the pupils a sentence counts; a gap is of the disadvantaged pupils it is a gap for."""
    said = sentence.casefold()
    found = []
    for name, pattern in GROUPS:
        said, times = re.subn(pattern, " ", said)
        if times:
            found.append(name)
    if {"other", "disadvantaged"} <= set(found):
        found.remove("other" if re.match(r"gap |difference", said) else "disadvantaged")
    return "-".join(found) or "all"


def kind_of(column: str, sentence: str) -> str:
    """Return the kind of value a column holds."""
    said = sentence.casefold().replace("95% confidence", "confidence")
    if column in TEXT or column.startswith("AVGRD"):
        return "text"
    if column in CODE or re.match(r"indicates|.*\bflag\b|.*teacher assessments used", said):
        return "code"
    for kind, pattern in KINDS:
        if re.match(pattern, said):
            return kind
    raise SystemExit(f"{column}: nothing says what kind it is: {sentence!r}")


def spans(years: Iterable[str]) -> str:
    """Return years as ``2011-2013;2015``, runs written by their ends; provisional ones last."""
    parts: list[str] = []
    for mark in FILES:
        have = sorted(int(y[:4]) for y in years if y[4:] == mark)
        runs: list[list[int]] = []
        for year in have:
            if runs and year == runs[-1][-1] + 1:
                runs[-1].append(year)
            else:
                runs.append([year])
        parts += [f"{r[0]}-{r[-1]}{mark}" if len(r) > 1 else f"{r[0]}{mark}" for r in runs]
    return ";".join(parts)


def main() -> None:
    """Write the columns, or stop where two years say different things of one."""
    folder = Path(sys.argv[1])
    output = Path(sys.argv[2]) if len(sys.argv) > 2 else OUTPUT
    years: dict[str, list[str]] = defaultdict(list)
    meanings: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for column, year, sentence in declared(folder):
        years[column].append(year)
        meanings[column].add((group_of(sentence), kind_of(column, sentence)))
    with output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["column", "years", "group", "kind"])
        for column, said in meanings.items():
            if len(said) > 1:
                raise SystemExit(f"{column}: the years disagree: {sorted(said)}")
            writer.writerow([column, spans(years[column]), *said.pop()])


if __name__ == "__main__":
    main()
