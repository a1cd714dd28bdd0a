"""`python -m agentcore_probe`."""

from agentcore_probe.cli import main

main()
