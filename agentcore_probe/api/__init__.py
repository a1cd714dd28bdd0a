"""The public Python interface, for notebooks and scripts: observe, load, judge, explain.

from agentcore_probe import api

record = api.observe("local")
api.judge(record)
"""

from __future__ import annotations

import sys

from agentcore_probe.api.account import deployed, discover, doctor, simulate
from agentcore_probe.api.fleets import fleet
from agentcore_probe.api.histories import history
from agentcore_probe.api.records import decode, diff, explain, load, predict
from agentcore_probe.api.runs import ask, environment, environments, exit_code, observe, plan, report
from agentcore_probe.errors import ProbeError
from agentcore_probe.judge.judge import judge
from agentcore_probe.model.comparison import Comparison
from agentcore_probe.model.exchange import TokenFacts
from agentcore_probe.model.fleet import Fleet
from agentcore_probe.model.history import History
from agentcore_probe.model.inventory import Inventory
from agentcore_probe.model.judgement import Explanation, Judgement
from agentcore_probe.model.login_chain import LoginChain
from agentcore_probe.model.question import Question
from agentcore_probe.model.record import RunRecord
from agentcore_probe.model.token_prediction import TokenPrediction

__all__ = [
    "Comparison",
    "Explanation",
    "Fleet",
    "History",
    "Inventory",
    "Judgement",
    "LoginChain",
    "ProbeError",
    "Question",
    "RunRecord",
    "TokenFacts",
    "TokenPrediction",
    "ask",
    "decode",
    "deployed",
    "diff",
    "discover",
    "doctor",
    "environment",
    "environments",
    "exit_code",
    "explain",
    "fleet",
    "history",
    "judge",
    "load",
    "observe",
    "plan",
    "predict",
    "report",
    "simulate",
]

if "IPython" in sys.modules:
    from agentcore_probe.report import explanation, history_part

    explanation.show_in_notebook()
    history_part.show_in_notebook()
