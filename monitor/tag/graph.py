"""The encoder as an ONNX graph: the numbers of one text's pieces in, one score a label out.

The graph is written by hand from plain arrays, so that what runs is what stands here: weights of 8 bits (a scale an output, or a
piece), activations of 8 bits (a scale a piece of the text, taken as it runs), everything between in single precision. It takes one
text at a time, without padding, so that a score does not depend on what else is scored. onnx is imported here alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

OPSET = 20


@dataclass
class Sheet:
    """A graph being written: its nodes and constants; every method gives the name of what it adds."""

    eight: bool
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def constant(self, value: np.ndarray) -> str:
        """A constant."""
        from onnx import numpy_helper

        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(self, kind: str, *inputs: str, **settings: Any) -> str:
        """What one operation gives."""
        from onnx import helper

        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def number(self, value: float) -> str:
        """A constant of single precision."""
        return self.constant(np.array(value, np.float32))

    def product(self, rows: str, weights: np.ndarray, bias: np.ndarray) -> str:
        """Rows times a matrix (outputs × inputs), plus the bias; both in 8 bits where the sheet is."""
        if not self.eight:
            return self.node("Add", self.node("MatMul", rows, self.constant(weights.T)), self.constant(bias))
        whole, scale = eighth(weights)
        most = self.node("ReduceMax", self.node("Abs", rows), self.constant(np.array([-1], np.int64)), keepdims=1)
        step = self.node("Max", self.node("Mul", most, self.number(1 / 127)), self.number(1e-9))
        zero = self.constant(np.array(128, np.uint8))  # unsigned, around 128
        small = self.node("QuantizeLinear", self.node("Div", rows, step), self.number(1), zero)
        total = self.node("MatMulInteger", small, self.constant(whole.T), zero)
        back = self.node("Mul", self.node("Cast", total, to=1), self.constant(scale[:, 0]))
        return self.node("Add", self.node("Mul", back, step), self.constant(bias))

    def normal(self, rows: str, weights: np.ndarray, bias: np.ndarray) -> str:
        """Rows brought to mean 0 and deviation 1, then scaled."""
        return self.node("LayerNormalization", rows, self.constant(weights), self.constant(bias), axis=-1, epsilon=1e-12)


def eighth(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A matrix in 8 bits with a scale a row."""
    scale = np.maximum(np.abs(weights).max(1, keepdims=True), 1e-9).astype(np.float32) / 127
    return np.round(weights / scale).astype(np.int8), scale


def build(arrays: Mapping[str, np.ndarray], *, heads: int, eight: bool = True) -> bytes:
    """The graph of an encoder as a file's bytes; ``arrays`` are those of `e5.Base` with ``out.w`` and ``out.b``.

    Its input ``pieces`` is a row of numbers, at most as many as ``emb.pos`` has rows; its output ``scores`` one number a label.
    """
    sheet = Sheet(eight)
    rows = _embedded(sheet, arrays)
    for layer in range(sum(name.endswith(".fo.w") for name in arrays)):
        rows = _layer(sheet, {name.partition(".")[2]: value for name, value in arrays.items()
                              if name.startswith(f"l{layer}.")}, rows, heads)  # fmt: skip
    mean = sheet.node("ReduceMean", rows, sheet.constant(np.array([0], np.int64)), keepdims=1)
    last = sheet.node("MatMul", mean, sheet.constant(arrays["out.w"].T))
    sheet.node("Add", last, sheet.constant(arrays["out.b"]))
    return _file(sheet, len(arrays["out.b"]))


def _embedded(sheet: Sheet, arrays: Mapping[str, np.ndarray]) -> str:
    whole, scale = eighth(arrays["emb.word"]) if sheet.eight else (arrays["emb.word"], None)
    word = sheet.node("Gather", sheet.constant(whole), "pieces")
    if scale is not None:
        word = sheet.node("Mul", sheet.node("Cast", word, to=1), sheet.node("Gather", sheet.constant(scale), "pieces"))
    first, axis = sheet.constant(np.array([0], np.int64)), sheet.constant(np.array([0], np.int64))
    places = sheet.constant(arrays["emb.pos"] + arrays["emb.type"][:1])
    placed = sheet.node("Add", word, sheet.node("Slice", places, first, sheet.node("Shape", "pieces"), axis))
    return sheet.normal(placed, arrays["emb.ln.w"], arrays["emb.ln.b"])


def _layer(sheet: Sheet, part: Mapping[str, np.ndarray], rows: str, heads: int) -> str:
    width = len(part["ao.b"])
    three = sheet.product(rows, np.concatenate([part[f"{name}.w"] for name in "qkv"]),
                          np.concatenate([part[f"{name}.b"] for name in "qkv"]))  # fmt: skip
    parted = sheet.node("Reshape", three, sheet.constant(np.array([-1, 3, heads, width // heads], np.int64)))
    query, key, value = (sheet.node("Gather", parted, sheet.constant(np.array(which, np.int64)), axis=1) for which in range(3))
    query = sheet.node("Transpose", query, perm=[1, 0, 2])
    key = sheet.node("Transpose", key, perm=[1, 2, 0])
    value = sheet.node("Transpose", value, perm=[1, 0, 2])
    likeness = sheet.node("Mul", sheet.node("MatMul", query, key), sheet.number(1 / math.sqrt(width // heads)))
    seen = sheet.node("MatMul", sheet.node("Softmax", likeness, axis=-1), value)
    seen = sheet.node("Reshape", sheet.node("Transpose", seen, perm=[1, 0, 2]), sheet.constant(np.array([-1, width], np.int64)))
    rows = sheet.node("Add", rows, sheet.product(seen, part["ao.w"], part["ao.b"]))
    rows = sheet.normal(rows, part["aln.w"], part["aln.b"])
    inner = sheet.node("Gelu", sheet.product(rows, part["fi.w"], part["fi.b"]))
    rows = sheet.node("Add", rows, sheet.product(inner, part["fo.w"], part["fo.b"]))
    return sheet.normal(rows, part["oln.w"], part["oln.b"])


def _file(sheet: Sheet, labels: int) -> bytes:
    from onnx import TensorProto, helper

    sheet.nodes[-1].output[0] = "scores"
    taken = helper.make_tensor_value_info("pieces", TensorProto.INT64, ["n"])
    given = helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, labels])
    graph = helper.make_graph(sheet.nodes, "encoder", [taken], [given], sheet.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="monitor", ir_version=9)
    return bytes(model.SerializeToString())
