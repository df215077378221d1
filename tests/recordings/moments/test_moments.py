"""Moments: what is heard and read of them, by whom, and when they are gone."""

import io
from datetime import timedelta

import av
import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from recordings.models import CallStatus, MomentShare
from recordings.moments.selectors import audible_moments, library, spoken_in
from recordings.moments.services import (
    ShareOverError,
    find_share,
    open_share,
    publish_moment,
    revoke_share,
    share_moment,
    withdraw_moment,
)
from recordings.moments.sound import cut
from recordings.privacy.anonymising import anonymise_call
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.recordings.coaching_factories import make_kept
from tests.recordings.factories import make_sound
from tests.recordings.reviewing_factories import ReviewWorld


@pytest.fixture
def world(db) -> ReviewWorld:
    return ReviewWorld()


def hertz(sound: bytes) -> tuple[float, float]:
    """Length in seconds, and the tone that is heard."""
    with av.open(io.BytesIO(sound)) as opened:
        rate = opened.streams.audio[0].rate
        samples = np.concatenate([frame.to_ndarray() for frame in opened.decode(audio=0)], axis=1)[0]
    spectrum = np.abs(np.fft.rfft(samples))
    return len(samples) / rate, float(np.argmax(spectrum) * rate / len(samples))


def test_a_clip_holds_its_stretch_and_nothing_beside_it():
    low, high = make_sound(seconds=2, tone=300.0), make_sound(seconds=2, tone=900.0)
    joined = low[:44] + low[44:] + high[44:] + low[44:]
    size = len(joined) - 44
    joined = joined[:40] + size.to_bytes(4, "little") + joined[44:]
    length, tone = hertz(cut(io.BytesIO(joined), 2.0, 4.0))
    assert length == pytest.approx(2.0, abs=0.15) and tone == pytest.approx(900, abs=5)


def test_the_words_of_a_moment_are_those_of_its_stretch(world):
    moment = make_kept(world.call, lines=(3, 4))
    assert [line.text for line in spoken_in(moment)] == [
        "That is too expensive for us right now.",
        "I understand. Most teams save ten hours a month, which pays for it twice.",
    ]
    moment.start += 1.8
    moment.end -= 1.8
    said = " ".join(line.text for line in spoken_in(moment))
    assert "That" not in said and "twice" not in said and "I understand." in said


def test_what_is_not_published_is_heard_by_who_sees_the_call_alone(world):
    moment = make_kept(world.call)
    elsewhere = make_user(client=world.client, role=Role.AGENT)
    assert moment in audible_moments(world.manager) and moment in audible_moments(world.agent_user)
    assert moment not in audible_moments(elsewhere)
    publish_moment(moment=moment, actor=world.manager)
    assert moment in library(elsewhere)
    assert moment not in library(make_user(role=Role.ADMIN))
    assert moment not in library(make_user(client=world.client, role=Role.INTEGRATOR))


def test_who_is_heard_may_take_the_moment_out_and_nobody_else_may(world):
    moment = publish_moment(moment=make_kept(world.call), actor=world.manager)
    _share, secret = share_moment(moment=moment, actor=world.manager)
    with pytest.raises(PermissionDenied):
        withdraw_moment(moment=moment, actor=make_user(client=world.client, role=Role.AGENT))
    withdraw_moment(moment=moment, actor=world.agent_user)
    assert not library(world.manager).exists()
    share = find_share(secret, user=world.manager)
    assert share is not None
    with pytest.raises(ShareOverError, match="taken back"):
        open_share(share=share, user=world.manager)


@pytest.mark.parametrize("change", [{"status": CallStatus.HELD_BACK}, {"anonymised_at": timezone.now()}])
def test_a_call_that_may_not_be_heard_takes_its_moments_along(world, change):
    moment = publish_moment(moment=make_kept(world.call), actor=world.manager)
    share, _secret = share_moment(moment=moment, actor=world.manager)
    type(world.call).objects.filter(pk=world.call.pk).update(**change)
    assert not audible_moments(world.manager).exists()
    share.refresh_from_db()
    share.moment.call.refresh_from_db()
    with pytest.raises(ShareOverError, match="may not be heard"):
        open_share(share=MomentShare.objects.get(pk=share.pk), user=world.manager)


def test_anonymising_a_call_removes_its_moments_with_their_words(world):
    moment = make_kept(world.call, note="Says the customer's name")
    anonymise_call(call=world.call)
    assert not type(moment).objects.exists()


@pytest.mark.parametrize(
    "stretch", [{"start": 5.0, "end": 5.0}, {"start": 9.0, "end": 2.0}, {"start": 900.0, "end": 990.0}]
)
def test_a_stretch_outside_the_call_is_refused(world, stretch):
    with pytest.raises(ValidationError, match="within the call"):
        make_kept(world.call, **stretch)


def test_a_secret_is_kept_nowhere_and_each_opening_is_counted_and_told(world):
    share, secret = share_moment(moment=make_kept(world.call), actor=world.manager)
    assert secret not in str(MomentShare.objects.values().get())
    found = find_share(secret, user=world.reviewer)
    assert found is not None
    open_share(share=found, user=world.reviewer)
    share.refresh_from_db()
    assert share.opened == 1 and share.last_opened_at is not None
    assert AuditEvent.objects.filter(action="moment_share_opened", actor=world.reviewer).count() == 1
    assert find_share(secret, user=make_user(role=Role.ADMIN)) is None
    assert find_share("another", user=world.reviewer) is None


def test_a_link_ends_with_its_days_and_when_it_is_taken_back(world):
    share, _secret = share_moment(moment=make_kept(world.call), actor=world.manager, days=1)
    MomentShare.objects.filter(pk=share.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    share.refresh_from_db()
    with pytest.raises(ShareOverError, match="expired"):
        open_share(share=share, user=world.manager)
    revoke_share(share=share, actor=world.manager)
    with pytest.raises(ShareOverError, match="taken back"):
        open_share(share=share, user=world.manager)
    with pytest.raises(ValidationError, match="90 days"):
        share_moment(moment=share.moment, actor=world.manager, days=91)
