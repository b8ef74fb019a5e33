"""The demo from start to end: every piece real, each step through the door that a plant uses."""

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Self

from goodpart.base.files import open_data_folder
from goodpart.demo.children import Children
from goodpart.demo.client import ApiClient, DemoError, Json, wait_for
from goodpart.demo.figures import Figures, collect
from goodpart.demo.line.pictures import PictureFolder
from goodpart.demo.memory import DemoMemory, load_memory, save_memory
from goodpart.demo.plant import LineAddresses, Plant, is_wired, set_up, wire_station
from goodpart.demo.promotion import observe_until_evidence, observing, promote_all, truth_between
from goodpart.demo.teaching import DRAWN_GOOD_PARTS, PICTURED_GOOD_PARTS, teach

_LAYOUT = 1
_START_WITHIN_S = 60.0
_NAME = "demo"


@dataclass(frozen=True)
class DemoOptions:
    data: Path
    browser_port: int
    cycle_ms: int
    images: Path | None
    say: Callable[[str], None]


class Stopped(BaseException):
    """Ctrl-C or SIGTERM: not an error, and not to be caught by what handles errors."""


class Demo:
    """Server, gateway and line on this machine, from `start` until the ``with`` block ends."""

    def __init__(self, options: DemoOptions, children: type[Children] = Children) -> None:
        self._options = options
        self._say = options.say
        self._started = time.monotonic()
        if options.images is not None and not options.data.exists():
            PictureFolder(options.images, seed=1)  # refuses a folder without pictures before anything is made
        open_data_folder(options.data, version=_LAYOUT)
        logs = options.data / "logs"
        logs.mkdir(exist_ok=True)
        self._memory = load_memory(options.data, browser_port=options.browser_port)
        self.children = children(logs, {"PYTHONUNBUFFERED": "1"})
        self._open = ExitStack()
        self._api: ApiClient
        self._line: ApiClient
        self._plant: Plant
        self.start_to_first_verdict_s = 0.0

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._open.callback(signal.signal, number, signal.signal(number, _raise_stopped))
        self._open.callback(self.children.stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        self._open.close()

    def start(self) -> None:
        """Bring all processes up, teach what is not taught yet, and wait for the first verdict."""
        memory, data = self._memory, self._options.data
        self._say("Starting the server and the simulated line.")
        self._start_server(memory)
        self._start_line(memory)
        server = self.children.read_ready_line("server", within_s=_START_WITHIN_S)
        line = self.children.read_ready_line("line", within_s=_START_WITHIN_S)
        self._api = self._client(server["url"], "server")
        self._line = self._client(line["control_url"], "line")
        self._sign_in(server.get("first_run_url"))
        status = self._line.get("/control/status")
        numbers: list[str] = status["part_numbers"]
        self._plant = set_up(self._api, numbers, ideal_cycle_ms=int(self._options.cycle_ms * 0.95))
        addresses = LineAddresses(plc_url=line["plc_url"], camera_url=line["camera_url"])
        if not is_wired(self._api, self._plant, addresses):
            self._note_rollout(due=True)
            wire_station(self._api, self._plant, addresses)
        self._start_gateway(data / "gateway")
        taught = {each["part_number"] for each in self._api.items("/api/recipes", station=self._plant.station)}
        fresh = [number for number in numbers if number not in taught]
        good_parts = DRAWN_GOOD_PARTS if self._options.images is None else PICTURED_GOOD_PARTS
        for number in fresh:
            self._note_rollout(due=True)
            teach(
                self._api,
                self._line,
                self._plant,
                number,
                good_parts=good_parts,
                say=self._say,
                check=self.children.check,
            )
        if self._memory.rollout_due:
            self._roll_out("Demo: first models" if fresh else "Demo: changes since the last start")
        self._wait_for_first_verdict()

    def sign_in_link(self) -> str:
        """A single-use link that signs a browser in, minted through the API like any other."""
        link: Json = self._api.post("/api/session/links")
        return f"{self._api.url}{link['path']}"

    def reach_production(self) -> None:
        """Observe, review, promote: whatever recipe is still in observe earns its production mode."""
        if observing(self._api, self._plant):
            observe_until_evidence(self._api, self._line, self._plant, say=self._say, check=self.children.check)
            self._hold_line()
            self._note_rollout(due=True)
            promote_all(self._api, self._plant)
            self._roll_out("Demo: promoted to production")
            self._say("Promoted to production: what the model calls bad is rejected at the PLC from here on.")
        self._line.post("/control/acts_on_results", {"value": True})

    def run_endlessly(self) -> None:
        """Feed parts until the process is stopped or a part of the demo dies."""
        self._line.post("/control/feed", {"parts": None, "running": True})
        while True:
            self.children.check()
            time.sleep(0.5)

    def run_parts(self, parts: int) -> Figures:
        """Feed exactly ``parts`` parts and wait until the server has every one of them."""
        before = self._hold_line()
        started_at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        self._line.post("/control/feed", {"parts": parts, "running": True})
        self._say(f"Inspecting {parts} production parts.")
        window = (before + 1, before + parts)
        cycle_s = self._options.cycle_ms / 1000

        def counted() -> bool | None:
            counts = self._api.get(
                "/api/inspections/counts", station=self._plant.station, mode="production", **{"from": started_at}
            )
            status = self._line.get("/control/status")
            return True if counts["parts"] >= parts and status["pending"] == 0 else None

        wait_for(
            f"{parts} parts to be accounted for on the server",
            counted,
            within_s=60 + parts * cycle_s * 3,
            meanwhile=self.children.check,
        )
        return collect(
            self._api,
            truth_between(self._line, *window),
            self._plant,
            self._options.data / "gateway",
            window,
            parts=parts,
            started_at=started_at,
            start_to_first_verdict_s=self.start_to_first_verdict_s,
        )

    def _client(self, url: str, name: str) -> ApiClient:
        return self._open.enter_context(ApiClient(url, name=name, on_unreachable=self.children.check))

    def _start_server(self, memory: DemoMemory) -> None:
        self.children.start(
            "server",
            "goodpart",
            "server",
            "--json",
            environment={
                "GOODPART_DATA_DIR": str(self._options.data / "server"),
                "GOODPART_PORT": str(memory.browser_port),
                "GOODPART_GATEWAY_PORT": str(memory.gateway_port),
            },
        )

    def _start_line(self, memory: DemoMemory) -> None:
        arguments = ["goodpart.demo.line", "--folder", str(self._options.data / "line")]
        arguments += ["--plc-port", str(memory.plc_port), "--http-port", str(memory.line_port)]
        arguments += ["--cycle-ms", str(self._options.cycle_ms)]
        if self._options.images is not None:
            arguments += ["--images", str(self._options.images.resolve())]
        self.children.start("line", *arguments)

    def _sign_in(self, first_run_url: str | None) -> None:
        if first_run_url is None:
            self._api.post("/api/session", {"name": _NAME, "password": self._memory.password})
            return
        token = first_run_url.partition("#")[2]
        self._api.post("/api/session/first-run", {"token": token, "name": _NAME, "password": self._memory.password})

    def _start_gateway(self, data: Path) -> None:
        """Enrol with a one-time code at the first start; later the gateway has its certificate."""
        arguments = ["goodpart", "gateway", "--data", str(data)]
        gateway = self._api.get(f"/api/gateways/{self._plant.gateway}")
        if gateway["enrolled_at"] is None:
            claim = self._api.post(f"/api/gateways/{self._plant.gateway}/claim-codes")
            arguments += ["--join", f"https://127.0.0.1:{self._memory.gateway_port}", "--code", claim["code"]]
        self.children.start("gateway", *arguments)

    def _roll_out(self, note: str) -> None:
        rollout = self._api.post("/api/rollouts", {"gateways": [self._plant.gateway], "note": note})

        def ended() -> Json | None:
            state: Json = self._api.get(f"/api/rollouts/{rollout['id']}")
            return state if state["state"] != "running" else None

        ended_as = wait_for("the gateway to activate", ended, within_s=90, meanwhile=self.children.check)
        if ended_as["state"] != "succeeded":
            raise DemoError(f"The rollout failed: {ended_as['targets'][0]['detail']}")
        self._note_rollout(due=False)

    def _note_rollout(self, *, due: bool) -> None:
        self._memory.rollout_due = due
        save_memory(self._options.data, self._memory)

    def _wait_for_first_verdict(self) -> None:
        since = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        self._line.post("/control/feed", {"parts": None, "running": True})

        def seen() -> bool | None:
            found = self._api.get("/api/inspections", station=self._plant.station, limit=20, **{"from": since})
            return True if any(each["verdict"] != "no_read" for each in found["items"]) else None

        wait_for("the first verdict", seen, within_s=_START_WITHIN_S, meanwhile=self.children.check)
        self.start_to_first_verdict_s = time.monotonic() - self._started
        self._say(f"First verdict {self.start_to_first_verdict_s:.1f} s after the start.")

    def _hold_line(self) -> int:
        """Stop feeding, wait until the server has every part that passed, and return the last part's sequence."""
        self._line.post("/control/feed", {"parts": None, "running": False})

        def settled() -> int | None:
            status = self._line.get("/control/status")
            counts = self._api.get("/api/inspections/counts", station=self._plant.station)
            is_settled = status["pending"] == 0 and counts["last_sequence"] == status["sequence"]
            return int(status["sequence"]) if is_settled else None

        return wait_for("the line to stand still", settled, within_s=60, meanwhile=self.children.check)


def _raise_stopped(_signal: int, _frame: FrameType | None) -> None:
    raise Stopped
