"""The page over HTTP: on this machine only, to requests that name it only, two paths only."""

import http.client
import threading

import pytest

from dvextract.errors import UsageError
from dvextract.viewing.serve import serve
from dvextract.viewing.view import view


@pytest.fixture(scope="module")
def port(notebook_run):
    """The port of a running server."""
    begun = threading.Event()
    known = {}

    def started(address, stop):
        known.update(address=address, stop=stop)
        begun.set()

    thread = threading.Thread(target=serve, args=(notebook_run, 0, started))
    thread.start()
    assert begun.wait(60)
    yield int(known["address"].rstrip("/").rsplit(":", 1)[1])
    known["stop"]()
    thread.join(10)
    assert not thread.is_alive()


def ask(port, method="GET", path="/", host=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={"Host": host or f"127.0.0.1:{port}"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def test_it_serves_the_file(port, notebook_run, tmp_path):
    status, headers, body = ask(port)
    page = view(notebook_run, tmp_path / "v.html").read_bytes()
    title = notebook_run.name.encode()
    assert status == 200
    assert title in body
    assert body == page
    assert headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert ask(port, "HEAD")[2] == b""


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"]
)
def test_another_host_is_refused(port, host):
    status, _, body = ask(port, host=host)
    assert status == 421
    assert b"<script" not in body


@pytest.mark.parametrize("path", ["/run.json", "/../etc/passwd", "/?", "/view.html/..", "/records.jsonl", "/?x"])
def test_nothing_else_is_served(port, path):
    assert ask(port, path=path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_taken(port, method):
    assert ask(port, method)[0] == 501


def test_it_listens_on_the_loopback_address_only(port):
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # free: the server has not taken every address


def test_a_taken_port_is_said(port, notebook_run):
    with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{port}"):
        serve(notebook_run, port)


def test_the_browser_shows_it(opened, port):
    page = opened(f"http://127.0.0.1:{port}/")
    assert page.position == "1 / 18"
    assert page.requests() == {f"http://127.0.0.1:{port}/"}
    assert page.complaints() == []
