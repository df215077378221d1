"""One letter to one address over Django's mail backend, and what went wrong in words for people. Knows no rows."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext as _

MOST_OF_AN_ANSWER = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What travels with a letter."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What everybody gets. `message_id` stays the same in every attempt: a receiver knows a copy by it (RFC 5322)."""

    subject: str
    text: str
    html: str
    message_id: str
    files: Sequence[File] = ()

    def to(self, address: str, connection: Any) -> EmailMultiAlternatives:
        letter = EmailMultiAlternatives(
            self.subject,
            self.text,
            settings.DEFAULT_FROM_EMAIL,
            [address],
            connection=connection,
            # RFC 3834: no automatic answers to what a machine wrote.
            headers={"Message-ID": self.message_id, "Auto-Submitted": "auto-generated"},
        )
        if self.html:
            letter.attach_alternative(self.html, "text/html")
        for file in self.files:
            letter.attach(file.filename, file.content, file.content_type)
        return letter


class NotSentError(Exception):
    """A sentence for people. `permanent`: the server will say the same again (RFC 5321, section 4.2.1: 5yz).

    `everybody`: it has nothing to do with this address, so the others need not be tried now.
    """

    def __init__(self, message: str, *, permanent: bool = False, everybody: bool = False) -> None:
        super().__init__(message)
        self.permanent, self.everybody = permanent, everybody


Send = Callable[[Letter, str], None]


@contextmanager
def mail_server() -> Iterator[Send]:
    """A connection to the mail server of the settings, as a function that sends one letter to one address.

    That function raises NotSentError, also where the server cannot be reached; after most errors it connects anew.
    """
    if settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend"):
        raise NotSentError(
            _("No mail server is set up. Set SALESIQ_EMAIL_HOST; see the configuration."), everybody=True
        )
    connection = get_connection()

    def send(letter: Letter, address: str) -> None:
        try:
            connection.open()
            letter.to(address, connection).send()
        except Exception as error:
            _close(connection)
            raise in_words(error, address) from error

    try:
        yield send
    finally:
        _close(connection)


def _close(connection: Any) -> None:
    """What the server says to a good-bye changes nothing about letters that it has taken."""
    with suppress(OSError, smtplib.SMTPException):
        connection.close()


def in_words(error: Exception, address: str) -> NotSentError:
    """What an error of smtplib, of the network or of the letter means, and whether another attempt may help."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()), (550, b""))
            return _refused(_("The mail server does not deliver to %(address)s"), code, said, address=address)
        case smtplib.SMTPSenderRefused():
            sentence = _("The mail server does not take letters from %(address)s (SALESIQ_EMAIL_FROM)")
            sender = settings.DEFAULT_FROM_EMAIL
            return _refused(sentence, error.smtp_code, error.smtp_error, address=sender, everybody=True)
        case smtplib.SMTPDataError():
            return _refused(_("The mail server refused the letter"), error.smtp_code, error.smtp_error)
        case smtplib.SMTPAuthenticationError():
            return _later(_("The mail server does not accept the log-in. Check SALESIQ_EMAIL_USER and its password."))
        case smtplib.SMTPNotSupportedError():
            return _later(_("The mail server cannot do what is set. Check SALESIQ_EMAIL_SECURITY."))
        case smtplib.SMTPResponseException():
            return _later(_with_answer(_("The mail server is not ready"), error.smtp_code, error.smtp_error))
        case smtplib.SMTPServerDisconnected():
            return _later(_("The mail server broke the connection off. Whether it kept the letter is not known."))
    return _of_the_network(error)


def _of_the_network(error: Exception) -> NotSentError:
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    match error:
        case ssl.SSLError():
            sentence = _("The connection to the mail server %(server)s cannot be protected: %(reason)s.")
            return _later(sentence % {"server": server, "reason": error.reason or type(error).__name__})
        case socket.gaierror():
            return _later(_("There is no mail server by the name of SALESIQ_EMAIL_HOST."))
        case TimeoutError():
            return _later(_("The mail server %(server)s did not answer in time.") % {"server": server})
        case OSError():
            return _later(_("The mail server %(server)s cannot be reached.") % {"server": server})
        case ValueError():  # addresses and headers that cannot be written into a letter
            return NotSentError(_("The letter cannot be written to this address."), permanent=True)
    raise error


def _later(sentence: str) -> NotSentError:
    return NotSentError(sentence, everybody=True)


def _refused(sentence: str, code: int, said: Any, *, everybody: bool = False, **values: str) -> NotSentError:
    return NotSentError(_with_answer(sentence % values, code, said), permanent=code >= 500, everybody=everybody)


def _with_answer(sentence: str, code: int, said: Any) -> str:
    """The server's own words, which say more than we can."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"{sentence}: {code} {' '.join(words.split())[:MOST_OF_AN_ANSWER]}".rstrip()
