"""Lets matplotlib's SVG renderer draw each mark of a picture once, as a template: `make docs` writes them to `marks.json`.

Placeholder numbers, colours and texts are drawn, and replaced by the names of fields.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

_FIELDS: dict[str, Any] = {
    "width": 2001,
    "height": 2002,
    "left": 1001,
    "top": 1002,
    "right": 1003,
    "bottom": 1004,
    "size": 1005,
    "fill": "#0a0b0c",
    "edge": "#0a0b0d",
    "text": "TEXT",
}
"""A field of a template -> what is drawn for it."""
_STYLE: Any = {"svg.fonttype": "none", "font.sans-serif": []}
_EDGE_WIDTH, _LINE_WIDTH = 0.6, 1.0
"""In points."""
_NO_TRANSFORM = IdentityTransform()
_Draw = Callable[[Any], None]


def drawn_marks() -> dict[str, str]:
    """The template of each mark by its name, as `picture` asks for it, and of the picture around them."""
    with mpl.rc_context(_STYLE):
        opening, closing = _svg(lambda renderer: None).split("</svg>")
        opening = opening.replace(
            "<svg ", '<svg aria-hidden="true" stroke-linejoin="round" stroke-linecap="butt" '
        )
        marks = {
            "picture": f"{opening}{{marks}}</svg>{closing}",
            "rectangle": _mark(partial(_rectangle, is_edged=False)),
            "edged rectangle": _mark(partial(_rectangle, is_edged=True)),
            "line": _mark(_line),
        }
        for align, weight in product(("left", "center", "right"), ("normal", "bold")):
            marks[f"{align} {weight} text"] = _mark(partial(_text, align=align, weight=weight, angle=0.0))
        marks["upright text"] = _mark(partial(_text, align="left", weight="normal", angle=90.0))
    return marks


def _mark(draw: _Draw) -> str:
    """What is drawn, without the picture around it."""
    return _svg(draw).partition(">")[2].removesuffix("</svg>")


def _svg(draw: _Draw) -> str:
    """The picture as an `<svg>` element, with the names of fields."""
    buffer = io.StringIO()
    make: Any = RendererSVG
    hidden = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    renderer = make(_FIELDS["width"], _FIELDS["height"], buffer, metadata=hidden)
    draw(renderer)
    renderer.finalize()
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<defs[^>]*>.*?</defs>", "", text, flags=re.DOTALL)
    for name, value in _FIELDS.items():
        text = text.replace(str(value), f"{{{name}}}")
    return re.sub(r">\s+<", "><", text).strip()


def _rectangle(renderer: Any, *, is_edged: bool) -> None:
    context = renderer.new_gc()
    context.set_linewidth(_EDGE_WIDTH if is_edged else 0.0)
    context.set_foreground(_FIELDS["edge"])
    left, top, right, bottom = (_FIELDS[name] for name in ("left", "top", "right", "bottom"))
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    path = Path([_place(*corner) for corner in corners], closed=True)
    renderer.draw_path(context, path, _NO_TRANSFORM, mpl.colors.to_rgb(_FIELDS["fill"]))


def _line(renderer: Any) -> None:
    context = renderer.new_gc()
    context.set_linewidth(_LINE_WIDTH)
    context.set_foreground(_FIELDS["fill"])
    ends = [_place(_FIELDS["left"], _FIELDS["top"]), _place(_FIELDS["right"], _FIELDS["bottom"])]
    renderer.draw_path(context, Path(ends), _NO_TRANSFORM, None)


def _text(renderer: Any, *, align: str, weight: str, angle: float) -> None:
    context = renderer.new_gc()
    context.set_foreground(_FIELDS["fill"])
    font = FontProperties(family="sans-serif", size=_FIELDS["size"], weight=weight)
    left, top = _FIELDS["left"], _FIELDS["top"]
    renderer.draw_text(context, left, top, _FIELDS["text"], font, angle, mtext=_Anchor(align))


def _place(x: float, y: float) -> tuple[float, float]:
    """A place as matplotlib counts, from the lower edge."""
    return x, _FIELDS["height"] - y


class _Anchor:
    """What the renderer asks a text of a figure: where it is, and which of its ends is there."""

    def __init__(self, align: str) -> None:
        self._align = align

    def get_transform(self) -> IdentityTransform:
        return _NO_TRANSFORM

    def get_unitless_position(self) -> tuple[float, float]:
        return _place(_FIELDS["left"], _FIELDS["top"])

    def get_rotation_mode(self) -> str:
        return "anchor"

    def get_ha(self) -> str:
        return self._align


if __name__ == "__main__":
    print(json.dumps({"matplotlib": mpl.__version__, "marks": drawn_marks()}, indent=2))
