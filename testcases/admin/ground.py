"""What the screens of test cases share: they are read, and lead to the pages where things are done."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter
from salesiq.people.roles import Capability
from testcases.skills import name_of

BY_CLIENT = ("client", ScopedRelatedFilter)


class ReadAdmin(ScopedModelAdmin):
    """Nobody types here, not even a superuser: services write, and keep who did what and why."""

    view_capability = Capability.VIEW_TESTS


def link(url: str, text: str) -> SafeString:
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, text)


def skill_names(skills: list[str]) -> str:
    return ", ".join(name_of(skill) for skill in skills) or "–"
