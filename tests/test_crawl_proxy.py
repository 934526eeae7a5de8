"""An office behind a proxy: everything goes through it, private names are refused all the same, and its certificates are believed."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor import config
from monitor.crawl.answer import Settings
from monitor.crawl.fetch import Web
from monitor.errors import AddressRefused, ConfigError, FetchError

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nConnection: close\r\n\r\nproxy"
NAME = "bao.example"  # known to no name service: what the proxy alone can look up


@contextmanager
def proxy(certificate: Path | None = None) -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that answers everything itself, also inside CONNECT, where it shows the certificate; its address and what was asked."""
    listening, asked = socket.create_server(("127.0.0.1", 0)), []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if certificate:
        context.load_cert_chain(certificate)

    def talk(connection: socket.socket) -> None:
        with connection:
            try:
                asked.append(connection.recv(65536))
                if asked[-1].startswith(b"CONNECT"):
                    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    with context.wrap_socket(connection, server_side=True) as inner:
                        asked.append(inner.recv(65536))
                        inner.sendall(ANSWER)
                else:
                    connection.sendall(ANSWER)
            except OSError:
                pass

    def listen() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", asked
    finally:
        listening.close()


def web(**settings: object) -> Web:
    return Web(delay=0, robots=False, children=0, **settings)


def ask(url: str, **settings: object) -> bytes:
    with web(**settings) as opened:
        return opened.get(url, limit=1_000, seconds=5).body


@pytest.fixture(autouse=True)
def unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def look(host: str, *more: object, **options: object) -> list[tuple[object, ...]]:
        if host == NAME:
            raise socket.gaierror("no such host")
        return real(host, *more, **options)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(socket, "getaddrinfo", look)


def test_a_name_that_only_the_proxy_knows_is_asked_for_through_it() -> None:
    with proxy() as (address, asked):
        assert ask(f"http://{NAME}/rss", proxy=address) == b"proxy"
    assert asked[0].startswith(f"GET http://{NAME}/rss HTTP/1.1\r\n".encode())
    with pytest.raises(FetchError, match="there is no host"):  # the control: without it nothing is reached
        ask(f"http://{NAME}/rss")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]"]
)
def test_a_private_address_is_refused_before_the_proxy_is_asked(host: str) -> None:
    with proxy() as (address, asked):
        for scheme in ("http", "https"):
            with pytest.raises(AddressRefused):
                ask(f"{scheme}://{host}/rss", proxy=address)
        assert asked == []
        assert ask("http://127.0.0.1:9/rss", proxy=address, allow=("127.0.0.1",)) == b"proxy"  # the control


def test_a_redirect_to_a_private_address_is_refused_behind_a_proxy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        globals(), "ANSWER", b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
    with proxy() as (address, asked), pytest.raises(AddressRefused):
        ask(f"http://{NAME}/rss", proxy=address)
    assert len(asked) == 1


def test_a_name_and_password_for_the_proxy_come_from_the_environment_and_stand_in_no_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with proxy() as (address, asked):
        monkeypatch.setenv("MONITOR_PROXY", address.replace("//", "//an:b%C3%AD-m%E1%BA%ADt@"))
        settings = Settings.of(config.load())
        assert ask(f"http://{NAME}/rss", proxy=settings.proxy) == b"proxy"
    assert b"Proxy-Authorization: Basic " in asked[0]
    with pytest.raises(FetchError) as caught:
        ask(f"http://{NAME}/rss", proxy="http://an:mat-khau@127.0.0.1:9")
    assert "mat-khau" not in str(caught.value)
    with pytest.raises(ConfigError) as wrong:
        web(proxy="ftp://an:mat-khau@x")
    assert "mat-khau" not in str(wrong.value)


@pytest.mark.parametrize(
    "text", ["proxy.example", "proxy.example:3128", "socks5://x:1", "http://", "http://x:y", "http://[", "http://x:1/path"]
)
def test_what_is_no_proxy_is_told_at_once(text: str) -> None:
    with pytest.raises(ConfigError, match=r"web\.proxy"):
        web(proxy=text)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("pki")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=office",
        "-addext",
        f"subjectAltName=DNS:{NAME}",
    ]
    subprocess.run([*made, "-keyout", folder / "key", "-out", folder / "cert"], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key").read_bytes() + (folder / "cert").read_bytes())
    return both


def test_a_proxy_that_opens_tls_is_believed_only_with_the_certificate_of_the_office(certificate: Path) -> None:
    authority = str(certificate.with_name("cert"))
    with proxy(certificate) as (address, asked):
        with pytest.raises(FetchError, match="certificate"):
            ask(f"https://{NAME}/rss", proxy=address)
        assert ask(f"https://{NAME}/rss", proxy=address, certificates=authority) == b"proxy"
        with pytest.raises(FetchError, match="certificate"):  # and for its own name only
            ask("https://khac.example/rss", proxy=address, certificates=authority)
    assert asked[0].startswith(f"CONNECT {NAME}:443 ".encode())


def test_a_file_that_holds_no_certificates_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    for path in (empty, tmp_path / "none.pem"):
        with pytest.raises(ConfigError, match=r"web\.certificates"):
            ask(f"https://{NAME}/rss", certificates=str(path))
