"""A comparison of two environments in words: in both languages, as HTML, as Markdown."""

from __future__ import annotations

import re

import pytest
from nbformat import v4

from agentcore_probe.model.comparison import (
    Comparison,
    Explanation,
    FactDifference,
    FactValue,
    RowState,
    Side,
    State,
    Subject,
)
from agentcore_probe.model.extension import ExtensionResult
from agentcore_probe.model.languages import LANGUAGES
from agentcore_probe.notebook.report_cells import without_additions
from agentcore_probe.report.comparison import ComparisonView
from agentcore_probe.report.comparison_html import comparison_html, comparison_section
from agentcore_probe.report.comparison_markdown import comparison_markdown
from agentcore_probe.report.extension_cells import add_cells
from agentcore_probe.report.messages import messages

GOOD = RowState(observed="accepted", outcome="as-expected", cause="none")
BAD = RowState(observed="refused", outcome="unexpected", cause="client-not-allowed")
MATCHES = FactValue(state="matches", text="a", claim="client_id", found="a")
FAILS = FactValue(state="fails", text="b", claim="client_id", found="<a>|")


def comparison(*explanations: Explanation, others: tuple[FactDifference, ...] = ()) -> Comparison:
    """Of prod, which is not verified if there are explanations, and stage."""
    prod = Side(
        environment="prod", verdict="not-verified" if explanations else "verified", source="aws", run="1"
    )
    stage = Side(environment="stage", verdict="verified", source="embedded", run="2", tool="2.0")
    return Comparison(sides=(prod, stage), explanations=explanations, others=others)


def explained(fact: str = "runtime.allowedClients") -> Explanation:
    """A row with the one fact that explains it, and a row that follows."""
    row = Subject(id="runtime-jwt", kind="row", basis="decides", rows=(BAD, GOOD))
    follower = row.model_copy(update={"id": "runtime-anonymous", "follows": True})
    return Explanation(subjects=(row, follower), facts=(FactDifference(fact=fact, values=(FAILS, MATCHES)),))


def test_what_explains_a_row_is_a_relation() -> None:
    """The setting, what it says of the token in both, how it explains, the row, and what follows."""
    view = ComparisonView(comparison(explained()), messages("en"))
    (found,) = view.explanations()
    assert found["title"] == "Runtime: allowedClients"
    assert found["facts"][0]["values"] == [
        "does not match the token's client_id (<a>|)",
        "matches the token's client_id",
    ]
    assert found["rows"][0]["values"] == ["refused (client-not-allowed), unexpected", "accepted, as expected"]
    assert found["follows"] == "Follows from this: runtime-anonymous."
    assert view.summary is None
    assert [note.split(":")[0] for note in view.notes] == [
        "The runs were made by different versions",
        "The answers do not come from the same kind of service",
    ]


def test_equal_results_are_said_to_be_equal() -> None:
    """With what else differs."""
    other = FactDifference(
        fact="run.tools", values=(FactValue(state="nothing"), FactValue(state="only", text="search"))
    )
    view = ComparisonView(comparison(others=(other,)), messages("en"))
    assert view.summary == "Both are verified, and no result differs."
    assert view.others()[0]["label"] == "Run: tools listed"
    assert view.others()[0]["values"] == ["nothing else", "only here: search"]
    assert view.others_count == "1 further difference explains no result."


STATES: tuple[State, ...] = ("value", "unset", "set", "read", "only", "nothing", "matches", "fails")
FACTS = (
    "runtime.authorizer", "gateway.targets", "issuer.keys", "issuer.gateway.read", "client.hasSecret", "token.validity",
    "token of admin.scope", "policy.endpoint", "file.expect.runtime-jwt", "run.clock",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_fact_and_value_has_words(language: str) -> None:
    """In every language, without a name in braces."""
    values = [FactValue(state=state, text="expired", claim="scope") for state in STATES]
    others = tuple(FactDifference(fact=fact, values=(one, values[0])) for fact in FACTS for one in values)
    subjects = (
        Subject(id="gateway-open", kind="configuration", basis="nothing", present=(True, False)),
        Subject(id="runtime-jwt", kind="expectation", basis="nothing", present=(False, True)),
        Subject(
            id="runtime-cli",
            kind="row",
            basis="named",
            rows=(
                RowState(observed=None, outcome=None, cause="none"),
                RowState(observed=None, outcome="not-applicable", cause="none"),
            ),
        ),
    )
    view = ComparisonView(comparison(Explanation(subjects=subjects), others=others), messages(language))
    text = comparison_markdown(view)
    assert not re.search(r"[{}]|None|compared-", text)
    assert len(view.others()) == len(others)


def test_a_servers_words_are_text() -> None:
    """In HTML and in Markdown, where they neither begin a tag nor a cell."""
    view = ComparisonView(comparison(explained()), messages("en"))
    assert "&lt;a&gt;|" in comparison_section(view, view.title)
    assert r"\<a\>\|" in comparison_markdown(view)


def test_a_notebook_shows_the_sentences() -> None:
    """As a part of its own, and without IPython's formatters a table of the facts."""
    found = comparison(explained())
    assert "Runtime: allowedClients" in comparison_html(found)
    assert "runtime.allowedClients" in found._repr_html_()
    assert "runtime.allowedClients" in found.as_text()


def test_a_frame_has_a_column_for_each_environment() -> None:
    """And says which rows a fact explains."""
    other = FactDifference(fact="gateway.searchType", values=(FactValue(state="unset"), FAILS))
    frame = comparison(explained(), others=(other,)).to_frame()
    assert list(frame.columns) == ["fact", "prod", "stage", "explains"]
    assert frame["explains"].tolist()[0] == "runtime-jwt, runtime-anonymous"
    assert frame["explains"].isna().tolist() == [False, True]


def test_a_comparison_is_a_cell_that_is_not_shared() -> None:
    """After the report's own, with the section as its output."""
    notebook = v4.new_notebook()
    addition = ExtensionResult(
        name="stage", kind="comparison", title="stage", comparison=comparison(explained())
    )
    add_cells(notebook, [addition], messages("en"))
    (cell,) = notebook.cells
    assert "<h2>Compared with stage</h2>" in cell.outputs[0]["data"]["text/html"]
    assert not addition.fails_run
    assert "Compared" not in str(without_additions(notebook, "0" * 64))
