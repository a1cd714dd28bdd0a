"""Templates: each row of a table is an environment of its own."""

from __future__ import annotations

import json
import threading
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agentcore_probe import api
from agentcore_probe.commands.selection import select_environments
from agentcore_probe.doctor.checks import files
from agentcore_probe.doctor.subject import Subject
from agentcore_probe.environments import load
from agentcore_probe.environments.layers import Origin
from agentcore_probe.environments.schema import environment_schema
from agentcore_probe.errors import EnvironmentFileError
from tests.conftest import PROJECT
from tests.environments.test_layers import error_of, folder

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
GATEWAY = "my-gateway-abcdefghij"
TEMPLATE = """\
extends = "base"
region = "{region}"
role_arn = "arn:aws:iam::{account}:role/{role}"
[table]
file = "accounts.csv"
[runtime]
arn = "{runtime}"
forwards_authorization = "{forwards}"
payload = { prompt = '{"a": {"b": "{name}"}} {{name}} {} {"x"}' }
[gateway]
id = "{gateway}"
tool = { name = "x___ping" }
[limits]
seconds = "{seconds}"
requests = 50
"""
BASE = '[identity]\nusername = "probe"\npassword = { ssm = "/probe" }\nscope = "of-base"\n'
HEADER = "name,account,region,runtime,gateway,role,seconds,forwards\n"
TABLE = (
    f"{HEADER}"
    f"prod,123456789012,us-east-1,{ARN},{GATEWAY},probe,12.5,TRUE\n"
    f"Stage (EU),210987654321,eu-west-1,,{GATEWAY},,,\n"
)


def project(tmp_path: Path, table: str = TABLE, template: str = TEMPLATE, **files: str) -> Path:
    """A project with the template `agents`."""
    root = folder(tmp_path, agents=template, **{"base": BASE, **files})
    (root / "environments" / "accounts.csv").write_text(table)
    return root


def test_each_row_is_an_environment(tmp_path: Path) -> None:
    """Numbers and booleans are read as such; a payload keeps its braces."""
    root = project(tmp_path)
    assert load.rows_of("agents", root) == ("prod", "Stage-EU")
    prod = load.load_environment("prod", root)
    assert prod.name == "prod"
    assert prod.role_arn == "arn:aws:iam::123456789012:role/probe"
    assert prod.runtime is not None
    assert prod.gateway is not None
    assert (prod.runtime.arn, prod.gateway.id) == (ARN, GATEWAY)
    assert prod.runtime.forwards_authorization is True
    assert prod.runtime.payload == {"prompt": '{"a": {"b": "prod"}} {name} {} {"x"}'}
    assert (prod.limits.seconds, prod.limits.requests) == (12.5, 50)


def test_what_a_row_does_not_have_is_left_out(tmp_path: Path) -> None:
    """A key whose cell is empty; a table without its target, with all that is in it."""
    stage = load.load_environment("Stage-EU", project(tmp_path))
    assert (stage.region, stage.role_arn, stage.runtime) == ("eu-west-1", None, None)
    assert stage.gateway is not None
    assert (stage.limits.seconds, stage.limits.requests) == (30, 50)
    assert stage.identity is not None
    assert stage.identity.scope == "of-base"


@pytest.mark.parametrize(
    ("tables", "left"),
    [
        ('[gateway]\nid = "{x}"\ntool = { name = "t" }', {}),
        ('[gateway]\nid = "{x}"\nurl = "https://a/{y}"', {"gateway": {"url": "https://a/1"}}),
        (
            '[runtime]\narn = "a"\nqualifier = "{x}"\npayload = { a = ["{x}"] }',
            {"runtime": {"arn": "a"}},
        ),
        ('[identity]\nusername = "{x}"\npassword = { env = "P" }', {}),
        (
            '[identity]\nusername = "{x}"\nclient_id = "{y}"\nclient_secret = { ssm = "/{x}/{y}" }',
            {"identity": {"client_id": "1"}},
        ),
        ('[identity]\nclient_id = "{x}"\nusername = "u"', {"identity": {"username": "u"}}),
        ('[identities.admin]\nrole_arn = "{x}"\nexpect = "refused"', {}),
        ('[expect.runtime-jwt]\ndecision = "{x}"\nreason = "r"', {}),
        ('[limits]\nseconds = "{x}"', {}),
        ('[endpoints]\nsts = "https://{y}.{x}"\niam = "https://a"', {"endpoints": {"iam": "https://a"}}),
        ("[limits]", {"limits": {}}),
    ],
)
def test_which_keys_an_empty_cell_leaves_out(tmp_path: Path, tables: str, left: Mapping[str, Any]) -> None:
    """The rule of docs/fleet/tables.md, table by table."""
    template = f'[table]\nfile = "accounts.csv"\n{tables}\n'
    root = project(tmp_path, "name,x,y\na,,1\n", template)
    assert load.load_layers("a", root).tables == left


