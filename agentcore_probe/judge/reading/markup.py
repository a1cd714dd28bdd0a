"""XML and HTML in a text: an element as a mapping, a page as its title and text."""

from __future__ import annotations

import html
import re
from typing import Any

from agentcore_probe.judge.reading.literals import Structure
from agentcore_probe.regex import regex

_TAG = regex(
    r"<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]{0,80}+)(?P<attributes>(?:\s[^<>]{0,2000}+)?)(?P<empty>(?<=/)|/?)>"
)
_SKIPPED = regex(r"<\?[^<>]{0,500}>\s{0,200}|<![A-Za-z][^<>]{0,500}>\s{0,200}")
"""Declarations and document types."""
_COMMENT_END = regex(r"-->\s{0,200}|\Z")
_HTML_TYPE = regex(r"<!doctype\s[^<>]{0,9}html", re.I)
_CUT = regex(
    r"<[A-Za-z_][\w:.-]{0,80}+(?:\s[^<>]{0,2000})?>\s{0,200}<([A-Za-z_][\w:.-]{0,80}+)>[^<]{0,5000}</\1>"
)
"""An element whose first child is complete."""
_PAGE = frozenset({"html", "head"})
_PAGE_PARTS = frozenset({"body", "title", "center", "h1", "h2", "p", "div", "pre"})
"""The elements with which an excerpt of a page begins."""
_PAGE_END = regex(r"</html\s{0,9}>", re.I)
_TITLE = regex(r"<title[^<>]{0,500}>([^<]{0,2000})", re.I)
_HIDDEN = regex(r"<(?:script|style)\b[^<>]{0,2000}>[^<]{0,100000}", re.I)
_ANY_TAG = regex(r"<[/!?A-Za-z][^<>]{0,4000}>")
_CDATA = regex(r"<!\[CDATA\[|\]\]>")
_SPACES = regex(r"\s+")
_MAX_DEPTH = 60


class Markup:
    """The elements of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last_end: dict[str, int] | None = None
        self._comment_end: re.Match[str] | None = None

    def read(self, start: int) -> tuple[list[Structure], int]:
        """The element or page at a `<`, and where it ends; no structure for a placeholder such as `<token>`."""
        text = self._text
        position = start
        while skipped := _SKIPPED.match(text, position) or self._comment(position):
            if _HTML_TYPE.match(skipped[0]):
                return self._read_page(start)
            position = skipped.end()
        tag = _TAG.match(text, position)
        if tag is None or tag["end"]:
            return [], position
        name = tag["name"].lower()
        if name in _PAGE or (name in _PAGE_PARTS and self._has_end(name, start)):
            return self._read_page(start, None if name in _PAGE else name)
        return self._read_element(start, tag)

    def _comment(self, start: int) -> re.Match[str] | None:
        """The end of the comment that begins here."""
        if not self._text.startswith("<!--", start):
            return None
        if self._comment_end is None or self._comment_end.start() < start:
            self._comment_end = _COMMENT_END.search(self._text, start)
        return self._comment_end

    def _read_page(self, start: int, part: str | None = None) -> tuple[list[Structure], int]:
        """An HTML page; without its end, up to the end of its last tag.

        Args:
            start: where it begins.
            part: the name of the element, where it is only an excerpt of a page.
        """
        text = self._text
        last = (
            re.compile(rf"</{part}\s{{0,9}}>", re.I).search(text, start)
            if part
            else _PAGE_END.search(text, start)
        )
        end = last.end() if last else max(text.rfind(">", start) + 1, start + 1)
        page = text[start:end]
        title = _TITLE.search(page)
        value = {
            "title": _plain(title[1]) if title else "",
            "text": _plain(_ANY_TAG.sub(" ", _HIDDEN.sub(" ", page if part else _TITLE.sub(" ", page)))),
        }
        return [Structure(start, end, value, complete=last is not None, text=page, form="html")], end

    def _read_element(self, start: int, first: re.Match[str]) -> tuple[list[Structure], int]:
        text = self._text
        if first["empty"]:
            value: dict[str, Any] = {first["name"]: ""}
            return [
                Structure(start, first.end(), value, text=text[start : first.end()], form="xml")
            ], first.end()
        if not self._has_end(first["name"].lower(), start) and not _CUT.match(text, first.start()):
            return [], start + 1
        tree = _Tree()
        end = first.start()
        for tag in _TAG.finditer(text, first.start()):
            tree.add_text(text[end : tag.start()])
            end = tag.end()
            if not tree.add(tag):
                break
            if tree.is_complete:
                break
        if not tree.is_complete:
            tree.add_text(text[end : end + 5000] if not _TAG.search(text, end) else "")
        if not tree.has_child and not tree.is_complete:
            return [], end
        structure = Structure(
            start, end, tree.finish(), complete=tree.is_complete, text=text[start:end], form="xml"
        )
        return [structure], end

    def _has_end(self, name: str, start: int) -> bool:
        """Whether an end tag of this name, in lower case, follows."""
        if self._last_end is None:
            self._last_end = {
                tag["name"].lower(): tag.start() for tag in _TAG.finditer(self._text) if tag["end"]
            }
        return self._last_end.get(name, -1) > start


class _Tree:
    """The elements read so far: names, children and texts of those that are open."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, Any], list[str]]] = [("", {}, [])]
        self.is_complete = False
        self.has_child = False

    def add_text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def add(self, tag: re.Match[str]) -> bool:
        """Add a tag; whether it fits."""
        name = tag["name"]
        if tag["end"]:
            if len(self._open) < 2 or self._open[-1][0] != name:
                return False
            self._close()
            self.is_complete = len(self._open) == 1
            return True
        if len(self._open) > _MAX_DEPTH:
            return False
        self._open.append((name, {}, []))
        if tag["empty"]:
            self._close()
        return True

    def finish(self) -> dict[str, Any]:
        """The value, with what is open closed."""
        while len(self._open) > 1:
            self._close()
        return self._open[0][1]

    def _close(self) -> None:
        name, children, texts = self._open.pop()
        value: Any = children or _plain("".join(texts))
        siblings = self._open[-1][1]
        if len(self._open) > 1:
            self.has_child = True
        name = name.rpartition(":")[2]
        if name in siblings:
            former = siblings[name]
            siblings[name] = [*former, value] if isinstance(former, list) else [former, value]
        else:
            siblings[name] = value


def _plain(text: str) -> str:
    """A text without entities and repeated spaces."""
    return _SPACES.sub(" ", html.unescape(_CDATA.sub("", text))).strip()
