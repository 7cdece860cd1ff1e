"""A result as a research object: its files, Parquet tables on request, and a Workflow Run RO-Crate that says what ran.

Format: RO-Crate 1.1 (Soiland-Reyes et al. 2022) with the profiles of Workflow Run RO-Crate 0.5 (Leo et al. 2024).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sim.analysis.manifest import AGAIN, read_manifest, read_package, resources
from sim.errors import InputError
from sim.experiment.store import files_of, named_folder, refuse_existing, write_folder
from sim.files.data_package import FILES_KEY, LICENSE, MANIFEST, json_bytes
from sim.files.reading import MEGABYTE, opened

METADATA: Final = "ro-crate-metadata.json"
SCENARIO: Final = "scenario.yaml"
_MOST: Final = 2_000 * MEGABYTE
_PROFILES: Final = (
    "https://w3id.org/ro/wfrun/process/0.5",
    "https://w3id.org/ro/wfrun/workflow/0.5",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
)
_FORMATS: Final = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".yaml": "application/yaml",
    ".parquet": "application/vnd.apache.parquet",
}


def export(result: Path, out: Path | None = None, *, parquet: bool = False, force: bool = False) -> Path:
    """Write a result as an RO-Crate to a new folder, by default `NAME-crate` beside it.

    Args:
        result: A result folder.
        out: The folder to write.
        parquet: Whether to add each table as Parquet.
        force: Whether to replace an existing folder.

    Returns:
        The folder.

    Raises:
        InputError: The result is incomplete, the folder exists, or Polars is missing.
    """
    named = named_folder(result)
    out = out or named.with_name(f"{named.name}-crate")
    refuse_existing(out, force)
    manifest = read_manifest(result / MANIFEST, needed=(FILES_KEY, "scenario"))
    names = files_of(result)
    if MANIFEST not in names or len(names) != len(manifest[FILES_KEY]):
        raise InputError(f"{result / MANIFEST}: {FILES_KEY}: is no list of the files of a result; {AGAIN}")
    files = dict[str, bytes]()
    for name in names:
        if name != MANIFEST:
            with opened(result / name, _MOST, "give a complete result folder") as content:
                files[name] = content.read()
    for name, table in read_package(result).items() if parquet else ():
        packed = io.BytesIO()
        table.with_numbers().to_polars().write_parquet(packed)
        files[f"{name}.parquet"] = packed.getvalue()
    about = {one["path"]: one.get("title", one["name"]) for one in resources(result)}
    files[METADATA] = json_bytes(_crate(manifest, files, about))
    files[MANIFEST] = json_bytes({**manifest, FILES_KEY: sorted([*files, MANIFEST])})
    write_folder(out, files, force)
    return out


def _crate(manifest: Mapping[str, Any], files: Mapping[str, bytes], about: Mapping[str, str]) -> dict[str, Any]:
    """The metadata: the dataset, the run, the scenario as its workflow, the software and every file."""
    inputs = [name for name in files if name == SCENARIO or name.startswith("inputs/")]
    descriptor = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"detsim result {manifest['scenario']}",
        "description": "A simulation of synthetic people in immigration detention: its scenario and its results.",
        "datePublished": dt.date.today().isoformat(),
        "license": {"@id": LICENSE["path"]},
        "conformsTo": [{"@id": profile} for profile in _PROFILES],
        "hasPart": [{"@id": name} for name in files],
        "mainEntity": {"@id": SCENARIO},
        "mentions": {"@id": "#run"},
    }
    run = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"detsim run {manifest['scenario']}",
        "instrument": {"@id": SCENARIO},
        "object": [{"@id": name} for name in inputs],
        "result": [{"@id": name} for name in files if name not in inputs],
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }
    libraries = [f"{name} {version}" for name, version in manifest.get("libraries", {}).items()]
    software = {
        "@id": "#detsim",
        "@type": ["SoftwareApplication", "ComputerLanguage"],
        "name": "detsim",
        "softwareVersion": manifest.get("detsim", ""),
        "softwareRequirements": [f"Python {manifest.get('python', '')}".strip(), *libraries],
    }
    named = {LICENSE["path"]: LICENSE["title"], **{profile: profile for profile in _PROFILES}}
    works = [{"@id": address, "@type": "CreativeWork", "name": name} for address, name in named.items()]
    described = [_file(name, content, about) for name, content in files.items()]
    graph = [descriptor, root, run, software, *works, *described]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


def _file(name: str, content: bytes, about: Mapping[str, str]) -> dict[str, Any]:
    plain = {
        "@id": name,
        "@type": "File",
        "name": about.get(name, name),
        "encodingFormat": _FORMATS.get(Path(name).suffix, "application/octet-stream"),
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    if name != SCENARIO:
        return plain
    kinds = ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    return plain | {"@type": kinds, "programmingLanguage": {"@id": "#detsim"}}
