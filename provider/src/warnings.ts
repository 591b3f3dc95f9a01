import type { RepositoryDetails } from "./settings/roles";
import type { StorageSettings } from "./settings/storage";

/** What each safe default that was turned off gives up, for the person who reads the preview. */
export function storageWarnings({ switches, kmsKeyArn }: Pick<StorageSettings, "switches" | "kmsKeyArn">): string[] {
  const warnings: [boolean, string][] = [
    [
      kmsKeyArn !== undefined,
      "kmsKeyArn is set: the Python library cannot tell any more that it has nothing to publish, and tries to publish the newest version once more; readers and publishers need rights on the key, and its requests cost money.",
    ],
    [
      switches.existingBucket,
      "existingBucket is on: the bucket's policy, lifecycle, versioning, encryption, ownership and public access block are replaced by those of the registry. Statements that must stay in its policy belong into bucketPolicyStatements. No other LineOfBusiness or SharedRegistry, in any stack, may name this bucket: for many LOBs, make one SharedRegistry of it.",
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
export const PYTHON_WARNING =
  "pythonWriters is on: whoever may write to the bucket, and the Python library itself, can replace a published version. Switch it off when nothing publishes from Python any more, and set noncurrentDays: 0 then: otherwise what was replaced more than 90 days before is deleted.";

/** Of a shared registry in some of whose LOBs Python writes. */
export const pythonLobsWarning = (lobs: readonly string[]): string =>
  `pythonWriters names principals that can replace published versions of ${lobs.join(", ")}. Take them out when nothing publishes from Python any more, and with the last one set noncurrentDays: 0: otherwise what was replaced more than 90 days before is deleted.`;

/** For a deployer that is about to lock itself out. */
export function lockOutWarning(callerArn: string): string {
  return `administrators does not name ${callerArn}, which runs this: once the policy is in place, its next change of the bucket is refused. Add its role, unless another one deploys.`;
}

/** Who in another account can take a role that writes: whoever its administrators say. */
export function openAccountWarnings(path: string, principals: readonly string[]): string[] {
  return principals.flatMap((principal, index) =>
    /^\d{12}$|:root$/.test(principal)
      ? [
          `${path}.principals[${String(index)}] is a whole account: every identity that ${principal} lets assume roles can take this one. Name roles.`,
        ]
      : [],
  );
}

/** A pattern that is nothing but wildcards: it fits names that whoever can push may choose. */
const OPEN = /^[*?/]+$/;

/** Who can publish without anybody's approval, by the lists of one repository. */
export function openRefWarnings(path: string, repository: RepositoryDetails): string[] {
  const refs = (["branches", "tags"] as const).flatMap((name) => {
    const open = (repository[name] ?? []).find((pattern) => OPEN.test(pattern));
    return open === undefined
      ? []
      : [
          `${path}.${name} is ${JSON.stringify(open)}: whoever can push to any ${name === "tags" ? "tag" : "branch"} of ${repository.repository} can take this role. Name protected ones, or an environment.`,
        ];
  });
  // Where the job's own branch, tag or environment is named too, an open workflow opens nothing.
  const bound = [repository.branches, repository.tags, repository.environments].some((list) => (list ?? []).length > 0);
  const open = bound
    ? undefined
    : (repository.workflows ?? []).find((workflow) => OPEN.test(workflow.replace(/^.*@refs\/(heads|tags)\//, "")));
  return open === undefined
    ? refs
    : [
        ...refs,
        `${path}.workflows has ${JSON.stringify(open)}: whoever can push to any branch or tag of the workflow's repository can change the workflow and so take this role. Name a protected ref or a commit, or an environment.`,
      ];
}
