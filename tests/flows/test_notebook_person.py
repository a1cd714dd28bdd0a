"""Whether a login may ask somebody who works with a notebook."""

from __future__ import annotations

from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

CODE = """
import threading
from agentcore_probe.access import prompt
found = []
thread = threading.Thread(target=lambda: (found.append(prompt.has_notebook()), prompt.show("the URL")))
thread.start()
thread.join()
print(found, prompt.has_terminal())
"""


@pytest.mark.slow
def test_only_a_client_that_answers_questions_is_a_person() -> None:
    """JupyterLab allows a cell to ask, nbclient and papermill do not: there a login would wait for nobody."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        for allow in (True, False):
            printed: list[str] = []

            def keep(message: Any, printed: list[str] = printed) -> None:
                printed.append(message["content"].get("text", ""))

            client.execute_interactive(CODE, allow_stdin=allow, timeout=30, output_hook=keep)
            assert "".join(printed) == f"the URL\n[{allow}] False\n"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
