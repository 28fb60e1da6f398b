"""Versions of parameters, for assets whose result they decide."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel


def version_of(code_version: str, parameters: BaseModel) -> str:
    """A code version that changes when the code's own version or any parameter's default does."""
    return f"{code_version}-{hashlib.sha256(parameters.model_dump_json().encode()).hexdigest()[:8]}"
