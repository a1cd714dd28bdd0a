"""May a principal call the targets? Answered from policies, for one that this caller cannot become; nothing is invoked.

Its own policies come from IAM's simulator (iam:SimulatePrincipalPolicy), which sees the organization's policies too, and
from the documents, which show the statement that decides; resource policies from GetResourcePolicy. The simulator takes no
resource policy for a role, so those are evaluated here (`judge.policy`).
"""
