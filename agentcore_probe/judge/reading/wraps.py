"""Joins the lines that a mail program or a terminal broke at its width, in sentences and in strings."""

from __future__ import annotations

import itertools

from agentcore_probe.regex import regex

_MIN_WIDTH, _MAX_WIDTH = 60, 132
_TERMINALS = frozenset({80, 100, 120, 132})
_MAX_LINES = 20
"""Of one string."""
_QUOTES = regex(r"\\.|\"")
_NEW_TEXT = regex(r"\s{0,80}(?:HTTP/\d|Traceback|[$>%] |curl |at |File \")|\d{4}-\d\d-")
"""The beginning of a line that does not go on with a string."""
_NEW_LINE = regex(
    r"\s|[{}\[\]<>|*#$%@=+~^-]|HTTP/|\(?at |File \"|Traceback|During handling|The above exception|https?://"
    r"|(?:curl|aws|POST|GET|PUT|DELETE|OPTIONS|HEAD)\b|[\w.]{1,120}(?:Error|Exception)\b|\d{4}-\d\d-"
)
"""The beginning of a line of its own: of a head, of JSON, of a stack, of a command."""
_NEW_LINE_OF_CELLS = regex(r"\s|[|+#*>]|HTTP/|at |File \"|Traceback|\d{4}-\d\d-")
"""The same, for lines that all have the width of a terminal."""
_ERROR_WORD = regex(r"[Ee]rror|Exception|[Dd]enied|[Ff]ailed|[Ii]nvalid")
_NAME = regex(r":?(?P<name>[\w.$-]{1,80}):(?: |$)")
"""The beginning of a header, and of a few sentences: `User: ...`."""


def join_wrapped_lines(text: str) -> str:
    """The text with sentences and strings on one line each; heads, pretty-printed JSON and stacks keep theirs."""
    return "\n".join(_join_sentences(_join_strings(text.split("\n"))))


def _join_strings(lines: list[str]) -> list[str]:
    """Lines joined where a string between double quotes goes on in the next line."""
    result: list[str] = []
    index = 0
    while index < len(lines):
        end = _find_end_of_string(lines, index) if '"' in lines[index] else index
        if end > index:
            result.append(_join(lines[index : end + 1]))
        else:
            result.append(lines[index])
        index = end + 1
    return result


def _find_end_of_string(lines: list[str], start: int) -> int:
    """The line in which a string that line `start` leaves open ends; `start` if it does not."""
    if len(lines[start]) < _MIN_WIDTH - 20 or not _is_odd(lines[start]):
        return start
    for number in range(start + 1, min(start + _MAX_LINES, len(lines))):
        line = lines[number]
        if not line.strip() or _NEW_TEXT.match(line):
            return start
        if '"' in line:
            return number if _is_odd(line) else start
    return start


def _is_odd(line: str) -> bool:
    """Whether a line has an odd number of double quotes."""
    return sum(token[0] == '"' for token in _QUOTES.finditer(line)) % 2 == 1


def _join(lines: list[str]) -> str:
    """Lines as one: with a space between them, unless a terminal broke them wherever its width was."""
    is_cut = _is_cut_by_terminal(lines)
    width = max(map(len, lines))
    joined = lines[0]
    for line, following in itertools.pairwise(lines):
        is_inside = is_cut and len(line) == width and not following.startswith(" ")
        joined = joined + following if is_inside else f"{joined.rstrip()} {following.lstrip()}"
    return joined


def _is_cut_by_terminal(lines: list[str]) -> bool:
    """Whether a terminal broke the lines, which then have all the same width but the last."""
    full = {len(line) for line in lines[:-1]}
    width = max(full)
    if width < _MIN_WIDTH or len(lines[-1]) > width:
        return False
    # A space at the end of a line is lost.
    return full <= {width, width - 1} if width in _TERMINALS else len(lines) > 4 and full == {width}


def _join_sentences(lines: list[str]) -> list[str]:
    """Lines joined where a sentence goes on in the next one."""
    result: list[str] = []
    for paragraph in _paragraphs(lines):
        width = max(map(len, paragraph))
        is_error = _ERROR_WORD.search(paragraph[0]) is not None
        group = [paragraph[0]]
        for line, following in itertools.pairwise(paragraph):
            if _is_full(line, following) or _is_continued(line, following, width, is_error=is_error):
                group.append(following)
            else:
                result.append(_join(group) if len(group) > 1 else group[0])
                group = [following]
        result.append(_join(group) if len(group) > 1 else group[0])
    return result


def _is_full(line: str, following: str) -> bool:
    """Whether a line has the width of a terminal, and the next may be the rest of it."""
    is_wide = len(line) in _TERMINALS and len(following) <= len(line) and line[-1] != " "
    if not is_wide or line[:4] == following[:4]:
        return False
    return not _NEW_LINE_OF_CELLS.match(following) and not _NAME.match(following)


def _is_continued(line: str, following: str, width: int, *, is_error: bool) -> bool:
    """Whether a line goes on in the next one: that one's first word would not have fitted, or is in a sentence.

    Args:
        line: the line.
        following: the next one.
        width: the width of the paragraph.
        is_error: whether the paragraph is an error's.
    """
    words = following.split(None, 2)
    end = line.rstrip()[-1]
    if line.split(None, 1)[0] == words[0] or line.endswith(("last)", "---")):
        return False
    name = _NAME.match(following)
    if name is not None:
        if _NAME.match(line) and "." not in line.partition(":")[0]:
            return False  # headers
        if not name["name"].isalpha() or (name["name"][0].isupper() and end != ":"):
            return False
    is_in_sentence = (
        is_error and len(line) >= _MIN_WIDTH and words[0][0].islower() and name is None and len(words) > 2
    )
    if is_in_sentence and end not in ".!?;{[(>":
        return True
    is_wide = _MIN_WIDTH <= width <= _MAX_WIDTH and len(line) >= _MIN_WIDTH - 2 * len(words[0])
    if not is_wide or len(line.rstrip()) + 1 + len(words[0]) <= width:
        return False
    if end in ':"':
        return name is not None or words[0][0].islower() or line.rstrip().endswith("operation:")
    return end.isalnum() or end in ",-/'_)%"


def _paragraphs(lines: list[str]) -> list[list[str]]:
    """The lines that may be one sentence: an empty line, and one that begins something of its own, begin the next."""
    paragraphs: list[list[str]] = []
    last = ""
    for line in lines:
        is_same = line.strip() and last.strip() and (not _NEW_LINE.match(line) or _is_full(last, line))
        if is_same:
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        last = line
    return paragraphs
