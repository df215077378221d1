"""Addresses of the pages about one's own account."""

from django.urls import path

from salesiq.people import account

urlpatterns = [
    path("account/keys", account.own_keys, name="own-keys"),
    path("account/keys/<uuid:key_id>/revoke", account.revoke_own_key, name="own-key-revoke"),
    path("account/keys/<uuid:key_id>/replace", account.replace_own_key, name="own-key-replace"),
]
