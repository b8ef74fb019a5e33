"""Going round a page by the Tab key: what a person reaches who has no pointer, and whether they see where they are."""

from typing import Any

from playwright.sync_api import Page

BEGIN = """() => {
  const within = document.querySelector('dialog:modal, [role=dialog]') ?? document.body;
  const roles = ['button', 'link', 'slider', 'checkbox', 'radio', 'switch', 'tab', 'option', 'menuitem', 'combobox'];
  const native = 'a[href], button, input, select, textarea, summary, [contenteditable=true]';
  const acting = [native, '[tabindex]:not([tabindex="-1"])', ...roles.map((role) => `[role=${role}]`)].join();
  const shown = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled, [inert] *');
  const drawn = (element) => {
    const around = [element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling];
    return around.filter(Boolean).flatMap((one) => [null, '::before', '::after'].map((part) => {
      const style = getComputedStyle(one, part);
      return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor, style.opacity].join();
    })).join();
  };
  const seen = new Map();  // what had the focus, and how it was drawn then
  const unlit = new Set();
  const strays = new Set();
  const wanted = [...within.querySelectorAll(acting)].filter(shown);
  const over = new AbortController();
  const round = { wanted: wanted.length, complete: false };
  document.addEventListener('focusin', ({ target }) => {
    if (seen.has(target)) round.complete = true;
    else seen.set(target, drawn(target));
    if (!within.contains(target)) strays.add(target);
  }, { signal: over.signal });
  document.addEventListener('blur', ({ target }) => {
    if (seen.has(target) && seen.get(target) === drawn(target)) unlit.add(target);
  }, { capture: true, signal: over.signal });
  // One of a group is reached by Tab, and the others from it by arrows.
  const group = (element) => element.type === 'radio'
    ? `input[type=radio][name="${element.name}"]`
    : element.closest('[aria-keyshortcuts~=ArrowDown]') && '[aria-keyshortcuts~=ArrowDown] *';
  const byArrows = (element) => {
    const others = group(element);
    return others !== null && [...seen.keys()].some((one) => one.matches(others));
  };
  round.end = () => {
    over.abort();
    const missed = wanted.filter((one) => !seen.has(one) && one.isConnected && shown(one) && !byArrows(one));
    const told = (what, elements) =>
      [...elements].map((one) => `${what}: ${one.cloneNode().outerHTML} ${one.textContent}`);
    const unseen = told('not seen to have the focus', unlit);
    return [...told('not reached', missed), ...unseen, ...told('outside the dialog', strays)];
  };
  window.round = round;
  return round.wanted;
}"""

ROUNDS = 4
"""What scrolls takes the focus as well, so there are more stops than things that act."""


def unreached(page: Page) -> list[str]:
    """What Tab does not lead to, or leads to unseen, until it comes round: one line for each element.

    Where a dialog is open it is the whole of the page.
    """
    wanted = page.evaluate(BEGIN)
    if wanted == 0:
        return []
    for _ in range(ROUNDS):
        for _ in range(wanted + 2):
            page.keyboard.press("Tab")
        if page.evaluate("round.complete"):
            break
    else:
        return ["Tab does not come round", *_end(page)]
    return _end(page)


def _end(page: Page) -> list[str]:
    found: Any = page.evaluate("round.end()")
    return [str(line)[:240] for line in found]
