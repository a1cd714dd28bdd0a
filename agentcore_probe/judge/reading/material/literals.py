"""Reads one value after a key: a string, a list or an expression, in JSON, YAML, HCL, TypeScript, Python and a shell.

People paste fragments, so no language's parser would accept most of what is read here. An expression (`var.client`,
`!Ref Client`) is looked up among the text's own assignments, and stays unknown otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from agentcore_probe.regex import regex

LIMIT = 20_000
"""Characters of one value that are read."""

_COMMENT = regex(r"(?m)^[ \t]{0,200}(?:#|//)[^\n]*|(?<=[\s,{\[])(?:#|//)[ \t][^\n]*")
_STRING = regex(
    r"""[fFrRbBuU]{0,2}("(?:[^"\\\n]|\\.){0,600}+"|'(?:[^'\\\n]|\\.){0,600}+'|`(?:[^`\\]|\\.){0,600}+`)"""
)
_WORD = regex(r"(?:[^\s,\[\](){}\"'`;$]|\$(?:\{[^{}\s]{0,200}\})?){1,2048}")
_TAG = regex(r"!(Sub|Ref|GetAtt|ImportValue|Join|Select|FindInMap|If)\b[ \t]{0,9}")
_SUB = regex(r"\{\s{0,200}[\"']Fn::Sub[\"']\s{0,9}:(?:\s|\[){0,200}")
_ITEM = regex(r"\n([ \t]{0,200})-[ \t]{1,9}([^\n]{1,2048})")
_ASSIGNMENT = regex(
    r"(?<![\w.])([A-Za-z_]\w{0,60})(?:: ?(?:str|string))?[ \t]{0,40}=[ \t]{0,40}(?=[fFrR]{0,2}[\"'`])"
)
_EXPRESSION = regex(r"\$\{[^{}]{0,200}\}|\{[^{}]{0,200}\}|<[^<>]{1,200}>|\$[A-Za-z_]\w{0,60}")
"""What is filled in later: a template's expression, a placeholder, a variable of the shell."""
_MEMBERS = frozenset(
    {
        "CUSTOM_JWT", "AWS_IAM", "AUTHENTICATE_ONLY", "NONE", "STRING", "STRING_ARRAY", "EQUALS", "CONTAINS", "CONTAINS_ANY",
    }
)  # fmt: skip
"""Members of the API's enumerations, which code names without quotes."""
_ABSENT = frozenset({"undefined", "null", "None", "nil"})


class Value(NamedTuple):
    """What follows a key."""

    texts: tuple[str, ...] = ()
    """The string, or the items of the list, as far as they are known."""
    is_list: bool = False
    is_complete: bool = True
    """Whether nothing in it is filled in later."""
    end: int = 0
    """Where it ends in the text."""

    @property
    def text(self) -> str:
        """The first string; empty if there is none."""
        return self.texts[0] if self.texts else ""


def without_comments(text: str) -> str:
    """The text with its comments blanked, each as long as before."""
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), text)


def filled_in(text: str) -> str:
    """A text with a letter for each expression in it, to compare its form.

    >>> filled_in("https://cognito-idp.${region}.amazonaws.com/<POOL>/x")
    'https://cognito-idp.x.amazonaws.com/x/x'
    """
    return _EXPRESSION.sub("x", text)


def has_expression(text: str) -> bool:
    """Whether a part of the text is filled in later."""
    return _EXPRESSION.search(text) is not None


def assignments(text: str) -> dict[str, str]:
    """The strings that a text assigns to names: `const pool = "..."`, `pool = "..."` in `locals`."""
    strings: dict[str, str] = {}
    for match in _ASSIGNMENT.finditer(text):
        string = _STRING.match(text, match.end())
        if string:
            strings.setdefault(match[1], _unquoted(string[1]))
    return strings


def read_value(text: str, start: int, names: Mapping[str, str], *, words: bool) -> Value | None:
    """The value that begins at `start`; None where there is none (`null`, the end of the text).

    Args:
        text: without comments.
        start: the place after the colon, the equals sign or the key of a block.
        names: the strings that the text assigns to names.
        words: whether a word without quotes is a string, as in YAML.
    """
    block = _ITEM.match(text, start + _spaces(text, start))
    if block:
        return _read_items(text, block)
    position = start
    while position < len(text) and text[position].isspace() and position - start < 400:
        position += 1
    tag = _TAG.match(text, position)
    if tag:
        position = tag.end()
    if position >= len(text):
        return None
    if text[position] in "[(":
        return _read_list(text, position, names, words=words)
    if text[position] == "{":
        return _read_object(text, position)
    return _read_scalar(text, position, names, words=words or (tag is not None and tag[1] == "Sub"))


def _spaces(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] in " \t" and end - start < 200:
        end += 1
    return end - start


