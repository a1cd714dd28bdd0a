"""MCP clients of others log in at the embedded AgentCore, and what they did is compared with the forecasts."""
