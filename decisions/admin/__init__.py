from decisions.admin import advice, models

__all__ = ["advice", "models"]
