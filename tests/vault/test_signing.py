"""Signed documents: whole ones pass anywhere, changed ones fail, and the key stays its owner's."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from salesiq.vault.signing import (
    SignatureError,
    key_id,
    public_key_pem,
    sign,
    sign_document,
    verify,
    verify_document,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture
def document() -> dict:
    return {"what": "erasure", "rows": {"utterances": 7}, "kept": []}


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=5).filter(lambda name: name != "signature"), VALUES, max_size=4))
def test_a_signed_document_passes_also_after_it_was_stored_as_json(document):
    stored = json.loads(json.dumps(sign_document(document), indent=1))
    assert verify_document(stored) == key_id()


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["rows"].update(utterances=6),
        lambda d: d.update(added=True),
        lambda d: d.pop("kept"),
        lambda d: d["signature"].update(value="A" * 86 + "=="),
        lambda d: d["signature"].update(value="not base64!"),
        lambda d: d["signature"].update(public_key="-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"),
        lambda d: d.pop("signature"),
    ],
)
def test_a_changed_document_is_refused(document, change):
    signed = json.loads(json.dumps(sign_document(document)))
    change(signed)
    with pytest.raises(SignatureError):
        verify_document(signed)


def test_a_document_signed_anew_with_a_key_of_ones_own_is_not_the_installations(document, settings, tmp_path):
    trusted = public_key_pem()
    settings.SIGNING_KEY_FILE = tmp_path / "forger.key"
    forged = sign_document({**document, "rows": {}})
    assert verify_document(forged) == key_id()
    with pytest.raises(SignatureError, match="another key"):
        verify_document(forged, public_key=trusted)


def test_the_key_is_readable_by_its_owner_only_and_made_once(settings):
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: public_key_pem(), range(16)))
    path = Path(settings.SIGNING_KEY_FILE)
    assert len(keys) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.glob("signing.key*")] == ["signing.key"]


def test_bytes_are_signed_and_checked():
    signature = sign(b"head of the chain")
    assert verify(b"head of the chain", signature)
    assert not verify(b"head of a chain", signature)
    with pytest.raises(ValueError, match="Ed25519"):
        verify(b"", signature, public_key="nonsense")
