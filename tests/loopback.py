"""Real services on 127.0.0.1: a web whose every host is answered by one loopback server, through real sockets.

::

    with Services() as services:
        services.on("t.me", lambda asked: page if asked.path == "/s/kenh" else 404)
        with services.open() as web: ...
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from monitor.crawl.fetch import Web


@dataclass
class Asked:
    """A question as a service sees it."""

    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


Answer = str | bytes | int | dict[str, Any] | list[Any] | tuple[int, dict[str, str], bytes]


class Services:
    """Hosts by name, each a function of what it is asked: text, JSON, a status, or (status, headers, body)."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._detours: list[_Detour] = []
        self._hosts: dict[str, Callable[[Asked], Answer]] = {}
        services = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers, body = services._answer(self.headers, self.path)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Services:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for detour in self._detours:
            detour.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def on(self, host: str, answer: Callable[[Asked], Answer] | Answer) -> None:
        """Let a host answer so."""
        self._hosts[host] = answer if callable(answer) else lambda _: answer

    def open(self, **settings: object) -> Web:
        """The real Web, all of whose connections end here."""
        self._detours.append(_Detour(self._server.server_address[1]))
        return Web(transport=self._detours[-1], **{"delay": 0.0, "robots": False, **settings})

    def _answer(self, headers: Any, target: str) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(target)
        asked = Asked(
            headers.get("Host", ""), parts.path, dict(parse_qsl(parts.query)), {k.lower(): v for k, v in headers.items()}
        )
        self.asked.append(asked)
        found = self._hosts.get(asked.host, lambda _: 404)(asked)
        if isinstance(found, tuple):
            return found
        if isinstance(found, int):
            return found, {}, b""
        if isinstance(found, dict | list):
            return 200, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(found, ensure_ascii=False).encode()
        return 200, {"Content-Type": "text/html; charset=utf-8"}, found.encode() if isinstance(found, str) else found


class _Detour(httpx.BaseTransport):
    """Every connection goes to one port of this machine; the Host header stays what was meant."""

    def __init__(self, port: int):
        self._port, self._inner = port, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, address = request.url.host, request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"host"]
        return self._inner.handle_request(
            httpx.Request(request.method, address, headers=[*headers, (b"Host", host.encode())], extensions=request.extensions)
        )

    def close(self) -> None:
        self._inner.close()
