"""Settings of signing in, sessions and what browsers are told. `salesiq/settings.py` takes them all in."""

from datetime import timedelta
from typing import Any

from environs import ValidationError, validate

from salesiq.environment import env, secret

ROLES = ["admin", "manager", "reviewer", "agent", "integrator", "privacy"]


def roles_by_group(table: Any) -> dict[str, str]:
    """SALESIQ_OIDC_ROLES as it is used. Raises ValidationError for what is no role."""
    roles = {str(group): str(role) for group, role in dict(table).items()}
    if unknown := set(roles.values()) - set(ROLES):
        raise ValidationError(f"SALESIQ_OIDC_ROLES: there is no role “{unknown.pop()}”. Roles: {', '.join(ROLES)}.")
    return roles


BEHIND_HTTPS = env.bool("SALESIQ_BEHIND_HTTPS", False)

# --- Cookies and headers ----------------------------------------------------------------------------
# `__Host-` makes browsers refuse the cookie unless it is secure, for this host alone and for the whole of it.
_PREFIX = "__Host-" if BEHIND_HTTPS else ""
SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]  # asked by machines inside, which speak plain HTTP
    SECURE_HSTS_SECONDS = env.int("SALESIQ_HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = env.bool("SALESIQ_HSTS_SUBDOMAINS", False)
    # Whether every other host below the domain speaks HTTPS is for its owner to say, by the variable above.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- Sessions ---------------------------------------------------------------------------------------
SESSION_IDLE_SECONDS = env.int("SALESIQ_SESSION_IDLE_MINUTES", 120) * 60
SESSION_COOKIE_AGE = env.int("SALESIQ_SESSION_HOURS", 12) * 3600

# --- Signing in -------------------------------------------------------------------------------------
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "salesiq.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "salesiq: "
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# Lock-out below counts for the whole installation; these count per process and brake whoever tries many names.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "60/m/ip,30/5m/key"}
ACCOUNT_FORMS = {"login": "salesiq.signin.forms.SignInForm"}

# --- Mail: without a host nothing is sent, and the pages say so ---------------------------------------
EMAIL_HOST = env.str("SALESIQ_EMAIL_HOST", "")
EMAIL_PORT = env.int("SALESIQ_EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("SALESIQ_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = secret("SALESIQ_EMAIL_PASSWORD")
EMAIL_SECURITY = env.str("SALESIQ_EMAIL_SECURITY", "starttls", validate=validate.OneOf(["starttls", "tls", "none"]))
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("SALESIQ_EMAIL_FROM", "salesiq@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
ACCOUNT_EMAIL_NOTIFICATIONS = bool(EMAIL_HOST)

# --- Second factor ----------------------------------------------------------------------------------
SECOND_FACTOR = env.str(
    "SALESIQ_SECOND_FACTOR", "optional", validate=validate.OneOf(["optional", "back_office", "everybody"])
)
MFA_ADAPTER = "salesiq.signin.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "salesiq"
MFA_TOTP_TOLERANCE = 1  # half a minute of a phone's clock going wrong
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from the back office
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "salesiq.signin.forms.CodeForm",
    "reauthenticate": "salesiq.signin.forms.ConfirmationCodeForm",
}

# --- Single sign-on by OpenID Connect: off without an issuer ------------------------------------------
OIDC_ISSUER = env.str("SALESIQ_OIDC_ISSUER", "")
OIDC_LABEL = env.str("SALESIQ_OIDC_LABEL", "single sign-on")
OIDC_EMAIL_DOMAINS: list[str] = env.list("SALESIQ_OIDC_EMAIL_DOMAINS", [])
OIDC_EMAIL_IS_VERIFIED = env.bool("SALESIQ_OIDC_EMAIL_IS_VERIFIED", False)
OIDC_FOR_CLIENT = env.str("SALESIQ_OIDC_FOR_CLIENT", "")
OIDC_CREATE_USERS = env.bool("SALESIQ_OIDC_CREATE_USERS", False)
OIDC_DEFAULT_ROLE = env.str("SALESIQ_OIDC_DEFAULT_ROLE", "agent", validate=validate.OneOf(ROLES))
OIDC_ROLE_CLAIM = env.str("SALESIQ_OIDC_ROLE_CLAIM", "groups")
OIDC_ROLES: dict[str, str] = roles_by_group(env.json("SALESIQ_OIDC_ROLES", {}))
OIDC_ONLY = env.bool("SALESIQ_OIDC_ONLY", False)
OIDC_ASKS_SECOND_FACTOR = env.bool("SALESIQ_OIDC_ASKS_SECOND_FACTOR", False)
SOCIALACCOUNT_ADAPTER = "salesiq.signin.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_LABEL,
                "client_id": env.str("SALESIQ_OIDC_CLIENT_ID", ""),
                "secret": secret("SALESIQ_OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER.rstrip("/")},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}

# --- Lock-out ---------------------------------------------------------------------------------------
AXES_HANDLER = "salesiq.signin.lockout.LockoutHandler"
AXES_FAILURE_LIMIT = env.int("SALESIQ_LOCKOUT_FAILURES", 5)
LOCKOUT_FAILURES_ANYWHERE = env.int("SALESIQ_LOCKOUT_FAILURES_ANYWHERE", 25)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SALESIQ_LOCKOUT_MINUTES", 15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username"]
AXES_USERNAME_CALLABLE = "salesiq.signin.lockout.counted_name"
AXES_CLIENT_IP_CALLABLE = "salesiq.signin.lockout.counted_address"
AXES_LOCKOUT_CALLABLE = "salesiq.signin.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail keeps it
AXES_ENABLE_ADMIN = False  # rows of every tenant: people are let in again on the screen of users
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "login", "ip_address", "next", "code", "credential", "csrfmiddlewaretoken"]
