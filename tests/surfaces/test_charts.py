"""Charts: what stands with each, what may be in its SVG, and that nothing withheld is drawn."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from xml.etree import ElementTree

import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Column, Finding, Provenance, Table
from codebreakers.findings.disclosure import cite, say, tabulate
from codebreakers.profiles.school import peers, school
from codebreakers.questions.codebreakers import breakers
from codebreakers.questions.floor import floor
from codebreakers.questions.gaps import gaps
from codebreakers.questions.league import league
from codebreakers.questions.lottery import lottery
from codebreakers.questions.potential import potential
from codebreakers.store import Store
from codebreakers.store.locations import locations
from codebreakers.surfaces.charts import LONGEST_TITLE, Chart, ink
from codebreakers.surfaces.charts.catalogue import CHARTS, draw, fitting
from codebreakers.surfaces.charts.curves import choices
from codebreakers.surfaces.charts.grid import grid
from codebreakers.surfaces.charts.listings import MOST, schools
from codebreakers.surfaces.charts.map_labels import placed
from codebreakers.surfaces.charts.maps import school_map
from codebreakers.surfaces.charts.rendering import pdf, png, svg
from codebreakers.surfaces.charts.safe_svg import drawing_of
from codebreakers.surfaces.charts.strips import beside, place
from codebreakers.surfaces.charts.words import plain
from codebreakers.surfaces.charts.years import trend

FEW = 60
SVG = "{http://www.w3.org/2000/svg}"
NAMES = (
    '<script>alert("x")</script>',
    'St Mary\'s "Quoted" & <b>Bold</b> School',
    "\u202eloohcS desreveR\u202c \u2066Academy\u2069\x00\x1b",
    "Very Long School " * 20,
    "]]> -->' onload='x",
)


# Tables to draw -------------------------------------------------------------------------------


def published(year: int = 2013) -> tuple[Provenance, ...]:
    return (
        Provenance(
            "ks4", "Results", "The Department", "A licence", year, "x.csv", "0" * 64, "", False
        ),
    )


def finding(id_: str, figure: Figure, unit: str = "schools", said: str = "Said.") -> Finding:
    return say(
        id_,
        said,
        figure,
        unit=unit,
        year=2013,
        definition="Defined.",
        provenance=published(),
        counts="schools",
    )


def listed(rows: list[tuple[object, ...]]) -> Table:
    """A list of schools as `breakers` returns it, in its drawn columns."""
    columns = [
        Column("school_urn", "URN"),
        Column("school_name", "School"),
        Column("authority", "Authority"),
        Column("region", "Region"),
        Column("rate", "Result", 0),
        Column("level", "Allowing for chance", 0),
        Column("low", "From", 0),
        Column("high", "To", 0),
        Column("grade", "Grade"),
    ]
    count = finding("breakers.count", Estimate(len(rows), n=len(rows)))
    return tabulate("breakers", "Schools", columns, rows, findings=[count])  # type: ignore[arg-type]


def hostile() -> Table:
    return listed(
        [
            (str(100000 + i), name, name, name, 60.0, 50.0, 40.0 - i, 60.0, "likely")
            for i, name in enumerate(NAMES)
        ]
    )


def curve(values: list[float], limit: float = 10.0) -> Table:
    """A specification curve, as `robustness` returns it, in its drawn columns."""
    columns = (
        Column("specification", "Set"),
        Column("figure_percent", "Percent", 1),
        Column("stands", "Stands"),
        Column("default", "Usual"),
    )
    rows = [(i, v, v >= limit, i == 1) for i, v in enumerate(sorted(values))]
    unanswered = (len(values), Withheld("no-match"), None, False)
    found = [
        finding(f"robustness.{name}", Estimate(limit), "percent", f"{name}: 1 of 2.")
        for name in ("stands", "default", "lowest", "median", "highest", "limit")
    ]
    return tabulate("robustness", "Choices", columns, [*rows, unanswered], findings=found)


def cells(value: Callable[[int, int], Figure | float]) -> Table:
    """A grid as `workforce` returns it, in its drawn columns."""
    columns = (
        Column("free_meals_fifth", "Free meals"),
        *(Column(f"result_fifth_{i}_pupils_a_teacher", f"{i}", 1) for i in range(1, 6)),
        Column("all_pupils_a_teacher", "All", 1),
        *(Column(f"result_fifth_{i}_schools", f"{i}") for i in range(1, 6)),
    )
    rows = [
        (f"fifth {i + 1}", *(value(i, j) for j in range(5)), 99.0, *(30 + j for j in range(5)))
        for i in range(5)
    ]
    rows.append(("all", *[98.0] * 5, 97.0, *[150] * 5))
    slope = finding("workforce.ratio.slope", Estimate(1.0), said="The slope is 1 (0.5 to 1.5).")
    return tabulate("workforce", "Staff: 2012/13", columns, rows, findings=[slope])


@pytest.fixture(scope="module")
def tables(example: Store) -> dict[str, Table]:
    """What each chart is drawn of, for Example England."""
    with example.reading():
        listing = breakers(example, year=2013, draws=FEW, everyone=True)
        spread = lottery(example, year=2013, draws=FEW)
        more = potential(example, year=2013, by="region", draws=FEW, tie_orders=0)
        one = school(example, str(listing.column("school_urn")[0]), year=2013, draws=FEW)
        # What a nation's table finds: that of its questions.
        every = [*listing.findings, *more.findings, *spread.findings]
        return {
            "national": tabulate("national", "", (), (), findings=every, made_up=True),
            "destiny": spread,
            "dots": listing.head(12),
            "more-pupils": more,
            "gaps-by-area": gaps(example, year=2013, by="region", draws=FEW),
            "trend": gaps(example, years=range(2010, 2026)),
            "falls": league(example, year=2016, draws=FEW),
            "ranks": league(example, by="school", draws=FEW).head(12),
            "choices": curve([8.0, 9.0, 12.0, 20.0]),
            "below-the-floor": floor(example, years=(2010, *range(2013, 2016)), draws=0),
            "grid": cells(lambda i, j: 15.0 + i + j),
            "strip": one,
            "place": one,
        }


@pytest.fixture(scope="module")
def charts(tables: dict[str, Table], example: Store) -> dict[str, Chart]:
    """Every chart there is."""
    made = {name: draw(name, tables[name]) for name in CHARTS}
    where = locations(example)
    cited = cite(example.releases(), where.releases)
    made["map"] = school_map(tables["dots"], where, cited)
    return made


@pytest.fixture(scope="module")
def drawings(charts: dict[str, Chart]) -> dict[str, str]:
    """Every chart as SVG."""
    return {name: svg(chart) for name, chart in charts.items()}


# Colours and words ----------------------------------------------------------------------------


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_colour_stands_out_from_the_ground() -> None:
    assert len(ink.PALETTE) == 4
    assert all(contrast(colour, ink.GROUND) >= 3 for colour in ink.PALETTE)
    assert contrast(ink.INK, ink.GROUND) >= 7


def test_marks_are_of_the_four_colours_alone(drawings: dict[str, str]) -> None:
    allowed = {*ink.PALETTE, ink.GROUND, ink.INK, ink.PALE, "none", "white"}
    for name, drawn in drawings.items():
        used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn))
        if name != "grid":
            assert {u if u in ("none", "white") else u.upper() for u in used} <= allowed, name


def test_words_are_read_on_the_darkest_cell(drawings: dict[str, str]) -> None:
    shades = re.findall(r'fill="(#[0-9A-Fa-f]{6})"', drawings["grid"])
    assert len(set(shades)) > 5
    assert all(contrast(ink.INK, shade) >= 4.5 for shade in shades if shade != ink.INK)


def test_series_are_told_apart_by_shape_too() -> None:
    from codebreakers.surfaces.charts import curves, listings, national, strips, years

    for module in (curves, listings, national, strips, years):
        series = [s for s in vars(module).values() if isinstance(s, ink.Series)]
        assert series
        assert all(s.colour in ink.PALETTE for s in series)
    kept = [strips._OURS, strips._ALIKE, strips._OTHERS, strips._ALL]
    assert len({s.shape for s in kept}) == len({s.colour for s in kept}) == 4


def test_every_chart_has_all_that_stands_with_one(charts: dict[str, Chart]) -> None:
    for name, chart in charts.items():
        assert 0 < len(chart.title.split()) <= LONGEST_TITLE, name
        assert chart.table.rows or chart.table.findings, name
        assert chart.alternative.strip(), name
        assert chart.source.startswith("Source: "), name
        assert re.search(r"\d", chart.alternative), name


def test_a_made_up_country_is_said_to_be(
    charts: dict[str, Chart], drawings: dict[str, str]
) -> None:
    for name, chart in charts.items():
        if chart.table.made_up:
            assert "made up" in chart.source, name
            assert "made up" in re.sub(r"<[^>]*>", " ", drawings[name].partition("</desc>")[2]), (
                name
            )


def test_a_publisher_and_its_licence_are_named() -> None:
    source = schools(hostile()).source
    assert "The Department, Results, 2012/13, A licence" in source
    assert "not an official statistic" in source


def test_a_chart_without_a_source_is_not_drawn() -> None:
    table = tabulate("breakers", "Schools", (Column("rate", "Result"),), [(1.0,)])
    with pytest.raises(CannotAnswerError, match="where its figures are from"):
        schools(table)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "one two three four five six seven eight nine ten eleven"), ("alternative", " "),
     ("source", ""), ("spec", None)],
)  # fmt: skip
def test_what_has_to_stand_with_a_chart_cannot_be_left_out(field: str, value: object) -> None:
    chart = schools(hostile())
    given = {f.name: getattr(chart, f.name) for f in fields(Chart)} | {field: value}
    with pytest.raises(ValueError, match=r"title|without|specification"):
        Chart(**given)


def test_every_specification_is_vega_lite_and_holds_its_data(charts: dict[str, Chart]) -> None:
    import altair as alt
    import jsonschema

    for name, chart in charts.items():
        if chart.spec is not None:
            kind = alt.VConcatChart if "vconcat" in chart.spec else alt.LayerChart
            kind.validate(dict(chart.spec))
            with pytest.raises(jsonschema.ValidationError):
                kind.validate({**chart.spec, "layer": "none", "vconcat": "none"})
            assert '"url"' not in json.dumps(chart.spec), name


# What is in the SVG ---------------------------------------------------------------------------


def assert_safe(drawn: str) -> None:
    root = ElementTree.fromstring(drawn)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby", "").split() == ids
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    shapes = {"svg", "title", "desc", "g", "path", "rect", "line", "text", "tspan"}
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in shapes
        for attribute, value in element.attrib.items():
            assert not attribute.lower().startswith(("on", "style", "class", "href", "{"))
            assert not re.search(r"url\(|https?:|javascript:|data:", value)


def test_nothing_in_an_svg_is_styled_run_or_loaded(drawings: dict[str, str]) -> None:
    for drawn in drawings.values():
        assert_safe(drawn)


@pytest.mark.parametrize(
    "inside",
    ["<style>*{}</style>", "<script/>", '<image href="x"/>', '<rect style="fill:red"/>',
     '<a href="https://example.org"><text>x</text></a>', '<rect fill="url(#x)"/>',
     '<rect onclick="x()"/>', "<foreignObject/>"],
)  # fmt: skip
def test_what_may_not_stand_in_a_page_is_an_error(inside: str) -> None:
    with pytest.raises(ValueError, match="may not"):
        drawing_of(f'<svg xmlns="{SVG[1:-1]}" width="1" height="1">{inside}</svg>')


@pytest.mark.parametrize("caption", [True, False])
def test_hostile_names_are_words_and_nothing_else(caption: bool) -> None:
    drawn = svg(schools(hostile()), caption=caption)
    assert_safe(drawn)
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x1b]", drawn)
    widest = max(float(w) for w in re.findall(r'<svg[^>]* width="([\d.]+)"', drawn))
    assert widest <= ink.WIDTH + 4


def test_a_long_name_is_cut_and_keeps_its_authority() -> None:
    row = ("1", "Very Long School " * 20, "Kent", "South East", 60.0, 50.0, 40.0, 60.0, "likely")
    chart = schools(listed([row]))
    assert "…, Kent" in chart.alternative
    assert len(plain("x" * 300)) == len(plain("x" * 299)) < 100


def test_hostile_names_in_strips_and_maps_are_words(example: Store) -> None:
    where = locations(example)
    rows = [
        (key, name, name, name, 60.0, 50.0, 40.0, 60.0, "likely")
        for key, name in zip(where.keys.tolist(), NAMES, strict=False)
    ]
    assert_safe(svg(school_map(listed(rows), where)))
    title = f"{NAMES[0]}  Town  URN 1"
    found = [finding("school.rate", Estimate(50.0, 40.0, 60.0, n=50), "percent")]
    found += [finding(f"school.{n}", Estimate(50.0), "percent") for n in ("similar", "england")]
    table = tabulate("school", title, (), (), findings=found)
    assert_safe(svg(beside(table)))


def test_two_charts_on_one_page_share_no_id() -> None:
    first, second = (
        schools(listed([("1", name, "A", "B", 60.0, 50.0, 40.0, 60.0, "likely")]))
        for name in ("One", "Two")
    )
    ids = [set(re.findall(r' id="([^"]+)"', svg(chart))) for chart in (first, second)]
    assert len(ids[0]) == 2
    assert not ids[0] & ids[1]
    assert set(re.findall(r' id="([^"]+)"', svg(first, name="mine"))) == {"mine-title", "mine-desc"}


def test_the_same_table_gives_the_same_picture(tables: dict[str, Table]) -> None:
    for name in ("national", "trend", "strip"):
        first, second = (draw(name, tables[name]) for _ in range(2))
        assert first.spec == second.spec
        assert svg(first) == svg(second)


def test_a_picture_without_its_caption_has_what_a_page_does_not_write(
    charts: dict[str, Chart],
) -> None:
    chart = charts["destiny"]
    bare, whole = svg(chart, caption=False), svg(chart)
    assert f">{chart.title}</text>" in whole
    assert f">{chart.title}</text>" not in bare
    assert "Source:" not in bare
    assert f">{chart.title}</title>" in bare


def test_png_and_pdf_are_of_the_same_chart(charts: dict[str, Chart]) -> None:
    one, two = (png(charts["strip"], scale) for scale in (1, 2))
    wide = [int.from_bytes(data[16:20], "big") for data in (one, two)]
    assert one[:8] == b"\x89PNG\r\n\x1a\n"
    assert wide == [ink.WIDTH, 2 * ink.WIDTH]
    assert pdf(charts["strip"])[:5] == b"%PDF-"


# What is drawn --------------------------------------------------------------------------------


def marks(chart: Chart, kind: str) -> list[dict[str, object]]:
    """The rows of every layer of a kind of mark."""
    assert chart.spec is not None
    spec = chart.spec
    views = spec.get("vconcat", [spec])
    found = []
    for layer in (layer for view in views for layer in view["layer"]):
        mark = layer["mark"]
        data = layer.get("data", {})
        if (mark["type"] if isinstance(mark, dict) else mark) == kind:
            found += data["values"] if "values" in data else spec["datasets"][data["name"]]
    return found


def test_what_is_withheld_is_words_and_no_mark() -> None:
    hidden = Withheld("small")
    shown = ("1", "Shown", "Kent", "South East", 60.0, 50.0, 40.0, 60.0, "likely")
    rows = [shown, ("2", "Hidden", "Kent", "South East", hidden, hidden, hidden, hidden, "not")]
    chart = schools(listed(rows))
    assert sorted(str(m["value"]) for m in marks(chart, "point")) == ["50.0", "60.0"]
    drawn = {str(m["words"]) for m in marks(chart, "text")}
    assert drawn == {"Shown, Kent", "50 (40 to 60)", "Hidden, Kent", f"not shown: {hidden.reason}"}
    assert "Hidden, Kent: not shown: fewer than 10 pupils" in chart.alternative


def test_a_withheld_cell_is_a_blank_with_its_reason() -> None:
    chart = grid(cells(lambda i, j: Withheld("small") if i == j == 0 else 15.0 + i + j))
    assert len([m for m in marks(chart, "rect") if "number" in m]) == 24
    words = re.sub("<[^>]*>", " ", svg(chart).partition("</desc>")[2])
    assert "not shown:" in words
    assert re.search(r"(?<![\d.])0(\.0)?\b", words) is None


def test_every_number_of_a_grid_is_written(charts: dict[str, Chart]) -> None:
    chart = charts["grid"]
    written = re.findall(r">(\d+\.\d)</text>", svg(chart))
    assert sorted(map(float, written)) == sorted(15.0 + i + j for i in range(5) for j in range(5))
    assert "Cells from 15.0 to 23.0. The slope is 1 (0.5 to 1.5)." in chart.alternative


def test_a_school_whose_result_is_withheld_has_no_dot() -> None:
    found = [finding("school.rate", Withheld("SUPP"), "percent")]
    found += [finding(f"school.{n}", Estimate(50.0), "percent") for n in ("similar", "england")]
    chart = beside(tabulate("school", "A  B", (), (), findings=found))
    drawn = svg(chart, caption=False)
    assert "not shown: too few pupils to publish" in drawn.partition("</desc>")[2]
    assert ink.BLUE not in drawn


def test_ranges_are_drawn_and_wider_for_less_known_schools() -> None:
    rows = [
        ("1", "Large", "A", "B", 60.0, 58.0, 54.0, 62.0, "likely"),
        ("2", "Small", "A", "B", 100.0, 66.0, 48.0, 80.0, "likely"),
    ]
    chart = schools(listed(rows))
    spans = [(m["x"], m["x2"]) for m in marks(chart, "rule")]
    assert spans == [(54.0, 62.0), (48.0, 80.0)]
    order = [m["words"] for m in marks(chart, "text")]
    assert order.index("Large, A") < order.index("Small, A")


def test_a_rank_is_a_bar_from_its_low_to_its_high(tables: dict[str, Table]) -> None:
    chart = draw("ranks", tables["ranks"])
    bars = [m for m in marks(chart, "rule") if m["bar"]]
    rows = tables["ranks"].to_dict()
    known = [
        (low, high)
        for low, high in zip(rows["rank_new_low"], rows["rank_new_high"], strict=True)
        if isinstance(low, int)
    ]
    assert known
    assert [(b["x"], b["x2"]) for b in bars if "new" in str(b["series"])] == known[: len(bars)]


def test_a_long_list_says_how_much_of_it_is_drawn() -> None:
    rows = [
        (str(i), f"School {i:03}", "A", "B", 60.0, 50.0, 40.0, 60.0, "likely")
        for i in range(MOST + 5)
    ]
    chart = schools(listed(rows))
    assert len(marks(chart, "point")) == 2 * MOST
    assert chart.notes[0] == f"The first {MOST} of {MOST + 5}, in the order of the table."


def trended(rows: list[tuple[int, float | Withheld, str]]) -> Table:
    columns = tuple(
        Column(name, name)
        for name in ("year", "results", "measure", "unit", "gap_points", "low_gap", "high_gap",
                     "rules_changed")
    )  # fmt: skip
    cells_ = [
        (year, str(year), "five_good_gcses", "percent", gap,
         gap if isinstance(gap, Withheld) else gap - 1,
         gap if isinstance(gap, Withheld) else gap + 1, changed)
        for year, gap, changed in rows
    ]  # fmt: skip
    return tabulate("gaps", "Gaps", columns, cells_, findings=[finding("gap", Estimate(1.0))])


def test_a_trend_is_joined_across_no_break_and_no_missing_year() -> None:
    chart = trend(
        trended(
            [(2011, 27.0, ""), (2012, 26.0, ""), (2013, 25.0, "other rules"), (2014, 24.0, ""),
             (2015, Withheld("not-held"), ""), (2016, 23.0, ""), (2017, 22.0, "")]
        )
    )  # fmt: skip
    assert chart.spec is not None
    layers = chart.spec["vconcat"][0]["layer"]
    lines = [
        [p["year"] for p in chart.spec["datasets"][layer["data"]["name"]]]
        for layer in layers
        if layer["mark"]["type"] == "line"
    ]
    assert lines == [["2011", "2012"], ["2013", "2014"], ["2016", "2017"]]
    dashed = [x for x in layers if x["mark"]["type"] == "rule" and "strokeDash" in x["mark"]]
    (of,) = dashed
    assert [r["year"] for r in chart.spec["datasets"][of["data"]["name"]]] == ["2013"]
    assert "A. Other rules." in chart.notes
    assert {m["y"] for m in marks(chart, "point")} == {27.0, 26.0, 25.0, 24.0, 23.0, 22.0}


def test_only_years_that_could_be_judged_have_a_bar(tables: dict[str, Table]) -> None:
    chart = draw("below-the-floor", tables["below-the-floor"])
    bars = {m["year"]: m["y"] for m in marks(chart, "bar")}
    found = {f.id: f for f in tables["below-the-floor"].findings}
    counted = {
        year: found[f"floor.below.{year}.count"].value
        for year in (2010, 2013, 2014, 2015)
        if f"floor.below.{year}.count" in found
    }
    assert list(bars.values()) == list(counted.values())
    assert counted
    assert 2010 not in counted
    assert [m["words"] for m in marks(chart, "text")].count("could not be judged") == 4 - len(bars)


def test_a_curve_shows_where_it_stands_and_where_not() -> None:
    chart = choices(curve([8.0, 9.0, 12.0, 20.0]))
    lengths = [len(layer) for layer in _lines(chart)]
    assert lengths == [2, 2]
    words = {m["words"] for m in marks(chart, "text")}
    assert words == {"it stands: 2", "it does not stand: 2", "the limit: 10", "usual choices: 9.0"}


def _lines(chart: Chart) -> list[list[dict[str, object]]]:
    assert chart.spec is not None
    return [
        chart.spec["datasets"][layer["data"]["name"]]
        for layer in chart.spec["layer"]
        if layer["mark"]["type"] == "line"
    ]


def test_a_map_is_as_long_east_as_north_and_says_who_is_missing(example: Store) -> None:
    where = locations(example)
    east, north = where.longitude, where.latitude
    keys = where.keys.tolist()
    rows = [
        (key, key, "A", "Here", 60.0, 50.0, 40.0, 60.0, "likely") for key in [*keys, "none", "no"]
    ]
    chart = school_map(listed(rows), where)
    assert f"2 of {len(keys) + 2:,} schools are not drawn" in chart.notes[0]
    dots = [m for m in marks(chart, "point") if "series" in m]
    assert len(dots) == len(keys)
    across = max(d["x"] for d in dots) - min(d["x"] for d in dots)  # type: ignore[type-var, operator]
    down = max(d["y"] for d in dots) - min(d["y"] for d in dots)  # type: ignore[type-var, operator]
    # A degree of longitude is 0.6 of a degree of latitude at 53 degrees north.
    assert across / down == pytest.approx(
        0.6 * (max(east) - min(east)) / (max(north) - min(north)), rel=0.03
    )


def test_a_map_of_no_known_place_is_refused(example: Store) -> None:
    row = ("none", "X", "A", "B", 60.0, 50.0, 40.0, 60.0, "likely")
    with pytest.raises(CannotAnswerError, match="is not held"):
        school_map(listed([row]), locations(example))


def test_names_beside_a_map_do_not_run_into_one_another() -> None:
    names = [(f"Region {i}", (200.0, 100.0 + i)) for i in range(8)]
    labels = placed(names, [(float(x), 100.0) for x in range(0, 400, 4)], width=400, height=300)
    assert len(labels) == 8
    assert not any(a.meets(b) for i, a in enumerate(labels) for b in labels[:i])
    assert not any(label.covers((40.0, 100.0)) or label.covers((390.0, 100.0)) for label in labels)


def test_a_school_is_set_beside_its_peers_and_england(
    tables: dict[str, Table], example: Store
) -> None:
    own = tables["strip"]
    urn = re.search(r"URN (\w+)", own.title)
    assert urn is not None
    alike = peers(example, urn[1], year=2013)
    chart = beside(own, gaps(example, year=2013), alike)
    drawn = svg(chart, caption=False).partition("</desc>")[2]
    ticks = re.search(r'd="([^"]+)" stroke="#28A197" stroke-width="1.5"', drawn)
    assert ticks is not None
    assert ticks[1].count("M") == len(alike)
    assert "England, other pupils" in drawn
    with pytest.raises(RequestError, match="of 2014"):
        beside(own, gaps(example, year=2014))


def test_a_place_is_where_the_school_may_truly_be(tables: dict[str, Table]) -> None:
    table = tables["strip"]
    true = table["school.place"].figure
    assert isinstance(true, Estimate)
    drawn = svg(place(table), caption=False)
    found = re.search(r'<line x1="([\d.]+)" x2="([\d.]+)"[^>]*stroke-width="9"', drawn)
    assert found is not None
    among = true.n or 0
    ends = [1 + (float(x) - 10) / (ink.WIDTH - 20) * (among - 1) for x in found.groups()]
    assert ends == pytest.approx([true.low, true.high], abs=0.02)


# The list of charts ---------------------------------------------------------------------------


def test_a_table_says_which_charts_fit_it(tables: dict[str, Table]) -> None:
    assert {name for name, table in tables.items() if name in fitting(table)} == set(CHARTS)
    assert fitting(tables["trend"]) == ("trend",)
    with pytest.raises(UnknownNameError, match="natoinal"):
        draw("natoinal", tables["national"])
    with pytest.raises(CannotAnswerError, match="cannot be drawn"):
        draw("trend", tables["national"])


def test_the_libraries_come_with_the_first_chart() -> None:
    code = (
        "import sys, codebreakers.surfaces.charts.catalogue, codebreakers.surfaces.charts.maps, "
        "codebreakers.surfaces.charts.grid, codebreakers.surfaces.charts.rendering;"
        "print([m for m in ('altair', 'vl_convert', 'jinja2') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"
