"""The languages of reports: a language is a record here and a catalogue `report/text/CODE.ftl`, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from agentcore_probe.errors import InputError


class Language(NamedTuple):
    """A language that reports can be written in."""

    code: str
    """As in BCP 47: `lang` in HTML, the catalogue's file name, `--lang`."""
    sentence_gap: str = " "
    """Between two sentences."""
    list_comma: str = ", "
    """Between the items of a list."""
    has_singular: bool = True
    """Whether the number one has a form of its own."""

    def plural(self, number: float) -> Literal["one", "other"]:
        """The form that words beside this number have (CLDR's names)."""
        return "one" if self.has_singular and number == 1 else "other"

    @property
    def id_prefix(self) -> str:
        """Before every id of this language's part of a page: a page may hold several languages."""
        return "" if self.code == DEFAULT else f"{self.code}-"


DEFAULT = "en"

LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        Language("en"),
        Language("ja", sentence_gap="", list_comma="、", has_singular=False),
    )
}
"""Every language by its code."""


def check_language(code: str) -> None:
    """Refuses a code of no language.

    Raises:
        InputError: there is none.
    """
    if code not in LANGUAGES:
        raise InputError(f"unknown language {code!r}", hint=f"Use one of: {', '.join(LANGUAGES)}")


if TYPE_CHECKING:
    LanguageCode = str
else:
    # A literal, so that a JSON Schema lists the codes and an error names them.
    LanguageCode = Literal[*LANGUAGES]
