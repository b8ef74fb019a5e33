"""The demo's door to the line: what it answers, and what it refuses."""

import cv2
import httpx
import numpy as np

from tests.integration.demo_line.lines import StartLine


def test_known_good_parts_to_teach_with_are_photographed_on_demand(start_line: StartLine) -> None:
    line = start_line()
    answer = line.http.get("/control/teaching", params={"part_number": "BR-2207", "count": 3}).json()
    assert len(answer["urls"]) == 3
    pictures = [httpx.get(url) for url in answer["urls"]]
    assert all(picture.headers["content-type"] == "image/jpeg" for picture in pictures)
    assert len({picture.content for picture in pictures}) == 3
    opened = cv2.imdecode(np.frombuffer(pictures[0].content, np.uint8), cv2.IMREAD_COLOR)
    assert opened is not None
    assert opened.shape == (480, 640, 3)
    assert httpx.get(answer["urls"][0]).content == pictures[0].content
    assert line.http.get("/control/teaching/NO-SUCH/0").status_code == 404


def test_a_feed_of_n_parts_gives_n_parts_and_a_hold_stops_at_once(start_line: StartLine) -> None:
    line = start_line("--cycle-ms", "100")
    assert line.post("feed", parts=4)["state"] == "running"
    status = line.until(lambda status: status["state"] == "starved")
    assert status["sequence"] == status["counts"]["parts"] == 4
    line.post("feed", parts=None, running=True)
    line.until(lambda status: status["sequence"] >= 6)
    held = line.post("feed", parts=None, running=False)
    assert (held["state"], held["reason"]) == ("planned_stop", "held")
    later = line.until(lambda status: status["pending"] == 0)
    assert later["sequence"] == held["sequence"]
    assert [part["sequence"] for part in line.truth(**{"from": 2, "to": 3})] == [2, 3]


MISUNDERSTOOD = (
    ("feed", b'{"parts": -1}'),
    ("feed", b'{"parts": "many"}'),
    ("feed", b'{"pieces": 1}'),
    ("feed", b"not json"),
    ("feed", b""),
    ("acts_on_results", b'{"value": 1}'),
    ("acts_on_results", b"{}"),
    ("part_number", b'{"part_number": "NO-SUCH"}'),
)


def test_what_the_line_does_not_understand_is_refused_with_a_reason(start_line: StartLine) -> None:
    line = start_line()
    for call, body in MISUNDERSTOOD:
        answer = line.http.post(f"/control/{call}", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422, (call, body)
        assert answer.json()["cause"]
        assert answer.json()["remedy"]
    assert line.http.get("/control/truth", params={"from": "-1"}).status_code == 422
    assert line.http.get("/control/truth", params={"to": "9" * 40}).status_code == 422
    assert line.http.get("/control/teaching", params={"part_number": "NO-SUCH"}).status_code == 422
    form = line.http.post("/control/feed", content=b'{"running": true}', headers={"content-type": "text/plain"})
    assert form.status_code == 422
    assert line.status()["state"] == "planned_stop"
    assert httpx.get(line.camera.replace("station1", "station9")).status_code == 404
    assert httpx.get(line.camera.partition("/cameras")[0] + "/control/status").status_code == 404
