"""Text from outside, made harmless."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.text import Markup, clean, clip, clip_markup, escape, mention, ours, words


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("  Ana\t\n Silva ", " Ana Silva "),
        ("pay\u202egpj.exe", "paygpj.exe"),
        ("A\u200bc\ufeffme", "Acme"),
        ("bell\x07 and \x00null", "bell and null"),
        ("line\u2028break", "line break"),
        ("half \ud83d emoji", "half emoji"),
        ("\u3164\u2800", " "),
        ("שלום עליכם", "שלום עליכם"),
        ("José 🎉", "José 🎉"),
    ],
)
def test_what_nobody_sees_is_taken_out(written: str, seen: str) -> None:
    assert clean(written) == seen


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("AT&T", "AT&amp;T"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U0RITA>", "&lt;@U0RITA&gt;"),
        ("<https://evil.example|Acme>", "&lt;https: //evil.example|Acme&gt;"),
        ("&lt;", "&amp;lt;"),
        ("*bold* ~gone~ `code`", "∗bold∗ ∼gone∼ ˋcodeˋ"),
        ("_slanted_ but snake_case", "ˍslantedˍ but snake_case"),
        ("one\n> two", "one &gt; two"),
    ],
)
def test_markup_becomes_words(written: str, shown: str) -> None:
    assert escape(written) == shown


@pytest.mark.parametrize(
    ("limit", "shown"), [(12, "&amp;&amp;…"), (11, "&amp;&amp;…"), (10, "&amp;…"), (15, "&amp;" * 3)]
)
def test_an_entity_is_never_cut(limit: int, shown: str) -> None:
    assert escape("&&&", limit) == shown


def test_what_stood_inside_a_word_formats_nothing_where_the_word_is_cut() -> None:
    assert escape("_snake_case", 8) == "ˍsnakeˍ…"


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_no_escaped_text_is_longer_than_asked(text: str, limit: int) -> None:
    assert len(escape(text, limit)) <= limit


@pytest.mark.parametrize(("limit", "shown"), [(10, "Ana Silva"), (9, "Ana Silva"), (8, "Ana Sil…"), (5, "Ana…")])
def test_clipped_text_says_so(limit: int, shown: str) -> None:
    assert clip("Ana Silva", limit) == shown


@pytest.mark.parametrize(
    ("markup", "limit", "shown"),
    [
        ("for <@U0RITA> now", 17, "for <@U0RITA> now"),
        ("for <@U0RITA> now", 14, "for <@U0RITA>…"),
        ("for <@U0RITA> now", 10, "for …"),
        ("R &amp; D", 6, "R …"),
    ],
)
def test_markup_is_clipped_between_tokens(markup: str, limit: int, shown: str) -> None:
    assert clip_markup(markup, limit) == shown


def test_parts_of_a_sentence_are_escaped_unless_they_are_our_own() -> None:
    said = words("{who} has {lead}.", who=mention("U0RITA"), lead="<!here> & Co")
    assert said == "<@U0RITA> has &lt;!here&gt; &amp; Co."
    assert isinstance(said, Markup)


def test_only_a_slack_id_becomes_a_mention() -> None:
    assert mention("!channel> <@U0RITA") == "!channel&gt; &lt;@U0RITA"


def test_words_of_ours_keep_mentions_and_dates_and_nothing_else() -> None:
    kept = (
        "<@U0RITA> accepted <!date^1795190400^{date_short_pretty} {time}|20 Nov 16:00 UTC>, see `sign_off` &amp; more"
    )
    assert ours(kept) == kept
    assert ours("one\n\u202etwo\x07") == "one\ntwo "
    assert ours("<!channel> <https://evil.example|Acme> & <!date^1^{ago}>") == (
        "&lt;!channel&gt; &lt;https: //evil.example|Acme&gt; &amp; &lt;!date^1^{ago}&gt;"
    )
