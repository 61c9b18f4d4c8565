"""The viewer's page over HTTP, for this machine only.

The server listens on the loopback address, answers two paths, and only to requests that name it as their host: a page
elsewhere cannot reach it through a name of its own that points here (DNS rebinding).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from dvextract.errors import UsageError
from dvextract.viewing.view import asset, policy, styles, view

ADDRESS = "127.0.0.1"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, page: Path) -> None:
        self.page = page
        self.headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": policy([asset("view.js")], [styles()]) + "; frame-ancestors 'none'",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        super().__init__((ADDRESS, port), _Handler)
        self.hosts = {f"{name}:{self.server_port}" for name in (ADDRESS, "localhost")}
        if self.server_port == 80:
            self.hosts |= {ADDRESS, "localhost"}


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "dvextract"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        if self.headers.get("Host", "") not in self.server.hosts:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        if self.path not in ("/", "/view.html"):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(self.server.page.stat().st_size))
        self.end_headers()
        if with_body:
            with self.server.page.open("rb") as file:
                shutil.copyfileobj(file, self.wfile)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of requests: the terminal belongs to whoever started the command."""


def serve(run: str | Path, port: int = 0, started: Callable[[str, Callable[[], None]], object] | None = None) -> None:
    """Serve the page of a finished run on 127.0.0.1 until it is interrupted.

    ``port`` 0 takes a free one. ``started`` is called with the address and a function that stops the server. Raises
    UsageError when the run cannot be shown or the port is taken.
    """
    with tempfile.TemporaryDirectory(prefix="dvextract-") as folder:
        page = view(run, Path(folder) / "view.html")
        try:
            server = _Server(port, page)
        except OSError as e:
            raise UsageError(f"cannot listen on {ADDRESS}:{port}: {e.strerror}; name another --port") from e
        with server:
            if started:
                started(f"http://{ADDRESS}:{server.server_port}/", server.shutdown)
            server.serve_forever()
