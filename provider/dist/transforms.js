"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.child = child;
/** Makes a child: its arguments and options as they are by default, then as the transform leaves them. */
function child(make, transform, name, args, opts) {
    const ownArgs = { ...args };
    const ownOpts = { ...opts };
    transform?.(ownArgs, ownOpts, name);
    return new make(name, ownArgs, ownOpts);
}
