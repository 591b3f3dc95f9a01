"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.warningsOf = warningsOf;
exports.lockOutWarning = lockOutWarning;
/** What each safe default that was turned off gives up, for the person who reads the preview. */
function warningsOf(switches, customerKey) {
    const warnings = [
        [
            switches.pythonWriters,
            "pythonWriters is on: whoever may write to the bucket, and the Python library itself, can replace a published version. Switch it off when nothing publishes from Python any more.",
        ],
        [
            customerKey,
            "kmsKeyArn is set: the Python library cannot tell any more that it has nothing to publish, and tries to publish the newest version once more; readers and publishers need rights on the key, and its requests cost money.",
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
            "retainOnDelete is off: removing this LOB from the program or destroying the stack deletes its tables and, once it is empty, its bucket.",
        ],
        [switches.forceDestroy, "forceDestroy is on: deleting the bucket deletes every version of every model in it."],
    ];
    return warnings.flatMap(([given, text]) => (given ? [text] : []));
}
/** For a deployer that is about to lock itself out. */
function lockOutWarning(callerArn) {
    return `administrators does not name ${callerArn}, which runs this: once the policy is in place, its next change of the bucket is refused. Add its role, unless another one deploys.`;
}
