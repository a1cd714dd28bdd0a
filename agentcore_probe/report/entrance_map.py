"""The map of entrances as a picture: a row for each entrance, a column for each caller.

The environment's own caller comes first, in words. Below, further callers have narrow columns with short words, because a
file may have many of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from agentcore_probe.model.display import SYMBOLS
from agentcore_probe.model.judgement import Finding
from agentcore_probe.report.grid import BACKGROUND, INK, box_of
from agentcore_probe.report.picture import Picture
from agentcore_probe.report.svg import WIDTH, width_of
from agentcore_probe.report.view import View
from agentcore_probe.report.view.entrances import Column, Group, columns, groups

_LABELS = 1.42
"""The width of the entrances' names in inches; longer names are smaller."""
_ROW, _NARROW_ROW, _HEADING, _GAP = 0.42, 0.22, 0.3, 0.15
"""Heights in inches."""
_MOST_CALLERS = 10
"""So many narrow columns are beside each other."""


def draw_map(view: View) -> str:
    """The picture as an `<svg>` element."""
    rows, shown = groups(view), columns(view)
    own = [column for column in shown if not column.is_caller]
    blocks = [own, *_parts([column for column in shown if column.is_caller])]
    heights = [_height(rows, block) for block in blocks]
    picture = Picture(sum(heights))
    for number, block in enumerate(blocks):
        _draw_block(picture, view, rows, block, sum(heights[:number]))
    return picture.svg()


def _parts(further: Sequence[Column]) -> list[list[Column]]:
    """The further callers in parts of nearly equal size, as many columns as fit."""
    if not further:
        return []
    count = -(-len(further) // _MOST_CALLERS)
    size = -(-len(further) // count)
    return [list(further[start : start + size]) for start in range(0, len(further), size)]


def _is_narrow(block: Sequence[Column]) -> bool:
    return bool(block) and block[0].is_caller


def _used(rows: Sequence[Group], block: Sequence[Column]) -> list[Group]:
    """The entrances with a cell in a block."""
    return [row for row in rows if any(row.of(column.id) for column in block)]


def _heading_height(block: Sequence[Column]) -> float:
    """Names of callers are upright, so that narrow columns have room for them."""
    return width_of(column.name for column in block) * 0.85 + 0.1 if _is_narrow(block) else _HEADING


def _height(rows: Sequence[Group], block: Sequence[Column]) -> float:
    row = _NARROW_ROW if _is_narrow(block) else _ROW
    return _heading_height(block) + row * len(_used(rows, block)) + _GAP


def _draw_block(
    picture: Picture, view: View, rows: Sequence[Group], block: Sequence[Column], top: float
) -> None:
    is_narrow, used = _is_narrow(block), _used(rows, block)
    width = (WIDTH - _LABELS - 0.02) / (max(len(block), 4) if is_narrow else len(block))
    height = _NARROW_ROW if is_narrow else _ROW
    below = top + _heading_height(block)
    draw_cell = _draw_narrow_cell if is_narrow else _draw_wide_cell
    size = _word_size(view, used, block, width)
    heading_size = 8.0 if is_narrow else _fitting([column.name for column in block], width, 9)
    label_size = _fitting([row.name for row in rows], _LABELS - 0.06, 9)
    for x, column in enumerate(block):
        place = (_LABELS + (x + 0.5) * width, below - 0.06)
        if is_narrow:
            picture.upright(*place, column.name, size=heading_size)
        else:
            picture.text(*place, column.name, vertical="bottom", size=heading_size)
    for y, row in enumerate(used):
        middle = below + (y + 0.5) * height
        picture.text(_LABELS - 0.06, middle, row.name, align="right", size=label_size)
        for x, column in enumerate(block):
            finding = next(iter(row.of(column.id)), None)
            area = _Area(_LABELS + x * width, below + y * height, width, height)
            outcome = finding.outcome if finding is not None else "not-applicable"
            _draw_frame(picture, area, outcome)
            if finding is None or outcome == "not-applicable":
                _write(picture, area, 0.5, [SYMBOLS["not-applicable"]], 9)
            else:
                draw_cell(picture, view, area, finding, size)


def _fitting(lines: Sequence[str], width: float, size: float) -> float:
    """The font size with which lines are at most so wide, at most `size`."""
    natural = width_of(lines)  # at 10 points
    return min(size, 10 * width / natural) if natural else size


class _Area(NamedTuple):
    """The place of a cell, in inches."""

    left: float
    top: float
    width: float
    height: float


def _draw_frame(picture: Picture, area: _Area, outcome: str) -> None:
    place = (area.left + 0.01, area.top + 0.01, area.width - 0.02, area.height - 0.02)
    picture.rectangle(*place, fill=BACKGROUND.get(outcome, "soft"), edge="line")


def _write(picture: Picture, area: _Area, at: float, lines: Sequence[str], size: float, **style: Any) -> None:
    """Writes lines into a cell, in smaller letters if they are too wide.

    Args:
        picture: the picture.
        area: the cell.
        at: the middle of the lines, from the top of the cell (0) to its bottom (1).
        lines: what to write.
        size: the font size at most.
        style: of `Picture.text`.
    """
    fitting = _fitting(lines, area.width - 0.03, size)
    place = (area.left + area.width / 2, area.top + at * area.height)
    picture.text(*place, "\n".join(lines), size=fitting, **style)


def _word_size(view: View, rows: Sequence[Group], block: Sequence[Column], width: float) -> float:
    """The font size of the decisions in a block: all have the same."""
    is_narrow = _is_narrow(block)
    first = [finding for row in rows for column in block for finding in row.of(column.id)[:1]]
    shown = [finding for finding in first if finding.outcome != "not-applicable"]
    texts = [_short(view, finding) if is_narrow else box_of(finding, view.messages).text for finding in shown]
    return _fitting(texts, width - 0.03, 8 if is_narrow else 9) if texts else 9


def _short(view: View, finding: Finding) -> str:
    """Only whether it is as wanted, and a short word for the decision."""
    word = view.messages(f"map-{finding.observed or 'nothing'}")
    return f"{SYMBOLS[finding.outcome]} {word}"


def _draw_narrow_cell(picture: Picture, view: View, area: _Area, finding: Finding, size: float) -> None:
    style = {"bold": True, "colour": INK.get(finding.outcome, "ink")}
    _write(picture, area, 0.5, [_short(view, finding)], size, **style)


def _draw_wide_cell(picture: Picture, view: View, area: _Area, finding: Finding, size: float) -> None:
    """The decision, and below it the intended one."""
    box = box_of(finding, view.messages)
    style = {"bold": True, "colour": INK.get(finding.outcome, "ink")}
    _write(picture, area, 0.33, [box.text], size, **style)
    is_wide = width_of([box.below]) * 0.75 > area.width if box.below else False
    _write(picture, area, 0.7, _two_lines(box.below) if is_wide else [box.below], 7.5)


def _two_lines(text: str) -> list[str]:
    """A text broken at the space nearest to its middle; without a space, as it is."""
    places = [place for place, character in enumerate(text) if character == " "]
    if not places:
        return [text]
    middle = min(places, key=lambda place: abs(place - len(text) / 2))
    return [text[:middle], text[middle + 1 :]]
