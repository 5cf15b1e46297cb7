"""A Python wheel: the program, and the module that runs it."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
from pathlib import Path

from archives import Entry, zipped
from product import Product

MODULE = Path(__file__).parent / "python" / "townhall"

DESCRIPTION = """\
# Townhall

A full-screen terminal dashboard for the shared state of NanoVer and Narupa, a command for each thing it does, and this
module, which runs them from Python:

```python
import townhall

with townhall.serve() as town:
    town.set("selection.a", {"display_name": "Pair", "particle_ids": [1, 2]})
    print(town.get("selection.a"))
```

`townhall` opens the dashboard, `townhall tour` teaches it, and `townhall --help` lists the commands.
"""


def tag(machine: str) -> str:
    """Which machines it runs on: Linux with glibc 2.35 or later."""
    return f"py3-none-manylinux_2_35_{machine}"


def metadata(product: Product) -> str:
    return f"""\
Metadata-Version: 2.1
Name: townhall
Version: {product.version}
Summary: {product.summary}
License: MIT
Classifier: License :: OSI Approved :: MIT License
Classifier: Environment :: Console :: Curses
Classifier: Intended Audience :: Science/Research
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3 :: Only
Classifier: Topic :: Scientific/Engineering :: Chemistry
Classifier: Typing :: Typed
Requires-Python: >=3.10
Description-Content-Type: text/markdown

{DESCRIPTION}"""


def digest(data: bytes) -> str:
    """A hash as a wheel's RECORD has it."""
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def make(product: Product) -> tuple[str, bytes]:
    """The wheel's name and bytes."""
    name = f"townhall-{product.version}"
    info, data = f"{name}.dist-info", f"{name}.data"
    files = sorted(path for path in MODULE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    entries = [Entry.of(f"townhall/{path.relative_to(MODULE)}", path) for path in files]
    entries += [
        Entry(f"{data}/scripts/townhall", product.program, 0o755),
        Entry(f"{data}/data/share/man/man1/townhall.1", product.manual),
        *[Entry(f"{data}/data/share/{place}", text) for place, text in product.completions().items()],
        Entry(f"{info}/METADATA", metadata(product).encode()),
        Entry(f"{info}/WHEEL", wheel_file(product).encode()),
        Entry(f"{info}/LICENSE", product.license),
        Entry(f"{info}/NOTICES", product.notices),
        Entry(f"{info}/townhall.spdx.json", product.sbom),
    ]
    record = io.StringIO()
    writer = csv.writer(record, lineterminator="\n")
    for entry in entries:
        writer.writerow([entry.name, digest(entry.data), len(entry.data)])
    writer.writerow([f"{info}/RECORD", "", ""])
    entries.append(Entry(f"{info}/RECORD", record.getvalue().encode()))
    return f"{name}-{tag(product.machine)}.whl", zipped(entries, product.epoch)


def wheel_file(product: Product) -> str:
    return f"""\
Wheel-Version: 1.0
Generator: townhall {product.version}
Root-Is-Purelib: false
Tag: {tag(product.machine)}
"""
