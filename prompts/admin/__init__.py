from prompts.admin import exchanges, providers

__all__ = ["exchanges", "providers"]
