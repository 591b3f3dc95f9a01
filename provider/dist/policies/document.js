"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.render = exports.policy = exports.LIMITS = void 0;
exports.sizeProblem = sizeProblem;
/** Maximum size of each kind of policy, in characters (AWS quotas). */
exports.LIMITS = {
    /** Total of all inline policies of a role. */
    inline: 10_240,
    /** Default quota; AWS raises it on request, up to the second. */
    trust: 2048,
    trustAtMost: 8192,
    bucket: 20_480,
};
const policy = (statements) => ({ Version: "2012-10-17", Statement: statements });
exports.policy = policy;
/** Returns the shortest text of a policy. AWS counts characters, in a bucket's policy including white space. */
const render = (document) => JSON.stringify(document);
exports.render = render;
/** Describes by how much a policy is too long, or returns undefined if AWS accepts its size. */
function sizeProblem(text, limit) {
    const size = Buffer.byteLength(text);
    return size <= limit ? undefined : `${size.toLocaleString("en-US")} characters, but AWS allows ${limit.toLocaleString("en-US")}`;
}
