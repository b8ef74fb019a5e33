"""Writes the description of the browser API, from which the pages' typed client is made:

python -m goodpart.server.openapi > web/openapi.json
"""

import json
import sys

from goodpart.server.api import make_browser_app


def description() -> str:
    """The OpenAPI document as committed: indented, in a stable order, with a final newline."""
    return json.dumps(make_browser_app(hosts=()).openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(description())
