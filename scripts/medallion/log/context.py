"""What a log entry says about where it comes from: the code, the metadata, the environment."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import yaml

from medallion.log.rows import Row
from medallion.project import CONTROL


def context(root: Path, environment: str) -> Row:
    """The columns that all entries of one `medallion log` share."""
    return {
        "environment": environment,
        "code_version": code_version(root),
        "metadata_hash": metadata_hash(root / CONTROL),
        "logged_at": datetime.now(UTC).replace(tzinfo=None),
    }


def code_version(root: Path) -> str | None:
    """The git commit of the project, or its version where it is no working copy of git."""
    try:
        found = subprocess.run(
            ["git", "-C", str(root), "rev-parse", "HEAD"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if found.returncode == 0:
            return found.stdout.strip()
    except OSError:  # no git on this machine
        pass
    try:
        project = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))
        return str(project["version"])
    except (OSError, KeyError, TypeError, yaml.YAMLError):
        return None


def metadata_hash(control: Path) -> str:
    """A hash over the names and the bytes of all control tables: equal metadata, equal hash."""
    digest = hashlib.sha256()
    for path in sorted(control.glob("*.csv")):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
