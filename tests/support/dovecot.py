"""A private dovecot: a real IMAP server on ports of its own, with one mailbox, for the tests of ``xlcheck fetch``."""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER = "js@example.cn"
PASSWORD = "right-secret"  # noqa: S105 - of a server that lives for a test

_CONFIG = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
mail_location = maildir:{base}/mail/%u
ssl = yes
ssl_cert = <{base}/cert.pem
ssl_key = <{base}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {mail_user}
mail_gid = {mail_group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Server(NamedTuple):
    """A running server. ``certificate`` is the file that vouches for it (its name is ``localhost``)."""

    plain: int
    secure: int
    certificate: Path

    def box(self) -> imaplib.IMAP4:
        """Our own connection, for putting messages in and looking at them."""
        client = imaplib.IMAP4("127.0.0.1", self.plain, timeout=10)
        client.login(USER, PASSWORD)
        return client

    def append(self, message: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        client = self.box()
        when = imaplib.Time2Internaldate(at or datetime.now(UTC))
        status, said = client.append(folder, "", when, message)
        assert status == "OK", said
        client.logout()

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """The flags of every message, as another program sees them."""
        client = self.box()
        client.select(folder, readonly=True)
        found = client.fetch("1:*", "(FLAGS)")[1]
        client.logout()
        return [f for f in found if isinstance(f, bytes)]


def _ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    found = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return found


def certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate that a unit made for itself: ``cert.pem`` and ``key.pem`` in ``folder``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(day - timedelta(days=1))
        .not_valid_after(day + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem"


@contextmanager
def dovecot() -> Iterator[Server]:
    """A server until the end of the block; the test is skipped where there is none to run."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("no dovecot here (.ci/run installs dovecot-imapd)")
    if not subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.startswith("2.3"):
        pytest.skip("the configuration here is for dovecot 2.3")
    base = Path(tempfile.mkdtemp(prefix="dovecot"))  # short: sockets have short names
    base.chmod(0o755)
    plain, secure = _ports(2)
    root = os.getuid() == 0
    import grp
    import pwd

    own, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    (base / "conf").write_text(
        _CONFIG.format(
            base=base, plain=plain, secure=secure, password=PASSWORD, user="dovecot" if root else own,
            group="dovecot" if root else group, mail_user="mail" if root else own, mail_group="mail" if root else group,
            uid=pwd.getpwnam("mail").pw_uid if root else os.getuid(),
            gid=grp.getgrnam("mail").gr_gid if root else os.getgid(),
        ).replace("default_login_user = dovecot", "default_login_user = dovenull")
    )  # fmt: skip
    found = certificate(base)
    for name in ("run", "state", "mail"):
        (base / name).mkdir()
    (base / "mail").chmod(0o777)
    process = subprocess.Popen([program, "-F", "-c", str(base / "conf")], stderr=subprocess.PIPE, text=True)
    server = Server(plain, secure, found)
    try:
        _until_it_answers(server, process, base)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        shutil.rmtree(base, ignore_errors=True)


def _until_it_answers(server: Server, process: subprocess.Popen[str], base: Path) -> None:
    said = ""
    for _ in range(100):
        if process.poll() is not None:
            break
        try:
            server.box().logout()
        except (OSError, imaplib.IMAP4.error, ssl.SSLError) as error:
            said = str(error)
            time.sleep(0.1)
        else:
            return
    log = (base / "log").read_text(errors="replace")[-1500:] if (base / "log").exists() else ""
    raise RuntimeError(f"dovecot did not answer: {said}\n{log}")
