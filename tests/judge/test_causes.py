"""The table of causes: complete, consistent, and in the order of docs/diagnosis.md."""

from __future__ import annotations

from itertools import groupby
from typing import get_args

import pytest

from agentcore_probe.judge import causes
from agentcore_probe.judge.causes import CAUSES, Group
from agentcore_probe.judge.factors import FACTORS
from agentcore_probe.judge.remedies import BUILDERS
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.report.messages import messages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", CAUSES)
def test_a_cause_has_its_texts(cause: str, language: str) -> None:
    """What happened, why, and how to fix it."""
    assert all(messages(language).has(f"cause-{cause}{part}") for part in ("", ".why", ".fix"))


def test_no_id_is_used_twice() -> None:
    """The second row would replace the first."""
    assert len(CAUSES) == len(causes._ROWS)


def test_the_groups_are_the_sections_of_the_page() -> None:
    """Each group is one run of rows, in the order of the type; else a section would appear twice."""
    assert [group for group, _ in groupby(cause.group for cause in CAUSES.values())] == list(get_args(Group))


def test_the_factors_of_the_causes_exist() -> None:
    """A cause can only be proven by a factor that two requests can be compared in."""
    assert {cause.factor for cause in CAUSES.values() if cause.factor} <= FACTORS.keys()


def test_the_remedies_of_the_causes_exist_and_are_used() -> None:
    """The table of causes and the builders name the same kinds of remedies."""
    assert {cause.remedy for cause in CAUSES.values() if cause.remedy} == BUILDERS.keys()


def test_a_cause_that_is_harmless_leaves_nothing_undecided() -> None:
    """No cause says both that the call worked and that the run could not find out."""
    assert not [
        cause.id for cause in CAUSES.values() if cause.harmless and (cause.inconclusive or cause.early)
    ]
