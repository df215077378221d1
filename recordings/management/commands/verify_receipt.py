"""`manage.py verify_receipt FILE`: whether a receipt is what was signed. Needs no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recordings.privacy.receipts import is_of
from salesiq.vault.signing import SignatureError, key_id, public_key_pem, verify_document


class Command(BaseCommand):
    help = "Check the signature of a receipt or proof. Exit status 1 when it was changed or is another installation's."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--key", type=Path, metavar="PEM", help="public key to trust; else this installation's")
        parser.add_argument("--email", default="", help="also tell whether it is about the person with this address")
        parser.add_argument("--phone", default="", help="the same by phone number")
        parser.add_argument("--customer", default="", metavar="ID", help="the same by customer id")
        parser.add_argument("--any-key", action="store_true", help="trust the key inside: tells only that it is whole")

    def handle(self, *args: Any, **options: Any) -> None:
        document = self._read(options["file"])
        try:
            signer = verify_document(document, public_key=self._trusted(options))
        except (SignatureError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['file']}: whole, signed by key {signer}.")
        for kind in ("email", "phone", "customer"):
            if value := options[kind]:
                about = is_of(document, kind, value)
                self.stdout.write(f"{kind}: {'it is' if about else 'it is NOT'} about this person.")
                if not about:
                    raise CommandError("The receipt is about somebody else.")

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            document = json.loads(path.read_text())
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.", returncode=2) from error
        except ValueError as error:
            raise CommandError(f"{path} holds no JSON: {error}.") from error
        if not isinstance(document, dict):
            raise CommandError(f"{path} holds no signed document.")
        return document

    def _trusted(self, options: dict[str, Any]) -> str:
        if options["any_key"]:
            return ""
        if options["key"]:
            try:
                pem: str = options["key"].read_text()
            except OSError as error:
                raise CommandError(f"{options['key']} cannot be read: {error.strerror}.", returncode=2) from error
            key_id(pem)
            return pem
        return own_key()


def own_key() -> str:
    """This installation's public key; a machine without one has nothing to compare with."""
    if not Path(settings.SIGNING_KEY_FILE).exists():
        raise CommandError("There is no signing key here. Name the public key to trust with --key.", returncode=2)
    return public_key_pem()
