"""Scripts and scorecards share their pages; what differs between them stands here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.models import Scorecard, Script
from recordings.pages.labels import LANGUAGES
from recordings.pages.standards import questions, stages
from recordings.quality.criteria import Criterion, default_criteria, read_criteria
from recordings.quality.faults import Fault
from recordings.quality.script import default_stages, read_stages
from recordings.quality.stages import ScriptStage

Rows = list[dict[str, Any]]


class ScorecardSettings(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    appeal_days = forms.IntegerField(
        label=_("Days to appeal"), min_value=0, max_value=365, initial=7, help_text=_("0: no appeal")
    )
    shown_to_agents = forms.BooleanField(label=_("Agents see its scores and reviews"), required=False, initial=True)


class ScriptSettings(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=list(LANGUAGES.items()))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = str((self.initial or {}).get("language") or "")
        field = self.fields["language"]
        if known and known not in LANGUAGES and isinstance(field, forms.ChoiceField):
            field.choices = [*LANGUAGES.items(), (known, known)]


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` and `many` are names of addresses. `entries` makes the editor's rows, `posted` reads them back."""

    name: str
    many: str
    model: type[Scorecard] | type[Script]
    settings: type[ScorecardSettings] | type[ScriptSettings]
    title: Promise
    read: Callable[[Sequence[Mapping[str, Any]]], object]
    posted: Callable[[QueryDict], Rows]
    fields: Sequence[str]
    entries: Callable[[Sequence[Mapping[str, Any]], Mapping[int, Fault]], list[Any]]
    blank: Callable[[], Any]
    defaults: Mapping[str, Any]


def standard_content(kind: Kind, language: str) -> Rows:
    """What the shipped scorecard or script says, to begin one's own with."""
    if kind is SCORECARDS:
        return [_without_defaults(asdict(each), kind) for each in default_criteria()]
    return [_without_defaults(asdict(each), kind) for each in default_stages(language)]


def _without_defaults(row: dict[str, Any], kind: Kind) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value != kind.defaults.get(name)}


def _defaults(of: type, **required: Any) -> dict[str, Any]:
    """What a field means that is left out."""
    sample = asdict(of(**required))
    return {each.name: sample[each.name] for each in fields(of) if each.name not in required}


SCORECARDS = Kind(
    name="scorecard",
    many="scorecards",
    model=Scorecard,
    settings=ScorecardSettings,
    title=_("Scorecards"),
    read=read_criteria,
    posted=questions.read_questions,
    fields=questions.FIELDS,
    entries=questions.sections_of,
    blank=questions.blank_question,
    defaults=_defaults(Criterion, key="", name="", weight=1.0),
)
SCRIPTS = Kind(
    name="script",
    many="scripts",
    model=Script,
    settings=ScriptSettings,
    title=_("Scripts"),
    read=read_stages,
    posted=stages.read_stage_rows,
    fields=stages.FIELDS,
    entries=stages.stage_fields,
    blank=stages.blank_stage,
    defaults=_defaults(ScriptStage, key="", name="", goal="", weight=1.0) | {"goal": ""},
)
