"""Reading what ``write_example`` wrote."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt

Row = dict[str, str]
YEARS = range(2011, 2019)


def decode(path: Path) -> str:
    raw = path.read_bytes()
    return raw.decode("utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "cp1252")


def read(path: Path) -> list[Row]:
    return list(csv.DictReader(decode(path).splitlines()))


def tree(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def ks4_path(folder: Path, year: int) -> Path:
    name = "england_ks4.csv" if year < 2016 else "england_ks4final.csv"
    return folder / f"{year - 1}-{year}" / name


def schools_of(folder: Path, year: int) -> list[Row]:
    return [row for row in read(ks4_path(folder, year)) if row["RECTYPE"] in "12"]


def truth_of(folder: Path, year: int) -> dict[str, Row]:
    rows = read(folder / "truth" / f"{year - 1}-{year}" / "truth.csv")
    return {row["URN"]: row for row in rows}


def numbers(rows: list[Row], name: str) -> npt.NDArray[np.float64]:
    def one(text: str) -> float:
        try:
            return float(text.removesuffix("%"))
        except ValueError:
            return np.nan

    return np.array([one(row[name]) for row in rows])


def disadvantaged(year: int) -> tuple[str, str]:
    return ("FSMCLA", "FSM") if year < 2015 else ("FSM6CLA1A", "FSM6CLA1A")


def five_good(year: int) -> str:
    return "" if year < 2014 else "_PTQ" if year < 2015 else "_PTQ_EE"


def links(folder: Path) -> list[Row]:
    return read(folder / "gias" / "links_edubasealldata.csv")
