"""A prompt plays the agent, turn by turn against the scripted customer, so that the talk can be judged like any."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from prompts.context.registry import ContextError
from prompts.models import LanguageModel, PromptVersion, Purpose, Validity
from prompts.running.running import run_version
from prompts.templates.content import VersionContent
from prompts.templates.problems import RenderingError
from recordings.language.types import Line
from salesiq.people.models import User
from testcases.content.document import CaseContent
from testcases.judging.rules.transcript import with_times
from testcases.simulation.engine import answer, open_session

MOST_TURNS = 30
LONGEST_TURN = 2_000
MOST_READ = 2_000
# What the talk so far is called in a prompt that plays an agent; one of them must be a variable of it.
TALK_NAMES = ("transcript", "conversation", "talk", "history")
LAST_NAMES = ("customer_says", "last_line", "message")
CASE_NAMES = ("scenario", "goal", "customer", "language")


class PromptAgentError(Exception):
    """The prompt could not play; the sentence says why. `code` for programs."""

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


@dataclass(frozen=True, slots=True)
class Played:
    """The talk, and why it ended: goal, hung_up, turns."""

    lines: tuple[Line, ...]
    ended: str


def play(
    *,
    content: CaseContent,
    prompt_version: PromptVersion,
    user: User | None,
    key: str,
    seed: int = 1,
    model: LanguageModel | None = None,
) -> Played:
    """Let `prompt_version` be the agent of `content`. `key` makes each turn asked and paid once, also after a crash.

    The prompt is given what it has variables for: scenario, goal, customer, language, transcript (the talk so far) and
    customer_says (their last words). Outside of transactions: it waits for the model.

    Raises:
        PromptAgentError: it has no variable for the talk, wants values that are not known here, or gave no answer.
    """
    names = _names(prompt_version)
    state, opening = open_session(content, seed)
    said = [("customer", line) for line in opening]
    turns = min(MOST_TURNS, content.stop.turns)
    for turn in range(turns):
        text = _say(prompt_version, _values(names, content, said), user=user, key=f"{key}:turn:{turn}", model=model)
        said.append(("agent", text))
        given = answer(content, state, text, seed=seed)
        state = given.state
        said += [("customer", line) for line in given.lines]
        if given.ended:
            return Played(_lines(said), given.ended)
    return Played(_lines(said), "turns")


def can_play(version: PromptVersion) -> bool:
    """Whether a prompt is given what was said so far, and wants no value that a case does not have."""
    heard, names = {*TALK_NAMES, *LAST_NAMES}, {str(each.get("name")) for each in version.variables}
    needed = {
        str(each.get("name")) for each in version.variables if each.get("required", True) and not each.get("default")
    }
    return bool(names & heard) and needed <= heard | {*CASE_NAMES}


def playing_versions(user: User, most: int) -> list[PromptVersion]:
    """Up to `most` versions of prompts in use that `user` sees and that can play, by title, each prompt's newest first.

    Most prompts of a client sum up or write: chosen, they could not play and nothing would be judged. Only the newest
    MOST_READ versions are looked at.
    """
    rows = PromptVersion.objects.visible_to(user).filter(prompt__is_active=True).select_related("prompt")
    newest = rows.only("number", "variables", "prompt__title").order_by("-created_at", "-pk")[:MOST_READ]
    playing = [version for version in newest if can_play(version)][:most]
    return sorted(playing, key=lambda version: (version.prompt.title, -version.number))


def _names(version: PromptVersion) -> frozenset[str]:
    names = frozenset(each.name for each in VersionContent.of(version).variables)
    if not names & {*TALK_NAMES, *LAST_NAMES}:
        sentence = _("This prompt cannot play an agent: give it a variable “transcript”, which gets the talk so far.")
        raise PromptAgentError(sentence, "prompt_variables")
    return names


def _values(names: frozenset[str], content: CaseContent, said: Sequence[tuple[str, str]]) -> dict[str, str]:
    talk = "\n".join(f"{role.capitalize()}: {text}" for role, text in said) or "(the call has just begun)"
    last = next((text for role, text in reversed(said) if role == "customer"), "(nothing yet)")
    known = {
        "scenario": content.scenario, "goal": content.goal.text, "customer": content.persona.name,
        "language": content.language, **dict.fromkeys(TALK_NAMES, talk), **dict.fromkeys(LAST_NAMES, last),
    }  # fmt: skip
    return {name: value for name, value in known.items() if name in names}


def _say(
    version: PromptVersion, values: dict[str, str], *, user: User | None, key: str, model: LanguageModel | None
) -> str:
    try:
        run = run_version(version=version, values=values, purpose=Purpose.EVALUATION, user=user, key=key, model=model)
    except (RenderingError, ContextError) as error:
        sentence = _("The prompt cannot be filled for this case: %(error)s") % {"error": error}
        raise PromptAgentError(sentence, "prompt_variables") from error
    if run.validity == Validity.FAILED:
        sentence = _("The language model gave no answer: %(error)s") % {"error": run.error}
        raise PromptAgentError(sentence, "no_answer")
    text = " ".join(run.answer.split())[:LONGEST_TURN]
    return text.removeprefix("Agent:").strip() or "…"


def _lines(said: Sequence[tuple[str, str]]) -> tuple[Line, ...]:
    return tuple(with_times([Line(at, role, 0.0, 0.0, text, role) for at, (role, text) in enumerate(said)]))
