"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.pythonLobsWarning = exports.PYTHON_WARNING = void 0;
exports.storageWarnings = storageWarnings;
exports.lockOutWarning = lockOutWarning;
exports.openAccountWarnings = openAccountWarnings;
exports.openRefWarnings = openRefWarnings;
/** What each safe default that was turned off gives up, for the person who reads the preview. */
function storageWarnings({ switches, kmsKeyArn }) {
    const warnings = [
        [
            kmsKeyArn !== undefined,
            "kmsKeyArn is set: the Python library cannot tell any more that it has nothing to publish, and tries to publish the newest version once more; readers and publishers need rights on the key, and its requests cost money.",
        ],
        [
            switches.existingBucket,
            "existingBucket is on: the bucket's policy, lifecycle, versioning, encryption, ownership and public access block are replaced by those of the registry. Statements that must stay in its policy belong into bucketPolicyStatements.",
        ],
        [
            !switches.pointInTimeRecovery,
            "pointInTimeRecovery is off: rows that are changed or deleted by mistake cannot be restored from AWS's backups.",
        ],
        [!switches.deletionProtection, "deletionProtection is off: anybody with the IAM permission can delete the tables."],
        [
            !switches.protect,
            "protect is off: Pulumi replaces the bucket and the tables, or removes them from the stack, when the program says so.",
        ],
        [
            !switches.retainOnDelete,
            "retainOnDelete is off: removing this from the program or destroying the stack deletes its tables and, once it is empty, its bucket.",
        ],
        [switches.forceDestroy, "forceDestroy is on: deleting the bucket deletes every version of every model in it."],
    ];
    return warnings.flatMap(([given, text]) => (given ? [text] : []));
}
/** Of a LOB in which Python writes. */
exports.PYTHON_WARNING = "pythonWriters is on: whoever may write to the bucket, and the Python library itself, can replace a published version. Switch it off when nothing publishes from Python any more.";
/** Of a shared registry in some of whose LOBs Python writes. */
const pythonLobsWarning = (lobs) => `pythonWriters names principals that can replace published versions of ${lobs.join(", ")}. Take them out when nothing publishes from Python any more.`;
exports.pythonLobsWarning = pythonLobsWarning;
/** For a deployer that is about to lock itself out. */
function lockOutWarning(callerArn) {
    return `administrators does not name ${callerArn}, which runs this: once the policy is in place, its next change of the bucket is refused. Add its role, unless another one deploys.`;
}
/** Who in another account can take a role that writes: whoever its administrators say. */
function openAccountWarnings(path, principals) {
    return principals.flatMap((principal, index) => /^\d{12}$|:root$/.test(principal)
        ? [
            `${path}.principals[${String(index)}] is a whole account: every identity that ${principal} lets assume roles can take this one. Name roles.`,
        ]
        : []);
}
/** Who can publish without anybody's approval, by the lists of one repository. */
function openRefWarnings(path, repository) {
    const open = (list) => (list ?? []).some((pattern) => /^\*+$/.test(pattern));
    return ["branches", "tags"].flatMap((name) => open(repository[name])
        ? [
            `${path}.${name} is "*": whoever can push to any ${name === "tags" ? "tag" : "branch"} of ${repository.repository} can take this role. Name protected ones, or an environment.`,
        ]
        : []);
}
