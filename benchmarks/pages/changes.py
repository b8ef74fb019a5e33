"""How long a change of page takes: from the key or the click to the frame in which the new page stands."""

from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Page

from benchmarks.pages.figures import spread

ROUNDS = 15
LIMIT_MS = 200
SETTLE_MS = 300
"""Between two changes: what a page does once it stands is not counted with the next one."""


@dataclass(frozen=True)
class Change:
    """A link that is followed, and what stands on its page with its data; its title is another one than before."""

    name: str
    link: str
    stands: str


WAY = (
    Change("line", "article h2 a", "main tr[data-step]"),
    Change("station", "main ul a[href^='/stations/']", "[data-testid=verdict-strip] a"),
    Change("overview", "header a[href='/overview']", "article"),
    Change("gateways", "header a[href='/gateways']", "main tbody tr"),
    Change("gateway", "main tbody th a", "main section form"),
    Change("inspections", "header a[href^='/inspections']", "main [role=row] a"),
    Change("settings", "header a[href='/settings/account']", "main section li"),
    Change("places", "main nav a[href='/settings/places']", "main nav ul a"),
    Change("part numbers", "main nav a[href='/settings/part-numbers']", "main tbody tr"),
    Change("part number", "main tbody a", "main form input"),
    Change("calendar", "main nav a[href^='/settings/calendar']", "main [role=img]"),
    Change("users", "main nav a[href='/settings/users']", "main tbody tr"),
    Change("user", "main tbody a", "main form input"),
    Change("audit", "main nav a[href^='/settings/audit']", "main tbody tr"),
    Change("server", "main nav a[href='/settings/server']", "main tbody tr"),
    Change("back to the overview", "header a[href='/overview']", "article"),
)
"""From the overview and back to it; each link is on the page before it."""

TIMED = """([[key, link], ready, words]) => new Promise(resolve => {
  const titled = () => document.querySelector('main h1')?.textContent;
  const before = titled();
  const started = performance.now();
  const look = () => {
    const now = titled();
    const stands = now && now !== before && new RegExp(words).test(now) && document.querySelector(ready) !== null;
    if (stands) resolve(performance.now() - started);
    else requestAnimationFrame(look);
  };
  if (key) window.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  if (key === 'Enter') document.activeElement.click();
  if (link) document.querySelector(link).click();
  look();
})"""


def page_changes(context: BrowserContext) -> dict[str, dict[str, int]]:
    """Of every change: the median, p95 and the worst, the first time among them, for which its code is loaded."""
    times = {**_parts(context), **_way(context)}
    return {name: spread(each) for name, each in times.items()}


def _parts(context: BrowserContext) -> dict[str, list[float]]:
    """By keys: to a part, to the next one, back to the list."""
    page = context.new_page()
    page.goto("/inspections")
    page.wait_for_selector("[role=row] a")
    times: dict[str, list[float]] = {"a part": [], "the part beside it": [], "back to the list": []}
    for _ in range(ROUNDS):
        page.keyboard.press("ArrowDown")
        for name, key, words in (
            ("a part", "Enter", r"\d"),
            ("the part beside it", "ArrowLeft", r"\d"),
            ("back to the list", "Escape", r"^\D+$"),
        ):
            times[name].append(_timed(page, key=key, words=words))
        page.wait_for_selector("[role=row] a")
    page.close()
    return times


def _way(context: BrowserContext) -> dict[str, list[float]]:
    """By links, one after the other."""
    page = context.new_page()
    page.goto("/overview")
    times: dict[str, list[float]] = {change.name: [] for change in WAY}
    for _ in range(ROUNDS):
        for change in WAY:
            page.wait_for_selector(change.link)
            times[change.name].append(_timed(page, link=change.link, stands=change.stands))
    page.close()
    return times


def _timed(page: Page, *, key: str = "", link: str = "", stands: str = "main", words: str = "") -> float:
    took = float(page.evaluate(TIMED, [[key, link], stands, words]))
    page.wait_for_timeout(SETTLE_MS)
    return took
