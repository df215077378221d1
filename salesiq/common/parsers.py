"""JSON bodies of strangers: bounded in size and depth.

REST framework imports this while it sets itself up, so nothing here may import its views.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES = 1 << 20


class BodyTooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The JSON body is larger than 1 MB. Send less at once.")
    default_code = "too_large"


class BoundedJSONParser(JSONParser):
    """JSON of at most a megabyte, nested no deeper than Python reads, of whole characters that a database takes."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise BodyTooLarge
        try:
            value = super().parse(BytesIO(body), media_type, parser_context)
            json.dumps(value, ensure_ascii=False).encode()
        except RecursionError as error:
            raise ParseError(_("The JSON body is nested too deeply.")) from error
        except UnicodeEncodeError as error:
            raise ParseError(_("The JSON body holds half a character (a lone surrogate).")) from error
        return value
