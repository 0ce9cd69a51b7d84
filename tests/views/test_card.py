"""The card: what each reader sees of a handoff in each state, and what they can press."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.definition import ProductDefinition
from bot.domain.handoff import Agreement, State
from bot.domain.lead import Bant, Company, Facts, Near, Scoring
from bot.domain.story import Earlier, Story
from bot.views.blocks import Message
from bot.views.cards import card
from tests.views import samples
from tests.views.reading import blocks_of, button_fields, buttons, dump, objects, read
from tests.views.samples import DEADLINE, EMAIL, MARTA, MAYA, NOW, PHONE, RAVI, RITA, RULES, story

LATER = NOW + timedelta(minutes=5)
STRONGEST = ": Has authority, Business e-mail, Phone known and Came back to pricing."
MORE = ["All evidence", "Definition"]
RUNNING = frozenset({State.OFFERED, State.ACCEPTED})
"""States in which a clock runs, whose deadline can be opened."""
ANSWERS = ["Accept", "Reject", "Pass on", "Ask marketing"]
LOG = ["Called, reached", "Called, no answer", "Log follow-up", "Wait for prospect"]
SOLD = ["Opportunity", "Won", "Lost"]


def dm(shown: Story, viewer: str = RITA) -> Message:
    return card.dm(shown, viewer, NOW)


@pytest.mark.parametrize(
    ("state", "owner_sees", "team_sees"),
    [
        (State.WAITING, ["Assign"], ["Assign"]),
        (State.OFFERED, ANSWERS, ["Accept", "Reject"]),
        (State.ACCEPTED, [*LOG, *SOLD, "Ask marketing", "Undo"], []),
        (State.RECYCLED, ["Undo"], []),
        (State.DISQUALIFIED, ["Undo"], []),
        (State.WITHDRAWN, [], []),
    ],
)
def test_every_state_has_its_buttons_and_two_quiet_ones(
    state: State, owner_sees: list[str], team_sees: list[str]
) -> None:
    shown = story(state)
    for message, sees in ((dm(shown, shown.handoff.owner or ""), owner_sees), (card.channel(shown, NOW), team_sees)):
        assert buttons(message) == [*sees, *MORE, *(["Deadline"] if state in RUNNING else [])]
        assert [one.get("style") for one in objects(message.blocks) if one.get("type") == "button"][-2:] == [None, None]


def test_buttons_carry_the_handoff_and_name_the_lead() -> None:
    offered = dm(story())
    assert button_fields(offered, "value") == ["h-1"] * 7
    deciding = ["accept", "reject", "pass_on", "ask_marketing"]
    assert button_fields(offered, "action_id") == [*deciding, "all_evidence", "definition", "deadline"]
    assert button_fields(offered, "accessibility_label") == [
        "Accept Ana Silva at Acme",
        "Reject Ana Silva at Acme",
        "Pass on Ana Silva at Acme to a colleague",
        "Ask marketing about Ana Silva at Acme",
        "All evidence on Ana Silva at Acme",
        "Definition by which Ana Silva at Acme was handed over",
        "Deadline of Ana Silva at Acme, and its sum",
    ]


@pytest.mark.parametrize("state", [State.ACCEPTED, State.RECYCLED, State.DISQUALIFIED])
def test_undo_goes_when_its_time_is_over(state: State) -> None:
    early, late = card.dm(story(state), RITA, NOW), card.dm(story(state), RITA, LATER)
    assert early.refresh_at == LATER
    assert "Undo" not in buttons(late)
    assert late.refresh_at is None


def test_a_handoff_nobody_decided_has_nothing_to_undo() -> None:
    ignored = story(State.RECYCLED, decided_by=None, decided_at=None, undo=None, reason=None, detail=None)
    shown = dm(ignored)
    assert buttons(shown) == MORE
    assert "Nobody answered in time, so this lead went back to marketing {20 Nov 16:10 UTC}." in read(shown)


def test_the_first_lines_are_the_person_the_company_the_reason_and_the_deadline() -> None:
    assert read(dm(story())).split("\n")[:4] == [
        "Ana Silva, VP Operations",
        "Acme · Manufacturing · 450 people · CA, US",
        f"Fit and engaged (fit 50, engagement 40){STRONGEST}",
        "Yours to answer by {20 Nov 19:10 UTC}.",
    ]


def test_a_card_tells_what_the_call_needs() -> None:
    shown = read(dm(samples.second_time()))
    for told in (
        "Pain points manual invoicing; late payments",
        "Budget approved · Timing this quarter",
        "• Page view: acme.example/pricing, {20 Nov 16:09 UTC}",
        "• Webinar attended: Invoicing 101, {20 Nov 15:10 UTC}",
        "and 5 more before that",
        f"Contact {EMAIL} · {PHONE}",
        "From webinar, campaign spring-webinar",
        "Second time with sales. Last time: {01 Oct}, not now",
    ):
        assert told in shown.split("\n")


def test_pain_points_and_budget_come_before_what_they_did() -> None:
    shown = read(dm(story()))
    places = [shown.index(told) for told in ("Ana Silva", "Fit and engaged", "Pain points", "Budget", "Page view")]
    assert places == sorted(places)


def test_fit_and_engagement_are_never_one_number() -> None:
    shown = read(dm(story()))
    assert "fit 50" in shown
    assert "engagement 40" in shown
    assert "90" not in shown


@pytest.mark.parametrize("state", [State.WAITING, State.OFFERED, State.ACCEPTED])
def test_only_the_owner_gets_contact_details(state: State) -> None:
    shown = story(state)
    assert EMAIL in dump(dm(shown, shown.handoff.owner or ""))
    for other in (dm(shown, RAVI), card.channel(shown, NOW)):
        assert EMAIL not in dump(other)
        assert "0100" not in dump(other)


@pytest.mark.parametrize("state", [State.RECYCLED, State.DISQUALIFIED, State.WITHDRAWN])
def test_contact_details_go_when_the_lead_does(state: State) -> None:
    for shown in (dm(story(state)), card.channel(story(state), NOW)):
        assert EMAIL not in dump(shown)
        assert "0100" not in dump(shown)


@pytest.mark.parametrize("state", State)
def test_the_text_holds_no_contact_details_even_for_the_owner(state: State) -> None:
    nameless = Facts(source="ebook", email=EMAIL, phone=PHONE)
    shown = story(state, facts=nameless)
    text = dm(shown, shown.handoff.owner or "").text
    assert "Unnamed lead" in text
    assert EMAIL not in text
    assert PHONE not in text


@pytest.mark.parametrize(
    ("ended", "why"),
    [
        ("missed", ", because you did not answer in time."),
        ("rejected", ", after you turned it down."),
        ("reassigned", ", reassigned by the manager."),
        ("taken over", ", who took it over."),
        ("owner gone", ", because you are no longer in the team."),
        ("given away", ", because you were away and gave it to colleagues."),
        ("accepted", "."),
    ],
)
def test_a_rep_who_no_longer_has_the_lead_learns_who_does(ended: str, why: str) -> None:
    shown = dm(samples.passed_on(ended))
    assert read(shown) == f"Ana Silva at Acme\nPassed on to @{RAVI}{why}"
    assert buttons(shown) == []
    assert shown.text == f"Ana Silva at Acme was passed on to <@{RAVI}>{why}"


@pytest.mark.parametrize(
    ("shown", "viewer", "told"),
    [
        (story(State.WAITING), MARTA, "Nobody is on shift for this lead. It is offered {20 Nov 19:10 UTC}."),
        (story(State.WAITING, ask_manager=True), MARTA, "Nobody can take this lead. Please assign it."),
        (story(deadline_at=NOW), RITA, "Overdue since {20 Nov 16:10 UTC}, still yours to answer."),
        (story(State.ACCEPTED), RITA, "You accepted this lead {20 Nov 16:10 UTC}."),
        (story(State.ACCEPTED), RITA, "First follow-up by {20 Nov 19:10 UTC}."),
        (story(State.ACCEPTED, deadline_at=NOW), RITA, "First follow-up overdue since {20 Nov 16:10 UTC}."),
        (
            story(State.ACCEPTED, decided_by=MARTA),
            RITA,
            f"@{MARTA} accepted this lead {{20 Nov 16:10 UTC}} for @{RITA}.",
        ),
        (samples.followed_up(), RITA, "Followed up {20 Nov 16:10 UTC}: Call, no answer."),
        (samples.followed_up("\u200b"), RITA, "Followed up {20 Nov 16:10 UTC}: Call, no answer."),
        (samples.followed_up("Try Monday"), RITA, "Followed up {20 Nov 16:10 UTC}: Call, no answer. “Try Monday”"),
        (story(State.ACCEPTED, followed_up_at=NOW), RITA, "Followed up {20 Nov 16:10 UTC}."),
        (story(State.RECYCLED), RITA, "You sent this lead back to marketing {20 Nov 16:10 UTC}: Not now."),
        (story(State.RECYCLED), RITA, "“Budget moved to spring.”"),
        (story(State.RECYCLED, disputed="authority", detail=None), RITA, "Disputed: Has authority. "),
        (story(State.RECYCLED), RAVI, f"@{RITA} sent this lead back to marketing {{20 Nov 16:10 UTC}}: Not now."),
        (story(State.DISQUALIFIED), RITA, "You disqualified this lead {20 Nov 16:10 UTC}: Already a customer."),
        (story(State.WITHDRAWN), RITA, "This lead was withdrawn {20 Nov 16:10 UTC}. There is nothing left to do."),
        (
            replace(story(State.RECYCLED), cool_off_until=NOW + timedelta(days=90)),
            RITA,
            "It may come back after {18 Feb 16:10 UTC}.",
        ),
    ],
)
def test_a_dm_says_how_the_lead_stands(shown: Story, viewer: str, told: str) -> None:
    assert told in read(dm(shown, viewer)).split("\n")


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (story(), f"@{RITA} answers by {{20 Nov 19:10 UTC}}."),
        (story(deadline_at=NOW), f"Overdue since {{20 Nov 16:10 UTC}}, waiting for @{RITA}."),
        (story(State.WAITING, ask_manager=True), f"Nobody can take this lead. @{MARTA}, please assign it."),
        (story(State.ACCEPTED), f"@{RITA} accepted this lead {{20 Nov 16:10 UTC}}."),
        (samples.followed_up(), f"Followed up {{20 Nov 16:10 UTC}} by @{RITA}: Call, no answer."),
    ],
)
def test_a_channel_card_says_who_has_the_lead(shown: Story, told: str) -> None:
    assert told in read(card.channel(shown, NOW)).split("\n")


DUE = f"<!date^{int(DEADLINE.timestamp())}^{{date_short_pretty}} {{time}}|20 Nov 19:10 UTC>"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (dm(story()).text, f"New lead: Ana Silva at Acme. Fit and engaged. Accept or reject by {DUE}."),
        (
            card.channel(story(), NOW).text,
            f"New lead: Ana Silva at Acme. Fit and engaged. <@{RITA}> answers by {DUE}.",
        ),
        (dm(story(State.ACCEPTED)).text, f"You have Ana Silva at Acme. First follow-up by {DUE}."),
        (dm(story(State.WAITING), MARTA).text, f"Waiting: Ana Silva at Acme. Nobody is on shift; it is offered {DUE}."),
        (dm(story(State.RECYCLED)).text, "Ana Silva at Acme went back to marketing: Not now."),
        (dm(story(State.DISQUALIFIED)).text, "Ana Silva at Acme was disqualified: Already a customer."),
        (dm(story(State.WITHDRAWN)).text, "Ana Silva at Acme was withdrawn. There is nothing left to do."),
    ],
)
def test_the_text_alone_tells_the_story(text: str, told: str) -> None:
    assert text == told


def test_what_is_not_known_is_left_out() -> None:
    bare = story(
        facts=Facts(source="ebook", external_id="X-1"), scoring=samples.SCORING.model_copy(update={"evidence": ()})
    )
    shown = read(dm(replace(bare, signals=(), signals_in_all=0)))
    assert shown.split("\n") == [
        "Unnamed lead",
        "Fit and engaged (fit 50, engagement 40).",
        "Yours to answer by {20 Nov 19:10 UTC}.",
        "From ebook",
        *ANSWERS,
        *MORE,
        "Deadline",
    ]


def test_an_earlier_handoff_nobody_answered_says_so() -> None:
    again = replace(samples.second_time(), earlier=(Earlier(1, "recycled", NOW - timedelta(days=50), None),))
    assert "Second time with sales. Last time: {01 Oct}, nobody answered" in read(dm(again)).split("\n")


def test_facts_that_show_nothing_count_as_unknown() -> None:
    blank = Facts(
        source="ebook",
        first_name="\u200b",
        title=" ",
        company=Company(name="\u3164", industry="\u202e", country="US"),
        bant=Bant(budget="\ufeff", need="time"),
        pain_points=("", "manual invoicing"),
    )
    shown = read(dm(story(facts=blank))).split("\n")
    assert shown[:2] == ["Unnamed lead", "US"]
    assert "Pain points manual invoicing" in shown
    assert "Need time" in shown


def test_a_long_story_stays_short_to_read() -> None:
    many = tuple(samples.SCORING.evidence[0].model_copy(update={"criterion": f"c{n}"}) for n in range(30))
    gaps = tuple(samples.BUDGET.model_copy(update={"criterion": f"g{n}"}) for n in range(30))
    long = replace(
        story(scoring=samples.SCORING.model_copy(update={"evidence": many, "gaps": gaps})),
        signals=samples.SIGNALS * 5,
        signals_in_all=1000,
        earlier=tuple(Earlier(n, "recycled", NOW - timedelta(days=90 - n), None) for n in (1, 2)),
    )
    shown = dm(long)
    assert len(blocks_of(shown)) <= 15
    assert "Has authority, Has authority, Has authority, Has authority and 26 more." in read(shown)
    assert "and 997 more before that" in read(shown).split("\n")
    assert read(shown).count("•") == 6
    assert len(read(shown)) < 1200


def test_the_address_starts_a_mail_and_nothing_else_is_a_link() -> None:
    links = [one for one in objects(blocks_of(dm(story()))) if one.get("type") == "link"]
    assert [one["url"] for one in links] == [f"mailto:{EMAIL}"]


GAPS = (samples.BUDGET, samples.URGENT, samples.TOO_SMALL, samples.BARELY)


def judged(**changes: Any) -> Scoring:
    return samples.SCORING.model_copy(update={"grade": "B2", "gaps": GAPS, **changes})


def test_a_card_says_in_one_sentence_why_and_leaves_out_what_is_weak_or_against() -> None:
    weak = samples.SCORING.evidence[1].model_copy(update={"weak": True})
    against = samples.SCORING.evidence[2].model_copy(update={"points": -10})
    evidence = (samples.SCORING.evidence[0], weak, against, samples.SCORING.evidence[3])
    shown = read(dm(story(scoring=judged(evidence=evidence)))).split("\n")
    assert shown[2] == "Fit and engaged (B2: fit 50, engagement 40): Has authority and Came back to pricing."


def test_a_product_has_its_name_in_that_sentence() -> None:
    payroll = ProductDefinition(
        id="payroll", label="Payroll", criteria=RULES.definition.criteria, paths=RULES.definition.paths
    )
    rules = RULES.model_copy(update={"definitions": (payroll,)})
    told = replace(story(scoring=judged(definition="payroll")), agreement=Agreement(rules, rules))
    assert "Fit and engaged for Payroll (B2: " in read(dm(told))


@pytest.mark.parametrize(
    ("handed", "told"),
    [
        (
            {"origin": "hand", "qualified_by": MAYA, "note": "Met her at the fair."},
            f"@{MAYA} qualified this by hand: “Met her at the fair.”",
        ),
        ({"origin": "hand", "qualified_by": MAYA}, f"@{MAYA} qualified this by hand."),
        (
            {"origin": "claim", "qualified_by": RITA},
            "You claimed this near miss, 10 engagement points and “Has authority” short.",
        ),
        (
            {"origin": "claim", "qualified_by": RAVI},
            f"@{RAVI} claimed this near miss, 10 engagement points and “Has authority” short.",
        ),
    ],
)
def test_a_card_says_which_person_qualified_the_lead(handed: dict[str, Any], told: str) -> None:
    near = Near(path="scored", engagement=10, criteria=("authority",))
    shown = read(dm(story(scoring=samples.SCORING.model_copy(update={"near": near}), **handed))).split("\n")
    assert shown[2:4] == [told, f"Fit 50, engagement 40{STRONGEST}"]


def test_whoever_claimed_a_lead_is_not_said_to_have_accepted_it_too() -> None:
    own = read(dm(story(State.ACCEPTED, origin="claim", qualified_by=RITA, decided_by=RITA)))
    assert "You claimed this near miss" in own
    assert "accepted this lead" not in own
    assert "First follow-up by " in own
    passed_on = read(dm(story(State.ACCEPTED, origin="claim", qualified_by=RAVI, decided_by=RITA)))
    assert "You accepted this lead" in passed_on


def test_a_card_says_what_is_not_known_and_what_to_ask() -> None:
    shown = read(dm(story(scoring=judged()))).split("\n")
    assert "Still to find out Budget is there; Wants it soon" in shown
    start = shown.index("Questions to open with")
    assert shown[start + 1 : start + 5] == [
        "• You mentioned “manual invoicing”: what does it cost you today?",
        "• What budget is set aside for this?",
        "• What were you looking for on the pricing page?",
        f"Contact {EMAIL} · {PHONE}",
    ]
    assert "Questions to open with" not in read(card.channel(story(scoring=judged()), NOW))


def test_a_campaign_comes_with_its_brief_in_a_line_and_the_promise() -> None:
    told = replace(story(), brief=samples.BRIEF)
    for shown in (dm(told), card.channel(told, NOW)):
        lines = read(shown).split("\n")
        start = lines.index("From webinar, campaign spring-webinar")
        assert lines[start + 1 : start + 3] == [
            "The campaign Invoicing without paper, for people who type.",
            "Promised A month for free",
        ]


def test_after_accepting_the_call_comes_first() -> None:
    shown = read(dm(story(State.ACCEPTED, scoring=judged()))).split("\n")
    order = ("Contact ", "Last seen", "Pain points ", "Questions to open with", "Still to find out ", "From ")
    places = [next(n for n, one in enumerate(shown) if one.startswith(start)) for start in order]
    assert places == sorted(places)
    assert places[0] == 5
