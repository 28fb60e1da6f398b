"""Text that came through HTML, JSON, a PDF or the wrong encoding is what was said; other languages are left out."""

from __future__ import annotations

from datetime import date

import pytest

from ftm_assets.prefetched_transcripts.language import english_share
from ftm_assets.prefetched_transcripts.normalize import read, readable
from ftm_assets.prefetched_transcripts.sentences import NOT_ENGLISH, OPERATOR_TALK, split_call
from ftm_resources.transcript_sources.calls import QUESTIONS, Call, Turn


@pytest.mark.parametrize(
    ("came", "meant", "changes"),
    [
        ("We&#39;re at AT&amp;T&nbsp;now", "We're at AT&T now", ["markup"]),
        ("cranes&rsquo; <b class='x'>blades</b> &gt; 80 metres", "cranes’ blades > 80 metres", ["markup"]),
        ("It opened.<br/>Orders rose.</p><P>Costs fell.", "It opened.\nOrders rose.\n\nCosts fell.", ["markup"]),
        ("R&amp;amp;D and &lt;i&gt;more&lt;/i&gt;", "R&D and more", ["markup"]),
        ("<script>var a = 1;</script>Orders rose.<!-- page 3 -->", " Orders rose. ", ["markup"]),
        ("margins <5% and >7%, R&D; AT&T <laugh>", "margins <5% and >7%, R&D; AT&T <laugh>", []),
        ("Weâ€™re building harboursâ€”they donâ€™t, sÃ£o", "We’re building harbours—they don’t, são", ["encoding"]),
        ("donÃ¢â‚¬â„¢t", "don’t", ["encoding"]),
        ("donâ\x80\x99t", "don’t", ["encoding"]),
        ("don‚Äôt", "don’t", ["encoding"]),
        ("the â€œplanâ€ isÂ here", "the “plan” is here", ["encoding"]),
        ("CAFÉ» and « cliché\xa0» and crâne, Å“uvre", "CAFÉ» and « cliché » and crâne, Å“uvre", []),
        (r"They said \"alpha\" today\nNew orders", 'They said "alpha" today\nNew orders', ["escapes"]),
        (r"We\u2019re at C:\Users", "We’re at C:\\Users", ["escapes"]),
        ("mor\xad\nning", "morning", ["invisible"]),
        ("We grew\x0bfast", "We grew fast", ["line_breaks", "wrapped_lines"]),
        ("up\x07 down", "up down", ["control_characters"]),
        ("We grew.\r\nThey  shrank.", "We grew.\nThey shrank.", []),
        # Of Word, of XML, and without their ampersand or semicolon.
        ("We <o:p></o:p>grew <w:t xml:space='preserve'>fast</w:t>", "We grew fast", ["markup"]),
        ('<turn id="3"><speaker>Jane</speaker> We grew.</turn>', "Jane We grew.", ["markup"]),
        ("where a<b and c>d, b<a or i>u", "where a<b and c>d, b<a or i>u", []),
        ("AT&amp;amp;amp;T and&nbsp R&ampD", "AT&T and R&ampD", ["markup"]),
        ("it#8217;s amp; the companyrsquo;s", "it’s & the companyrsquo;s", ["markup"]),
        # Other code pages, also twice over.
        ("theyΓÇÖre in M├ílaga", "they’re in Málaga", ["encoding"]),
        ("theyÔÇÖre in M├ílaga", "they’re in Málaga", ["encoding"]),
        ("theyвЂ™re вЂњhereвЂќ", "they’re “here”", ["encoding"]),
        ("the â€śplanâ€ť", "the “plan”", ["encoding"]),
        ("resultsâ\x80Š for â\x82¬5", "results… for €5", ["encoding"]),
        ("â€Å“so", "“so", ["encoding"]),
        ("we\ufffdre sure it isn?t. Is it?", "we’re sure it isn’t. Is it?", ["encoding"]),
        ("so\x85 we\x92re here", "so… we’re here", ["encoding"]),
        ("we\x92re here\x85 and\x85", "we’re here… and…", ["encoding"]),
        ("We <!-- a -->run <!-- b <script>x</script>it--", "We run <!-- b it--", ["markup"]),
        ("Газпром и «Сбербанк» в Москве", "Газпром и «Сбербанк» в Москве", []),
        # What Excel, Word and pages written from right to left leave behind.
        ("It opened._x000D_\nOrders rose.", "It opened.\nOrders rose.", ["escapes", "line_breaks"]),
        ("\uf0b7 tur\u2060bines \u202arose\u202c", " turbines rose", ["control_characters", "invisible"]),
    ],
)  # fmt: skip
def test_text_is_what_was_meant_and_what_was_changed_is_named(came: str, meant: str, changes: list[str]) -> None:
    text, changed = read(came)
    assert (text, [*changed]) == (meant, changes)
    assert readable(text) == text, "once is enough"


