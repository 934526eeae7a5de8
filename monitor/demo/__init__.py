"""Thirty days in a minute: invented outlets on loopback, read by the real crawler, tagger, store and reports.

Nothing is special about the demo but the addresses: it writes a settings file like an office's and runs the recipe ``daily`` with
the clock moved from morning to morning, and once more on the last evening.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from monitor import config, runner
from monitor.clock import moment_of
from monitor.demo.server import SampleServer
from monitor.desk import Desk, Ticker
from monitor.errors import MonitorError
from monitor.figures import Digest
from monitor.report import formats
from monitor.store import Store

_CAMPAIGN = """campaigns:  # one of the demo's month: monitor campaign "thai san" --day 2026-11-21
  "Thai sản, ốm đau và BHXH tự nguyện, tháng 11/2026":
    from: 2026-11-09
    to: 2026-11-30
    query: {topics: [voluntary_si, short_term_benefits, outreach]}
    goals: {items: 25, publishers: 12, places: 20, tone: -0.1, benefits: 0.7}"""
LAST, DAYS, MORNING, EVENING = date(2026, 11, 21), 30, "06:30", "18:00"


def run(out: Path, *, ticker: Ticker | None = None) -> tuple[Digest, Path]:
    """The digest of the last day and the page it was written to, both under the folder ``out``.

    Running it again serves the outlets at the addresses of the first time, finds everything known and changes nothing. Raises
    MonitorError where the folder cannot be written or the addresses are taken.
    """
    settings = out / "monitor.yaml"
    with _served(settings) as server:
        _keep(settings, _settings(server, out.absolute()))
        with Desk(config.load(settings), ticker=ticker) as desk:
            desk.store = Store.open(str(desk.config["store.url"]))  # never the office's own, whatever MONITOR_STORE says
            for back in reversed(range(DAYS)):
                desk.at = server.at = moment_of(LAST - timedelta(days=back), MORNING if back else EVENING)
                outcome = runner.run("daily", desk)
    digest = outcome.results[-1]
    return digest, formats.write(digest, "html", out / "digest.html")


def _served(settings: Path) -> SampleServer:
    """The outlets on the port that an earlier demo wrote into its settings, or on a free one: an address is an article's key."""
    port = urlsplit(config.load(settings).sources[0].url).port if settings.is_file() else 0
    try:
        return SampleServer(port or 0)
    except OSError as error:
        raise MonitorError(
            f"127.0.0.1:{port}: {error.strerror}; end the demo that runs there, or choose another --out"
        ) from error


def _keep(settings: Path, content: str) -> None:
    """Write the settings where there are none: what somebody changed in them stays."""
    try:
        settings.parent.mkdir(parents=True, exist_ok=True)
        if not settings.exists():
            settings.write_text(content, encoding="utf-8")
    except OSError as error:
        raise MonitorError(f"{settings}: cannot be written ({error.strerror}); choose another folder with --out") from error


def _settings(server: SampleServer, out: Path) -> str:
    """A user's settings file: only what differs from the shipped one."""
    places = (f"sqlite:///{out}/monitor.db", f"{out}/digests", f"{out}/evidence")
    store, digests, evidence = (json.dumps(text, ensure_ascii=False) for text in places)
    lines = [f"store: {{url: {store}}}", f"folders: {{digests: {digests}, evidence: {evidence}}}"]
    lines += [_CAMPAIGN]
    lines += ["web: {allow: [127.0.0.1], delay: 0s}", "sources:"]
    for name, outlet in server.outlets.items():
        known = {key: outlet[key] for key in ("outlet", "class", "group", "place") if key in outlet}
        rest = ", ".join(f"{key}: {value}" for key, value in known.items())
        lines.append(f'  - {{id: {name}/moi-nhat, kind: feed, url: "{server.root}/{name}/feed", {rest}}}')
    return "\n".join(lines) + "\n"
