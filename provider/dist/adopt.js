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
const outputs_1 = require("./outputs");
/**
 * Imports a child from AWS instead of creating it, then changes whatever differs from the program. The bucket and its settings are found by
 * the bucket's name, a table by its own name. This is a transform because the option `import` takes no output, and the names need the account
 * and the region. A preview shows a child as created if its name is not known yet.
 */
const adopting = async ({ props, opts }) => {
    const { name, bucket } = props;
    const id = await (0, outputs_1.knownValueOf)(pulumi.output(name ?? bucket));
    return { props, opts: id === undefined ? opts : { ...opts, import: id } };
};
exports.adopting = adopting;
