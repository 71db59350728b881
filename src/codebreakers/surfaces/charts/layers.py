"""What every drawing is put together from: data, scales, words on the ground, keys, layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from codebreakers.surfaces.charts.ink import GROUND, INK, WIDTH, Series

if TYPE_CHECKING:
    import altair as alt

__all__ = ["BESIDE_AXIS", "keys", "layered", "on_ground", "over", "panels", "scaled", "side"]

_SIDE = 44
BESIDE_AXIS = WIDTH - _SIDE - 24
"""Pixels left beside an axis at the left."""


def over(data: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """Return a chart of rows that are in it, so that nothing is loaded."""
    import altair as alt

    return alt.Chart(alt.InlineData(values=tuple(data)))


def scaled(low: float, high: float, *, nice: bool = False) -> alt.Scale:
    """Return a scale between two ends, 0 or not."""
    import altair as alt

    return alt.Scale(domain=[low, high], nice=nice, zero=False)


def side(title: str) -> alt.Axis:
    """Return an axis at the left, as wide whatever is written there, so that all pictures are."""
    import altair as alt

    return alt.Axis(title=title, tickCount=5, minExtent=_SIDE - 16, maxExtent=_SIDE - 16)


def keys(series: Sequence[Series]) -> tuple[alt.Shape, alt.Color]:
    """Return what tells series apart: shape and colour at once, with a key where there are two."""
    import altair as alt

    legend = alt.Legend(title=None) if len(series) > 1 else None
    names = [s.name for s in series]
    shapes = alt.Scale(domain=names, range=[s.shape for s in series])
    colours = alt.Scale(domain=names, range=[s.colour for s in series])
    return (
        alt.Shape("series:N", scale=shapes, legend=legend),
        alt.Color("series:N", scale=colours, legend=legend),
    )


def on_ground(chart: alt.Chart, x: Any, y: Any, **look: Any) -> list[alt.Chart]:
    """Return a chart's words on the ground's colour, so that no ruling runs through them."""
    import altair as alt

    under = chart.mark_text(baseline="middle", color=GROUND, stroke=GROUND, strokeWidth=5, **look)
    above = chart.mark_text(baseline="middle", color=INK, **look)
    return [words.encode(x=x, y=y, text=alt.Text("words:N")) for words in (under, above)]


def layered(layers: Sequence[alt.Chart]) -> alt.LayerChart:
    """Return layers on one another, without those that have nothing to show."""
    import altair as alt

    return alt.LayerChart(layer=[layer for layer in layers if layer.data.values])


def panels(charts: Sequence[alt.LayerChart]) -> alt.VConcatChart:
    """Return charts below one another with one key for all."""
    import altair as alt

    stacked = alt.VConcatChart(vconcat=list(charts), spacing=24)
    stacked.resolve = alt.Resolve(scale=alt.ScaleResolveMap(color="shared", shape="shared"))
    return stacked
