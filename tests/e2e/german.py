"""German in brackets, ⟦so⟧: a language that nobody speaks. What a page shows outside of them, nobody has translated.

The texts are put into their brackets on their way to the browser. What then stands outside has to be data, which is the
same in every language: names, numbers, times. Words that a server or a gateway put on record are English everywhere
and marked so; what a person types is theirs.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Route

from tests.e2e.seat import CHECKOUT, Seat

GERMAN = CHECKOUT / "web" / "src" / "locales" / "de.json"
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
SAID_BY_CODE = {"code", "action", "cause", "detail", "sentence", "remedy", "title", "type", "state", "mode"}
"""Fields of the API whose values the pages have words for: to show them as they are is what this looks for."""
ALIKE = {"Goodpart", "Deutsch", "English", "Esc", "Enter", "MEZ", "MESZ", "GMT", "UTC", "ms", "min", "px", "MB", "GB"}
ALIKE |= {"Chrome", "Linux"}
"""The product, the languages in themselves, keys, units; the browser and its system, by which a session is told."""
MONTHS_AND_DAYS = re.compile(
    r"\b(Jan|Feb|März|Apr|Mai|Juni|Juli|Aug|Sept?|Okt|Nov|Dez|Mo|Di|Mi|Do|Fr|Sa|So"
    r"|Januar|Februar|April|August|September|Oktober|November|Dezember"
    r"|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag)\b\.?"
)

SHOWN = """() => {
  const said = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const recorded = (element) => element.closest('[lang=en], code, kbd, textarea, script, style, svg title') !== null;
  for (const element of document.body.querySelectorAll('*')) {
    if (!shown(element) || recorded(element)) continue;
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && node.data.trim() !== '') said.push(node.data.trim());
    }
    for (const name of ['aria-label', 'aria-description', 'title', 'placeholder', 'alt']) {
      const text = element.getAttribute(name);
      if (text) said.push(text);
    }
  }
  return [...new Set([document.title, ...said])];
}"""


LISTEN = """
  window.told = [];
  window.asking = 0;
  const ask = window.fetch.bind(window);
  const listen = async (stream) => {
    let rest = '';
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\\n');
      rest = lines.pop();
      for (const line of lines) if (line.startsWith('data:')) window.told.push(JSON.parse(line.slice(5)));
    }
  };
  window.fetch = async (...asked) => {
    window.asking += 1;
    try {
      const answer = await ask(...asked);
      const type = answer.headers.get('content-type') ?? '';
      if (answer.status !== 204 && type.includes('json')) window.told.push(await answer.clone().json());
      if (type.includes('event-stream')) listen(answer.clone().body).catch(() => undefined);  // ends with the page
      return answer;
    } finally {
      window.asking -= 1;
    }
  };
"""
"""Keeps every answer of the API, and what its stream says, where the test finds it; counts what is still awaited."""

STANDS = """() => new Promise((stands) => {
  let frames = 0;
  const look = () => {
    frames = window.asking === 0 ? frames + 1 : 0;
    if (frames > 10) stands(true);
    else requestAnimationFrame(look);
  };
  look();
})"""
"""Nothing has been awaited for some frames: what was asked for is shown, and asked for nothing more."""


class BracketedGerman:
    """The texts as the pages of a seat show them, and what stands there besides."""

    def __init__(self, seat: Seat) -> None:
        self._page = seat.page
        self._data: set[str] = set()
        self._texts = _bracketed(json.loads(GERMAN.read_text(encoding="utf-8")))
        module = f"export default {json.dumps(self._texts, ensure_ascii=False)}"

        def answer(route: Route) -> None:
            route.fulfill(content_type="text/javascript; charset=utf-8", body=module)

        self._page.route(re.compile(r"/assets/de-[^/]*\.js$"), answer)
        self._page.add_init_script(LISTEN)

    def words(self, key: str) -> re.Pattern[str]:
        """What stands for ``key`` on a page, whatever was put into it: ``action.save`` is ``⟦Speichern⟧``."""
        found: Any = self._texts
        *way, last = key.split(".")
        for name in way:
            found = found[name]
        said = [found[name] for name in (last, f"{last}_one", f"{last}_other") if name in found]
        return re.compile("|".join(".*".join(map(re.escape, re.split(r"{{.*?}}", text))) for text in said))

    def untranslated(self) -> list[str]:
        """Each text on the page, as it stands, in which there is a word of no known origin."""
        self._page.evaluate(STANDS)
        shown = self._page.evaluate(SHOWN)  # before what was told: an answer may come in between
        for told in self._page.evaluate("window.told.splice(0)"):
            self._data.update(word for text in _data_of(told) for word in WORD.findall(text))
        return [text for text in shown if not self._is_known(text)]

    def _is_known(self, text: str) -> bool:
        while BRACKETED.search(text):
            text = BRACKETED.sub(" ", text)
        return all(word in self._data or word in ALIKE for word in WORD.findall(MONTHS_AND_DAYS.sub(" ", text)))


def _bracketed(tree: Any) -> Any:
    return {key: _bracketed(value) for key, value in tree.items()} if isinstance(tree, dict) else f"⟦{tree}⟧"


def _data_of(content: Any, field: str = "") -> Iterator[str]:
    """Every text of an answer of the API that is no code."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _data_of(value, key)
    elif isinstance(content, list):
        for value in content:
            yield from _data_of(value, field)
    elif isinstance(content, str) and field not in SAID_BY_CODE:
        yield content
