"""How many environments may run at the same time. Imports nothing heavy, because `--help` imports this module."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

CONCURRENCY = 36
"""How many environments are probed at a time: with more, this machine's cores are what takes time (benchmarks/RESULTS.md)."""
CONCURRENCY_WITH_PAGES = 24
"""The same where pages are made meanwhile: these take the cores anyway, and each environment under way takes 4 MiB."""
PER_ACCOUNT = 10
"""How many of them may call the same account: AWS counts the requests of an account and region together."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many environments may run at the same time."""

    concurrency: int = CONCURRENCY
    """In all."""
    per_account: int = PER_ACCOUNT
    """In one account, through one host."""
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    """With work for this machine: processes that make pages, embedded AgentCores, records that are read."""
