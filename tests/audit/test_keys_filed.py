"""What becomes of encryption keys stands in the trail of the tenant whose sound or fields they opened."""

import pytest

from salesiq.audit.models import AuditEvent
from salesiq.vault.keys import make_key, shred
from salesiq.vault.models import DataKey
from salesiq.vault.rotation import rotate_keys
from tests.factories import make_client
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db


def test_a_shredded_key_is_filed_with_its_tenant():
    call = make_call(published=False)
    key = DataKey.objects.get(owner=call.recording.folder)
    shred(call.recording.folder)
    event = AuditEvent.objects.get(action="key_shredded")
    assert event.client_id == call.client_id
    assert event.details == {"owner": call.recording.folder, "keys": [str(key.pk)]}


def test_where_there_was_no_key_nothing_is_filed():
    assert not shred(f"fields/{make_client().pk}")
    assert not AuditEvent.objects.exists()


def test_a_rotation_is_filed_with_the_installation():
    make_key("one")
    done = rotate_keys()
    event = AuditEvent.objects.get(action="keys_rotated")
    assert event.client_id is None
    assert event.details == {"newest": done.newest, "rewrapped": 1, "forgotten": []}
