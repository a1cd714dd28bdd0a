"""A language is one record and one catalogue."""

from __future__ import annotations

import json

import pytest

from tests.report.conftest import PackageCopy

RAW = 'HTTP/2 401\nx-amzn-errortype: UnauthorizedException\n\n{"message": "Missing Authentication Token"}\n'

SENTENCES = {
    "section-evidence = Evidence": "section-evidence = Preuves",
    "language-name = English": "language-name = Français",
    "verdict-not-verified = Not verified": "verdict-not-verified = Non vérifié",
    "root-cause-why = Why": "root-cause-why = Pourquoi",
}


@pytest.fixture
def french(package_copy: PackageCopy) -> PackageCopy:
    """The package with a third language."""
    package_copy.replace(
        "model/languages.py",
        '        Language("en"),\n',
        '        Language("en"),\n        Language("fr"),\n',
    )
    texts = package_copy.package / "report" / "text"
    catalogue = (texts / "en.ftl").read_text("utf-8")
    for english, translated in SENTENCES.items():
        assert catalogue.count(f"{english}\n") == 1
        catalogue = catalogue.replace(f"{english}\n", f"{translated}\n")
    (texts / "fr.ftl").write_text(catalogue, "utf-8")
    return package_copy


@pytest.mark.slow
def test_a_record_and_a_catalogue_add_a_language(french: PackageCopy) -> None:
    """Page, check, explain and the schema know it without another change."""
    page = french.sample_page("--lang", "fr,ja")
    text = page.read_text("utf-8")
    assert '<html lang="fr">' in text
    assert '<div class="part" id="part-fr" lang="fr">' in text
    assert '<h2 id="fr-evidence"><span class="number">1</span> Preuves</h2>' in text
    assert 'lang="fr" hreflang="fr">Français</a>' in text
    assert "<b>Non vérifié</b>" in text
    checked = french.run("check", str(page))
    assert (checked.returncode, checked.stdout.split(":")[0]) == (0, "unaltered"), checked.stdout
    explained = french.run("explain", "--lang", "fr", "-", stdin=RAW)
    assert "\nPourquoi: " in explained.stdout, explained.stderr
    schema = json.loads(french.run("schema", "environment").stdout)
    forms = schema["properties"]["language"]["anyOf"]  # a language, or a placeholder of a template
    assert ["en", "fr", "ja"] in [form.get("enum") for form in forms]


def test_an_environment_may_name_the_language(french: PackageCopy) -> None:
    """Its page is in that language without `--lang`."""
    environment = french.root / "environments" / "sample.toml"
    text = environment.read_text("utf-8")
    environment.write_text(f'language = "fr"\n{text}', "utf-8")
    assert "Preuves" in french.sample_page().read_text("utf-8")


def test_an_unknown_language_is_an_error_that_lists_the_languages(package_copy: PackageCopy) -> None:
    """On the command line, exit code 2."""
    done = package_copy.run("report", "sample", "--lang", "fr")
    assert done.returncode == 2
    assert "unknown language 'fr'. Use one of: en, ja" in done.stderr
