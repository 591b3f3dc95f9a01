"use strict";
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    var desc = Object.getOwnPropertyDescriptor(m, k);
    if (!desc || ("get" in desc ? !m.__esModule : desc.writable || desc.configurable)) {
      desc = { enumerable: true, get: function() { return m[k]; } };
    }
    Object.defineProperty(o, k2, desc);
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __setModuleDefault = (this && this.__setModuleDefault) || (Object.create ? (function(o, v) {
    Object.defineProperty(o, "default", { enumerable: true, value: v });
}) : function(o, v) {
    o["default"] = v;
});
var __importStar = (this && this.__importStar) || (function () {
    var ownKeys = function(o) {
        ownKeys = Object.getOwnPropertyNames || function (o) {
            var ar = [];
            for (var k in o) if (Object.prototype.hasOwnProperty.call(o, k)) ar[ar.length] = k;
            return ar;
        };
        return ownKeys(o);
    };
    return function (mod) {
        if (mod && mod.__esModule) return mod;
        var result = {};
        if (mod != null) for (var k = ownKeys(mod), i = 0; i < k.length; i++) if (k[i] !== "default") __createBinding(result, mod, k[i]);
        __setModuleDefault(result, mod);
        return result;
    };
})();
Object.defineProperty(exports, "__esModule", { value: true });
exports.adopting = void 0;
const pulumi = __importStar(require("@pulumi/pulumi"));
/**
 * Takes a child up from AWS instead of making it: the engine imports what has its name there, and changes it where the program says so. Bucket
 * and settings go by the bucket's name, a table by its own. As a transform, because the option `import` takes no output, and the names need the
 * account and the region. A name that a preview does not know is shown as one that is made.
 */
const adopting = async ({ props, opts }) => {
    const { name, bucket } = props;
    const id = await valueOf(pulumi.output(name ?? bucket));
    return { props, opts: id === undefined ? opts : { ...opts, import: id } };
};
exports.adopting = adopting;
/** The value of an output; undefined when it is not known, for which `apply` waits for ever. */
async function valueOf(output) {
    const { isKnown } = output;
    if (!(await isKnown))
        return undefined;
    return new Promise((resolve) => output.apply(resolve));
}
