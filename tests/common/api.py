"""A small API of its own, so that the shared parts are tested without the product's endpoints."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404
from django.urls import path
from rest_framework import exceptions, generics, serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from salesiq.common.health import healthz
from salesiq.common.idempotency import idempotent
from salesiq.common.pagination import KeysetPagination
from salesiq.common.parsers import BoundedJSONParser
from salesiq.common.problems import Problem
from salesiq.people.models import Agent, Client


class AgentSerializer(serializers.ModelSerializer[Agent]):
    class Meta:
        model = Agent
        fields = ["id", "name"]


class AgentList(generics.ListAPIView[Agent]):
    serializer_class = AgentSerializer
    pagination_class = KeysetPagination

    def get_queryset(self) -> Any:
        return Agent.objects.order_by(*self.request.query_params.get("ordering", "name").split(","))


class Order(serializers.Serializer[Any]):
    email = serializers.EmailField()
    lines = serializers.ListField(child=serializers.DictField(child=serializers.IntegerField()))


ERRORS: dict[str, Exception] = {
    "missing": Http404("No Agent matches the given query."),
    "forbidden": PermissionDenied("internal"),
    "throttled": exceptions.Throttled(wait=7),
    "sentence": DjangoValidationError("There is no client of that name. Choose another."),
    "problem": Problem("Too long.", code="too_long", status=413, headers={"X-Most": "9"}, extensions={"most": 9}),
}


class Failing(APIView):
    def get(self, request: Request, kind: str) -> Response:
        raise ERRORS[kind]


class Orders(APIView):
    """Makes a client per call, so that an effect that happened twice can be counted."""

    def post(self, request: Request) -> Response:
        serializer = Order(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data)


class Clients(APIView):
    throttle_classes: list[type[UserRateThrottle]] = []
    parser_classes = [MultiPartParser, BoundedJSONParser]

    @idempotent
    def post(self, request: Request) -> Response:
        if request.data.get("name") == "bad":
            raise Problem("Choose another name.", code="bad_name")
        number = Client.objects.count()
        content = request.data["file"].read().decode() if "file" in request.data else ""
        Client.objects.create(name=request.data["name"], slug=f"made-{number}")
        body = {"number": number, "content": content}
        return Response(body, status=201, headers={"Location": f"/clients/{number}"})


urlpatterns = [
    path("api/agents", AgentList.as_view()),
    path("api/failing/<str:kind>", Failing.as_view()),
    path("api/orders", Orders.as_view()),
    path("api/clients", Clients.as_view()),
    path("healthz", healthz),
]
handler404 = "salesiq.common.problems.not_found"
handler500 = "salesiq.common.problems.server_error"
