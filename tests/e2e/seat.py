"""A person at a screen, as the browser tests see them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from playwright.sync_api import ConsoleMessage, Page, Request

CHECKOUT = Path(__file__).resolve().parents[2]
AXE = CHECKOUT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

Scheme = Literal["light", "dark"]


@dataclass
class Seat:
    """A person at the screen. What the browser complained of is kept, to be looked at when they leave."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("console", self._hear_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        self.page.on("requestfailed", self._hear_failure)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def barriers(self) -> list[str]:
        """What axe finds on the page as it stands: one line for each element."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, { runOnly: { type: 'tag', values: rules } })", RULES
        )
        return [
            f"{rule['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

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
