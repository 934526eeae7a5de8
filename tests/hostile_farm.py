"""A farm of hostile servers on 127.0.0.0/8 with good ones among them, and a crawl of it in a process of its own.

Started as a program it crawls the addresses of a JSON document on stdin and prints what came of each, and what it cost.
"""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

Serve = Callable[[socket.socket], None]
AT = datetime(2025, 11, 20, tzinfo=UTC)
HOSTS = 24
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n"
FEED_TIME, FEED_SIZE = 5.0, 10_485_760
THREADS = 8
GIGABYTES = 10  # of a bomb, were it unpacked


def held() -> int:
    """The most bytes of memory that this program has held; ru_maxrss would begin with what its parent held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def plain(body: bytes, *, encoding: str = "", status: bytes = b"200 OK", more: bytes = b"") -> Serve:
    """An answer with a body."""
    head = HEAD.replace(b"200 OK", status) + (b"Content-Encoding: %s\r\n" % encoding.encode() if encoding else b"") + more
    return lambda connection: connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def raw(*parts: bytes, ever: bytes = b"", pause: float = 0.0) -> Serve:
    """These bytes, and then ``ever`` again and again."""

    def serve(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)
        while ever:
            connection.sendall(ever)
            time.sleep(pause)

    return serve


def bomb(kind: str, filling: bytes) -> Serve:
    """GIGABYTES of ``filling`` as gzip: one member whose blocks come again and again, or as many members."""
    whole = (filling * (1 << 20))[: 1 << 20]
    times = GIGABYTES * 1024
    if kind == "members":
        start, block, end = b"", gzip.compress(whole), b""
    else:
        packer = zlib.compressobj(9, wbits=31)
        start = packer.compress(b"<rss>") + packer.flush(zlib.Z_FULL_FLUSH)
        block, end = packer.compress(whole) + packer.flush(zlib.Z_FULL_FLUSH), b""

    def serve(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"Content-Encoding: gzip\r\n\r\n" + start)
        for _ in range(times):
            connection.sendall(block)
        connection.sendall(end)

    return serve


def wires() -> Iterator[tuple[str, Serve]]:
    """Answers that are hostile below their bytes, by name."""
    feed = b"<rss><channel><item><title>Tin</title><link>https://bao.example/1</link></item></channel></rss>"
    packed = gzip.compress(feed)
    for filling in (b"\0", b" ", b"<item>", b"<!-- -->"):
        for kind in ("members", "blocks"):
            yield f"a bomb of {GIGABYTES} GB of {filling!r} in {kind}", bomb(kind, filling)
    for encoding in (
        "br",
        "zstd",
        "deflate",
        "compress",
        "gzip, gzip",
        "gzip,br",
        "identity, gzip",
        "x",
        "gzip\t",
        "GZIP, x-gzip",
    ):
        for body in (packed, feed, b"\x1b" + bytes(2_000), gzip.compress(packed)):
            yield f"{encoding!r} sent though not asked for, {len(body)} bytes", plain(body, encoding=encoding)
    yield "gzip in gzip", plain(gzip.compress(packed), encoding="gzip")
    yield "gzip that breaks off", plain(packed[:-5], encoding="gzip")
    yield "gzip that is none", plain(feed, encoding="gzip")
    yield "gzip with a tail", plain(packed + b"tail" * 1_000, encoding="gzip")
    for part in (b"x", b"<item>", b"\0", b"<item><title>a</title><link>https://bao.example/1</link></item>"):
        yield f"an endless body of {part!r}", raw(HEAD + b"\r\n<rss><channel>", ever=part * (60_000 // len(part)))
        chunk = part * (4_096 // len(part))
        yield (
            f"endless chunks of {part!r}",
            raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", ever=b"%x\r\n%s\r\n" % (len(chunk), chunk)),
        )
        yield f"a trickle of {part!r}", raw(HEAD + b"Content-Length: 9000\r\n\r\n", ever=part[:1], pause=0.1)
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    endless = {
        "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
        "hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" * 500),
        "headers": (HEAD, b"X-A: b\r\n" * 2_000),
        "one header": (HEAD + b"X-A: ", b"b" * 60_000),
        "a status line": (b"HTTP/1.1 200 ", b"O" * 60_000),
        "chunk marks": (chunked + b"1;", b"x" * 60_000),
        "the body of a redirect": (b"HTTP/1.1 302 Found\r\nLocation: /0\r\n\r\n", b"x" * 60_000),
        "the body of an error": (b"HTTP/1.1 503 Out\r\n\r\n", b"x" * 60_000),
        "trailers": (chunked + b"0\r\n", b"A: b\r\n" * 900),
    }
    for name, (start, ever) in endless.items():
        yield f"endless {name}", raw(start, ever=ever)
        yield f"a drip of {name}", raw(start, ever=ever[:1], pause=0.1)
    private, named = (
        (b"http://10.0.0.1/", b"http://169.254.169.254/", b"//[::1]/"),
        (b"http://u:p@127.0.0.1/", b"gopher://127.0.0.1/"),
    )
    for status in (b"301 Moved", b"302 Found", b"303 See", b"307 Temporary", b"308 Permanent"):
        for target in (
            *private,
            *named,
            b"",
            b"?",
            b"//[::1",
            b"file:///etc/passwd",
            b"javascript:alert(1)",
            b"\xff\xfe",
            b"x" * 9_000,
        ):
            yield f"{status!r} to {target[:40]!r}", plain(b"", status=status, more=b"Location: " + target + b"\r\n")
    broken = (
        b"", b"\0" * 99, b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 99999 OK\r\n\r\n", b"HTTP/1.1 200\r\nContent-Length: 1e9\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n", HEAD + b"Content-Length: 99999999999\r\n\r\nx", b"220 smtp\r\n",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx", chunked + b"ffffffffffffffff\r\nx", b"\x16\x03\x01\x02\x00",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    )  # fmt: skip
    for answer in broken:
        yield f"a protocol of its own, {answer[-24:]!r}", raw(answer)


def loop(where: str) -> Serve:
    """A redirect to another place of the farm, every time another one: a flood, or to itself: a loop."""
    number = iter(range(10**6))
    return lambda connection: plain(b"", status=b"302 Found", more=f"Location: {where}?{next(number)}\r\n".encode())(connection)


@contextmanager
def farm(answers: list[Serve]) -> Iterator[list[str]]:
    """The addresses of these answers, each at one of HOSTS hosts."""
    listening = [socket.create_server((f"127.0.0.{number + 2}", 0), backlog=64) for number in range(HOSTS)]

    def talk(connection: socket.socket) -> None:
        with connection:
            try:
                connection.settimeout(30)
                asked = connection.recv(65_536).split(b" ", 2)
                answers[int(asked[1].strip(b"/").partition(b"?")[0])](connection)
            except (OSError, ValueError, IndexError):
                pass

    def listen(where: socket.socket) -> None:
        while True:
            try:
                connection, _ = where.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    for one in listening:
        threading.Thread(target=listen, args=(one,), daemon=True).start()
    names = [one.getsockname() for one in listening]
    try:
        yield [f"http://{names[number % HOSTS][0]}:{names[number % HOSTS][1]}/{number}" for number in range(len(answers))]
    finally:
        for one in listening:
            one.close()


def crawl(urls: list[str], **said: object) -> dict[str, object]:
    """What came of a crawl of these addresses in a process of its own: outcomes, problems, seconds, titles, memory."""
    paths = [str(Path(__file__).parent), *sys.path]
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}; import hostile_farm; hostile_farm.main()"]
    ran = subprocess.run(
        command, input=json.dumps({"urls": urls, **said}), capture_output=True, text=True, check=False, timeout=600
    )
    assert ran.returncode == 0, ran.stderr[-2_000:]
    return json.loads(ran.stdout)


def main() -> None:
    """Crawl what stands on stdin, and print what came of it."""
    from monitor.crawl.fetch import Web
    from monitor.crawl.visit import visit, visit_all
    from monitor.records import Source

    said = json.load(sys.stdin)
    sources = [Source(id=f"farm/{number}", url=url, outlet="Báo") for number, url in enumerate(said["urls"])]
    settings = {"allow": ("127.0.0.0/8",), "delay": 0.0, "robots": False, "feed_time": FEED_TIME, "feed_size": FEED_SIZE}
    with Web(**settings) as web:
        visit(web, sources[said["good"]], None, now=AT, backoff=60.0)  # what is imported once is no cost of an input
        before, begun, found = held(), time.monotonic(), {}
        for reading in visit_all(web, sources, {}, now=AT, threads=said.get("threads", THREADS), backoff=60.0):
            seen = reading.visit
            found[seen.source] = [
                seen.outcome,
                seen.problem,
                [entry.title for entry in reading.entries][:3],
                len(reading.entries),
            ]
        grown = held() - before
        aside = [one.reason for one in web.children.take_aside()]
    print(
        json.dumps({"found": found, "grown": grown, "peak": before + grown, "aside": aside, "seconds": time.monotonic() - begun})
    )
