"""AgentCore Probe: verifies how Amazon Bedrock AgentCore accepts its callers.

The public interface is `agentcore_probe.api`: observe, load, judge, explain.
"""

__version__ = "0.1.0"
