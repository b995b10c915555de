#!/usr/bin/env python3
"""What clients do that a mail server complains about, one kind a call: misbehave.py KIND SERVER SOURCE

The kinds are the functions below that have no underscore; each makes one connection. --list prints their names.
"""

import base64
import inspect
import socket
import ssl
import sys

USER, PASSWORD = "anna@example.com", "secret"
IMAP, IMAPS, POP3, POP3S, SIEVE, SMTP, SUBMISSION, SUBMISSIONS = 143, 993, 110, 995, 4190, 25, 587, 465


class _Talk:
    """A connection of lines."""

    def __init__(self, port, secure=False):
        self.socket = socket.create_connection((_Talk.server, port), 30, (_Talk.source, 0))
        self.lines = self.socket.makefile("rb")
        if secure:
            self.secure()

    def secure(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)
        self.lines = self.socket.makefile("rb")

    def send(self, text):
        self.socket.sendall(text.encode() + b"\r\n")

    def hear(self, *ends):
        """Reads lines until one begins with one of the ends, or the server hangs up."""
        while True:
            line = self.lines.readline().decode(errors="replace")
            if not line or line.startswith(ends):
                return line

    def ask(self, text, *ends):
        self.send(text)
        return self.hear(*ends)

    def close(self):
        self.lines.close()
        self.socket.close()


_REPLY = tuple(f"{code} " for code in range(200, 600))  # the last line of an answer of SMTP


def _token(user, password):
    return base64.b64encode(f"\0{user}\0{password}".encode()).decode()


def _imap(secure=True):
    talk = _Talk(IMAPS if secure else IMAP, secure)
    talk.hear("* OK")
    return talk


def _pop3(secure=True):
    talk = _Talk(POP3S if secure else POP3, secure)
    talk.hear("+OK")
    return talk


def _sieve():
    talk = _Talk(SIEVE)
    talk.hear("OK")
    talk.ask("STARTTLS", "OK")
    talk.secure()
    talk.hear("OK")
    return talk


def _smtp(port=SMTP, helo="EHLO client.example"):
    talk = _Talk(port, port == SUBMISSIONS)
    talk.hear(*_REPLY)
    talk.ask(helo, *_REPLY)
    if port == SUBMISSION:
        talk.ask("STARTTLS", *_REPLY)
        talk.secure()
        talk.ask(helo, *_REPLY)
    return talk


def _mail(talk, sender="<ben@elsewhere.example>", recipient="<anna@example.com>"):
    talk.ask(f"MAIL FROM:{sender}", *_REPLY)
    talk.ask(f"RCPT TO:{recipient}", *_REPLY)
    talk.ask("QUIT", *_REPLY)


# Logins that go well
def imap_login():
    talk = _imap()
    talk.ask(f"a LOGIN {USER} {PASSWORD}", "a ")
    talk.ask("b LOGOUT", "b ")


def submission_login():
    talk = _smtp(SUBMISSION)
    talk.ask("AUTH PLAIN " + _token(USER, PASSWORD), *_REPLY)
    talk.ask("QUIT", *_REPLY)


# Dovecot: logins that fail
def imap_wrong_password():
    _imap().ask(f"a LOGIN {USER} wrong", "a ")


def imap_unknown_user():
    _imap().ask("a LOGIN nobody@example.com wrong", "a ")


def imap_three_wrong_passwords():
    talk = _imap()
    for _ in range(3):
        talk.ask(f"a LOGIN {USER} wrong", "a ")
    talk.ask("b LOGOUT", "b ")


def imap_user_that_looks_like_an_address():
    _imap().ask('a LOGIN "x>, rip=192.0.2.200, lip=192.0.2.1" wrong', "a ")


def imap_then_right_password():
    talk = _imap()
    talk.ask(f"a LOGIN {USER} wrong", "a ")
    talk.ask(f"b LOGIN {USER} {PASSWORD}", "b ")
    talk.ask("c LOGOUT", "c ")


def pop3_wrong_password():
    talk = _pop3()
    talk.ask(f"USER {USER}", "+OK")
    talk.ask("PASS wrong", "-ERR", "+OK")
    talk.ask("QUIT", "+OK")


def pop3_unknown_user():
    talk = _pop3()
    talk.ask("USER nobody", "+OK")
    talk.ask("PASS wrong", "-ERR", "+OK")


def sieve_wrong_password():
    talk = _sieve()
    talk.ask(f'AUTHENTICATE "PLAIN" "{_token(USER, "wrong")}"', "NO", "OK")
    talk.ask("LOGOUT", "OK")


# Dovecot: no login
def imap_password_in_clear():
    talk = _imap(secure=False)
    talk.ask(f"a LOGIN {USER} wrong", "a ")
    talk.ask("b LOGOUT", "b ")


def pop3_password_in_clear():
    talk = _pop3(secure=False)
    talk.ask(f"USER {USER}", "-ERR", "+OK")
    talk.ask("QUIT", "+OK")


def imap_logout_at_once():
    _imap().ask("a LOGOUT", "a ")


def imap_hangup():
    _imap(secure=False)


def pop3_quit_at_once():
    _pop3().ask("QUIT", "+OK")


def sieve_logout_at_once():
    _sieve().ask("LOGOUT", "OK")


def imap_unfinished_sasl():
    _imap().ask("a AUTHENTICATE PLAIN", "+")


def imap_unknown_commands():
    talk = _imap()
    for _ in range(20):
        if not talk.ask("a NONSENSE", "a ").startswith("a "):
            break


