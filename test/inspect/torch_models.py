"""The same for PyTorch, which has a Python of its own: `python torch_models.py FOLDER`."""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from numbers_of import moves
from safetensors.torch import load_file, save_file
from torch import nn


def content(value: torch.Tensor) -> bytes:
    """As it lies in memory, one element after the other; also of types that NumPy does not have."""
    flat = value.detach().contiguous().view(-1)
    return bytes(flat.view(torch.uint8).tolist()) if flat.numel() > 0 else b""


# The tensors themselves, of the model that is being written, as NumPy has them.
READ: dict[str, np.ndarray] = {}


def told(path: str, name: str, value: torch.Tensor, hashed: bool = True) -> dict:
    data = content(value)
    READ[f"{path} {name}"] = value.detach().double().numpy()
    found = {"path": path, "name": name, "dtype": str(value.dtype).removeprefix("torch."), "shape": list(value.shape), "bytes": len(data)}
    return {**found, "sha256": hashlib.sha256(data).hexdigest() if hashed else None}


def walk(path: str, value, name: str = "", hashed: bool = True) -> list[dict]:
    if isinstance(value, torch.Tensor):
        # Of one that is not in one piece, the readers do not know the content.
        return [told(path, name, value, hashed and value.is_contiguous())]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    return [one for key, item in items for one in walk(path, item, f"{name}.{key}" if name else str(key), hashed)]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(4, 8)
        self.norm = nn.BatchNorm1d(8)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(self.norm(self.inner(x)))


class Wider(nn.Module):
    """Takes one column more, and calls its last layer by another name."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(5, 8)
        self.norm = nn.BatchNorm1d(8)
        self.output = nn.Linear(8, 2)

    def forward(self, x):
        return self.output(self.norm(self.inner(x)))


def net_of(step: int) -> nn.Module:
    torch.manual_seed(4)
    first = Net()
    if step == 0:
        return first
    second = Wider()
    second.output.load_state_dict(first.head.state_dict())
    return second


def state_dict(folder: Path, step: int) -> dict:
    state = net_of(step).state_dict()
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6)
    state["half"] = base.to(torch.bfloat16 if step else torch.float16)
    state["view"], state["shared"], state["turned"] = base[1:3], base[1:3], base.t()
    state["mask"], state["scalar"], state["empty"] = base > 10 + step, torch.tensor(3, dtype=torch.int64), torch.zeros(0, 3)
    torch.save(state, folder / "model.pt")
    torch.save(state, folder / "legacy.pt", _use_new_zipfile_serialization=False)
    # An old file has the contents of all storages at its end, where they are not hashed.
    return {"tensors": walk("model.pt", torch.load(folder / "model.pt")) + walk("legacy.pt", torch.load(folder / "legacy.pt"), hashed=False)}


def checkpoint(folder: Path, step: int) -> dict:
    net = net_of(step)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        net(torch.ones(3, 4 + step)).sum().backward()
        optimizer.step()
    torch.save({"model": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": step}, folder / "checkpoint.pth")
    return {"tensors": walk("checkpoint.pth", torch.load(folder / "checkpoint.pth"))}


def module(folder: Path, step: int) -> dict:
    torch.manual_seed(4)
    torch.save(nn.Sequential(nn.Linear(4 + step, 3), nn.GELU() if step else nn.ReLU()), folder / "module.pt")
    read = torch.load(folder / "module.pt")
    # A module is pickled as its attributes.
    named = [(f"_modules.{i}._parameters.{name}", value) for i, part in read.named_children() for name, value in part.named_parameters()]
    return {"tensors": [told("module.pt", name, value) for name, value in named]}


def script(folder: Path, step: int) -> dict:
    torch.jit.script(net_of(step)).save(str(folder / "script.pt"))
    return {"tensors": walk("script.pt", torch.jit.load(str(folder / "script.pt")).state_dict())}


def sharded(folder: Path, step: int) -> dict:
    """As transformers has it: shards, and an index that says where each tensor is. The second time they are cut elsewhere."""
    state = {name: value.contiguous() for name, value in net_of(step).state_dict().items()}
    names = sorted(state)
    cut = len(names) // 2 + step
    shards = {f"model-0000{i + 1}-of-00002.safetensors": part for i, part in enumerate((names[:cut], names[cut:]))}
    for file, part in shards.items():
        save_file({name: state[name] for name in part}, folder / file, metadata={"format": "pt"})
    index = {
        "metadata": {"total_size": sum(one.numel() * one.element_size() for one in state.values())},
        "weight_map": {name: file for file, part in shards.items() for name in part},
    }
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    return {"tensors": [told(file, name, value) for file in shards for name, value in load_file(folder / file).items()]}


LIBRARIES = {
    "torch-state-dict": state_dict,
    "torch-checkpoint": checkpoint,
    "torch-module": module,
    "torch-script": script,
    "torch-sharded": sharded,
}

if __name__ == "__main__":
    truth = {}
    for name, library in LIBRARIES.items():
        truth[name], read = {}, []
        for step, side in enumerate(("before", "after")):
            folder = Path(sys.argv[1]) / name / side
            folder.mkdir(parents=True)
            READ.clear()
            truth[name][side] = library(folder, step)
            read.append(dict(READ))
        truth[name]["after"]["moves"] = moves(*read)
    (Path(sys.argv[1]) / "truth.json").write_text(json.dumps(truth))
