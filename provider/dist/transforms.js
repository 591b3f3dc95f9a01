"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.child = child;
/** Creates a child from its default arguments and options, after the transform has changed them. */
function child(make, transform, name, args, opts) {
    const ownArgs = { ...args };
    const ownOpts = { ...opts };
    transform?.(ownArgs, ownOpts, name);
    return new make(name, ownArgs, ownOpts);
}
