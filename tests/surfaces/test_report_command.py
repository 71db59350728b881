"""Reports: page one on one side, tagged, the same every time, and nothing in a name is markup."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.peers.population import Scope, population
from codebreakers.profiles.national_report import NationalReport, national_report
from codebreakers.profiles.page_one import PageOne, page_one
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run
from codebreakers.surfaces.report import FORMS, rendered, write_report
from codebreakers.surfaces.report.folder import LEDGER, write_reports
from codebreakers.surfaces.report.lettering import lettered

YEAR = 2013
A4 = (595, 842)
HOSTILE = "#panic()\n*x* $y$ <script>alert(1)</script> {{ 7*7 }} \u202e学校😀\x07 @a [b] \\ \"'"


@pytest.fixture(scope="module")
def page(example: Store) -> PageOne:
    return page_one(example, str(population(example, YEAR).keys[0]), year=YEAR)


@pytest.fixture(scope="module")
def year(example: Store) -> NationalReport:
    return national_report(example, year=YEAR, draws=50)


@pytest.fixture(scope="module")
def year_html(year: NationalReport) -> str:
    return rendered(year, "html").decode()


@pytest.fixture(scope="module")
def page_html(page: PageOne) -> str:
    return rendered(page, "html").decode()


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def pdf(what: PageOne | NationalReport) -> PdfReader:
    return PdfReader(io.BytesIO(rendered(what, "pdf")))


def test_page_one_is_one_side_of_a4_for_every_school(example: Store) -> None:
    with example.reading():
        for urn in population(example, YEAR).keys[::16]:
            page = page_one(example, str(urn), year=YEAR)
            document = pdf(page)
            first = squeezed(document.pages[0].extract_text())
            assert tuple(round(x) for x in document.pages[0].mediabox[2:]) == A4
            for block in page.blocks:
                for words in (*(f.sentence for f in block.said), *block.words):
                    assert squeezed(words) in first, (urn, block.id, words)
            assert squeezed("How each figure was made") not in first
            assert squeezed("How each figure was made") in squeezed(
                document.pages[1].extract_text()
            )


def test_the_pdf_is_tagged_and_has_title_language_and_alternatives(page: PageOne) -> None:
    document = pdf(page)
    root: Any = document.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en-GB"
    assert document.metadata is not None
    assert document.metadata.title == page.title
    assert b"pdfuaid" in root["/Metadata"].get_data()
    alternatives = list(_alternatives(root["/StructTreeRoot"]))
    assert any("Similar schools" in words for words in alternatives)


def _alternatives(node: Any) -> Any:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for kid in node:
            yield from _alternatives(kid)
    elif hasattr(node, "get"):
        if "/Alt" in node:
            yield str(node["/Alt"])
        if "/K" in node:
            yield from _alternatives(node["/K"])


def test_its_fonts_are_in_it(page: PageOne) -> None:
    resources: Any = pdf(page).pages[0]["/Resources"]
    fonts = [font.get_object() for font in resources["/Font"].values()]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"])


@pytest.mark.parametrize("form", FORMS)
def test_the_same_report_is_the_same_file(page: PageOne, form: str) -> None:
    assert rendered(page, form) == rendered(page, form)


class Seen(HTMLParser):
    """Tags, and every attribute that could ask for something from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.asks: list[str] = []
        self.lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "srcset") and value[:1] != "#":  # type: ignore[index]
                self.asks.append(f"{tag} {name}={value}")
            if name.startswith("on"):
                self.asks.append(name)
            if (tag, name) == ("html", "lang"):
                self.lang = value or ""


@pytest.mark.parametrize("kind", ["page_html", "year_html"])
def test_html_stands_alone(kind: str, request: pytest.FixtureRequest) -> None:
    text = request.getfixturevalue(kind)
    seen = Seen()
    seen.feed(text)
    assert seen.asks == []
    assert not {"script", "link", "iframe", "img", "object", "base"} & set(seen.tags)
    assert seen.tags.count("h1") == 1
    assert seen.lang == "en-GB"
    assert "@media print" in text
    assert "url(" not in text
    assert "@import" not in text
    assert "made-up country" in text
    assert "Not an official statistic" in text


def _named(page: PageOne, name: str) -> PageOne:
    """The page of a school of another name, which stands in its words and rows too."""
    first = page.blocks[0]
    said = say(
        "page.since",
        f"It is called {name}.",
        first.said[1].figure,
        unit="events",
        year=page.year,
        definition=name,
        counts="events",
    )
    school = tabulate(
        "school",
        f"{name}  here",
        page.school.columns,
        page.school.rows,
        findings=page.school.findings,
        made_up=True,
    )
    blocks = (replace(first, said=(first.said[0], said)), *page.blocks[1:])
    return replace(page, name=name, place=name, blocks=blocks, school=school)


