"""What the report published is declared wholly, and shown as it was said."""

from __future__ import annotations

import pytest

from codebreakers.sources.report import PUBLISHED, PublishedFigure

FIGURES = list(PUBLISHED.values())


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.id)
def test_it_is_wholly_declared(figure: PublishedFigure) -> None:
    assert len(figure.values) == len(figure.low) == len(figure.high) > 0
    for low, value, high in zip(figure.low, figure.values, figure.high, strict=True):
        assert low <= value <= high
        assert value == round(value, figure.decimals), "not rounded as declared"
    for words in (figure.unit, figure.population, figure.definition, figure.source, figure.status):
        assert words.strip()
    assert 2012 <= figure.year <= 2024


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("disadvantaged_rate", "40.9"),
        ("half_gap_disadvantage", "14,000"),
        ("similar_best_worst", "60 / 25"),
        ("code_breaker_share", "11.1"),
        ("half_gap_disadvantage_percent", "23"),
        ("p8_sd_2024", "1.41628"),
    ],
)
def test_it_is_shown_as_it_was_said(name: str, said: str) -> None:
    assert PUBLISHED[name].said == said


def test_a_rate_is_the_quotient_its_definition_gives() -> None:
    counts = {"disadvantaged_rate": (63_026, 154_087), "other_rate": (283_079, 417_247)}
    counts["all_rate"] = (346_105, 571_334)
    for name, (passes, pupils) in counts.items():
        assert f"{passes:,} of {pupils:,}" in PUBLISHED[name].definition
        assert PUBLISHED[name].values == (round(100 * passes / pupils, 1),)


def test_a_source_without_room_allows_only_its_figure() -> None:
    assert PUBLISHED["floor_2013"].low == PUBLISHED["floor_2013"].high == (154,)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        PUBLISHED["all_rate"] = PUBLISHED["other_rate"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        PUBLISHED["all_rate"].values = (99.0,)  # type: ignore[misc]
