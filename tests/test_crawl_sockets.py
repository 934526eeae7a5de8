"""Hostile servers on real sockets: each ends within its limits, and the control without the guard does not."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from monitor.crawl import body as body_module
from monitor.crawl.fetch import Web
from monitor.errors import AddressRefused, FetchError, TooLarge, TooSlow

Serve = Callable[[socket.socket], None]
SECONDS, LIMIT = 0.4, 100_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


@contextmanager
def server(*answers: Serve) -> Iterator[tuple[str, list[bytes]]]:
    """A server whose first connection gets the first answer, and so on, the last one ever after; its URL and what was asked."""
    listening = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def talk(connection: socket.socket, answer: Serve) -> None:
        with connection:
            try:
                asked.append(connection.recv(65536))
                answer(connection)
            except OSError:
                pass

    def listen() -> None:
        number = 0
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            answer = answers[min(number, len(answers) - 1)]
            number += 1
            threading.Thread(target=talk, args=(connection, answer), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/rss", asked
    finally:
        listening.close()


def says(*parts: bytes, pause: float = 0.0, ever: bytes = b"") -> Serve:
    """An answer of these parts, and then ``ever`` again and again."""

    def answer(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        while ever:
            connection.sendall(ever)
            time.sleep(pause)

    return answer


def ask(url: str, *, limit: int = LIMIT, seconds: float = SECONDS, allow: tuple[str, ...] = ("127.0.0.1",)) -> bytes:
    with Web(allow=allow, delay=0, robots=False) as web:
        return web.get(url, limit=limit, seconds=seconds).body


def test_a_plain_answer_comes_through() -> None:
    with server(says(HEAD + b"Content-Length: 2\r\n\r\nok")) as (url, asked):
        assert ask(url) == b"ok"
    assert b"\r\nAccept-Encoding: gzip\r\n" in asked[0]


@pytest.mark.parametrize(
    ("name", "serve"),
    [
        ("a server that says nothing", lambda connection: time.sleep(3)),
        ("a drip of the status line", says(pause=0.05, ever=b"H")),
        ("a drip of headers", says(HEAD, pause=0.05, ever=b"X-A: b\r\n")),
        ("a drip of the body", says(HEAD + b"Content-Length: 90000\r\n\r\n", pause=0.05, ever=b"x")),
        ("a drip of chunks", says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", pause=0.05, ever=b"1\r\nx\r\n")),
        ("a drip of interim answers", says(pause=0.01, ever=b"HTTP/1.1 103 Early Hints\r\n\r\n")),
        (
            "a drip of empty gzip",
            says(HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n", pause=0.05, ever=b"1\r\n\x1f\r\n"),
        ),
        ("a drip before a redirect", says(b"HTTP/1.1 302 Found\r\nLocation: /rss\r\n", pause=0.05, ever=b"X-A: b\r\n")),
    ],
)
def test_a_slow_server_ends_at_the_deadline(name: str, serve: Serve) -> None:
    begun = time.monotonic()
    with server(serve) as (url, _), pytest.raises(FetchError) as caught:
        ask(url)
    took = time.monotonic() - begun
    assert took < SECONDS + 1, name
    assert isinstance(caught.value, TooSlow) or "gzip" in name, name
    assert took >= SECONDS * 0.9 or "gzip" in name, name


def test_a_chain_of_slow_redirects_has_one_deadline_in_all() -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.25)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /rss\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    begun = time.monotonic()
    with server(slow) as (url, asked), pytest.raises(TooSlow):
        ask(url, seconds=0.6)
    assert time.monotonic() - begun < 1
    assert len(asked) <= 3


@pytest.mark.parametrize(
    ("name", "serve"),
    [
        ("interim answers", says(ever=b"HTTP/1.1 100 Continue\r\n\r\n" * 2000)),
        ("headers", says(HEAD, ever=b"X-A: " + b"b" * 60_000 + b"\r\n")),
        ("a header without end", says(HEAD + b"X-A: ", ever=b"b" * 60_000)),
        ("a body", says(HEAD + b"\r\n", ever=b"x" * 60_000)),
        ("chunks", says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", ever=b"ea60\r\n" + b"x" * 60_000 + b"\r\n")),
        ("chunk marks", says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", ever=(b"1;" + b"x" * 15_000 + b"\r\nx\r\n") * 4)),
        ("the body of a redirect", says(b"HTTP/1.1 302 Found\r\nLocation: /rss\r\n\r\n", ever=b"x" * 60_000)),
        ("the body of an error", says(b"HTTP/1.1 503 Out\r\n\r\n", ever=b"x" * 60_000)),
    ],
)
def test_an_endless_answer_ends_and_is_not_kept(name: str, serve: Serve) -> None:
    tracemalloc.start()
    try:
        with server(serve) as (url, _), pytest.raises(FetchError):
            ask(url, seconds=1)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000, name
    finally:
        tracemalloc.stop()


def bomb(limit: int, url: str) -> int:
    """The most memory that was held while a bomb was read, in bytes."""
    tracemalloc.start()
    try:
        ask(url, limit=limit, seconds=2.5)
    except FetchError:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


def test_a_gzip_bomb_stops_at_the_limit_and_without_one_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(bytes(40_000_000))
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with server(says(head, packed)) as (url, _):
        with pytest.raises(TooLarge):
            ask(url, seconds=1)
        assert bomb(LIMIT, url) < 2_000_000
        monkeypatch.setattr(body_module, "STEP", 1 << 30)
        assert bomb(1 << 30, url) > 20_000_000


def test_a_redirect_to_a_private_address_is_refused_and_never_connected_to() -> None:
    with server(says(HEAD + b"Content-Length: 6\r\n\r\nsecret")) as (inner, inner_asked):
        target = inner.replace("127.0.0.1", "127.0.0.2").encode()
        with (
            server(says(b"HTTP/1.1 302 Found\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n")) as (url, _),
            pytest.raises(AddressRefused),
        ):
            ask(url)
        assert inner_asked == []
        with server(says(b"HTTP/1.1 302 Found\r\nLocation: " + inner.encode() + b"\r\nContent-Length: 0\r\n\r\n")) as (url, _):
            assert ask(url) == b"secret"  # the control: what is allowed is reached


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0"])
def test_a_loopback_address_in_any_form_is_refused_and_never_connected_to(host: str) -> None:
    with server(says(HEAD + b"Content-Length: 2\r\n\r\nok")) as (url, asked):
        with pytest.raises(FetchError) as caught:
            ask(url.replace("127.0.0.1", host), allow=())
        assert isinstance(caught.value, AddressRefused), host
        assert asked == []


def test_a_name_that_turns_private_after_a_check_is_refused_at_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    real, answers = socket.getaddrinfo, iter(["8.8.8.8"])

    def turning(host: str, port: int, *more: object, **options: object) -> list[tuple[object, ...]]:
        if host != "doi.example":
            return real(host, port, *more, **options)  # type: ignore[arg-type, return-value]
        return [(2, 1, 6, "", (next(answers, "127.0.0.1"), port))]

    monkeypatch.setattr(socket, "getaddrinfo", turning)
    with server(says(HEAD + b"Content-Length: 2\r\n\r\nok")) as (url, asked):
        socket.getaddrinfo("doi.example", 80)  # a check beforehand sees a public address
        with pytest.raises(AddressRefused):
            ask(url.replace("127.0.0.1", "doi.example"), allow=())
        assert asked == []


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(says(HEAD + b"Content-Length: 5\r\n\r\nproxy")) as (proxy, asked):
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        with server(says(HEAD + b"Content-Length: 2\r\n\r\nok")) as (url, _):
            assert ask(url) == b"ok"
        assert asked == []


def test_a_connection_is_used_again() -> None:
    def twice(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"Content-Length: 1\r\n\r\n1")
        connection.recv(65536)
        connection.sendall(HEAD + b"Content-Length: 1\r\n\r\n2")

    with (
        server(twice, says(HEAD + b"Content-Length: 1\r\n\r\n3")) as (url, _),
        Web(allow=["127.0.0.1"], delay=0, robots=False) as web,
    ):
        assert [web.get(url, limit=10, seconds=1).body for _ in range(2)] == [b"1", b"2"]


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x00" * 50, b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nkurz", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nX\r\n\r\n", b"HTTP/1.1 101 Switching\r\n\r\n",
     b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe://\r\n\r\n", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 200 OK\r\n a: b\r\n\r\n"],
)  # fmt: skip
def test_a_server_that_breaks_the_protocol_is_an_error_of_ours(answer: bytes) -> None:
    with server(says(answer)) as (url, _), pytest.raises(FetchError):
        ask(url)


def test_plain_http_behind_https_is_an_error_of_ours() -> None:
    with server(says(HEAD + b"Content-Length: 2\r\n\r\nok")) as (url, _), pytest.raises(FetchError):
        ask(url.replace("http:", "https:"))


def test_a_tls_handshake_that_never_ends_ends_at_the_deadline() -> None:
    begun = time.monotonic()
    with server(says(pause=0.05, ever=b"\x16")) as (url, _), pytest.raises(FetchError):
        ask(url.replace("http:", "https:"))
    assert time.monotonic() - begun < SECONDS + 1
