"""Models that predict: what each says, how well, how sure that is, what it must not know, and for whom it is right."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.charts import Chart, Entry, Numbers, Table
from analytics.metrics import Unit
from decisions.models import ModelForm, ModelStatus, PredictiveModel, Target
from decisions.pages.drawing import Calibration, Point, draw_calibration
from decisions.pages.drivers import why_kept_out
from decisions.pages.features import measure_name
from decisions.pages.frame import REFRESH_WHILE_WORKING, Reading, address, clients_of, decision_page
from decisions.pages.names import Names, names_of, plain
from decisions.pages.words import bounded
from decisions.prediction.serving.refitting import last_fits, start_fit
from decisions.runs.last import State
from salesiq.jobs.models import ACTIVE, GAVE_UP, Job, JobStatus
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability

TONES = {
    ModelStatus.SERVING: "converted", ModelStatus.CANDIDATE: "qualified", ModelStatus.REFUSED: "callback",
    ModelStatus.RETIRED: "",
}  # fmt: skip
MOST_VERSIONS = 20


@dataclass(frozen=True, slots=True)
class Card:
    """One model. `figures` are (name, value with interval, what it is held against)."""

    model: PredictiveModel
    verdict: str
    form: str
    status: str
    tone: str
    figures: list[tuple[str, str, str]]
    url: str


@dataclass(frozen=True, slots=True)
class Fit:
    """What has become of the newest fit of a model, where the page must say it."""

    state: State
    says: str

    @property
    def is_working(self) -> bool:
        return self.state == State.WORKING

    @property
    def is_problem(self) -> bool:
        return self.state == State.FAILED


@decision_page("models")
def models(reading: Reading) -> dict[str, Any]:
    rows = PredictiveModel.objects.visible_to(reading.user).filter(client=reading.client).defer("document")
    newest: dict[str, PredictiveModel] = {}
    for each in rows.order_by("-created_at")[: MOST_VERSIONS * len(Target.values)]:
        if each.target not in newest or each.status == ModelStatus.SERVING != newest[each.target].status:
            newest[each.target] = each
    fits = {value: _fit(job, has_model=value in newest) for value, job in last_fits(reading.client).items()}
    shown: dict[str, Any] = {
        "targets": [
            (value, label, _card(reading, newest[value]) if value in newest else None, fits.get(value))
            for value, label in Target.choices
        ],
        "may_manage": reading.may_manage,
    }
    if any(fit is not None and fit.is_working for fit in fits.values()):
        shown["refresh_seconds"] = REFRESH_WHILE_WORKING
    return shown


def _fit(job: Job, *, has_model: bool) -> Fit | None:
    """What a reader must know of the newest fit; None where the model that is shown says it all."""
    if job.status in ACTIVE:
        return Fit(State.WORKING, _("The model is being fitted. It appears here by itself."))
    if job.status in GAVE_UP:
        return Fit(State.FAILED, " ".join([_("The model could not be fitted."), job.error]).strip())
    if job.status == JobStatus.SUCCEEDED and not has_model:
        return Fit(State.NEVER, _("There is nothing to learn from yet: of no row the outcome is known."))
    return None


@require_POST
@page(Capability.MANAGE_DECISIONS)
def fit(request: HttpRequest) -> HttpResponse:
    """Have a model fitted now, in the background."""
    user = signed_in_user(request)
    _clients, client = clients_of(request)
    target = request.POST.get("target", "")
    if client is None or target not in Target.values:
        messages.error(request, _("Choose a client first, and what is to be predicted."))
        return redirect("analytics-models")
    start_fit(client=client, target=target, user=user)
    messages.success(request, _("It is being worked out. The page shows it as soon as it is there."))
    return redirect(address("analytics-models", user=user, client=client))


@decision_page("models", template="model_card", about=PredictiveModel)
def model_card(reading: Reading) -> dict[str, Any]:
    rows = PredictiveModel.objects.visible_to(reading.user).filter(client=reading.client).defer("document")
    model = get_object_or_404(rows, pk=reading.arguments["model_id"])
    model.card = model.card_for(reading.user)
    names = names_of(reading.client, _pairs(model))
    numbers = reading.numbers
    others = rows.filter(target=model.target).exclude(pk=model.pk).order_by("-number")[:MOST_VERSIONS]
    return {
        "title": f"{model.get_target_display()}, {_('version %(number)s') % {'number': model.number}}",
        "card": _card(reading, model),
        "calibration": _calibration(model, numbers),
        "features": [field_name(each, names) for each in model.features],
        "leaks": [(field_name(each["field"], names), why_kept_out(each["why"])) for each in model.leaks],
        "doubts": [_doubt(each, names) for each in model.card.get("doubts") or []],
        "drift": _drift(model, names, numbers),
        "fairness": _fairness(model, names, numbers),
        "compared": _compared(model, numbers),
        "split": _split(model),
        "versions": [_card(reading, each) for each in others],
    }


def _pairs(model: PredictiveModel) -> Iterable[tuple[str, str]]:
    for feature in (*model.features, *(each["field"] for each in model.leaks)):
        yield feature, ""
    for each in model.card.get("fairness") or []:
        yield each["group"], each["level"]


def field_name(code: str, names: Names) -> str:
    """A field of a model by its name where it has one."""
    known = names.dimension(code)
    return known if known != plain(code) else measure_name(code)


def _card(reading: Reading, model: PredictiveModel) -> Card:
    numbers, found = reading.numbers, model.metrics
    figures = [
        (_("AUC"), numbers.figure(Unit.RATIO, bounded(found.get("auc"), found.get("auc_low"), found.get("auc_high"))),
         _("0.5 is a coin, 1 is certainty")),
        (_("Brier score"), _fine(found.get("brier"), numbers),
         _("%(base)s with the base rate alone; less is better") % {"base": _fine(found.get("brier_base"), numbers)}),
        (_("Calibration error"), numbers.value(Unit.SHARE, found.get("ece"), fine=True),
         _("how far what is said lies from what comes true")),
        (_("Rows"), numbers.count(model.n),
         _("%(share)s came true") % {"share": numbers.value(Unit.SHARE, found.get("base_rate"))}),
    ]  # fmt: skip
    return Card(
        model=model,
        verdict=_verdict(model, numbers),
        form=str(dict(ModelForm.choices).get(model.form, model.form)),
        status=model.get_status_display(),
        tone=TONES.get(ModelStatus(model.status), ""),
        figures=figures,
        url=reading.url("analytics-model", model.pk),
    )


def _fine(value: float | None, numbers: Numbers) -> str:
    return "–" if value is None else numbers.short(Unit.RATIO, round(value, 3))


def _verdict(model: PredictiveModel, numbers: Numbers) -> str:
    if model.has_signal:
        return _("It tells apart what comes true from what does not, better than chance.")
    if model.metrics.get("auc") is None:
        return _("Too little to learn from: it says the base rate and nothing else.")
    return _("No signal: the interval of its AUC holds 0.5, so it says the base rate (%(rate)s) and nothing else.") % {
        "rate": numbers.value(Unit.SHARE, model.metrics.get("base_rate"))
    }


def _split(model: PredictiveModel) -> str:
    return {
        "time": _("learned from earlier rows and measured on later ones"),
        "random": _("measured on rows that were left out at random"),
    }.get(str(model.card.get("split")), "")


def _doubt(found: dict[str, Any], names: Names) -> str:
    """One of the engine's doubts (`why`) as a sentence."""
    field = field_name(str(found.get("field", "")), names)
    return {
        "model_too_good": _("It ranks almost without a fault. Fields may know the outcome together: look at each."),
        "filled_late": _("%(field)s is seldom filled in before the outcome is known.") % {"field": field},
        "turned_round": _("What went along with success in earlier rows went along with failure in later ones."),
    }.get(str(found.get("why")), plain(str(found.get("why") or "")))


