"""The back office's menu holds what one may open, all of it."""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from salesiq.navigation import SIDEBAR
from salesiq.people.roles import Role
from tests.factories import make_user


def links(user) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return {
        str(item["link"]) for group in SIDEBAR["navigation"] for item in group["items"] if item["permission"](request)
    }


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER, Role.REVIEWER])
def test_the_menu_holds_every_screen_that_the_role_may_open(role, db):
    user = make_user(role=role)
    request = RequestFactory().get("/admin/")
    request.user = user
    screens = {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model, screen in admin.site._registry.items()
        if screen.has_module_permission(request) and screen.has_view_permission(request)
    }
    assert links(user) == screens


def test_an_agent_finds_no_door_to_the_back_office(db):
    assert links(make_user(role=Role.AGENT)) == set()
