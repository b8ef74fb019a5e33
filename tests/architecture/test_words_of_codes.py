"""Whatever the server names by a code has words in every language of the pages.

The pages look the words up under ``by_code`` of ``web/src/locales``: what is wrong (`GoodpartError.code`, `problem`),
alarms, what the optics check finds, and what the audit trail records. Codes are collected from the source.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from goodpart.kpi.shifts import ROUND_THE_CLOCK
from goodpart.server.audit.model import EDITS, TABLES

LANGUAGES = ("en", "de")
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
ANSWERED_BY = ("base", "kpi", "server", "trust", "vision", "web")
"""Packages of ``goodpart`` whose errors a page may get as an answer."""
NEVER_ON_A_PAGE = {
    # The server does not start with these: they stand on its command line.
    "cannot_listen",
    "data_folder_unusable",
    "database_unusable",
    "jobs_unusable",
    "objects_url_unusable",
    "pki_folder_unusable",
    "settings_unusable",
    # Answers to gateways, on a listener of their own.
    "batch_invalid",
    "body_unreadable",
    "certificate_expired",
    "certificate_foreign",
    "certificate_missing",
    "certificate_revoked",
    "certificate_unknown",
    "claim_code_malformed",
    "image_hash_wrong",
    "package_not_desired",
    "station_not_wired",
    # Of a record that came from a gateway: the pages show the alarm that it raises.
    "unusable_event",
    "unusable_inspection",
    "unusable_machine_state",
    # The root of all errors.
    "error",
}
OF_THE_FRAMEWORK = {"bad_request": "Starlette", "method_not_allowed": "Starlette"}
"""Answers that no code of ours makes."""


@dataclass(frozen=True)
class Found:
    code: str
    where: str


class Sources:
    """Calls, classes and assignments of the packages of ``goodpart``, each with its package and where it is."""

    def __init__(self, checkout: Path) -> None:
        self._calls: dict[str, list[tuple[ast.Call, str, str]]] = {}
        self._classes: list[tuple[ast.ClassDef, str, str]] = []
        self._assignments: list[tuple[ast.Assign, str, str]] = []
        root = checkout / "src" / "goodpart"
        for path in sorted(root.rglob("*.py")):
            self._read(path, path.relative_to(root).parts[0], str(path.relative_to(checkout)))

    def _read(self, path: Path, package: str, file: str) -> None:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                self._calls.setdefault(name_of(node.func), []).append((node, package, f"{file}:{node.lineno}"))
            elif isinstance(node, ast.ClassDef):
                self._classes.append((node, package, f"{file}:{node.lineno}"))
            elif isinstance(node, ast.Assign):
                self._assignments.append((node, package, f"{file}:{node.lineno}"))

    def calls(self, name: str, *packages: str) -> Iterator[tuple[ast.Call, str]]:
        return ((node, where) for node, package, where in self._calls.get(name, []) if package in packages)

    def classes(self, *packages: str) -> Iterator[tuple[ast.ClassDef, str]]:
        return ((node, where) for node, package, where in self._classes if package in packages)

    def assignments(self, *packages: str) -> Iterator[tuple[str, ast.expr, str]]:
        return (
            (name_of(node.targets[0]), node.value, where)
            for node, package, where in self._assignments
            if package in packages
        )


def name_of(node: ast.expr) -> str:
    """The last name of what is called or assigned to."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def audit_records(sources: "Sources") -> Iterator[tuple[ast.Call, str]]:
    for call, where in sources.calls("record", "server"):
        if isinstance(call.func, ast.Attribute) and name_of(call.func.value) == "audit":
            yield call, where


@pytest.fixture(scope="session")
def sources(checkout: Path) -> Sources:
    return Sources(checkout)


@pytest.fixture(scope="session")
def words(checkout: Path) -> dict[str, dict[str, Any]]:
    """By language."""
    folder = checkout / "web" / "src" / "locales"
    return {language: json.loads((folder / f"{language}.json").read_text())["by_code"] for language in LANGUAGES}


