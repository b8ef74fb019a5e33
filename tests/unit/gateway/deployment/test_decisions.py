"""The decision what a deployment does next, for every state, every fact and every kill."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodpart.gateway.deployment.model import (
    NEXT,
    Content,
    Deployment,
    Facts,
    Fetch,
    Prove,
    Rest,
    Restore,
    Step,
    Switch,
    Wait,
    decide,
    may_follow,
    receive,
    refusal_of,
    refuse,
)
from goodpart.wire.reported import DeploymentStage
from goodpart.wire.signed import Signature, SignedDocument

TIMEOUT_S = 60.0
PACKAGES = ["a" * 64, "b" * 64, "c" * 64]
STATIONS = ["one", "two"]

revisions = st.integers(0, 6)
packages = st.frozensets(st.sampled_from(PACKAGES))
contents = st.builds(
    Content, revision=st.integers(1, 6), packages=packages, stations=st.frozensets(st.sampled_from(STATIONS))
)
all_facts = st.builds(
    Facts,
    target=st.none() | contents,
    on_disk=st.none() | contents,
    previous_revision=revisions,
    packages_here=packages,
    proven=packages,
    running=st.dictionaries(st.sampled_from(STATIONS), revisions),
    failure=st.sampled_from(["", "It does not prove itself."]),
    activating_for_s=st.floats(0, 100),
)
states = st.builds(
    Deployment,
    stage=st.sampled_from(DeploymentStage),
    revision=revisions,
    active_revision=revisions,
    detail=st.sampled_from(["", "said before"]),
)


def document(revision: int) -> SignedDocument:
    return SignedDocument(payload=str(revision).encode(), signature=Signature(key_id="k", value="v"))


def ask(state: Deployment, facts: Facts) -> tuple[Deployment, Step]:
    return decide(state, facts, activation_timeout_s=TIMEOUT_S)


@given(states, all_facts)
def test_every_state_has_a_next_one_that_the_table_allows(state: Deployment, facts: Facts) -> None:
    following, _ = ask(state, facts)
    assert may_follow(state.stage, following.stage)


@given(states, all_facts)
def test_asked_again_the_answer_settles(state: Deployment, facts: Facts) -> None:
    for _ in range(10):
        following, step = ask(state, facts)
        if following == state:
            break
        state = following
    assert ask(state, facts) == (state, step)


@given(states, all_facts)
def test_stations_are_told_of_nothing_that_is_not_whole_and_proven(state: Deployment, facts: Facts) -> None:
    following, step = ask(state, facts)
    if isinstance(step, Switch) and not following.stage.is_final:
        assert facts.target is not None
        assert facts.target.packages <= facts.packages_here & facts.proven
        assert not facts.failure


@given(states, all_facts)
def test_active_means_that_every_station_says_so(state: Deployment, facts: Facts) -> None:
    following, _ = ask(state, facts)
    if following.stage is DeploymentStage.ACTIVE and state.stage is not DeploymentStage.ACTIVE:
        assert facts.target is not None
        assert facts.on_disk is not None
        assert facts.on_disk.revision == facts.target.revision == following.active_revision
        assert all(facts.running.get(station) == facts.target.revision for station in facts.target.stations)


@given(states, all_facts)
def test_the_last_good_revision_changes_only_for_one_that_all_its_stations_run(state: Deployment, facts: Facts) -> None:
    following, _ = ask(state, facts)
    if following.active_revision != state.active_revision:
        assert facts.on_disk is not None
        assert following.active_revision == facts.on_disk.revision


@given(states, all_facts)
def test_a_refusal_says_why_and_leaves_the_stations_what_they_had(state: Deployment, facts: Facts) -> None:
    following, step = ask(state, facts)
    if following.stage is DeploymentStage.REFUSED and state.stage is not DeploymentStage.REFUSED:
        assert following.detail
        assert following.document is None
        assert isinstance(step, Rest | Restore)
        told = facts.on_disk.revision if facts.on_disk else 0
        if told == following.active_revision:
            assert isinstance(step, Rest)


@given(states, all_facts)
def test_only_what_is_missing_is_fetched_and_only_what_is_unproven_is_proven(state: Deployment, facts: Facts) -> None:
    _, step = ask(state, facts)
    if isinstance(step, Fetch):
        wanted = facts.on_disk if state.stage.is_final else facts.target
        assert wanted is not None
        assert step.packages == wanted.packages - facts.packages_here != frozenset()
    if isinstance(step, Prove):
        assert facts.target is not None
        assert step.package in facts.target.packages & facts.packages_here - facts.proven


def replace_lacking(state: Deployment) -> Deployment:
    return msgspec.structs.replace(state, lacking="")


@given(states, all_facts)
def test_a_final_stage_never_changes_by_itself(state: Deployment, facts: Facts) -> None:
    if state.stage.is_final:
        following, step = ask(state, facts)
        assert replace_lacking(following) == replace_lacking(state)
        assert isinstance(step, Rest | Restore | Switch | Fetch)


@given(states, all_facts)
def test_a_last_good_state_that_lacks_a_package_gets_it_and_says_so(state: Deployment, facts: Facts) -> None:
    following, step = ask(state, facts)
    told = facts.on_disk
    if state.stage.is_final and told is not None and told.revision == state.active_revision:
        missing = told.packages - facts.packages_here
        assert step == (Fetch(missing) if missing else Rest())
        assert bool(following.lacking) is bool(missing)
        assert following.lacking in following.said


@given(states, st.integers(1, 8), st.none() | revisions)
def test_nothing_older_is_taken_over_unless_it_undoes_what_runs(
    state: Deployment, revision: int, rolls_back: int | None
) -> None:
    following = receive(state, document(revision), revision, rolls_back)
    if following.stage is DeploymentStage.RECEIVED and following != state:
        newer = revision > state.active_revision and (state.stage.is_final or revision > state.revision)
        assert newer or rolls_back == state.active_revision
        assert following.document == document(revision)
    assert following.active_revision == state.active_revision
    assert may_follow(state.stage, following.stage)


@given(states, st.integers(1, 8))
def test_the_same_document_again_changes_nothing(state: Deployment, revision: int) -> None:
    once = receive(state, document(revision), revision, None)
    assert receive(once, document(revision), revision, None) == once


@given(states, st.none() | revisions)
def test_what_cannot_be_accepted_disturbs_nothing_under_way(state: Deployment, revision: int | None) -> None:
    following = refuse(state, revision, "It is not signed.")
    assert following.active_revision == state.active_revision
    if state.stage.is_final:
        assert (following.stage, following.detail) == (DeploymentStage.REFUSED, "It is not signed.")
    else:
        assert following == state


def test_the_table_names_every_stage_and_ends_nowhere_for_good() -> None:
    assert set(NEXT) == set(DeploymentStage)
    for stage, following in NEXT.items():
        assert following, f"{stage} leads nowhere"


@pytest.mark.parametrize(
    ("state", "revision", "rolls_back", "accepted"),
    [
        (Deployment(), 1, None, True),
        (Deployment(stage=DeploymentStage.ACTIVE, revision=5, active_revision=5), 6, None, True),
        (Deployment(stage=DeploymentStage.ACTIVE, revision=5, active_revision=5), 4, None, False),
        (Deployment(stage=DeploymentStage.ACTIVE, revision=5, active_revision=5), 4, 5, True),
        (Deployment(stage=DeploymentStage.ACTIVE, revision=5, active_revision=5), 4, 6, False),
        (Deployment(stage=DeploymentStage.REFUSED, revision=6, active_revision=5), 6, None, True),
        (Deployment(stage=DeploymentStage.REFUSED, revision=4, active_revision=5), 5, None, False),
        (Deployment(stage=DeploymentStage.PROVING, revision=7, active_revision=5), 6, None, False),
        (Deployment(stage=DeploymentStage.PROVING, revision=7, active_revision=5), 8, None, True),
    ],
)
def test_which_revisions_are_replays(state: Deployment, revision: int, rolls_back: int | None, accepted: bool) -> None:
    assert (refusal_of(state, revision, rolls_back) == "") is accepted


class World:
    """A gateway's disk and stations, on which steps are taken, cut short and forgotten at random."""

    def __init__(self) -> None:
        self.state = Deployment()
        self.documents: dict[int, Content] = {}
        self.active: Content | None = None
        self.previous: Content | None = None
        self.here: set[str] = set()
        self.proven: set[str] = set()
        self.running: dict[str, int] = {}
        self.failure = ""
        self.was_good: set[int] = {0}

    def facts(self) -> Facts:
        target = self.documents.get(self.state.revision) if self.state.document is not None else None
        return Facts(
            target=target,
            on_disk=self.active,
            previous_revision=self.previous.revision if self.previous else 0,
            packages_here=frozenset(self.here),
            proven=frozenset(self.proven),
            running=dict(self.running),
            failure=self.failure,
        )

    def take(self, step: Step) -> None:
        match step:
            case Fetch(wanted):
                self.here |= wanted
            case Prove(package):
                self.proven.add(package)
            case Switch():
                if self.active is not None and self.active.revision == self.state.active_revision:
                    self.previous = self.active
                self.active = self.documents[self.state.revision]
            case Restore():
                self.active = self.previous if self.state.active_revision else None
            case Wait() | Rest():
                if self.active is not None:
                    self.running = dict.fromkeys(self.active.stations, self.active.revision)


