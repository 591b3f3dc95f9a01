"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.lookup = lookup;
const outputs_1 = require("./outputs");
const MISSING = /couldn't find resource|not ?found|empty result|NoSuchBucket/i;
/** Returns the result of a lookup, which refuses the arguments if there is nothing of this name. */
function lookup(looked, name, { gate, refuse }, wanted) {
    const { argument, what, otherwise } = wanted;
    const found = (0, outputs_1.orRefuse)(looked, name, async ({ message }) => {
        const text = JSON.stringify(await (0, outputs_1.knownValueOf)(name));
        // The provider puts the calls that led to an error before it, each on a line.
        const reason = MISSING.test(message)
            ? `the ${what} ${text} does not exist in this account and region; correct the name, or remove ${otherwise} to create it`
            : `the ${what} ${text} cannot be read: ${message.trim().replace(/^.*\n\s*(\* )?/s, "")}`;
        return refuse(argument, reason);
    });
    gate.require((0, outputs_1.knownValueOf)(found));
    return found;
}
