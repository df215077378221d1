"""An S3 server on this machine, and what was asked of it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

BUCKET = "recordings"


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_options(s3_url: str) -> dict[str, Any]:
    """Options of django-storages for a fresh, empty bucket."""
    options = {"endpoint_url": s3_url, "access_key": "test", "secret_key": "test", "region_name": "us-east-1"}
    bucket = boto3.resource(
        "s3", endpoint_url=s3_url, aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1"
    ).Bucket(BUCKET)
    bucket.create()
    bucket.objects.all().delete()
    return {**options, "bucket_name": BUCKET}
