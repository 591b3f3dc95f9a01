"""Writes a model with each library twice, the second time with a change in its structure, and what the library reads from both.

    python publish_models.py FOLDER

makes FOLDER/LIBRARY/before and FOLDER/LIBRARY/after, and FOLDER/truth.json: by library, what it says of both. Nothing here knows
anything of the readers or of the diff that are held against it.
"""

import hashlib
import json
import os
import pickle
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "numpy"

import gguf
import joblib
import keras
import lightgbm
import mlflow.sklearn
import numpy as np
import onnx
import pandas as pd
import safetensors
import skops.io
import xgboost
from mlflow.models import infer_signature
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from numbers_of import moves
from write_models import imports_of, tensor

ROWS = np.random.default_rng(7).normal(size=(300, 5)).astype(np.float32)
LABELS = (ROWS[:, 0] + 0.1 * ROWS[:, 1] > 0).astype(int)
FEATURES = ["age", "income", "city", "tenure", "region"]


# The arrays themselves, of the model that is being written.
READ: dict[str, np.ndarray] = {}


def told(path: str, arrays: dict[str, np.ndarray]) -> list[dict]:
    READ.update({f"{path} {name}": array for name, array in arrays.items()})
    return [{"path": path, **tensor(name, array)} for name, array in arrays.items()]


def safetensors_model(folder: Path, step: int) -> dict:
    rng = np.random.default_rng(3)
    embed, head = rng.normal(size=(10, 4)).astype(np.float32), rng.normal(size=(2, 4)).astype(np.float32)
    first = {"embed": embed, "head": head, "bias": np.zeros(2, np.float32), "ids": np.arange(5), "same": np.ones(3)}
    second = {"embedding": embed, "head": head.astype(np.float16), "bias": np.ones(3, np.float32), "gate": np.ones(2), "same": np.ones(3)}
    save_file(second if step else first, folder / "model.safetensors", metadata={"format": "np", "step": str(step)})
    with safetensors.safe_open(folder / "model.safetensors", "numpy") as file:
        return {"tensors": told("model.safetensors", {name: file.get_tensor(name) for name in file.keys()})}


def numpy_model(folder: Path, step: int) -> dict:
    columns = 4 + step
    np.savez(folder / "weights.npz", coef=ROWS[:20, :columns], bias=ROWS[0].astype(np.float64 if step else np.float32))
    with np.load(folder / "weights.npz") as file:
        return {"tensors": told("weights.npz", dict(file))}


def sklearn_parts(step: int):
    pipeline = make_pipeline(MinMaxScaler() if step else StandardScaler(), LogisticRegression(C=1.0 - 0.5 * step))
    return pipeline.fit(ROWS[:, : 4 + step], LABELS)


def sklearn_tensors(pipeline, path: str, kinds=np.ndarray) -> list[dict]:
    arrays = {
        f"steps.{i}.1.{name}": np.asarray(value)
        for i, (_, part) in enumerate(pipeline.steps)
        for name, value in vars(part).items()
        if isinstance(value, kinds)
    }
    return told(path, arrays)


def sklearn_model(folder: Path, step: int) -> dict:
    pipeline = sklearn_parts(step)
    (folder / "model.pkl").write_bytes(pickle.dumps(pipeline))
    joblib.dump(pipeline, folder / "model.joblib")
    (folder / "metrics.json").write_text(json.dumps({"auc": 0.91 - 0.02 * step, "loss": 0.4 - 0.1 * step, "rows": 300}))
    read = pickle.loads((folder / "model.pkl").read_bytes())
    return {
        "tensors": sklearn_tensors(read, "model.pkl") + sklearn_tensors(joblib.load(folder / "model.joblib"), "model.joblib"),
        "imports": {"model.pkl": imports_of(folder / "model.pkl")},
        "metrics": json.loads((folder / "metrics.json").read_text()),
    }


def skops_model(folder: Path, step: int) -> dict:
    skops.io.dump(sklearn_parts(step), folder / "model.skops")
    trusted = skops.io.get_untrusted_types(file=folder / "model.skops")
    read = skops.io.load(folder / "model.skops", trusted=trusted)
    return {"tensors": sklearn_tensors(read, "model.skops", (np.ndarray, np.generic))}


