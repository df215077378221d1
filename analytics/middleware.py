"""One look a request at what waits to be counted, however many figures its page has."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from analytics.rollups.backlog import at_one_moment


@sync_and_async_middleware
def answer_at_one_moment(get_response: Any) -> Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]:
    """Costs nothing where no figures are asked for."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            with at_one_moment():
                response: HttpResponseBase = await get_response(request)
                return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        with at_one_moment():
            response: HttpResponseBase = get_response(request)
            return response

    return answer
