from decisions.admin import advice

__all__ = ["advice"]
