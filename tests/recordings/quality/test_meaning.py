import numpy as np
import pytest

from recordings.quality import meaning


@pytest.fixture
def embedded(monkeypatch):
    """Counts what is embedded; the vector of a text is the direction of its first letter."""
    lists = []

    def embed(texts):
        lists.append(tuple(texts))
        return np.array([[float(text[0] == "a"), float(text[0] != "a")] for text in texts], dtype=np.float32)

    monkeypatch.setattr(meaning, "embed", embed)
    meaning._vectors.cache_clear()
    yield lists
    meaning._vectors.cache_clear()


def test_cosines_have_a_row_for_each_script_line_and_a_column_for_each_sentence(embedded):
    assert meaning.compare_meaning(["alpha", "beta"], ["again", "other", "also"]).tolist() == [[1, 0, 1], [0, 1, 0]]


def test_a_script_is_embedded_once(embedded):
    meaning.compare_meaning(["alpha"], ["first call"])
    meaning.compare_meaning(["alpha"], ["second call"])
    assert embedded.count(("alpha",)) == 1


def test_only_languages_with_embeddings_are_compared_by_meaning():
    assert meaning.meaning_for("en") is meaning.compare_meaning
    assert meaning.meaning_for("pt") is None
