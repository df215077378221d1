"""No NUL in an address: no form of ours sends one, and PostgreSQL takes none in a text, which would be our error."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware


@sync_and_async_middleware
def refuse_nul(get_response: Any) -> Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]:
    """Answers 400 where the path or the query holds a NUL."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            _check(request)
            response: HttpResponseBase = await get_response(request)
            return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        _check(request)
        response: HttpResponseBase = get_response(request)
        return response

    return answer


def _check(request: HttpRequest) -> None:
    if "%00" in request.META.get("QUERY_STRING", "") or "\x00" in request.path_info:
        raise BadRequest
