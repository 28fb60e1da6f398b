"""What a run says in a terminal: what the assets say, which checks failed, and why a step did.

What Dagster itself says of its steps stays in the UI.
"""

from __future__ import annotations

import logging
from typing import Any

import dagster as dg

from ftm_assets.running.database import LOST
from ftm_resources.errors import FTMError
from ftm_resources.progress import Say


def console_logger(quarter: str, say: Say) -> dg.LoggerDefinition:
    """A logger that passes on what the assets say, and which checks failed; Dagster's own steps stay in the UI."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said = getattr(record, "dagster_meta", {})
            event = said.get("dagster_event")
            if event is None:
                message = said.get("orig_message", record.getMessage())
                if not message.startswith("Dependencies for step"):  # one for each check of an asset that failed
                    say(message)
            elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                check = event.asset_check_evaluation_data
                if not check.passed:
                    say(f"{quarter}: check {check.check_name}: {check.severity.value}: {check.description}")

    @dg.logger
    def console(context: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger(f"ftm.{quarter}", logging.DEBUG)
        logger.addHandler(Handler())
        return logger

    return console


def cause(error: Any) -> str:
    """What our code raised, without Dagster's wrapping around it or the library's error inside it."""
    raised = error.cause or error
    message = str(raised.message).strip()
    # "ftm_resources.errors.ManifestError: what is wrong": the part a person needs begins behind the class. A bug keeps
    # its class, which is half of what it says.
    return message.partition(": ")[2] if message.startswith(f"{FTMError.__module__}.") else message


def is_lost_database(error: Any) -> bool:
    """Whether a step failed because Dagster could not record something."""
    return (error.cause or error).cls_name in LOST


def is_interrupt(error: Any) -> bool:
    """Whether a step failed because somebody pressed Ctrl-C, or asked this process to end: Dagster takes the signal."""
    return "DagsterExecutionInterruptedError" in (error.cls_name, error.cause and error.cause.cls_name)
