"""Everything the page of one call shows, made ready so that its template decides nothing."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from recordings.coaching.goal_measures import question_names
from recordings.document import analysis_document, withheld_document
from recordings.models import CallStatus, Outcome, SalesCall, WithdrawalAction
from recordings.moments.services import is_audible
from recordings.pages import insights, measures
from recordings.pages.doubts import Doubts
from recordings.pages.formatting import clock, percent
from recordings.pages.ground import GroundPanel, ground_panel
from recordings.pages.keeping import Keeping, keeping_of
from recordings.pages.labels import LANGUAGES, label
from recordings.pages.panels import Panel, panels_of
from recordings.pages.places import Place, Places
from recordings.pages.redaction import RedactionPanel, redaction_panel
from recordings.pages.rows import Badge, call_name, outcome_badge
from recordings.pages.timeline import timeline
from recordings.pages.transcript import Line, transcript_lines
from recordings.pages.written.card import WrittenCard
from recordings.playback import may_download
from recordings.privacy.consent import policy_of
from recordings.tracking.selectors import heard_in
from salesiq.people.models import User
from salesiq.people.roles import Capability

# A reason ends with the numbers of the lines it rests on, "(line 10, 12)."; the page links the lines instead.
_LINES_CITED = re.compile(r"\s*\(line [\d, ]+\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePanel:
    """The outcome, its reason and lines; `overruled` is the proposal where a person said otherwise."""

    call_id: str
    badge: Badge | None
    confidence: str
    reason: str
    places: list[Place]
    weak: bool
    overruled: str
    may_edit: bool
    choices: list[tuple[str, str]]


def outcome_panel(call: SalesCall, user: User, place: Places) -> OutcomePanel:
    badge = outcome_badge(call)
    proposed = badge is not None and not badge.by_person
    return OutcomePanel(
        call_id=str(call.pk),
        badge=badge,
        confidence=percent(call.outcome_confidence) if proposed else "",
        reason=_LINES_CITED.sub("", call.outcome_reason),
        places=_places_cited(call, place) if proposed else [],
        weak=proposed and Doubts(call.language)("outcome", "all", call.outcome_confidence),
        overruled=_overruled(call),
        may_edit=user.can(Capability.EDIT_CALLS),
        choices=[(value, str(text)) for value, text in Outcome.choices],
    )


def _places_cited(call: SalesCall, place: Places) -> list[Place]:
    positions = _proposal(call).get("utterances", [])
    return [found for position in positions if (found := place(position))]


def _proposal(call: SalesCall) -> dict[str, Any]:
    """What the analysis proposed, also where a person said otherwise."""
    analysis = getattr(call, "analysis", None)
    return analysis.proposed_outcome if analysis else {}


def _overruled(call: SalesCall) -> str:
    value = _proposal(call).get("value")
    return str(Outcome(value).label) if value and value != call.outcome else ""


class CallPage:
    """One call for one reader. `call` must come from `selectors.load_call`."""

    def __init__(self, call: SalesCall, user: User) -> None:
        self.call = call
        self._user = user
        self.document: dict[str, Any] = withheld_document(call) if call.is_held_back else analysis_document(call)
        self.place = Places(self.document)
        self.name, self.company = call_name(call)
        self.duration = clock(call.call_duration)
        self.language = label(LANGUAGES, call.language) if call.language else ""
        self.is_failed = call.status == CallStatus.FAILED
        self.may_edit = user.can(Capability.EDIT_CALLS)
        self.may_analyze = user.can(Capability.ANALYZE_CALLS) and not call.anonymised_at
        is_reviewable = call.status == CallStatus.PUBLISHED and not call.anonymised_at
        self.may_review = is_reviewable and user.can(Capability.REVIEW_CALLS)
        recording = getattr(call, "recording", None)
        self.may_download = bool(recording and recording.file and may_download(user, recording))
        self.is_masked = bool(recording and recording.is_masked)

    @cached_property
    def keeping(self) -> Keeping:
        """How long the call is kept, and what holds it."""
        return keeping_of(self.call)

    @cached_property
    def may_keep(self) -> bool:
        """Whether the reader may save moments of it for the library."""
        return self._user.can(Capability.COACH) and is_audible(self.call)

    @cached_property
    def keep_skills(self) -> list[tuple[str, str]]:
        """What a moment may be an example of: the questions of the client's scorecards."""
        return list(question_names(self.call.client).items())

    @cached_property
    def panels(self) -> list[Panel]:
        """Cards of rooms above."""
        return panels_of(self.call, self._user)

    @cached_property
    def written(self) -> WrittenCard:
        """What language models wrote about it."""
        return WrittenCard(self.call, self._user)

    @cached_property
    def has_written_summary(self) -> bool:
        return self.written.has("summary")

    @cached_property
    def outcome(self) -> OutcomePanel:
        return outcome_panel(self.call, self._user, self.place)

    @cached_property
    def ground(self) -> GroundPanel:
        return ground_panel(self.call, self._user)

    @cached_property
    def held_back_title(self) -> str:
        titles = {
            "no_basis": _("Not processed: no lawful basis"),
            "no_consent": _("Not processed: no consent is known"),
            "consent_refused": _("Not processed: consent was refused"),
            "consent_withdrawn": _("Not processed: consent was withdrawn"),
            "no_sound": _("Waiting for the recording"),
        }
        return titles.get(self.call.error_code, titles["no_basis"])

    @cached_property
    def withdrawal_effect(self) -> str:
        """What the client's policy does when consent to this call is withdrawn."""
        effects = {
            WithdrawalAction.STOP: _("The call is stopped and shown to nobody any more. Its sound is kept."),
            WithdrawalAction.DROP_SOUND: _("The call is stopped and shown to nobody any more. Its sound is destroyed."),
            WithdrawalAction.ERASE: _("The call is stopped, and everything personal in it is destroyed for good."),
        }
        return effects[WithdrawalAction(policy_of(self.call.client).on_withdrawal)]

    @cached_property
    def has_received_file(self) -> bool:
        recording = getattr(self.call, "recording", None)
        return bool(recording and recording.file)

    @cached_property
    def score(self) -> float | None:
        quality = self.call.quality_score
        return None if quality is None else float(quality)

    @cached_property
    def score_arc(self) -> str:
        return f"{self.score or 0:.1f}"

    @cached_property
    def conversion(self) -> str:
        return percent(self.call.conversion_probability)

    @cached_property
    def is_calibrated(self) -> bool:
        return bool(self.document["conversion"].get("calibrated"))

    @cached_property
    def base_rate(self) -> str:
        return percent(self.document["conversion"].get("base_rate"))

    @cached_property
    def sound_removed(self) -> str:
        """When and why the sound was removed; empty where it was not."""
        recording = getattr(self.call, "recording", None)
        return recording.dropped_sentence if recording else ""

    @cached_property
    def has_sound(self) -> bool:
        recording = getattr(self.call, "recording", None)
        return bool(recording and recording.playback)

    @cached_property
    def lines(self) -> list[Line]:
        return transcript_lines(self.call, self.document, heard_in(self.call, self._user))

    @cached_property
    def player(self) -> dict[str, Any]:
        return timeline(self.call, self.document)

    @cached_property
    def summary(self) -> list[insights.Sentence]:
        return insights.summary(self.document, self.place)

    @cached_property
    def criteria(self) -> insights.Criteria:
        return insights.criteria(self.document, self.place)

    @cached_property
    def score_reason(self) -> str:
        """Why there is no score, or none of the points counts; empty where the criteria say it all."""
        analysis = getattr(self.call, "analysis", None)
        return analysis.score_reason if analysis and not self.score else ""

    @cached_property
    def factors(self) -> list[insights.Finding]:
        return insights.factors(self.document, self.place)

    @cached_property
    def objections(self) -> list[insights.Finding]:
        return insights.objections(self.document, self.place)

    @cached_property
    def promises(self) -> list[insights.PromiseRow]:
        return insights.promises(self.call, self.place)

    @cached_property
    def compliance(self) -> list[insights.Finding]:
        return insights.compliance(self.document, self.place)

    @cached_property
    def redaction(self) -> RedactionPanel:
        return redaction_panel(self.call, self.document, self._user)

    @cached_property
    def stages(self) -> list[insights.Stage]:
        return insights.stages(self.document, self.place)

    @cached_property
    def adherence(self) -> str:
        reached = self.document["script"].get("adherence")
        return percent(None if reached is None else reached / 100)

    @cached_property
    def improvised(self) -> str:
        """The share of the agent's words that come near no line of the script; empty where it is not known."""
        share = self.document["script"].get("improvised_share")
        return "" if share is None else percent(share)

    @cached_property
    def topics(self) -> list[insights.TopicRow]:
        return insights.topics(self.document, self.place)

    @cached_property
    def entities(self) -> list[insights.EntityGroup]:
        return insights.entities(self.document, self.place)

    @cached_property
    def talk(self) -> measures.Talk | None:
        return measures.talk(self.document)

    @cached_property
    def mood(self) -> measures.Mood | None:
        return measures.mood(self.document)

    @cached_property
    def audio(self) -> list[measures.Figure]:
        return measures.audio(self.document)

    @cached_property
    def versions(self) -> list[measures.Figure]:
        return measures.versions(self.document)

    @cached_property
    def timings(self) -> list[measures.Figure]:
        return measures.timings(self.document)
