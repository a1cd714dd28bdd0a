"""JSON, and the listings that the AWS CLI prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentcore_probe.environments.tables.reading import read_table
from agentcore_probe.environments.tables.table import Table
from agentcore_probe.errors import EnvironmentFileError

STACK = "arn:aws:cloudformation:eu-west-1:123456789012:stack/agent-prod/6e1a2b30-0000-11ee-be56-0242ac120002"
RUNTIME = "arn:aws:bedrock-agentcore:us-east-1:210987654321:runtime/my_agent-ABCDEFGHIJ"


def read(tmp_path: Path, content: Any, indent: int | None = 4) -> Table:
    path = tmp_path / "t.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=indent))
    return read_table(path, "t.json", "environments/t.toml")


LISTINGS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "organizations list-accounts": (
        {
            "Accounts": [
                {
                    "Id": "012345678901",
                    "Arn": "arn:aws:organizations::999999999999:account/o-exampleorgid/012345678901",
                    "Email": "prod@example.com",
                    "Name": "Agents Prod",
                    "Status": "ACTIVE",
                    "JoinedMethod": "CREATED",
                    "JoinedTimestamp": 1481835795.536,
                }
            ]
        },
        {"account": "012345678901", "name": "Agents Prod", "status": "ACTIVE"},
    ),
    "cloudformation list-stacks": (
        {
            "StackSummaries": [
                {
                    "StackId": STACK,
                    "StackName": "agent-prod",
                    "CreationTime": "2026-10-01T09:00:00+00:00",
                    "StackStatus": "CREATE_COMPLETE",
                    "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
                }
            ]
        },
        {
            "account": "123456789012",
            "region": "eu-west-1",
            "name": "agent-prod",
            "stack": "agent-prod",
            "status": "CREATE_COMPLETE",
            "drift_information_stack_drift_status": "NOT_CHECKED",
        },
    ),
    "cloudformation describe-stacks": (
        {
            "Stacks": [
                {
                    "StackId": STACK,
                    "StackName": "agent-prod",
                    "StackStatus": "UPDATE_COMPLETE",
                    "Parameters": [{"ParameterKey": "Stage", "ParameterValue": "prod"}],
                    "Outputs": [
                        {"OutputKey": "RuntimeArn", "OutputValue": RUNTIME},
                        {"OutputKey": "Name", "OutputValue": "not the stack's"},
                    ],
                    "Tags": [{"Key": "team", "Value": "a"}],
                }
            ]
        },
        {
            "account": "123456789012",
            "region": "eu-west-1",
            "name": "agent-prod",
            "runtime_arn": RUNTIME,
            "parameter_stage": "prod",
            "tag_team": "a",
        },
    ),
    "cloudformation list-stack-instances": (
        {
            "Summaries": [
                {
                    "StackSetId": "agents:1234",
                    "Region": "us-west-2",
                    "Account": "210987654321",
                    "StackId": STACK,
                    "Status": "CURRENT",
                    "StackInstanceStatus": {"DetailedStatus": "SUCCEEDED"},
                }
            ]
        },
        {
            "account": "210987654321",
            "region": "us-west-2",
            "stack": "agent-prod",
            "status": "CURRENT",
            "stack_instance_status_detailed_status": "SUCCEEDED",
        },
    ),
    "cloudformation list-exports": (
        {"Exports": [{"ExportingStackId": STACK, "Name": "agent-prod-RuntimeArn", "Value": RUNTIME}]},
        {
            "account": "123456789012",
            "region": "eu-west-1",
            "stack": "agent-prod",
            "name": "agent-prod-RuntimeArn",
            "value": RUNTIME,
        },
    ),
    "bedrock-agentcore-control list-agent-runtimes": (
        {"agentRuntimes": [{"agentRuntimeArn": RUNTIME, "agentRuntimeName": "my_agent", "status": "READY"}]},
        {"account": "210987654321", "region": "us-east-1", "name": "my_agent", "runtime": RUNTIME},
    ),
    "bedrock-agentcore-control list-gateways": (
        {"items": [{"gatewayId": "my-gateway-abcdefghij", "name": "my-gateway", "status": "READY"}]},
        {"name": "my-gateway", "gateway": "my-gateway-abcdefghij"},
    ),
}


@pytest.mark.parametrize("command", LISTINGS)
def test_the_columns_of_a_listing(tmp_path: Path, command: str) -> None:
    """Its keys in small letters, and common names for account, region, name, stack and status."""
    listing, expected = LISTINGS[command]
    (row,) = read(tmp_path, listing).rows
    assert expected.items() <= row.cells.items()
    assert row.problem is None


def test_a_list_of_objects_is_a_table(tmp_path: Path) -> None:
    """Numbers are text; what an object lacks, or has as null, is empty."""
    table = read(tmp_path, [{"name": "a", "Seconds": 5}, {"name": "b", "more": True, "none": None}])
    assert table.columns == ("name", "seconds", "more", "none")
    assert [dict(row.cells) for row in table.rows] == [
        {"name": "a", "seconds": "5"},
        {"name": "b", "more": "true", "none": ""},
    ]


def test_an_object_is_named_by_its_line_and_its_number(tmp_path: Path) -> None:
    """All may be in one line."""
    items = [{"name": "a", "account": "123456789012"}, "b", {"name": "c", "account": 12345}]
    table = read(tmp_path, items)
    assert [table.place(row) for row in table.rows] == [
        "t.json:2, item 1",
        "t.json:6, item 2",
        "t.json:7, item 3",
    ]
    assert [row.problem for row in table.rows] == [
        None,
        "is not an object",
        "'12345' is not an account id, which has 12 digits",
    ]
    (tmp_path / "t.json").unlink()
    table = read(tmp_path, {"first": {"x": [1]}, "items": items}, indent=None)
    assert [table.place(row) for row in table.rows][2] == "t.json:1, item 3"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ('[{"name": "a"}', "is not JSON"),
        ("[" * 100_000, "is nested too deeply"),
        ("[]", "has no rows"),
        ("{}", "is neither a list of objects nor a listing"),
        ('"x"', "is neither a list of objects nor a listing"),
        ('{"a": [], "b": []}', "is neither a list of objects nor a listing"),
        ('{"Accounts": [{"Id": "1"}], "NextToken": "x"}', "is one page of a longer listing"),
    ],
)
def test_what_is_no_table_is_one_error(tmp_path: Path, text: str, message: str) -> None:
    """With the file."""
    with pytest.raises(EnvironmentFileError) as error:
        read(tmp_path, text)
    assert error.value.line().startswith(f"t.json: {message}")