def _read_scalar(text: str, position: int, names: Mapping[str, str], *, words: bool) -> Value | None:
    string = _STRING.match(text, position)
    if string:
        content = _unquoted(string[1])
        return Value((content,), is_complete=not has_expression(content), end=string.end())
    word = _WORD.match(text, position)
    if word is None or word[0] in _ABSENT:
        return None
    return _word_value(word[0], word.end(), names, words=words)


def _word_value(word: str, end: int, names: Mapping[str, str], *, words: bool) -> Value:
    """A word without quotes: a string, a name, or an expression."""
    name = word.rstrip("!?").rpartition(".")[2]
    if name in names:
        return Value((names[name],), is_complete=not has_expression(names[name]), end=end)
    if name in _MEMBERS:
        return Value((name,), end=end)
    if words or "://" in word:
        return Value((word,), is_complete=not has_expression(word), end=end)
    return Value((), is_complete=False, end=end)


def _read_list(text: str, position: int, names: Mapping[str, str], *, words: bool) -> Value:
    """A list in brackets; what is nested deeper is not looked at."""
    opened, index, end = 0, position, min(len(text), position + LIMIT)
    texts: list[str] = []
    is_complete = True
    while index < end:
        character = text[index]
        if character in "[({":
            opened += 1
            is_complete = is_complete and opened == 1
        elif character in "])}":
            opened -= 1
            if opened == 0:
                break
        elif opened == 1 and (string := _STRING.match(text, index)):
            texts.append(_unquoted(string[1]))
            index = string.end()
            continue
        elif opened == 1 and (word := _WORD.match(text, index)):
            index = word.end()
            if word[0] not in ("+", "-", "~"):  # a plan marks what changes
                value = _word_value(word[0], index, names, words=words and not word[0].startswith("!"))
                texts += value.texts
                is_complete = is_complete and value.is_complete
            continue
        elif string := _STRING.match(text, index):
            index = string.end()
            continue
        index += 1
    is_complete = is_complete and not any(map(has_expression, texts))
    return Value(tuple(texts), is_list=True, is_complete=is_complete, end=index + 1)


def read_words(text: str, start: int) -> Value:
    """A list without brackets, as in the AWS CLI's shorthand: `a,b`, up to the next key."""
    texts: list[str] = []
    index = start
    while (word := _WORD.match(text, index)) and "=" not in word[0].partition("://")[0]:
        texts.append(word[0])
        index = word.end() + 1
        if text[word.end() : index] != ",":
            break
    return Value(tuple(texts), is_list=True, is_complete=not any(map(has_expression, texts)), end=index)


def _read_object(text: str, position: int) -> Value:
    """An object where a string or list is expected: CloudFormation's functions, of which only `Fn::Sub` has the text."""
    function = _SUB.match(text, position)
    string = _STRING.match(text, function.end()) if function else None
    if string is None:
        return Value((), is_complete=False, end=position + 1)
    return Value((_unquoted(string[1]),), is_complete=False, end=string.end())


def _read_items(text: str, first: re.Match[str]) -> Value:
    """The items of a YAML list with a line each."""
    texts: list[str] = []
    is_complete, end = True, first.end()
    item: re.Match[str] | None = first
    while item is not None and len(item[1]) == len(first[1]) and end - first.start() < LIMIT:
        content, tag = item[2].strip(), _TAG.match(item[2])
        string = _STRING.match(content)
        if tag and tag[1] != "Sub":
            is_complete = False
        else:
            content = content[tag.end() :] if tag else content
            value = (
                _unquoted(string[1])
                if string
                else content.removeprefix("Arn:").removeprefix("arn: ").strip("\"' ")
            )
            value = re.sub(r"^[\"']Arn[\"']: ?", "", value)
            texts.append(value)
            is_complete = is_complete and not has_expression(value)
        end = item.end()
        item = _ITEM.match(text, end)
    return Value(tuple(texts), is_list=True, is_complete=is_complete, end=end)


def _unquoted(string: str) -> str:
    return string[1:-1].replace("\\/", "/")


def argument_spans(text: str, opening: int) -> list[tuple[int, int]]:
    """Where each argument of a call begins and ends.

    Args:
        text: without comments.
        opening: the place of the opening parenthesis.
    """
    spans: list[tuple[int, int]] = []
    depth, index, begin, end = 0, opening, opening + 1, min(len(text), opening + LIMIT)
    while index < end:
        character = text[index]
        if character in "[({":
            depth += 1
        elif character in "])}":
            depth -= 1
            if depth == 0:
                break
        elif character == "," and depth == 1:
            spans.append((begin, index))
            begin = index + 1
        elif string := _STRING.match(text, index):
            index = string.end()
            continue
        index += 1
    if text[begin:index].strip():
        spans.append((begin, index))
    return spans
