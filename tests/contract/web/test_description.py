"""The pages are built against the API as committed, so what is committed must be what the server offers."""

from pathlib import Path

from goodpart.server.openapi import description

CHECKOUT = Path(__file__).resolve().parents[3]


def test_the_pages_know_the_api_as_it_is() -> None:
    committed = (CHECKOUT / "web" / "openapi.json").read_text(encoding="utf-8")
    assert committed == description(), "Run: python -m goodpart.server.openapi > web/openapi.json"
