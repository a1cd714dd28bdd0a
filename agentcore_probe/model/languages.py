"""The languages of reports. A module of its own: the command line needs them before anything heavy."""

from __future__ import annotations

from typing import Literal, get_args

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
