"""codebreakers plan: from a file to answer in to a statement, and the same figures everywhere."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader
from starlette.testclient import TestClient

from codebreakers.errors import RequestError
from codebreakers.measures.catalogue import find
from codebreakers.measures.truth import true_values
from codebreakers.peers.population import population
from codebreakers.profiles.plan import Plan, plan, read_answers
from codebreakers.profiles.plan.template import template
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run
from codebreakers.surfaces.report.plan import plan_document, write_plan
from codebreakers.surfaces.report.word import word_of
from codebreakers.surfaces.web.app import application
from codebreakers.surfaces.web.library import Library

YEAR = 2014
DRAWS = 0  # what moved needs the earlier year alone
HTMX = {"HX-Request": "true"}
HOSTILE = "#panic() *x* $y$ <script>alert(1)</script> {{ 7*7 }} \u202e学\x07 =HYPERLINK(1) \\ \"'"


@pytest.fixture
def ask(example: Store, capsys: pytest.CaptureFixture[str], away: Path) -> Any:
    def asked(*words: str) -> tuple[int, str, str]:
        code = _run(["plan", *words, "--store", str(example.path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


@pytest.fixture(scope="module")
def client(example: Store) -> Iterator[TestClient]:
    with TestClient(application(Library(example), year=YEAR), base_url="http://localhost") as found:
        yield found


@pytest.fixture(scope="module")
def struggling(example: Store) -> str:
    """The school whose true level is furthest below similar schools', as it was planted."""
    people = population(example, YEAR)
    keys, values = true_values(example, YEAR, "TRUE_FIVE_GOOD_DISADVANTAGED")
    true = dict(zip(keys.tolist(), values.tolist(), strict=True))
    pupils = people.take(find("five_good_gcses"), "disadvantaged").pupils
    own = np.array([true.get(key, np.nan) for key in people.keys])
    share = people.take(find("disadvantaged_percent"), "all").values
    # Levels fall as the share rises: what is left of that is the school's own.
    known = ~np.isnan(own) & ~np.isnan(share) & (pupils > 30)
    slope, start = np.polyfit(share[known], own[known], 1)
    left = np.where(known, own - start - slope * share, np.inf)
    return str(people.keys[int(np.argmin(left))])


@pytest.fixture(scope="module")
def made(example: Store, struggling: str) -> Plan:
    return plan(example, struggling, year=YEAR)


