/** All readers in the order in which they are tried: those that go by content before those that go by name. */
import { card } from "./card/card.js";
import { picture } from "./card/picture.js";
import { codeFile } from "./code/files.js";
import { mlmodel } from "./mlflow/mlmodel.js";
import { onnx } from "./onnx/reader.js";
import { container } from "./packed/containers.js";
import { pickle } from "./pickle/reader.js";
import type { FormatReader } from "./reader.js";
import { REQUIREMENTS } from "./requirements/files.js";
import { gguf } from "./tensors/gguf.js";
import { npy } from "./tensors/npy.js";
import { safetensors } from "./tensors/safetensors.js";
import { shardIndex } from "./tensors/shards.js";
import { metricsFile } from "./texts/metrics.js";
import { lightgbm } from "./trees/lightgbm.js";
import { xgboost } from "./trees/xgboost.js";
import { zip } from "./zip/reader.js";

export const READERS: readonly FormatReader[] = [
  ...[zip, npy, gguf, safetensors, pickle, lightgbm, picture, codeFile, container],
  ...[onnx, mlmodel, shardIndex, metricsFile, xgboost, ...REQUIREMENTS, card],
];
