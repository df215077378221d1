"""A real mail server on loopback that does as it is told."""

import socket
from email import message_from_bytes

from aiosmtpd.controller import Controller


class MailServer:
    """Keeps letters in `letters`, as (address, message). `refuse`: {address: answer}; `cut`: how often it hangs up
    after it has the letter; `stop()` and `start()` take it down and up at the same port."""

    def __init__(self):
        self.letters, self.refuse, self.cut = [], {}, 0
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.controller = None

    def start(self):
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        return self

    def stop(self):
        if self.controller:
            self.controller.stop()
        self.controller = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.letters += [(address, message_from_bytes(envelope.content)) for address in envelope.rcpt_tos]
        if self.cut:
            self.cut -= 1
            server.transport.abort()
        return "250 OK"

    @property
    def addresses(self):
        return [address for address, _message in self.letters]