@pytest.mark.parametrize(
    ("came", "meant"),
    [
        (
            "The second plant for offshore\nturbines opened in Texas, and\norders for harbour cranes rose\nby a third.",
            "The second plant for offshore turbines opened in Texas, and orders for harbour cranes rose by a third.",
        ),
        (
            "The second plant for offshore turbines is in\nTexas and in Ohio, where orders rose by some\n"
            "12 percent. We will also open one in Maine\nEast of Portland.",
            "The second plant for offshore turbines is in Texas and in Ohio, where orders rose by some "
            "12 percent. We will also open one in Maine East of Portland.",
        ),
        ("We opened plants in\nTexas.", "We opened plants in Texas."),
        ("The sup-\nply of forward-\nlooking plans", "The supply of forward-looking plans"),
        ("Orders rose\n\nby a third.", "Orders rose by a third."),
        ("We opened a plant.\nOrders rose by a third.", "We opened a plant.\nOrders rose by a third."),
        ("Outlook\nWe expect growth in all regions this year.", "Outlook\nWe expect growth in all regions this year."),
        ("We did:\n- open plants\n- cut costs", "We did:\n- open plants\n- cut costs"),
    ],
)
def test_lines_that_only_a_width_has_broken_are_joined(came: str, meant: str) -> None:
    assert readable(came) == meant


ENGLISH = "Turbine blade deliveries into Texas ports rose by a third over the winter, and orders for cranes with them."


@pytest.mark.parametrize(
    "text",
    [
        "La segunda planta de turbinas eólicas abrió en Texas y los pedidos aumentaron un tercio durante el invierno.",
        "Das zweite Werk für Windturbinen wurde in Texas eröffnet und die Aufträge für Hafenkräne stiegen im Winter.",
        "La deuxième usine de turbines a ouvert au Texas et les commandes de grues portuaires ont augmenté d'un tiers.",
        "第二家工厂在德克萨斯州开业，港口起重机订单在冬季增长了三分之一，第二家工厂在德克萨斯州开业，港口起重机订单。",
        "Thesecondplantforoffshoreturbinesopenedin Texasandordersforharbourcranesrosebyathirdoverthewinter",
    ],
)
def test_a_call_in_another_language_or_without_blanks_is_excluded(text: str) -> None:
    assert {sentence.excluded for sentence in split_call(_call(Turn(0, QUESTIONS, "Executives", text)))} == {
        NOT_ENGLISH
    }
    share = english_share(text)
    assert share is not None and share < 0.5 < (english_share(ENGLISH) or 0)
    mixed = split_call(_call(Turn(0, QUESTIONS, "Executives", ENGLISH * 9), Turn(1, QUESTIONS, "Executives", text)))
    assert [sentence.excluded for sentence in mixed][-1] == NOT_ENGLISH, "one sentence of an English call"
    assert mixed[0].excluded is None


def test_a_list_of_names_is_in_no_language() -> None:
    names = "Reinhard Ploss, Helmut Gassel, Constanze Hufenbecher and Jochen Haneback of Infineon and Sven Schneider"
    assert english_share(names) is None


@pytest.mark.parametrize(
    ("spelled", "is_operators"),
    [
        ("Operator", True),
        ("OPERATOR", True),
        ("operator", True),
        ("Conference Operator", True),
        ("Operator:", True),
        ("Conference Call Coordinator", True),
        ("Chief Operating Officer", False),
        ("Executives", False),
    ],
)
def test_an_operator_is_one_however_it_is_spelled(spelled: str, is_operators: bool) -> None:
    (sentence,) = split_call(_call(Turn(0, QUESTIONS, spelled, ENGLISH)))
    assert sentence.excluded == (OPERATOR_TALK if is_operators else None)


def test_a_sentence_says_what_was_changed_and_inferred_of_its_turn() -> None:
    turns = (
        Turn(0, QUESTIONS, "Executives", f"{ENGLISH}&nbsp;", ("speaker", "section")),
        Turn(1, QUESTIONS, "Executives", ENGLISH),
    )
    assert [(one.text_changes, one.inferred) for one in split_call(_call(*turns))] == [
        ("markup", "speaker,section"),
        (None, None),
    ]


def _call(*turns: Turn) -> Call:
    return Call("1", "Acme", "7", date(2023, 2, 3), turns)