def test_values_name_the_row_that_they_are_from(tmp_path: Path) -> None:
    """Other values of the template name its line."""
    root = project(tmp_path)
    origins = load.value_origins(load.load_environment("prod", root), load.load_layers("prod", root))
    table = "environments/accounts.csv"
    assert origins["role_arn"] == Origin("table", table, 2, ("account", "role"))
    assert origins["limits.seconds"] == Origin("table", table, 2, ("seconds",))
    assert origins["limits.requests"] == Origin("file", "environments/agents.toml", 15)
    assert origins["identity.scope"] == Origin("extends", "environments/base.toml", 4)
    values = {value.key: value for value in api.plan("prod", root=root).values}
    assert values["runtime.arn"].where == "environments/accounts.csv:2, runtime"


def test_a_template_takes_part_in_layers(tmp_path: Path) -> None:
    """It has the defaults of the folder, and removes what it extends."""
    root = project(
        tmp_path,
        template=f'unset = ["identity.scope"]\n{TEMPLATE}',
        defaults='[defaults]\nlanguage = "ja"\nexternal_id = "team-42"\n[defaults.limits]\nseconds = 7\n',
    )
    prod, stage = (load.load_environment(name, root) for name in load.rows_of("agents", root))
    assert (prod.language, prod.limits.seconds, stage.limits.seconds) == ("ja", 12.5, 7)
    assert (prod.external_id, stage.external_id) == ("team-42", None)
    assert prod.identity is not None
    assert prod.identity.scope is None


def test_rows_are_environments_wherever_names_are(tmp_path: Path) -> None:
    """A template means all of its rows; `all` and patterns see rows; the base is not an environment."""
    root = project(tmp_path, mine="[local]\n")
    assert set(load.environment_names(root)) == {"prod", "Stage-EU", "mine", *load.builtin_names()}
    assert select_environments(["agents"], root) == ["prod", "Stage-EU"]
    assert select_environments(["mine,agents", "prod"], root) == ["mine", "prod", "Stage-EU"]
    assert select_environments(["all"], root) == ["Stage-EU", "mine", "prod"]
    assert select_environments(["St*"], root) == ["Stage-EU"]
    assert api.environments("agents", root=root) == ["Stage-EU", "prod"]
    assert api.environments("p*", root=root) == ["prod"]
    assert error_of(root, "agents").startswith(
        "environments/agents.toml: is a template of 2 environments. Name one of them: prod, Stage-EU"
    )
    assert "Did you mean 'prod'? In environments/: Stage-EU, mine, prod." in error_of(root, "prdo")


