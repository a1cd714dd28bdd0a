"""The HTTP services: data plane, Gateway, control plane, and Cognito with IAM and STS.

Each wraps a real component. Routing, the order of checks and the responses are our own and follow
docs/agentcore.md sections 2 to 6; docs/local.md lists what had to be chosen.
"""
