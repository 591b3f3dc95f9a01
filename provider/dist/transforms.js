"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.child = child;
const gate_1 = require("./gate");
/** Creates a child from its default arguments and options, after the transform has changed them. */
function child(make, transform, name, args, opts) {
    const ownArgs = { ...args };
    const ownOpts = { ...opts };
    transform?.(ownArgs, ownOpts, name);
    return new make(name, ownArgs, (0, gate_1.gated)(ownOpts));
}
