"""One life under a proposal, beside what really came of it; and whether the rules of then explain what really came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.backtesting.backtest import Case, Found, Kind, Short
from bot.domain.backtesting.past import LAST_OUTCOMES, Passage, Record
from bot.domain.backtesting.replay import Era, Life, Opening, Replay, Rules, always, in_force, turns
from bot.domain.definition import Definition
from bot.domain.lead import Scoring
from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Comparison:
    """A proposal, the rules that really held one after the other, and the period that is looked at."""

    proposal: Policy
    rules: Rules
    of_then: Rules
    starts: Sequence[datetime]
    since: datetime
    now: datetime

    def of_life(self, life: Life) -> Found:
        """What the proposal changes for this lead in the period, and whether the rules of then explain what was."""
        of_period = [turn for turn in turns(life, self.now) if self._is_in_period(turn.passage)]
        replays = [Replay(life, turn) for turn in of_period]
        origins = [turn.passage.origin for turn in of_period if turn.passage]
        explained = [self._is_explained(replay) for replay in replays]
        by_path = [one.turn.passage is not None and one.turn.passage.origin == "path" for one in replays]
        return Found(
            cases=tuple(case for replay in replays if (case := self._case(replay))),
            by_hand=origins.count("hand"),
            claimed=origins.count("claim"),
            at_once=any(map(self._passes_now, replays)),
            checked=sum(well and counted for well, counted in zip(explained, by_path, strict=True)),
            unexplained=explained.count(False),
        )

    def _is_in_period(self, passage: Passage | None) -> bool:
        return passage is None or self.since <= passage.created_at <= self.now

    def _case(self, replay: Replay) -> Case | None:
        passage = replay.turn.passage
        if passage is None:
            return self._would_enter(replay)
        if passage.origin != "path":
            opening = replay.opening(self.rules, until=passage.created_at)
            return self._entering(replay, opening) if opening else None
        opening = replay.opening(self.rules)
        return self._staying(replay, passage, opening) if opening else self._leaving(replay, passage)

    def _would_enter(self, replay: Replay) -> Case | None:
        """A lead that never came: when its first opening lies in the period."""
        ruling = self.rules(self.now)
        if ruling and ruling.in_time:
            opening = replay.opening(self.rules)
            return self._entering(replay, opening) if opening and opening.at >= self.since else None
        opening = replay.opening(self.rules, since=self.since)
        earlier = replay.opening(self.rules, until=self.since) if opening else None
        return self._entering(replay, opening) if opening and not earlier else None

    def _entering(self, replay: Replay, opening: Opening) -> Case:
        held = self.of_then(opening.at)
        judged = replay.judged(held.policy, opening.at) if held else None
        short = _short(held.policy, judged, opening.scoring.path) if held and judged else None
        passage = replay.turn.passage
        case = self._opened(replay, opening, Kind.ENTERS).model_copy(update={"short": short})
        return case.model_copy(update=_really(passage, replay.life.own)) if passage else case

    def _staying(self, replay: Replay, passage: Passage, opening: Opening) -> Case:
        case = self._opened(replay, opening, Kind.STAYS)
        return case.model_copy(update=_really(passage, replay.life.own))

    def _opened(self, replay: Replay, opening: Opening, kind: Kind) -> Case:
        team = replay.routed(self.proposal, opening.at)
        return Case(
            lead_id=replay.life.lead_id,
            number=replay.turn.number,
            kind=kind,
            path=opening.scoring.path,
            team=team,
            at=opening.at,
            fit=opening.scoring.fit,
            engagement=opening.scoring.engagement,
        )

    def _leaving(self, replay: Replay, passage: Passage) -> Case:
        judged = replay.judged(self.proposal, passage.created_at)
        case = Case(
            lead_id=replay.life.lead_id,
            number=passage.number,
            kind=Kind.LEAVES,
            fit=judged.fit if judged else 0,
            engagement=judged.engagement if judged else 0,
            short=_short(self.proposal, judged, passage.path) if judged else None,
        )
        return case.model_copy(update=_really(passage, replay.life.own))

    def _passes_now(self, replay: Replay) -> bool:
        if replay.turn.passage or not replay.may_pass(self.now):
            return False
        return replay.opens(self.proposal, self.now)

    def _is_explained(self, replay: Replay) -> bool:
        """Whether the rules of then hand the lead over exactly where it was, and nowhere else in the period."""
        passage = replay.turn.passage
        if passage is None:
            early = replay.opening(self.of_then, self.starts, since=self.since, until=replay.life.judged_until)
            return early is None
        early = replay.opening(self.of_then, self.starts, until=passage.created_at)
        if early and not _came_late(replay, early, passage):
            return False
        return passage.origin != "path" or self._is_path_of_then(replay, passage)

    def _is_path_of_then(self, replay: Replay, passage: Passage) -> bool:
        held = self.of_then(passage.created_at)
        judged = replay.judged(held.policy, passage.created_at) if held else None
        return bool(judged and judged.path == passage.path and replay.may_pass(passage.created_at))


def compare(proposal: Policy, eras: Sequence[Era], since: datetime, now: datetime) -> Comparison:
    """`eras` are the policies that were in force, in order of time."""
    starts = tuple(era.since for era in eras)
    return Comparison(proposal, always(proposal), in_force(eras), starts, since, now)


def _came_late(replay: Replay, early: Opening, passage: Passage) -> bool:
    """Time had come, nothing was learned since, and Baton looked a little later: that is the same handoff."""
    learned = (one for one in replay.moments() if not one.timed)
    return early.moment.timed and not any(early.at < one.at < passage.created_at for one in learned)


def _really(passage: Passage, record: Record) -> dict[str, object]:
    ends = [one.kind for one in record.outcomes if one.handoff_id == passage.id and one.kind in LAST_OUTCOMES]
    return {
        "really_path": passage.path,
        "really_team": passage.team,
        "really_at": passage.created_at,
        "origin": passage.origin,
        "verdict": passage.verdict,
        "outcome": ends[-1] if ends else None,
    }


def _short(policy: Policy, scoring: Scoring, wanted: str | None) -> Short:
    """How far a lead was from the path that is asked about, else from the nearest of the definition that spoke."""
    named = {getattr(one, "id", None): one for one in policy.all_definitions}
    definition: Definition = named.get(scoring.definition, policy.definition)
    near = scoring.near.path if scoring.near else scoring.gated
    path = definition.path(wanted) or definition.path(near) or definition.paths[0]
    met = {line.criterion for line in scoring.evidence}
    return Short(
        path=path.id,
        fit=scoring.fit,
        needs_fit=path.fit,
        engagement=scoring.engagement,
        needs_engagement=path.engagement,
        missing=tuple(one for one in path.requires if one not in met),
        lacking=scoring.lacking if scoring.gated == path.id else (),
    )
