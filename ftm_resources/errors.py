"""Every error that a person can do something about: what it is about, what is wrong, and what to do next.

The command line shows these in one line and lets everything else be a traceback, because everything else is a bug.
There is one class for each kind of thing that goes wrong, and a class below it only where code has to tell it from
the others. What is wrong with a bucket or with a language model's endpoint, in words, is beside the code that asks
them; nothing of that belongs here.
"""

from __future__ import annotations


class FTMError(Exception):
    """What is wrong, for a person. As text: ``what: problem. remedy``."""

    def __init__(self, what: str, problem: str, remedy: str) -> None:
        self.what, self.problem, self.remedy = what, problem, remedy

    def __str__(self) -> str:
        # A list stays a list: each of its lines says what to do by itself or leads to the remedy below it.
        after = "\n" if "\n" in self.problem else ". "
        return f"{self.what}: {self.problem}{after}{self.remedy}" if self.remedy else f"{self.what}: {self.problem}"


class SettingError(FTMError):
    """A setting has a value that can't be used, or one that is needed is missing. ``what`` is ``NAME=value``."""


class InputError(FTMError):
    """What a person gave us can't be used as it is: their transcripts, their themes, the words after a command."""


class SourceError(FTMError):
    """A source of transcripts can't be reached, or refused us."""


class NotReadable(SourceError):
    """This account may not read a table, or there is no such table or column."""


class QueryTooSlow(SourceError):
    """The server cancelled a query for taking too long. Asking for less may do."""


class StoreError(FTMError):
    """The store can't be used: no such bucket, no permission, no connection."""


class NotThere(StoreError):
    """There is no such object. Everything else about the store may be well."""

    def __init__(self, address: str, problem: str = "it is not there", remedy: str = "Check FTM_STORE") -> None:
        super().__init__(address, problem, remedy)


class ManifestError(FTMError):
    """A published quarter is missing, damaged or out of date. Ends with the command that fixes it."""


class WorkError(FTMError):
    """Work that was begun can't be finished: by this process, by a worker, or by what a worker left behind."""


class LeaseHeld(WorkError):
    """Another process is working on the same quarter, or took over what we held."""


class BatchFailed(WorkError):
    """One or more batches did not end well."""


class DatabaseAway(WorkError):
    """Dagster's database can't be reached. What was published stays, and running it again goes on from there."""


class ClusteringDied(WorkError):
    """A process that clusters firms is gone."""


class Interrupted(WorkError):
    """A worker was asked to stop before its batch was done. What was written stays."""


class LLMError(FTMError):
    """The language model can't be used, or gives no answer that can be."""
