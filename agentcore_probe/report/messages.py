"""The sentences of a report in one language, from the Fluent catalogues in `text/`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

from fluent.runtime import FluentBundle, FluentResource

from agentcore_probe.errors import ProbeError
from agentcore_probe.model.languages import LANGUAGES, Language

VALUES = (
    "identifier", "host", "detail", "server", "path", "method", "qualifier", "host_region", "arn_region",
    "status", "found", "wanted", "claim", "operator", "now", "exp", "nbf", "seconds", "message",
    "policy", "length",
    "client", "authorizer", "scheme", "skew", "session", "asked", "supported", "tool", "target", "defect",
)  # fmt: skip
"""Every value that a cause's text may name."""


class Messages:
    """The messages of one language.

    Args:
        language: the language.
        source: its catalogue, in Fluent's syntax.
    """

    def __init__(self, language: Language, source: str) -> None:
        self.language = language
        self.gap = language.sentence_gap
        self.comma = language.list_comma
        self._sources = _sources(source)
        # Isolating marks are for mixed writing directions; here they would end up in file names and ids.
        self._bundle = FluentBundle([language.code], use_isolating=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all messages, in the catalogue's order."""
        return tuple(self._sources)

    def __call__(self, id: str, values: Mapping[str, object] | None = None, /, **more: object) -> str:
        """The message `id`, or its attribute `id.name`, with its values filled in.

        Raises:
            ProbeError: the catalogue has no such message, or a value is missing; both are internal errors.
        """
        name, _, attribute = id.partition(".")
        message = self._message(name)
        pattern = message.attributes.get(attribute) if message and attribute else message and message.value
        if pattern is None:
            raise ProbeError(f"no message {id!r} in the {self.language.code} catalogue")
        # A value stays on the line of its sentence: a server's line break must not begin one of ours.
        given = {
            key.replace("-", "_"): value if isinstance(value, int) else " ".join(str(value).splitlines())
            for key, value in {**(values or {}), **more}.items()
        }
        text, errors = self._bundle.format_pattern(cast("Any", pattern), given)
        if errors:
            raise ProbeError(f"the {self.language.code} message {id!r} cannot be filled in: {errors[0]}")
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


def _sources(text: str) -> dict[str, str]:
    """The source of each message by its id."""
    starts = list(_ENTRY.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    return {match[1]: text[match.start() : end] for match, end in zip(starts, ends, strict=True)}


@cache
def messages(code: str) -> Messages:
    """The messages of the language with this code.

    Raises:
        KeyError: there is no such language; callers check codes against `LANGUAGES`.
    """
    language = LANGUAGES[code]
    return Messages(language, files("agentcore_probe.report").joinpath(f"text/{code}.ftl").read_text("utf-8"))