ROWS = {
    "a": (f"a,123456789012,us-east-1,,{GATEWAY},,,", ""),
    "agents-line-3": (
        f",123456789012,us-east-1,,{GATEWAY},,,",
        "environments/accounts.csv:3, column name: the row has no name, because name is empty.",
    ),
    "agents-line-4": (
        f'"b,123456789012,us-east-1,,{GATEWAY},,,',
        "environments/accounts.csv:4: a quotation mark is not closed.",
    ),
    "agents-line-5": (
        f"a,123456789012,us-east-1,,{GATEWAY},,,",
        "environments/accounts.csv:5, column name: the name 'a' is also that of environments/accounts.csv:2.",
    ),
    "agents-line-6": (
        f"mine,123456789012,us-east-1,,{GATEWAY},,,",
        "environments/accounts.csv:6, column name: the name 'mine' is also that of environments/mine.toml.",
    ),
    "agents-line-7": (
        f"sample,123456789012,us-east-1,,{GATEWAY},,,",
        "environments/accounts.csv:7, column name: the name 'sample' is also that of a built-in environment.",
    ),
    "agents-line-8": (
        f"history,123456789012,us-east-1,,{GATEWAY},,,",
        "environments/accounts.csv:8, column name: 'history' has another meaning beside reports.",
    ),
    "agents-line-9": (
        f"{'x' * 65},123456789012,us-east-1,,{GATEWAY},,,",
        f"environments/accounts.csv:9, column name: invalid environment name '{'x' * 65}'.",
    ),
    "short": (
        "short,123456789012",
        "environments/accounts.csv:10: has 2 of the 8 cells of the header.",
    ),
    "eleven": (
        f"eleven,12345678901,us-east-1,,{GATEWAY},,,",
        "environments/accounts.csv:11, column account: '12345678901' is not an account id, which has 12 digits.",
    ),
    "none": (
        "none,123456789012,us-east-1,,,,,",
        "environments/accounts.csv:12 (environments/agents.toml): names no Runtime, Gateway, harness or registry, so there is "
        "nothing to verify. Empty in this row: role, runtime, ",
    ),
    "word": (
        f"word,123456789012,us-east-1,,{GATEWAY},,soon,",
        "environments/accounts.csv:13, column seconds (environments/agents.toml, [limits] seconds): must be a number",
    ),
    "gateway": (
        "gateway,123456789012,us-east-1,,My_Gateway,,,",
        "environments/accounts.csv:14, column gateway (environments/agents.toml, [gateway] id): 'My_Gateway' is not",
    ),
    "role": (
        f"role,123456789012,us-east-1,,{GATEWAY},a b,,",
        "environments/accounts.csv:15, columns account, role (environments/agents.toml, role_arn): ",
    ),
    "z": (f"z,123456789012,us-east-1,,{GATEWAY},,,", ""),
}


def test_a_bad_row_is_an_environment_with_an_error(tmp_path: Path) -> None:
    """Named by file, line and column; every other row can be used."""
    root = project(tmp_path, HEADER + "".join(f"{line}\n" for line, _ in ROWS.values()), mine="[local]\n")
    assert load.rows_of("agents", root) == tuple(ROWS)
    for name, (_, message) in ROWS.items():
        if message:
            assert error_of(root, name).startswith(message)
        else:
            assert load.load_environment(name, root).gateway is not None


def test_names_of_two_templates_do_not_meet(tmp_path: Path) -> None:
    """The first template by name has the environment."""
    root = project(tmp_path, more=TEMPLATE)
    assert load.rows_of("more", root) == ("more-line-2", "more-line-3")
    assert "the name 'prod' is also that of environments/accounts.csv:2" in error_of(root, "more-line-2")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("table = 1", "environments/agents.toml, [table]: must be a table"),
        (
            "[table]\nfiel = 'x'",
            "environments/agents.toml, [table] fiel: unknown key 'fiel'. Did you mean 'file'?",
        ),
        ("[table]", "environments/agents.toml, [table] file: must be the path of the table"),
        (
            "[table]\nfile = 'gone.csv'",
            "environments/gone.csv: does not exist. It is the table of environments/agents",
        ),
        (
            "[table]\nfile = 'accounts.csv'\n[gateway]\nid = '{gatway}'",
            "environments/agents.toml, [gateway] id: {gatway} is not a column of environments/accounts.csv. "
            "Did you mean {gateway}? For the text itself: {{gatway}}",
        ),
        (
            "[table]\nfile = 'accounts.csv'\nname = '{acount}'",
            "environments/agents.toml, [table] name: {acount} is not a column of environments/accounts.csv. Did you mean",
        ),
        ("[table]\nfile = 'accounts.csv'\nname = 1", "environments/agents.toml, [table] name: must be text"),
        (
            "[table]\nfile = 'accounts.csv'\n[defaults]\nregion = 'x'",
            "environments/agents.toml, defaults: a file with [table] cannot be extended",
        ),
        (
            "extends = '{name}'\n[table]\nfile = 'accounts.csv'",
            "environments/agents.toml, extends: is the same for all",
        ),
        (
            "[table]\nfile = 'accounts.csv'\nonly = 1",
            "environments/agents.toml, [table] only: must say which values",
        ),
        (
            "[table]\nfile = 'accounts.csv'\nonly = { regoin = 'x' }",
            "environments/agents.toml, [table] only: 'regoin' is not a column of environments/accounts.csv. Did you mean",
        ),
        (
            "[table]\nfile = 'accounts.csv'\nonly = { region = 'x' }",
            "environments/agents.toml, [table] only: no row of environments/accounts.csv has these values",
        ),
    ],
)
def test_a_template_that_cannot_be_used_is_one_environment_with_an_error(
    tmp_path: Path, template: str, message: str
) -> None:
    """Its rows are not known, so `all` says it once."""
    root = project(tmp_path, template=template)
    assert load.rows_of("agents", root) == ()
    assert "agents" in load.environment_names(root)
    assert error_of(root, "agents").startswith(message)


