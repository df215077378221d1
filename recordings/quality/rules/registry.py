"""All rules by name, for scorecards to choose from."""

from __future__ import annotations

from recordings.quality.rules.conversation import CONVERSATION_RULES
from recordings.quality.rules.duties import DUTY_RULES
from recordings.quality.rules.measure import Rule
from recordings.quality.rules.selling import SELLING_RULES

RULES: dict[str, Rule] = {rule.name: rule for rule in DUTY_RULES + CONVERSATION_RULES + SELLING_RULES}
