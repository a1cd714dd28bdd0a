"""AgentCore Probe: verifies how Amazon Bedrock AgentCore accepts its callers.

The public interface is `agentcore_probe.api`: observe, load, judge, explain.
"""

__version__ = "0.1.0"
PROJECT_URL = "https://github.com/agentcore-probe/agentcore-probe"
"""Where the project is; also sent in each request's User-Agent."""
