"""Jupyter's own kernel, started without credentials in its environment."""

from __future__ import annotations

from typing import Any

from jupyter_client.manager import AsyncKernelManager

from agentcore_probe.notebook.variables import clean_environment


class CleanKernelManager(AsyncKernelManager):
    """Starts kernels with the variables of `clean_environment` only; Jupyter would pass all of them on."""

    async def _async_pre_start_kernel(self, **settings: Any) -> Any:
        return await super()._async_pre_start_kernel(**{**settings, "env": clean_environment()})
