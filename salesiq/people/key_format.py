"""What the secret of an API key looks like: `siq_`, 40 random characters, 6 of checksum.

The shape is that of GitHub's tokens (https://github.blog/engineering/behind-githubs-new-authentication-token-formats/):
a prefix that no other system uses, so that scanners of source code and logs find a leaked key, and a checksum, so that
they need not ask anybody whether it is one.
"""

import re
import secrets
import string
import zlib

PREFIX = "siq_"
RANDOM_CHARACTERS = 40
CHECK_CHARACTERS = 6
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{RANDOM_CHARACTERS + CHECK_CHARACTERS}}}")


def make_secret() -> str:
    """A new secret of 238 random bits."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
    return f"{PREFIX}{random}{_check(random)}"


def is_well_formed(text: str) -> bool:
    """Whether `text` is a whole secret: of the right shape, with the checksum that belongs to it."""
    if PATTERN.fullmatch(text) is None:
        return False
    body = text.removeprefix(PREFIX)
    return _check(body[:RANDOM_CHARACTERS]) == body[RANDOM_CHARACTERS:]


def _check(random: str) -> str:
    """CRC-32 of the random part, in base 62, most significant first."""
    number, digits = zlib.crc32(random.encode()), ""
    for _ in range(CHECK_CHARACTERS):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits
