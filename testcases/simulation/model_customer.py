"""A customer in whose mouth a language model puts the words. What they say is decided before it is worded.

The state machine (engine/) takes every decision: what is understood, told, objected to, agreed. The model is given the
persona, what was told so far and what this turn means, and says it as a person would. What is not released it never
sees, so that nobody can talk it out of it. Its words are checked (contradictions.py); wrong ones are asked for once
more with the mistake named, and then the scripted line is said.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from prompts.library.install import install_library
from prompts.models import PRODUCTION, STAGING, Prompt, PromptVersion, Purpose, Validity
from prompts.providers.choice import models_for
from prompts.running.running import run_version
from prompts.services import newest_version
from salesiq.people.models import Client, User
from testcases.content.document import CaseContent
from testcases.models import CaseVersion, PracticeSession, Turn
from testcases.simulation import engine
from testcases.simulation.contradictions import Contradiction, find_contradictions
from testcases.simulation.errors import PracticeError

LIBRARY = "practice-customer"
LANGUAGES = ("en", "es", "ru")
TURNS_SHOWN = 12

_MOODS = {
    "en": ("angry", "annoyed", "calm", "well disposed", "You", "Salesperson"),
    "es": ("con enfado", "con fastidio", "en calma", "de buen ánimo", "Tú", "Vendedor"),
    "ru": ("зло", "раздражённо", "спокойно", "доброжелательно", "Ты", "Продавец"),
}
_MISTAKES = {
    "en": "Your last wording was wrong: {what} Say it again without that.",
    "es": "Tu última frase estaba mal: {what} Dilo otra vez sin eso.",
    "ru": "В прошлый раз сказано неверно: {what} Скажи ещё раз без этого.",
}


def check_model(version: CaseVersion) -> None:
    """Raises PracticeError where no language model can play a customer."""
    if not models_for(client=version.client):
        raise PracticeError(_("No language model is connected. Play with the scripted customer."), code="no_model")


def word_answer(
    session: PracticeSession,
    content: CaseContent,
    text: str,
    answer: engine.Answer,
    *,
    key: str,
    cancelled: Callable[[], bool] | None,
) -> engine.Answer:
    """`answer` in the model's words, or as it is where the model fails. The state is the engine's in either case.

    `trace["wording"]`: model, scripted, and why; the ids of the runs are in `trace["runs"]`.
    """
    version = prompt_version(session.client, content.language, user=session.user)
    values = _values(session, content, text, answer)
    runs: list[str] = []
    mistake: Contradiction | None = None
    for attempt in (1, 2):
        told = {"mistake": _mistake(content, mistake)} if mistake else {}
        run = run_version(
            version=version, values={**values, **told}, purpose=Purpose.PRODUCTION, user=session.user,
            key=f"practice:{session.pk}:{key}:{attempt}"[:200], cancelled=cancelled,
        )  # fmt: skip
        runs.append(str(run.pk))
        if run.validity not in (Validity.VALID, Validity.REPAIRED):
            return _scripted(answer, runs, run.error_kind or "invalid")
        words = clean(run.answer)
        found = find_contradictions(words, content=content, answer=answer, agent_said=values["talk"] + "\n" + text)
        if not found:
            return replace(answer, lines=(words,), trace={**answer.trace, "wording": "model", "runs": runs})
        mistake = found[0]
    return _scripted(answer, runs, mistake.code if mistake else "invalid")


def prompt_version(client: Client, language: str, *, user: User | None) -> PromptVersion:
    """What the client's customers are worded by: in production, else on trial, else as it is shipped.

    Raises:
        PracticeError: the prompt was switched off.
    """
    known = language if language in LANGUAGES else "en"
    library_key = f"{LIBRARY}/{known}"
    prompts = Prompt.objects.filter(client=client, library_key=library_key)
    if not prompts.exists():
        install_library(client=client, language=known, user=user, keys=[LIBRARY])
    prompt = prompts.filter(is_active=True).first()
    if prompt is None:
        raise PracticeError(_("The prompt of practice customers is switched off. Switch it on, or play scripted."))
    labels = {label.name: label.version for label in prompt.labels.select_related("version")}
    version = labels.get(PRODUCTION) or labels.get(STAGING) or newest_version(prompt)
    if version is None:
        raise PracticeError(_("The prompt of practice customers is empty. Install the library of prompts again."))
    return version


def clean(words: str) -> str:
    """Without quotes around it, a name before it, or stage directions."""
    line = " ".join(words.replace("*", " ").split()).strip('"“”«» ')
    head, colon, rest = line.partition(": ")
    return rest if colon and len(head.split()) <= 2 and rest and head[:1].isupper() else line


def _scripted(answer: engine.Answer, runs: Sequence[str], why: str) -> engine.Answer:
    return replace(answer, trace={**answer.trace, "wording": "scripted", "why": why, "runs": list(runs)})


def _values(session: PracticeSession, content: CaseContent, text: str, answer: engine.Answer) -> dict[str, str]:
    persona = content.persona
    words = _MOODS.get(content.language, _MOODS["en"])
    turns = list(session.turns.order_by("-position")[:TURNS_SHOWN])[::-1]
    told = [fact.text for fact in content.facts if fact.key in answer.state.told]
    person = (persona.name, persona.role, persona.company, persona.style)
    values = {
        "person": ". ".join(part.strip(" .") for part in person if part) + ".",
        "known": "\n".join(told),
        "talk": "\n".join(_line(turn, words) for turn in turns) or "-",
        "said": text or "…",
        "means": " ".join(answer.lines),
        "mood": _mood(answer.state.mood, words),
    }
    return {name: value for name, value in values.items() if value}


def _line(turn: Turn, words: Sequence[str]) -> str:
    return f"{words[4] if turn.role == 'customer' else words[5]}: {turn.text}"


def _mood(mood: float, words: Sequence[str]) -> str:
    steps = (-0.5, -0.15, 0.3)
    return words[sum(mood > step for step in steps)]


def _mistake(content: CaseContent, found: Contradiction) -> str:
    return _MISTAKES.get(content.language, _MISTAKES["en"]).format(what=found.told(content.language))
