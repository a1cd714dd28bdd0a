"""One exchange, explained: the engine of `explain`, without any set-up."""

from __future__ import annotations

from agentcore_probe.judge.decision import decision
from agentcore_probe.judge.diagnose import diagnose
from agentcore_probe.judge.reading.case_file import read
from agentcore_probe.judge.remedies import remedy
from agentcore_probe.model.judgement import Explanation


def explain(text: str, *, where: str) -> Explanation:
    """What the exchange in `text` means.

    Args:
        text: the case form (docs/diagnosis.md), or what a person pasted: `curl -i` or `curl -v`
            output, a botocore or `aws` error, an answer's JSON body.
        where: names the text in errors.

    Raises:
        RecordError: it shows no answer.
    """
    case = read(text, where=where)
    diagnosis = diagnose(case)
    return Explanation(
        decision=decision(case),
        diagnosis=diagnosis.model_copy(update={"remedy": remedy(diagnosis, case, None, None)}),
    )
