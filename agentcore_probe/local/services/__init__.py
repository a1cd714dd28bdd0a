"""The front doors: data plane, Gateway, control plane, and Cognito with IAM and STS.

What stands behind each door is a real part; the routing, the order of checks and the answers
are ours, as docs/agentcore.md sections 2 to 6 say (docs/local.md has what had to be chosen).
"""
