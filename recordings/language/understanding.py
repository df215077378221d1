"""One pass over a call that yields all that the language rooms can tell."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recordings.language.agent_role import identify_agent
from recordings.language.card_numbers import find_card_secrets
from recordings.language.compliance import check_compliance
from recordings.language.embeddings import MODEL_VERSION
from recordings.language.entities import find_entities
from recordings.language.features import line_features
from recordings.language.identification import identify_language
from recordings.language.intents import find_intents
from recordings.language.objections import find_objections
from recordings.language.outcome import propose_outcome
from recordings.language.promises import find_promises
from recordings.language.questions import find_questions
from recordings.language.sentiment import course, score_lines
from recordings.language.summary import summarize
from recordings.language.talk import Talk, measure_talk
from recordings.language.topics import find_topics
from recordings.language.types import (
    LANGUAGES,
    Call,
    CardSecret,
    ComplianceFinding,
    CoursePoint,
    Entity,
    Intent,
    LanguageGuess,
    Objection,
    OutcomeProposal,
    Promise,
    Question,
    RoleMap,
    Sentiment,
    SummarySentence,
    TopicShare,
)

RULES_VERSION = "2026.11.1"
VERSIONS = {"rules": RULES_VERSION, "embeddings": MODEL_VERSION}


class LanguageNotSupportedError(ValueError):
    """The call is in a language without phrase lists; `code` is `language_not_supported`."""

    code = "language_not_supported"


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything that was found in a call; positions are indexes into its lines."""

    language: str
    language_check: LanguageGuess | None
    sentiments: tuple[Sentiment, ...]
    course: tuple[CoursePoint, ...]
    intents: tuple[Intent, ...]
    objections: tuple[Objection, ...]
    questions: tuple[Question, ...]
    entities: tuple[Entity, ...]
    topics: tuple[TopicShare, ...]
    promises: tuple[Promise, ...]
    compliance: tuple[ComplianceFinding, ...]
    card_secrets: tuple[CardSecret, ...]
    talk: Talk
    outcome: OutcomeProposal
    summary: tuple[SummarySentence, ...]


def understand(call: Call, duration: float | None = None) -> Understanding:
    """Read a call whose lines are in order, with `position` equal to their index.

    `duration` in seconds is the length of the recording, for silence after the last word. Raises
    LanguageNotSupportedError for a language other than English, Spanish or Russian, and ValueError when positions
    are not 0, 1, 2 ...
    """
    if call.language not in LANGUAGES:
        raise LanguageNotSupportedError(
            f"Calls in “{call.language}” cannot be analysed yet. Choose English, Spanish or Russian."
        )
    if [line.position for line in call.lines] != list(range(len(call.lines))):
        raise ValueError("Lines must be numbered 0, 1, 2 ... in order.")
    features = line_features(call.lines, call.language)
    sentiments = score_lines(call, features)
    intents = find_intents(call, features)
    objections = find_objections(call, features)
    questions = find_questions(call)
    promises = find_promises(call)
    entities = find_entities(call)
    compliance = check_compliance(call)
    outcome = propose_outcome(call, intents, objections, promises, compliance)
    return Understanding(
        language=call.language,
        language_check=identify_language(" ".join(line.text for line in call.lines)),
        sentiments=tuple(sentiments),
        course=tuple(course(call, sentiments)),
        intents=tuple(intents),
        objections=tuple(objections),
        questions=tuple(questions),
        entities=tuple(entities),
        topics=tuple(find_topics(call)),
        promises=tuple(promises),
        compliance=tuple(compliance),
        card_secrets=tuple(find_card_secrets(call.lines, call.language)),
        talk=measure_talk(call.lines, questions, duration),
        outcome=outcome,
        summary=tuple(summarize(call, intents, objections, promises, entities, outcome)),
    )


def assign_roles(call: Call) -> tuple[Call, RoleMap]:
    """The call with roles given to its speakers by language cues, and how sure that is."""
    roles = identify_agent(call.lines, call.language, call.agent_name, call.company_names)
    lines = tuple(replace(line, role=roles.roles.get(line.speaker, line.role)) for line in call.lines)
    return replace(call, lines=lines), roles
