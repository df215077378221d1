"""`Idempotency-Key` on POST: a client that got no answer repeats the request, and its effect happens once.

After draft-ietf-httpapi-idempotency-key-header: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from salesiq.common.models import IDEMPOTENCY_KEY_LIFETIME, IdempotentRequest
from salesiq.common.problems import Problem

# Longer than any of our requests takes; after it the process that began one is taken for dead.
ABANDONED_AFTER = timedelta(minutes=5)
KEPT_HEADERS = ("Location", "Retry-After", "Preference-Applied")

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Decorate a DRF view method. Without the header nothing changes; with it:

    the same request again gets the first answer with `Idempotency-Replayed: true`; the same key with another
    body 422; while the first is under way 409 with Retry-After. Only successes are remembered, for 24 hours: an
    error had no effect, so it may be repeated. A process that dies after its effect and before its answer was
    kept lets the request run again after five minutes.
    """

    @wraps(handler)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        row = _begin(request, key.strip())
        if row.status_code is not None:
            return _replay(row)
        try:
            response = handler(view, request, *args, **kwargs)
        except BaseException:
            _claimed(row).delete()
            raise
        _keep(row, response)
        return response

    return once


def forget_old_answers() -> int:
    """Delete what is past its lifetime; called by the watchdog."""
    old = IdempotentRequest.objects.filter(created_at__lt=timezone.now() - IDEMPOTENCY_KEY_LIFETIME)
    return old.delete()[0]


def _begin(request: Request, key: str) -> IdempotentRequest:
    """The row of this key: new and ours, or with the answer already in it."""
    if not 1 <= len(key) <= 255:
        raise Problem(_("Idempotency-Key must have 1 to 255 characters."), code="invalid_idempotency_key")
    mark, user = fingerprint(request), request.user
    if isinstance(user, AnonymousUser):
        raise NotAuthenticated
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(user=user, key=key, fingerprint=mark)
    except IntegrityError:
        row = IdempotentRequest.objects.filter(user=user, key=key).first()
    if row is None:
        raise _in_progress()
    age = timezone.now() - row.created_at
    if age > IDEMPOTENCY_KEY_LIFETIME or (row.status_code is None and age > ABANDONED_AFTER):
        return _take_over(row, mark)
    if row.fingerprint != mark:
        raise Problem(
            _("This Idempotency-Key was used for another request. Use a new key for a new request."),
            code="idempotency_key_reused",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if row.status_code is None:
        raise _in_progress()
    return row


def _take_over(row: IdempotentRequest, mark: str) -> IdempotentRequest:
    """Begin anew with an old row. `created_at` tells whose turn it is: one of several takers changes it."""
    now = timezone.now()
    if not _claimed(row).update(created_at=now, fingerprint=mark, status_code=None, body=None, headers={}):
        raise _in_progress()
    row.created_at, row.status_code = now, None
    return row


def _claimed(row: IdempotentRequest) -> Any:
    return IdempotentRequest.objects.filter(pk=row.pk, created_at=row.created_at)


def _keep(row: IdempotentRequest, response: Response) -> None:
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        _claimed(row).delete()
        return
    _claimed(row).update(
        status_code=response.status_code,
        headers={name: response[name] for name in KEPT_HEADERS if name in response},
        body=json.loads(JSONRenderer().render(response.data) or b"null"),
    )


def _replay(row: IdempotentRequest) -> Response:
    return Response(row.body, status=row.status_code, headers={**row.headers, "Idempotency-Replayed": "true"})


def _in_progress() -> Problem:
    return Problem(
        _("The first request with this Idempotency-Key is still being worked on. Try again in a moment."),
        code="request_in_progress",
        status=HTTPStatus.CONFLICT,
        headers={"Retry-After": "2"},
    )


def fingerprint(request: Request) -> str:
    """SHA-256 over method, path, query and body. Uploaded files are read in chunks, then rewound."""
    digest = hashlib.sha256()
    for part in (request.method or "", request.get_full_path()):
        _add(digest, part.encode())
    data = request.data
    if not isinstance(data, QueryDict):
        _add(digest, json.dumps(data, sort_keys=True, default=str).encode())
        return digest.hexdigest()
    for name in sorted(data):
        _add(digest, name.encode())
        for value in data.getlist(name):
            _add_value(digest, value)
    return digest.hexdigest()


def _add_value(digest: Any, value: object) -> None:
    if isinstance(value, UploadedFile):
        _add(digest, f"{value.name} {value.size}".encode())
        _add_chunks(digest, value.chunks())
        value.seek(0)
    else:
        _add(digest, str(value).encode())


def _add_chunks(digest: Any, chunks: Iterable[bytes]) -> None:
    for chunk in chunks:
        digest.update(chunk)


def _add(digest: Any, part: bytes) -> None:
    """Length first, so that no two lists of parts run together into the same bytes."""
    digest.update(f"{len(part)}:".encode())
    digest.update(part)
