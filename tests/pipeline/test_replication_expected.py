"""What a replication package expects of the sample's quarter is what the pipeline makes of it."""

from __future__ import annotations

import json

from ftm_assets.replication.check import EXPECTED, differences, expected
from tests.support.demo import Demo

AGAIN = "write the content of check.expected(store, '2023Q1') into ftm_assets/replication/expected.json"


def test_the_samples_tables_are_as_expected_and_another_quarters_are_not(demo: Demo) -> None:
    wanted = json.loads(EXPECTED.read_bytes())
    assert list(differences(demo.store, wanted)) == [], AGAIN
    assert set(wanted["tables"]) == set(expected(demo.store, "2023Q1")["tables"]), AGAIN
    other = wanted | {"quarter": "2023Q2", "tables": wanted["tables"] | {"themes": {"asset": "themes", "rows": 5}}}
    calls, *rest = differences(demo.store, other)
    assert next(iter(differences(demo.store, wanted | {"pseudo_data": "of another version"}))).startswith("the pseudo")
    assert calls == "51 calls instead of 50" and any(line.startswith("themes: ") for line in rest)
