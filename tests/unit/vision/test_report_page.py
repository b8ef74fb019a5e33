"""The pieces of an evaluation's page that need no model: curves, charts, what a reader is shown first."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from goodpart.vision.evaluation.cards import galleries
from goodpart.vision.evaluation.charts import histogram, precision_chart, roc_chart
from goodpart.vision.evaluation.curves import curves
from goodpart.vision.evaluation.evaluate import DefectFigures, Evaluation, JudgedImage
from goodpart.vision.evaluation.gallery import MOST_IN_A_GROUP, Shown, colour_levels, draw_edge, groups_of
from goodpart.vision.evaluation.sections import answer, distribution, ranking
from goodpart.vision.evaluation.tables import confusion, kinds, types
from goodpart.vision.evaluation.types import type_figures
from goodpart.vision.ranking import auroc
from goodpart.vision.threshold import prove
from goodpart.vision.verdict import Thresholds, decide

LIMITS = Thresholds(good_below=1.5, bad_above=2.5)
INFINITE = float("inf")
scores = st.lists(st.floats(0.001, 1000), min_size=1, max_size=80)


def evaluation(good: list[float], bad: list[float], kind: str = "scratch") -> Evaluation:
    """Parts with these scores; what has none was not inspected."""
    images = [
        JudgedImage(name=f"{label}/{n:03d}.png", label=label, score=score, verdict="no_read", ms=3.0, detail="No part.")
        if np.isinf(score)
        else JudgedImage(
            name=f"{label}/{n:03d}.png", label=label, score=score, verdict=decide(score, LIMITS).value, ms=3.0
        )
        for label, of_label in (("good", good), (kind, bad))
        for n, score in enumerate(of_label)
    ]
    read_good, read_bad = ([score for score in side if np.isfinite(score)] for side in (good, bad))
    missed = sum(score < LIMITS.good_below for score in bad)
    unread = len(bad) - len(read_bad)
    figures = DefectFigures(
        label=kind, n=len(bad), image_auroc=auroc(read_good, read_bad), missed=missed, unsure=0, no_read=unread
    )
    return Evaluation(
        package_id="0" * 64,
        n_good=len(good),
        n_bad=len(bad),
        image_auroc=auroc(read_good, read_bad),
        pixel_auroc=None,
        aupro=None,
        recall_at_1pct_overkill=0.5,
        infer_ms_p50=3.0,
        infer_ms_p95=4.0,
        thresholds=LIMITS,
        proof=prove(read_good, read_bad, LIMITS),
        kinds=(figures,),
        images=tuple(images),
        no_read_good=len(good) - len(read_good),
        no_read_bad=unread,
    )


class WellFormed(HTMLParser):
    """Fails on an element that is closed in the wrong order."""

    VOID = frozenset({"meta", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in self.VOID

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(scores, scores)
def test_curves_rise_from_nothing_to_everything_and_hold_the_area_that_is_told(
    good: list[float], bad: list[float]
) -> None:
    found = curves(good, bad)
    assert (np.diff(found.false_alarms) >= 0).all()
    assert (np.diff(found.caught) >= 0).all()
    assert found.caught[-1] == found.false_alarms[-1] == 1.0
    x, y = np.concatenate([[0.0], found.false_alarms]), np.concatenate([[0.0], found.caught])
    assert float(np.trapezoid(y, x)) == pytest.approx(auroc(good, bad))
    assert 0 < found.average_precision <= 1 + 1e-9


def test_average_precision_matches_a_case_done_by_hand() -> None:
    # In order of score: bad, good, bad. Precision 1 at the first defect, 2/3 at the second.
    assert curves([2.0], [3.0, 1.0]).average_precision == pytest.approx((1 + 2 / 3) / 2)


@given(scores, scores, st.floats(0.001, 1000), st.floats(0.001, 1000))
def test_a_histogram_is_drawn_of_any_scores_and_stays_on_the_paper(
    good: list[float], bad: list[float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    drawing = histogram(good, bad, Thresholds(good_below=low, bad_above=high))
    places = [float(value) for value in re.findall(r' (?:x|x1|x2|y|y1|y2)="([^"]+)"', drawing)]
    assert all(0 <= place <= 920 for place in places)
    assert "NaN" not in drawing.upper().replace("NANO", "")


def test_a_curve_tells_its_figures_to_who_cannot_see_it() -> None:
    found = curves([1.0, 2.0], [2.5, 3.0])
    assert 'aria-label="ROC curve: area 1.000. At bad from 2.5: 100.0% of defects' in roc_chart(
        found, 1.0, [(0.0, 1.0, "bad from 2.5")]
    )
    assert "average precision 1.000" in precision_chart(found, [])


def test_misses_and_false_alarms_come_first_the_worst_at_the_top_and_no_image_twice() -> None:
    found = evaluation([1.0] * 20 + [3.0, 2.6, 2.0], [0.9, 1.2, 2.0, 4.0] + [0.5] * 40)
    missed, alarms, hard_good, hard_bad = groups_of(found)
    assert [one.score for one in alarms.shown] == [3.0, 2.6]
    assert missed.found == 42
    assert len(missed.shown) == MOST_IN_A_GROUP
    assert missed.shown[0].score == 0.5
    assert len({one.name for one in [*missed.shown, *missed.named]}) == 42
    shown = {one.name: Shown(one, "", "", None, None, 1, 1) for group in groups_of(found) for one in group.shown}
    page = galleries(groups_of(found), shown)
    assert "<summary>The other 30 by name</summary>" in page
    assert all(page.count(one.name) == 1 for one in missed.named), "every miss is there, pictured or named"
    assert "<li>scratch/001.png <span>score 1.200</span></li>" in page
    assert hard_good.shown[0].score == 2.0
    assert [one.score for one in hard_bad.shown] == [2.0, 4.0]
    names = [one.name for group in (missed, alarms, hard_good, hard_bad) for one in group.shown]
    assert len(set(names)) == len(names)


def test_the_answer_comes_in_words_of_the_plant_with_what_the_sample_supports() -> None:
    said = answer(evaluation([1.0] * 30, [1.0] + [3.0] * 23))
    assert "23 of 24 defective parts were not passed, 1 was missed. 0 of 30 good parts were rejected" in said
    assert "escape rate below 19 % at 95 % confidence" in said
    assert said.count("below 19 % at 95 % confidence") == 2, "the tile and the statement name one bound"
    assert "Not inspected" not in said


def test_the_tables_give_ranges_and_say_how_they_differ_from_the_bounds_of_the_answer() -> None:
    said = confusion(evaluation([1.0] * 30, [1.0] + [3.0] * 23))
    assert "0.1 to 21.1 %" in said
    assert "two-sided" in said
    assert "names a lower figure than the range" in said


def test_a_part_that_was_not_inspected_is_an_outcome_of_its_own() -> None:
    found = evaluation([1.0] * 9 + [INFINITE], [1.0, 3.0, INFINITE, INFINITE])
    said = answer(found)
    assert "1 of 2 inspected defective parts were not passed, 1 was missed." in said
    assert "0 of 9 inspected good parts were rejected by mistake." in said
    assert "3 of 14 images were not inspected (no_read) and count in no other figure: 1 of 10 of good parts" in said
    table = confusion(found)
    assert '<th scope="col">Not inspected</th>' in table
    assert '<th scope="row">Good parts</th><td>10</td><td class="wrong">1 (10.0%)' in table
    assert '<th scope="row">Defects</th><td>4</td><td class="wrong">2 (50.0%)' in table
    assert "<td>4</td><td>2</td><td>" in kinds(found)
    for section in (distribution(found), ranking(found)):
        assert "inf" not in section.lower()
    missed, alarms, unread, *hardest = groups_of(found)
    assert [one.name for one in unread.shown] == ["good/009.png", "scratch/002.png", "scratch/003.png"]
    assert not any(np.isinf(one.score) for group in (missed, alarms, *hardest) for one in group.shown)


def test_parts_of_which_none_was_inspected_leave_a_page_without_a_ranking() -> None:
    found = evaluation([1.0] * 9, [INFINITE])
    assert "of one of the two no image was inspected" in ranking(found)
    for section in (answer(found), confusion(found), kinds(found), distribution(found)):
        assert "nan" not in re.sub("<[^>]+>", "", section).lower()


def test_a_missed_defect_shows_its_own_strangest_places_and_a_caught_one_what_is_not_good() -> None:
    heat = np.full((64, 64), 0.8, np.float32)
    heat[10:14, 10:14] = 1.2
    low, high = colour_levels(heat, LIMITS)
    assert (heat > low).sum() == 16
    assert high > low
    heat[40:60, 40:60] = 9.0
    assert colour_levels(heat, LIMITS)[0] == LIMITS.good_below


def test_where_nothing_was_missed_and_nothing_rejected_the_page_says_so() -> None:
    groups = groups_of(evaluation([1.0], [3.0]))
    said = galleries(
        groups, {one.name: Shown(one, "", "", None, None, 1, 1) for group in groups for one in group.shown}
    )
    assert "No defect scored below 1.500." in said
    assert "No good part scored 2.500 or more." in said


@pytest.mark.parametrize("ground", [0, 128, 255])
def test_a_marked_scratch_thinner_than_a_pixel_gets_a_line_round_it_and_stays_to_be_seen(ground: int) -> None:
    picture = np.full((40, 60, 3), ground, np.uint8)
    marked = np.zeros((400, 600), np.bool_)
    marked[200, 100:500] = True
    draw_edge(picture, marked)
    assert (picture[20, 10:50] == ground).all()
    assert picture[17, 30].tolist() == picture[23, 30].tolist() == [255, 255, 255]
    assert picture[16, 30].tolist() == picture[24, 30].tolist() == [0, 0, 0]
    assert (picture[:15] == ground).all()


def test_types_are_counted_by_what_they_were_taken_for() -> None:
    told = type_figures(("dent", "scratch"), [("dent", "dent"), ("dent", "scratch"), ("stain", "dent")])
    said = types(replace(evaluation([1.0], [3.0]), types=told))
    assert "50.0% of 2 defects are judged as what they are." in said
    assert '<th scope="row">dent</th><td class="right">1</td><td class="wrong">1</td>' in said
    assert '<th scope="row">stain</th><td class="other">1</td><td>0</td>' in said, "never taught: no answer is right"
    unknown = type_figures(("dent",), [("stain", "dent")])
    assert "judged as what they are" not in types(replace(evaluation([1.0], [3.0]), types=unknown))
    assert types(evaluation([1.0], [3.0])) == ""


def test_every_section_is_well_formed_and_escapes_the_names_it_is_given() -> None:
    kind = '<script>alert("1")</script>'
    told = type_figures((kind,), [(kind, kind)])
    found = replace(evaluation([1.0, 1.2, 2.0], [0.9, 2.8], kind=kind), types=told)
    for section in (answer, distribution, confusion, kinds, types, ranking):
        parser = WellFormed()
        parser.feed(section(found))
        assert parser.open == []
        assert "<script" not in section(found)
    assert "&lt;script&gt;" in kinds(found)
