"""Test cases by API: listed, written, read and changed; a change of what is played or judged is a new version."""

from http import HTTPStatus
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from recordings.language.types import LANGUAGES
from salesiq.common.filters import StrictFilterBackend
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.pagination import KeysetPagination
from salesiq.common.problems import Problem
from salesiq.people.roles import Capability
from testcases.api.access import TestsView, told_as_problems
from testcases.api.cases_schema import (
    OF_CASE,
    OF_CONTENT,
    ChangedTestCaseSerializer,
    NewTestCaseSerializer,
    ReplacedTestCaseSerializer,
    TestCaseSerializer,
    WholeTestCaseSerializer,
    document_from,
    places_of,
)
from testcases.api.openapi import IDEMPOTENCY_KEY, TESTS, VERSION, example
from testcases.models import Difficulty, TestCase, TestType
from testcases.selectors import find_version, list_cases, playable_cases
from testcases.services import create_case, save_version, update_case

NEW = {
    "name": "price-too-high",
    "description": "A dentist finds the price too high.",
    "scenario": "Rosa Marin runs a dental practice and asked for a call about your scheduling software.",
    "expected_outcome": "She agrees to a demo and a day for it.",
    "success_criteria": ["Asks how many appointments are missed", "Proposes a demo with a day"],
    "test_type": "objection_handling",
    "difficulty_level": "beginner",
    "is_active": True,
}


class CaseFilterSet(FilterSet):
    """Filters combine by "and"."""

    name = django_filters.CharFilter(help_text="Exactly this name")
    test_type = django_filters.ChoiceFilter(choices=TestType.choices)
    difficulty_level = django_filters.ChoiceFilter(choices=Difficulty.choices)
    language = django_filters.ChoiceFilter(choices=[(each, each) for each in LANGUAGES])
    skill = django_filters.CharFilter(method="with_skill", max_length=60, help_text="Those that train this skill")
    is_active = django_filters.BooleanFilter(help_text="true or false")
    search = django_filters.CharFilter(method="with_words", max_length=200, help_text="In name or title")
    ordering = django_filters.OrderingFilter(
        fields=[(name, name) for name in ("name", "created_at", "updated_at")],
        help_text="Field to order by, “-” for descending; by name without it",
    )

    class Meta:
        model = TestCase
        fields: list[str] = []

    def with_skill(self, cases: QuerySet[TestCase], name: str, skill: str) -> QuerySet[TestCase]:
        """SQLite cannot look into lists of JSON; a slug stands in them in quotes."""
        return cases.filter(skills__icontains=f'"{skill}"')

    def with_words(self, cases: QuerySet[TestCase], name: str, words: str) -> QuerySet[TestCase]:
        for word in words.split():
            cases = cases.filter(Q(name__icontains=word) | Q(title__icontains=word))
        return cases