def test_a_table_without_names_needs_a_rule_for_them(tmp_path: Path) -> None:
    """And `only` leaves rows out."""
    table = (
        "Account,Region,Gateway,Status\n"
        f"123456789012,us-east-1,{GATEWAY},ACTIVE\n123456789012,eu-west-1,{GATEWAY},SUSPENDED\n"
        f"210987654321,eu-west-1,{GATEWAY},ACTIVE\n"
    )
    body = '[gateway]\nid = "{gateway}"\n'
    root = project(tmp_path, table, f'region = "{{region}}"\n[table]\nfile = "accounts.csv"\n{body}')
    assert '[table] name = "{account}-{region}"' in error_of(root, "agents")
    named = 'name = "a{Account}-{region}"\nonly = { status = ["ACT*", "NEW"] }\n'
    (root / "environments" / "agents.toml").write_text(
        f'region = "{{region}}"\n[table]\nfile = "accounts.csv"\n{named}{body}'
    )
    assert load.rows_of("agents", root) == ("a123456789012-us-east-1", "a210987654321-eu-west-1")
    assert load.load_environment("a210987654321-eu-west-1", root).region == "eu-west-1"


def test_a_secret_in_a_cell_is_refused(tmp_path: Path) -> None:
    """A reference may have placeholders; an error does not show the cell."""
    template = (
        '[table]\nfile = "accounts.csv"\n[gateway]\nid = "{gateway}"\n[identity]\nusername = "u"\n'
        'password = { ssm = "/{account}/probe" }\n'
    )
    table = f"name,account,gateway,secret\na,123456789012,{GATEWAY},hunter2-hunter2\n"
    root = project(tmp_path, table, template)
    identity = load.load_environment("a", root).identity
    assert identity is not None
    assert identity.password is not None
    assert identity.password.name == "/123456789012/probe"
    (root / "environments" / "agents.toml").write_text(
        template.replace('{ ssm = "/{account}/probe" }', '"{secret}"')
    )
    message = error_of(root, "a")
    assert message.startswith(
        "environments/accounts.csv:2, column secret (environments/agents.toml, [identity] password): a secret is never"
    )
    assert "hunter2" not in message


def test_rows_and_templates_cannot_be_extended(tmp_path: Path) -> None:
    """The error says what can."""
    root = project(tmp_path, a='extends = "agents"\n', b='extends = "prod"\n')
    assert error_of(root, "a").startswith("environments/agents.toml, [table]: cannot be extended")
    assert error_of(root, "b") == (
        "environments/b.toml, extends: 'prod' is a row of environments/accounts.csv, and only files can be extended. "
        "Extend what environments/agents.toml extends"
    )


def test_a_change_of_any_file_is_seen(tmp_path: Path) -> None:
    """Although the table is read once: of the table, the template, or another file."""
    root = project(tmp_path)
    path = root / "environments"
    for number in range(30):
        (path / "accounts.csv").write_text(TABLE.replace("prod", f"p{number:03}"))
        assert load.load_environment(f"p{number:03}", root).runtime is not None
        with pytest.raises(EnvironmentFileError, match="not found"):
            load.load_environment(f"p{number - 1:03}", root)
    time.sleep(0.06)
    for seconds in range(10, 20):
        (path / "agents.toml").write_text(TEMPLATE.replace("{seconds}", str(seconds)))
        assert load.load_environment("p029", root).limits.seconds == seconds
    (path / "p029.toml").write_text("[local]\n")
    assert load.load_environment("p029", root).local is not None
    assert "is also that of environments/p029.toml" in error_of(root, "agents-line-2")
    (path / "p029.toml").unlink()
    assert load.load_environment("p029", root).local is None
    (path / "accounts.csv").unlink()
    assert "accounts.csv: does not exist" in error_of(root, "agents")


