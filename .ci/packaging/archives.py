"""Archives whose bytes depend on nothing but what is in them: names in order, one time, one owner."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A file of an archive, a folder if its name ends with a slash, or a link if it says where to."""

    name: str
    data: bytes = b""
    mode: int = 0o644
    owner: int = 0
    target: str | None = None

    @staticmethod
    def of(name: str, path: Path, mode: int = 0o644) -> Entry:
        return Entry(name, path.read_bytes(), mode)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def folders(entries: Iterable[Entry]) -> list[Entry]:
    """The entries, with each folder that they are in, in the order of their names."""
    named = {entry.name: entry for entry in entries}
    for name in list(named):
        parts = name.rstrip("/").split("/")[:-1]
        for count in range(1, len(parts) + 1):
            folder = "/".join(parts[:count]) + "/"
            named.setdefault(folder, Entry(folder, mode=0o755))
    return [named[name] for name in sorted(named)]


def tar(entries: Iterable[Entry], epoch: int) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for entry in folders(entries):
            info = tarfile.TarInfo(entry.name.rstrip("/"))
            info.mtime, info.mode, info.uid, info.gid = epoch, entry.mode, entry.owner, entry.owner
            if entry.target is not None:
                info.type, info.linkname, info.mode = tarfile.SYMTYPE, entry.target, 0o777
            elif entry.name.endswith("/"):
                info.type = tarfile.DIRTYPE
            else:
                info.size = len(entry.data)
            archive.addfile(info, io.BytesIO(entry.data))
    return out.getvalue()


def packed(data: bytes, level: int = 9) -> bytes:
    """gzip, without a name or a time in its head."""
    return gzip.compress(data, compresslevel=level, mtime=0)


def zipped(entries: Iterable[Entry], epoch: int) -> bytes:
    """A zip archive, in the order that is given. Its times begin in 1980 and have no zone."""
    moment = time.gmtime(max(epoch, 315532800))[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(entry.name, moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = (0o100000 | entry.mode) << 16
            archive.writestr(info, entry.data)
    return out.getvalue()
