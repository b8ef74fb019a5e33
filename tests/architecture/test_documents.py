"""Documents that people follow: links lead somewhere, and commands they name exist."""

import importlib.util
import re
from pathlib import Path

from goodpart.server.kit.roles import Role

LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def anchors(document: str) -> set[str]:
    """The anchors that headings get: lower case, words joined by hyphens, other signs dropped."""
    titles = HEADING.findall(FENCE.sub("", document))
    return {re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", title.replace("`", "")).strip().lower()) for title in titles}


def documents(texts: dict[Path, str]) -> dict[Path, str]:
    return {path: text for path, text in texts.items() if path.suffix == ".md"}


def test_every_link_of_a_document_leads_to_a_file_and_heading_that_exist(
    texts: dict[Path, str], checkout: Path
) -> None:
    broken = []
    for path, text in documents(texts).items():
        for target in ("".join(groups) for groups in LINK.findall(FENCE.sub("", text))):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            there = (path.parent / name).resolve() if name else path
            if not there.exists() or (anchor and anchor not in anchors(there.read_text())):
                broken.append(f"{path.relative_to(checkout)}: {target}")
    assert broken == []


def test_every_make_target_that_a_document_names_exists_and_is_explained(
    texts: dict[Path, str], checkout: Path
) -> None:
    makefile = (checkout / "Makefile").read_text()
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE))
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert phony == explained
    named = {
        (str(path.relative_to(checkout)), target)
        for path, text in documents(texts).items()
        for target in re.findall(
            r"(?:^|`| )make ([a-z][a-z-]*)",
            "\n".join(re.findall(r"`[^`\n]+`|^ {4}.*|^```[^`]*```", text, re.MULTILINE)),
        )
    }
    assert {(where, target) for where, target in named if target not in explained} == set()


def test_every_page_of_the_product_that_a_document_names_exists(texts: dict[Path, str], checkout: Path) -> None:
    """An address in code, `/inspections/…`, is one of the pages'; those of the API and of files begin otherwise."""
    routes = re.findall(r"path: '(/[^']*)'", (checkout / "web" / "src" / "app" / "router.tsx").read_text())
    known = {re.sub(r"\$\w+", "…", route).strip("/") for route in routes}
    pages = {*known, *(f"settings/{route}" for route in known)}
    strange = [
        f"{path.relative_to(checkout)}: `{named}` is no page of web/src/app/router.tsx"
        for path, text in documents(texts).items()
        if checkout / "docs" / "guides" in path.parents
        for named in re.findall(r"`(/[^`\s]+)`", FENCE.sub("", text))
        if not re.match(r"/(api|gateway|enroll|etc|var|proc|tmp)\b", named)
        and named.partition("?")[0].strip("/") not in pages
    ]
    assert strange == []


def test_everything_generated_that_a_document_asks_for_is_generated(texts: dict[Path, str], checkout: Path) -> None:
    """Roles, permissions and alarms of the guides come from the code, so that they are those that there are."""
    spec = importlib.util.spec_from_file_location("generated", checkout / "docs" / "generated.py")
    assert spec is not None
    assert spec.loader is not None
    generated = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generated)
    for path, text in documents(texts).items():
        if checkout / "docs" in path.parents and path.name != "documentation.md":
            made = generated.on_page_markdown(text)
            assert "<!-- generated:" not in made, (
                f"{path.relative_to(checkout)} asks for what docs/generated.py has not"
            )


def test_every_picture_is_of_the_tour_and_shown_in_it(texts: dict[Path, str], checkout: Path) -> None:
    docs = checkout / "docs"
    taken = set(re.findall(r'Stop\("([^"]+)"', texts[docs / "screenshots.py"]))
    assert taken - {path.name for path in (docs / "images").iterdir()} == set(), "run make screenshots"
    assert {path.name for path in (docs / "images").iterdir()} - taken == set(), "no stop of TOUR takes these"
    tour = texts[docs / "guides" / "tour.md"]
    assert [name for name in sorted(taken) if f"(../images/{name})" not in tour] == [], "show them in the tour"


def test_every_role_has_a_guide(checkout: Path) -> None:
    guides = "".join(path.read_text() for path in (checkout / "docs" / "guides" / "roles").glob("*.md"))
    assert [role for role in Role if f"<!-- generated: role-{role} -->" not in guides] == []


def test_every_decision_record_says_context_decision_and_consequence(checkout: Path) -> None:
    records = [path for path in sorted((checkout / "docs" / "decisions").glob("*.md")) if path.name != "index.md"]
    assert records
    index = (checkout / "docs" / "decisions" / "index.md").read_text()
    for path in records:
        titles = HEADING.findall(path.read_text())
        assert titles[1:] == ["Context", "Decision", "Consequence"], path.name
        assert f"({path.name})" in index, f"{path.name} is not in docs/decisions/index.md"
