"""Prompts tried by API: one quick answer at once, many in the background."""

from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from prompts.api.access import PromptView, told_as_problems
from prompts.api.openapi import CALL_ID, IDEMPOTENCY_KEY, PROMPTS, example
from prompts.api.runs import RunSerializer, WholeRunSerializer, plain
from prompts.context.registry import Subject
from prompts.models import LanguageModel, Prompt, PromptTrial, PromptVersion, Purpose, TrialStatus
from prompts.providers.choice import models_for
from prompts.running.running import run_version
from prompts.running.trials import TrialError, start_trial
from prompts.selectors import find_version
from salesiq.audit.services import record_event
from salesiq.common.idempotency import idempotent
from salesiq.common.openapi import problems
from salesiq.common.problems import Problem
from salesiq.people.roles import Capability


class TestSerializer(serializers.Serializer[Any]):
    """What is tried: on which values or call, which versions, which models."""

    __test__ = False

    variables = serializers.DictField(required=False, default=dict, help_text="Values by the variables' names")
    call_id = serializers.UUIDField(required=False, help_text="A call you may see fills the rest")
    subject = serializers.CharField(required=False, max_length=20, help_text="Another kind: deal, company, …")
    subject_id = serializers.UUIDField(required=False)
    versions = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, default=list, max_length=20,
        help_text="Numbers or labels; the newest without them",
    )  # fmt: skip
    models = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, default=list, max_length=20,
        help_text="Ids or names; the first that may be asked without them",
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            sentence = _("There is no such field. Known are: %(known)s.") % {"known": ", ".join(self.fields)}
            raise serializers.ValidationError({name: [sentence] for name in unknown})
        if ("subject" in attrs) != ("subject_id" in attrs) or ("subject" in attrs and "call_id" in attrs):
            raise serializers.ValidationError({"subject": [_("Give call_id, or subject with subject_id.")]})
        return attrs

    def about(self) -> Subject | None:
        known = self.validated_data
        if "call_id" in known:
            return Subject("call", known["call_id"])
        return Subject(known["subject"], known["subject_id"]) if "subject" in known else None


class TestedSerializer(serializers.Serializer[Any]):
    __test__ = False

    results = WholeRunSerializer(many=True)


class TrialSerializer(serializers.ModelSerializer[PromptTrial]):
    """Answers as they come; `done` of `total`."""

    prompt_id = serializers.UUIDField()
    status = serializers.ChoiceField(TrialStatus.choices)
    total = serializers.SerializerMethodField()
    done = serializers.SerializerMethodField()
    results = RunSerializer(many=True, source="runs.all")
    url = serializers.SerializerMethodField()

    class Meta:
        model = PromptTrial
        fields = ("id", "prompt_id", "status", "total", "done", "error", "results", "url", "created_at", "updated_at")
        read_only_fields = fields

    def get_total(self, trial: PromptTrial) -> int:
        return len(trial.asked)

    def get_done(self, trial: PromptTrial) -> int:
        return len(trial.runs.all())

    def get_url(self, trial: PromptTrial) -> str:
        return str(reverse("api-prompt-trial", args=[trial.pk], request=self.context.get("request")))


class TestView(PromptView):
    """For who may try prompts."""

    __test__ = False

    capabilities = {"POST": Capability.VIEW_PROMPTS}
    throttle_scope = "analyze"

    @extend_schema(
        tags=[PROMPTS],
        operation_id="prompts_test",
        summary="Try a prompt",
        description=(
            "One version on one model answers at once: 200 with the answer, or why there is none. Several versions or "
            "models answer in the background: 202 with a trial to follow at its `url`. Data sets are tried by "
            "evaluations."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=TestSerializer,
        responses={200: TestedSerializer, 202: TrialSerializer, **problems(400, 403, 404, 422)},
        examples=[
            example("On a call", {"call_id": CALL_ID}),
            example("Two versions", {"variables": {"name": "Ann"}, "versions": ["3", "production"]}),
        ],
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:
        prompt = self.prompt(pk)
        asked = TestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        known, subject = asked.validated_data, asked.about()
        versions, models = _versions(prompt, known["versions"]), _models(prompt, known["models"])
        with told_as_problems():
            if len(versions) == 1 and len(models) <= 1:
                run = run_version(
                    version=versions[0], values=known["variables"], subject=subject,
                    model=models[0] if models else None, purpose=Purpose.TRIAL, user=self.user,
                )  # fmt: skip
                return Response({"results": [WholeRunSerializer(run).data]})
            trial = self._started(prompt, versions, models, known["variables"], subject)
        body = TrialSerializer(trial, context={"request": request}).data
        return Response(body, status=HTTPStatus.ACCEPTED, headers={"Location": body["url"]})

    def _started(
        self, prompt: Prompt, versions: list[PromptVersion], models: list[LanguageModel], values: Any,
        subject: Subject | None,
    ) -> PromptTrial:  # fmt: skip
        try:
            return start_trial(
                prompt=prompt, versions=versions, models=models, values=values, subject=subject, user=self.user
            )[0]
        except TrialError as error:
            raise Problem(str(error), code="trial", status=HTTPStatus.UNPROCESSABLE_ENTITY) from error


class TrialView(PromptView):
    @extend_schema(
        tags=[PROMPTS], operation_id="prompts_trial", summary="Follow a trial",
        responses={200: TrialSerializer, **problems(404)},
    )  # fmt: skip
    def get(self, request: Request, pk: Any) -> Response:
        rows = PromptTrial.objects.visible_to(self.user).prefetch_related("runs__version")
        trial = get_object_or_404(rows, pk=pk)
        if trial.subject_id:
            record_event(action="viewed", target=trial, actor=self.user, request=plain(request))
        return Response(TrialSerializer(trial, context={"request": request}).data)


def _versions(prompt: Prompt, named: list[str]) -> list[PromptVersion]:
    found: dict[Any, PromptVersion] = {}
    for name in named or [""]:
        number = int(name) if name.isdecimal() and len(name) < 9 else None
        version = find_version(prompt, number=number, label="" if number is not None else name)
        if version is None:
            raise serializers.ValidationError({"versions": [_("There is no version “%(name)s”.") % {"name": name}]})
        found[version.pk] = version
    return list(found.values())


def _models(prompt: Prompt, named: list[str]) -> list[LanguageModel]:
    """Those named; without names the first that may be asked, or none where none is connected."""
    usable = models_for(client=prompt.client)
    if not named:
        return usable[:1]
    found: dict[Any, LanguageModel] = {}
    for name in named:
        model = next((each for each in usable if name in (str(each.pk), each.name)), None)
        if model is None:
            sentence = _("No model “%(name)s” may be asked. There are: %(known)s.")
            known = ", ".join(each.name for each in usable) or "–"
            raise serializers.ValidationError({"models": [sentence % {"name": name, "known": known}]})
        found[model.pk] = model
    return list(found.values())
