"""Which rule decides over a call, on which day, and why. Pure: facts and rules in, a decision with its reason out.

The order of strictness is keep < drop_sound < redact < anonymise < delete; each action includes the weaker ones, so
that a stricter rule never leaves more of a call than a laxer one would.

1. Only rules that fit the call in every filter count.
2. A rule of N days is due on the day after N whole days since the day of the call (in the client's time zone).
3. A `keep` rule is a legal minimum. Until the day on which the longest of them is due, nothing happens to the call,
   whatever else is due.
4. After that the strictest rule that is due decides; of two equally strict ones the earlier, then the one whose name
   comes first.
5. A call on legal hold is left alone, and what is done already is not done again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recordings.models.retention import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What rules ask about a call. `day` is that of the call in its client's time zone; `done` what was done to it."""

    day: date
    call_type: str = ""
    outcome: str = ""
    region: str = ""
    source: str = ""
    language: str = ""
    team: UUID | None = None
    done: Action = Action.KEEP
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A policy as the decision sees it. Empty filters fit all calls."""

    name: str
    action: Action
    days: int
    id: UUID | None = None
    version: int = 1
    ground: str = ""
    call_types: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    team: UUID | None = None

    def fits(self, facts: Facts) -> bool:
        asked = (
            (self.call_types, facts.call_type),
            (self.outcomes, facts.outcome),
            (self.regions, facts.region),
            (self.sources, facts.source),
            (self.languages, facts.language),
        )
        return all(not words or word in words for words, word in asked) and self.team in (None, facts.team)

    def due(self, facts: Facts) -> date:
        """The first day on which the rule acts, or, of a minimum, on which it no longer protects."""
        return facts.day + timedelta(days=self.days + 1)

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Rules sorted by this come in the order in which they win: the strictest, then the earliest first."""
        return -self.action.level, self.days, self.name, str(self.id)

    @property
    def named(self) -> str:
        return _("“%(name)s” (version %(version)d)") % {"name": self.name, "version": self.version}


@dataclass(frozen=True, slots=True)
class Beaten:
    """A rule that fits the call and did not decide, and why."""

    rule: Rule
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to a call today. `action` is `keep` when nothing does.

    `rule` decided; None when no rule did. `due` is when it became due; of a call that is kept, when something will
    happen next or a minimum ends, None for never. `reason` is a sentence for people.
    """

    action: Action
    rule: Rule | None
    due: date | None
    reason: str
    beaten: tuple[Beaten, ...] = ()


def decide(facts: Facts, rules: Iterable[Rule], today: date) -> Decision:
    """The decision of `today` over a call with `facts`; see the module for how it is made."""
    fitting = sorted((rule for rule in rules if rule.fits(facts)), key=lambda rule: rule.order)
    minimum = _longest_minimum(facts, fitting)
    acting = [rule for rule in fitting if rule.action.level > facts.done.level]
    due = [rule for rule in acting if rule.due(facts) <= today]
    if facts.held and (due or minimum):
        return Decision(Action.KEEP, None, None, _("Kept: it is on legal hold."), _beaten(acting, _("legal hold")))
    if minimum and minimum.due(facts) > today:
        return _kept_by(minimum, facts, acting)
    if due:
        return _acts(due[0], facts, acting, today)
    return _kept_until_next(facts, acting, minimum)


def next_change(facts: Facts, rules: Iterable[Rule], today: date) -> Decision | None:
    """The decision of the first day from `today` on that does something to the call; None when no day will.

    Holds are left out of account: nobody knows how long they last.
    """
    rules = [rule for rule in rules if rule.fits(facts)]
    minimum = _longest_minimum(facts, rules)
    days = [rule.due(facts) for rule in rules if rule.action.level > facts.done.level]
    if not days:
        return None
    first = max(min(days), today, minimum.due(facts) if minimum else today)
    free = Facts(**{name: getattr(facts, name) for name in Facts.__slots__ if name != "held"})
    return decide(free, rules, first)


def _longest_minimum(facts: Facts, rules: Iterable[Rule]) -> Rule | None:
    keeping = [rule for rule in rules if rule.action == Action.KEEP]
    return max(keeping, key=lambda rule: (rule.days, rule.name, str(rule.id))) if keeping else None


def _kept_by(minimum: Rule, facts: Facts, acting: list[Rule]) -> Decision:
    end = minimum.due(facts)
    reason = _("Kept at least until %(day)s by %(rule)s.") % {"day": _day(end), "rule": minimum.named}
    return Decision(Action.KEEP, minimum, end, reason, _beaten(acting, _("the minimum still runs")))


def _acts(winner: Rule, facts: Facts, acting: list[Rule], today: date) -> Decision:
    reason = _("%(action)s: due since %(day)s by %(rule)s.") % {
        "action": winner.action.label,
        "day": _day(winner.due(facts)),
        "rule": winner.named,
    }
    beaten = tuple(Beaten(rule, _why_not(rule, winner, facts, today)) for rule in acting if rule is not winner)
    return Decision(winner.action, winner, winner.due(facts), reason, beaten)


def _why_not(rule: Rule, winner: Rule, facts: Facts, today: date) -> str:
    if rule.due(facts) > today:
        return _("not due before %(day)s") % {"day": _day(rule.due(facts))}
    if rule.action == winner.action:
        return _("the same, and due later")
    return _("less strict")


def _kept_until_next(facts: Facts, acting: list[Rule], minimum: Rule | None) -> Decision:
    if not acting:
        known = _("No rule ends its keeping.") if facts.done == Action.KEEP else _("Nothing more is to be done.")
        return Decision(Action.KEEP, None, None, known)
    first = min(acting, key=lambda rule: (rule.due(facts), rule.order))
    reason = _("Kept until %(day)s, then %(action)s by %(rule)s.") % {
        "day": _day(first.due(facts)),
        "action": _lower_first(first.action.label),
        "rule": first.named,
    }
    return Decision(Action.KEEP, None, first.due(facts), reason)


def _beaten(rules: list[Rule], why: str) -> tuple[Beaten, ...]:
    return tuple(Beaten(rule, why) for rule in rules)


def _lower_first(text: object) -> str:
    words = str(text)
    return words[:1].lower() + words[1:]


def _day(day: date) -> str:
    return date_format(day, "Y-m-d")
