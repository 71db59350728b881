"""What a zip holds, read without trusting it: not its names, not its sizes, not its count.

Members are unpacked one at a time under generated names; the names in the zip are only ever shown.
"""

from __future__ import annotations

import lzma
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from codebreakers.errors import ReleaseError
from codebreakers.store.records import DOWNLOAD_AGAIN, FILE_LIMIT

__all__ = ["Archive", "Member", "Spent"]

MEMBER_LIMIT = 10_000
TOTAL_LIMIT = 4 << 30
RATIO_LIMIT = 200
RATIO_FROM = 100 << 20

_BLOCK = 1 << 20
_ENTRY = b"PK\x01\x02"  # begins each entry of a zip's table of contents
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,  # and what zipfile says of a way of packing it does not know
    ValueError,
)


@dataclass(slots=True)
class Spent:
    """What has been taken out of one named path: members, and the bytes they say they hold."""

    members: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a zip.

    Parameters
    ----------
    parts : tuple of str
        The folders it is in and its own name, as the zip has them. Never a path to write to.
    copy : int
        1, or more where the zip has several files of that name.
    info : ZipInfo
        Its entry.
    """

    parts: tuple[str, ...]
    copy: int
    info: zipfile.ZipInfo

    @property
    def name(self) -> str:
        """What to call it."""
        return "/".join(self.parts) + (f" ({self.copy})" if self.copy > 1 else "")


class Archive:
    """A zip, its limits checked.

    Parameters
    ----------
    path : Path
        The zip.
    name : str
        The zip, as the user would name it.
    spent : Spent
        What was taken out of the zips around it; this one is added.
    kind : str
        What to call it: a workbook is a zip too.

    Raises
    ------
    ReleaseError
        It cannot be read, or holds more than a release does: 10,000 members or 4 GiB together
        with the zips around it, 1 GiB in one member, or 100 MiB packed more than 200 to 1.
    """

    def __init__(self, path: Path, name: str, spent: Spent, kind: str = "zip") -> None:
        self.name = name
        self._kind = kind
        self._refuse_crowd(path)
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise self._broken(error) from error
        try:
            self.members = self._listed()
            self._refuse_bomb(spent)
        except ReleaseError:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        """Return the archive itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the zip."""
        self._zip.close()

    def blocks(self, member: Member) -> Iterator[bytes]:
        """Read a member in blocks of 1 MiB at most; its size and checksum are held to.

        Raises
        ------
        ReleaseError
            It is encrypted, damaged, or not what its entry says.
        """
        shown = f"{self.name} > {member.name}"
        if member.info.flag_bits & _ENCRYPTED:
            raise ReleaseError(
                shown, "the file is protected by a password", remedy="Unpack it and give the file."
            )
        try:
            with self._zip.open(member.info) as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except _BROKEN as error:
            raise ReleaseError(
                shown, f"the file cannot be unpacked: {error}", remedy=DOWNLOAD_AGAIN
            ) from error

    def unpack(self, member: Member, scratch: Path, suffix: str) -> Path:
        """Write a member to the scratch folder under a generated name, and return where."""
        with tempfile.NamedTemporaryFile(dir=scratch, suffix=suffix, delete=False) as out:
            for block in self.blocks(member):
                out.write(block)
        return Path(out.name)

    def _refuse_crowd(self, path: Path) -> None:
        """Count entries before they are listed: a list of millions would fill the memory."""
        entries = 0
        held = b""
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                entries += (held + block).count(_ENTRY)
                held = block[1 - len(_ENTRY) :]
        if entries > MEMBER_LIMIT:
            raise self._bomb(f"{entries:,} files")

    def _listed(self) -> tuple[Member, ...]:
        seen: Counter[str] = Counter()
        members = []
        for info in sorted(self._zip.infolist(), key=lambda info: info.filename):
            if not info.filename.endswith("/"):
                seen[info.filename] += 1
                parts = tuple(p for p in info.filename.replace("\\", "/").split("/") if p)
                members.append(Member(parts, seen[info.filename], info))
        return tuple(members)

    def _refuse_bomb(self, spent: Spent) -> None:
        spent.members += len(self.members)
        spent.size += sum(member.info.file_size for member in self.members)
        if spent.members > MEMBER_LIMIT:
            raise self._bomb(f"{spent.members:,} files")
        if spent.size > TOTAL_LIMIT:
            raise self._bomb(f"{spent.size / 2**30:,.1f} GiB")
        for member in self.members:
            size, packed = member.info.file_size, member.info.compress_size
            if size > FILE_LIMIT:
                raise self._bomb(f"a file of {size / 2**30:,.1f} GiB, {member.name}")
            if size > RATIO_FROM and size > RATIO_LIMIT * packed:
                raise self._bomb(f"{size / 2**20:,.0f} MiB packed into {packed:,} bytes")

    def _bomb(self, holds: str) -> ReleaseError:
        return ReleaseError(
            self.name,
            f"the {self._kind} holds {holds}, more than a release does",
            remedy="Unpack the tables that are wanted and give those.",
        )

    def _broken(self, error: Exception) -> ReleaseError:
        return ReleaseError(
            self.name, f"the {self._kind} cannot be read: {error}", remedy=DOWNLOAD_AGAIN
        )