@pytest.fixture
def answered(ask: Any, struggling: str) -> Path:
    """A file of answers with a target, a challenge and an activity."""
    assert ask(struggling, "--year", "2014", "--init", "--to", "plan.toml")[0] == 0
    path = Path("plan.toml")
    path.write_text(
        path.read_text("utf-8")
        + '[[challenges]]\ntext = "Reading."\n'
        + '[[targets]]\nof = "result"\nvalue = 95\noutcome = "Nearly all succeed"\n'
        + '[[activities]]\nunder = "teaching"\nwhat = "Training"\napproach = "feedback"\n'
        + "challenges = [1]\ncost_pounds = 1000\n",
        encoding="utf-8",
    )
    return path


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def read_page(client: TestClient, urn: str) -> str:
    markup = client.get(f"/{YEAR}/schools/{urn}/plan", headers=HTMX).text
    return flat(html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def test_a_planted_struggling_school_is_told_where_and_how_many(made: Plan) -> None:
    first = made.priorities[0]
    assert first.verdict == "more than luck explains"
    assert first.finding.unit == "pupils"
    assert (first.finding.figure.low or 0) > 0  # type: ignore[union-attr]
    pupils = [p.finding.value or 0 for p in made.priorities if p.verdict == first.verdict]
    assert pupils == sorted(pupils, reverse=True)
    result = next(one for one in made.priorities if one.line == "result")
    apart = next(f for f in made.page.findings if f.id == "page.difference")
    assert result.finding.value == pytest.approx(
        -(apart.value or 0) * (apart.figure.n or 0) / 100,  # type: ignore[union-attr]
        rel=1e-6,
    )


def test_a_file_is_begun_once_and_written_over_only_when_told(ask: Any, struggling: str) -> None:
    asked = (struggling, "--year", "2014", "--init", "--to", "plan.toml")
    assert ask(*asked)[0] == 0
    Path("plan.toml").write_text(Path("plan.toml").read_text("utf-8") + "# ours\n", "utf-8")
    code, _, err = ask(*asked)
    assert (code, "--force" in err) == (2, True)
    assert Path("plan.toml").read_text("utf-8").endswith("# ours\n")
    assert ask(*asked, "--force")[0] == 0
    assert "# ours" not in Path("plan.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--init",), "--to plan.toml"),
        (("--init", "--to", "plan.docx"), "--to plan.toml"),
        (("--to", "plan.xlsx"), "docx"),
        (("--format", "csv"), "json"),
        (("--format", "json", "--to", "x.pdf"), "Leave out --format"),
        (("--force",), "--init"),
        (("--init", "--answers", "x.toml", "--to", "y.toml"), "Leave out --init"),
        (("--answers", "none.toml"), "cannot be read"),
    ],
)
def test_what_does_not_go_together_is_refused(ask: Any, words: tuple[str, ...], said: str) -> None:
    code, out, err = ask("900001", *words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_mistake_a_budget_over_and_a_target_of_chance_are_said(
    ask: Any, struggling: str, answered: Path
) -> None:
    right = answered.read_text("utf-8")
    answered.write_text(right.replace("carried_forward_pounds", "carried_forwards_pounds"), "utf-8")
    code, _, err = ask(struggling, "--answers", "plan.toml")
    assert code == 2
    assert "'carried_forward_pounds'" in err
    answered.write_text(right.replace("cost_pounds = 1000", "cost_pounds = 99000000"), "utf-8")
    code, _, err = ask(struggling, "--answers", "plan.toml")
    assert code == 2
    assert re.search(r"cost £99,000,000, which is £[\d,]+ more than the £[\d,]+ there is", err)
    answered.write_text(right.replace("value = 95", "value = 1"), "utf-8")
    code, out, err = ask(struggling, "--answers", "plan.toml")
    assert code == 0
    assert "Note: Within what chance alone could give: 1%" in err
    assert "about 99 of 100 years" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 100


def test_a_target_beyond_chance_has_no_warning_and_goes_with_its_range(
    ask: Any, struggling: str, answered: Path
) -> None:
    code, _, err = ask(struggling, "--answers", "plan.toml", "--to", "plan.json")
    assert (code, err) == (0, "")
    found = {f["id"]: f for f in json.loads(Path("plan.json").read_text("utf-8"))["findings"]}
    target = found["plan.target.1"]
    assert target["value"] == 95
    assert target["low"] < target["high"] < 95
    assert "more than luck" in target["sentence"]
    chance = found["plan.chance.result"]
    assert (target["low"], target["high"]) == (chance["low"], chance["high"])


def test_the_word_file_has_headings_headers_alternatives_a_title_and_a_language(
    ask: Any, struggling: str, answered: Path
) -> None:
    assert ask(struggling, "--answers", "plan.toml", "--to", "plan.docx")[0] == 0
    word = docx.Document("plan.docx")
    levels = [
        int(p.style.name.removeprefix("Heading "))
        for p in word.paragraphs
        if p.style is not None and p.style.name.startswith("Heading ")
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    headings = [p.text for p in word.paragraphs if p.style and p.style.name.startswith("Heading")]
    asked_for = [
        "School overview",
        "Funding overview",
        "Part A: Pupil premium strategy plan",
        "Statement of intent",
        "Challenges",
        "Intended outcomes",
        "Activity in this academic year",
        "Total budgeted cost: £1,000",
        "Part B: Review of outcomes in the previous academic year",
        "Externally provided programmes",
    ]
    assert [h for h in headings if h in asked_for] == asked_for
    assert len(word.tables) > 8
    for table in word.tables:
        about = table.rows[0]._tr.trPr
        assert about is not None
        assert about.find(qn("w:tblHeader")) is not None
        assert all(cell.text for cell in table.rows[0].cells)
        assert table._tbl.tblPr.find(qn("w:tblCaption")) is not None
    assert len(word.inline_shapes) == 1
    assert "This school" in word.inline_shapes[0]._inline.docPr.get("descr")
    assert word.core_properties.title.startswith("Pupil premium strategy statement: ")
    assert word.core_properties.language == "en-GB"
    styles = zipfile.ZipFile("plan.docx").read("word/styles.xml").decode()
    assert re.findall(r'w:lang w:val="([^"]+)"', styles) == ["en-GB"]


def test_the_word_files_figures_are_the_web_pages_and_the_pdfs(
    made: Plan, client: TestClient, tmp_path: Path
) -> None:
    page = read_page(client, made.page.urn)
    word = docx.Document(str(write_plan(made, tmp_path / "plan.docx")))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    texts = [p.text for p in word.paragraphs] + cells
    sentences = [f.sentence for part in made.parts for f in part.said]
    assert len(sentences) > 8
    read = PdfReader(write_plan(made, tmp_path / "plan.pdf"))
    pdf = flat("".join(leaf.extract_text() for leaf in read.pages))
    for sentence in sentences:
        assert sentence in texts
        assert flat(sentence) in page
    numbers = [text for text in cells if re.search(r"\d", text)]
    assert len(numbers) > 30
    assert [n for n in numbers if flat(n) not in page and not _is_off_screen(made, n)] == []
    said = flat("".join(sentences))
    assert all(number in pdf for number in re.findall(r"£[\d,]+|\d+%", said))


def _is_off_screen(made: Plan, text: str) -> bool:
    """Whether a cell is of a column that a screen has no room for, and files have."""
    tables = [part.table for part in made.parts if part.table is not None]
    return any(
        table.shown(row, i) == text
        for table in tables
        for row in table.rows
        for i, column in enumerate(table.columns)
        if not column.screen
    )


def test_the_page_is_blank_read_only_and_linked_from_the_schools(
    made: Plan, client: TestClient
) -> None:
    urn = made.page.urn
    markup = client.get(f"/{YEAR}/schools/{urn}/plan", headers=HTMX).text
    assert "<form" not in markup
    assert "To be filled in by the school." in markup
    assert "--init --to plan.toml" in markup
    assert f'href="/{YEAR}/schools/{urn}/plan"' in client.get(f"/{YEAR}/schools/{urn}").text
    twin = client.get(f"/{YEAR}/schools/{urn}/plan.json").json()
    assert {f["id"]: f["value"] for f in twin["findings"]} == {f.id: f.value for f in made.findings}


def test_hostile_words_are_words_in_every_form(
    example: Store, struggling: str, answered: Path, tmp_path: Path
) -> None:
    given = read_answers(answered)
    statement = {"intent": HOSTILE, "lead": HOSTILE}
    found = plan(example, struggling, answers=replace(given, statement=statement))
    for form in ("docx", "pdf", "html", "json"):
        write_plan(found, tmp_path / f"x.{form}")
    assert "<script" not in (tmp_path / "x.html").read_text("utf-8")
    word = docx.Document(io.BytesIO(word_of(plan_document(found))))
    shown = next(p.text for p in word.paragraphs if p.text.startswith("#panic()"))
    assert "<script>alert(1)</script> {{ 7*7 }}" in shown
    assert "\u202e" not in shown
    name = f'x\n[funding]\n"""{HOSTILE}'
    begun = tmp_path / "begun.toml"
    begun.write_text(template(replace(found, page=replace(found.page, name=name))), "utf-8")
    assert read_answers(begun).statement == {}


def test_next_year_says_what_moved_and_whether_that_is_more_than_chance(
    example: Store, struggling: str, answered: Path, tmp_path: Path
) -> None:
    last = read_answers(answered)
    found = plan(example, struggling, year=YEAR + 1, last=last, draws=DRAWS)
    (moved,) = found.moved
    assert moved.id == "plan.moved.result"
    assert "The target of 95% was not met." in moved.sentence
    within = "No more than chance" in moved.sentence
    figure: Any = moved.figure
    assert within == (figure.low <= figure.value <= figure.high)
    assert within or "More than chance" in moved.sentence
    earlier = replace(last, year=2013)
    (broken,) = plan(example, struggling, year=YEAR, last=earlier, draws=DRAWS).moved
    assert broken.value is None
    assert "the rules changed in between" in broken.sentence
    assert "target is not held against that" in broken.sentence
    with pytest.raises(RequestError, match="Name the plan of an earlier year"):
        plan(example, struggling, year=YEAR, last=last, draws=DRAWS)
    with pytest.raises(RequestError, match="plan of the school with URN 1"):
        plan(example, struggling, year=YEAR, last=replace(last, urn="1"), draws=DRAWS)
