"""A Debian package."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from archives import packed
from product import Product

DESCRIPTION = """\
 Townhall shows the shared state of a multi-user molecular-dynamics session
 as it changes, has it edited by keyboard, and keeps what others have changed
 meanwhile. It speaks to the servers of NanoVer and Narupa of every year, and
 is such a server itself.
 .
 Beside the full-screen dashboard there is a command for each thing that it
 does, a recorder and player of sessions, and a tour that teaches all of it.
"""

#: What lintian is right about and what is meant all the same.
OVERRIDES = """\
# The program that is packed here is the same as in the wheel and in the tarball, which run where there is no ncurses, and no
# terminfo: entries for common terminals are compiled in. It is built from Debian's own source, whose version is in
# /usr/share/doc/townhall/townhall.spdx.json.gz.
townhall: embedded-library ncurses [usr/bin/townhall]
"""

DESKTOP = """\
[Desktop Entry]
Type=Application
Name=Townhall
GenericName=Shared state of a simulation
Comment=Watch and edit the shared state of NanoVer and Narupa sessions
Exec=townhall
TryExec=townhall
Terminal=true
Icon=utilities-terminal
Categories=Science;ConsoleOnly;
Keywords=NanoVer;Narupa;molecular dynamics;virtual reality;
"""


def dependencies(program: Path, scratch: Path) -> str:
    """What the program needs of Debian, with versions, by what it takes from each library."""
    work = scratch / "shlibdeps"
    shutil.rmtree(work, ignore_errors=True)
    place = work / "debian" / "townhall" / "usr" / "bin"
    place.mkdir(parents=True)
    shutil.copy(program, place)
    (work / "debian" / "control").write_text("Source: townhall\n\nPackage: townhall\nArchitecture: any\n")
    said = subprocess.run(
        ["dpkg-shlibdeps", "-O", str(place / program.name)],
        cwd=work,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    found = re.match(r"shlibs:Depends=(.*)", said)
    if found is None:
        raise SystemExit(f"dpkg-shlibdeps said: {said}")
    return found[1]


def copyright_file(product: Product) -> bytes:
    """Debian's form for our own licence, with the notices of all that is linked in behind it."""
    own = product.license.decode().splitlines()
    holder = next(line for line in own if line.startswith("Copyright"))
    body = "\n".join(" " + (line or ".") for line in own[own.index(holder) + 2 :])
    head = f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: townhall
Comment:
 The program holds libraries of others. What their licences ask to be passed
 on is in NOTICES.gz beside this file, and which they are, with their versions,
 in townhall.spdx.json.gz.

Files: *
Copyright: {holder.removeprefix("Copyright (c) ")}
License: Expat

License: Expat
{body}
"""
    return head.encode()


def changelog(product: Product) -> bytes:
    date = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(product.epoch))
    return f"""\
townhall ({product.version}) unstable; urgency=medium

  * Townhall {product.version}.

 -- {product.maintainer}  {date}
""".encode()


def make(product: Product, program: Path, scratch: Path, out: Path) -> Path:
    """Builds the package in a folder of its own, and puts it among the others."""
    root = scratch / "deb"
    shutil.rmtree(root, ignore_errors=True)
    share = "usr/share"
    files: dict[str, tuple[bytes, int]] = {
        "usr/bin/townhall": (product.program, 0o755),
        f"{share}/man/man1/townhall.1.gz": (packed(product.manual), 0o644),
        f"{share}/bash-completion/completions/townhall": (product.bash, 0o644),
        f"{share}/zsh/vendor-completions/_townhall": (product.zsh, 0o644),
        f"{share}/fish/vendor_completions.d/townhall.fish": (product.fish, 0o644),
        f"{share}/applications/townhall.desktop": (DESKTOP.encode(), 0o644),
        f"{share}/lintian/overrides/townhall": (OVERRIDES.encode(), 0o644),
        f"{share}/doc/townhall/copyright": (copyright_file(product), 0o644),
        f"{share}/doc/townhall/changelog.gz": (packed(changelog(product)), 0o644),
        f"{share}/doc/townhall/NOTICES.gz": (packed(product.notices), 0o644),
        f"{share}/doc/townhall/townhall.spdx.json.gz": (packed(product.sbom), 0o644),
    }
    size = sum(len(data) // 1024 + 1 for data, _ in files.values())
    control = f"""\
Package: townhall
Version: {product.version}
Section: science
Priority: optional
Architecture: {product.architecture}
Depends: {dependencies(program, scratch)}
Installed-Size: {size}
Maintainer: {product.maintainer}
Description: {lead(product.summary)}
{DESCRIPTION}"""
    files["DEBIAN/control"] = (control.encode(), 0o644)
    sums = "".join(f"{md5(data)}  {name}\n" for name, (data, _) in sorted(files.items()) if name.startswith("usr/"))
    files["DEBIAN/md5sums"] = (sums.encode(), 0o644)
    for name, (data, mode) in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
    for path in [root, *root.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (product.epoch, product.epoch))
    result = out / f"townhall_{product.version}_{product.architecture}.deb"
    # How many threads pack it shows in the bytes.
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "--threads-max=1", "--build", str(root), str(result)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(product.epoch)},
    )
    return result


def lead(summary: str) -> str:
    """A summary as Debian wants it: without an article, and small."""
    words = summary.removeprefix("A ")
    return words[0].lower() + words[1:]


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()
