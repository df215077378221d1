"""Endpoints of CRM records and imports, below /api/v1/sales/."""

from django.urls import path

from integrations.crm.api import views
from integrations.crm.api.imports import ImportRunView, ImportsView, RejectedView

urlpatterns = [
    path("crm/companies", views.CompaniesView.as_view(), name="api-crm-companies"),
    path("crm/companies/<uuid:pk>", views.CompanyView.as_view(), name="api-crm-company"),
    path("crm/contacts", views.ContactsView.as_view(), name="api-crm-contacts"),
    path("crm/contacts/<uuid:pk>", views.ContactView.as_view(), name="api-crm-contact"),
    path("crm/products", views.ProductsView.as_view(), name="api-crm-products"),
    path("crm/products/<uuid:pk>", views.ProductView.as_view(), name="api-crm-product"),
    path("crm/leads", views.LeadsView.as_view(), name="api-crm-leads"),
    path("crm/leads/<uuid:pk>", views.LeadView.as_view(), name="api-crm-lead"),
    path("crm/deals", views.DealsView.as_view(), name="api-crm-deals"),
    path("crm/deals/<uuid:pk>", views.DealView.as_view(), name="api-crm-deal"),
    path("crm/activities", views.ActivitiesView.as_view(), name="api-crm-activities"),
    path("crm/activities/<uuid:pk>", views.ActivityView.as_view(), name="api-crm-activity"),
    path("crm/tasks", views.TasksView.as_view(), name="api-crm-tasks"),
    path("crm/tasks/<uuid:pk>", views.TaskView.as_view(), name="api-crm-task"),
    path("crm/purchases", views.PurchasesView.as_view(), name="api-crm-purchases"),
    path("crm/purchases/<uuid:pk>", views.PurchaseView.as_view(), name="api-crm-purchase"),
    path("crm/imports", ImportsView.as_view(), name="api-crm-imports"),
    path("crm/imports/<uuid:pk>", ImportRunView.as_view(), name="api-crm-import"),
    path("crm/imports/<uuid:pk>/rejected", RejectedView.as_view(), name="api-crm-rejected"),
]
