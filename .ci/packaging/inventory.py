"""What is linked into the program: an SBOM of it, and the notices that its licences ask to be passed on.

The linker says what is in: the list of objects that it was given, each in the folder of its module, and its map, which
names the archives that it took something from. What neither names is not in the program, and not told.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archives import sha256

RULE = "=" * 78

#: Comments in sources that are themselves a licence to be passed on.
GRANTS = ("Redistribution and use in source", "Permission is hereby granted", "Permission to use, copy")


@dataclass
class Component:
    """One thing that came from elsewhere."""

    name: str
    version: str
    #: As SPDX writes it.
    license: str
    origin: str
    #: Whose URL a package has in lists of vulnerabilities.
    purl: str = ""
    texts: list[str] = field(default_factory=list)
    #: Whether it is in the program, or beside it.
    is_linked_in: bool = True
    comment: str = ""


def license_of(text: str) -> str:
    """What a licence is called, by what it says."""
    if "Apache License" in text:
        return "Apache-2.0 WITH Swift-exception" if "Runtime Library Exception" in text else "Apache-2.0"
    if "Permission is hereby granted, free of charge" in text:
        return "MIT"
    raise SystemExit(f"an unknown licence: {text[:200]}")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace").strip("\n")


class Inventory:
    def __init__(self, root: Path, build: Path, objects: Path, map_file: Path) -> None:
        self.root, self.checkouts, self.curses = root, build / "checkouts", build / "curses"
        self.modules = set(re.findall(r"/([\w-]+)\.build/", read(objects)))
        self.archives = {Path(name) for name in re.findall(r"^(\S+\.a)\(", read(map_file), re.M)}
        # What is checked out, which is what was built.
        state = json.loads(read(build / "workspace-state.json"))["object"]
        self.pins = {
            item["packageRef"]["identity"]: (item["packageRef"]["location"].removesuffix(".git"), item["state"]["checkoutState"])
            for item in state["dependencies"]
        }

    def components(self) -> list[Component]:
        found = [*self.packages(), *self.system()]
        return sorted(found, key=lambda component: component.name.lower())

    def sources(self, module: str) -> Path | None:
        """Where a package's module is kept; nil for one of ours."""
        if (self.root / "Sources" / module).is_dir():
            return None
        for folder in sorted(self.checkouts.glob(f"*/Sources/{module}")):
            return folder
        raise SystemExit(f"nobody knows where the module {module} comes from")

    def packages(self) -> Iterator[Component]:
        """The Swift packages, and what they hold of others."""
        by_package: dict[str, list[Path]] = {}
        for module in sorted(self.modules):
            if folder := self.sources(module):
                by_package.setdefault(folder.parent.parent.name, []).append(folder)
        for name, folders in sorted(by_package.items()):
            (location, state), top = self.pins[name], self.checkouts / name
            [main] = [path for path in top.iterdir() if path.name.upper().startswith("LICENSE")]
            texts = [read(main)]
            texts += [read(path) for path in sorted(top.iterdir()) if path.name.upper().startswith("NOTICE")]
            linked = ", ".join(folder.name for folder in folders)
            version = state["version"]
            yield Component(
                name,
                version,
                license_of(texts[0]),
                f"git+{location}@{state['revision']}",
                "pkg:swift/" + location.removeprefix("https://") + "@" + version,
                texts,
                comment=f"modules: {linked}",
            )
            for folder in folders:
                yield from self.held(folder, name, texts[0])

    def held(self, folder: Path, package: str, apache: str) -> Iterator[Component]:
        """What a module of C holds of others, as far as it says so."""
        files = sorted(path for path in folder.rglob("*") if path.suffix in {".c", ".cc", ".h", ".S"})
        if not files:
            return
        grants = list(dict.fromkeys(grant for path in files if (grant := grant_in(path))))
        if "BoringSSL" in folder.name and not folder.name.endswith("Shims"):
            said = read(folder / "hash.txt") if (folder / "hash.txt").exists() else read(folder / "README.md")
            revision = re.search(r"\b[0-9a-f]{40}\b", said)
            yield Component(
                f"boringssl ({package})",
                revision[0] if revision else "unknown",
                "Apache-2.0 AND MIT",
                "git+https://boringssl.googlesource.com/boringssl",
                texts=["\n".join(holders(files)), apache, *grants],
                comment=f"in the module {folder.name}",
            )
        elif (folder / "LICENSE").exists():
            text = read(folder / "LICENSE")
            version = ".".join(re.findall(r"#define \w+_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", "\n".join(map(read, files))))
            yield Component(
                f"{folder.name.removeprefix('CNIO').lower()} ({package})",
                version or "unknown",
                license_of(text),
                self.pins[package][0],
                texts=[text],
                comment=f"in the module {folder.name}",
            )
        elif grants:
            yield Component(
                f"{folder.name} ({package})",
                self.pins[package][1]["version"],
                "BSD-3-Clause",
                self.pins[package][0],
                texts=grants,
                comment="code of others in this module",
            )

    def system(self) -> Iterator[Component]:
        """What came with the compiler and from the machine's own packages."""
        swift = [path for path in self.archives if path.parts[-3:-1] == ("swift_static", "linux")]
        if swift:
            said = subprocess.run(["swift", "--version"], check=True, capture_output=True, text=True).stdout
            version = re.search(r"Swift version (\S+)", said)
            text = read(swift[0].parents[3] / "share" / "swift" / "LICENSE.txt")
            yield Component(
                "swift-runtime",
                version[1] if version else "unknown",
                license_of(text),
                "git+https://github.com/swiftlang/swift",
                texts=[text],
                comment="archives: " + ", ".join(sorted(path.name for path in swift)),
            )
        if any(path.name == "libncursesw.a" for path in self.archives):
            yield Component(
                "ncurses",
                read(self.curses / "version"),
                "X11-distribute-modifications-variant",
                "https://invisible-island.net/ncurses/",
                f"pkg:deb/debian/ncurses@{read(self.curses / 'version')}?arch=source",
                [read(self.curses / "copyright")],
                comment="built from Debian's source; libncursesw.a and libtinfo.a",
            )
        for archive, terms, why in [
            ("libgcc.a", "GPL-3.0-or-later WITH GCC-exception-3.1", "arithmetic that the compiler calls"),
            ("libc_nonshared.a", "LGPL-2.1-or-later", "the part of the C library that every program has in it, by its own exception"),
        ]:
            for path in sorted(path for path in self.archives if path.name == archive):
                package, release = owner(path)
                purl = f"pkg:deb/debian/{package}@{release}"
                yield Component(archive, release, terms, f"Debian's {package}", purl, comment=why)
        package, release = owner(Path("/usr/include/zlib.h"))
        purl = f"pkg:deb/debian/{package}@{release}"
        comment = "a shared library of the machine's"
        yield Component("zlib", release, "Zlib", "https://zlib.net", purl, is_linked_in=False, comment=comment)


