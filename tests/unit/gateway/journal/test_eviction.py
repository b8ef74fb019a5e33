"""A full image store gives up what the server has, oldest good parts first, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from goodpart.gateway.journal.eviction import choose_evictions
from goodpart.gateway.journal.rows import ImageRow
from goodpart.wire.events import ImageRole
from goodpart.wire.verdicts import Verdict


def row(number: int, verdict: Verdict, content: str | None = None, size: int = 100) -> ImageRow:
    return ImageRow(
        number, f"inspection-{number}", verdict, ImageRole.FRAME, content or f"content-{number}", "image/jpeg", size
    )


rows = st.lists(st.tuples(st.sampled_from(Verdict), st.integers(0, 12), st.integers(1, 500)), max_size=30).map(
    lambda drawn: [
        row(number, verdict, f"content-{content}", {content: 10 + content}[content])
        for number, (verdict, content, _) in enumerate(drawn, 1)
    ]
)


@given(images=rows, uploaded=st.sets(st.integers(0, 12)), wanted=st.integers(-5, 400))
def test_only_uploaded_images_go_and_no_more_than_needed(
    images: list[ImageRow], uploaded: set[int], wanted: int
) -> None:
    contents = {f"content-{number}" for number in uploaded}
    eviction = choose_evictions(images, contents, wanted)
    sizes = {image.sha256: image.size_bytes for image in images}
    freed = sum(sizes[content] for content in eviction.contents)
    assert set(eviction.contents) <= contents & sizes.keys()
    assert len(set(eviction.contents)) == len(eviction.contents)
    assert eviction.missing_bytes == max(wanted - freed, 0)
    if eviction.contents:
        assert freed - sizes[eviction.contents[-1]] < wanted
    if eviction.missing_bytes:
        assert set(eviction.contents) == contents & sizes.keys()


@given(images=rows, wanted=st.integers(1, 400))
def test_no_image_of_another_verdict_goes_while_one_of_good_parts_is_left(images: list[ImageRow], wanted: int) -> None:
    everything = {image.sha256 for image in images}
    eviction = choose_evictions(images, everything, wanted)
    precious = {image.sha256 for image in images if image.verdict is not Verdict.GOOD}
    kinds = [content in precious for content in eviction.contents]
    assert kinds == sorted(kinds)
    if any(kinds):
        assert everything - precious <= set(eviction.contents)


def test_the_oldest_go_first() -> None:
    images = [row(number, Verdict.GOOD) for number in range(1, 6)]
    eviction = choose_evictions(images, {image.sha256 for image in images}, 250)
    assert eviction.contents == ("content-1", "content-2", "content-3")


def test_a_content_that_a_bad_part_shares_is_kept_like_the_bad_parts() -> None:
    images = [row(1, Verdict.GOOD, "shared"), row(2, Verdict.GOOD), row(3, Verdict.BAD, "shared")]
    eviction = choose_evictions(images, {"shared", "content-2"}, 1)
    assert eviction.contents == ("content-2",)
