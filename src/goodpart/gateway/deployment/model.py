"""The stages of a deployment and the decision what comes next. Pure: states and facts in, states and steps out.

See README.md beside this file for the picture.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from goodpart.wire.reported import DeploymentStage
from goodpart.wire.signed import SignedDocument


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """Where the gateway stands, as it is kept on disk."""

    v: int = 1
    stage: DeploymentStage = DeploymentStage.IDLE
    document: SignedDocument | None = None
    """The target, while it is under way or active. None: nothing was ever wanted, or it was refused unread."""
    revision: int = 0
    """Of the target."""
    active_revision: int = 0
    """The last good one: its stations have said that they run it. 0: none yet."""
    detail: str = ""
    lacking: str = ""
    """What of the last good state has to be fetched again, and why it is not here yet. Empty: all of it is here."""

    @property
    def said(self) -> str:
        """What a person is told about the state."""
        return " ".join(filter(None, (self.lacking, self.detail)))


@dataclass(frozen=True)
class Content:
    """What a decision needs to know of a desired state."""

    revision: int
    packages: frozenset[str] = frozenset()
    stations: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Facts:
    """What is so now, whatever the state says. Gathered before each decision."""

    target: Content | None = None
    """What the state's document wants."""
    on_disk: Content | None = None
    """What the stations are told to run: ``active.json``. None: absent or not acceptable."""
    previous_revision: int = 0
    """Of ``previous.json``; 0 where there is none."""
    packages_here: frozenset[str] = frozenset()
    """Whole, with the right hash; of those that the target or the stations need."""
    proven: frozenset[str] = frozenset()
    """Proven on this machine, or run by its stations now."""
    running: Mapping[str, int] = field(default_factory=dict)
    """Station → the revision that it says it runs."""
    complaints: Mapping[str, str] = field(default_factory=dict)
    """Station → what it says is wrong with it."""
    failure: str = ""
    """Why the last step cannot succeed, however often it is tried."""
    activating_for_s: float = 0.0
    """Since the stations were told."""


@dataclass(frozen=True)
class Fetch:
    """Get these packages, whole."""

    packages: frozenset[str]


@dataclass(frozen=True)
class Prove:
    """Score this package's golden images."""

    package: str


@dataclass(frozen=True)
class Switch:
    """Tell the stations to run the target; keep the last good one beside it."""


@dataclass(frozen=True)
class Restore:
    """Tell the stations to run the last good one."""


@dataclass(frozen=True)
class Wait:
    """For the stations."""


@dataclass(frozen=True)
class Rest:
    """Nothing to do until a document comes."""


Step: TypeAlias = Fetch | Prove | Switch | Restore | Wait | Rest

NEXT: Mapping[DeploymentStage, frozenset[DeploymentStage]] = {
    DeploymentStage.IDLE: frozenset({DeploymentStage.RECEIVED, DeploymentStage.REFUSED}),
    DeploymentStage.RECEIVED: frozenset({DeploymentStage.DOWNLOADING}),
    DeploymentStage.DOWNLOADING: frozenset({DeploymentStage.PROVING}),
    DeploymentStage.PROVING: frozenset({DeploymentStage.ACTIVATING, DeploymentStage.DOWNLOADING}),
    DeploymentStage.ACTIVATING: frozenset({DeploymentStage.ACTIVE, DeploymentStage.PROVING}),
    DeploymentStage.ACTIVE: frozenset({DeploymentStage.RECEIVED, DeploymentStage.REFUSED}),
    DeploymentStage.REFUSED: frozenset({DeploymentStage.RECEIVED}),
}
"""Where each stage may lead. Besides, every stage under way may lead to `REFUSED`, and, when a newer document comes,
to `RECEIVED`."""


def may_follow(stage: DeploymentStage, following: DeploymentStage) -> bool:
    if following == stage or following in NEXT[stage]:
        return True
    return not stage.is_final and following in {DeploymentStage.REFUSED, DeploymentStage.RECEIVED}


def refusal_of(state: Deployment, revision: int, rolls_back: int | None) -> str:
    """Why a well-signed document may not be taken over: it is a replay. Empty where it may.

    Newer than what runs and than what is under way; or older, and then it names the very revision that it undoes.
    """
    newest = state.active_revision if state.stage.is_final else max(state.revision, state.active_revision)
    if revision > newest or (rolls_back is not None and rolls_back == state.active_revision and revision != newest):
        return ""
    return (
        f"Revision {revision} is not newer than revision {newest}, which this gateway has, and is not marked as the"
        " rollback of what it runs."
    )


def receive(state: Deployment, document: SignedDocument, revision: int, rolls_back: int | None) -> Deployment:
    """A document came whose signature and content are right."""
    known = revision == state.revision and state.stage is not DeploymentStage.REFUSED
    if known:
        return state
    why = refusal_of(state, revision, rolls_back)
    if why:
        return refuse(state, revision, why)
    return Deployment(
        stage=DeploymentStage.RECEIVED,
        document=document,
        revision=revision,
        active_revision=state.active_revision,
    )


