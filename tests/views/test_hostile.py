"""Whatever somebody wrote into a lead, a rule or a form: no markup, no secrets, and nothing Slack would refuse."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.briefs import Brief
from bot.domain.definition import FieldCondition, Persona, ProductDefinition
from bot.domain.dossier import Agreed, Dossier
from bot.domain.governing.review import Kept, Review
from bot.domain.handoff import Agreement, State
from bot.domain.lead import Bant, Check, Company, Evidence, Facts, Gap, Near, Signal, Stage
from bot.domain.policy import Policy
from bot.domain.story import Earlier, FollowUp, HandedOn, Outcome, PastOffer, Story
from bot.domain.tried import MoreTime, Tried
from bot.views import help as helping
from bot.views import home
from bot.views.blocks import Message, plainer
from bot.views.cards import briefs, card
from bot.views.deciding import (
    answering,
    escalations,
    extending,
    modals,
    notices,
    raised,
    without_modal,
    work_forms,
    work_notices,
)
from bot.views.deciding.raised import Many
from bot.views.governing import definition, proposing
from bot.views.governing.proposals import Proposal, news, proposal
from bot.views.governing.reviews import review
from bot.views.operating import mentions
from bot.views.operating.alarms import alarm
from bot.views.qualifying import evidence as evidence_window
from sandbox.blocks import accept_blocks, accept_view
from tests.views import samples
from tests.views.reading import OUR_TOKENS, blocks_of, dump, objects
from tests.views.samples import EMAIL, MARTA, NOW, PHONE, RAVI, RITA, RULES

Json = dict[str, Any]
Shown = Message | Json

NASTY = (
    "<!channel>",
    "<!here|here>",
    "*bold*",
    "_slanted_",
    "`code`",
    "~gone~",
    "> quoted",
    "<https://evil.example|Acme>",
    "https://evil.example/a?b=c",
    "mailto:evil@evil.example",
    "<@U0RAVI>",
    "@channel",
    "<!date^1^{ago}|now>",
    "&lt;!channel&gt;",
    "AT&T",
    ":tada:",
    "🎉👩‍👩‍👧",
    "🎉" * 2_000,
    "e" + "\u0301" * 2_000,
    "half \ud83d",
    "\U000e0041\ufe0f",
    "\u202eevil\u202c",
    "\u2066\u200f",
    "a\x00b\x1bc",
    "one\ntwo\r\n• three",
    "\u200b\u200b",
    "x" * 4_000,
    "&" * 4_000,
    "{0} {lead} %s",
    "مرحبا بالعالم",
    "",
)


def joined(parts: list[str]) -> str:
    """Longer than Slack takes anywhere, and no longer than a test has time for."""
    return "".join(parts)[:4_000]


written = st.one_of(st.sampled_from(NASTY), st.lists(st.sampled_from(NASTY) | st.text(max_size=20)).map(joined))


def every_text(texts: Iterator[str]) -> Facts:
    """Facts in which each text is one of these."""
    return Facts(
        source=next(texts),
        external_id=next(texts),
        email=next(texts),
        phone=next(texts),
        first_name=next(texts),
        last_name=next(texts),
        title=next(texts),
        company=Company(
            name=next(texts),
            domain=next(texts),
            industry=next(texts),
            employees=1,
            country=next(texts),
            region=next(texts),
        ),
        campaign=next(texts),
        bant=Bant(budget=next(texts), authority=next(texts), need=next(texts), timing=next(texts)),
        pain_points=(next(texts), next(texts)),
        attributes={"plan": next(texts)},
    )


def rules_with(texts: Iterator[str]) -> Policy:
    """Rules in which each label is one of these, as long as a label may be."""
    ours = RULES.definition

    def label(most: int = 100) -> str:
        return next(texts)[:most] or "-"

    when = FieldCondition(field="title", equals="x").model_copy(update={"field": label(), "equals": label()})
    payroll = ProductDefinition(id="payroll", label="-", criteria=ours.criteria, paths=ours.paths, uses=("authority",))
    buyer = Persona(id="buyer", label="-", employees_from=1)
    lists = {name: (label(),) * 8 for name in ("industries", "titles", "countries", "pain_points", "questions")}

    return RULES.model_copy(
        update={
            "company": label(),
            "definition": ours.model_copy(
                update={
                    "criteria": tuple(one.model_copy(update={"label": label()}) for one in ours.criteria),
                    "paths": tuple(one.model_copy(update={"label": label()}) for one in ours.paths),
                }
            ),
            "definitions": (payroll.model_copy(update={"label": label(), "when": when}),),
            "personas": (buyer.model_copy(update={"label": label(), **lists}),),
            "stages": {stage: label(500) for stage in Stage},
            "reasons": tuple(one.model_copy(update={"label": label(75)}) for one in RULES.reasons),
        }
    )


def story_with(texts: Iterator[str], state: State) -> Story:
    rules = rules_with(texts)
    evidence = tuple(
        Evidence(criterion=one.id, label=one.label, reading=one.reading, points=1, found=next(texts), at=NOW)
        for one in rules.definition.criteria * 3
    )
    gaps = tuple(
        Gap(
            criterion=one.id,
            label=one.label,
            reading=one.reading,
            points=9,
            why=why,
            found=next(texts),
            ask=next(texts),
        )
        for one in rules.definition.criteria
        for why in ("unknown", "short", "contrary")
    )
    near = Near(path="scored", fit=1, criteria=("authority", next(texts)))
    judged = {"grade": "B2", "personas": ("buyer",), "lacking": (next(texts),), "near": near, "definition": "payroll"}
    scoring = samples.SCORING.model_copy(update={"evidence": evidence, "gaps": gaps, **judged})
    told = samples.story(
        state,
        facts=every_text(texts),
        scoring=scoring,
        origin="hand" if state is State.OFFERED else "claim",
        qualified_by=MARTA,
        note=next(texts),
        **({"detail": next(texts), "disputed": "authority"} if state is State.RECYCLED else {}),
    )
    return replace(
        told,
        agreement=Agreement(rules, rules),
        signals=tuple(Signal(kind=next(texts), at=NOW, label=next(texts), url=next(texts)) for _ in range(5)),
        follow_ups=(
            FollowUp(RITA, NOW, next(texts), next(texts), next(texts)),
            FollowUp(RITA, NOW, "wait", "wait", next(texts)),
        ),
        outcomes=(Outcome("lost", NOW, 1.5, next(texts), next(texts)),) if state is State.ACCEPTED else (),
        past_offers=(PastOffer(RAVI, NOW, "missed"),),
        handed_on=HandedOn("passed on", RAVI, next(texts)),
        cool_off_until=NOW,
        earlier=(Earlier(1, "recycled", NOW, "bad-timing", RAVI, next(texts), next(texts)),),
        brief=Brief(next(texts), next(texts), next(texts), next(texts), MARTA, NOW),
    )


def dossier_of(story: Story) -> Dossier:
    """The story with all that the window shows beside it."""
    sure = {field: Check(field=field, verdict="wrong", how="no such number") for field in ("email", "phone", "title")}
    return Dossier(story, story.signals * 10, story.signals[-1] if story.signals else None, sure)


def many(story: Story) -> Many:
    return Many([story] * 10 if story.handoff.is_open else [], 12, [story] * 5, 9)


def called(story: Story, of: str) -> Json:
    return {"turn": story.handoff.turn, "person": RITA, "of": of}


ABOUT_A_LEAD: dict[str, Callable[[Story], Message]] = {
    "owner": lambda story: card.dm(story, story.handoff.owner or "", NOW),
    "earlier owner": lambda story: card.dm(story, RAVI, NOW),
    "channel": lambda story: card.channel(story, NOW),
    "reminder": lambda story: notices.reminder(story, NOW, story.handoff.turn),
    "nudge": lambda story: notices.nudge(story, NOW, story.handoff.turn),
    "escalation": lambda story: escalations.escalation(story, NOW, story.handoff.turn),
    "escalation of many": lambda story: raised.escalation(many(story), NOW),
    "escalation line of many": lambda story: raised.escalation_line(many(story), NOW),
    "escalation line": lambda story: escalations.escalation_line(story, story.handoff.turn),
    "mention": lambda story: mentions.mention(story, called(story, "dm"), NOW),
    "mention of a reminder": lambda story: mentions.mention(story, called(story, "reminder"), NOW),
    "mention of an escalation": lambda story: mentions.mention(story, called(story, "escalation"), NOW),
    "returned": lambda story: notices.returned(story, NOW),
    "accepted": lambda story: notices.accepted(story, NOW),
    "wait is over": lambda story: work_notices.resumed(story, story.handoff.turn, NOW),
    "taken back": lambda story: work_notices.taken_back(story, RAVI),
    "outcome": lambda story: work_notices.outcome(story, "lost"),
}


def other_messages(texts: Iterator[str], story: Story) -> Iterator[Message]:
    yield helping.unknown(next(texts))
    yield helping.not_understood(next(texts))
    yield helping.find(next(texts), [])
    yield helping.find(next(texts), [helping.Found(story.facts, Stage.MQL, RITA, NOW)] * 21, 99)
    yield definition.message(Agreed(1, story.agreement.own, NOW, ((MARTA, NOW),)))
    for may_write in (True, False):
        yield briefs.none_yet(next(texts), may_write=may_write)
        if story.brief:
            yield briefs.shown(story.brief, may_write=may_write)
            yield briefs.listing([story.brief] * 25, may_write=may_write)
    for reason in story.agreement.own.reasons:
        yield without_modal.evidence("h-1", next(texts), reason, story.handoff.scoring.evidence)
        yield without_modal.detail("h-1", next(texts), reason)
    yield without_modal.reasons("h-1", next(texts), story.agreement.own.reasons)
    yield without_modal.again(next(texts), "pass_on", "h-1")
    yield without_modal.refused(f"<@{RITA}> has this lead. {next(texts)}".replace("<#", ""))
    changes, objections = [next(texts) for _ in range(30)], [(RITA, next(texts)), (MARTA, next(texts))]
    yield alarm(f"<@{RITA}> {next(texts)}\n{next(texts)}".replace("<#", ""), NOW, None)
    yield alarm(next(texts).replace("<#", "") or "-", NOW, NOW)
    for state in ("pending", "in_force", "withdrawn"):
        shown = Proposal(
            *(2, next(texts), state, next(texts) or "-", next(texts), NOW.date(), changes, changes, changes),
            signed=[RITA],
            waiting=[MARTA],
            objections=objections,
        )
        yield proposal(shown, MARTA)
    reasons = tuple((next(texts), 2) for _ in range(5))
    told: dict[str, Any] = {"claims": 3, "reasons": reasons, "lacked": reasons, "kept": (Kept(by=RITA, at=NOW),)}
    shown_review = Review(quarter="2027Q1", version=2, since=NOW, mqls=9, accepted=8, decided=9, **told)
    yield review(shown_review, 2, MARTA)
    for what in ("objected", "agreed", "in force", "withdrawn", "replaced"):
        yield news(2, what, next(texts) or "-", next(texts))
    given = MoreTime(MARTA, NOW, NOW, next(texts))
    yield escalations.escalation(story, NOW, story.handoff.turn, Tried(2, NOW, 1, NOW, 2, 1, (given,)))
    yield escalations.extended(story, given)


def views(texts: Iterator[str], story: Story) -> Iterator[Json]:
    rules, evidence = story.agreement.own, story.handoff.scoring.evidence
    for chosen in (None, "wrong-person", "bad-data", next(texts)):
        yield modals.reject("h-1", next(texts), rules.reasons, evidence, chosen)
    yield modals.follow_up("h-1", next(texts))
    yield work_forms.outcome("h-1", story.facts, "lost", NOW.date())
    yield work_forms.outcome("h-1", story.facts, "won", NOW.date(), next(texts))
    yield work_forms.pause("h-1", story.facts, "10 business days")
    yield answering.pass_on("h-1", next(texts), [(RITA, answering.colleague(next(texts), "away", next(texts)))])
    yield answering.ask_marketing("h-1", next(texts))
    yield modals.reassign("h-1", next(texts), [(RITA, next(texts)), (RAVI, next(texts))])
    yield proposing.propose(2, rules, "threshold", "field", 3)
    yield proposing.propose(2, rules, "points", "field", None)
    yield modals.said("Not done", next(texts) or "-")
    yield extending.extend("h-1", next(texts), next(texts))
    yield home.home(story.handoff.owner or "", [story] * 21, NOW, rules)
    for viewer in (RITA, MARTA):
        yield evidence_window.window(dossier_of(story), viewer)
    yield definition.window(Agreed(1, rules, None, (), replaced=True))
    yield briefs.form(next(texts), None)
    yield briefs.form(next(texts), story.brief)


def refuse_markup(shown: Shown, typed: str = "") -> None:
    """Fails where text could act: as markup, as a link, or by turning the direction of what stands around it.

    The address that marketing typed for people to follow is a link where it is one of the web.
    """
    found = list(objects(blocks_of(shown)))
    for one in found:
        if one.get("type") == "mrkdwn":
            assert_harmless(one["text"])
            assert one["verbatim"] is True
        elif one.get("type") == "plain_text":
            assert one["emoji"] is False
    leaves = {one["type"] for one in found if isinstance(one.get("type"), str)}
    assert not leaves & {"broadcast", "usergroup", "channel", "emoji", "color", "team"}
    assert {one["user_id"] for one in found if one.get("type") == "user"} <= {RITA, RAVI, MARTA}
    linked = {one["url"] for one in found if one.get("type") == "link"}
    meant = {typed} if re.match("https?://[a-z]", typed) else set()
    assert all(re.fullmatch(r"mailto:[\w.+-]+@[\w.-]+", url) for url in linked - meant)
    assert not [mark for mark in dump(shown) if unicodedata.category(mark) in {"Cf", "Cc", "Cs"}]


def assert_harmless(text: str) -> None:
    said = OUR_TOKENS.sub("", text)
    assert not re.search(r"[<>]|&(?!(amp|lt|gt);)|[a-z]://", said)


@settings(max_examples=40, deadline=None)
@given(st.lists(written, min_size=5, max_size=40), st.sampled_from(State))
def test_no_text_about_a_lead_ever_acts_or_is_too_long(texts: list[str], state: State) -> None:
    story = story_with(cycle(texts), state)
    for render in ABOUT_A_LEAD.values():
        shown = render(story)
        for message in (shown, plainer(shown)):
            accept_blocks(message.blocks, [])
            refuse_markup(message)
        assert_harmless(shown.text)
        assert not re.search(r"[*`~]|(?<!\w)_|_(?!\w)", OUR_TOKENS.sub("", shown.text))
        assert 0 < len(shown.text) < 300


@settings(max_examples=40, deadline=None)
@given(st.lists(written, min_size=5, max_size=40))
def test_no_other_text_ever_acts_or_is_too_long(texts: list[str]) -> None:
    source = cycle(texts)
    story = story_with(source, State.OFFERED)
    for shown in other_messages(source, story):
        accept_blocks(shown.blocks, [])
        refuse_markup(shown, story.brief.url or "" if story.brief else "")
        assert_harmless(shown.text)
        assert 0 < len(shown.text) < 4000


@settings(max_examples=15, deadline=None)
@given(st.lists(written.filter(lambda text: "<@U0RAVI>" not in text), min_size=5, max_size=40))
def test_no_window_or_home_is_ever_refused(texts: list[str]) -> None:
    source = cycle(texts)
    story = story_with(source, State.OFFERED)
    for view in views(source, story):
        accept_view(view, view["type"], [])
        refuse_markup(view, story.brief.url or "" if story.brief else "")


GROUPED = (PHONE, "+1 415 555 0100", "+1 (415) 555-0100", "001.415.555.0100", "415 555 0100", "555-0100", "4155550100")
contact = st.sampled_from((EMAIL, EMAIL.upper(), f"<{EMAIL}>", f"to:{EMAIL}", EMAIL.replace("@", "%40"), *GROUPED))
given_away = st.tuples(st.sampled_from(("", "call ", "Ana ", "https://acme.example/?e=")), contact).map("".join)


def digits(shown: Shown) -> str:
    """Everything Slack gets, without what stands between the digits of a phone number."""
    return re.sub(r"[\s().\-/]", "", dump(shown))


@settings(max_examples=40, deadline=None)
@given(st.lists(given_away, min_size=5, max_size=40), st.sampled_from(State))
def test_contact_details_reach_nobody_but_the_owner_wherever_they_were_written(texts: list[str], state: State) -> None:
    facts = every_text(cycle(texts)).model_copy(update={"email": EMAIL, "phone": PHONE})
    story = replace(story_with(cycle(texts), state), agreement=samples.story().agreement, facts=facts)
    scoring = samples.SCORING.model_copy(
        update={
            "evidence": tuple(one.model_copy(update={"found": texts[0]}) for one in samples.SCORING.evidence),
            "gaps": tuple(one.model_copy(update={"found": texts[0]}) for one in (samples.BUDGET, samples.BARELY)),
        }
    )
    story = replace(story, handoff=story.handoff.model_copy(update={"scoring": scoring}))
    for name, render in ABOUT_A_LEAD.items():
        shown = render(story)
        kept = Message(shown.text, []) if name == "owner" and story.handoff.is_open else shown
        for secret in ("ana.silva", "anasilva", "5550100"):
            assert secret not in digits(kept).lower()
    seen = evidence_window.window(dossier_of(story), RAVI)
    assert "ana.silva" not in dump(seen).lower()
    assert "5550100" not in digits(seen)
    found = helping.find("acme", [helping.Found(facts, Stage.MQL, RITA, NOW)])
    at_home = home.home(story.handoff.owner or "", [story], NOW, RULES)
    for secret in ("anasilva", "5550100"):
        assert secret not in digits(found).lower()
        assert secret not in digits(at_home).lower()
