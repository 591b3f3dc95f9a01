"""Fills buckets with the Python library `versioned`, all in one process: what companies have before they take up a LOB.

First argument: where, as JSON ({"region", "bucket", "prefix", "suffix"}, and "table" for the S3 and DynamoDB back end).
Second argument: what, as JSON, a list of models:
  name       of the artifact
  contents   of its versions, in order; each is put and published
  draft      content that is put over LATEST in the end and not published
  aliases    list of [alias, version, secondary version or null, weight or null]; versions may be "LATEST"
  metadata   more metadata of each object
  remove     numbers whose objects are deleted by the library
  raw        objects put past the library: [key under the model's folder, content, metadata]
  drop       keys under the model's folder that are deleted past the library
Standard output: for each model what the library says of it, as JSON.
"""

import json
import sys

from boto_session_manager import BotoSesManager
from versioned.api import s3_and_dynamodb_backend, s3_only_backend


def repository(place):
    arguments = dict(
        aws_region=place["region"],
        s3_bucket=place["bucket"],
        s3_prefix=place["prefix"],
        suffix=place["suffix"],
    )
    if "table" not in place:
        return s3_only_backend.Repository(**arguments)
    return s3_and_dynamodb_backend.Repository(dynamodb_table_name=place["table"], **arguments)


def seed(bsm, repo, place, model):
    name = model["name"]
    more = {"metadata": model["metadata"]} if "metadata" in model else {}

    def put(content):
        repo.put_artifact(bsm=bsm, name=name, content=content.encode(), **more)

    for content in model.get("contents", []):
        put(content)
        repo.publish_artifact_version(bsm=bsm, name=name)
    for alias, version, secondary, weight in model.get("aliases", []):
        repo.put_alias(
            bsm=bsm,
            name=name,
            alias=alias,
            version=version,
            secondary_version=secondary,
            secondary_version_weight=weight,
        )
    if "draft" in model:
        put(model["draft"])
    for version in model.get("remove", []):
        repo.delete_artifact_version(bsm=bsm, name=name, version=version)
    folder = f"{place['prefix']}/{name}/"
    for key, content, metadata in model.get("raw", []):
        bsm.s3_client.put_object(Bucket=place["bucket"], Key=folder + key, Body=content.encode(), Metadata=metadata)
    for key in model.get("drop", []):
        bsm.s3_client.delete_object(Bucket=place["bucket"], Key=folder + key)


def read(bsm, repo, name):
    """Everything that the library says of a model, with the bytes of each version; or what it raised."""
    try:
        versions = repo.list_artifact_versions(bsm=bsm, name=name)
        return {
            "versions": {one.version: [one.sha256, one.get_content(bsm=bsm).decode()] for one in versions},
            "aliases": {
                one.alias: {
                    "version": one.version,
                    "secondary": one.secondary_version,
                    "weight": one.secondary_version_weight,
                    "content": one.get_version_content(bsm=bsm).decode(),
                    "secondaryContent": one.secondary_version and one.get_secondary_version_content(bsm=bsm).decode(),
                }
                for one in repo.list_aliases(bsm=bsm, name=name)
            },
        }
    except Exception as error:
        return {"raised": type(error).__name__, "message": str(error)}


def main():
    place, models = json.loads(sys.argv[1]), json.loads(sys.argv[2])
    bsm, repo = BotoSesManager(), repository(place)
    repo.bootstrap(bsm=bsm)
    for model in models:
        seed(bsm, repo, place, model)
    print(json.dumps({model["name"]: read(bsm, repo, model["name"]) for model in models}))


main()
