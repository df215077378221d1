"""The site map. Apps own their urls.py; they are named here by dotted strings so that the ground imports no roof."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
