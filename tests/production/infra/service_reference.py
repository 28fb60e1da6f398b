"""Policies against AWS's own list of actions: each exists, can be allowed on such a resource, and knows its conditions.

A right that names a resource of another kind, or a condition that AWS never fills in, is no error for AWS: it allows
nothing, silently. The list (AWS's Service Authorization Reference) comes with policy_sentry, which comes with checkov,
and so this runs in checkov's environment: policies by name as JSON on stdin, problems as JSON on stdout.
"""

import json
import re
import sys
from functools import cache

from policy_sentry.querying.actions import get_action_data
from policy_sentry.querying.conditions import get_condition_keys_for_service

# In AWS's user guides (Session Manager: "Enforce a session document permission check"), and not in the list.
DOCUMENTED_ELSEWHERE = {"ssm:SessionDocumentAccessCheck"}


@cache
def resources_of(action):
    """The ARNs that an action can be allowed on, with ${...} for what has a name; none when there is no such action."""
    service, name = action.split(":")
    found = get_action_data(service, name)
    return [entry["resource_arn_format"] for entry in found[service]] if found else []


def is_of_kind(resource, form):
    """Whether a resource of ours, in which a * stands for anything, is of a kind that AWS writes as ``form``."""
    parts, kinds = resource.split(":"), form.split(":")
    for part, kind in zip(parts, kinds, strict=False):
        if part == "*":
            return True
        pattern = re.sub(r"\\\$\\\{[^}]*\\\}", ".*", re.escape(kind))
        if not re.fullmatch(pattern, part):
            return False
    return len(parts) == len(kinds) or set(parts[len(kinds) :]) == {"*"}


@cache
def conditions_of(service):
    """The conditions that a service fills in, besides those that all do."""
    return {without_tag(key) for key in get_condition_keys_for_service(service)} | DOCUMENTED_ELSEWHERE


def without_tag(key):
    """A condition on a tag, without the tag's name."""
    return re.sub(r"(?<=[Tt]ag/).*", "", key)


def problems_of(statement):
    """What AWS would pass over in silence."""
    for action in statement["Action"]:
        service = action.split(":")[0]
        forms = resources_of(action)
        if not forms:
            yield f"there is no action {action}"
        elif "*" not in statement["Resource"]:
            kinds = [form for form in forms if form != "*"]
            if not any(is_of_kind(resource, kind) for resource in statement["Resource"] for kind in kinds):
                yield f"{action} can't be allowed on {statement['Resource']}: AWS knows {forms}"
        for keys in statement.get("Condition", {}).values():
            for key in keys:
                if not key.startswith("aws:") and without_tag(key) not in conditions_of(service):
                    yield f"{action}: AWS fills in no {key}"


if __name__ == "__main__":
    policies = json.load(sys.stdin)
    found = [f"{name}: {what}" for name, statements in policies.items() for s in statements for what in problems_of(s)]
    json.dump(found, sys.stdout)
