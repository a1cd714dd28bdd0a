"""The base of every fact: frozen, strict about its keys, plain JSON outside."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value that does not change after it was made and refuses unknown keys."""

    # Validators are built when a type is first used: `explain` needs few of them, and soon.
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", defer_build=True)