def _calibration(model: PredictiveModel, numbers: Numbers) -> Chart:
    points = tuple(
        Point(predicted=each["predicted"], observed=each["observed"], low=each.get("low"), high=each.get("high"),
              n=each["n"])
        for each in model.card.get("calibration") or []
        if each.get("predicted") is not None and each.get("observed") is not None
    )  # fmt: skip
    note = _("Out of sample. On the dotted line a model means what it says; larger dots hold more rows.")
    return draw_calibration(
        Calibration(id="calibration", title=_("Said against came true"), points=points, note=note), numbers
    )


def _drift(model: PredictiveModel, names: Names, numbers: Numbers) -> Table:
    said = {"stable": _("steady"), "shifted": _("moved"), "moved": _("moved far"), "few": _("too few rows to tell")}
    rows = tuple(
        (Entry(field_name(each["feature"], names)), Entry(_fine(each.get("psi"), numbers)),
         Entry(said.get(str(each.get("says")), plain(str(each.get("says") or "")))))
        for each in sorted(model.card.get("drift") or [], key=lambda each: -(each.get("psi") or 0))
    )  # fmt: skip
    return Table((_("Field"), _("Population stability index"), _("Latest quarter of the rows")), rows, texts=(2,))


def _fairness(model: PredictiveModel, names: Names, numbers: Numbers) -> Table:
    rows = tuple(
        (
            Entry(names.both(each["group"], each["level"])),
            Entry(numbers.count(each["n"])),
            Entry(numbers.value(Unit.RATIO, each.get("auc")), "", each["n"] < 100),
            Entry(numbers.value(Unit.SHARE, each.get("predicted"))),
            Entry(numbers.value(Unit.SHARE, each.get("observed")), "", each["n"] < 100),
        )
        for each in model.card.get("fairness") or []
    )
    return Table((_("Group"), _("Rows"), _("AUC"), _("Said"), _("Came true")), rows)


def _compared(model: PredictiveModel, numbers: Numbers) -> Table:
    forms = dict(ModelForm.choices)
    rows = tuple(
        (
            Entry(str(forms.get(each.get("form"), each.get("form")))),
            Entry(numbers.value(Unit.RATIO, each.get("auc"))),
            Entry(_fine(each.get("brier"), numbers)),
        )
        for each in model.card.get("compared") or []
    )
    return Table((_("Form"), _("AUC"), _("Brier score")), rows)
