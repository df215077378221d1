"""The endpoints about the audit trail, below /api/v1/sales/."""

from django.urls import path

from salesiq.audit.api import AuditEventListView

urlpatterns = [path("audit/events", AuditEventListView.as_view(), name="api-audit-events")]
