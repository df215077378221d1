"""The back office of prompts. Importing the modules registers their screens; work on prompts is done on their pages."""

from prompts.admin import evaluations, exchanges, library, providers, runs

__all__ = ["evaluations", "exchanges", "library", "providers", "runs"]
