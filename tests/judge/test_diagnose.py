"""Diagnosing: the right cause, and nothing proven that is not."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.explain import read_case as read
from agentcore_probe.judge.reading.related import Related
from agentcore_probe.model.exchange import Exchange, Response
from tests.judge.labelled import CASES, case_of, form_of
from tests.judge.redacted import redacted
from tests.sampling import every


@pytest.mark.parametrize("name", CASES)
def test_a_labelled_case_gets_its_cause_and_decision(name: str) -> None:
    """Those under `also` and `decision_also` are accepted, too; what is labelled `possible` is never proven."""
    label, case = CASES[name]["then"], read(json.dumps(form_of(name)), where=name)
    diagnosis = diagnose(case)
    assert diagnosis.cause in [label["cause"], *label.get("also", [])]
    assert decision(case) in [label["decision"], *label.get("decision_also", [])]
    assert not (diagnosis.confidence == "proven" and label["confidence"] == "possible")
    if label["confidence"] == "proven" and case.related:
        assert diagnosis.confidence == "proven"


def test_the_id_of_a_case_is_not_an_input() -> None:
    """The same case with another id gets the same diagnosis."""
    form = form_of("raw-arn-404")
    one = diagnose(read(json.dumps({**form, "id": "raw-arn-404"}), where="t"))
    other = diagnose(read(json.dumps({**form, "id": "something-else"}), where="t"))
    assert one == other == diagnose(read(json.dumps(form), where="t"))


@pytest.mark.parametrize("name", [name for name, form in CASES.items() if form.get("related")])
def test_the_order_of_related_exchanges_does_not_matter(name: str) -> None:
    """Every order gives the same cause and the same confidence."""
    case = case_of(name)
    orders = itertools.islice(itertools.permutations(case.related), 24)
    diagnoses = [diagnose(replace(case, related=Related(related))) for related in orders]
    assert len({(diagnosis.cause, diagnosis.confidence) for diagnosis in diagnoses}) == 1


@given(data=st.data())
def test_exchanges_with_another_target_change_no_diagnosis(data: st.DataObject) -> None:
    """Calls to another Runtime or Gateway are not evidence, whatever they got."""
    case = case_of(data.draw(st.sampled_from(sorted(CASES))))
    names = data.draw(st.lists(st.sampled_from(sorted(CASES)), min_size=1, max_size=3))
    others = tuple(_at_another_target(case_of(name).exchange, number) for number, name in enumerate(names))
    alone, together = diagnose(case), diagnose(replace(case, related=Related((*case.related, *others))))
    assert (together.cause, together.confidence) == (alone.cause, alone.confidence)
    accepted = case.exchange.model_copy(update={"response": Response(status=200, body="{}")})
    counterpart = _at_another_target(accepted, 9)
    assert (
        diagnose(replace(case, related=Related((*case.related, counterpart)))).confidence == alone.confidence
    )


def _at_another_target(exchange: Exchange, number: int) -> Exchange:
    """The same exchange with another account's Runtime, or another Gateway."""
    url = re.sub(r"(?<!\d)\d{12}(?!\d)", "999900001111", exchange.request.url)
    url = re.sub(r"^(https?)://", rf"\1://another-{number}-", url) if url == exchange.request.url else url
    request = exchange.request.model_copy(update={"url": url})
    return exchange.model_copy(update={"id": f"elsewhere/{number + 100}", "request": request})


@pytest.mark.parametrize("name", every(4, CASES))
def test_redaction_changes_no_cause(name: str) -> None:
    """Every labelled case has the same cause with its credentials removed."""
    case = case_of(name)
    clean = replace(case, exchange=redacted(case.exchange), related=Related(map(redacted, case.related)))
    assert diagnose(clean).cause == diagnose(case).cause
