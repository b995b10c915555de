#!/usr/bin/env python3
"""One login at a mail server from one of this machine's addresses; says in words how it went.

    login.py PROTOCOL SERVER SOURCE USER PASSWORD [TIMEOUT]

PROTOCOL: smtp (no login), submission, submissions, imap, imaps, pop3, pop3s, sieve. TIMEOUT: seconds until there is a
connection. Prints one of welcome (logged in; smtp: greeted), refused (the server said no), closed (the server hung up),
unreachable (no answer, or the port is closed).
"""

import base64
import imaplib
import poplib
import smtplib
import socket
import ssl
import sys

PORTS = {"smtp": 25, "submission": 587, "submissions": 465, "imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995,
         "sieve": 4190}


def any_certificate():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


PATIENCE = 10  # seconds for each answer of a server that has been reached


def connect(server, port, source, timeout):
    connection = socket.create_connection((server, port), timeout, (source, 0))
    connection.settimeout(PATIENCE)
    return connection


class Smtp(smtplib.SMTP):
    def _get_socket(self, host, port, timeout):
        return connect(host, port, self.source_address[0], timeout)


class Smtps(smtplib.SMTP_SSL):
    def _get_socket(self, host, port, timeout):
        return self.context.wrap_socket(connect(host, port, self.source_address[0], timeout))


class From:
    """Mixed into a client class of the standard library: connects from an address of our choice."""

    source = None

    def _create_socket(self, timeout):
        plain = connect(self.host, self.port, self.source, timeout)
        context = getattr(self, "ssl_context", None) or getattr(self, "context", None)
        return context.wrap_socket(plain) if context else plain


class Imap(From, imaplib.IMAP4):
    pass


class Imaps(From, imaplib.IMAP4_SSL):
    pass


class Pop3(From, poplib.POP3):
    pass


class Pop3s(From, poplib.POP3_SSL):
    pass


class Refused(Exception):
    pass


def smtp(server, source, user, password, timeout, port):
    kind, options = (Smtps, {"context": any_certificate()}) if port == PORTS["submissions"] else (Smtp, {})
    with kind(server, port, "client.example", timeout=timeout, source_address=(source, 0), **options) as session:
        if port == PORTS["smtp"]:
            session.noop()
            return
        if port == PORTS["submission"]:
            session.starttls(context=any_certificate())
        session.ehlo_or_helo_if_needed()
        token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        if session.docmd("AUTH", "PLAIN " + token)[0] != 235:  # login() would try one mechanism after the other
            raise Refused


def imap(server, source, user, password, timeout, port):
    From.source = source
    if port == PORTS["imaps"]:
        session = Imaps(server, port, ssl_context=any_certificate(), timeout=timeout)
    else:
        session = Imap(server, port, timeout)
        session.starttls(any_certificate())
    session.login(user, password)
    session.logout()


def pop3(server, source, user, password, timeout, port):
    From.source = source
    if port == PORTS["pop3s"]:
        session = Pop3s(server, port, context=any_certificate(), timeout=timeout)
    else:
        session = Pop3(server, port, timeout)
        session.stls(any_certificate())
    session.user(user)
    session.pass_(password)
    session.quit()


def sieve(server, source, user, password, timeout, port):
    """ManageSieve (RFC 5804), as far as a login goes."""

    def answer(lines):
        while True:
            line = lines.readline().decode()
            if not line:
                raise EOFError
            if line.startswith(("OK", "NO", "BYE")):
                return line

    with connect(server, port, source, timeout) as plain:
        answer(plain.makefile("rb"))
        plain.sendall(b"STARTTLS\r\n")
        answer(plain.makefile("rb"))
        with any_certificate().wrap_socket(plain) as secure:
            lines = secure.makefile("rb")
            answer(lines)
            token = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
            secure.sendall(f'AUTHENTICATE "PLAIN" "{token}"\r\n'.encode())
            if not answer(lines).startswith("OK"):
                raise Refused


def login(protocol, server, source, user, password, timeout):
    work = {"smtp": smtp, "submission": smtp, "submissions": smtp, "imap": imap, "imaps": imap, "pop3": pop3,
            "pop3s": pop3, "sieve": sieve}[protocol]
    try:
        work(server, source, user, password, timeout, PORTS[protocol])
    except (ConnectionRefusedError, TimeoutError):
        return "unreachable"
    except (OSError, EOFError, imaplib.IMAP4.abort, smtplib.SMTPServerDisconnected):
        return "closed"
    except (Refused, imaplib.IMAP4.error, poplib.error_proto):
        return "refused"
    return "welcome"


if __name__ == "__main__":
    print(login(*sys.argv[1:6], float(sys.argv[6]) if len(sys.argv) > 6 else 10))
