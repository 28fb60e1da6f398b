"""The language model's weights into the store's bucket: ``python -m infra.weights BUCKET``.

Once for each revision in ``containers/vllm/serve.yaml``, from a computer that reaches the model's hub and has room for
16 GB. The list of hashes is written last: only with it is a revision complete.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import yaml
from botocore.exceptions import ClientError

from ftm_resources.errors import SourceError

SERVE = Path(__file__).parents[1] / "containers" / "vllm" / "serve.yaml"
LIST = "SHA256SUMS"

Fetch = Callable[[str, str, Path], dict[str, str]]
"""Takes model, revision and an empty folder, fills it, and returns the SHA-256 that the hub names, by file."""


def prefix_of(model: str, revision: str) -> str:
    """Where a revision lies in the bucket. infra/modules/definitions tells vLLM the same."""
    return f"models/{model}/{revision}/"


def is_there(s3: Any, bucket: str, prefix: str) -> bool:
    """Whether all files of a revision have been brought."""
    try:
        s3.head_object(Bucket=bucket, Key=prefix + LIST)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def bring(s3: Any, bucket: str, model: str, revision: str, fetch: Fetch) -> int:
    """Fetch a revision and upload it. Returns how many files, 0 if it was there. Raises SourceError on a wrong one."""
    prefix = prefix_of(model, revision)
    if is_there(s3, bucket, prefix):
        return 0
    with tempfile.TemporaryDirectory() as folder:
        promised = fetch(model, revision, Path(folder))
        files = sorted(path for path in Path(folder).iterdir() if path.is_file())
        hashes = {path.name: _sha256(path) for path in files}
        if wrong := [name for name, sha256 in promised.items() if hashes.get(name) != sha256]:
            raise SourceError(
                f"{model} {revision}", f"not the files that its hub names: {', '.join(wrong)}", "Run it again"
            )
        for path in files:
            print(f"{prefix}{path.name}: {path.stat().st_size:,} bytes")
            s3.upload_file(str(path), bucket, prefix + path.name, ExtraArgs={"ChecksumAlgorithm": "SHA256"})
    listed = "".join(f"{sha256}  {name}\n" for name, sha256 in hashes.items())
    s3.put_object(Bucket=bucket, Key=prefix + LIST, Body=listed.encode())
    return len(files)


def from_the_hub(model: str, revision: str, folder: Path) -> dict[str, str]:
    """The files that vLLM loads; the hub names the hash of each large one."""
    from huggingface_hub import HfApi, snapshot_download

    snapshot_download(model, revision=revision, local_dir=folder, allow_patterns=["*.safetensors", "*.json", "*.txt"])
    files = HfApi().model_info(model, revision=revision, files_metadata=True).siblings or []
    return {file.rfilename: file.lfs.sha256 for file in files if file.lfs and file.rfilename.endswith(".safetensors")}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str]) -> int:
    """The command. Returns the exit code."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    serve = yaml.safe_load(SERVE.read_text())
    count = bring(boto3.client("s3"), arguments[0], serve["model"], serve["revision"], from_the_hub)
    print(f"{serve['model']} {serve['revision']}: " + (f"{count} files brought" if count else "was there"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
