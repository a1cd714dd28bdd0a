"""What every embedded AgentCore of the tests begins with. The fork server alone imports this.

Seeding moto takes a third of a second, the same each time; a process that is forked has it to itself.
"""

from __future__ import annotations

from agentcore_probe.local.moto_backend import seed

seed()
