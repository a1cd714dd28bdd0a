"""What pasted material means that is not an exchange: a token, an ARN, a URL, a request without answer, settings.

Facts describe it; what is wrong with it has the cause of the refusal that would follow.
"""

from __future__ import annotations

import shlex
from datetime import datetime

from agentcore_probe.judge.material.parts import Part, parts_of
from agentcore_probe.judge.reading.material import Material
from agentcore_probe.judge.remedies import BUILDERS, remedy
from agentcore_probe.judge.remedies.context import RemedyContext
from agentcore_probe.judge.rules.match import Match
from agentcore_probe.model.judgement import Diagnosis, Explanation, Fact, Remedy
from agentcore_probe.secret import redact, without_tokens

_CONFIDENCES = ("proven", "probable", "possible")


def explain_material(material: Material, now: datetime) -> Explanation:
    """What `material` is, and the first thing that is wrong with it; the cause is `none` if nothing is.

    Args:
        material: what a text contains; not empty.
        now: the time with which the times of tokens are compared.
    """
    parts = tuple(parts_of(material, now))
    wrong = [(part, match) for part in parts for match in part.matches]
    chosen = min(wrong, key=lambda pair: _CONFIDENCES.index(pair[1].confidence)) if wrong else None
    diagnosis = _diagnosis(*chosen) if chosen else _nothing_wrong(parts)
    facts = [fact for part in parts for fact in part.facts]
    facts += [
        _as_fact(match) for part, match in wrong if not part.is_described and match.cause != diagnosis.cause
    ]
    clean = (fact.model_copy(update={"values": _clean(fact.values)}) for fact in facts)
    changes = {"values": _clean(diagnosis.values), "remedy": _clean_remedy(diagnosis.remedy)}
    return Explanation(
        decision="undecided", diagnosis=diagnosis.model_copy(update=changes), material=tuple(clean)
    )


def _diagnosis(part: Part, match: Match) -> Diagnosis:
    diagnosis = Diagnosis(
        cause=match.cause,
        confidence=match.confidence,
        values=match.values,
        evidence=("case/1",),
        checks=match.checks,
    )
    lines = Remedy(id="none") if part.is_described else remedy(diagnosis, part.case, None, None)
    return diagnosis.model_copy(
        update={"remedy": lines.model_copy(update={"recheck": "agentcore-probe explain -"})}
    )


def _nothing_wrong(parts: tuple[Part, ...]) -> Diagnosis:
    """With the lines that call what the text names, if it names something that can be called."""
    is_usable = any(part.target or part.case.token or part.facts[0].id == "settings" for part in parts)
    kind = "material" if is_usable else "place"
    diagnosis = Diagnosis(cause="none", confidence="possible", values={"kind": kind})
    part = next((part for part in parts if part.target is not None and part.target.name), None)
    if part is None or part.target is None:
        return diagnosis
    calls = (
        () if part.target.is_command else BUILDERS["encoded-call"](RemedyContext(part.case), "none").commands
    )
    discover = (f"agentcore-probe discover NAME {part.target.option}",) if part.target.option else ()
    again = f"agentcore-probe ask {shlex.quote(_clean_text(part.target.name))}"
    lines = Remedy(id="encoded-call", commands=(*calls, *discover), recheck=again)
    return diagnosis.model_copy(update={"remedy": lines})


def _as_fact(match: Match) -> Fact:
    """Something else that is wrong, in the words of its cause."""
    return Fact(id=f"cause-{match.cause}", values=match.values, is_wrong=True)


def _clean(values: dict[str, str]) -> dict[str, str]:
    """The values without credentials."""
    return {name: _clean_text(value) for name, value in values.items()}


def _clean_remedy(lines: Remedy | None) -> Remedy | None:
    """The lines to paste without the credentials that the text's command has in its URL."""
    if lines is None:
        return None
    changes = {
        "values": _clean(lines.values),
        "commands": tuple(map(_clean_text, lines.commands)),
        "fragments": _clean(lines.fragments),
        "recheck": _clean_text(lines.recheck),
    }
    return lines.model_copy(update=changes)


def _clean_text(text: str) -> str:
    return without_tokens(redact(text))