def strings(node: ast.AST) -> list[str]:
    """Every text that an expression may be: of a conditional, both."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return strings(node.body) + strings(node.orelse) if isinstance(node, ast.IfExp) else []


def error_codes(sources: Sources, *packages: str) -> dict[str, Found]:
    """The code of each class of error, by the name of the class."""
    found: dict[str, Found] = {}
    for node, where in sources.classes(*packages):
        if node.name.endswith("Error"):
            codes = [
                line.value for line in node.body if isinstance(line, ast.Assign) and name_of(line.targets[0]) == "code"
            ]
            # A code that is taken from another class is known from there.
            found.update((node.name, Found(code, where)) for value in codes for code in strings(value))
    return found


def problem_codes(sources: Sources) -> Iterator[Found]:
    yield from error_codes(sources, *ANSWERED_BY).values()
    for call, where in sources.calls("problem", "server", "web"):
        for code in strings(call.args[1]):
            yield Found(code, where)


def alarm_codes(sources: Sources) -> Iterator[Found]:
    for call, where in sources.calls("raise_alarm", "server"):
        yield from (Found(code, where) for code in strings(call.args[1]))
    for name in ("say", "set_to"):
        for call, where in sources.calls(name, "gateway"):
            yield from (Found(code, where) for code in strings(call.args[0]))
    for name, value, where in sources.assignments("server"):
        if name in {"_CRITICAL", "_INFORMATION"}:
            assert isinstance(value, ast.Set)
            yield from (Found(code, where) for item in value.elts for code in strings(item))
    # Raised under the code of the error that was met.
    for name, found in error_codes(sources, "server", "wire", "gateway").items():
        if name in {"UnreadableEventError", "UnusableEventError", "JournalDamagedError"}:
            yield found


def optics_codes(sources: Sources) -> Iterator[Found]:
    for call, where in sources.calls("OpticsFinding", "vision"):
        yield from (Found(code, where) for word in call.keywords if word.arg == "code" for code in strings(word.value))
    for call, where in sources.calls("Row", "vision"):
        for told in call.args[-2:]:
            if isinstance(told, ast.Tuple):
                yield Found(strings(told.elts[0])[0], where)


def audit_actions(sources: Sources) -> Iterator[Found]:
    for call, where in audit_records(sources):
        yield from (Found(action, where) for action in strings(call.args[1]))
    for name, value, where in sources.assignments("server"):
        if re.search(r"^[A-Z]+_REFUSED$", name):
            yield from (Found(action, where) for action in strings(value))


def leaves(tree: Any, path: str = "") -> Iterator[str]:
    """Where the texts are, as paths: only the lowest level below it is one text in parts (``what`` and ``next``)."""
    if isinstance(tree, str) or {"what", "next"} == tree.keys() or {"title", "next"} == tree.keys():
        yield path
        return
    for key, value in tree.items():
        yield from leaves(value, f"{path}.{key}" if path else key)


def complaints(found: dict[str, str], words: dict[str, dict[str, Any]], section: str) -> list[str]:
    """``found`` says where each code comes from."""
    said = []
    for language in LANGUAGES:
        known = set(leaves(words[language][section]))
        file = f"web/src/locales/{language}.json"
        said += [f"{found[code]}: say {code!r} in {file}, by_code.{section}" for code in found.keys() - known]
        said += [
            f"{file}: by_code.{section}.{code}: nothing in the source has this code" for code in known - found.keys()
        ]
    return sorted(said)


def test_every_problem_that_a_page_may_meet_is_said_in_every_language(
    sources: Sources, words: dict[str, dict[str, Any]]
) -> None:
    found = OF_THE_FRAMEWORK | {one.code: one.where for one in problem_codes(sources)}
    assert sorted(NEVER_ON_A_PAGE - found.keys()) == [], "these are no codes any more: take them out of NEVER_ON_A_PAGE"
    on_a_page = {code: where for code, where in found.items() if code not in NEVER_ON_A_PAGE}
    assert complaints(on_a_page, words, "problem") == []


def test_a_problem_carries_the_values_that_its_words_have_places_for(
    sources: Sources, words: dict[str, dict[str, Any]]
) -> None:
    lacking = []
    for name, error in error_codes(sources, *ANSWERED_BY).items():
        asked = {
            value
            for language in LANGUAGES
            for text in words[language]["problem"].get(error.code, {}).values()
            for value in PLACEHOLDER.findall(text)
        }
        for call, where in sources.calls(name, *ANSWERED_BY):
            given = {word.arg for word in call.keywords}
            lacking += [f"{where}: {name} says its {value}= ({error.code})" for value in sorted(asked - given)]
    assert lacking == []


def test_every_alarm_has_a_title_and_a_next_step_in_every_language(
    sources: Sources, words: dict[str, dict[str, Any]]
) -> None:
    assert complaints({one.code: one.where for one in alarm_codes(sources)}, words, "alarm") == []


def test_everything_that_the_optics_check_finds_is_said_in_every_language(
    sources: Sources, words: dict[str, dict[str, Any]]
) -> None:
    assert complaints({one.code: one.where for one in optics_codes(sources)}, words, "optics") == []


def test_everything_that_can_be_wrong_with_a_row_of_a_file_is_said_in_every_language(
    sources: Sources, checkout: Path
) -> None:
    codes = {ast.literal_eval(call.args[1]) for call, _ in sources.calls("RowProblem", "server")}
    assert len(codes) > 10
    for language in LANGUAGES:
        locale = checkout / "web" / "src" / "locales" / f"{language}.json"
        texts = json.loads(locale.read_text())["import"]["problem"]
        assert set(texts) == codes, language


def test_the_shift_of_a_plant_that_keeps_none_is_said_in_every_language(words: dict[str, dict[str, Any]]) -> None:
    for language in LANGUAGES:
        assert set(words[language]["shift"]) == {ROUND_THE_CLOCK.name}


def test_every_action_on_record_is_said_in_every_language(sources: Sources, words: dict[str, dict[str, Any]]) -> None:
    assert complaints({one.code: one.where for one in audit_actions(sources)}, words, "action") == []


def test_what_counts_as_an_edit_is_on_record_by_that_name(sources: Sources) -> None:
    """Else who is second at an edit would not learn who was first."""
    assert {*EDITS, *TABLES.values()} - {one.code for one in audit_actions(sources)} == set()


def test_every_record_of_the_audit_trail_names_its_action_where_it_is_written(sources: Sources) -> None:
    """So that the test above sees all of them; what passes an action on takes it from a constant."""
    unseen = [where for call, where in audit_records(sources) if not strings(call.args[1])]
    assert [where for where in unseen if not where.startswith("src/goodpart/server/gateways/refusals.py")] == []


def test_the_audit_page_can_be_narrowed_to_whatever_was_done(sources: Sources, checkout: Path) -> None:
    for language in LANGUAGES:
        nouns = json.loads((checkout / "web" / "src" / "locales" / f"{language}.json").read_text())["audit"]["noun"]
        lost = [
            f"{one.where}: no noun of audit.noun in {language}.json begins {one.code}"
            for one in audit_actions(sources)
            if not any(one.code.startswith(noun) for noun in nouns)
        ]
        assert lost == []
