"""Every explanation can be printed, whatever its cause, remedy and checks are."""

from __future__ import annotations

import json

import pytest

from agentcore_probe import secret
from agentcore_probe.commands.explanation_lines import explanation_json, explanation_lines
from agentcore_probe.judge.explain import explain
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.messages import messages
from tests.judge.labelled import CASES, form_of
from tests.sampling import every

CASES_OF_CAUSES = {form["then"]["cause"]: name for name, form in CASES.items()}
"""A labelled case of each cause."""
NAMES = sorted(CASES_OF_CAUSES.values())


@pytest.mark.parametrize("name", [*NAMES, *every(20, sorted(CASES.keys() - set(NAMES)))])
def test_an_explanation_is_printed_in_every_language(name: str) -> None:
    """No message is missing; one case of each cause, and a sample of the others."""
    explanation = explain(json.dumps(form_of(name)), where=name)
    secret.forget_all()
    for language in LANGUAGES:
        text = messages(language)
        lines = list(explanation_lines(explanation, text))
        assert lines[0] or explanation.material
        assert explanation_json(explanation, text)["title"]
