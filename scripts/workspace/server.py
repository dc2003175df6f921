"""HTTPS, sign-in and routing in front of the Thrift and the REST half."""

from __future__ import annotations

import base64
import hmac
import json
import re
import secrets
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from workspace.engine import Engine
from workspace.rest import Rest
from workspace.thrift_service import ThriftService

# DATABRICKS_HOST is localhost:PORT/gw: the connector appends its own `:443` to the path.
PREFIX = re.compile(r"^/gw(?::\d+)?(?=/)")
API = re.compile(r"^/api/[\d.]+/(.*)$")
TOKEN_SECONDS = 3600


@dataclass
class SignIn:
    """Who may come in: one personal access token, one OAuth client."""

    token: str
    client_id: str
    client_secret: str
    _issued: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, authorization: str) -> str | None:
        """An access token for the client's credentials (HTTP basic), None if they are wrong."""
        kind, _, encoded = authorization.partition(" ")
        try:
            given = base64.b64decode(encoded).decode()
        except ValueError:
            return None
        wanted = f"{self.client_id}:{self.client_secret}"
        if kind.lower() != "basic" or not hmac.compare_digest(given.encode(), wanted.encode()):
            return None
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._issued[token] = time.monotonic() + TOKEN_SECONDS
        return token

    def accepts(self, authorization: str) -> bool:
        """Whether the header holds the token or an issued one that is still valid."""
        kind, _, given = authorization.partition(" ")
        if kind.lower() != "bearer":
            return False
        if hmac.compare_digest(given.encode(), self.token.encode()):
            return True
        with self._lock:
            return self._issued.get(given, 0.0) > time.monotonic()


class WorkspaceServer(ThreadingHTTPServer):
    """An HTTPS server on localhost; the handshake runs in the connection's own thread."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, cert: Path, key: Path, engine: Engine, sign_in: SignIn) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.engine, self.sign_in = engine, sign_in
        self.rest, self.thrift = Rest(engine), ThriftService(engine)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or does not trust the certificate, is no news."""


class Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    timeout = 900
    # Without this every answer on a kept connection waits for the client's delayed ACK.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: WorkspaceServer

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are in the statement log."""

    def _send(self, code: int, body: Any, headers: dict[str, str] | None = None) -> None:
        thrift = isinstance(body, bytes)
        content: bytes = body if thrift else json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/x-thrift" if thrift else "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def _refuse(self, code: int, reason: str) -> None:
        self.server.engine.log.add(
            "rest", f"{self.command} {self.path}", status="error", error_class=f"HTTP {code}"
        )
        problem = {"error_code": "PERMISSION_DENIED", "message": reason}
        self._send(code, problem, {"x-databricks-reason-phrase": reason})

    def _oidc(self, path: str) -> None:
        """Discovery and the token endpoint of OAuth client credentials."""
        base = f"https://{self.headers.get('Host', 'localhost')}/gw/oidc"
        if path.endswith("/.well-known/databricks-config"):
            return self._send(200, {"host_type": "workspace", "oidc_endpoint": base})
        if path.endswith("/.well-known/oauth-authorization-server"):
            endpoints = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
            return self._send(200, {k: f"{base}/v1/{v}" for k, v in endpoints.items()})
        token = self.server.sign_in.issue(self.headers.get("Authorization", ""))
        if token is None:
            problem = {
                "error": "invalid_client",
                "error_description": "Client authentication failed",
            }
            return self._send(401, problem)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return self._send(200, answer)

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        path = PREFIX.sub("", url.path)
        if path.startswith(("/oidc/", "/.well-known/")):
            return self._oidc(path)
        if not self.server.sign_in.accepts(self.headers.get("Authorization", "")):
            return self._refuse(403, "Invalid access token.")
        if path.startswith(("/sql/1.0/warehouses/", "/sql/protocolv1/")):
            return self._send(200, self.server.thrift.process(body))
        if (api := API.match(path)) is None:
            return self._send(404, {"error_code": "ENDPOINT_NOT_FOUND", "message": path})
        if not api[1].startswith("stand-in/"):
            self.server.engine.log.add("rest", f"{self.command} {api[1]}")
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        try:
            asked = {**query, **(json.loads(body) if body.strip() else {})}
        except (ValueError, TypeError):
            asked = query  # telemetry and the like
        return self._send(*self.server.rest.call(self.command, api[1], asked))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer
