"""`report --sign` and `check --key`: who made a page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from agentcore_probe.commands import check as command_check
from agentcore_probe.errors import ExitCode, InputError
from agentcore_probe.signing import read_public_key, read_signer, split_signature
from tests.conftest import PROJECT, Command

(SAMPLE_PAGE,) = (PROJECT / "reports" / "sample").glob("*/report.html")
PAGE = SAMPLE_PAGE.read_text("utf-8")


def write_keys(folder: Path, form: str = "pem") -> tuple[Path, Path]:
    """A new key pair: the files of the private and of the public key."""
    private, public = folder / f"key.{form}", folder / f"key.pub.{form}"
    key = ed25519.Ed25519PrivateKey.generate()
    pem, nothing = serialization.Encoding.PEM, serialization.NoEncryption()
    formats = serialization.PrivateFormat
    private.write_bytes(key.private_bytes(pem, formats.PKCS8 if form == "pem" else formats.OpenSSH, nothing))
    if form == "pem":
        public_bytes = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    else:
        public_bytes = key.public_key().public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
    public.write_bytes(public_bytes + b"\n")
    return private, public


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is not rendered again."""
    monkeypatch.setattr(command_check, "_render", lambda record, languages: PAGE)


@pytest.mark.usefixtures("rendered")
@pytest.mark.parametrize("form", ["pem", "openssh"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_signed_page_is_confirmed(
    tmp_path: Path, form: str, line_end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the key of the signature, whatever the form of the key and the line ends of the page."""
    private, public = write_keys(tmp_path, form)
    file = tmp_path / "report.html"
    file.write_bytes(read_signer(private).sign(PAGE).replace("\n", line_end).encode())
    assert command_check.run(file, public) == 0
    assert "signed with this key" in capsys.readouterr().out
    assert command_check.run(file) == 0
    assert "its signature was not checked: pass --key" in capsys.readouterr().out


@pytest.mark.usefixtures("rendered")
def test_a_page_that_was_altered_or_signed_with_another_key_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any change invalidates the signature; a page without one, or with two, is not signed."""
    private, public = write_keys(tmp_path)
    (tmp_path / "other").mkdir()
    other, _ = write_keys(tmp_path / "other")
    signed, file = read_signer(private).sign(PAGE), tmp_path / "report.html"
    signature = split_signature(signed)[1] or ""
    for page, problem in (
        (PAGE, "not signed: "),
        (read_signer(private).sign(signed), "not signed: "),
        (read_signer(other).sign(PAGE), "invalid signature"),
        (signed.replace("<b>Not verified", "<b>Verified", 1), "invalid signature"),
        (signed.replace(signature, signature[:-4]), "invalid signature"),
        (signed.replace(signature, "é"), "invalid signature"),
    ):
        file.write_text(page, "utf-8")
        assert command_check.run(file, public) == 1
        assert capsys.readouterr().out.startswith(problem)


def test_a_signed_page_of_other_versions_is_confirmed_where_it_shows_the_same_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A signature shows what rendering again with other versions cannot."""
    private, public = write_keys(tmp_path)
    file = tmp_path / "report.html"
    file.write_text(read_signer(private).sign(PAGE), "utf-8")
    newer = PAGE.replace('<meta name="renderer" content="', '<meta name="renderer" content="newer ')
    monkeypatch.setattr(command_check, "_render", lambda record, languages: newer)
    assert command_check.run(file, public) == 0
    assert capsys.readouterr().out.startswith("unaltered since it was signed: ")
    newer = newer.replace("<b>Not verified", "<b>Verified")
    assert command_check.run(file, public) == 1
    assert capsys.readouterr().out.startswith("altered: ")


def bad_keys(folder: Path) -> dict[str, tuple[Path, str]]:
    """Key files that cannot be used, each with the error."""
    pem = serialization.Encoding.PEM
    pkcs8 = serialization.PrivateFormat.PKCS8
    private = ed25519.Ed25519PrivateKey.generate()
    encrypted = private.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"passphrase"))
    other_kind = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        pem, pkcs8, serialization.NoEncryption()
    )
    contents = {
        "empty": (b"", "is not the private key of Ed25519"),
        "text": (b"no key", "is not the private key of Ed25519"),
        "binary": (bytes(range(256)) * 10, "is not the private key of Ed25519"),
        "encrypted": (encrypted, "is encrypted"),
        "other-kind": (other_kind, "is not the private key of Ed25519"),
        "damaged-openssh": (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n",
            "is not the private key of Ed25519",
        ),
    }
    keys = {}
    for name, (content, error) in contents.items():
        (folder / name).write_bytes(content)
        keys[name] = (folder / name, error)
    return {**keys, "missing": (folder / "missing", "cannot be read"), "folder": (folder, "cannot be read")}


def test_a_bad_key_file_is_an_error(tmp_path: Path) -> None:
    """It names the file and ends with exit code 2. A private key in place of the public one is refused as well."""
    for file, message in bad_keys(tmp_path).values():
        with pytest.raises(InputError, match=message) as raised:
            read_signer(file)
        assert str(file) in str(raised.value)
        assert raised.value.exit_code == ExitCode.USAGE
    private, public = write_keys(tmp_path)
    for file in (tmp_path / "empty", tmp_path / "text", tmp_path / "missing", private):
        with pytest.raises(InputError):
            read_public_key(file)
    with pytest.raises(InputError):
        read_signer(public)


def test_without_cryptography_only_the_key_options_fail(tmp_path: Path) -> None:
    """One line names what to install; `check` itself imports nothing of it."""
    _, public = write_keys(tmp_path)
    code = (
        "import sys; sys.modules['cryptography'] = None\n"
        "from pathlib import Path\n"
        "from agentcore_probe.commands import check\n"
        "from agentcore_probe.errors import InputError\n"
        "check._render = lambda record, languages: Path(sys.argv[1]).read_text('utf-8')\n"
        "assert check.run(Path(sys.argv[1])) == 0\n"
        "try: check.run(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except InputError as error: print(error.line())\n"
    )
    output = subprocess.run(
        [sys.executable, "-c", code, str(SAMPLE_PAGE), str(public)],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    ).stdout
    last = output.splitlines()[-1]
    assert last == "--key needs an extra package (cryptography): pip install 'PyJWT[crypto]'"


@pytest.mark.slow
def test_the_commands_sign_and_check(command: Command, project: Path) -> None:
    """`report --sign` and `check --key`, end to end; a bad key ends before anything is sent."""
    private, public = write_keys(project)
    assert command("report", "sample", "--sign", "key.pem").returncode == 1  # the sample is not verified
    (page,) = project.glob("reports/sample/2*/report.html")
    assert split_signature(page.read_text("utf-8"))[1] is not None
    result = command("check", str(page), "--key", str(public))
    assert (result.returncode, "signed with this key" in result.stdout) == (0, True), result
    result = command("report", "sample", "--sign", str(public))
    assert (result.returncode, len(list(project.glob("reports/sample/2*")))) == (2, 1)
    assert private.exists()
