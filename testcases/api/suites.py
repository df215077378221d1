"""Suites by API: cases that are run together, in order."""

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from testcases.api.access import TestsView, told_as_problems
from testcases.api.cases_schema import KnownFieldsSerializer
from testcases.api.openapi import IDEMPOTENCY_KEY, TESTS, example
from testcases.models import Suite, TestCase
from testcases.selectors import list_cases, list_suites
from testcases.services import delete_suite, save_suite
from testcases.services.suites import MOST_CASES

NEW = {"name": "new-hires", "title": "New hires", "cases": ["price-too-high", "who-decides"]}


class NewTestSuiteSerializer(KnownFieldsSerializer):
    name = serializers.SlugField(max_length=100)
    title = serializers.CharField(required=False, max_length=200)
    description = serializers.CharField(required=False, allow_blank=True, max_length=5_000, default="")
    cases = serializers.ListField(
        child=serializers.SlugField(max_length=100), max_length=MOST_CASES, help_text="Names of test cases, in order"
    )


class TestSuiteSerializer(serializers.ModelSerializer[Suite]):
    cases = serializers.SerializerMethodField(help_text="Names of its test cases, in order")

    class Meta:
        model = Suite
        fields = ("id", "name", "title", "description", "cases", "created_at", "updated_at")
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_cases(self, suite: Suite) -> list[str]:
        return [member.case.name for member in suite.members.all()]


@extend_schema_view(
    get=extend_schema(
        tags=[TESTS], operation_id="test_suites_list", summary="List suites",
        responses={200: TestSuiteSerializer(many=True), **problems(400)},
    )
)  # fmt: skip
class SuitesView(TestsView, ListAPIView[Suite]):
    """Suites by name."""

    serializer_class = TestSuiteSerializer
    filter_backends = []
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[Suite]:
        return list_suites(self.user).order_by("name")

    @extend_schema(
        tags=[TESTS],
        operation_id="test_suites_create",
        summary="Write a suite",
        parameters=[IDEMPOTENCY_KEY],
        request=NewTestSuiteSerializer,
        responses={201: TestSuiteSerializer, **problems(400, 403, 409, 422)},
        examples=[example("For new hires", NEW)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        suite = _saved(self, request, None)
        location = reverse("api-test-suite", args=[suite.pk], request=request)
        answer = TestSuiteSerializer(suite_of(self, suite.pk)).data
        return Response(answer, status=HTTPStatus.CREATED, headers={"Location": location})


class OneSuiteView(TestsView):
    """A suite with the names of its cases."""

    @extend_schema(
        tags=[TESTS], operation_id="test_suites_read", summary="Read a suite",
        responses={200: TestSuiteSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: Any) -> Response:
        return Response(TestSuiteSerializer(suite_of(self, pk)).data)

    @extend_schema(
        tags=[TESTS], operation_id="test_suites_replace", summary="Replace a suite", request=NewTestSuiteSerializer,
        responses={200: TestSuiteSerializer, **problems(400, 403, 404, 409, 422)},
    )  # fmt: skip
    def put(self, request: Request, pk: Any) -> Response:
        suite = _saved(self, request, suite_of(self, pk))
        return Response(TestSuiteSerializer(suite_of(self, suite.pk)).data)

    @extend_schema(
        tags=[TESTS], operation_id="test_suites_delete", summary="Delete a suite",
        description="Its cases and runs stay.", responses={204: None, **problems(403, 404)},
    )  # fmt: skip
    def delete(self, request: Request, pk: Any) -> Response:
        suite = suite_of(self, pk)
        with told_as_problems():
            delete_suite(suite=suite, user=self.user)
        return Response(status=HTTPStatus.NO_CONTENT)


def suite_of(view: TestsView, pk: Any) -> Suite:
    return get_object_or_404(list_suites(view.user), pk=pk)


def _saved(view: TestsView, request: Request, suite: Suite | None) -> Suite:
    asked = NewTestSuiteSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    known = asked.validated_data
    client = suite.client if suite else view.client
    with told_as_problems():
        return save_suite(
            client=client, user=view.user, name=known["name"], title=known.get("title") or known["name"],
            description=known["description"], cases=_cases(view, client.pk, known["cases"]), suite=suite,
        )  # fmt: skip


def _cases(view: TestsView, client_id: Any, names: list[str]) -> list[TestCase]:
    known = {case.name: case for case in list_cases(view.user).filter(client_id=client_id, name__in=names)}
    unknown = [name for name in names if name not in known]
    if unknown:
        sentence = _("There is no test case “%(name)s”.")
        raise serializers.ValidationError({"cases": [sentence % {"name": name} for name in unknown]})
    return [known[name] for name in names]