@extend_schema_view(
    get=extend_schema(
        tags=[TESTS], operation_id="test_cases_list", summary="List test cases",
        responses={200: TestCaseSerializer(many=True), **problems(400)},
    )
)  # fmt: skip
class CasesView(TestsView, ListAPIView[TestCase]):
    """Test cases by name, each with what its newest version says. Agents get those they may play, from the outside."""

    capability = Capability.PRACTISE
    serializer_class = TestCaseSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = CaseFilterSet
    pagination_class = KeysetPagination

    def get_queryset(self) -> QuerySet[TestCase]:
        if self.sees_inside:
            return list_cases(self.user).order_by("name")
        agent = getattr(self.user, "agent", None)
        return playable_cases(self.user, agent).order_by("name") if agent else TestCase.objects.none()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "sees_inside": self.sees_inside}

    def paginate_queryset(self, queryset: Any) -> Any:
        page = list(super().paginate_queryset(queryset) or ())
        for case in page:
            case.shown = case.current
        return page

    @extend_schema(
        tags=[TESTS],
        operation_id="test_cases_create",
        summary="Write a test case",
        description=(
            "With its first version. Simple cases give `scenario`, `expected_outcome` and `success_criteria` as "
            "sentences, which are judged by their meaning (`weak_criteria`); `content` says more: persona, facts, "
            "objections, goal, and criteria with rules. 422 names each mistake and its place."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=NewTestCaseSerializer,
        responses={201: WholeTestCaseSerializer, **problems(400, 403, 409, 422)},
        examples=[example("An objection to the price", NEW)],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        asked = NewTestCaseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known = asked.validated_data
        with told_as_problems(places=places_of(known)):
            case = create_case(
                client=self.client, user=self.user, name=known["name"], title=known.get("title") or known["name"],
                test_type=known["test_type"], difficulty_level=known["difficulty_level"], language=known["language"],
                skills=known.get("skills", ()), description=known.get("description", ""),
                content=document_from(known, None, known["language"]), why=known["why"],
                is_active=known.get("is_active", True),
            )  # fmt: skip
        location = reverse("api-test-case", args=[case.pk], request=request)
        return Response(told(self, case.pk), status=HTTPStatus.CREATED, headers={"Location": location})


class OneCaseView(TestsView):
    """A test case with one of its versions."""

    capability = Capability.PRACTISE

    @extend_schema(
        tags=[TESTS],
        operation_id="test_cases_read",
        summary="Read a test case",
        parameters=[VERSION],
        responses={200: WholeTestCaseSerializer, **problems(400, 404)},
    )
    def get(self, request: Request, pk: Any) -> Response:
        return Response(told(self, pk, number=_number(request)))

    @extend_schema(
        tags=[TESTS],
        operation_id="test_cases_replace",
        summary="Write a new version",
        description=(
            "Versions never change, so this makes the next one, unless nothing differs. `content` and its members "
            "that are left out stay, so that who knows only sentences does not lose rules; a sentence of "
            "`success_criteria` that the case has already keeps its rule. Title and other settings change where given."
        ),
        request=ReplacedTestCaseSerializer,
        responses={200: WholeTestCaseSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[example("Harder", {name: value for name, value in NEW.items() if name != "name"})],
    )
    def put(self, request: Request, pk: Any) -> Response:
        case = self.case(pk)
        asked = ReplacedTestCaseSerializer(data=_without_fixed(request.data, case))
        asked.is_valid(raise_exception=True)
        return self._changed(case, asked.validated_data)

    @extend_schema(
        tags=[TESTS],
        operation_id="test_cases_change",
        summary="Change a test case",
        description="Parts left out stay. A change of what is played or judged makes a new version; settings do not.",
        request=ChangedTestCaseSerializer,
        responses={200: WholeTestCaseSerializer, **problems(400, 403, 404, 409, 422)},
        examples=[example("Switched off", {"is_active": False})],
    )
    def patch(self, request: Request, pk: Any) -> Response:
        case = self.case(pk)
        asked = ChangedTestCaseSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self._changed(case, asked.validated_data)

    def _changed(self, case: TestCase, known: dict[str, Any]) -> Response:
        before = case.current.content if case.current else None
        with told_as_problems(places=places_of(known)):
            if set(known) & set(OF_CONTENT):
                save_version(
                    case=case, user=self.user, content=document_from(known, before, case.language), why=known["why"],
                    based_on=known.get("based_on"),
                )  # fmt: skip
            update_case(case=case, user=self.user, changes={name: known[name] for name in OF_CASE if name in known})
        return Response(told(self, case.pk))


def told(view: TestsView, pk: Any, *, number: int | None = None) -> Any:
    """A case as it is answered, with the version of this number."""
    case = view.case(pk)
    shown = case.current
    if number is not None:
        shown = find_version(case, number) if view.sees_inside else None
        if shown is None:
            detail = _("There is no such version of this test case.")
            raise Problem(detail, code="no_version", status=HTTPStatus.NOT_FOUND)
    case.shown = shown  # type: ignore[attr-defined]
    return WholeTestCaseSerializer(case, context={"sees_inside": view.sees_inside}).data


def _without_fixed(data: Any, case: TestCase) -> Any:
    """What never changes may be repeated.

    Raises:
        ValidationError: it is to be another.
    """
    if not isinstance(data, dict):
        return data
    for name, value in (("name", case.name), ("language", case.language)):
        if data.get(name, value) != value:
            sentence = _("The %(field)s of a test case never changes. Write another test case instead.")
            raise ValidationError({name: [sentence % {"field": name}]})
    return {name: value for name, value in data.items() if name not in ("name", "language")}


def _number(request: Request) -> int | None:
    number = request.query_params.get("version", "")
    if number and not (number.isascii() and number.isdecimal() and len(number) < 9):
        raise ValidationError({"version": [_("The number of a version is expected.")]})
    return int(number) if number else None
