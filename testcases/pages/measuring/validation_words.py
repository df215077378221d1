"""What validation found, as sentences that say what to do."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from testcases.models import Difficulty

FLAGS: Mapping[str, Any] = {
    "difficulty": gettext_lazy("difficulty"),
    "discrimination": gettext_lazy("tells nobody apart"),
    "reliability": gettext_lazy("criteria do not agree"),
    "impact": gettext_lazy("a group passes less often"),
    "dif": gettext_lazy("harder for a group"),
    "lint": gettext_lazy("wording"),
    "leak": gettext_lazy("given away by training"),
}
WHAT: Mapping[str, Any] = {
    "fact": gettext_lazy("A fact"), "objection": gettext_lazy("An objection"), "answer": gettext_lazy("An answer"),
    "phrase": gettext_lazy("A phrase that is judged"),
}  # fmt: skip
PROBLEMS: Mapping[str, Any] = {
    "few": gettext_lazy("too few runs"), "one_column": gettext_lazy("only one criterion"),
    "no_spread": gettext_lazy("nobody differs"), "no_overlap": gettext_lazy("groups do not overlap in ability"),
}  # fmt: skip


def finding(code: str, values: Mapping[str, Any]) -> str:
    """One finding of the lint, in words."""
    sentence = {
        "vague": _("“%(text)s”: “%(word)s” leaves the judge guessing. Say what is heard when it is met."),
        "loose": _("“%(text)s”: “%(word)s” says less than its rule does. Name what the rule looks for."),
        "inner": _("“%(text)s”: “%(word)s” is inside a person. Say what they say when it is so."),
        "unseen": _("“%(text)s”: “%(word)s” is in no transcript. Remove it."),
        "double": _("“%(text)s” asks for two things (“%(word)s”). Make two criteria, or a rule of all of several."),
        "too_easy": _("“%(text)s” is met by saying “%(word)s”, which nearly everybody says. Ask for more words."),
        "customers": _("“%(text)s” hangs on what the customer says, not on the agent alone."),
        "no_skill": _("“%(text)s” counts for no skill. Choose one, so that it shows in gaps."),
        "rule": _("The rule of “%(text)s” cannot be judged. Open it in the editor."),
        "same_rule": _("“%(text)s” and “%(other)s” have the same rule: one of them counts twice."),
        "overlap": _("“%(text)s” and “%(other)s” say nearly the same. Keep one, or say how they differ."),
        "no_criteria": _("There is no criterion: everything passes."),
        "few_criteria": _("%(n)s criteria are few to rest a result on. Three or more make it steadier."),
        "heavy": _("“%(text)s” has %(share)s of 100 of the weight: it decides alone."),
        "low_mark": _("%(mark)s of 100 are enough, and no criterion must be met: missing most of it passes."),
        "fact_told": _("The agent is told “%(passage)s” beforehand and should find it out. Take it out."),
        "answer_told": _("The agent is told the answer “%(passage)s” beforehand. Take it from the scenario."),
        "unreadable": _("What the case says cannot be read. Open it in the editor and save it again."),
    }.get(code, "")
    return sentence % values if sentence else code


def looks_like(level: str) -> str:
    return str(dict(Difficulty.choices).get(level, level))
