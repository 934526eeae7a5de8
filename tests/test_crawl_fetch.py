"""The rules by which the web is asked, on a web that lives in memory."""

from __future__ import annotations

import gzip
import itertools
import multiprocessing
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import httpx
import pytest
from fakeweb import FakeWeb
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import load
from monitor.crawl.address import checked, is_public, networks
from monitor.crawl.answer import Settings, retry_after
from monitor.crawl.body import STEP, read_body
from monitor.crawl.fetch import REDIRECTS, Web
from monitor.crawl.pace import Pace
from monitor.crawl.turns import slot_of
from monitor.errors import AddressRefused, BadStatus, Blocked, ConfigError, FetchError, TooLarge, TooSlow

URL = "https://bao.example/rss"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def fake() -> FakeWeb:
    return FakeWeb()


def get(fake: FakeWeb, url: str = URL, *, limit: int = 10_000, seconds: float = 2.0, robots: bool = False, **asked: str):
    with fake.open(robots=robots, now=lambda: NOW) as web:
        return web.get(url, limit=limit, seconds=seconds, **asked)


def test_an_answer_says_what_came_and_where_it_came_from(fake: FakeWeb) -> None:
    fake.put(URL, "xin chào", kind="text/plain")
    found = get(fake)
    assert (found.url, found.final, found.status, found.body) == (URL, URL, 200, "xin chào".encode())
    assert found.headers["content-type"] == found.content_type == "text/plain"
    assert not found.permanent


def test_a_request_names_us_and_wants_gzip_and_carries_no_cookie(fake: FakeWeb) -> None:
    fake.put(URL, "x", Set_Cookie="a=1")
    get(fake)
    get(fake)
    sent = fake.log[-1].headers
    assert sent["user-agent"].startswith("monitor/")
    assert sent["accept-encoding"] == "gzip"
    assert "cookie" not in sent
    assert "authorization" not in sent


def test_an_unchanged_page_is_an_answer_of_304_without_a_body(fake: FakeWeb) -> None:
    fake.put(URL, "x")
    etag = get(fake).headers["etag"]
    found = get(fake, etag=etag)
    assert (found.status, found.body) == (304, b"")


def test_redirects_are_followed_and_told_apart_by_kind(fake: FakeWeb) -> None:
    fake.put("https://moi.example/rss", "x")
    fake.redirect(URL, "https://moi.example/rss", 301)
    assert (get(fake).final, get(fake).permanent) == ("https://moi.example/rss", True)
    fake.redirect(URL, "//moi.example/rss", 302)
    assert (get(fake).final, get(fake).permanent) == ("https://moi.example/rss", False)


def test_a_redirect_loop_ends_after_five(fake: FakeWeb) -> None:
    fake.redirect(URL, URL)
    with pytest.raises(FetchError, match="redirects"):
        get(fake)
    assert fake.asked[URL] == REDIRECTS + 1


@pytest.mark.parametrize(
    "target",
    [
        "http://bao.example/rss",
        "ftp://bao.example/",
        "file:///bi-mat",
        "https://ten:khau@bao.example/",
        "https://[::1",
    ],
)
def test_a_redirect_to_plain_http_to_other_schemes_or_with_a_password_is_refused(fake: FakeWeb, target: str) -> None:
    fake.redirect(URL, target)
    fake.put("http://bao.example/rss", "x")
    with pytest.raises(FetchError):
        get(fake)
    assert len(fake.log) == 1


@pytest.mark.parametrize(
    "url",
    ["", "rss", "ftp://bao.example/", "https://", "https://ten:khau@bao.example/", "http://[", "http://a:b/", "http://\x00/"],
)
def test_an_address_that_is_none_is_an_error_of_ours(fake: FakeWeb, url: str) -> None:
    with pytest.raises(FetchError):
        get(fake, url)
    assert not fake.log


@given(st.text(max_size=60))
def test_any_text_as_an_address_is_an_answer_or_an_error_of_ours(text: str) -> None:
    for url in (text, f"https://{text}", f"https://bao.example/{text}"):
        with pytest.raises(FetchError):
            get(FakeWeb(), url)


@given(st.text(max_size=60))
def test_any_redirect_target_is_an_answer_or_an_error_of_ours(text: str) -> None:
    class Redirecting(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(302, headers=[(b"Location", text.encode())], stream=httpx.ByteStream(b""))

    with Web(transport=Redirecting(), delay=0, robots=False) as web, pytest.raises(FetchError):
        web.get(URL, limit=10, seconds=1)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 429, 500, 503, 300, 304, 999])
