"""Writes models with the libraries that people use, and what each library reads back from its own files.

    python write_models.py FOLDER

makes FOLDER/first and FOLDER/second, the same models with a change in each, and FOLDER/first.json and FOLDER/second.json: by file,
what the library says is in it. Nothing here knows anything of the readers that are checked against it.
"""

import hashlib
import json
import pickle
import sys
from pathlib import Path

import gguf
import joblib
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
from PIL import Image
from safetensors.numpy import save_file
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def tensor(name: str, array: np.ndarray) -> dict:
    content = np.ascontiguousarray(array).tobytes()
    return {
        "name": name,
        "dtype": str(array.dtype),
        "shape": list(array.shape),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def named(tensors: list[dict]) -> dict:
    return {"tensors": sorted(tensors, key=lambda one: one["name"])}


class Imports(pickle.Unpickler):
    """Notes what loading a pickle imports, as Python itself does it."""

    def __init__(self, file):
        super().__init__(file)
        self.names = set()

    def find_class(self, module, name):
        self.names.add(f"{module}:{name}")
        return super().find_class(module, name)


def imports_of(path: Path) -> list[str]:
    with path.open("rb") as file:
        unpickler = Imports(file)
        unpickler.load()
        return sorted(unpickler.names)


def write(folder: Path, step: int) -> dict:
    """`step` is 0 for the first and 1 for the second set of models."""
    folder.mkdir(parents=True)
    truth = {}
    rng = np.random.default_rng(7)
    rows = rng.normal(size=(300, 4)).astype(np.float32)
    labels = (rows[:, 0] + 0.1 * rows[:, 1] > 0).astype(int)

    # safetensors
    arrays = {
        "embed.weight": rng.normal(size=(10, 4)).astype(np.float32),
        "head.weight": rng.normal(size=(2, 4)).astype(np.float16) + np.float16(step),
        "ids": np.arange(5, dtype=np.int64),
        "empty": np.zeros((0, 3), dtype=np.float64),
    }
    save_file(arrays, folder / "model.safetensors", metadata={"step": str(step)})
    with safetensors.safe_open(folder / "model.safetensors", "numpy") as file:
        truth["model.safetensors"] = {
            **named([tensor(name, file.get_tensor(name)) for name in file.keys()]),
            "properties": file.metadata(),
        }

    # NumPy
    np.save(folder / "array.npy", rows[: 200 + step])
    truth["array.npy"] = named([tensor("array", np.load(folder / "array.npy"))])
    for name, save in [("arrays.npz", np.savez), ("packed.npz", np.savez_compressed)]:
        save(folder / name, rows=rows, labels=labels, big=np.arange(3, dtype=">i4"))
        with np.load(folder / name) as file:
            truth[name] = named([tensor(key, file[key]) for key in file.files])
    np.save(folder / "objects.npy", np.array([{"a": 1}, None, "text"], dtype=object), allow_pickle=True)
    truth["objects.npy"] = {"code": True}

    # scikit-learn, by pickle in every protocol, by joblib in every way, by skops
    linear = make_pipeline(StandardScaler(), LogisticRegression(C=1.0 - 0.5 * step)).fit(rows, labels)
    forest = RandomForestClassifier(n_estimators=20, random_state=step).fit(rows, labels)
    scaler, regression = linear[0], linear[1]

    def linear_tensors_of(kinds) -> dict:
        return named(
            [
                tensor(f"steps.{i}.1.{name}", np.asarray(value))
                for i, part in enumerate([scaler, regression])
                for name, value in vars(part).items()
                if isinstance(value, kinds)
            ]
        )

    linear_tensors = linear_tensors_of(np.ndarray)
    for protocol in range(6):
        path = folder / f"linear{protocol}.pkl"
        path.write_bytes(pickle.dumps(linear, protocol=protocol))
        truth[path.name] = {**linear_tensors, "imports": imports_of(path), "protocol": protocol}
    for name, options in [("linear.joblib", {}), ("zlib.joblib", {"compress": 3}), ("gzip.pkl.gz", {"compress": "gzip"})]:
        joblib.dump(linear, folder / name, **options)
        truth[name] = linear_tensors
    joblib.dump(forest, folder / "forest.joblib")
    truth["forest.joblib"] = {
        "some": [
            tensor(f"estimators_.{i}.tree_.values", tree.tree_.__getstate__()["values"]) for i, tree in enumerate(forest.estimators_)
        ]
    }
    skops.io.dump(linear, folder / "linear.skops")
    truth["linear.skops"] = linear_tensors_of((np.ndarray, np.generic))  # It stores scalars as arrays without dimensions.

    # ONNX, whole and with its weights in another file
    weights = rng.normal(size=(4, 1000)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "W"], ["h"]), helper.make_node("Add", ["h", "b"], ["y"])],
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1000])],
        [numpy_helper.from_array(weights, "W"), numpy_helper.from_array(np.full(1000, step, dtype=np.float64), "b")],
    )
    for name, options in [("whole.onnx", {}), ("split.onnx", {"save_as_external_data": True, "location": "split.weights", "size_threshold": 10})]:
        onnx.save(helper.make_model(graph, producer_name="write_models"), folder / name, **options)
        model = onnx.load(folder / name)
        found = [tensor(one.name, numpy_helper.to_array(one)) for one in model.graph.initializer]
        truth[name] = {
            **named(found),
            "inputs": [[one.name, [d.dim_value or -1 for d in one.type.tensor_type.shape.dim]] for one in model.graph.input],
            "properties": {"producer_name": model.producer_name, "ir_version": str(model.ir_version)},
        }

    # GGUF
    writer = gguf.GGUFWriter(folder / "tiny.gguf", "llama")
    writer.add_name("tiny")
    writer.add_block_count(2)
    writer.add_token_list([f"token{i}" for i in range(1000)])
    writer.add_token_scores([0.5] * 1000)
    writer.add_tensor("embed.weight", weights[:, :32])
    writer.add_tensor("half", rows[0].astype(np.float16) + np.float16(step))
    for kind in (gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_0, gguf.GGMLQuantizationType.BF16):
        writer.add_tensor(kind.name, gguf.quantize(weights[:, :64], kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    names = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}
    reader = gguf.GGUFReader(folder / "tiny.gguf")
    truth["tiny.gguf"] = {
        **named(
            [
                {
                    "name": one.name,
                    "dtype": names.get(one.tensor_type.name, one.tensor_type.name.lower()),
                    "shape": [int(length) for length in one.shape],
                    "bytes": int(one.n_bytes),
                    "sha256": hashlib.sha256(one.data.tobytes()).hexdigest(),
                }
                for one in reader.tensors
            ]
        ),
        "properties": {"general.architecture": "llama", "general.name": "tiny", "llama.block_count": "2"},
    }

    # XGBoost and LightGBM
    features = ["age", "income", "city", "tenure"]
    booster = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 2},
        xgboost.DMatrix(rows, label=labels, feature_names=features),
        num_boost_round=5 + step,
    )
    for name in ("xgboost.json", "xgboost.ubj"):
        booster.save_model(folder / name)
        loaded = xgboost.Booster(model_file=folder / name)
        truth[name] = {
            "inputs": [[one, None] for one in loaded.feature_names],
            "properties": {
                "trees": str(loaded.num_boosted_rounds()),
                "num_feature": str(loaded.num_features()),
                "objective": json.loads(loaded.save_config())["learner"]["objective"]["name"],
            },
        }
    lightgbm.train(
        {"objective": "binary", "verbose": -1}, lightgbm.Dataset(rows, labels, feature_name=features), num_boost_round=5 + step
    ).save_model(folder / "lightgbm.txt")
    loaded = lightgbm.Booster(model_file=folder / "lightgbm.txt")
    truth["lightgbm.txt"] = {
        "inputs": [[one, None] for one in loaded.feature_name()],
        "properties": {"trees": str(loaded.num_trees()), "features": str(loaded.num_feature())},
    }

    # MLflow
    table = pd.DataFrame({"age": rows[:, 0].astype(float), "income": rows[:, 1].astype(float)} | ({"city": labels} if step else {}))
    regression = LogisticRegression().fit(table, labels)
    mlflow.sklearn.save_model(regression, folder / "mlflow", signature=infer_signature(table, regression.predict(table)))
    saved = mlflow.models.Model.load(folder / "mlflow")
    truth["mlflow/MLmodel"] = {
        "inputs": [[one.name, None] for one in saved.signature.inputs.inputs],
        "types": [one.type.name for one in saved.signature.inputs.inputs],
        "properties": {"flavors": ", ".join(sorted(saved.flavors)), "mlflow_version": saved.mlflow_version},
    }
    requirements = (folder / "mlflow" / "requirements.txt").read_text().split()
    truth["mlflow/requirements.txt"] = {"requirements": sorted(requirements)}

    # Pictures
    for name in ("plot.png", "plot.jpg", "plot.gif", "plot.webp"):
        Image.new("RGB", (640 + step, 481)).save(folder / name)
        with Image.open(folder / name) as picture:
            truth[name] = {"picture": list(picture.size)}
    return truth


if __name__ == "__main__":
    root = Path(sys.argv[1])
    for step, name in enumerate(("first", "second")):
        (root / f"{name}.json").write_text(json.dumps(write(root / name, step)))
