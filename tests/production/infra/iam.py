"""What a policy allows, decided as AWS documents it: a denial wins, and what no statement allows is refused.

Only what our policies are made of: actions and resources with ``*``, and the conditions below. Not here: NotAction,
NotResource, boundaries, and the policies of an organization.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.production.infra.stand_in import Applied

Statement = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One call of AWS's API: what, on which resource, and what AWS knows besides when it decides."""

    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


def is_allowed(statements: list[Statement], call: Call, principal: str | None = None) -> bool:
    """Whether these statements allow a call; with a principal, those of a resource's own policy that speak of it."""
    effects = {s["Effect"] for s in statements if _speaks_of(s, call, principal)}
    return effects == {"Allow"}


def statements_of(applied: list[Applied], address: str) -> list[Statement]:
    """The statements of the policy at an address such as ``module.iam.aws_iam_role_policy.this["worker"]``."""
    policy = next(one for one in applied if one.address == address).arguments["policy"]
    statements: list[Statement] = json.loads(policy)["Statement"]
    return statements


def _speaks_of(statement: Statement, call: Call, principal: str | None) -> bool:
    if principal is not None and not {principal, "*"} & set(statement["Principal"].get("AWS", [])):
        return False
    return (
        any(_fits(pattern.lower(), call.action.lower()) for pattern in _list(statement["Action"]))
        and any(_fits(_filled(pattern, call), call.resource) for pattern in _list(statement["Resource"]))
        and all(
            _holds(test, call.context.get(key), [_filled(value, call) for value in _list(values)])
            for test, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(test: str, value: str | None, wanted: list[str]) -> bool:
    if test.endswith("IfExists"):
        return value is None or _holds(test.removesuffix("IfExists"), value, wanted)
    if value is None:
        return False
    if test in ("StringLike", "ArnLike", "ArnEquals"):
        return any(_fits(pattern, value) for pattern in wanted)
    if test in ("StringEquals", "Bool"):
        return value in wanted
    raise ValueError(f"{test} is not known here")


def _fits(pattern: str, text: str) -> bool:
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _filled(pattern: str, call: Call) -> str:
    """With the policy variables put in, such as ``${aws:username}``."""
    return re.sub(r"\$\{([^}]+)\}", lambda found: call.context.get(found[1], "\0"), pattern)


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
