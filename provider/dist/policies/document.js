"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.render = exports.policy = exports.LIMITS = void 0;
exports.sizeProblem = sizeProblem;
/** What AWS allows a policy to have, in characters. */
exports.LIMITS = {
    /** All inline policies of a role together. */
    inline: 10_240,
    /** Unless a higher quota was asked for. */
    trust: 2048,
    bucket: 20_480,
};
const policy = (statements) => ({ Version: "2012-10-17", Statement: statements });
exports.policy = policy;
/** The text of a policy, as short as it can be: AWS counts characters, of a bucket's policy white space too. */
const render = (document) => JSON.stringify(document);
exports.render = render;
/** What is wrong with the size of a policy, or undefined when AWS takes it. */
function sizeProblem(text, limit) {
    const size = Buffer.byteLength(text);
    return size <= limit ? undefined : `${size.toLocaleString("en-US")} characters, and AWS allows ${limit.toLocaleString("en-US")}`;
}
