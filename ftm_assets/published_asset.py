"""What every asset has in Dagster, said once: who answers for it, what it is made of, its columns, when it is made.

``@published_asset(THEMES, …)`` is Dagster's ``@dg.asset`` with all of that filled in from what the store knows of the
asset. What an asset does is in its folder, what a materialization shows is ``metadata.py``.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa

import ftm_assets
from ftm_assets.automation import follows
from ftm_assets.partitions import QUARTERS
from ftm_resources.contract.asset import Asset
from ftm_resources.contract.meanings import meaning
from ftm_resources.errors import FTMError

# Links from an asset to its code are in beta in Dagster 1.13; this is the one place that makes them.
warnings.filterwarnings("ignore", category=dg.BetaWarning, message=".*CodeReference.*")

OWNERS = {
    "ingest": "team:data-engineering",
    "topics": "team:data-engineering",
    "themes": "team:research",
    "evaluation": "team:research",
}
"""Who answers for the assets of a group. Your own teams go here."""

ROOT = Path(ftm_assets.__file__).parents[1]

CODE_REFERENCES = "dagster/code_references"

MOST_RETRIES, SECONDS_BEFORE_A_RETRY = 2, 60.0


def published_asset(
    asset: Asset,
    *,
    group: str,
    kinds: set[str],
    code_version: str,
    after: Sequence[Asset] = (),
    columns: Mapping[str, pa.Schema] | None = None,
    docs: str = "architecture.md",
    pool: str | None = None,
    licensed_text: bool = False,
    tried_again: bool = True,
    on_demand: bool = False,
) -> Callable[[Callable[..., dg.MaterializeResult[None]]], dg.AssetsDefinition]:
    """An asset of the graph. Its docstring is what Dagster shows of it.

    ``columns`` are those of its tables, the main one first, where ``asset`` does not have them. ``docs`` is the page
    about it. ``licensed_text`` says that transcripts are quoted in it. ``tried_again`` is whether another try may be
    made where a machine or the network was missing. What is ``on_demand`` never follows by itself.
    """
    deps = [
        one.name if asset.by_quarter else dg.AssetDep(one.name, partition_mapping=dg.AllPartitionMapping())
        for one in after
    ]
    tables = asset.tables if columns is None else columns

    def decorate(make: Callable[..., dg.MaterializeResult[None]]) -> dg.AssetsDefinition:
        return dg.asset(
            name=asset.name,
            deps=deps,
            partitions_def=QUARTERS if asset.by_quarter else None,
            group_name=group,
            owners=[OWNERS[group]],
            kinds={*kinds},
            tags={"stage": group, "licensed_text": "yes" if licensed_text else "no"},
            metadata={**_columns(tables), CODE_REFERENCES: _code_references(make, docs)},
            description=make.__doc__,
            code_version=code_version,
            pool=pool,
            automation_condition=follows(asset) if after and not on_demand else None,
        )(_tried(make, MOST_RETRIES if tried_again else 0))

    return decorate


def _tried(make: Callable[..., Any], most_retries: int) -> Callable[..., Any]:
    """The same, tried again where a machine or the network was missing; what else is wrong is told first."""

    @functools.wraps(make)
    def tried(*arguments: Any, **resources: Any) -> Any:
        try:
            return make(*arguments, **resources)
        except FTMError as error:
            context = dg.AssetExecutionContext.get()
            if error.may_pass and context.retry_number < most_retries:
                seconds = SECONDS_BEFORE_A_RETRY * 2**context.retry_number
                context.log.warning(f"{error}\nTrying again in {seconds:.0f} s")
                raise dg.RetryRequested(most_retries, seconds) from error
            # As Dagster's own Failure the message stands above the stack trace where a run's page opens.
            raise dg.Failure(str(error), {"what to do": error.remedy}, allow_retries=False) from error

    return tried


def _columns(tables: Mapping[str, pa.Schema]) -> dict[str, Any]:
    """The main table's columns where Dagster has a panel for them, and those of the others beside it."""
    schemas = {
        table: dg.TableSchema(
            [dg.TableColumn(column.name, str(column.type), meaning(table, column.name)) for column in schema]
        )
        for table, schema in tables.items()
    }
    main = next(iter(schemas), None)
    return {
        "dagster/column_schema" if table == main else f"columns of {table}": schema for table, schema in schemas.items()
    }


def _code_references(make: Callable[..., Any], docs: str) -> dg.CodeReferencesMetadataValue:
    """Where an asset's code and the page about it lie on this computer: an editor opens them.

    Somebody who sits elsewhere reads them in a browser: ``links_into`` gives the same as addresses.
    """
    code = make.__code__
    return dg.CodeReferencesMetadataValue(
        code_references=[
            dg.LocalFileCodeReference(file_path=code.co_filename, line_number=code.co_firstlineno, label="code"),
            dg.LocalFileCodeReference(file_path=str(ROOT / "docs" / docs), label=f"docs/{docs}"),
        ]
    )


def links_into(repository: str, spec: dg.AssetSpec) -> dg.AssetSpec:
    """The asset with links to its code and docs in a repository that is read in a browser.

    ``repository`` is the address of its files, such as ``https://github.com/you/ftm/blob/main``.
    """

    def link(local: dg.LocalFileCodeReference) -> dg.UrlCodeReference:
        path = Path(local.file_path).relative_to(ROOT).as_posix()
        line = f"#L{local.line_number}" if local.line_number else ""
        return dg.UrlCodeReference(url=f"{repository.rstrip('/')}/{path}{line}", label=local.label)

    references = [link(local) for local in spec.metadata[CODE_REFERENCES].code_references]
    links = dg.CodeReferencesMetadataValue(code_references=references)
    return spec.replace_attributes(metadata={**spec.metadata, CODE_REFERENCES: links})
