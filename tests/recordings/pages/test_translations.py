"""Pages in Spanish and Russian: nothing left out, nothing half done."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation.template import templatize

from tests.recordings.factories import make_call

LOCALE = Path(__file__).resolve().parents[3] / "locale"
LANGUAGES = ("es", "ru")
# gettext and its like, and each of them put off until it is shown: gettext_lazy, pgettext_lazy, …
MARKERS = DEFAULT_KEYWORDS | {f"{name.rstrip('_')}_lazy": places for name, places in DEFAULT_KEYWORDS.items()}
# What rooms without Django mark for others to translate.
MARKERS |= {"gettext_noop": None, "_noop": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def catalog(language):
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """The catalogues as `make setup` compiles them."""
    for language in LANGUAGES:
        target = LOCALE / language / "LC_MESSAGES" / "django.mo"
        source = target.with_suffix(".po")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with target.open("wb") as file:
                write_mo(file, catalog(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_a_guess(language):
    for message in catalog(language):
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_placeholders(language):
    for message in catalog(language):
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(message.id[-1] if isinstance(message.id, tuple) else message.id))
        for text in message.string if isinstance(message.string, tuple) else (message.string,):
            assert set(PLACEHOLDER.findall(text)) == wanted, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_passes_the_checks_of_make_setup(language):
    """`make setup` would stop at "95 % interval": "% i" reads as a placeholder."""
    wrong = {message.id: errors for message, errors in catalog(language).check() if errors}
    assert wrong == {}


def texts_in_use():
    """(context, text) of everything marked for translation in the code and in the pages."""
    root = LOCALE.parent
    tops = ("salesiq", "prompts", "recordings", "testcases", "integrations", "analytics", "decisions")
    sources = [(file, file.read_text()) for top in tops for file in (root / top).rglob("*.py")]
    for file in (root / "templates").rglob("*.html"):
        # What stands around the texts becomes filler, and its indentation would not be Python's.
        lines = templatize(file.read_text(), origin=str(file)).splitlines()
        sources.append((file, "\n".join(line.lstrip() for line in lines)))
    for file, source in sources:
        for _line, texts, _comments, context in extract("python", BytesIO(source.encode()), MARKERS):
            yield context, texts[0] if isinstance(texts, tuple) else texts, file.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_every_text_of_the_code_and_the_pages(language):
    known = {(m.context, m.id[0] if isinstance(m.id, tuple) else m.id) for m in catalog(language)}
    used = list(texts_in_use())
    assert {".py", ".html"} == {Path(name).suffix for *_, name in used}
    assert [use for use in used if use[:2] not in known] == []


def test_russian_counts_in_three_forms():
    with translation.override("ru"):
        forms = [translation.ngettext("%(count)s gap", "%(count)s gaps", n) % {"count": n} for n in (1, 2, 5, 11, 21)]
    assert forms == ["1 провал", "2 провала", "5 провалов", "11 провалов", "21 провал"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ["Auditoría de llamadas", "Transcripción", "Resumen", "Objeciones", "Cumplimiento", "Interesado"]),
        (
            "ru",
            ["Аудит звонков", "Расшифровка", "Краткое содержание", "Возражения", "Соблюдение правил", "Есть интерес"],
        ),
    ],
)
def test_a_call_page_has_no_english_labels_left(browser, tenant, language, words):
    call = make_call(client=tenant)
    page = browser.get(f"/sales-recording-audit/{call.pk}", headers={"Accept-Language": language})
    content = page.content.decode()
    assert f'<html lang="{language}"' in content
    for word in words:
        assert word in content
    for heading in re.findall(r"<h2[^>]*>(.*?)</h2>", content):
        with translation.override(language):
            english = {str(m.id) for m in catalog(language) if isinstance(m.id, str) and m.string != m.id}
        assert heading not in english


def test_the_language_can_be_chosen_and_stays(browser, tenant):
    browser.post("/i18n/setlang/", {"language": "ru", "next": "/sales-recording-audit"})
    assert "Аудит звонков" in browser.get("/sales-recording-audit").content.decode()
