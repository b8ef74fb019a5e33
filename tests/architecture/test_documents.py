"""Documents that people follow: links lead somewhere, and commands they name exist."""

import re
from pathlib import Path

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


def test_every_decision_record_says_context_decision_and_consequence(checkout: Path) -> None:
    records = [path for path in sorted((checkout / "docs" / "decisions").glob("*.md")) if path.name != "index.md"]
    assert records
    index = (checkout / "docs" / "decisions" / "index.md").read_text()
    for path in records:
        titles = HEADING.findall(path.read_text())
        assert titles[1:] == ["Context", "Decision", "Consequence"], path.name
        assert f"({path.name})" in index, f"{path.name} is not in docs/decisions/index.md"
