"""What the documents claim can be looked up: every file they name exists, every ASVS requirement is answered."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md"])
NAMED_FILE = re.compile(r"`((?:tests|salesiq|recordings|benchmarks|docs|demo|templates)/[\w./-]+\.\w+)(?:::\w+)?`")

# Level 1 of the OWASP Application Security Verification Standard 5.0.0 (https://github.com/OWASP/ASVS, May 2025).
ASVS_LEVEL_1 = re.findall(
    r"\S+",
    """
    1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1
    3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2
    6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
    7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1
    10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1
    14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
    """,
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_a_document_names_exists(document):
    named = set(NAMED_FILE.findall(document.read_text(encoding="utf-8")))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_every_asvs_level_1_requirement_is_answered_by_a_test_or_a_reason():
    answers = _asvs_table()
    assert sorted(answers) == sorted(ASVS_LEVEL_1)
    assert [number for number, (how, proof) in answers.items() if not how or not proof] == []


@pytest.mark.parametrize("article", ["6", "7", "15", "17", "20", "30"])
def test_each_gdpr_article_is_answered(article):
    text = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").split("## GDPR, article by article")[1]
    assert re.search(rf"^\| {article}\b[^|]*\|[^|]+\|[^|]+`tests/", text, re.MULTILINE)


def _asvs_table() -> dict[str, tuple[str, str]]:
    """Requirement number → (how it is met, the test or why it does not apply)."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").split("## OWASP ASVS 5.0, level 1")[1]
    rows = re.findall(r"^\| (\d+\.\d+\.\d+)[^|]*\|([^|]*)\|([^|]*)\|$", text, re.MULTILINE)
    return {number: (how.strip(), proof.strip()) for number, how, proof in rows}
