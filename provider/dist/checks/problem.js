"use strict";
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
const nearest_1 = require("./nearest");
/** Stands for a value that is not known yet. Checks skip it, and run again when it is known. */
exports.LATER = Symbol("later");
/** Checks a single value. */
function one(check) {
    return (value, path) => {
        const problem = value === exports.LATER ? undefined : check(value);
        return problem === undefined ? [] : [{ propertyPath: path, reason: problem }];
    };
}
/** Checks each value of a list, and that no value is in the list twice. */
function list(check) {
    return listOf((value, path, all, index) => {
        const twice = value !== exports.LATER && all.indexOf(value) < index ? `${show(value)} is in the list twice; remove one` : undefined;
        return one((known) => check(known) ?? twice)(value, path);
    });
}
/** Checks each item of a list together with the others. */
function listOf(rule) {
    return (value, path) => {
        if (value === exports.LATER)
            return [];
        if (!Array.isArray(value))
            return [{ propertyPath: path, reason: `must be a list; got ${show(value)}` }];
        return value.flatMap((item, index) => rule(item, `${path}[${String(index)}]`, value, index));
    };
}
/** Checks an object with these properties and no others. All but the required ones may be missing (undefined or null). */
function object(rules, required) {
    return (value, path) => {
        if (value === exports.LATER)
            return [];
        if (!isObject(value))
            return [{ propertyPath: path, reason: `must be an object with the properties ${namesOf(rules)}; got ${show(value)}` }];
        const missing = required.filter((name) => (value[name] ?? undefined) === undefined);
        return [
            ...missing.map((name) => ({ propertyPath: `${path}.${name}`, reason: "is required" })),
            ...Object.keys(value).flatMap((name) => propertyProblems(rules, name, value[name], `${path}.${name}`)),
        ];
    };
}
/** Returns the problems of one property of an object. */
function propertyProblems(rules, name, value, path = name) {
    if (!Object.prototype.hasOwnProperty.call(rules, name)) {
        const meant = (0, nearest_1.nearest)(name, Object.keys(rules));
        const hint = meant === undefined ? `the arguments are: ${namesOf(rules)}` : `did you mean ${meant}?`;
        return [{ propertyPath: path, reason: `no such argument; ${hint}` }];
    }
    return value === undefined || value === null ? [] : rules[name](value, path);
}
const namesOf = (rules) => Object.keys(rules).join(", ");
/** Whether an argument was given. Other languages pass null for a missing one. */
const isGiven = (value) => value !== undefined && value !== null;
exports.isGiven = isGiven;
function isObject(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
/** Returns a copy without missing values: other languages pass null for them, at any depth. */
function withoutNulls(value) {
    if (Array.isArray(value))
        return value.map(withoutNulls);
    if (!isObject(value))
        return value;
    const given = Object.entries(value).filter(([, part]) => part !== undefined && part !== null);
    return Object.fromEntries(given.map(([name, part]) => [name, withoutNulls(part)]));
}
/** Formats a value for a message, short and on one line; only its type if it is not a string, number or boolean. */
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
