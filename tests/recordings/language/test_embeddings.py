"""Sentences become unit vectors, whatever stands in them."""

import numpy as np
import pytest

from recordings.language.embeddings import DIMENSION, embed


@pytest.mark.parametrize("text", ["\ud800", "price \udfff", "", "\x00", "😀" * 700])
def test_any_text_has_a_unit_vector(text):
    vectors = embed([text, "How much is it?"])
    assert vectors.shape == (2, DIMENSION)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_no_texts_give_no_vectors():
    assert embed([]).shape == (0, DIMENSION)
