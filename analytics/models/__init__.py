"""What analytics keeps: views and annotations of people. Figures are counted from the rows below."""

from analytics.models.views import Annotation, SavedView

__all__ = ["Annotation", "SavedView"]
