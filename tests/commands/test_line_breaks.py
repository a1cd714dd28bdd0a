"""Lines of the terminal: where they end, in English and in Japanese."""

from __future__ import annotations

import pytest
from rich.text import Text

from agentcore_probe.commands.line_breaks import lines


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 13, ["one two three"]),
        ("one\n\ntwo", 8, ["one", "", "two"]),
        ("", 8, [""]),
        ("arn:aws:iam", 4, ["arn:", "aws:", "iam"]),
        ("a arn:aws", 4, ["a", "arn:", "aws"]),
        ("判定: 想定どおりの結果でした。", 12, ["判定: 想定ど", "おりの結果で", "した。"]),
        ("全 12 件の結果です。", 8, ["全 12 件", "の結果で", "す。"]),
        ("名前（AWS）です", 8, ["名前", "（AWS）", "です"]),
        ("あああ、い", 6, ["ああ", "あ、い"]),
        ("あ", 1, ["あ"]),
    ],
)
def test_a_line_ends_at_white_space_and_beside_a_wide_character(
    text: str, width: int, expected: list[str]
) -> None:
    """No line begins with closing punctuation, or ends with an opening bracket; a long word is cut."""
    assert [line.plain for line in lines(Text(text), width)] == expected


def test_styles_are_kept() -> None:
    """A line has the colours that its words have in the text."""
    text = Text.assemble(("red", "red"), " ", ("blue", "blue"))
    assert [(line.plain, line.spans[0].style) for line in lines(text, 4)] == [
        ("red", "red"),
        ("blue", "blue"),
    ]
