"""A language model as the judge of a rubric: asked about one criterion, believed only with quotes that were said.

What people say in the talk is material and no instruction: it is sent as numbered lines between marks that the talk
cannot contain, and a talk that tries to give orders is told to the model as such and to the reader. A verdict whose
quotes do not stand word for word in the lines that they name is not believed: the criterion waits for a person.
"""

from collections.abc import Callable

from salesiq.people.models import Client
from testcases.content.document import CaseContent, Criterion
from testcases.judging.rules.kinds import rules_within
from testcases.judging.rules.transcript import Transcript
from testcases.judging.rules.types import Judged

RubricJudge = Callable[[Criterion, Transcript], Judged]


def asks_a_model(content: CaseContent) -> bool:
    """Whether a criterion of the case is judged by a language model."""
    return any(rule.get("kind") == "rubric" for each in content.criteria for rule in rules_within(each.judge))


def rubric_judge(*, client: Client, content: CaseContent, key: str = "") -> RubricJudge | None:
    """A judge for the rubrics of a case; None where none asks for one, or no language model may be asked. `key`: the
    same key asks and pays once."""
    return None