moves = st.lists(
    st.sampled_from(["document", "step", "cut", "kill", "fail", "lose a package", "replay"]), min_size=1, max_size=60
)


@given(moves, st.data())
def test_whatever_happens_in_between_the_stations_end_with_the_newest_or_the_last_good(
    happened: list[str], data: st.DataObject
) -> None:
    world, newest = World(), 0
    for move in happened:
        match move:
            case "document":
                newest += 1
                wanted = Content(newest, data.draw(packages), data.draw(st.frozensets(st.sampled_from(STATIONS))))
                world.documents[newest] = wanted
                world.state = receive(world.state, document(newest), newest, None)
            case "replay" if newest > 1:
                before = world.state
                world.state = receive(world.state, document(1), 1, None)
                assert world.state.active_revision == before.active_revision
            case "kill":
                world.proven.clear()
                world.failure = ""
            case "fail":
                world.failure = "It broke."
            case "lose a package" if world.here:
                world.here.pop()
            case "step" | "cut":
                world.state, step = ask(world.state, world.facts())
                world.failure = ""
                if move == "step":
                    world.take(step)
        if world.state.stage is DeploymentStage.ACTIVE:
            world.was_good.add(world.state.active_revision)
    for _ in range(40):
        world.state, step = ask(world.state, replace(world.facts(), failure=""))
        world.take(step)
    told = world.active.revision if world.active else 0
    assert world.state.stage.is_final
    assert told == world.state.active_revision
    if world.state.stage is DeploymentStage.ACTIVE:
        assert told == world.state.revision
    if world.active is not None:
        assert world.active.packages <= world.here


def test_a_state_survives_its_file() -> None:
    state = Deployment(stage=DeploymentStage.PROVING, document=document(3), revision=3, active_revision=2, detail="x")
    assert msgspec.json.decode(msgspec.json.encode(state), type=Deployment) == state
