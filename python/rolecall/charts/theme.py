"""How charts look: one palette that colour-blind readers can tell apart, each colour with its counterpart on dark."""

from typing import Any

import altair as alt

INK, MUTED, FAINT, GRID = "#1f2328", "#59636e", "#b4bcc6", "#e6e9ed"
DEFAULT, FOUND, TRUTH, WON = "#b84e00", "#0067a3", "#00785a", "#6b4a9e"
ROSE, OCHRE = "#a8325c", "#7a6a00"
PAPER = "#ffffff"

DARK = {
    INK: "#e6e9ed",
    MUTED: "#9aa5b1",
    FAINT: "#566070",
    GRID: "#2c333c",
    DEFAULT: "#ff9d4d",
    FOUND: "#5cb3f0",
    TRUTH: "#3fc79a",
    WON: "#b796f0",
    ROSE: "#f07fa5",
    OCHRE: "#cdb83a",
    PAPER: "#171b21",
}
"""Colours for a dark page. Replacing each in a chart's JSON turns a light chart into a dark one."""

LINE_HEIGHT = 15
"""[px] of labels with more than one line."""

DASHED: dict[str, Any] = {"color": DEFAULT, "strokeDash": [2, 3], "opacity": 0.8}
"""Of rules where the base model stands."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "gridColor": GRID,
        "labelColor": MUTED,
        "labelFontSize": 12,
        "labelPadding": 6,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    },
    "axisY": {"titleAlign": "left", "titleAngle": 0, "titleAnchor": "start", "titleX": 0, "titleY": -14},
    "axisQuantitative": {"labelOverlap": "greedy", "labelSeparation": 6},
    "axisBand": {
        "grid": False,
        "labelColor": INK,
        "labelFontSize": 12.5,
        "labelLimit": 0,
        "labelLineHeight": LINE_HEIGHT,
    },
    "legend": {
        "orient": "top",
        "direction": "horizontal",
        "title": None,
        "labelColor": INK,
        "labelFontSize": 12.5,
        "labelLimit": 0,
        "symbolSize": 90,
        "columnPadding": 14,
        "offset": 12,
    },
    "text": {"color": INK, "fontSize": 12.5, "font": FONT},
}


def layered(*layers: alt.Chart, height: int | alt.Step, description: str) -> alt.LayerChart:
    """Layers as one chart of the house: as wide as its container, as high as told [px, or px for each band].

    The description is for those who cannot see it.
    """
    return alt.LayerChart(
        layer=list(layers), width="container", height=height, description=description, config=alt.Config(**CONFIG)
    )