def owner(path: Path) -> tuple[str, str]:
    """The Debian package that a file is of, and its version."""
    said = subprocess.run(["dpkg-query", "-S", str(path)], check=True, capture_output=True, text=True).stdout
    name = said.split(":")[0]
    query = ["dpkg-query", "-W", "-f=${Version}\n", name]
    return name, subprocess.run(query, check=True, capture_output=True, text=True).stdout.split()[0]


def comment_at_top(path: Path) -> str:
    """The first comment of a source, without what marks it as one."""
    text = path.read_text(encoding="utf-8", errors="replace")[:6000].lstrip()
    if text.startswith("/*"):
        body = text[2:].split("*/")[0].splitlines()
    else:
        body = []
        for line in text.splitlines():
            if not line.startswith("//"):
                break
            body.append(line[2:])
    return "\n".join(re.sub(r"^\s*\*? ?", "", line).rstrip() for line in body).strip()


def grant_in(path: Path) -> str:
    comment = comment_at_top(path)
    return comment if any(grant in " ".join(comment.split()) for grant in GRANTS) else ""


def holders(files: Iterable[Path]) -> list[str]:
    found = set()
    for path in files:
        found.update(re.findall(r"^Copyright .*", comment_at_top(path), re.M))
    return sorted(found)


def notices(components: list[Component], version: str, text_of_ours: str) -> str:
    """What the licences ask to be passed on, each text once."""
    told: dict[str, str] = {}
    lines = [
        f"Townhall {version}",
        "",
        text_of_ours,
        "",
        "The program holds the following works of others, under their own licences.",
    ]
    for component in components:
        if not component.is_linked_in:
            continue
        lines += ["", RULE, f"{component.name} {component.version}", component.origin, component.license]
        if component.comment:
            lines.append(component.comment)
        lines.append(RULE)
        for text in filter(None, component.texts):
            if text in told:
                lines += ["", f"[The same text as of {told[text]}.]"]
            else:
                told[text] = component.name
                lines += ["", text]
    return "\n".join(lines) + "\n"


def spdx(components: list[Component], version: str, machine: str, epoch: int, program: bytes) -> bytes:
    """The same as SPDX 2.3."""
    digest = sha256(program)
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))
    root = "SPDXRef-townhall"
    packages: list[dict[str, Any]] = [
        {
            "SPDXID": root,
            "name": "townhall",
            "versionInfo": version,
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "licenseConcluded": "MIT",
            "licenseDeclared": "MIT",
            "copyrightText": "Copyright (c) 2026 The Townhall authors",
            "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
            "primaryPackagePurpose": "APPLICATION",
            "comment": f"for {machine}-linux",
        }
    ]
    relations = [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": root}
    ]
    for component in components:
        name = "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", component.name).strip("-")
        package: dict[str, Any] = {
            "SPDXID": name,
            "name": component.name,
            "versionInfo": component.version,
            "downloadLocation": component.origin if "://" in component.origin else "NOASSERTION",
            "filesAnalyzed": False,
            "licenseConcluded": component.license,
            "licenseDeclared": component.license,
            "copyrightText": "NOASSERTION",
            "comment": component.comment,
        }
        if component.purl:
            package["externalRefs"] = [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": component.purl,
                }
            ]
        packages.append(package)
        kind = "STATIC_LINK" if component.is_linked_in else "DYNAMIC_LINK"
        relations.append({"spdxElementId": root, "relationshipType": kind, "relatedSpdxElement": name})
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"townhall-{version}-linux-{machine}",
        "documentNamespace": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "creationInfo": {"created": created, "creators": ["Organization: The Townhall authors"]},
        "packages": packages,
        "relationships": relations,
    }
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
