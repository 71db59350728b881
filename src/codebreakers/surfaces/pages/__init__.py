"""A page before it is drawn: what stands on it, the same for HTML, its JSON twin and static files.

Everything on a page that is a figure is a finding or a cell of a table, so it has passed the gate.
"""

from __future__ import annotations

from dataclasses import dataclass

from codebreakers.findings import Finding, Provenance, Run, Table
from codebreakers.store.locations import Locations
from codebreakers.surfaces.urls import Address

__all__ = ["Choice", "Contact", "Form", "Link", "Page", "Places", "Section"]


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another page.

    Parameters
    ----------
    words : str
        What is read; it says where it leads without what stands around it.
    to : Address
    hint : str
        A line below it.
    """

    words: str
    to: Address
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Words that lead to whoever answers for the pages.

    Parameters
    ----------
    words : str
    href : str
        ``mailto:`` or ``https:``, checked by whoever made it.
    """

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a reader may choose.

    Parameters
    ----------
    name : str
        Its name in the address.
    label : str
        What is read above it.
    kind : str
        ``select``, ``number``, ``range`` or ``text``.
    options : tuple of (str, str)
        For ``select``: value and words.
    default : str
        What is meant where nothing is chosen.
    low, high, step : float
        For a number.
    hint : str
        A line below the label.
    """

    name: str
    label: str
    kind: str = "select"
    options: tuple[tuple[str, str], ...] = ()
    default: str = ""
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """Choices, what was chosen, and the button that asks.

    Parameters
    ----------
    to : Address
        Where it leads; its own choices are taken from the fields.
    choices : tuple of Choice
    chosen : mapping of str to str
    button : str
    live : bool
        Whether the answer is asked for at every change, where the reader's browser can.
    command : str
        What gives the answer on a command line, where no server does.
    """

    to: Address
    choices: tuple[Choice, ...]
    chosen: dict[str, str]
    button: str = "Show"
    live: bool = False
    command: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where schools are, and which releases say so.

    Parameters
    ----------
    schools : Locations
    cited : tuple of Provenance
    """

    schools: Locations
    cited: tuple[Provenance, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a page.

    Parameters
    ----------
    heading : str
        Empty for the part right below the title.
    prose : tuple of str
        Paragraphs that hold no figure.
    said : tuple of Finding
        Findings whose sentences are read.
    table : Table, optional
        Rows, with their notes below.
    pictured : bool
        Whether the charts that `table` can be drawn as stand above its rows.
    places : Places, optional
        Where the schools of `table` are, for a map above its rows.
    links : tuple of Link
    form : Form, optional
    first_rows : int
        Rows shown at first; the others are in the downloads. 0 for all.
    command : str
        What a reader may type to ask for more than the page holds.
    contact : Contact, optional
    """

    heading: str = ""
    prose: tuple[str, ...] = ()
    said: tuple[Finding, ...] = ()
    table: Table | None = None
    pictured: bool = False
    places: Places | None = None
    links: tuple[Link, ...] = ()
    form: Form | None = None
    first_rows: int = 0
    command: str = ""
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Parameters
    ----------
    address : Address
        Where it is, in full: two readers of one address see the same.
    title : str
    sections : tuple of Section
    crumbs : tuple of Link
        The way back.
    years : tuple of int
        The years that the same page is there for.
    indexed : bool
        Whether search engines may list it.
    made_up : bool
        Whether it is about Example England.
    answers : tuple of Table
        Tables whose findings are read and whose rows are not shown.
    """

    address: Address
    title: str
    sections: tuple[Section, ...]
    crumbs: tuple[Link, ...] = ()
    years: tuple[int, ...] = ()
    indexed: bool = True
    made_up: bool = False
    answers: tuple[Table, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables on it, in order, and those whose findings alone are read."""
        shown = (*self.answers, *(s.table for s in self.sections if s.table is not None))
        return tuple({id(table): table for table in shown}.values())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of its tables, and every other that is read, once each."""
        tabled = (finding for table in self.tables for finding in table.findings)
        read = (finding for section in self.sections for finding in section.said)
        return tuple(dict.fromkeys((*tabled, *read)))

    @property
    def sources(self) -> tuple[Provenance, ...]:
        """The releases behind its figures."""
        return tuple(dict.fromkeys(p for f in self.findings for p in f.provenance))

    def to_json(self, run: Run) -> dict[str, object]:
        """Return the twin for programs: the findings and tables, as every JSON answer has them."""
        return {
            "title": self.title,
            "year": self.address.year or None,
            "choices": dict(self.address.choices),
            "made_up": self.made_up,
            "findings": [finding.to_dict() for finding in self.findings],
            "tables": [
                {
                    "id": table.id,
                    "title": table.title,
                    "notes": list(table.notes),
                    "table": table.to_json(run)["table"],
                }
                for table in self.tables
            ],
            "run": run.to_dict(),
        }
