/** All readers, in the order in which they are asked. What the content says comes before what the name says. */
import { codeFile } from "./code/files.js";
import { mlmodel } from "./mlflow/mlmodel.js";
import { pickle } from "./pickle/reader.js";
import type { Reader } from "./reader.js";
import { npy } from "./tensors/npy.js";
import { safetensors, shardIndex } from "./tensors/safetensors.js";
import { metricsFile } from "./texts/metrics.js";
import { zip } from "./zip/reader.js";

export const READERS: readonly Reader[] = [zip, npy, safetensors, pickle, codeFile, mlmodel, shardIndex, metricsFile];
