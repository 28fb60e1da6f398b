"""What a finished report says, read from its page: for the check that compares it with the tables."""

from __future__ import annotations

from html.parser import HTMLParser


class _Themes(HTMLParser):
    """The cells of the rows that are about a theme."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: dict[str, list[str]] = {}
        self._theme: str | None = None
        self._in_number = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "tr":
            self._theme = given.get("data-theme")
            if self._theme is not None:
                self.cells[self._theme] = []
        self._in_number = tag == "td" and given.get("class") == "n" and self._theme is not None

    def handle_data(self, data: str) -> None:
        if self._in_number and self._theme is not None:
            self.cells[self._theme].append(data.strip())

    def handle_endtag(self, tag: str) -> None:
        self._in_number = False


def told_by(page: str) -> dict[str, tuple[int, int]]:
    """Calls and sentences of each theme, by its id, as the page has them: the first and the last number of its row."""
    parser = _Themes()
    parser.feed(page)
    return {theme: (_number(cells[0]), _number(cells[-1])) for theme, cells in parser.cells.items()}


def _number(text: str) -> int:
    return int(text.replace(",", ""))
