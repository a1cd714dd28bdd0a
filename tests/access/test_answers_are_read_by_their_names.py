"""Every field that the code reads from an AWS answer is in botocore's service model: a misspelt one is always absent."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.model import OperationModel

from agentcore_probe.access.operations import READS
from tests.conftest import PROJECT
from tests.service_models import member_names

PACKAGE = PROJECT / "agentcore_probe"
SHAPES = "model/aws_shapes.py"
NEWER = {"ClientSecretArn"}
"""Members that botocore has since 1.44.8 (docs/agentcore.md section 5)."""
OWN = {
    "access/control_plane.py": {"runtime", "gateway", "endpoints"},
    "access/planned.py": {"gatewayIdentifier"},  # an argument, not an answer
    "access/further_targets.py": {"unreadable", "describedArn", "former"},
    SHAPES: {
        # Parts of our facts, and shorter names that a pasted record may have.
        "runtime", "gateway", "client", "issuer", "issuers", "keys", "advertised", "policies", "endpoints",
        "targets", "harness", "registry", "former", "unreadable", "describedArn", "runtimeTarget", "policyEngine", "textsUnreadable", "otherJudges", "resourceArn", "endpointPolicies", "vpcEndpointId", "userPools", "policiesUnreadable",
        "kid", "jwks_uri", "token_endpoint", "registration_endpoint",
    },
}  # fmt: skip
"""Names in our own facts, by module."""


@cache
def reads() -> list[OperationModel]:
    """The operations that the program may call."""
    session = botocore.session.get_session()
    pairs = [(service, name) for service, _, name in (read.partition(":") for read in READS)]
    models = {service: session.get_service_model(service) for service, _ in pairs}
    return [models[service].operation_model(name) for service, name in pairs]


@cache
def operations() -> dict[str, OperationModel]:
    """boto3's method -> the operation; two services may have one of the same name."""
    return {xform_name(model.name): model for model in reads()}


@cache
def members() -> set[str]:
    """The members of their requests and answers."""
    shapes = [shape for model in reads() for shape in (model.input_shape, model.output_shape) if shape]
    return set().union(*map(member_names, shapes))


def strings(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def fields(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each field that is read: `x.get("name")`, `x["name"]` and `"name" in x`."""
    for node in ast.walk(tree):
        name: Any = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            name = node.args[0]
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            is_regex = isinstance(node.value, ast.Name) and node.value.id == "match"
            name = None if is_regex else node.slice
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            name = node.left
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            yield name.lineno, name.value


def readers() -> Iterator[Path]:
    """The modules of `access` that name an operation of AWS, and the one that reads the answers of others."""
    yield PACKAGE / SHAPES
    for path in sorted((PACKAGE / "access").glob("*.py")):
        if strings(ast.parse(path.read_text("utf-8"))) & operations().keys():
            yield path


READERS = [str(path.relative_to(PACKAGE)) for path in readers()]


@pytest.mark.parametrize("module", READERS)
def test_every_field_is_in_the_model(module: str) -> None:
    """Of the operations that the program may call, or else it is one of our own names."""
    tree = ast.parse((PACKAGE / module).read_text("utf-8"))
    known = members() | NEWER | OWN.get(module, set())
    unknown = [f"{module}:{line}: {name}" for line, name in fields(tree) if name not in known]
    assert unknown == []


def test_the_readers_are_found() -> None:
    """The modules that are known to read answers, so that the search cannot find nothing."""
    assert {"access/control_plane.py", "access/inventory.py", "access/stacks.py", SHAPES} <= set(READERS)
