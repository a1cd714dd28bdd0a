"""A login chain as a frame, as HTML and as text."""

from __future__ import annotations

from agentcore_probe.model.login_chain import LoginChain
from tests.report.login_chains import CHAIN, URL


def test_to_frame_has_one_row_per_client_and_way() -> None:
    """What is not there is missing."""
    frame = CHAIN.to_frame()
    assert list(frame.columns) == ["target", "client", "way", "outcome", "step", "reason", "side"]
    assert list(frame["client"]) == ["t-first", "t-first", "t-second", "t-second", "t-third"]
    assert list(frame["outcome"]) == ["fails", "connects", "fails", "fails", "possible"]
    connects = frame[frame["outcome"] == "connects"].iloc[0]
    assert connects["way"] == "typed-id"
    assert (
        frame["step"].isna().tolist() == frame["side"].isna().tolist() == [False, True, False, False, False]
    )
    empty = LoginChain(target="gateway", url=URL, provider="generic").to_frame()
    assert (list(empty.columns), dict(empty.dtypes)) == (list(frame.columns), dict(frame.dtypes))


def test_a_chain_displays_as_its_steps_and_its_clients() -> None:
    """With symbol and word; a client by its best way."""
    html = CHAIN.as_html()
    assert "<td>✗ failed</td>" in html
    assert '<th scope="row">t-first</th><td>typed-id</td><td>✓ connects</td>' in html
    text = CHAIN.as_text().splitlines()
    assert text[0] == f"MCP clients at the gateway: {URL}"
    assert text[2].split() == ["t-first", "typed-id", "connects", "-", "connects", "-"]
    assert len(text) == 2 + len(CHAIN.clients)
