"""Environment files that extend others, and defaults: what is merged, where each value is from, which files are environments."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agentcore_probe import api
from agentcore_probe.commands.selection import select_environments
from agentcore_probe.environments import load
from agentcore_probe.environments.files import has_layers
from agentcore_probe.environments.layers import Origin
from agentcore_probe.environments.schema import environment_schema
from agentcore_probe.environments.toml_lines import key_lines
from agentcore_probe.errors import EnvironmentFileError
from tests.conftest import PROJECT, Command

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_agent-ABCDEFGHIJ"
FILES = {
    "defaults": '[defaults]\nprofile = "of-defaults"\nlanguage = "ja"\n[defaults.limits]\nseconds = 5\nrequests = 50\n',
    "base": (
        f'profile = "of-base"\n[runtime]\narn = "{ARN}"\npayload = {{ prompt = "base", more = 1 }}\n'
        '[identity]\nclient_id = "c"\nusername = "u"\npassword = { env = "BASE_PASSWORD" }\nscope = "a"\n'
        '[defaults]\nlanguage = "en"\n[defaults.limits]\nseconds = 7\n'
    ),
    "prod": (
        'extends = "base"\nunset = ["identity.scope"]\n[runtime]\npayload = { prompt = "prod" }\n'
        '[identity]\npassword = { file = "secret" }\n'
    ),
}


def folder(tmp_path: Path, **files: str) -> Path:
    """A project with these environment files."""
    (tmp_path / "environments").mkdir()
    for name, text in files.items():
        (tmp_path / "environments" / f"{name.replace('_', '-')}.toml").write_text(text)
    return tmp_path


def error_of(root: Path, name: str) -> str:
    with pytest.raises(EnvironmentFileError) as error:
        load.load_environment(name, root)
    return error.value.line()


def test_values_of_a_file_win_over_those_it_extends_and_these_over_defaults(tmp_path: Path) -> None:
    """Tables are merged; a payload and a reference to a secret are replaced."""
    environment = load.load_environment("prod", folder(tmp_path, **FILES))
    assert environment.profile == "of-base"
    assert environment.language == "en"
    assert (environment.limits.seconds, environment.limits.requests) == (7, 50)
    assert environment.runtime is not None
    assert (environment.runtime.arn, environment.runtime.payload) == (ARN, {"prompt": "prod"})
    assert environment.identity is not None
    assert environment.identity.username == "u"
    assert environment.identity.scope is None
    assert environment.identity.password is not None
    assert (environment.identity.password.source, environment.identity.password.name) == ("file", "secret")


def test_an_inherited_table_with_one_key_is_kept_when_that_key_is_replaced(tmp_path: Path) -> None:
    """Otherwise the run would silently leave out the Runtime."""
    other = ARN.replace("my_agent", "other_agent")
    root = folder(
        tmp_path,
        base=f'[runtime]\narn = "{ARN}"\n[limits]\nseconds = 5\n',
        prod=f'extends = "base"\n[runtime]\narn = "{other}"\n[limits]\nseconds = 6\n',
    )
    environment = load.load_environment("prod", root)
    assert environment.runtime is not None
    assert (environment.runtime.arn, environment.limits.seconds) == (other, 6)


def test_the_origin_of_every_value_is_known(tmp_path: Path) -> None:
    """With its file and its line."""
    root = folder(tmp_path, **FILES)
    origins = load.value_origins(load.load_environment("prod", root), load.load_layers("prod", root))
    assert origins == {
        "profile": Origin("extends", "environments/base.toml", 1),
        "runtime.arn": Origin("extends", "environments/base.toml", 3),
        "runtime.payload": Origin("file", "environments/prod.toml", 4),
        "runtime.qualifier": Origin("builtin"),
        "runtime.forwards_authorization": Origin("builtin"),
        "identity.client_id": Origin("extends", "environments/base.toml", 6),
        "identity.username": Origin("extends", "environments/base.toml", 7),
        "identity.password": Origin("file", "environments/prod.toml", 6),
        "identity.flow": Origin("builtin"),
        "language": Origin("defaults", "environments/base.toml", 11),
        "limits.seconds": Origin("defaults", "environments/base.toml", 13),
        "limits.requests": Origin("defaults", "environments/defaults.toml", 6),
        "limits.body_bytes": Origin("builtin"),
        "endpoints": Origin("builtin"),
        "expect": Origin("builtin"),
    }


def test_files_that_only_serve_others_are_no_environments(tmp_path: Path) -> None:
    """`all`, lists and "did you mean" leave out defaults and bases without a target; one with a target is an environment."""
    root = folder(
        tmp_path,
        **FILES,
        shared="[limits]\nseconds = 3\n",
        test=f'extends = "shared"\n[runtime]\narn = "{ARN}"\n',
        broken="region = [",
        list='extends = ["base"]',
        empty="",
    )
    assert select_environments(["all"], root) == ["base", "broken", "empty", "list", "prod", "test"]
    assert "In environments/: base, broken, empty, list, prod, test." in error_of(root, "shred")
    assert "Did you mean 'shared'" not in error_of(root, "shred")
    assert error_of(root, "defaults").startswith("environments/defaults.toml: has only defaults for others")
    assert "names no Runtime, Gateway, harness or registry" in error_of(root, "shared")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"prod": 'extends = "bsae"', "base": "[local]"},
            "environments/prod.toml, extends: environment 'bsae' not found. Did you mean 'base'?",
        ),
        (
            {"prod": 'extends = "a"', "a": 'extends = "gone"'},
            "environments/a.toml, extends: environment 'gone' not found (prod -> a -> gone).",
        ),
        (
            {"prod": 'extends = "bsae"', "stage": 'extends = "base"', "base": ""},
            "environments/prod.toml, extends: environment 'bsae' not found. Did you mean 'base'? In environments/: base, ",
        ),
        (
            {"prod": 'extends = "a"', "a": 'extends = "b"', "b": 'extends = "a"'},
            "environments/b.toml, extends: extends itself: prod -> a -> b -> a.",
        ),
        (
            {"prod": 'extends = ["a"]'},
            "environments/prod.toml, extends: must be the name of one environment.",
        ),
        ({"prod": 'extends = "../a"'}, "environments/prod.toml, extends: environment '../a' not found."),
        ({"prod": 'extends = "a"', "a": "region = ["}, "environments/a.toml: is not TOML"),
        ({"prod": 'extends = "a"', "a": "defaults = 1"}, "environments/a.toml, defaults: must be a table"),
        (
            {"prod": "[local]", "defaults": 'region = "us-east-1"'},
            "environments/defaults.toml, region: has no meaning outside [defaults]. Write it below [defaults]",
        ),
        ({"prod": "unset = 1"}, "environments/prod.toml, unset: must be a list of keys"),
        (
            {"prod": 'extends = "a"\nunset = ["limits.secnods"]', "a": "[local]\n[limits]\nseconds = 1"},
            "environments/prod.toml, unset: 'limits.secnods' is not inherited",
        ),
    ],
)
def test_a_file_that_cannot_be_extended_is_reported_with_the_way_to_it(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    """Every file on the way is named."""
    assert error_of(folder(tmp_path, **files), "prod").startswith(message)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"prod": 'extends = "a"', "a": '[gateway]\nid = "My_Gateway"'},
            "environments/a.toml (extended by prod), [gateway] id: 'My_Gateway' is not a Gateway id",
        ),
        (
            {"prod": 'extends = "a"\nregoin = "x"', "a": "[local]"},
            "environments/prod.toml, regoin: unknown key 'regoin'. Did you mean 'region'?",
        ),
        (
            {"prod": "[local]", "defaults": "[defaults.limits]\nsecond = 1"},
            "environments/defaults.toml, [defaults.limits] second: unknown key 'second'. Did you mean 'seconds'?",
        ),
        (
            {"prod": 'extends = "a"\n[local]', "a": '[identity]\npassword = "hunter2"'},
            "environments/a.toml (extended by prod), [identity] password: a secret is never written",
        ),
        (
            {
                "prod": "[local]",
                "defaults": "[defaults.expect.runtime-sigv]\ndecision = 'refused'\nreason = 'x'",
            },
            "environments/defaults.toml, [defaults.expect.runtime-sigv]: unknown access method",
        ),
        (
            {"prod": 'extends = "a"', "a": '[gateway]\nurl = "http://example.com/mcp"'},
            "environments/a.toml (extended by prod), [gateway] url: 'http://example.com/mcp' is neither https",
        ),
        (
            {"prod": 'extends = "a"\n[runtime]\nqualifier = "x"', "a": "[limits]\nseconds = 1"},
            "environments/prod.toml, [runtime] arn: is required",
        ),
    ],
)
def test_an_error_names_the_file_in_which_the_wrong_value_is(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    """Not the one that inherits it."""
    assert error_of(folder(tmp_path, **files), "prod").startswith(message)


def test_defaults_that_an_environment_cannot_have_are_not_for_it(tmp_path: Path) -> None:
    """`[local]` and `record` have no identity of their own; what is in the file itself is still refused."""
    defaults = '[defaults.identity]\nflow = "token"\ntoken = { env = "T" }\n[defaults.limits]\nseconds = 4\n'
    root = folder(
        tmp_path, defaults=defaults, local="[local]", replay='record = "x.json"', other="[local]\n[identity]"
    )
    assert load.load_environment("local", root).limits.seconds == 4
    assert load.load_environment("replay", root).identity is None
    assert "[local] fills in [identity] by itself" in error_of(root, "other")
    assert load.load_environment("sample", root).limits.seconds == 30, "built in, so not of the folder"


def test_a_record_is_relative_to_the_file_that_names_it(tmp_path: Path) -> None:
    """A local file that extends the built-in sample replays the built-in record."""
    root = folder(tmp_path, mine='extends = "sample"\nlanguage = "ja"\n')
    mine = load.load_environment("mine", root)
    assert load.record_path(mine, root) == PROJECT / "environments" / "sample.record.json"
    assert api.observe("mine", root=root).environment.language == "ja"


def test_an_environment_that_extends_another_is_verified(command: Command, project: Path) -> None:
    """By the command, as a user runs it."""
    (project / "environments" / "defaults.toml").write_text('[defaults]\nlanguage = "ja"\n')
    (project / "environments" / "mine.toml").write_text('extends = "sample"\n')
    assert "検証" in command("verify", "mine").stdout
    assert command("verify", "defaults").returncode == 2


@pytest.mark.parametrize(
    "text",
    [
        'extends = "base"',
        'extends = "base"\nunset = ["identity.scope"]\n[runtime]\nqualifier = "x"\n[identity]\nscope = "a"',
        'extends = "base"\nexternal_id = "xx"\n[expect.runtime-jwt]\nreason = "x"',
        '[defaults]\nregion = "us-east-1"\n[defaults.identity]\nusername = "u"',
    ],
)
def test_the_schema_requires_nothing_that_may_be_inherited(text: str) -> None:
    """Types and names are checked all the same."""
    validator = Draft202012Validator(environment_schema())
    assert validator.is_valid(tomllib.loads(text))
    for wrong in (text.replace("ext", "exts", 1).replace("defaults]", "defualts]"), f"{text}\nnonsense = 1"):
        assert not validator.is_valid(tomllib.loads(wrong))


def test_with_defaults_in_the_folder_the_schema_requires_no_key(tmp_path: Path) -> None:
    """An editor cannot know what the other files say."""
    root = folder(tmp_path, prod=f'[runtime]\narn = "{ARN}"\n[identity]\nusername = "u"\n')
    tables = tomllib.loads((root / "environments" / "prod.toml").read_text())
    assert not Draft202012Validator(environment_schema(inherits=has_layers(root))).is_valid(tables)
    (root / "environments" / "defaults.toml").write_text('[defaults.identity]\npassword = { env = "P" }\n')
    assert Draft202012Validator(environment_schema(inherits=has_layers(root))).is_valid(tables)


def flat(tables: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every key and table by its path."""
    found: dict[tuple[str, ...], Any] = {}
    for key, value in tables.items():
        found[*path, key] = value
        if isinstance(value, dict):
            found |= flat(value, (*path, key))
    return found


