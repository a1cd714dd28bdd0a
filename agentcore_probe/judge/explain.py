"""Explains one exchange, without an environment: what the command `explain` runs."""

from __future__ import annotations

from agentcore_probe.judge.choice import choose
from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case import Case
from agentcore_probe.judge.reading.case_file import read
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.model.judgement import Explanation


def read_case(text: str, *, where: str) -> Case:
    """The exchange in `text` that is explained, with the others as related.

    Raises:
        RecordError: the text is empty, or a case in a wrong form.
    """
    return choose(read(text, where=where))


def explain(text: str, *, where: str) -> Explanation:
    """The decision and the diagnosis of the exchange in `text`.

    Args:
        text: the case form (docs/diagnosis.md), or pasted text: `curl -i` or `curl -v` output, a
            botocore or `aws` error, the JSON body of a response.
        where: names the text in errors.

    Raises:
        RecordError: it has no answer.
    """
    case = read_case(text, where=where)
    diagnosis = diagnose(case)
    return Explanation(
        decision=decision(case),
        diagnosis=diagnosis.model_copy(update={"remedy": remedy(diagnosis, case, None, None)}),
    )
