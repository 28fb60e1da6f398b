"""The ``ftm`` command: it starts, and however it ends, a person reads one line about it.

What a person can fix is an FTMError and is shown as one message. Everything else is a bug, and keeps its traceback.
The verbs are in ``commands.py``.
"""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended, as a shell gives it."""

AGAIN = 75
"""The exit code of what is worth trying again as it is, by the convention of sysexits.h. AWS Batch is told to."""


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    # Imported here: loading the graph takes seconds, in which somebody may press Ctrl-C, and reads the settings.
    try:
        import click

        from ftm_resources.errors import DatabaseAway, FTMError

        try:
            from ftm_assets.cli.commands import commands
            from ftm_resources.settings import read_settings

            read_settings()  # a wrong one is refused whatever is asked, --help included
            return commands.main(standalone_mode=False) or 0
        except click.Abort:  # what click makes of Ctrl-C
            raise KeyboardInterrupt from None
        except click.ClickException as error:
            error.show()
            return error.exit_code
        except FTMError as error:
            _show(str(error))
            return AGAIN if isinstance(error, DatabaseAway) else 1
    except KeyboardInterrupt:
        print(
            "\nInterrupted. What is finished is kept: run the same command again to go on from there", file=sys.stderr
        )
        return INTERRUPTED


def _show(message: str) -> None:
    from rich.console import Console
    from rich.markup import escape

    Console(stderr=True, highlight=False).print(f"[red]Error:[/red] {escape(message)}", soft_wrap=True)