def onnx_model(folder: Path, step: int) -> dict:
    columns, kind, dtype = 4 + step, TensorProto.DOUBLE if step else TensorProto.FLOAT, np.float64 if step else np.float32
    weights = np.random.default_rng(5).normal(size=(columns, 3)).astype(dtype)
    nodes = [helper.make_node("MatMul", ["x", "W"], ["h"]), helper.make_node("Add", ["h", "b"], ["y"])]
    outputs = [helper.make_tensor_value_info("y", kind, ["batch", 3])]
    tensors = [numpy_helper.from_array(weights, "W"), numpy_helper.from_array(np.zeros(3, dtype), "b")]
    if step:
        nodes.append(helper.make_node("Softmax", ["y"], ["p"]))
        outputs.append(helper.make_tensor_value_info("p", kind, ["batch", 3]))
    graph = helper.make_graph(nodes, "graph", [helper.make_tensor_value_info("x", kind, ["batch", columns])], outputs, tensors)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17 + step)]), folder / "model.onnx")
    model = onnx.load(folder / "model.onnx")
    onnx.checker.check_model(model)
    shape_of = lambda one: [d.dim_value or -1 for d in one.type.tensor_type.shape.dim]
    name_of = lambda one: np.dtype(helper.tensor_dtype_to_np_dtype(one.type.tensor_type.elem_type)).name
    column = lambda one: {"name": one.name, "type": name_of(one), "shape": shape_of(one)}
    return {
        "tensors": told("model.onnx", {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}),
        "signature": {"inputs": [column(one) for one in model.graph.input], "outputs": [column(one) for one in model.graph.output]},
        "properties": {"model.onnx": {"opset.ai.onnx": str(model.opset_import[0].version)}},
    }


def gguf_model(folder: Path, step: int) -> dict:
    writer = gguf.GGUFWriter(folder / "model.gguf", "llama")
    writer.add_block_count(2 + step)
    rows = np.random.default_rng(9).normal(size=(4, 64)).astype(np.float32)
    kind = gguf.GGMLQuantizationType.Q8_0 if step else gguf.GGMLQuantizationType.Q4_0
    writer.add_tensor("blk.0.weight", gguf.quantize(rows, kind), raw_dtype=kind)
    writer.add_tensor("norm" if step else "output_norm", rows[0])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    reader = gguf.GGUFReader(folder / "model.gguf")
    read = [
        {
            **{"path": "model.gguf", "name": one.name, "shape": [int(length) for length in one.shape], "bytes": int(one.n_bytes)},
            **{"dtype": {"F32": "float32"}.get(one.tensor_type.name, one.tensor_type.name.lower())},
            "sha256": hashlib.sha256(one.data.tobytes()).hexdigest(),
        }
        for one in reader.tensors
    ]
    blocks = reader.get_field("llama.block_count").contents()
    return {"tensors": read, "properties": {"model.gguf": {"llama.block_count": str(blocks)}}}


def boosted(folder: Path, step: int, names: tuple[str, ...], train) -> dict:
    read = train(folder, FEATURES[: 4 + step], ROWS[:, : 4 + step], 5 + 2 * step)
    columns = [{"name": one, "type": "number"} for one in read.pop("features")]
    return {"signature": {"inputs": columns}, "properties": {name: read for name in names}}


def xgboost_model(folder: Path, step: int) -> dict:
    def train(folder, features, rows, trees):
        matrix = xgboost.DMatrix(rows, label=LABELS, feature_names=features)
        booster = xgboost.train({"objective": "binary:logistic", "max_depth": 2}, matrix, num_boost_round=trees)
        for name in ("model.json", "model.ubj"):
            booster.save_model(folder / name)
        loaded = xgboost.Booster(model_file=folder / "model.ubj")
        return {"features": loaded.feature_names, "trees": str(loaded.num_boosted_rounds()), "num_feature": str(loaded.num_features())}

    return boosted(folder, step, ("model.json", "model.ubj"), train)


