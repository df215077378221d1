"""Who answers in a session: the scripted customer, or one that a language model plays."""

import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from testcases.content.document import CaseContent
from testcases.models import CaseVersion, CustomerKind, PracticeSession
from testcases.simulation import engine
from testcases.simulation.engine.understanding import sentences_to_compare
from testcases.simulation.errors import PracticeError
from testcases.simulation.meanings import keep_vectors, nearness
from testcases.simulation.model_customer import check_model, word_answer

if TYPE_CHECKING:
    from testcases.simulation.sessions import Telling

# Words of no language, so that whatever reads a line is loaded.
WARMING = "Qwerty uiop asdf ghjk zxcv?"


def check_available(version: CaseVersion, customer: str) -> None:
    """Raises PracticeError where nobody can play `customer`."""
    if customer not in CustomerKind.values:
        raise PracticeError(_("There is no such customer. Take “scripted” or “model”."), code="customer")
    if customer == CustomerKind.MODEL:
        check_model(version)


def open_as(session: PracticeSession, content: CaseContent) -> tuple[engine.State, tuple[str, ...]]:
    return engine.open_session(content, session.seed)


def answer_as(
    session: PracticeSession, content: CaseContent, text: str, *, key: str, telling: "Telling"
) -> engine.Answer:
    """What the customer says to `text`, and the state after it."""
    answer = answer_scripted(content, engine.State.of(session.state), text, seed=session.seed)
    if session.customer == CustomerKind.MODEL and answer.lines:
        return word_answer(session, content, text, answer, key=key, cancelled=telling.cancelled)
    return answer


def answer_scripted(content: CaseContent, state: engine.State, text: str, *, seed: int) -> engine.Answer:
    """The scripted customer, who compares meaning too. The case's sentences are at hand from `warm_up`, or made now."""
    keep_vectors(sentences_to_compare(content), settings.PRACTICE_VECTORS_DIR)
    return engine.answer(content, state, text, seed=seed, meaning=nearness)


def warm_up(content: CaseContent) -> None:
    """Get ready, beside the request, what the first answer would wait for: language files, and the case's sentences."""
    if settings.PRACTICE_WARM_UP:
        threading.Thread(target=_warm, args=(content,), name="practice-warm-up", daemon=True).start()


def _warm(content: CaseContent) -> None:
    keep_vectors(sentences_to_compare(content), settings.PRACTICE_VECTORS_DIR)
    engine.answer(content, engine.State(), WARMING, seed=0, meaning=nearness)
