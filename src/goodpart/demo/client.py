"""The demo's hands: the same HTTP API that a browser uses, and the line's control door."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeVar

import httpx

from goodpart.base.errors import GoodpartError

T = TypeVar("T")
Json = dict[str, Any]
_PATIENCE_S = 20.0


class DemoError(GoodpartError):
    """The demo cannot go on."""

    code = "demo_failed"


class ApiClient:
    """A thin client of one HTTP API whose errors are problem+json (RFC 9457).

    While the peer cannot be reached, ``on_unreachable`` is called and the call tried again for up to 20 s; it may
    raise a better reason.
    """

    def __init__(self, url: str, *, name: str, on_unreachable: Callable[[], None]) -> None:
        self.url = url
        self._name = name
        self._on_unreachable = on_unreachable
        self._tags: dict[str, str] = {}
        """Of what was read, by path."""
        # No proxy of this machine stands between its own processes.
        self._http = httpx.Client(base_url=url, timeout=30, headers={"X-Goodpart": "1"}, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, **query: str | int | None) -> Any:
        return self._call("GET", path, params={key: value for key, value in query.items() if value is not None})

    def post(self, path: str, body: Json | None = None, *, editing: str | None = None) -> Any:
        """``editing``: the path of what this changes, which has been read before."""
        return self._call("POST", path, json=body or {}, headers=self._as_read(editing) if editing else {})

    def put(self, path: str, body: Any) -> Any:
        """Replace what was read from ``path`` before; without having read, only what is not there yet."""
        return self._call("PUT", path, json=body, headers=self._as_read(path))

    def items(self, path: str, **query: str | int | None) -> Iterator[Json]:
        """Every item of a paged list."""
        cursor: str | None = None
        while True:
            page = self.get(path, limit=200, cursor=cursor, **query)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def upload(self, path: str, content: bytes, media_type: str, **query: str) -> Any:
        return self._call("POST", path, params=query, content=content, headers={"Content-Type": media_type})

    def download(self, path: str) -> httpx.Response:
        return self._send("GET", path)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        response = self._send(method, path, **arguments)
        return response.json() if response.content else None

    def _send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        response = wait_for(
            f"the {self._name} at {self.url} to answer",
            lambda: self._try(method, path, **arguments),
            within_s=_PATIENCE_S,
        )
        if response.is_error:
            raise ApiProblemError(self._name, method, path, response)
        if method == "GET" and "ETag" in response.headers:
            self._tags[path] = response.headers["ETag"]
        return response

    def _as_read(self, path: str) -> dict[str, str]:
        return {"If-Match": self._tags[path]} if path in self._tags else {}

    def _try(self, method: str, path: str, **arguments: Any) -> httpx.Response | None:
        try:
            return self._http.request(method, path, **arguments)
        except httpx.TransportError as error:
            # A change that broke off on its way may have been made: only what never left is sent again.
            if method != "GET" and not isinstance(error, httpx.ConnectError):
                raise DemoError(
                    f"{method} {path} of the {self._name} broke off: {error}.", "See its log for the cause."
                ) from error
            self._on_unreachable()
            return None


class ApiProblemError(DemoError):
    """A call that was answered with an error; ``problem`` is the body, ``status`` the HTTP status."""

    def __init__(self, name: str, method: str, path: str, response: httpx.Response) -> None:
        self.status = response.status_code
        is_problem = "json" in response.headers.get("Content-Type", "")
        self.problem: Mapping[str, Any] = response.json() if is_problem else {}
        detail = self.problem.get("detail") or self.problem.get("title") or response.text[:200]
        super().__init__(
            f"{method} {path} was answered by the {name} with {self.status}: {detail}",
            str(self.problem.get("remedy") or ""),
        )


def wait_for(
    what: str,
    look: Callable[[], T | None],
    *,
    within_s: float,
    every_s: float = 0.1,
    meanwhile: Callable[[], None] = lambda: None,
) -> T:
    """Look until there is something, and return it. ``meanwhile`` may raise, for example when a process died.

    Raises `DemoError` after ``within_s`` seconds.
    """
    deadline = time.monotonic() + within_s
    while True:
        meanwhile()
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise DemoError(
                f"Waited {within_s:.0f} s for {what}.",
                "See the files in logs/ of the demo's data folder for the cause.",
            )
        time.sleep(every_s)
