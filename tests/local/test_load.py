"""Many first calls at once: the embedded AgentCore does not wait for itself."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from agentcore_probe.model.environment import LocalSetup
from tests.conftest import log_in
from tests.embedded import started
from tests.local.callers import initialize, post, runtime_url

CALLS = int(os.environ.get("FIRST_CALLS", "60"))
"""200 in `make promises`."""


def test_valid_tokens_are_accepted_by_a_runtime_and_a_gateway_under_load() -> None:
    """The token check once fetched its keys from its own server, with the threads that served the answer."""
    with started(LocalSetup()) as facts, ThreadPoolExecutor(CALLS) as pool:
        token = log_in(facts)["AccessToken"]
        start = Barrier(CALLS)

        def call(number: int) -> int:
            start.wait()
            if number % 2:
                return initialize(facts, token).status_code
            return post(runtime_url(facts), f"Bearer {token}").status_code

        statuses = list(pool.map(call, range(CALLS)))
    assert statuses == [200] * CALLS
