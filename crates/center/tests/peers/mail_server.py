"""A mail server for the tests: aiosmtpd takes the mails, Python's own email package reads them.

Prints its port, then one JSON object for each mail that arrived. What it does with a mail is in the beginning of the
recipient's name, so that nothing has to be switched while mails are under way:
  lost-…   the first one is taken, and the connection ends before it is said
  later-…  the first one is refused for now (451)
  never-…  each is refused for good (550)
"""

import argparse
import asyncio
import email
import email.policy
import json
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

arguments = argparse.ArgumentParser()
arguments.add_argument("shape", choices=["plain", "starttls", "smtps"])
arguments.add_argument("--certificate")
arguments.add_argument("--key")
arguments.add_argument("--user")
arguments.add_argument("--password")
arguments = arguments.parse_args()

seen = set()


def told(mail):
    print(json.dumps(mail), flush=True)


def parts(message):
    for part in message.walk():
        if not part.is_multipart():
            yield {
                "type": part.get_content_type(),
                "charset": part.get_content_charset(),
                "text": part.get_content(),
                "file": part.get_filename(),
            }


class Handler:
    async def handle_DATA(self, server, session, envelope):
        first = envelope.rcpt_tos[0] not in seen
        seen.add(envelope.rcpt_tos[0])
        if envelope.rcpt_tos[0].startswith("never-"):
            return f"550 5.1.1 <{envelope.rcpt_tos[0]}> is unknown here"
        if first and envelope.rcpt_tos[0].startswith("later-"):
            return f"451 4.3.0 <{envelope.rcpt_tos[0]}> not now"
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        told(
            {
                "sender": envelope.mail_from,
                "recipients": envelope.rcpt_tos,
                "tls": session.ssl is not None or arguments.shape == "smtps",
                "user": session.auth_data.decode() if session.authenticated else None,
                "headers": [[name, str(value)] for name, value in message.items()],
                "parts": list(parts(message)),
                "shape": message.get_content_type(),
                "defects": [str(defect) for part in message.walk() for defect in part.defects]
                + [str(defect) for value in message.values() for defect in value.defects],
            }
        )
        if first and envelope.rcpt_tos[0].startswith("lost-"):
            server.transport.abort()
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    right = (data.login, data.password) == (arguments.user.encode(), arguments.password.encode())
    return AuthResult(success=right, auth_data=data.login if right else None)


def server():
    more = {}
    if arguments.shape == "starttls":
        more |= {"tls_context": context(), "require_starttls": True}
    if arguments.user:
        more |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": arguments.shape == "starttls"}
    return SMTP(Handler(), enable_SMTPUTF8=True, hostname="mail.test", **more)


def context():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(arguments.certificate, arguments.key)
    return context


async def main():
    wrapped = context() if arguments.shape == "smtps" else None
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0, ssl=wrapped)
    print(listening.sockets[0].getsockname()[1], flush=True)
    await listening.serve_forever()


asyncio.run(main())
