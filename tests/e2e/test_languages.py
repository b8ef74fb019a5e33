"""Every page in a language that nobody speaks: what is not in its brackets, nobody has translated.

The German texts are put into brackets, ⟦so⟧, on their way to the browser. What a page then shows outside of brackets
has to be data, which is the same in every language: names, numbers, times. Words that a server or a gateway put on
record are English everywhere and marked so.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.seat import CHECKOUT, Seat, SitDown
from tests.e2e.test_accessibility import PAGES

pytestmark = pytest.mark.timeout(300)

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
  const recorded = (element) => element.closest('[lang=en], code, kbd, script, style, svg title') !== null;
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
      if (type.includes('json')) window.told.push(await answer.clone().json());
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


def bracketed(tree: Any) -> Any:
    return {key: bracketed(value) for key, value in tree.items()} if isinstance(tree, dict) else f"⟦{tree}⟧"


def data_of(content: Any, field: str = "") -> Iterator[str]:
    """Every text of an answer of the API that is no code."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from data_of(value, key)
    elif isinstance(content, list):
        for value in content:
            yield from data_of(value, field)
    elif isinstance(content, str) and field not in SAID_BY_CODE:
        yield content


class Reader:
    """Reads pages in brackets, and remembers what the server said to them."""

    def __init__(self, seat: Seat) -> None:
        self.page = seat.page
        self._data: set[str] = set()
        texts = json.dumps(bracketed(json.loads(GERMAN.read_text(encoding="utf-8"))), ensure_ascii=False)

        def answer(route: Route) -> None:
            route.fulfill(content_type="text/javascript; charset=utf-8", body=f"export default {texts}")

        self.page.route(re.compile(r"/assets/de-[^/]*\.js$"), answer)
        self.page.add_init_script(LISTEN)

    def untranslated(self) -> list[str]:
        """Each text on the page, as it stands, in which there is a word of no known origin."""
        self.page.evaluate(STANDS)
        shown = self.page.evaluate(SHOWN)  # before what was told: an answer may come in between
        for told in self.page.evaluate("window.told"):
            self._data.update(word for text in data_of(told) for word in WORD.findall(text))
        found = []
        for text in shown:
            bare = text
            while BRACKETED.search(bare):
                bare = BRACKETED.sub(" ", bare)
            words = WORD.findall(MONTHS_AND_DAYS.sub(" ", bare))
            if any(word not in self._data and word not in ALIKE for word in words):
                found.append(text)
        return found


def test_no_page_shows_a_word_that_is_not_translated(sit_down: SitDown) -> None:
    seat = sit_down(locale="de-DE")
    reader = Reader(seat)
    left = {}
    for path, awaited in PAGES.items():
        page = seat.open(path)
        expect(page.locator(awaited.replace("text=No part matches", "main h1")).first).to_be_visible()
        page.wait_for_load_state("load")
        left[path] = reader.untranslated()
    assert {path: texts for path, texts in left.items() if texts} == {}


def test_no_part_shows_a_word_that_is_not_translated(sit_down: SitDown) -> None:
    seat = sit_down(locale="de-DE")
    reader = Reader(seat)
    page = seat.open("/inspections?verdict=bad")
    page.get_by_role("row").get_by_role("link").first.click()
    expect(page.locator("main img").first).to_be_visible()
    page.keyboard.press("?")
    assert reader.untranslated() == []


def test_no_line_shows_a_word_that_is_not_translated(sit_down: SitDown) -> None:
    seat = sit_down(locale="de-DE")
    reader = Reader(seat)
    page = seat.open("/overview")
    page.get_by_role("article").get_by_role("heading").get_by_role("link").first.click()
    expect(page.locator("svg[role=img] circle").first).to_be_attached()
    for table in page.locator("summary").all():
        table.click()
    assert reader.untranslated() == []


def test_a_refusal_is_read_in_german(sit_down: SitDown) -> None:
    seat = sit_down(locale="de-DE")
    page = seat.open("/inspections/00000000-0000-7000-8000-000000000000")
    expect(page.get_by_role("alert")).to_contain_text("Diese Prüfung gibt es nicht.")
    seat.complaints[:] = [line for line in seat.complaints if "404" not in line]