def test_any_status_but_success_is_an_error_with_that_status(fake: FakeWeb, status: int) -> None:
    fake.put(URL, "<html><body>không có gì</body></html>", status=status)
    with pytest.raises(BadStatus, match=str(status)) as caught:
        get(fake)
    assert caught.value.status == status


def test_a_challenge_behind_a_403_is_blocked_and_a_plain_403_is_not(fake: FakeWeb) -> None:
    fake.put(URL, "<html><title>Just a moment...</title></html>", status=403)
    with pytest.raises(Blocked) as caught:
        get(fake)
    assert caught.value.status == 403


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 00:02:00 GMT", 120.0),
        ("Sat, 21 Nov 2026 00:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("9" * 40, 604800.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(fake: FakeWeb, header: str, seconds: float | None) -> None:
    fake.put(URL, "", status=503, Retry_After=header)
    with pytest.raises(BadStatus) as caught:
        get(fake)
    assert caught.value.retry_after == seconds


@given(st.text(max_size=80))
def test_any_retry_after_is_seconds_or_none(text: str) -> None:
    seconds = retry_after(text, NOW)
    assert seconds is None or 0 <= seconds <= 604800


def test_a_hanging_server_is_too_slow_and_no_connection_is_a_fetch_error(fake: FakeWeb) -> None:
    fake.fail("bao.example", "hang")
    with pytest.raises(TooSlow):
        get(fake)
    fake.fail("bao.example", "broken")
    with pytest.raises(FetchError, match="no usable answer"):
        get(fake)


def test_a_body_over_the_limit_is_an_error_and_one_at_the_limit_is_not(fake: FakeWeb) -> None:
    fake.put(URL, b"x" * 10_000)
    assert len(get(fake).body) == 10_000
    fake.put(URL, b"x" * 10_001)
    with pytest.raises(TooLarge):
        get(fake)


def test_gzip_is_undone_and_everything_else_is_refused(fake: FakeWeb) -> None:
    body = "bảo hiểm ".encode() * 500
    packed = gzip.compress(body)
    fake.put(URL, packed, Content_Encoding="gzip")
    assert get(fake).body == body
    fake.put(URL, gzip.compress(body[:100]) + gzip.compress(body[100:]), Content_Encoding="GZIP")
    assert get(fake).body == body
    wrong = {"br": packed, "deflate": packed, "zstd": packed, "gzip, gzip": gzip.compress(packed), "gzip,br": packed}
    for encoding, raw in wrong.items():
        fake.put(URL, raw, Content_Encoding=encoding)
        with pytest.raises(FetchError, match="encoded"):
            get(fake)
    for raw, words in (
        (gzip.compress(packed), "gzip within gzip"),
        (packed[:-9], "breaks off"),
        (b"plain", "is not"),
        (packed[:60] + b"?" * 50, "is not"),
    ):
        fake.put(URL, raw, Content_Encoding="gzip")
        with pytest.raises(FetchError, match=words):
            get(fake)


@given(body=st.binary(max_size=3 * STEP), sizes=st.lists(st.integers(1, 5_000), min_size=1, max_size=5))
def test_gzip_in_any_parts_gives_the_same_body(body: bytes, sizes: list[int]) -> None:
    packed = gzip.compress(body)
    parts = [packed[at : at + sizes[0]] for at in range(0, len(packed), sizes[0])]
    if body.startswith(b"\x1f\x8b"):
        return
    assert read_body(parts, url=URL, encoding="gzip", limit=len(body)) == body
    if body:
        with pytest.raises(TooLarge):
            read_body(parts, url=URL, encoding="gzip", limit=len(body) - 1)
        assert read_body(parts, url=URL, encoding="gzip", limit=len(body) - 1, cut=True) == body[:-1]


@given(
    bodies=st.lists(st.binary(min_size=1, max_size=500), min_size=2, max_size=4),
    size=st.integers(1, 600),
    tail=st.sampled_from([b"", b"tail"]),
)
def test_gzip_of_several_members_is_one_body_wherever_its_parts_end(bodies: list[bytes], size: int, tail: bytes) -> None:
    packed, whole = b"".join(map(gzip.compress, bodies)) + tail, b"".join(bodies)
    ends = {len(b"".join(map(gzip.compress, bodies[:count]))) for count in range(1, len(bodies))}
    for cuts in (range(0, len(packed), size), sorted({0, *ends}), sorted({0, *(end + 1 for end in ends)})):
        edges = [*cuts, len(packed)]
        parts = [packed[first:last] for first, last in itertools.pairwise(edges)]
        if not whole.startswith(b"\x1f\x8b"):
            assert read_body(parts, url=URL, encoding="gzip", limit=len(whole) + 10) == whole


def test_robots_txt_is_followed_and_asked_once_a_host(fake: FakeWeb) -> None:
    fake.put(
        "https://bao.example/robots.txt",
        "User-agent: *\nDisallow: /kin\nUser-agent: monitor\nDisallow: /rieng",
        kind="text/plain",
    )
    for path in ("/a", "/kin", "/b"):
        fake.put(f"https://bao.example{path}", "x")
    with fake.open() as web:
        for path in ("/a", "/kin", "/b"):
            assert web.get(f"https://bao.example{path}", limit=10, seconds=1).body == b"x"
        with pytest.raises(Blocked, match=r"robots\.txt forbids"):
            web.get("https://bao.example/rieng/x", limit=10, seconds=1)
    assert fake.asked["https://bao.example/robots.txt"] == 1
    assert fake.asked["https://bao.example/rieng/x"] == 0


def test_robots_txt_is_read_at_every_hop_of_a_redirect(fake: FakeWeb) -> None:
    fake.redirect(URL, "https://khac.example/kin")
    fake.put("https://khac.example/kin", "x")
    fake.put("https://khac.example/robots.txt", "User-agent: *\nDisallow: /")
    with pytest.raises(Blocked):
        get(fake, robots=True)
    assert fake.asked["https://khac.example/kin"] == 0


def test_no_robots_txt_allows_everything_and_a_broken_one_nothing(fake: FakeWeb) -> None:
    fake.put(URL, "x")
    assert get(fake, robots=True).body == b"x"
    fake.fail("https://bao.example/robots.txt", "403")
    assert get(fake, robots=True).body == b"x"
    for how, kind in (("503", BadStatus), ("hang", TooSlow), ("broken", FetchError)):
        fake.fail("https://bao.example/robots.txt", how)
        with pytest.raises(kind, match=r"robots\.txt"):
            get(fake, robots=True)
    assert fake.asked[URL] == 2


def test_a_robots_txt_without_end_is_read_up_to_half_a_megabyte(fake: FakeWeb) -> None:
    fake.put(URL, "x")
    fake.put("https://bao.example/robots.txt", "User-agent: *\nDisallow: /rss\n" + "# chú thích\n" * 200_000)
    with pytest.raises(Blocked):
        get(fake, robots=True)


def test_one_host_is_asked_one_at_a_time_with_a_pause_and_others_meanwhile(fake: FakeWeb) -> None:
    at_once, most, begun = [0], [0], time.monotonic()
    real = fake.handle_request

    def slow(request: httpx.Request) -> httpx.Response:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.02)
        at_once[0] -= 1
        return real(request)

    fake.handle_request = slow  # type: ignore[method-assign]
    fake.put(URL, "x")
    with fake.open(delay=0.1, robots=False) as web:
        threads = [threading.Thread(target=web.get, args=(URL,), kwargs={"limit": 10, "seconds": 1}) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == [1]
    assert fake.asked[URL] == 4
    assert time.monotonic() - begun >= 0.3 + 4 * 0.02


def test_the_wait_for_a_turn_does_not_count_against_the_time_of_a_request(fake: FakeWeb) -> None:
    fake.put(URL, "x")
    with fake.open(delay=0.3, robots=False) as web:
        for _ in range(2):
            assert web.get(URL, limit=10, seconds=0.2).body == b"x"


def test_a_site_that_asks_for_a_pause_gets_it(fake: FakeWeb) -> None:
    fake.put(URL, "x")
    fake.put("https://bao.example/robots.txt", "User-agent: *\nCrawl-delay: 0.3")
    begun = time.monotonic()
    with fake.open() as web:
        for _ in range(2):
            web.get(URL, limit=10, seconds=1)
    assert time.monotonic() - begun >= 0.3


def test_the_settings_are_those_of_the_config_and_change_by_keyword() -> None:
    shipped = load()
    assert Settings.of(shipped) == Settings(turns="data/monitor.db-turns")
    with Web(shipped, feed_size=7, delay=0) as web:
        assert (web.settings.feed_size, web.settings.delay, web.settings.page_time) == (7, 0, 30.0)
    with pytest.raises(TypeError, match="nonsense"):
        Web(shipped, nonsense=1)


PRIVATE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "192.168.255.255", "169.254.0.1", "169.254.169.254", "100.64.0.1",
    "100.127.255.255", "192.0.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
    "fe80::1%eth0", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::",
    "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::ffff:169.254.169.254", "::127.0.0.1", "100::1", "3fff::1", "2001:2::1", "2001:10::1", "2001:20::1", "5f00::1",
    "4000::1", "::ffff:0:7f00:1",
]  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    assert not is_public(text)
    with pytest.raises(AddressRefused, match="not a public address"):
        checked(text.partition("%")[0], 80, allow=(), url=URL, seconds=1)


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "103.21.244.1", "2606:4700::1111", "2400:cb00::1", "::ffff:808:808"])
def test_a_public_address_is_let_through(text: str) -> None:
    assert is_public(text)
    assert checked(text, 80, allow=(), url=URL, seconds=1) == [text]


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost", "0x7f.1", "017700000001"])
def test_an_address_in_disguise_is_refused_for_what_it_is(host: str) -> None:
    with pytest.raises(AddressRefused):
        checked(host, 80, allow=(), url=URL, seconds=1)


