"""ASGI entry point: `uvicorn salesiq.asgi:application`."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from salesiq.common.body_limit import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesiq.settings")
application = BodyLimit(
    get_asgi_application(),
    most=settings.MAX_BODY_BYTES,
    wide_paths=settings.UPLOAD_PATHS,
    most_there=settings.MAX_UPLOAD_BODY_BYTES,
)