def test_the_time_for_a_row_does_not_grow_with_the_table(tmp_path: Path) -> None:
    """The table is read once: ten times the rows take at most twenty times as long, not a hundred times."""

    def seconds(count: int) -> float:
        root = tmp_path / str(count)
        root.mkdir()
        rows = "".join(f"e{number},,us-east-1,,{GATEWAY},,,\n" for number in range(count))
        project(root, HEADER + rows)
        time.sleep(0.06)
        begun = time.process_time()
        for name in load.rows_of("agents", root):
            load.load_environment(name, root)
        return time.process_time() - begun

    few = min(seconds(100), seconds(101))
    assert seconds(1000) < 20 * few


def test_a_recorded_row_replays_its_record(tmp_path: Path) -> None:
    """A path relative to the template."""
    root = project(
        tmp_path,
        "name,file\na,x.json\n",
        '[table]\nfile = "accounts.csv"\n\n'.replace("[", 'record = "{file}"\n[', 1),
    )
    environment = load.load_environment("a", root)
    assert load.record_path(environment, root) == root / "environments" / "x.json"


def test_a_table_in_json(tmp_path: Path) -> None:
    """As `aws organizations list-accounts` prints it; an item is named by its number."""
    template = (
        'region = "us-east-1"\n[table]\nfile = "accounts.json"\n[gateway]\nid = "{name}-abcdefghij"\n'
        '[identities.auditor]\nrole_arn = "arn:aws:iam::{account}:role/auditor"\n'
    )
    root = folder(tmp_path, agents=template)
    accounts = [{"Id": "123456789012", "Name": "prod"}, {"Id": "1", "Name": "stage"}, {"Id": "123456789012"}]
    (root / "environments" / "accounts.json").write_text(json.dumps({"Accounts": accounts}))
    assert load.rows_of("agents", root) == ("prod", "stage", "agents-item-3")
    prod = load.load_environment("prod", root)
    assert prod.identities is not None
    assert prod.identities["auditor"].role_arn == "arn:aws:iam::123456789012:role/auditor"
    assert error_of(root, "stage").startswith(
        "environments/accounts.json:1, item 2, column account: '1' is not"
    )
    assert error_of(root, "agents-item-3").startswith(
        "environments/accounts.json:1, item 3, column name: the row"
    )


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        (TEMPLATE, True),
        (TEMPLATE.replace("[table]\nfile", "[table]\nfiel"), False),
        (TEMPLATE.replace('[table]\nfile = "accounts.csv"\n', ""), False),
        (TEMPLATE.replace('"{runtime}"', '"my_agent"'), False),
        ('language = "{language}"\n[table]\nfile = "x"\n[local]\nfaults = ["{fault}"]', True),
        ('language = "{language}"\n[local]\nfaults = ["mmdsv2-off"]', False),
    ],
)
def test_the_schema_allows_placeholders_in_templates_only(text: str, is_valid: bool) -> None:
    """Everything else is checked as in any file."""
    assert Draft202012Validator(environment_schema()).is_valid(tomllib.loads(text)) == is_valid


def test_doctor_shows_the_rows_that_cannot_be_used(tmp_path: Path) -> None:
    """Without a name, a template is a line and so is each such row; by its name, each row is; a base is none."""
    template = '[table]\nfile = "agents.csv"\n[local]\nprotocol = "{protocol}"\n'
    root = folder(tmp_path, agents=f'extends = "base"\n{template}', base="[limits]\nseconds = 5\n")
    (root / "environments" / "agents.csv").write_text(
        "name,protocol\na,MCP\n" + "".join(f"b{number},GRPC\n" for number in range(12))
    )

    def lines(*names: str) -> list[tuple[str, str]]:
        subject = Subject(root, names, None, threading.Event())
        return [(line.status, line.text) for line in files.CHECK.lines(subject)]

    every = lines()
    assert every[0] == ("ok", "environments/agents.toml: a template; 1 of 13 rows can be used")
    assert every[1][1].startswith(
        "environments/agents.csv:3, column protocol (environments/agents.toml, [local]"
    )
    assert every[-1] == ("problem", "2 more rows of environments/agents.toml cannot be used")
    assert len(every) == 12
    assert lines("a", "b0") == [
        ("ok", "a: environments/agents.csv:2 (environments/agents.toml): the embedded AgentCore"),
        every[1],
    ]


def test_the_shipped_example_names_the_key() -> None:
    """In a comment, since the example itself is not a template."""
    assert "# [table]" in (PROJECT / "environments" / "example.toml").read_text("utf-8")
