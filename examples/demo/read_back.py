"""Reads a model with the Python library `versioned`, as a data scientist would, and prints what it read as one JSON object.

    python read_back.py REGION BUCKET PREFIX SUFFIX MODEL

PREFIX is the folder of the LOB's models, such as ml-models/fraud. Credentials come from the environment, as always.
"""

import hashlib
import io
import json
import struct
import sys
import tarfile

from boto_session_manager import BotoSesManager
from versioned.api import LATEST_VERSION, s3_only_backend


def main(region: str, bucket: str, prefix: str, suffix: str, model: str) -> None:
    bsm = BotoSesManager(region_name=region)
    repository = s3_only_backend.Repository(aws_region=region, s3_bucket=bucket, s3_prefix=prefix, suffix=suffix)
    latest = repository.get_artifact_version(bsm, name=model)
    content = latest.get_content(bsm)
    json.dump(
        {
            "models": sorted(repository.list_artifact_names(bsm)),
            "versions": [
                {"version": artifact.version, "sha256": artifact.sha256}
                for artifact in repository.list_artifact_versions(bsm, name=model)
            ],
            "newest": repository.get_latest_published_artifact_version_number(bsm, name=model),
            "latest": {
                "isLatest": latest.version == LATEST_VERSION,
                "uri": latest.s3uri,
                "bytes": len(content),
                "sha256": latest.sha256,
                "sha256OfBytes": hashlib.sha256(content).hexdigest(),
                "files": list(read_archive(content)),
            },
        },
        sys.stdout,
    )


def read_archive(content: bytes):
    """Each file of the archive, read as a stream, with what is inside where that is known."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|gz") as archive:
        for member in archive:
            if not member.isfile():
                continue
            body = archive.extractfile(member).read()
            yield {
                "path": member.name,
                "bytes": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
                **({"tensors": tensors_of(body)} if member.name.endswith(".safetensors") else {}),
                **({"json": json.loads(body)} if member.name.endswith(".json") else {}),
            }


def tensors_of(body: bytes) -> dict:
    """Name and shape of each tensor of a safetensors file."""
    (length,) = struct.unpack("<Q", body[:8])
    header = json.loads(body[8 : 8 + length])
    return {name: entry["shape"] for name, entry in header.items() if name != "__metadata__"}


if __name__ == "__main__":
    main(*sys.argv[1:])
