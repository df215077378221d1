"""Who may open a page: said once for all apps in `salesiq.people.pages`."""

from salesiq.people.pages import View, page, signed_in_user

__all__ = ["View", "page", "signed_in_user"]
