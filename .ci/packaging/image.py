"""An OCI image: the program, and of Debian what it needs and no more. No shell, no package manager."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

from archives import Entry, packed, sha256, tar
from inventory import owner
from product import Product

#: Nobody in particular.
USER = 65532

MERGED = ("lib", "lib64", "bin", "sbin")


def libraries(program: Path) -> dict[str, Path]:
    """What the loader loads with the program, by where it looks for it; itself too."""
    said = subprocess.run(["ldd", str(program)], check=True, capture_output=True, text=True).stdout
    found = re.findall(r"(?:=> )?(/\S+) \(0x", said)
    if not found or "not found" in said:
        raise SystemExit(f"ldd said: {said}")
    return {path: Path(path).resolve() for path in found}


def layer(product: Product, program: Path) -> tuple[bytes, dict[str, str]]:
    """The one layer, and the Debian packages that are in it with their versions."""
    entries = [
        Entry("usr/bin/townhall", product.program, 0o755),
        Entry("usr/share/doc/townhall/copyright", product.license),
        Entry("usr/share/doc/townhall/NOTICES", product.notices),
        Entry("usr/share/doc/townhall/townhall.spdx.json", product.sbom),
        Entry("etc/passwd", f"root:x:0:0::/root:\ntownhall:x:{USER}:{USER}::/home/townhall:\n".encode()),
        Entry("etc/group", f"root:x:0:\ntownhall:x:{USER}:\n".encode()),
        Entry("etc/nsswitch.conf", b"hosts: files dns\n"),
        Entry("home/townhall/", mode=0o755, owner=USER),
        Entry("tmp/", mode=0o1777),
        # Whoever runs it mounts these, also where the rest may not be written.
        *[Entry(f"{name}/", mode=0o755) for name in ("dev", "proc", "sys")],
    ]
    entries += [Entry(f"{name}", target=f"usr/{name}") for name in ("lib", "lib64")]
    packages: dict[str, str] = {}
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    if certificates.exists():
        # By which servers are known that an authority vouches for.
        entries.append(Entry.of("etc/ssl/certs/ca-certificates.crt", certificates))
        packages.update([package("ca-certificates")])
    for path, real in sorted(libraries(program).items()):
        place = path.removeprefix("/")
        # A machine's /lib is its /usr/lib; dpkg knows files by either.
        if place.split("/")[0] in MERGED:
            place = "usr/" + place
        entries.append(Entry.of(place, real, 0o755))
        name, version = library_owner(real)
        packages[name] = version
    for name in packages:
        copyright = Path(f"/usr/share/doc/{name}/copyright")
        entries.append(Entry.of(f"usr/share/doc/{name}/copyright", copyright.resolve()))
    return tar(entries, product.epoch), packages


def library_owner(path: Path) -> tuple[str, str]:
    for candidate in (path, Path(str(path).removeprefix("/usr"))):
        try:
            return owner(candidate)
        except subprocess.CalledProcessError:
            continue
    raise SystemExit(f"no Debian package owns {path}")


def package(name: str) -> tuple[str, str]:
    query = ["dpkg-query", "-W", "-f=${Version}", name]
    return name, subprocess.run(query, check=True, capture_output=True, text=True).stdout


def blob(data: bytes) -> tuple[str, Entry]:
    digest = sha256(data)
    return digest, Entry(f"blobs/sha256/{digest}", data)


def described(kind: str, digest: str, data: bytes, **more: Any) -> dict[str, Any]:
    return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data), **more}


def encoded(value: Any) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True).encode()


def make(product: Product, program: Path) -> tuple[str, bytes]:
    """The layout's name, and itself as a tar archive."""
    plain, packages = layer(product, program)
    data = packed(plain)
    layer_digest, layer_blob = blob(data)
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(product.epoch))
    labels = {
        "org.opencontainers.image.title": "townhall",
        "org.opencontainers.image.description": product.summary,
        "org.opencontainers.image.version": product.version,
        "org.opencontainers.image.licenses": "MIT",
        "org.opencontainers.image.created": created,
        "townhall.debian-packages": " ".join(f"{name}={version}" for name, version in sorted(packages.items())),
    }
    platform = {"architecture": product.architecture, "os": "linux"}
    config = encoded(
        {
            **platform,
            "created": created,
            "config": {
                "User": f"{USER}:{USER}",
                "Entrypoint": ["/usr/bin/townhall"],
                "Env": ["PATH=/usr/bin", "LANG=C.UTF-8", "HOME=/home/townhall", "TERM=xterm-256color"],
                "WorkingDir": "/home/townhall",
                "ExposedPorts": {"38801/tcp": {}},
                "Labels": labels,
            },
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(plain)}"]},
            "history": [{"created": created, "created_by": ".ci/package"}],
        }
    )
    config_digest, config_blob = blob(config)
    kinds = "application/vnd.oci.image"
    manifest = encoded(
        {
            "schemaVersion": 2,
            "mediaType": f"{kinds}.manifest.v1+json",
            "config": described(f"{kinds}.config.v1+json", config_digest, config),
            "layers": [described(f"{kinds}.layer.v1.tar+gzip", layer_digest, data)],
            "annotations": labels,
        }
    )
    digest, manifest_blob = blob(manifest)
    named = {"org.opencontainers.image.ref.name": product.version}
    index = encoded(
        {
            "schemaVersion": 2,
            "mediaType": f"{kinds}.index.v1+json",
            "manifests": [
                described(f"{kinds}.manifest.v1+json", digest, manifest, platform=platform, annotations=named)
            ],
        }
    )
    entries = [
        Entry("oci-layout", b'{"imageLayoutVersion": "1.0.0"}'),
        Entry("index.json", index),
        layer_blob,
        config_blob,
        manifest_blob,
    ]
    return f"townhall-{product.version}-oci-{product.architecture}.tar", tar(entries, product.epoch)
