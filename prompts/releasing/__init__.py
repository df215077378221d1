"""What a version must show before it becomes production, and how it becomes that and is taken back."""

from prompts.releasing.errors import ReleaseError
from prompts.releasing.judging import judge_version
from prompts.releasing.rules import GateError, GateRules, read_gate
from prompts.releasing.services import previous_production, release_version, roll_back, save_gate
from prompts.releasing.verdict import Check, Verdict

__all__ = [
    "Check",
    "GateError",
    "GateRules",
    "ReleaseError",
    "Verdict",
    "judge_version",
    "previous_production",
    "read_gate",
    "release_version",
    "roll_back",
    "save_gate",
]
