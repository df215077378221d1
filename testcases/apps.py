from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TestCasesConfig(AppConfig):
    name = "testcases"
    verbose_name = _("test cases")