def test_the_allow_list_names_addresses_and_networks() -> None:
    allow = networks(["127.0.0.1", "10.1.0.0/16", "fd00::/8"])
    assert checked("10.1.2.3", 80, allow=allow, url=URL, seconds=1) == ["10.1.2.3"]
    assert checked("::ffff:127.0.0.1", 80, allow=allow, url=URL, seconds=1)
    for other in ("127.0.0.2", "10.2.0.1", "fe80::1"):
        with pytest.raises(AddressRefused):
            checked(other, 80, allow=allow, url=URL, seconds=1)
    with pytest.raises(ConfigError, match=r"web\.allow"):
        networks(["nhà"])


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    rows = [(2, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    with pytest.raises(AddressRefused, match=r"is 127\.0\.0\.1"):
        checked("nua.example", 80, allow=(), url=URL, seconds=1)


def test_a_name_service_that_hangs_costs_no_more_than_the_time_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    gate = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: gate.wait(5) and [])
    begun = time.monotonic()
    with pytest.raises(TooSlow, match="looking up"):
        checked("treo.example", 80, allow=(), url=URL, seconds=0.1)
    assert time.monotonic() - begun < 1
    gate.set()


def test_a_host_that_says_too_many_is_left_alone_by_all_its_sources_and_by_every_process(fake: FakeWeb, tmp_path) -> None:
    shared, other = str(tmp_path / "turns"), "https://bao.example/khac"
    fake.put(other, "x")
    fake.put("https://ban.example/", "x")
    fake.put(URL, "", status=429, Retry_After="3600")
    with fake.open(robots=False, turns=shared) as web:
        with pytest.raises(BadStatus, match="too many"):
            web.get(URL, limit=10, seconds=1)
        with pytest.raises(BadStatus, match="left alone") as caught:
            web.get(other, limit=10, seconds=1)
        assert web.get("https://ban.example/", limit=10, seconds=1).body == b"x"
    assert caught.value.status == 429
    assert 3590 < caught.value.retry_after < 3600 * 1.1
    with fake.open(robots=False, turns=shared) as later, pytest.raises(BadStatus, match="left alone"):
        later.get(other, limit=10, seconds=1)
    with fake.open(robots=False) as alone:  # the control: who does not share it, asks
        assert alone.get(other, limit=10, seconds=1).body == b"x"
    assert fake.asked[other] == 1


def test_one_address_out_of_service_says_nothing_of_its_host_and_two_in_a_row_do(fake: FakeWeb) -> None:
    urls = [f"https://bao.example/{number}" for number in range(4)]
    for url in urls[:2]:
        fake.put(url, "", status=503, Retry_After="600")
    for url in urls[2:]:
        fake.put(url, "x")
    with fake.open(robots=False) as web:
        for broken in (urls[0], urls[0]):
            with pytest.raises(BadStatus, match="out of service"):
                web.get(broken, limit=10, seconds=1)
        assert web.get(urls[2], limit=10, seconds=1).body == b"x"
        for broken in urls[:2]:
            with pytest.raises(BadStatus, match="out of service"):
                web.get(broken, limit=10, seconds=1)
        with pytest.raises(BadStatus, match="left alone"):
            web.get(urls[3], limit=10, seconds=1)


def test_too_many_questions_without_a_time_close_a_host_for_longer_and_longer(fake: FakeWeb) -> None:
    pace, waits = Pace(0.0), []
    for _ in range(9):
        pace.refused("bao.example", URL, status=429, seconds=None)
        waits.append(pace._host("bao.example").closes_at - time.time())
    assert 59 < waits[0] < 67
    assert all(later >= earlier * 1.7 or later > 3590 for earlier, later in itertools.pairwise(waits))
    assert waits[-1] <= 3600 * (1 + 0.1)


def test_a_short_closing_is_waited_for(fake: FakeWeb) -> None:
    pace = Pace(0.0)
    with pace.turn("bao.example"):
        pace.refused("bao.example", URL, status=429, seconds=0.3)
    begun = time.monotonic()
    with pace.turn("bao.example"):
        assert time.monotonic() - begun >= 0.25


def test_the_pause_also_stands_between_robots_txt_and_the_first_page(fake: FakeWeb) -> None:
    fake.put(URL, "x")
    times = []
    real = fake.handle_request
    fake.handle_request = lambda request: times.append(time.monotonic()) or real(request)  # type: ignore[method-assign]
    with fake.open(delay=0.2) as web:
        assert web.get(URL, limit=10, seconds=0.15).body == b"x"
    assert len(times) == 2
    assert times[1] - times[0] >= 0.2


def _turn(path: str, begin: object, log: str, rounds: int) -> None:
    pace = Pace(0.05, path)
    begin.wait()  # type: ignore[attr-defined]
    for _ in range(rounds):
        with pace.turn("bao.example"):
            entered = time.time()
            time.sleep(0.02)
            with open(log, "a", encoding="utf-8") as out:
                out.write(f"{entered} {time.time()}\n")


@pytest.mark.parametrize("shared", [True, False])
def test_processes_take_turns_at_a_host_and_without_the_file_they_do_not(tmp_path, shared: bool) -> None:
    context = multiprocessing.get_context("spawn")
    begin, log = context.Event(), tmp_path / "log"
    given = (str(tmp_path / "turns") if shared else "", begin, str(log), 10)
    processes = [context.Process(target=_turn, args=given) for _ in range(3)]
    for process in processes:
        process.start()
    time.sleep(1.5)
    begin.set()
    for process in processes:
        process.join()
    spans = sorted(tuple(map(float, line.split())) for line in log.read_text().splitlines())
    gaps = [later[0] - earlier[1] for earlier, later in itertools.pairwise(spans)]
    assert len(spans) == 30
    assert (min(gaps) >= 0.049) == shared


def test_a_killed_process_gives_its_turn_back(tmp_path) -> None:
    path = str(tmp_path / "turns")
    code = (
        "import sys, time; from monitor.crawl.pace import Pace\n"
        f"with Pace(0.0, {path!r}).turn('bao.example'): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        entered = threading.Event()

        def enter() -> None:
            with Pace(0.0, path).turn("bao.example"):
                entered.set()

        waiting = threading.Thread(target=enter)
        waiting.start()
        assert not entered.wait(0.3)
        holder.kill()
        assert entered.wait(2)
        waiting.join()


def test_a_file_of_turns_that_cannot_be_written_costs_only_the_sharing(fake: FakeWeb, tmp_path, caplog) -> None:
    (tmp_path / "file").write_text("")
    fake.put(URL, "x")
    with fake.open(robots=False, turns=str(tmp_path / "file" / "turns")) as web:
        assert web.get(URL, limit=10, seconds=1).body == b"x"
    assert "not shared" in caplog.text


def test_a_clock_that_was_set_holds_no_host_back_for_long(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.crawl.pace.LONGEST", 0.2)
    pace = Pace(0.0, str(tmp_path / "turns"))
    pace._turns.write(slot_of("bao.example"), time.time() + 10**6, time.time() + 10**9)
    begun = time.monotonic()
    with pace.turn("bao.example"):
        assert time.monotonic() - begun < 1
    pace.close()
