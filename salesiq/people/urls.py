"""Addresses of what people keep for themselves: their account, keys, and filters of the back office's lists."""

from django.urls import path

from salesiq.people import account, saved_filters

urlpatterns = [
    path("account/keys", account.own_keys, name="own-keys"),
    path("account/keys/<uuid:key_id>/revoke", account.revoke_own_key, name="own-key-revoke"),
    path("account/keys/<uuid:key_id>/replace", account.replace_own_key, name="own-key-replace"),
    path("back-office/filters", saved_filters.keep, name="saved-filters"),
    path("back-office/filters/<uuid:filter_id>/delete", saved_filters.forget, name="saved-filter-delete"),
]
