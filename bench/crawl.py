"""Feeds polled a second, memory and fairness, on a farm of loopback hosts.

::

    python bench/crawl.py --feeds 10000 --hosts 500

The farm is a process of its own: hosts on 127.0.0.0/8, a robots.txt each, feeds of --items items of the size that papers send, gzip,
ETag and 304. The crawler is the product with its shipped settings (a second between two requests to a host unless --delay says
otherwise) and 10,000 sources in memory whatever --feeds says. Four rounds: full (every feed new), steady (one in twenty has changed),
steady with slow hosts (one in fifty answers after --slow seconds), and full and steady through the recipe and the store. Printed are
seconds on the clock and of the processor of this process, its children and the farm, the most memory held, and, as the farm saw
it, the most requests at once and the least pause at any one host.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import multiprocessing
import os
import resource
import tempfile
import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from monitor.crawl.fetch import Web
from monitor.crawl.visit import visit_all
from monitor.records import Source, Visit

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
STORED = 1_000  # feeds that are taken through the store: a full round of more is a benchmark of the store
CHANGED, SLOW = 20, 50  # one feed in so many has changed in a steady round; one host in so many is slow
WORDS = [
    "chính",
    "sách",
    "bảo",
    "hiểm",
    "xã",
    "hội",
    "người",
    "lao",
    "động",
    "hưởng",
    "chế",
    "độ",
    "lương",
    "hưu",
    "theo",
    "quy",
    "định",
    "mới",
    "từ",
    "tháng",
    "sau",
    "cơ",
    "quan",
    "hướng",
    "dẫn",
    "thủ",
    "tục",
]


class Farm:
    """The hosts, in their own process: what they answer, and what they saw."""

    def __init__(self, hosts: int, feeds: int, items: int):
        self.hosts, self.feeds, self.items = hosts, feeds, items
        self.round, self.slow = 0, 0.0
        self.seen: dict[int, list[float]] = defaultdict(list)
        self.open: dict[int, int] = defaultdict(int)
        self.crowd, self.pause, self.answers = 0, 1e9, defaultdict(int)

    def version(self, number: int) -> int:
        """Which of its versions a feed shows in this round."""
        return sum((number + turn) % CHANGED == 0 for turn in range(1, self.round + 1))

    def feed(self, number: int) -> bytes:
        """A feed's bytes, gzip."""
        rows = []
        for item in range(self.items):
            old = item - self.version(number)
            name = f"{number}-{old}"
            words = " ".join(WORDS[(number + old + at) % len(WORDS)] for at in range(70))
            date = format_datetime(NOW - timedelta(minutes=11 * old + number % 60))
            link = f"https://bao{number}.example/tin-{name}.html"
            text = f'<![CDATA[<a href="{link}"><img src="https://anh.example/{name}.jpg"></a></br>{words[:250]}]]>'
            rows.append(
                f"<item><title>{words[250:320]} {name}</title><link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate>"
            )
            rows.append(f"<description>{text}</description></item>")
        head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Báo</title><ttl>15</ttl>'
        return gzip.compress((head + "".join(rows) + "</channel></rss>").encode(), 1)

    async def answer(self, host: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while asked := await reader.readuntil(b"\r\n\r\n"):
                self.begin(host)
                body, more = await self.content(host, asked)
                status = b"304 Not Modified" if more and not body else b"200 OK"
                self.answers[status[:3].decode()] += 1
                self.seen[host] = [time.monotonic()]
                writer.write(b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n" % (status, more, len(body)) + body)
                await writer.drain()
                self.open[host] -= 1
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    def begin(self, host: int) -> None:
        """Note how close a request comes to the one before it."""
        self.open[host] += 1
        self.crowd = max(self.crowd, self.open[host])
        if self.seen[host]:
            self.pause = min(self.pause, time.monotonic() - self.seen[host][0])

    async def content(self, host: int, asked: bytes) -> tuple[bytes, bytes]:
        """The body and the headers of an answer; headers and no body for what has not changed."""
        path = asked.split(b" ", 2)[1]
        if path == b"/robots.txt":
            return b"User-agent: *\nAllow: /\n", b""
        if self.slow and host % SLOW == 0:
            await asyncio.sleep(self.slow)
        number = int(path.strip(b"/"))
        tag = b'"%d-%d"' % (number, self.version(number))
        more = b"Content-Type: application/rss+xml\r\nContent-Encoding: gzip\r\nETag: %s\r\n" % tag
        return (b"", more) if tag in asked else (self.feed(number), more)

    async def serve(self, control: Connection) -> None:
        """Serve until told to end."""
        port = 0
        for host in range(self.hosts):
            made = await asyncio.start_server(
                lambda reader, writer, host=host: self.answer(host, reader, writer), address(host), port, backlog=64
            )
            port = port or made.sockets[0].getsockname()[1]
        control.send(port)
        loop = asyncio.get_running_loop()
        while said := await loop.run_in_executor(None, control.recv):
            self.round, self.slow = said
            control.send((self.crowd, self.pause, dict(self.answers), time.process_time()))
            self.crowd, self.pause, self.answers = 0, 1e9, defaultdict(int)


def address(host: int) -> str:
    """The address of a host."""
    return f"127.1.{host // 250}.{host % 250 + 1}"


def run_farm(control: Connection, hosts: int, feeds: int, items: int) -> None:
    """The program of the farm's process."""
    asyncio.run(Farm(hosts, feeds, items).serve(control))


class Memory(threading.Thread):
    """The most memory that this process and its children have held together, in bytes, looked at ten times a second.

    Proportional set size: what processes share counts once.
    """

    def __init__(self, but: int):
        super().__init__(daemon=True)
        self.most, self.own, self._but, self._page = 0, 0, str(but), os.sysconf("SC_PAGE_SIZE")

    def run(self) -> None:
        """Look, again and again."""
        while True:
            own = held(os.getpid())
            children = [pid for task in Path("/proc/self/task").iterdir() for pid in read(task / "children").split()]
            self.own = max(self.own, own)
            self.most = max(self.most, own + sum(held(int(pid)) for pid in children if pid != self._but))
            time.sleep(0.1)


def read(path: Path) -> str:
    """A file of /proc, "" where it has gone."""
    try:
        return path.read_text()
    except OSError:
        return ""


def held(pid: int) -> int:
    """The bytes that a process holds."""
    lines = read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def spent() -> float:
    """Seconds of processor of this process and of the children that have ended."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)


def main() -> None:
    """Run the rounds and print what they cost."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    for name, kind, default in (("feeds", int, 1_000), ("hosts", int, 100), ("items", int, 50), ("threads", int, 8)):
        options.add_argument(f"--{name}", type=kind, default=default)
    options.add_argument("--delay", type=float, default=1.0)
    options.add_argument("--slow", type=float, default=5.0)
    said = options.parse_args()
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    farm = context.Process(target=run_farm, args=(theirs, said.hosts, said.feeds, said.items), daemon=True)
    farm.start()
    port, memory = ours.recv(), Memory(farm.pid or 0)
    memory.start()
    sources = [source(number, said.hosts, port) for number in range(max(said.feeds, 10_000))]
    bench = Bench(said, sources, ours)
    visits = bench.round("full", {}, turn=0, slow=0.0)
    visits = bench.round("steady", visits, turn=1, slow=0.0)
    visits = bench.round("steady, slow hosts", visits, turn=2, slow=said.slow)
    bench.recipe(turn=3)
    print(
        f"memory: {memory.most / 1e6:.0f} MB at most with the children, {memory.own / 1e6:.0f} MB without; {len(sources):,} sources"
    )
    ours.send(None)


def source(number: int, hosts: int, port: int) -> Source:
    """One source of the farm."""
    return Source(id=f"bao{number}/home", url=f"http://{address(number % hosts)}:{port}/{number}", outlet=f"Báo {number}")


class Bench:
    """The rounds of one farm."""

    def __init__(self, said: argparse.Namespace, sources: list[Source], control: Connection):
        self.said, self.sources, self.control, self.turn = said, sources[: said.feeds], control, 0
        self.turns = str(Path(tempfile.mkdtemp(prefix="bench-"), "turns"))

    def round(self, name: str, visits: dict[str, Visit], *, turn: int, slow: float) -> dict[str, Visit]:
        """The visits that a round made; prints what it cost."""
        before, found, ends = self.tell(turn, slow)[3], {}, []
        begun, used = time.monotonic(), spent()
        settings: dict[str, Any] = {"allow": ("127.0.0.0/8",), "delay": self.said.delay, "turns": self.turns}
        with Web(**settings) as web:
            for reading in visit_all(web, self.sources, visits, now=NOW, threads=self.said.threads, backoff=3600.0):
                found[reading.source.id] = reading.visit
                ends.append((time.monotonic() - begun, reading.source.url))
        outcomes = [visit.outcome for visit in found.values()]
        self.report(
            name, begun, used, before=before, told=", ".join(f"{one} {outcomes.count(one):,}" for one in sorted(set(outcomes)))
        )
        if slow:
            late = {address(host) for host in range(0, self.said.hosts, SLOW)}
            quick = sorted(at for at, url in ends if url.split("/")[2].split(":")[0] not in late)
            print(f"  hosts that are not slow: half done after {quick[len(quick) // 2]:.1f} s, all after {quick[-1]:.1f} s")
        return found

    def recipe(self, *, turn: int) -> None:
        """A full and a steady round through the recipe `crawl` and an SQLite store, of STORED feeds at most; prints what they cost."""
        from monitor import config, runner
        from monitor.desk import Desk

        self.sources = self.sources[:STORED]
        with tempfile.TemporaryDirectory() as folder:
            rows = [{"id": one.id, "url": one.url, "outlet": one.outlet} for one in self.sources]
            settings = {
                "store": {"url": f"sqlite:///{folder}/monitor.db"}, "sources": rows, "more_sources": [],
                "web": {"allow": ["127.0.0.0/8"], "delay": f"{max(round(self.said.delay), 0)}s", "threads": self.said.threads},
                "crawl": {"pages": "none", "evidence": "none"},
            }  # fmt: skip
            Path(folder, "monitor.yaml").write_text(json.dumps(settings), encoding="utf-8")
            for name, round_ in (("recipe, full", turn), ("recipe, steady", turn + 1)):
                at = NOW + timedelta(days=round_)
                with Desk(config.load(Path(folder, "monitor.yaml")), at=at) as desk:
                    before, begun, used = self.tell(round_, 0.0)[3], time.monotonic(), spent()
                    counts = runner.run("crawl", desk).counts
                told = ", ".join(f"{what} {count:,}" for what, count in counts.items() if count)
                self.report(name, begun, used, before=before, told=told)

    def tell(self, turn: int, slow: float) -> Any:
        """What the farm saw since the last time; it goes on with this round."""
        self.turn = turn
        self.control.send((turn, slow))
        return self.control.recv()

    def report(self, name: str, begun: float, used: float, *, before: float, told: str) -> None:
        """Print a round."""
        count, seconds, processor = len(self.sources), time.monotonic() - begun, spent() - used
        crowd, pause, answers, farm = self.tell(self.turn, 0.0)
        print(
            f"{name}: {count:,} feeds in {seconds:.1f} s, {count / seconds:.1f} a second; {count / processor:.0f} a second of processor"
        )
        print(f"  processor {processor:.1f} s, the farm's {farm - before:.1f} s; {told}; answers {answers}")
        print(f"  at one host at most {crowd} at once, {pause:.3f} s apart at least", flush=True)


if __name__ == "__main__":
    main()
