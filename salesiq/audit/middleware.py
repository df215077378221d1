"""Files refused looks of signed-in people, at pages, the API and the back office alike."""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from salesiq.audit.refusals import is_refusal, record_refusal


@sync_and_async_middleware
def audit_refusals(get_response: Any) -> Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]:
    """Stands inside the authentication's middleware. Costs nothing where nothing is refused."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> HttpResponseBase:
            response: HttpResponseBase = await get_response(request)
            if is_refusal(request, response):
                await sync_to_async(record_refusal)(request, response)
            return response

        return answer_later

    def answer(request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = get_response(request)
        if is_refusal(request, response):
            record_refusal(request, response)
        return response

    return answer
