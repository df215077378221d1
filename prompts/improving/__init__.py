"""Better versions: sought on some cases, proved on others, shown, and never applied by themselves."""

from prompts.improving.errors import SuggestionError
from prompts.improving.services import accept_suggestion, ask_for_improvement, stop_suggestion

__all__ = ["SuggestionError", "accept_suggestion", "ask_for_improvement", "stop_suggestion"]
