"""Who answers in a session: the scripted customer, or one that a language model plays."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from testcases.content.document import CaseContent
from testcases.models import CaseVersion, CustomerKind, PracticeSession
from testcases.simulation import engine
from testcases.simulation.errors import PracticeError

if TYPE_CHECKING:
    from testcases.simulation.sessions import Telling


def check_available(version: CaseVersion, customer: str) -> None:
    """Raises PracticeError where nobody can play `customer`."""
    if customer not in CustomerKind.values:
        raise PracticeError(_("There is no such customer. Take “scripted” or “model”."), code="customer")
    if customer == CustomerKind.MODEL:
        raise PracticeError(_("No language model is connected. Play with the scripted customer."), code="no_model")


def open_as(session: PracticeSession, content: CaseContent) -> tuple[engine.State, tuple[str, ...]]:
    return engine.open_session(content, session.seed)


def answer_as(
    session: PracticeSession, content: CaseContent, text: str, *, key: str, telling: "Telling"
) -> engine.Answer:
    """What the customer says to `text`, and the state after it."""
    return engine.answer(content, engine.State.of(session.state), text, seed=session.seed)


def warm_up(version: CaseVersion, content: CaseContent) -> None:
    """Get ready what the first answer would wait for."""
