"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.tableKeys = tableKeys;
/** Returns the keys and indexes of a table as the layout defines them. All keys except numeric range keys are strings. */
function tableKeys(hashKey, indexes) {
    const specs = Object.values(indexes);
    const keyTypes = new Map([[hashKey, "S"]]);
    for (const { hashKey: hash, rangeKey, rangeType } of specs)
        keyTypes.set(hash, "S").set(rangeKey, rangeType);
    return {
        hashKey,
        attributes: [...keyTypes].map(([name, type]) => ({ name, type })),
        globalSecondaryIndexes: specs.map(indexArgs),
    };
}
function indexArgs(spec) {
    return {
        name: spec.name,
        keySchemas: [
            { attributeName: spec.hashKey, keyType: "HASH" },
            { attributeName: spec.rangeKey, keyType: "RANGE" },
        ],
        projectionType: "INCLUDE",
        nonKeyAttributes: [...spec.projected],
    };
}
