"""What a version must show before it becomes production, and how it becomes that and is taken back."""

from prompts.releasing.errors import ReleaseError
from prompts.releasing.judging import judge_version
from prompts.releasing.rules import GateError, GateRules, read_gate
from prompts.releasing.services import (
    in_production_since,
    previous_production,
    reason_of,
    release_version,
    roll_back,
    save_gate,
)
from prompts.releasing.verdict import Check, Verdict

__all__ = [
    "Check",
    "GateError",
    "GateRules",
    "ReleaseError",
    "Verdict",
    "in_production_since",
    "judge_version",
    "previous_production",
    "read_gate",
    "reason_of",
    "release_version",
    "roll_back",
    "save_gate",
]
