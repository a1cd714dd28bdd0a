"""Jupyter's own kernel, started without the environment's secrets."""

from __future__ import annotations

from typing import Any

from jupyter_client.manager import AsyncKernelManager

from agentcore_probe.notebook.worker import clean_environment


class CleanKernelManager(AsyncKernelManager):
    """Starts kernels with the variables of `clean_environment` only; Jupyter hands on all of them."""

    async def _async_pre_start_kernel(self, **settings: Any) -> Any:
        return await super()._async_pre_start_kernel(**{**settings, "env": clean_environment()})