TRICKY = '''# a = 1
a = 1 # b = 2
"quoted key" = """
c = 3
[d]
\\""" still
"""
list = [
  "x = 1", # ]
  { y = 1 },
]
[table . 'sub']
e.f = "# [g]"
h = \'\'\'
[i]
\'\'\'
inline = { j = 1, k = "[" }
[[array]]
l = 1
[after] # [m]
n = "\\\\"
o = 1
'''


def test_the_line_of_each_key() -> None:
    """Of every key that a line begins with, and of no other text."""
    expected = {
        ("a",): 2,
        ("quoted key",): 3,
        ("list",): 8,
        ("table", "sub"): 12,
        ("table", "sub", "e", "f"): 13,
        ("table", "sub", "h"): 14,
        ("table", "sub", "inline"): 17,
        ("after",): 20,
        ("after", "n"): 21,
        ("after", "o"): 22,
    }
    assert key_lines(TRICKY) == expected
    assert expected.keys() <= flat(tomllib.loads(TRICKY)).keys()


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "environments").glob("*.toml")), ids=lambda path: path.stem
)
def test_the_lines_of_shipped_files(path: Path) -> None:
    """Each line has its key, and no key is missing but those of inline tables."""
    text = path.read_text("utf-8")
    lines = key_lines(text)
    for key, line in lines.items():
        assert re.match(rf"\[?[\w.-]*{re.escape(key[-1])}\b", text.splitlines()[line - 1])
    tables = {key for key, value in flat(tomllib.loads(text)).items() if not isinstance(value, dict)}
    assert {
        key for key in tables if key not in lines and key[:-1] not in lines and key[:-2] not in lines
    } == set()


def test_defaults_of_a_role_are_for_environments_with_a_role(tmp_path: Path) -> None:
    """An `external_id` for every role of the folder is no error in a file without one."""
    root = folder(
        tmp_path,
        defaults='[defaults]\nexternal_id = "team-42"\n',
        role=f'role_arn = "arn:aws:iam::123456789012:role/caller"\n[runtime]\narn = "{ARN}"\n',
        user=f'[runtime]\narn = "{ARN}"\n',
        embedded="[local]\n",
    )
    environments = {name: load.load_environment(name, root) for name in ("role", "user", "embedded")}
    assert [environment.external_id for environment in environments.values()] == ["team-42", None, None]
