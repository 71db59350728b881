"""What may be said: a figure with its sentence, its caveats and where it came from; rows of them.

Only this room makes a `Finding` or a `Table`, through its gate (`disclosure`). Surfaces accept
nothing else, so no surface can print an unprotected or a bare number.
"""

from __future__ import annotations

import csv
import hashlib
import html
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from codebreakers.errors import UnknownNameError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.sources.england import MADE_UP_COLUMN

__all__ = ["Cell", "Column", "Finding", "Provenance", "Run", "Table", "inert"]

Cell = str | int | float | bool | None | Withheld


@dataclass(frozen=True, slots=True)
class Provenance:
    """One release that a figure was read from.

    Parameters
    ----------
    dataset, title, publisher, licence : str
        The series.
    year : int
        Results year of the release; 0 where it has none.
    file, sha256, status : str
        The file as it was read.
    made_up : bool
        Whether it is about Example England.
    """

    dataset: str
    title: str
    publisher: str
    licence: str
    year: int
    file: str
    sha256: str
    status: str
    made_up: bool

    def to_dict(self) -> dict[str, object]:
        """Return its fields by name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Finding:
    """One figure, and all that has to be said with it.

    Parameters
    ----------
    id : str
        Stable name ("gap.disadvantaged").
    sentence : str
        What may be quoted: it contains its range where there is one.
    figure : Estimate or Withheld
        The figure.
    unit : str
        ``percent``, ``points``, ``pupils``, ``schools``, ``ratio``.
    year : int
        Results year.
    definition : str
        What was counted, of whom, and by which rule.
    caveats : tuple of str
        What would change it: definition, year, sample.
    provenance : tuple of Provenance
        The releases behind it.
    """

    id: str
    sentence: str
    figure: Figure
    unit: str
    year: int
    definition: str
    caveats: tuple[str, ...] = ()
    provenance: tuple[Provenance, ...] = ()

    @property
    def value(self) -> float | None:
        """The figure, or None where it is withheld."""
        return self.figure.value if isinstance(self.figure, Estimate) else None

    def to_dict(self) -> dict[str, object]:
        """Return the form every JSON answer has."""
        figure = self.figure
        said: dict[str, object] = {"id": self.id, "sentence": self.sentence}
        if isinstance(figure, Withheld):
            said |= {"value": None, "withheld": _withheld(figure)}
            said |= {"low": None, "high": None, "level": None, "n": None}
        else:
            said |= {
                "value": figure.value,
                "low": figure.low,
                "high": figure.high,
                "level": figure.level,
                "n": figure.n,
                "method": figure.method,
            }
            if figure.no_interval:
                said["no_interval"] = figure.no_interval
        said |= {
            "unit": self.unit,
            "year": self.year,
            "definition": self.definition,
            "caveats": list(self.caveats),
            "provenance": [p.to_dict() for p in self.provenance],
        }
        return said

    def _repr_html_(self) -> str:
        return f"<p><strong>{html.escape(self.sentence)}</strong></p>"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Its name in CSV and JSON, with its unit ("rate_percent").
    heading : str
        What people read above it.
    decimals : int, optional
        Decimals on a screen; None for words and whole numbers.
    screen : bool
        Whether a terminal has room for it; files always have it.
    """

    name: str
    heading: str
    decimals: int | None = None
    screen: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was: enough to repeat it.

    Parameters
    ----------
    version : str
        Of codebreakers.
    seed : int
        Of everything random.
    store : str
        The store's file name.
    releases : tuple of Provenance
        Every release a figure was read from.
    """

    version: str
    seed: int
    store: str
    releases: tuple[Provenance, ...]

    @property
    def id(self) -> str:
        """What tells it from another run: alike for the same version, seed and files read."""
        read = sorted(release.sha256 for release in self.releases)
        return hashlib.sha256(
            "\n".join((self.version, str(self.seed), *read)).encode()
        ).hexdigest()[:12]

    def to_dict(self) -> dict[str, object]:
        """Return its fields by name."""
        return {
            "id": self.id,
            "version": self.version,
            "seed": self.seed,
            "store": self.store,
            "releases": [r.to_dict() for r in self.releases],
        }


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a question: findings, and the rows behind them.

    Parameters
    ----------
    id, title : str
        Its stable name; what people read above it.
    columns : tuple of Column
        Its columns.
    rows : tuple of tuple
        Cells in the order of `columns`: words, numbers, or `Withheld`.
    findings : tuple of Finding
        What the rows come to.
    notes : tuple of str
        What stands below it.
    made_up : bool
        Whether it is about Example England.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    made_up: bool = False

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, finding: str) -> Finding:
        """Return a finding by its id.

        Raises
        ------
        UnknownNameError
            No finding of this table has that id.
        """
        for one in self.findings:
            if one.id == finding:
                return one
        raise UnknownNameError("finding", finding, [f.id for f in self.findings])

    def column(self, name: str) -> tuple[Cell, ...]:
        """Return one column's cells.

        Raises
        ------
        UnknownNameError
            No column has this name.
        """
        names = [c.name for c in self.columns]
        if name not in names:
            raise UnknownNameError("column", name, names)
        return tuple(row[names.index(name)] for row in self.rows)

    def head(self, count: int) -> Table:
        """Return the table with its first rows only."""
        return replace(self, rows=self.rows[:count])

    def to_dict(self) -> dict[str, list[object]]:
        """Return columns of plain cells; what is withheld is its code.

        ``pandas.DataFrame(table.to_dict())`` works.
        """
        return {
            column.name: [_coded(row[i]) for row in self.rows]
            for i, column in enumerate(self.columns)
        }

    def to_csv(self) -> str:
        """Return the rows as CSV, a header line first; what is withheld is its code."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        names = [column.name for column in self.columns]
        if self.made_up:
            names.append(MADE_UP_COLUMN)
        writer.writerow(names)
        for row in self.rows:
            cells = [inert(_coded(cell)) for cell in row]
            writer.writerow([*cells, "made up"] if self.made_up else cells)
        return out.getvalue()

    def to_frame(self) -> Any:
        """Return the rows as a data frame of pandas, or of Polars where that alone is installed.

        Returns
        -------
        pandas.DataFrame or polars.DataFrame
            Figures are numbers, so what is withheld is missing; the code that stands for it is in
            a column of its own behind (``rate_percent_withheld``), where there is any.

        Raises
        ------
        RequestError
            Neither library is installed.
        """
        from codebreakers.findings.typed import to_frame

        return to_frame(self)

    def to_json(self, run: Run) -> dict[str, object]:
        """Return findings, table and run in the form every JSON answer has."""
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "table": {
                "id": self.id,
                "title": self.title,
                "notes": list(self.notes),
                "made_up": self.made_up,
                "columns": [column.name for column in self.columns],
                "rows": [[_plain(cell) for cell in row] for row in self.rows],
            },
            "run": run.to_dict(),
        }

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(c.heading)}</th>" for c in self.columns)
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(self.shown(row, i))}</td>" for i in range(len(row)))
            + "</tr>"
            for row in self.rows
        )
        return f"<table><caption>{html.escape(self.title)}</caption><tr>{head}</tr>{body}</table>"

    def shown(self, row: tuple[Cell, ...], index: int) -> str:
        """Return one cell as a screen shows it."""
        cell, decimals = row[index], self.columns[index].decimals
        if cell is None:
            return ""
        if isinstance(cell, Withheld):
            return f"not shown: {cell.reason}"
        if isinstance(cell, bool):
            return "yes" if cell else "no"
        if isinstance(cell, float):
            return f"{cell:z,.{decimals or 0}f}"  # never minus nought
        return f"{cell:,}" if isinstance(cell, int) else cell


def _withheld(figure: Withheld) -> Mapping[str, str]:
    return {"code": figure.code, "reason": figure.reason}


def _coded(cell: Cell) -> Any:
    return cell.code if isinstance(cell, Withheld) else cell


def _plain(cell: Cell) -> object:
    if isinstance(cell, Withheld):
        return {"value": None, "withheld": _withheld(cell)}
    if isinstance(cell, float) and not math.isfinite(cell):
        raise ValueError(f"{cell!r} is not a figure: withhold it, with a reason")
    return cell


def inert(cell: object) -> object:
    """Return words that a spreadsheet will not run as a formula, nor take for two lines."""
    if not isinstance(cell, str):
        return cell
    # A carriage return would stand unquoted, and begin a line whose first words are unguarded.
    words = cell.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + words if words[:1] in ("=", "+", "-", "@", "\t", "\n") else words
