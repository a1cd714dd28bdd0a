"""The operations of Cognito since November 2026 for a boto3 that does not know them yet.

botocore merges `service-2.sdk-extras.json` of its data path into the service's model. The shapes are those of botocore
1.44.8; with that version or a later one, the merge changes nothing that the tests use.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_TEXT: dict[str, Any] = {"shape": "StringType"}
_POLICY = {
    "CIMDPolicyId": _TEXT,
    "PolicyName": _TEXT,
    "ClientId": _TEXT,
    "URLPatterns": {"shape": "CIMDPatternsOfTests"},
}


def _operation(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": f"{name}Request"},
        "output": {"shape": f"{name}Response"},
        "errors": [],
    }


def _structure(members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "structure", "members": members}


_MODEL = {
    "operations": {name: _operation(name) for name in ("ListCIMDPolicies", "DescribeCIMDPolicy")},
    "shapes": {
        "CIMDPatternsOfTests": {"type": "list", "member": _TEXT},
        "CIMDPolicyOfTests": _structure(_POLICY),
        "CIMDPoliciesOfTests": {"type": "list", "member": {"shape": "CIMDPolicyOfTests"}},
        "ListCIMDPoliciesRequest": _structure(
            {"UserPoolId": _TEXT, "MaxResults": {"shape": "IntegerType"}, "NextToken": _TEXT}
        ),
        "ListCIMDPoliciesResponse": _structure(
            {"CIMDPolicies": {"shape": "CIMDPoliciesOfTests"}, "NextToken": _TEXT}
        ),
        "DescribeCIMDPolicyRequest": _structure({"UserPoolId": _TEXT, "CIMDPolicyId": _TEXT}),
        "DescribeCIMDPolicyResponse": _structure({"CIMDPolicy": {"shape": "CIMDPolicyOfTests"}}),
    },
}


def write_model(folder: Path) -> Path:
    """Writes the operations into a folder for `AWS_DATA_PATH`, and returns it."""
    place = folder / "cognito-idp" / "2016-04-18"
    place.mkdir(parents=True)
    (place / "service-2.sdk-extras.json").write_text(json.dumps({"version": 1.0, "merge": _MODEL}))
    return folder
