"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.tableProblems = tableProblems;
exports.addIndexCommand = addIndexCommand;
/** Returns the problems of a table, each with its fix. */
function tableProblems(table, hashKey, indexes) {
    const { attributes } = table;
    const typeOf = (name) => attributes.find((attribute) => attribute.name === name)?.type;
    if (table.hashKey !== hashKey || table.rangeKey !== "" || typeOf(hashKey) !== "S") {
        const key = `${table.hashKey} (${typeOf(table.hashKey) ?? "?"})${table.rangeKey === "" ? "" : ` and ${table.rangeKey}`}`;
        return [`its key is ${key}, but must be ${hashKey} (S) alone; a table's key cannot be changed, so name another table`];
    }
    return indexes.flatMap((wanted) => {
        const found = table.globalSecondaryIndexes.find(({ name }) => name === wanted.name);
        if (!found)
            return [`it has no index ${wanted.name}; add it, one index at a time, with\n    ${addIndexCommand(table, wanted)}`];
        return indexProblem(found, wanted, typeOf) ?? [];
    });
}
function indexProblem(found, wanted, typeOf) {
    const missing = found.projectionType === "ALL" ? [] : wanted.projected.filter((attribute) => !found.nonKeyAttributes.includes(attribute));
    const wrong = found.hashKey !== wanted.hashKey || found.rangeKey !== wanted.rangeKey
        ? `has the hash key ${found.hashKey} and ${found.rangeKey ? `the range key ${found.rangeKey}` : "no range key"}, but must have ${wanted.hashKey} and ${wanted.rangeKey}`
        : typeOf(wanted.hashKey) !== "S" || typeOf(wanted.rangeKey) !== wanted.rangeType
            ? `must have keys of the types ${wanted.hashKey} (S) and ${wanted.rangeKey} (${wanted.rangeType})`
            : missing.length > 0
                ? `does not project ${missing.join(", ")}`
                : undefined;
    return wrong === undefined
        ? undefined
        : `its index ${wanted.name} ${wrong}; delete the index, then deploy again for the command that adds it`;
}
/** Returns the AWS CLI command that adds an index. DynamoDB adds only one at a time. */
function addIndexCommand(table, index) {
    const create = {
        IndexName: index.name,
        KeySchema: [
            { AttributeName: index.hashKey, KeyType: "HASH" },
            { AttributeName: index.rangeKey, KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: index.projected },
        ...(table.billingMode === "PROVISIONED" && { ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } }),
    };
    return [
        `aws dynamodb update-table --region ${table.region} --table-name ${table.name}`,
        `--attribute-definitions AttributeName=${index.hashKey},AttributeType=S AttributeName=${index.rangeKey},AttributeType=${index.rangeType}`,
        `--global-secondary-index-updates '${JSON.stringify([{ Create: create }])}'`,
    ].join(" ");
}
