"""oidc-provider-mock, which knows no client credentials."""

import threading

from oidc_provider_mock import run_server_in_thread

with run_server_in_thread(port=0) as server:
    print("PORT", server.server_port, flush=True)
    threading.Event().wait()
