"""A signed-in browser per user."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from salesiq.people.models import User
from salesiq.people.roles import Role
from tests.factories import make_client, make_user


def browser_of(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def list_of(model: str) -> str:
    return reverse(f"admin:recordings_{model}_changelist")


def add_of(model: str) -> str:
    return reverse(f"admin:recordings_{model}_add")


def page_of(row) -> str:
    return reverse(f"admin:recordings_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def tenant(db):
    return make_client()


@pytest.fixture
def admin(tenant):
    return make_user(role=Role.ADMIN, client=tenant)


@pytest.fixture
def browser(admin):
    return browser_of(admin)
