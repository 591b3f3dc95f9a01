"""Runs steps of the Python library `versioned`, as a data scientist's program would.

First argument: where the repository is, as JSON ({"region", "bucket", "prefix", "suffix"}), or null.
Each line of standard input: a list of steps, [[name, arguments], ...]. For each, a line of standard
output: a list with what each step answered, {"value": ...} or, when the library raised,
{"raised": class, "message": text}; the steps after that one are not run. Ends with its input.
"""

import hashlib
import json
import sys
import tarfile

from boto_session_manager import BotoSesManager
from versioned.api import s3_only_backend


def sha256_of(content):
    return hashlib.sha256(content).hexdigest()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def shown(artifact):
    return {"name": artifact.name, "version": artifact.version, "s3uri": artifact.s3uri, "sha256": artifact.sha256}


def members(content_path):
    """What is in an archive, read as a stream: that is the strictest way, it takes one gzip member only."""
    found = []
    with tarfile.open(content_path, mode="r|gz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            found.append(
                {
                    "path": member.name,
                    "isFile": member.isfile(),
                    "mode": member.mode,
                    "size": member.size,
                    "sha256": sha256_of(file.read()) if file else None,
                }
            )
    return found


class Steps:
    """Each public method is a step."""

    def __init__(self, repository):
        self._bsm = BotoSesManager()
        self._repo = repository and s3_only_backend.Repository(
            aws_region=repository["region"],
            s3_bucket=repository["bucket"],
            s3_prefix=repository["prefix"],
            suffix=repository["suffix"],
        )

    def encode(self, versions):
        return [s3_only_backend.encode_filename(version) for version in versions]

    def decode(self, names):
        return [s3_only_backend.decode_filename(name) for name in names]

    def bootstrap(self):
        self._repo.bootstrap(bsm=self._bsm)

    def put(self, name, path):
        return shown(self._repo.put_artifact(bsm=self._bsm, name=name, content=read(path)))

    def publish(self, name):
        return shown(self._repo.publish_artifact_version(bsm=self._bsm, name=name))

    def get(self, name, version):
        return shown(self._repo.get_artifact_version(bsm=self._bsm, name=name, version=version))

    def names(self):
        return self._repo.list_artifact_names(bsm=self._bsm)

    def versions(self, name):
        return [shown(artifact) for artifact in self._repo.list_artifact_versions(bsm=self._bsm, name=name)]

    def newest(self, name):
        return self._repo.get_latest_published_artifact_version_number(bsm=self._bsm, name=name)

    def read(self, name, version, to):
        """Reads an artifact into the file `to`."""
        artifact = self._repo.get_artifact_version(bsm=self._bsm, name=name, version=version)
        content = artifact.get_content(bsm=self._bsm)
        with open(to, "wb") as file:
            file.write(content)
        return {**shown(artifact), "size": len(content), "contentSha256": sha256_of(content)}

    def members(self, path):
        return members(path)

    def put_alias(self, name, alias, version):
        return self._repo.put_alias(bsm=self._bsm, name=name, alias=alias, version=version).to_dict()

    def get_alias(self, name, alias):
        return self._repo.get_alias(bsm=self._bsm, name=name, alias=alias).to_dict()


def run(steps, calls):
    answers = []
    for name, arguments in calls:
        try:
            answers.append({"value": getattr(steps, name)(**arguments)})
        except Exception as error:
            answers.append({"raised": type(error).__name__, "message": str(error)})
            break
    return answers


def main():
    steps = Steps(json.loads(sys.argv[1]))
    for line in sys.stdin:
        print(json.dumps(run(steps, json.loads(line))), flush=True)


main()
