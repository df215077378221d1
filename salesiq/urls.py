"""The site map. Apps own their urls.py; they are named here by dotted strings so that the ground imports no roof."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from salesiq.common.health import healthz
from salesiq.common.metrics import metrics

urlpatterns = [
    path("", include("recordings.pages.urls")),
    path("", include("analytics.pages.urls")),
    path("", include("prompts.pages.urls")),
    path("", include("testcases.pages.urls")),
    path("", include("decisions.pages.urls")),
    path("", include("salesiq.signin.urls")),
    path("", include("salesiq.people.urls")),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/v1/sales/", include("recordings.api.urls")),
    path("api/v1/sales/", include("integrations.crm.api.urls")),
    path("api/v1/sales/", include("analytics.api.urls")),
    path("api/v1/sales/", include("prompts.api.urls")),
    path("api/v1/sales/", include("testcases.api.urls")),
    path("api/v1/sales/", include("decisions.api.urls")),
    path("api/v1/sales/", include("salesiq.people.api.urls")),
    path("api/v1/sales/", include("salesiq.audit.urls")),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/docs", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]

handler400 = "salesiq.common.problems.bad_request"
handler404 = "salesiq.common.problems.not_found"
handler500 = "salesiq.common.problems.server_error"
