"""A pasted text as its author's terminal showed it: without what terminals, logs, mails and Markdown put around it.

Each transformation is a function from text to text; they are repeated until none changes anything.
"""

from __future__ import annotations

import html
import re
import shlex
from collections.abc import Callable

from agentcore_probe.judge.reading.frames import remove_frames
from agentcore_probe.judge.reading.prefixes import remove_prefixes
from agentcore_probe.judge.reading.wraps import join_wrapped_lines
from agentcore_probe.regex import regex

_MAX_ROUNDS = 12

_ESCAPE_SEQUENCES = regex(
    r"(?:\x1b|\x9b|␛|\^\[|\\(?:x1b|u001b|033|e)(?=\[))"
    r"(?:\[[0-9;:?<=>]{0,64}[ -/]{0,4}[@-~]|\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)|[()*+#%][0-9A-Za-z@]|[0-9=>A-Zc]|)"
    r"|\x9b[0-9;]{0,64}[A-Za-z]"
    r"|\[0{1,2}m|(?<![\w\]])\[(?:\d{1,3}(?:;\d{1,3}){0,8})m"
)
"""Colours, titles and cursor movements, also in the notations of tools, and colours that lost their escape character."""
_ESCAPE_MARKS = (
    "\x1b",
    "\x9b",
    "␛",
    "^[",
    "\\x1b[",
    "\\u001b[",
    "\\033[",
    "\\e[",
    "[0",
    "[1",
    "[2",
    "[3",
    "[9",
    "[4",
    "[7",
)
_PLAIN_BREAKS = str.maketrans("\n\t", "  ")
_OVERSTRIKE = regex(r"[^\n\x08]\x08")
_CONTROLS = regex(
    r"[\x00-\x08\x0e-\x1f\x7f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\ufff9-\ufffb]"
)
_LINE_ENDS = regex(r"\r{0,4}\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = regex("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SMART = str.maketrans(dict.fromkeys("‘’‚‛ʼ＇′", "'"))
_DOUBLE = "“”„‟＂″"
_DOUBLE_SMART = str.maketrans(dict.fromkeys(_DOUBLE, '"'))
_DOUBLE_AS_SINGLE = str.maketrans(dict.fromkeys(_DOUBLE, "'"))

_QUOTE_ENTITY = regex(r"&(?:amp;){0,9}(?:quot|apos|#0?3[49]|#x2[27]);", re.I)
_ESCAPED_MARK = regex(r"^[ \t]{0,8}&gt;|&lt;[/!?A-Za-z]", re.M)
"""A mail's quotation mark, or an element."""
_ESCAPED_QUOTES = regex(r"^[ \t]{0,8}(?:&gt; ?){1,20}", re.M)
_ENTITY = regex(
    r"&(?:amp;){1,99}(?=\w{1,9};|#)|&(?:quot|apos|lt|gt|amp|nbsp|#\d{1,5}|#x[0-9a-f]{1,4});", re.I
)
_BREAK = regex(r"<br ?/?>", re.I)
_HEAD = regex(r"HTTP/[\d.]{1,3} [1-5]\d\d")
_TAG = regex(r"</?(?:p|pre|div|span|code|blockquote|body|html)(?: [^<>\n]{0,200})?>", re.I)
"""Tags around an excerpt in an HTML mail."""
_ELEMENT = regex(r"</[A-Za-z]")

_CSV = regex(r"[{,\[][ \t]{0,9}\"\"[\w$]")
"""JSON in a cell of a table, whose quotes are doubled (RFC 4180)."""
_CELL = regex(r"\"?(?=[{\[][ \t]{0,9}\"\")|\"\"|(?<=[}\]])\"(?=[,;\t]|$)", re.M)
_SOFT_BREAK = regex(r"=\n")
_ENCODED = regex(r"(?:=[0-9A-F]{2}){1,400}")

_FENCE = regex(
    r"^[ \t]{0,8}(?:`{3,9}|~{3,9})[ \t]{0,4}[\w+.-]{0,20}[ \t]{0,9}(?:\n|\Z)|[ \t]{0,4}`{3,9}(?=\n|\Z)", re.M
)
_WIKI_CODE = regex(r"\{(?:code|noformat|quote)(?::[\w|=.-]{1,60})?\}(?:(?<=\n)\n)?")
_CODE_TAG = regex(r"</?(?:details|summary|pre|code|kbd)(?: [^<>\n]{0,200})?>")
_BULLET = regex(r"^[ \t]{0,3}(?:[-•‣◦·–] |\d{1,2}[.)] )(?=\S)", re.M)
_STAR_BULLET = regex(r"^[ \t]{0,3}\* (?=\S)", re.M)
_VERBOSE = regex(
    r"^[ \t]{0,8}(?:[<>] ?\S|\* {1,3}(?:Trying|Connected|Host|ALPN|TLS|SSL|[Uu]sing|\[HTTP|Connection|Closing))",
    re.M,
)
"""The lines of `curl -v`, in which `* ` is not a bullet."""
_INLINE_CODE = regex(r"`([^`\n]{1,4000})`")
_TEMPLATE = regex(r"[ \t]{0,80}[\w$'\"-]{1,80}: ?$")
"""Before the string of a JavaScript object that is between backticks."""
_MARKDOWN_ESCAPE = regex(r"(?<!\\)\\_")
_BOLD = regex(r"\*\*(?=\S)([^*\n]{1,400})(?<=\S)\*\*")

_CARET_LINE = regex(r"^[^\n]{0,8000}?\^[\"%{&][^\n]*$", re.M)
_CARET = regex(r"\^([^\n^]|\^)")
_CARET_CONTINUATION = regex(r"[ \t]{0,80}(?<=[\s\"'])\^[ \t]{0,4}\n[ \t]{0,200}")
_CONTINUATION = regex(r"[ \t]{0,80}(?<=[ \t\"'])[\\`][ \t]{0,4}\n[ \t]{0,200}(?=\S)")
_ANSI_C = regex(r"(?<=[ =])\$'((?:[^'\\\n]|\\[^\n]){0,16000}+)'")
_ANSI_C_ESCAPE = regex(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
_ANSI_C_CHARACTERS = {"n": "\n", "t": "\t", "r": "\r"}


def normalise(text: str) -> str:
    r"""The text without escape sequences, prefixes of logs and mails, Markdown, frames and hard line breaks.

    >>> normalise('> HTTP/2 401\r\n> \r\n> {\u201cmessage\u201d: \u201cno\u201d}')
    'HTTP/2 401\n\n{"message": "no"}'
    """
    for _ in range(_MAX_ROUNDS):
        former = text
        for transformation in TRANSFORMATIONS:
            text = transformation(text)
        if text == former:
            break
    return text


def _remove_control_characters(text: str) -> str:
    if any(mark in text for mark in _ESCAPE_MARKS):
        text = _ESCAPE_SEQUENCES.sub("", text)
    if text.isascii() and text.translate(_PLAIN_BREAKS).isprintable():
        return text
    text = _OVERSTRIKE.sub("", text) if "\b" in text else text
    text = _LINE_ENDS.sub("\n", text)
    return _CONTROLS.sub("", text)


def _straighten(text: str) -> str:
    """ASCII spaces and quotes; double quotes inside a line that has ASCII ones are quotes in a string."""
    if text.isascii():
        return text
    text = _SPACES.sub(" ", text).translate(_SMART)
    if not any(character in text for character in _DOUBLE):
        return text
    lines = text.split("\n")
    return "\n".join(line.translate(_DOUBLE_AS_SINGLE if '"' in line else _DOUBLE_SMART) for line in lines)


def _unescape_html(text: str) -> str:
    """The characters of entities, in an excerpt of escaped HTML; a page and JSON, which are not escaped, stay."""
    if _BREAK.search(text) and _HEAD.search(text):
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" not in text or _ELEMENT.search(text):
        return text
    if '{"' in text:
        return _ESCAPED_QUOTES.sub(lambda marks: marks[0].replace("&gt;", ">"), text)
    if not _QUOTE_ENTITY.search(text) and not _ESCAPED_MARK.search(text):
        return text
    return _ENTITY.sub(lambda entity: "&" if entity[0][-4:] == "amp;" else html.unescape(entity[0]), text)


def _undo_doubled_quotes(text: str) -> str:
    """JSON from a cell of a CSV file."""
    if '""' not in text or not _CSV.search(text):
        return text
    lines = text.split("\n")
    return "\n".join(
        _CELL.sub(lambda mark: '"' if mark[0] == '""' else "", line) if _CSV.search(line) else line
        for line in lines
    )


def _undo_quoted_printable(text: str) -> str:
    """The text of a mail's source (RFC 2045 section 6.7)."""
    if "=\n" not in text or not re.search(r"=(?:3D|20|E[2-9A-F]=)", text):
        return text
    text = _SOFT_BREAK.sub("", text)
    return _ENCODED.sub(lambda code: bytes.fromhex(code[0].replace("=", "")).decode("utf-8", "replace"), text)


def _remove_markdown(text: str) -> str:
    """Without fences, bullets, inline code and bold type."""
    if "```" in text or "~~~" in text:
        text = _FENCE.sub("", text)
    if "{" in text:
        text = _WIKI_CODE.sub("", text)
    if "<" in text:
        text = _CODE_TAG.sub("", text)
    text = _BULLET.sub("", text)
    if "*" in text and not _VERBOSE.search(text):
        text = _STAR_BULLET.sub("", _BOLD.sub(r"\1", text))
    text = _INLINE_CODE.sub(_without_backticks, text) if "`" in text else text
    return _MARKDOWN_ESCAPE.sub("_", text)


def _without_backticks(code: re.Match[str]) -> str:
    begin = code.string.rfind("\n", max(0, code.start() - 200), code.start()) + 1
    is_template = _TEMPLATE.match(code.string, begin, code.start()) is not None
    is_template &= code.string[code.end() : code.end() + 1] in (",", "\n", "")
    return code[0] if is_template else code[1]


def _undo_shell_escapes(text: str) -> str:
    """Commands on one line, without the escapes of cmd and with the quotes of a POSIX shell."""
    if "^" in text:
        text = _CARET_CONTINUATION.sub(" ", text)
        text = _CARET_LINE.sub(lambda line: _CARET.sub(r"\1", line[0]), text)
    if "\\\n" in text or "`\n" in text or "\\ " in text or "` " in text:
        text = _CONTINUATION.sub(" ", text)
    return (
        _ANSI_C.sub(lambda word: shlex.quote(_ANSI_C_ESCAPE.sub(_ansi_c, word[1])), text)
        if "$'" in text
        else text
    )


def _ansi_c(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2]
    return chr(int(digits, 16)) if digits else _ANSI_C_CHARACTERS.get(escape[3], escape[3])


TRANSFORMATIONS: tuple[Callable[[str], str], ...] = (
    _remove_control_characters,
    _straighten,
    _undo_quoted_printable,
    _unescape_html,
    remove_frames,
    remove_prefixes,
    _remove_markdown,
    _undo_doubled_quotes,
    _undo_shell_escapes,
    join_wrapped_lines,
)
"""In this order: characters, then lines, then what joins lines."""
