"""How far the numbers of arrays moved, as NumPy computes it."""

import numpy as np


def moves(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> dict[str, dict]:
    """By array, of those that are in both with the same shape and numbers in them."""
    found = {}
    for name in before.keys() & after.keys():
        old, new = before[name], after[name]
        if old.shape != new.shape or any(one.dtype.kind not in "fiub" for one in (old, new)):
            continue
        old, new = (one.astype(np.float64).ravel() for one in (old, new))
        lengths = np.linalg.norm(old), np.linalg.norm(new)
        change = np.linalg.norm(new - old)
        found[name] = {
            **{"elements": old.size, "examined": old.size, "nonFinite": 0, "l2": change},
            **({"relative": change / lengths[0]} if lengths[0] > 0 else {}),
            "maxAbs": float(np.max(np.abs(new - old), initial=0)),
            **({"cosine": float(old @ new / lengths[0] / lengths[1])} if all(lengths) else {}),
        }
    return found
