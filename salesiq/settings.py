"""Settings of salesiq. Every variable is typed, has a safe default and a row in docs/configuration.md."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.templatetags.static import static
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from salesiq import navigation
from salesiq.environment import BASE_DIR, data_dir, env, generated_secret_key
from salesiq.log_settings import LOGGING as LOGGING
from salesiq.messaging_settings import *  # noqa: F403
from salesiq.openapi_settings import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from salesiq.periodic_settings import *  # noqa: F403
from salesiq.practice_settings import *  # noqa: F403
from salesiq.prompt_settings import *  # noqa: F403
from salesiq.signin.settings import *  # noqa: F403

DATA_DIR: Path = data_dir()

# --- Safety -----------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or generated_secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
# Letters that no request stands behind lead here; without it they name the page only.
PUBLIC_URL = env.str("SALESIQ_PUBLIC_URL", "").rstrip("/")
TRUSTED_PROXIES = env.int("SALESIQ_TRUSTED_PROXIES", 0)

# --- Applications -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_prometheus",
    "django_structlog",
    "django_htmx",
    "django_filters",
    "import_export",
    "django_q",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "csp",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "salesiq.common",
    "salesiq.vault",
    "salesiq.people",
    "salesiq.audit",
    "salesiq.jobs",
    "salesiq.signin",
    "prompts",
    "recordings",
    "testcases",
    "integrations.crm",
    "integrations.messaging",
    "analytics",
    "decisions",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "salesiq.common.addresses.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "salesiq.common.headers.ContentPolicyMiddleware",
    "salesiq.common.headers.SafeHeadersMiddleware",
    "salesiq.common.nul.refuse_nul",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "salesiq.audit.middleware.audit_refusals",
    "django.contrib.messages.middleware.MessageMiddleware",
    "salesiq.signin.sessions.SessionLimitsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "salesiq.signin.second_factor.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
    "analytics.middleware.answer_at_one_moment",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "salesiq.urls"
ASGI_APPLICATION = "salesiq.asgi.application"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        env.str("DATABASE_URL", f"sqlite:///{DATA_DIR / 'salesiq.sqlite3'}"),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Defaults of SQLite raise "database is locked" under two writers. IMMEDIATE takes the write lock when a
    # transaction starts, so that it waits instead of failing halfway; WAL lets readers go on.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }

# --- Files ------------------------------------------------------------------------------------------
MEDIA_ROOT = env.path("SALESIQ_MEDIA_DIR", DATA_DIR / "media")
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "analytics.charts.plotly_files.PlotlyFinder",
]
WHITENOISE_USE_FINDERS = True  # serves without a collectstatic step; run it where many workers serve
STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "salesiq.vault.storage.EncryptedStorage",
        "OPTIONS": {
            "inner": {
                "BACKEND": env.str("SALESIQ_STORAGE_BACKEND", "django.core.files.storage.FileSystemStorage"),
                "OPTIONS": env.json("SALESIQ_STORAGE_OPTIONS", {}),
            }
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
SALESIQ_MAX_UPLOAD_BYTES = env.int("SALESIQ_MAX_UPLOAD_MB", 500) * 1024 * 1024
SALESIQ_MAX_IMPORT_BYTES = env.int("SALESIQ_MAX_IMPORT_MB", 2048) * 1024 * 1024
# A form of files carries little else; without a script the page sends several recordings in one.
MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_UPLOAD_BODY_BYTES = max(2 * SALESIQ_MAX_UPLOAD_BYTES, SALESIQ_MAX_IMPORT_BYTES) + MAX_BODY_BYTES
UPLOAD_PATHS = (
    "/api/v1/sales/recordings/analyze",
    "/sales-recording-audit/upload",
    "/admin/recordings/salescall/add",
    "/api/v1/sales/crm/imports",
    "/admin/crm/importrun/new",
)
# Sound lies here unencrypted while it is worked on; a tmpfs keeps it off the disk.
SCRATCH_DIR: Path = env.path("SALESIQ_SCRATCH_DIR", DATA_DIR / "scratch")
FILE_UPLOAD_TEMP_DIR = SCRATCH_DIR / "uploads"
for _folder in (SCRATCH_DIR, FILE_UPLOAD_TEMP_DIR):
    _folder.mkdir(mode=0o700, parents=True, exist_ok=True)
SIGNING_KEY_FILE = env.path("SALESIQ_SIGNING_KEY_FILE", DATA_DIR / "signing.key")
MODELS_DIR = env.path("SALESIQ_MODELS_DIR", DATA_DIR / "models")

# --- Keys of encryption at rest: a ring in the environment, or in a file made on first run ----------------
SALESIQ_KEYS = env.str("SALESIQ_KEYS", "")
SALESIQ_KEYS_FILE = env.path("SALESIQ_KEYS_FILE", DATA_DIR / "keys.json")

# --- Jobs (django-q2's defaults are traps: see docs/architecture.md) ----------------------------------
JOB_TIMEOUT_SECONDS = env.int("SALESIQ_JOB_TIMEOUT_SECONDS", 4 * 3600)
JOB_MAX_ATTEMPTS = env.int("SALESIQ_JOB_MAX_ATTEMPTS", 3)
JOB_LEASE_SECONDS = env.int("SALESIQ_JOB_LEASE_SECONDS", 60)
JOB_BACKOFF_SECONDS = env.float("SALESIQ_JOB_BACKOFF_SECONDS", 10.0)
JOB_STALL_SECONDS = env.float("SALESIQ_JOB_STALL_SECONDS", 20.0)
REDIS_URL = env.str("SALESIQ_REDIS_URL", "")
if REDIS_URL:  # limits are counted for the installation then, not by each process for itself
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
Q_CLUSTER: dict[str, Any] = {
    "name": "salesiq",
    "workers": env.int("SALESIQ_WORKERS", 1),
    "timeout": JOB_TIMEOUT_SECONDS,
    "retry": JOB_TIMEOUT_SECONDS + 600,
    "max_attempts": JOB_MAX_ATTEMPTS,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    "poll": 0.2,
    "queue_limit": 1,  # what a cluster fetches ahead waits behind its long jobs while other machines idle
    "recycle": 1_000_000,  # workers are renewed by memory, below; a worker that vanishes otherwise was killed
    "max_rss": env.int("SALESIQ_WORKER_MAX_MB", 3000) * 1024,
    "label": "Queue",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}
# --- How long files are kept -------------------------------------------------------------------------------
DATA_EXPORT_DAYS = env.int("SALESIQ_EXPORT_DAYS", 7)
EXPORT_AT_ONCE_ROWS = env.int("SALESIQ_EXPORT_AT_ONCE_ROWS", 5000)
REPORT_MAX_BYTES = env.int("SALESIQ_REPORT_MAX_MB", 15) * 1024 * 1024
PERSON_EXPORT_DAYS = env.int("SALESIQ_PERSON_EXPORT_DAYS", 7)
IMPORT_FILE_DAYS = env.int("SALESIQ_IMPORT_FILE_DAYS", 14)

HEALTH_CHECKS = [
    "salesiq.common.health.database",
    "salesiq.common.health.migrations",
    "salesiq.common.health.disk",
    "salesiq.vault.health.keys",
    "salesiq.jobs.health.worker",
    "salesiq.audit.health.anchoring",
]

# --- Audit trail: where its ends are written down, so that a chain rewritten as a whole is noticed --------
AUDIT_ANCHOR_FILE = env.str("SALESIQ_AUDIT_ANCHOR_FILE", str(DATA_DIR / "audit-anchors.jsonl"))
AUDIT_ANCHOR_URL = env.str("SALESIQ_AUDIT_ANCHOR_URL", "")
AUDIT_ANCHOR_SECRET = env.str("SALESIQ_AUDIT_ANCHOR_SECRET", "")
AUDIT_WAITS_FOR_DISK = env.bool("SALESIQ_AUDIT_WAITS_FOR_DISK", False)

# --- Speech -----------------------------------------------------------------------------------------
WHISPER_MODEL = env.str("SALESIQ_WHISPER_MODEL", "base")
WHISPER_COMPUTE_TYPE = env.str("SALESIQ_COMPUTE_TYPE", "int8")
WHISPER_BATCH_SIZE = env.int("SALESIQ_BATCH_SIZE", 8)
CPU_THREADS = env.int("SALESIQ_CPU_THREADS", 0)
MAX_CALL_SECONDS = env.int("SALESIQ_MAX_CALL_SECONDS", 4 * 3600)
ALLOW_MODEL_DOWNLOAD = env.bool("SALESIQ_ALLOW_MODEL_DOWNLOAD", False)
os.environ.setdefault("HF_HUB_OFFLINE", "0" if ALLOW_MODEL_DOWNLOAD else "1")

# --- Languages and time -------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
LANGUAGE_CODE = env.str("SALESIQ_LANGUAGE", "en")
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("ru", _("Russian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("SALESIQ_TIME_ZONE", "UTC")

# --- API ----------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "salesiq.people.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["salesiq.common.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "salesiq.people.api.schema.DescribedSchema",
    "DEFAULT_THROTTLE_CLASSES": ["salesiq.people.api.throttling.KeyRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "analyze": env.str("SALESIQ_THROTTLE_ANALYZE", "600/hour"),
        "read": env.str("SALESIQ_THROTTLE_READ", "6000/hour"),
    },
    "EXCEPTION_HANDLER": "salesiq.common.problems.problem_response",
}
KNOX_TOKEN_MODEL = "people.ApiKey"  # noqa: S105 - the name of a model
API_KEY_DAYS = env.int("SALESIQ_KEY_DAYS", 365)
REST_KNOX = {
    "AUTH_HEADER_PREFIX": "Bearer",
    "SECURE_HASH_ALGORITHM": "hashlib.sha512",
}

# --- Admin --------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "salesiq",
    "SITE_HEADER": "salesiq",
    "SITE_URL": "/sales-recording-audit",
    "SITE_SYMBOL": "graphic_eq",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: lazy(static, str)("salesiq/mark.svg")}
    ],
    "SHOW_HISTORY": False,
    "DASHBOARD_CALLBACK": "salesiq.people.dashboard.dashboard",
    "COLORS": {"primary": navigation.PRIMARY},
    "SIDEBAR": navigation.SIDEBAR,
    "STYLES": [lambda request: lazy(static, str)("salesiq/admin.css")],
}

SALESIQ_METRICS_TOKEN = env.str("SALESIQ_METRICS_TOKEN", "")
