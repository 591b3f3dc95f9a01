"use strict";
// How arguments are checked: over plain values, of whatever type they are, because not every program is type-checked.
Object.defineProperty(exports, "__esModule", { value: true });
exports.isGiven = exports.LATER = void 0;
exports.one = one;
exports.list = list;
exports.listOf = listOf;
exports.object = object;
exports.propertyProblems = propertyProblems;
exports.isObject = isObject;
exports.withoutNulls = withoutNulls;
exports.show = show;
/** Stands for a value that is not known yet; checks pass it over. They run again when it is known. */
exports.LATER = Symbol("later");
/** A value of its own. */
function one(check) {
    return (value, path) => {
        const problem = value === exports.LATER ? undefined : check(value);
        return problem === undefined ? [] : [{ propertyPath: path, reason: problem }];
    };
}
/** A list of values, none of them twice. */
function list(check) {
    return listOf((value, path, all, index) => {
        const twice = value !== exports.LATER && all.indexOf(value) < index ? `${show(value)} is in the list twice; leave one out` : undefined;
        return one((known) => check(known) ?? twice)(value, path);
    });
}
/** A list in which each item is checked beside the others. */
function listOf(rule) {
    return (value, path) => {
        if (value === exports.LATER)
            return [];
        if (!Array.isArray(value))
            return [{ propertyPath: path, reason: `this is a list; got ${show(value)}` }];
        return value.flatMap((item, index) => rule(item, `${path}[${String(index)}]`, value, index));
    };
}
/** An object with these properties and no others. Missing (undefined or null) is fine but for those that are required. */
function object(rules, required) {
    return (value, path) => {
        if (value === exports.LATER)
            return [];
        if (!isObject(value))
            return [{ propertyPath: path, reason: `this has the properties ${namesOf(rules)}; got ${show(value)}` }];
        const missing = required.filter((name) => (value[name] ?? undefined) === undefined);
        return [
            ...missing.map((name) => ({ propertyPath: `${path}.${name}`, reason: "this must be given" })),
            ...Object.keys(value).flatMap((name) => propertyProblems(rules, name, value[name], `${path}.${name}`)),
        ];
    };
}
/** The problems of one property of an object. */
function propertyProblems(rules, name, value, path = name) {
    if (!Object.prototype.hasOwnProperty.call(rules, name)) {
        return [{ propertyPath: path, reason: `there is no such argument; there are: ${namesOf(rules)}` }];
    }
    return value === undefined || value === null ? [] : rules[name](value, path);
}
const namesOf = (rules) => Object.keys(rules).join(", ");
/** Whether an argument was given: other languages give null for what was left out. */
const isGiven = (value) => value !== undefined && value !== null;
exports.isGiven = isGiven;
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** A copy without what was left out: other languages give null for it, at any depth. */
function withoutNulls(value) {
    if (Array.isArray(value))
        return value.map(withoutNulls);
    if (!isObject(value))
        return value;
    const given = Object.entries(value).filter(([, part]) => part !== undefined && part !== null);
    return Object.fromEntries(given.map(([name, part]) => [name, withoutNulls(part)]));
}
/** A value as it was given, short and on one line; no more than its kind where it is not a plain one. */
function show(value) {
    switch (typeof value) {
        case "string":
            return value.length > 100 ? `${JSON.stringify(value.slice(0, 100))}…` : JSON.stringify(value);
        case "number":
        case "boolean":
            return String(value);
        default:
            return Array.isArray(value) ? "a list" : value === null ? "null" : `a value of type ${typeof value}`;
    }
}