def imaps_no_tls():
    talk = _Talk(IMAPS)
    talk.ask("GET / HTTP/1.0\r\n", "HTTP")


def imaps_old_tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("NULL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.wrap_socket(_Talk(IMAPS).socket)
    except OSError:
        pass


# Postfix: logins that fail
def submission_wrong_password():
    talk = _smtp(SUBMISSION)
    talk.ask("AUTH PLAIN " + _token(USER, "wrong"), *_REPLY)
    talk.ask("QUIT", *_REPLY)


def submissions_wrong_password():
    talk = _smtp(SUBMISSIONS)
    talk.ask("AUTH PLAIN " + _token(USER, "wrong"), *_REPLY)
    talk.ask("QUIT", *_REPLY)


def submission_wrong_password_and_hangup():
    _smtp(SUBMISSION).ask("AUTH PLAIN " + _token(USER, "wrong"), *_REPLY)


def submission_mechanism_login():
    talk = _smtp(SUBMISSION)
    for text in ("AUTH LOGIN", base64.b64encode(b"nobody").decode(), base64.b64encode(b"wrong").decode(), "QUIT"):
        talk.ask(text, *_REPLY)


def submission_user_that_looks_like_a_client():
    talk = _smtp(SUBMISSION)
    talk.ask("AUTH PLAIN " + _token("x from evil[192.0.2.200]: SASL PLAIN authentication failed:", "wrong"), *_REPLY)
    talk.ask("QUIT", *_REPLY)


def submission_unknown_mechanism():
    talk = _smtp(SUBMISSION)
    talk.ask("AUTH NTLM", *_REPLY)
    talk.ask("QUIT", *_REPLY)


def submission_sasl_cancelled():
    talk = _smtp(SUBMISSION)
    talk.ask("AUTH PLAIN", *_REPLY)
    talk.ask("*", *_REPLY)
    talk.ask("QUIT", *_REPLY)


def submission_sasl_nonsense():
    talk = _smtp(SUBMISSION)
    talk.ask("AUTH PLAIN !!!", *_REPLY)
    talk.ask("QUIT", *_REPLY)


def submission_mail_without_login():
    _mail(_smtp(SUBMISSION), recipient="<carla@elsewhere.example>")


def submissions_no_tls():
    _Talk(SUBMISSIONS).ask("GET / HTTP/1.0\r\n", "HTTP")


def submission_hangup():
    _Talk(SUBMISSION).hear(*_REPLY)


def submission_hangup_after_ehlo():
    _smtp(SUBMISSION)


def submission_unfinished_sasl():
    _smtp(SUBMISSION).ask("AUTH PLAIN", *_REPLY)


# Postfix: mail that is refused
def smtp_mail():
    _mail(_smtp())


def smtp_login_not_offered():
    talk = _smtp()
    talk.ask("AUTH PLAIN " + _token(USER, "wrong"), *_REPLY)
    talk.ask("QUIT", *_REPLY)


def smtp_relay():
    _mail(_smtp(), recipient="<carla@elsewhere.example>")


def smtp_unknown_recipient():
    _mail(_smtp(), recipient="<nobody@example.com>")


def smtp_sender_without_domain():
    _mail(_smtp(), sender="<ben@elsewhere>")


def smtp_invalid_helo():
    _mail(_smtp(helo="EHLO -x-..y"))


def smtp_short_helo():
    _mail(_smtp(helo="EHLO friend"))


def smtp_no_helo():
    talk = _Talk(SMTP)
    talk.hear(*_REPLY)
    _mail(talk)


def smtp_vrfy():
    talk = _smtp()
    talk.ask("VRFY anna", *_REPLY)
    talk.ask("QUIT", *_REPLY)


def smtp_too_many_errors():
    talk = _smtp()
    for _ in range(30):
        if not talk.ask("NONSENSE", *_REPLY):
            break


def smtp_pipelining():
    talk = _Talk(SMTP)
    talk.hear(*_REPLY)
    talk.send("HELO client.example\r\nMAIL FROM:<ben@elsewhere.example>\r\nRCPT TO:<anna@example.com>\r\nQUIT")
    talk.hear("221 ")


def smtp_http():
    _smtp(helo="GET / HTTP/1.0").hear("221 ")


def smtp_talks_first():
    talk = _Talk(SMTP)
    talk.ask("EHLO client.example", *_REPLY)  # what came too early is thrown away
    talk.ask("EHLO client.example", *_REPLY)
    _mail(talk)


def smtp_hangup_before_greeting():
    _Talk(SMTP)


def smtp_hangup_in_data():
    talk = _smtp()
    for text in ("MAIL FROM:<ben@elsewhere.example>", "RCPT TO:<anna@example.com>", "DATA"):
        talk.ask(text, *_REPLY)
    talk.send("Subject: half")


def smtp_hangup_after_rcpt():
    talk = _smtp()
    for text in ("MAIL FROM:<ben@elsewhere.example>", "RCPT TO:<anna@example.com>"):
        talk.ask(text, *_REPLY)


KINDS = [name for name, value in list(globals().items()) if inspect.isfunction(value) and not name.startswith("_")]

if __name__ == "__main__":
    if sys.argv[1] == "--list":
        print("\n".join(KINDS))
    else:
        kind, _Talk.server, _Talk.source = sys.argv[1:]
        try:
            globals()[kind]()
        except ConnectionError:  # the server has had enough
            pass
