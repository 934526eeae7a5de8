"""A model is a folder: arrays and a vocabulary as plain numbers and JSON, a card, and a manifest that seals every file.

Why no pickle: joblib ran an attacker's code; arrays read with ``allow_pickle=False`` and JSON cannot. ``manifest.json`` holds the
format, the maker and the SHA-256 of every other file, so that what is loaded is what was trained and measured.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from monitor.errors import ModelError

FORMAT, MAKER = 1, "monitor"
_NAME = re.compile(r"[\w.-]+")
_LIMIT = 64 * 2**20  # bytes a file


@dataclass(frozen=True)
class Artefact:
    """A model folder as read and checked: ``name``, ``arrays``, what ``model.json`` and the card say, a ``digest`` over all files."""

    name: str
    arrays: Mapping[str, np.ndarray]
    model: dict[str, Any]
    digest: str
    card: str = ""


def write(folder: Path, *, arrays: Mapping[str, np.ndarray], model: Mapping[str, Any], texts: Mapping[str, str]) -> Path:
    """The folder, written whole or not at all: beside its place first, then renamed. ``texts`` are further files (card, sample).

    Raises ModelError where it cannot be written.
    """
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    files = {"arrays.npz": packed.getvalue(), "model.json": json.dumps(dict(model), ensure_ascii=False).encode()}
    files |= {name: text.encode() for name, text in texts.items()}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    files["manifest.json"] = json.dumps({"maker": MAKER, "format": FORMAT, "files": sums}, indent=1).encode() + b"\n"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        temporary.chmod(0o755)
        for name, content in files.items():
            _write_file(temporary / name, content)
        _replace(temporary, folder)
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror}); check the folder's rights and free space") from error
    return folder


def read(folder: Path) -> Artefact:
    """The model in a folder, every file checked against the manifest.

    Raises ModelError where a file is missing, altered, foreign or of a newer format.
    """
    sums = _sums(folder)
    contents = {name: _sealed(folder, name, value) for name, value in sums.items()}
    for name in ("arrays.npz", "model.json"):
        if name not in contents:
            raise ModelError(f"{folder}: {name} is not in the manifest; restore the folder from where it came")
    card = contents.get("card.md", b"").decode(errors="replace")
    arrays, model = _arrays(contents["arrays.npz"], folder), _json(contents["model.json"], folder)
    return Artefact(folder.name, arrays, model, _digest(sums), card)


def digest_of(folder: Path) -> str:
    """The ``digest`` of the model in a folder by its manifest alone: no other file is looked at. Raises ModelError as `read` does."""
    return _digest(_sums(folder))


def _sums(folder: Path) -> dict[str, str]:
    manifest = _json(_content(folder / "manifest.json"), folder / "manifest.json")
    if manifest.get("maker") != MAKER or not isinstance(manifest.get("files"), dict):
        raise ModelError(f"{folder}: not one of our models (manifest.json); take a folder that `monitor run train` wrote")
    if manifest.get("format") != FORMAT:
        raise ModelError(f"{folder}: format {manifest.get('format')} and this version reads {FORMAT}; update, or train again")
    return {str(name): str(value) for name, value in manifest["files"].items()}


def _digest(sums: Mapping[str, str]) -> str:
    return hashlib.sha256("".join(sorted(sums.values())).encode()).hexdigest()[:12]


def _sealed(folder: Path, name: str, expected: str) -> bytes:
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise ModelError(f"{folder}: the manifest names {name[:40]!r}, which is no file of a model; restore the folder")
    content = _content(folder / name)
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelError(f"{folder / name}: altered since it was trained (SHA-256); restore it, or train again")
    return content


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LIMIT:
            raise ModelError(f"{path}: larger than {_LIMIT >> 20} MiB; not a model of ours")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); restore it, or train again") from error


def _json(content: bytes, path: Path) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not valid JSON; restore it, or train again") from error
    if not isinstance(value, dict):
        raise ModelError(f"{path}: not a mapping; restore it, or train again")
    return value


def _arrays(content: bytes, folder: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as packed:
            return {name: packed[name] for name in packed.files}
    except (ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"{folder / 'arrays.npz'}: not plain arrays; restore it, or train again") from error


def _write_file(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace(temporary: Path, folder: Path) -> None:
    """``folder`` becomes what ``temporary`` is; an older one of the name stands aside until the new one is in place."""
    aside = folder.with_name(f".{folder.name}-old")
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.rename(aside)
    temporary.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)
