"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.pythonLobsWarning = exports.PYTHON_WARNING = void 0;
exports.storageWarnings = storageWarnings;
exports.lockOutWarning = lockOutWarning;
exports.openAccountWarnings = openAccountWarnings;
exports.openRefWarnings = openRefWarnings;
/** Returns a warning for each safe default that is off, for the person who reads the preview. */
function storageWarnings({ switches, kmsKeyArn, beside }) {
    const warnings = [
        [
            kmsKeyArn !== undefined,
            "kmsKeyArn is set: the Python library can no longer see that it has nothing to publish, and tries to publish the newest version again. Readers and publishers need rights on the key, and its requests cost money.",
        ],
        [
            switches.existingBucket,
            "existingBucket is on: the bucket's policy, lifecycle, versioning, encryption, ownership and public access block are overwritten with those of the registry. Put statements that must stay in its policy into bucketPolicyStatements. No other LineOfBusiness or SharedRegistry, in any stack, may name this bucket; for many LOBs, declare one SharedRegistry with it.",
        ],
        [
            beside.objectLock !== undefined,
            "objectLock is set: S3 never turns Object Lock off again, and keeps each upload and each copy of LATEST until its retention ends, so that versions take up to three times their size.",
        ],
        [
            switches.existingBucket && beside.events,
            "events is on for an existing bucket: its notifications to queues, topics and functions are removed. Declare them in a transform of notification if they must stay.",
        ],
        [
            !switches.pointInTimeRecovery,
            "pointInTimeRecovery is off: rows changed or deleted by mistake cannot be restored from AWS's backups.",
        ],
        [!switches.deletionProtection, "deletionProtection is off: anyone with the IAM permission can delete the tables."],
        [
            !switches.protect,
            "protect is off: Pulumi replaces the bucket and the tables, or removes them from the stack, if the program asks for it.",
        ],
        [
            !switches.retainOnDelete,
            "retainOnDelete is off: removing this from the program or destroying the stack deletes its tables, and its bucket if that is empty.",
        ],
        [switches.forceDestroy, "forceDestroy is on: deleting the bucket deletes every version of every model in it."],
    ];
    return warnings.flatMap(([given, text]) => (given ? [text] : []));
}
/** Warning for a LOB with Python writers. */
exports.PYTHON_WARNING = "pythonWriters is on: everyone with write access to the bucket, including the Python library, can replace a published version. Switch it off when nothing publishes from Python any more. Set noncurrentDays: 0 at the same time: otherwise versions replaced more than 90 days ago are deleted.";
/** Returns the warning for a shared registry with Python writers. */
const pythonLobsWarning = (lobs) => `pythonWriters names principals that can replace published versions of ${lobs.join(", ")}. Remove them when nothing publishes from Python any more. Set noncurrentDays: 0 when you remove the last one: otherwise versions replaced more than 90 days ago are deleted.`;
exports.pythonLobsWarning = pythonLobsWarning;
/** Returns the warning for a deployer that is about to lock itself out. */
function lockOutWarning(callerArn) {
    return `administrators does not name ${callerArn}, which runs this deployment: once the policy is in place, AWS refuses its next change of the bucket. Add its role, unless a different role deploys from then on.`;
}
/** Warns about roles that write and trust a whole account, whose administrators decide who may take them. */
function openAccountWarnings(path, principals) {
    return principals.flatMap((principal, index) => /^\d{12}$|:root$/.test(principal)
        ? [
            `${path}.principals[${String(index)}] is a whole account: every identity in ${principal} that may assume roles can take this one. Name roles instead.`,
        ]
        : []);
}
/** A pattern of wildcards only. It matches names that anyone who can push may choose. */
const OPEN = /^[*?/]+$/;
/** Warns about lists of a repository that allow publishing without anybody's approval. */
function openRefWarnings(path, repository) {
    const refs = ["branches", "tags"].flatMap((name) => {
        const open = (repository[name] ?? []).find((pattern) => OPEN.test(pattern));
        return open === undefined
            ? []
            : [
                `${path}.${name} is ${JSON.stringify(open)}: anyone who can push to any ${name === "tags" ? "tag" : "branch"} of ${repository.repository} can take this role. Name protected ones, or an environment.`,
            ];
    });
    // An open workflow is harmless if the job's branch, tag or environment is also restricted.
    const bound = [repository.branches, repository.tags, repository.environments].some((list) => (list ?? []).length > 0);
    const open = bound
        ? undefined
        : (repository.workflows ?? []).find((workflow) => OPEN.test(workflow.replace(/^.*@refs\/(heads|tags)\//, "")));
    return open === undefined
        ? refs
        : [
            ...refs,
            `${path}.workflows has ${JSON.stringify(open)}: anyone who can push to any branch or tag of the workflow's repository can change the workflow and so take this role. Name a protected ref, a commit or an environment.`,
        ];
}