def lightgbm_model(folder: Path, step: int) -> dict:
    def train(folder, features, rows, trees):
        data = lightgbm.Dataset(rows, LABELS, feature_name=features)
        lightgbm.train({"objective": "binary", "verbose": -1}, data, num_boost_round=trees).save_model(folder / "model.txt")
        loaded = lightgbm.Booster(model_file=folder / "model.txt")
        return {"features": loaded.feature_name(), "trees": str(loaded.num_trees()), "features_": str(loaded.num_feature())}

    found = boosted(folder, step, ("model.txt",), train)
    found["properties"]["model.txt"]["features"] = found["properties"]["model.txt"].pop("features_")
    return found


def mlflow_model(folder: Path, step: int) -> dict:
    table = pd.DataFrame({"age": LABELS.astype(float if step else int), "income": ROWS[:, 1].astype(float)})
    if step:
        table["city"] = [str(label) for label in LABELS]
    numbers = table.drop(columns="city", errors="ignore")
    model = LogisticRegression().fit(numbers, LABELS)
    needs = ["scikit-learn==1.9.1", "pandas==3.1.1"] if step else ["scikit-learn==1.9.1", "numpy==2.4.6", "pandas==3.1.0"]
    signature = infer_signature(table, model.predict(numbers))
    mlflow.sklearn.save_model(model, folder / "model", signature=signature, pip_requirements=needs)
    saved = mlflow.models.Model.load(folder / "model")
    columns = lambda spec: [{"name": one.name, "type": one.type.name} for one in spec.inputs]
    read = vars(mlflow.sklearn.load_model(folder / "model"))
    return {
        # It stores a model with skops, in which numbers of NumPy are arrays without dimensions, and arrays of objects are lists.
        "tensors": told("model/model.skops", {key: np.asarray(value) for key, value in read.items() if getattr(value, "dtype", object) != object}),
        "signature": {"inputs": columns(saved.signature.inputs)},
        "requirements": (folder / "model" / "requirements.txt").read_text().split(),
    }


@keras.saving.register_keras_serializable(package="own")
class Scale(keras.layers.Layer):
    def call(self, inputs):
        return inputs * 2.0


def keras_model(folder: Path, step: int) -> dict:
    layers = [keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dropout(0.1), keras.layers.Dense(2)]
    if step:
        layers += [Scale(), keras.layers.Lambda(lambda x: x + 1, output_shape=(2,))]
    model = keras.Sequential(layers)
    model.compile(optimizer="adam", loss="mse")
    model.save(folder / "model.keras")
    model.save_weights(folder / "model.weights.h5")
    read = keras.saving.load_model(folder / "model.keras", safe_mode=False)
    # What is not Keras' own, or is code; of a registered class the file has no module, and the code of a Lambda layer stands beside it.
    kinds = {type(layer) for layer in read.layers}
    own = [f":{one.__name__}" for one in kinds if not one.__module__.startswith("keras.")]
    return {"foreign": sorted(own + ([":__lambda__", "keras.layers:Lambda"] if keras.layers.Lambda in kinds else []))}


LIBRARIES = {
    "safetensors": safetensors_model,
    "numpy": numpy_model,
    "scikit-learn": sklearn_model,
    "skops": skops_model,
    "onnx": onnx_model,
    "gguf": gguf_model,
    "xgboost": xgboost_model,
    "lightgbm": lightgbm_model,
    "mlflow": mlflow_model,
    "keras": keras_model,
}


def write(root: Path, libraries: dict) -> None:
    truth = {}
    for name, library in libraries.items():
        truth[name], read = {}, []
        for step, side in enumerate(("before", "after")):
            folder = root / name / side
            folder.mkdir(parents=True)
            READ.clear()
            truth[name][side] = library(folder, step)
            read.append(dict(READ))
        truth[name]["after"]["moves"] = moves(*read)
    (root / "truth.json").write_text(json.dumps(truth))


if __name__ == "__main__":
    write(Path(sys.argv[1]), LIBRARIES)
