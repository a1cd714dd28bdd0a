"""Seeds moto once for every embedded AgentCore of the tests. Only the fork server imports this module.

Seeding takes a third of a second; each forked process gets its own copy of the seeded account.
"""

from __future__ import annotations

from agentcore_probe.local.moto_backend import seed

seed()
