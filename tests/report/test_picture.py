"""Pictures are what matplotlib's SVG renderer draws, though it is not imported for them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from html import escape
from importlib.resources import files
from itertools import product
from typing import Any

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from agentcore_probe.report.draw_marks import drawn_marks
from agentcore_probe.report.marks import marks
from agentcore_probe.report.picture import Picture
from agentcore_probe.report.svg import POINTS, WIDTH

HEIGHT = 3.0
PLACES = [0.0, 0.1, 1.0 / 3, 1.23456, 2.0]


def drawn_by_matplotlib(draw: Any) -> str:
    """The shapes that a renderer of matplotlib writes."""
    buffer = io.StringIO()
    make: Any = RendererSVG
    with mpl.rc_context({"svg.fonttype": "none", "font.sans-serif": []}):
        renderer = make(WIDTH * POINTS, HEIGHT * POINTS, buffer, metadata={})
        draw(renderer)
        renderer.finalize()
    text = buffer.getvalue()
    return text[
        min(text.index(name) for name in ("<path", "<text") if name in text) : text.rindex("\n</svg>")
    ]


def shapes(picture: Picture) -> str:
    """The shapes of a picture."""
    return picture.svg().partition(">")[2].removesuffix("</svg>")


def points(inches: float) -> float:
    return round(inches * POINTS, 1)


@pytest.mark.parametrize(("left", "top", "is_edged"), product(PLACES, PLACES, [True, False]))
def test_rectangles(left: float, top: float, is_edged: bool) -> None:
    """With and without an edge."""
    picture = Picture(HEIGHT)
    picture.rectangle(left, top, 0.7, 0.321, fill="#123456", edge="#654321" if is_edged else None)

    def draw(renderer: Any) -> None:
        context = renderer.new_gc()
        context.set_linewidth(0.6 if is_edged else 0.0)
        context.set_foreground("#654321")
        x, right = points(left), points(left + 0.7)
        y, bottom = (HEIGHT * POINTS - points(value) for value in (top, top + 0.321))
        path = Path([(x, y), (right, y), (right, bottom), (x, bottom), (x, y)], closed=True)
        renderer.draw_path(context, path, IdentityTransform(), mpl.colors.to_rgb("#123456"))

    assert shapes(picture) == drawn_by_matplotlib(draw)


@pytest.mark.parametrize(("left", "top"), product(PLACES, PLACES))
def test_lines(left: float, top: float) -> None:
    """One point wide."""
    picture = Picture(HEIGHT)
    picture.line((left, top), (left + 1, top + 0.1), colour="#123456")

    def draw(renderer: Any) -> None:
        context = renderer.new_gc()
        context.set_linewidth(1.0)
        context.set_foreground("#123456")
        ends = [(left, top), (left + 1, top + 0.1)]
        path = Path([(points(x), HEIGHT * POINTS - points(y)) for x, y in ends])
        renderer.draw_path(context, path, IdentityTransform(), None)

    assert shapes(picture) == drawn_by_matplotlib(draw)


class Anchor:
    """A text's place, as the renderer asks a figure's text for it."""

    def __init__(self, x: float, y: float, align: str) -> None:
        self.place, self.align = (x, HEIGHT * POINTS - y), align

    def get_transform(self) -> IdentityTransform:
        return IdentityTransform()

    def get_unitless_position(self) -> tuple[float, float]:
        return self.place

    def get_rotation_mode(self) -> str:
        return "anchor"

    def get_ha(self) -> str:
        return self.align


def text_by_matplotlib(  # noqa: PLR0917  (of one line)
    x: float, y: float, text: str, size: float, align: str, weight: str, angle: float
) -> str:
    """One line; places in points."""

    def draw(renderer: Any) -> None:
        context = renderer.new_gc()
        context.set_foreground("#123456")
        font = FontProperties(family="sans-serif", size=size, weight=weight)
        renderer.draw_text(context, x, y, text, font, angle, mtext=Anchor(x, y, align))

    return drawn_by_matplotlib(draw)


TEXTS = ["accepted", "受け入れ", "a < b & c > d", "\"quoted\" 'text'", "{not a field} %s", "$x^2$"]


@pytest.mark.parametrize(
    ("text", "align", "bold", "size"),
    product(TEXTS, ["left", "center", "right"], [True, False], [10.0, 8.0, 7.25]),
)
def test_texts(text: str, align: Any, bold: bool, size: float) -> None:
    """Of every weight and alignment, with every character that has a meaning in SVG, in a format or for matplotlib."""
    picture = Picture(HEIGHT)
    picture.text(1.5, 1.0, text, align=align, bold=bold, size=size, colour="#123456")
    baseline = points(1.0 + 0.36 * size / POINTS)
    weight = "bold" if bold else "normal"
    expected = text_by_matplotlib(points(1.5), baseline, text, round(size, 1), align, weight, 0.0)
    assert shapes(picture) == expected


def test_upright_text() -> None:
    """From bottom to top."""
    picture = Picture(HEIGHT)
    picture.upright(1.5, 1.0, "caller", size=8.0, colour="#123456")
    x = points(1.5 + 0.36 * 8.0 / POINTS)
    assert shapes(picture) == text_by_matplotlib(x, points(1.0), "caller", 8.0, "left", "normal", 90.0)


def test_lines_of_a_text_are_below_each_other() -> None:
    """Around its middle."""
    picture = Picture(HEIGHT)
    picture.text(1.5, 1.0, "above\nbelow")
    above, below = (float(part.partition('"')[0]) for part in shapes(picture).split(' y="')[1:])
    assert below - above == pytest.approx(11.5, abs=0.1001)
    assert (above + below) / 2 == pytest.approx(72 + 3.6, abs=0.1001)


def test_the_kept_marks_are_those_of_the_installed_matplotlib() -> None:
    """`make docs` writes them."""
    kept = json.loads(files("agentcore_probe.report").joinpath("marks.json").read_text("utf-8"))
    assert kept == {"matplotlib": mpl.__version__, "marks": drawn_marks()}


def test_another_version_of_matplotlib_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it draws counts, not what another one drew."""
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0")
    marks.cache_clear()
    try:
        assert marks() == drawn_marks()
    finally:
        marks.cache_clear()


def test_a_report_does_not_import_matplotlib() -> None:
    """It takes longer than everything else that a report needs."""
    code = (
        "import sys\n"
        "from agentcore_probe.report.rehearsal import rehearse_whole\n"
        "rehearse_whole('en')\n"
        "print(sorted({'matplotlib', 'numpy'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_texts_are_escaped() -> None:
    """A name from a record cannot become an element."""
    picture = Picture(HEIGHT)
    picture.text(1, 1, "<script>&")
    assert escape("<script>&", quote=False) in picture.svg()
