"""Addresses of signing in and of a person's own account: of allauth's views only those that the product needs."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_safe

from salesiq.signin import pages, single_sign_on

sign_out = pages.sign_out
form = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("login", form(pages.sign_in), name="login"),
    path("login", form(pages.sign_in), name="account_login"),
    path("login/second-factor", form(factor.authenticate), name="mfa_authenticate"),
    path("login/passkey", form(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("login/sso", single_sign_on.leave, name="sso"),
    path("login/sso/callback", single_sign_on.come_back, name="sso-callback"),
    # allauth reverses this name with a provider; there is only one.
    path("login/sso/callback", single_sign_on.come_back, {"provider_id": "sso"}, name="openid_connect_callback"),
    path("logout", sign_out, name="logout"),
    path("logout", sign_out, name="account_logout"),
    # Whoever the back office turns away signs in where everybody does, with lock-out and second factor.
    path("admin/login/", pages.back_office_door, name="admin-login"),
    path("admin/logout/", sign_out, name="admin-logout"),
    path("admin/password_change/", pages.own_password, name="admin-password-change"),
    path("password/reset", form(pages.ask_for_reset), name="account_reset_password"),
    path("password/reset/sent", require_safe(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)$",
        form(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done",
        require_safe(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("account", pages.own_account, name="account"),
    path("account", pages.own_account, name="mfa_index"),
    path("account", pages.own_account, name="mfa_list_webauthn"),
    path("account/password", form(pages.change_password), name="account_change_password"),
    path("account/sessions/end", pages.end_own_sessions, name="account-sessions-end"),
    path("account/confirm", form(account.reauthenticate), name="account_reauthenticate"),
    path("account/confirm/code", form(factor.reauthenticate), name="mfa_reauthenticate"),
    path("account/confirm/passkey", form(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("account/app", form(totp.activate_totp), name="mfa_activate_totp"),
    path("account/app/remove", form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/recovery-codes", require_safe(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new", form(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/passkeys/add", form(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove", form(pages.remove_passkey), name="mfa_remove_webauthn"),
    path("account/passkeys/<int:pk>/rename", form(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]
