"""Which PERMNO a company has on a day, by links written down by hand; no server is asked."""

from __future__ import annotations

from datetime import date

from ftm_resources.transcript_sources.wrds.links import Found, Gvkey, Links, PermnoLink

DAY = date(2023, 2, 1)
OPEN = (None, None)
THEN, LATER = date(2010, 1, 1), date(2020, 1, 1)
ENDED = (THEN, date(2023, 1, 31))
COMPANY = 101


def found(gvkeys: list[Gvkey], links: dict[str, list[PermnoLink]], day: date = DAY) -> Found:
    return Links({COMPANY: gvkeys}, links).on(COMPANY, day)


def test_a_valid_gvkey_with_a_valid_link_is_linked() -> None:
    assert found([Gvkey("001", *OPEN)], {"001": [PermnoLink(7, "P", "LC", *OPEN)]}) == Found(7, "001", "linked", 1)


def test_why_there_is_none() -> None:
    link = {"001": [PermnoLink(7, "P", "LC", *OPEN)]}
    assert found([], link) == Found(None, None, "no_gvkey", 0)
    assert found([Gvkey("001", *ENDED)], link) == Found(None, None, "gvkey_not_valid_on_date", 0)
    assert found([Gvkey("001", *OPEN)], {}) == Found(None, "001", "no_link", 0)
    ended = {"001": [PermnoLink(7, "P", "LC", *ENDED)]}
    assert found([Gvkey("001", *OPEN)], ended) == Found(None, "001", "link_not_valid_on_date", 0)


def test_the_first_and_the_last_day_of_a_link_belong_to_it() -> None:
    links = {"001": [PermnoLink(7, "P", "LC", THEN, LATER)]}
    status = {day: found([Gvkey("001", *OPEN)], links, day).status for day in (THEN, LATER, date(2009, 12, 31))}
    assert status == {THEN: "linked", LATER: "linked", date(2009, 12, 31): "link_not_valid_on_date"}


def test_of_several_the_rule_takes_one_step_after_the_other() -> None:
    """P before C, LC before LU, the latest, the lowest PERMNO: each step decides where those before it do not."""
    in_order = [
        PermnoLink(9, "P", "LC", LATER, None),
        PermnoLink(1, "P", "LC", THEN, None),
        PermnoLink(2, "P", "LC", THEN, None),
        PermnoLink(3, "P", "LU", LATER, None),
        PermnoLink(4, "C", "LC", LATER, None),
        PermnoLink(5, "C", "LU", LATER, None),
    ]
    for place, best in enumerate(in_order):
        left = in_order[place:]
        assert found([Gvkey("001", *OPEN)], {"001": left[::-1]}) == Found(best.permno, "001", "linked", len(left))


def test_two_gvkeys_with_the_same_link_give_the_lower_one_and_count_one_permno() -> None:
    links = {gvkey: [PermnoLink(7, "P", "LC", *OPEN)] for gvkey in ("002", "001")}
    assert found([Gvkey("002", *OPEN), Gvkey("001", *OPEN)], links) == Found(7, "001", "linked", 1)
