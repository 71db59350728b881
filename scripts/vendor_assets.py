"""Fetch the style sheet and the script that the pages carry, at the versions named here.

What is kept is a copy of the publishers' packages with two things taken out: GOV.UK's own font and
crest, which are for government sites alone. Run by hand: ``python scripts/vendor_assets.py``.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src/codebreakers/surfaces/static"
TESTS = ROOT / "tests/surfaces"


@dataclass(frozen=True)
class Asset:
    """One file of a package."""

    package: str
    version: str
    licence: str
    file: str
    name: str


# What the pages are tested with: a copy unchanged, and no part of what is installed.
AXE = Asset("axe-core", "4.14.1", "MPL-2.0", "axe.min.js", "axe.min.js")
ASSETS = (
    Asset("govuk-frontend", "6.3.0", "MIT", "dist/govuk/govuk-frontend.min.css", "govuk.css"),
    Asset("htmx.org", "4.0.1", "0BSD", "dist/htmx.min.js", "htmx.js"),
)


def fetched(asset: Asset, folder: Path) -> bytes:
    """Return the file as it is in its package."""
    subprocess.run(
        ["npm", "pack", "--silent", f"{asset.package}@{asset.version}"], cwd=folder, check=True
    )
    packed = folder / f"{asset.package}-{asset.version}.tgz"
    with tarfile.open(packed) as archive:
        member = archive.extractfile(f"package/{asset.file}")
        if member is None:
            raise SystemExit(f"{packed.name} has no {asset.file}")
        return member.read()


def plain(text: str) -> str:
    """Return a style sheet or script that asks for no other file."""
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = text.replace("GDS Transport,arial", "Arial,Helvetica").replace(
        "font-family:GDS Transport", "font-family:Arial"
    )
    text = re.sub(r"url\(/assets/[^)]*\)", "none", text)
    text = re.sub(r"\n?(/\*|//)# sourceMappingURL=[^\n*]*(\*/)?", "", text)
    return text.rstrip("\n") + "\n"


def main() -> None:
    """Write each file, and beside them what they are."""
    lines = ["# Files of others that the pages carry; written by scripts/vendor_assets.py\n"]
    STATIC.mkdir(parents=True, exist_ok=True)
    for asset in ASSETS:
        with tempfile.TemporaryDirectory() as folder:
            text = plain(fetched(asset, Path(folder)).decode("utf-8"))
        (STATIC / asset.name).write_text(text, encoding="utf-8", newline="\n")
        lines += [
            f"\n[{asset.name.replace('.', '_')}]",
            f'file = "{asset.name}"',
            f'package = "{asset.package}"',
            f'version = "{asset.version}"',
            f'licence = "{asset.licence}"',
            f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\n',
        ]
    with tempfile.TemporaryDirectory() as folder:
        (TESTS / AXE.name).write_bytes(fetched(AXE, Path(folder)))
    (STATIC / "vendored.toml").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