def refuse(state: Deployment, revision: int | None, why: str) -> Deployment:
    """A document came that cannot be taken over. What is under way, or runs, goes on."""
    if not state.stage.is_final:
        return state
    return Deployment(
        stage=DeploymentStage.REFUSED,
        revision=state.revision if revision is None else revision,
        active_revision=state.active_revision,
        detail=why,
        lacking=state.lacking,
    )


def decide(state: Deployment, facts: Facts, *, activation_timeout_s: float) -> tuple[Deployment, Step]:
    """The next state, at most one stage further, and the step to take in it.

    Asked again with the same facts after the step was cut short by a kill, the answer is the same.
    """
    state = _adopt_what_runs(state, facts)
    if state.stage.is_final:
        return _keep_whole(state, facts)
    if facts.failure:
        return _refused(state, facts, facts.failure)
    if facts.target is None:
        return _refused(state, facts, "The document is no longer acceptable: its signing key was withdrawn.")
    if state.stage is DeploymentStage.ACTIVATING:
        return _activate(state, facts, facts.target, activation_timeout_s)
    return _prepare(state, facts, facts.target)


def _prepare(state: Deployment, facts: Facts, target: Content) -> tuple[Deployment, Step]:
    """Everything up to the moment at which the stations are told."""
    missing = target.packages - facts.packages_here
    unproven = target.packages - facts.proven
    if missing or state.stage is DeploymentStage.RECEIVED:
        return _to(state, DeploymentStage.DOWNLOADING), Fetch(missing) if missing else Wait()
    if unproven or state.stage is DeploymentStage.DOWNLOADING:
        return _to(state, DeploymentStage.PROVING), Prove(min(unproven)) if unproven else Wait()
    return _to(state, DeploymentStage.ACTIVATING), Switch()


def _activate(state: Deployment, facts: Facts, target: Content, activation_timeout_s: float) -> tuple[Deployment, Step]:
    if facts.on_disk is None or facts.on_disk.revision != target.revision:
        if target.packages - (facts.proven & facts.packages_here):
            # Killed between the proof and the switch: what was proven is not known any more.
            return _to(state, DeploymentStage.PROVING), Wait()
        return state, Switch()
    late = sorted(station for station in target.stations if facts.running.get(station) != target.revision)
    if not late:
        done = _to(state, DeploymentStage.ACTIVE)
        return msgspec.structs.replace(done, active_revision=target.revision), Rest()
    if facts.activating_for_s >= activation_timeout_s:
        said = "; ".join(f"{each} ({facts.complaints.get(each) or 'it says nothing'})" for each in late)
        return _refused(state, facts, f"Not taken over within {activation_timeout_s:g} s by: {said}.")
    waiting = f"Waiting for {len(late)} of {len(target.stations)} stations."
    return msgspec.structs.replace(state, detail=waiting), Wait()


def _adopt_what_runs(state: Deployment, facts: Facts) -> Deployment:
    """A newer document overtook one that the stations had been told of: if all of them run that one, it is good."""
    told = facts.on_disk
    if told is None or state.stage.is_final or told.revision in {state.active_revision, state.revision}:
        return state
    if all(facts.running.get(station) == told.revision for station in told.stations):
        return msgspec.structs.replace(state, active_revision=told.revision)
    return state


def _keep_what_is_good(state: Deployment, facts: Facts) -> Step:
    """What the stations are told must be the last good one, also after a kill in the middle of a change."""
    told = facts.on_disk.revision if facts.on_disk else 0
    if told == state.active_revision:
        return Rest()
    if facts.target is not None and facts.target.revision == state.active_revision:
        return Switch()
    if state.active_revision in {0, facts.previous_revision}:
        return Restore()
    return Rest()


def _keep_whole(state: Deployment, facts: Facts) -> tuple[Deployment, Step]:
    """The last good state counts as such only with its packages: one that was lost or altered is fetched again.

    The stage stays. A kill needs no care: the next process finds the same packages missing.
    """
    step = _keep_what_is_good(state, facts)
    told = facts.on_disk if isinstance(step, Rest) else None
    missing = told.packages - facts.packages_here if told and told.revision == state.active_revision else frozenset()
    if not missing:
        return msgspec.structs.replace(state, lacking=""), step
    names = ", ".join(f"{each[:12]}…" for each in sorted(missing))
    why = f"Packages of revision {state.active_revision} were lost or altered here and are fetched again: {names}."
    return msgspec.structs.replace(state, lacking=f"{why} {facts.failure}".strip()), Fetch(missing)


def _refused(state: Deployment, facts: Facts, why: str) -> tuple[Deployment, Step]:
    refused = msgspec.structs.replace(_to(state, DeploymentStage.REFUSED), document=None, detail=why)
    return refused, _keep_what_is_good(refused, Facts(on_disk=facts.on_disk, previous_revision=facts.previous_revision))


def _to(state: Deployment, stage: DeploymentStage) -> Deployment:
    assert may_follow(state.stage, stage), f"{state.stage} does not lead to {stage}"
    return msgspec.structs.replace(state, stage=stage, detail="")
