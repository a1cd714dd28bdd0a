"""The sentences of a report, in its language, from the Fluent catalogues in `text/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

from fluent.runtime import FluentBundle, FluentResource

from agentcore_probe.errors import ProbeError

VALUES = (
    "identifier", "host", "detail", "server", "path", "method", "qualifier", "host_region", "arn_region",
    "status", "found", "wanted", "claim", "operator", "now", "exp", "nbf", "seconds", "message",
    "policy", "length",
    "client", "authorizer", "scheme", "skew", "session", "asked", "supported", "tool", "target", "defect",
)  # fmt: skip
"""Every value that a cause's text may name."""


class Messages:
    """One language's catalogue."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.gap = "" if language == "ja" else " "
        """What stands between two sentences."""
        self.comma = "、" if language == "ja" else ", "
        """What stands between the items of a list."""
        self._sources = _sources(language)
        # Isolating marks are for mixed writing directions; here they would stand in file names and ids.
        self._bundle = FluentBundle([language], use_isolating=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all messages, in the catalogue's order."""
        return tuple(self._sources)

    def __call__(self, id: str, values: Mapping[str, object] | None = None, /, **more: object) -> str:
        """The message `id`, or its attribute `id.name`, with its values filled in.

        Raises:
            ProbeError: the catalogue has no such message; that is a fault of ours.
        """
        name, _, attribute = id.partition(".")
        message = self._message(name)
        pattern = message.attributes.get(attribute) if message and attribute else message and message.value
        if pattern is None:
            raise ProbeError(f"the {self.language} catalogue has no message {id!r}")
        # A value stays on the line of its sentence: a server's line break must not begin one of ours.
        given = {
            key.replace("-", "_"): value if isinstance(value, int) else " ".join(str(value).splitlines())
            for key, value in {**(values or {}), **more}.items()
        }
        text, errors = self._bundle.format_pattern(cast("Any", pattern), given)
        if errors:
            raise ProbeError(f"the {self.language} message {id!r} cannot be filled in: {errors[0]}")
        return str(text)

    def cause(self, id: str, values: Mapping[str, str]) -> str:
        """A cause's message, `cause-NAME` or `cause-NAME.why`.

        "-" says that there is none, and is a word; what is not known at all is a word, too, or "unknown"
        where the message selects on it.
        """
        source = self._sources.get(f"cause-{id.partition('.')[0]}", "")
        given = {name.replace("-", "_"): value for name, value in values.items() if value}
        told = {name: self._unknown(name, source) for name in VALUES if f"${name}" in source}
        for name, value in given.items():
            told[name] = self("value-absent") if value == "-" else value
        return self(f"cause-{id}", told)

    def _unknown(self, name: str, source: str) -> str:
        """What stands for a value that is not known, in a message with that source."""
        if f"${name} ->" in source:
            return "unknown"
        return self("value-no-message" if name == "message" else "value-unknown")

    def pattern(self, id: str) -> str:
        """The message with its values' names in braces, for a page that explains it."""
        return self(id, {name: f"{{{name}}}" for name in VALUES})

    def has(self, id: str) -> bool:
        """Whether there is such a message or attribute."""
        name, _, attribute = id.partition(".")
        message = self._message(name)
        return message is not None and (not attribute or attribute in message.attributes)

    def _message(self, name: str) -> Any:
        """The message, read when it is first asked for: a whole catalogue takes 0.1 s to parse."""
        if not self._bundle.has_message(name):
            if name not in self._sources:
                return None
            self._bundle.add_resource(FluentResource(self._sources[name]))
        return self._bundle.get_message(name)


_ENTRY = re.compile(r"^([a-z][\w-]*) =", re.M)


def _sources(language: str) -> dict[str, str]:
    """Each message's own text by its id."""
    text = files("agentcore_probe.report").joinpath(f"text/{language}.ftl").read_text("utf-8")
    starts = list(_ENTRY.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}


@cache
def messages(language: str) -> Messages:
    """The catalogue of `language` ("en" or "ja")."""
    return Messages(language)
