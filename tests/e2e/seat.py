"""A person at a screen, as the browser tests see them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from playwright.sync_api import ConsoleMessage, Page, Request, expect

CHECKOUT = Path(__file__).resolve().parents[2]
AXE = CHECKOUT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""All that differs between the themes of a page."""

WIDTHS = (768, 1366)
"""Of a tablet held upright and of a small panel."""
BEYOND = """() => new Promise((told) => {
  const boxes = [document.documentElement, ...document.querySelectorAll('dialog[open]')];
  const look = () => told(Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth)));
  // Charts follow the width a frame later.
  requestAnimationFrame(() => requestAnimationFrame(look));
})"""
"""Pixels of the page, or of a dialog on it, that only a sideways scroll would show."""

Scheme = Literal["light", "dark"]

PATIENCE_MS = 60_000
"""How long what a page is to show may take, where a test states no limit. The demo's machine stops by itself for up to
15 s, and no part comes then; a gateway has to start, join and report; and all of it waits for a busy machine."""


@dataclass
class Seat:
    """A person at the screen. What the browser complained of is kept, to be looked at when they leave."""

    page: Page
    address: str
    scheme: Scheme = "light"
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", self._hear_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self.page.on("requestfailed", self._hear_failure)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def forgive(self, *words: str) -> None:
        """What a test has brought about itself is no fault of the page."""
        self.complaints[:] = [line for line in self.complaints if not any(word in line for word in words)]

    def barriers(self) -> list[str]:
        """What axe finds on the page as it stands, in either theme: one line for each element."""
        # What is on its way from one colour to another is in neither theme.
        self.page.emulate_media(reduced_motion="reduce")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self._axe(self.scheme, RULES)
        other: Scheme = "dark" if self.scheme == "light" else "light"
        found += self._axe(other, OF_COLOUR)
        self._turn(self.scheme)
        return found

    def sideways(self) -> list[str]:
        """The widths at which the page as it stands, dialogs included, has to be scrolled sideways."""
        seen = self.page.viewport_size
        assert seen is not None
        found = []
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": seen["height"]})
            if (beyond := self.page.evaluate(BEYOND)) > 0:
                found.append(f"{width} px wide: {beyond} px stand beyond the edge")
        self.page.set_viewport_size(seen)
        return found

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the API answers this person. What is changed or removed is whatever is there now."""
        headers = {"X-Goodpart": "1", **({"If-Match": "*"} if method in {"PATCH", "DELETE"} else {})}
        answer = self.page.request.fetch(self.address + path, method=method, data=body, headers=headers)
        assert answer.ok, f"{method} {path}: {answer.text()}"
        return answer.json() if answer.body() else None

    def _axe(self, scheme: Scheme, rules: dict[str, Any]) -> list[str]:
        self._turn(scheme)
        found: dict[str, Any] = self.page.evaluate("rules => axe.run(document, { runOnly: rules })", rules)
        return [
            f"{scheme}: {rule['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    def _turn(self, scheme: Scheme) -> None:
        self.page.emulate_media(color_scheme=scheme)
        expect(self.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _hear_failure(self, request: Request) -> None:
        # A page that is left gives up what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.url} {request.failure}")


class SitDown(Protocol):
    def __call__(
        self, scheme: Scheme = "light", *, width: int = 1366, height: int = 768, locale: str = "en-GB"
    ) -> Seat: ...
