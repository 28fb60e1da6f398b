"""Ids of made-up firms and sentences, in the form that a prefetch gives them."""

from __future__ import annotations


def firm_id(number: int) -> str:
    return str(100_000 + number)


def sentence_id(firm: int, place: int) -> str:
    """Of the one call of this firm."""
    return f"{firm_id(firm)}_{2_000_000 + firm}_{place:04d}"