def test_a_hostile_name_is_only_a_name(page: PageOne) -> None:
    hostile = _named(page, HOSTILE)
    text = " ".join(p.extract_text() for p in pdf(hostile).pages)
    assert squeezed("#panic()*x*$y$<script>alert(1)</script>{{7*7}}") in squeezed(text)
    html = rendered(hostile, "html").decode()
    seen = Seen()
    seen.feed(html)
    assert "script" not in seen.tags
    assert "{{ 7*7 }}" in html
    assert "\u202e" not in html
    assert "\x07" not in html


def test_a_long_name_leaves_page_one_on_one_side(page: PageOne) -> None:
    document = pdf(_named(page, "Saint Very Long Name of a Place " * 40))
    assert "Not an official statistic" in document.pages[0].extract_text()
    assert squeezed("How each figure") in squeezed(document.pages[1].extract_text())


def test_letters_that_no_font_has_are_shown_as_lacking() -> None:
    assert lettered("Sainte-Chapelle é Łódź Ω Я €") == "Sainte-Chapelle é Łódź Ω Я €"
    assert lettered("a学b\u0301😀\u202e\x07") == "a\ufffdb\u0301\ufffd".replace(
        "b\u0301", "b\ufffd"
    )
    assert lettered("x" * 50, 10) == "x" * 9 + "…"


def test_page_one_of_the_national_report_answers_in_short(year: NationalReport) -> None:
    first = squeezed(pdf(year).pages[0].extract_text())
    assert len(year.in_short) >= 4
    for asked, said in year.in_short:
        assert squeezed(asked) in first
        for finding in said:
            assert finding.year in (YEAR, None)
            assert squeezed(finding.sentence) in first


def test_the_national_report_has_its_chapters_and_their_figures(
    year: NationalReport, year_html: str
) -> None:
    document = pdf(year)
    text = squeezed(" ".join(p.extract_text() for p in document.pages))
    assert document.metadata is not None
    assert document.metadata.title == year.title
    for chapter in year.chapters:
        assert squeezed(chapter.heading) in text
        for finding in chapter.said:
            assert squeezed(finding.sentence) in text, finding.id
    assert year_html.count("<svg") >= 4
    assert year_html.count('class="chapter"') == len(year.chapters)


def test_a_report_is_written_whole_or_not_at_all(page: PageOne, tmp_path: Path) -> None:
    file = write_report(page, tmp_path / "school.pdf")
    assert file.read_bytes().startswith(b"%PDF")
    assert list(tmp_path.iterdir()) == [file]
    with pytest.raises(UnknownNameError, match=r"form of a report"):
        write_report(page, tmp_path / "school.docx")
    with pytest.raises(RequestError, match="no folder"):
        write_report(page, tmp_path / "nowhere" / "school.pdf")


def test_a_folder_is_resumed_and_nothing_is_made_twice(example: Store, tmp_path: Path) -> None:
    urns = tuple(str(urn) for urn in population(example, YEAR).keys[:4])
    folder, names = tmp_path / "new" / "folder", []

    def write(*schools: str) -> tuple[int, int]:
        written = write_reports(
            example,
            folder,
            Scope(schools),
            form="html",
            year=YEAR,
            started=lambda count: names.append(str(count)) or names.append,  # type: ignore[func-returns-value]
        )
        return written.made, written.unchanged

    assert write(*urns[:2]) == (2, 0)
    assert names[0] == "2"
    assert len(names) == 3
    assert write(*urns) == (2, 2)
    files = sorted(p for p in folder.iterdir() if p.suffix == ".html")
    assert [p.name[:6] for p in files] == list(urns)
    files[0].write_text("changed by hand")
    files[1].unlink()
    with (folder / LEDGER).open("a") as ledger:
        ledger.write('{"file": "cut sho')  # as a process that was killed leaves it
    assert write(*urns) == (2, 2)
    assert "by hand" not in files[0].read_text()
    assert write(*urns) == (0, 4)


def test_the_command_writes_one_school_and_a_folder(
    example: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = 2018  # its tables do not let chance be allowed for
    urn = str(population(example, quick).keys[3])
    asked = ["--year", str(quick), "--store", str(example.path), "--quiet", "--to"]
    assert _run(["report", urn, *asked, str(tmp_path / "one.html")]) == 0
    assert (tmp_path / "one.html").read_text().count("<h1>") == 1
    listed = tmp_path / "list.csv"
    listed.write_text(f"URN\n{urn}\n999999\n")
    folder = tmp_path / "many"
    assert _run(["report", "--schools", str(listed), *asked, str(folder)]) == 0
    out = capsys.readouterr().out
    assert "1 written" in out
    assert "999999" in out
    assert [p.suffix for p in sorted(folder.iterdir())] == [".pdf", ".jsonl"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["900001", "--authority", "Anywhere", "--to", "x.pdf"], "a list of schools too"),
        (["--authority", "Anywhere", "--to", "x.pdf"], "named as a file"),
        (["--to", "x.docx"], "form of a report"),
        (["--to", "x.pdf", "--as", "docx"], "form of a report"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    words: list[str], said: str, example: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(["report", *words, "--store", str(example.path)]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
