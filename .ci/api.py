"""Compares the public declarations of modules with a list of them, one a line, and asks a changelog about what is missing.

    api.py GRAPHS BASELINE CHANGELOG [--update]

GRAPHS holds a folder of symbol graphs for each module, as `swift symbolgraph-extract` writes them, and BASELINE a file
MODULE.txt for each: kind, path and declaration of each symbol, with blanks made even, and what each type conforms to, but
for what nearly all do.
"""

import json
import pathlib
import re
import sys


def lines_of(folder):
    """The declarations of a module, sorted."""
    lines, paths, conformances = set(), {}, []
    for file in sorted(folder.glob("*.symbols.json")):
        graph = json.loads(file.read_text())
        for symbol in graph["symbols"]:
            path = ".".join(symbol["pathComponents"])
            paths[symbol["identifier"]["precise"]] = path
            text = "".join(part["spelling"] for part in symbol.get("declarationFragments", []))
            kind = symbol["kind"]["identifier"].removeprefix("swift.")
            lines.add(f"{kind} {path} | {' '.join(text.split())}")
        conformances += [link for link in graph["relationships"] if link["kind"] == "conformsTo"]
    for link in conformances:
        path = paths.get(link["source"])
        protocol = paths.get(link["target"], link.get("targetFallback", "").split(".")[-1])
        if path and protocol and protocol not in ("Copyable", "Escapable", "SendableMetatype"):
            conditions = " and ".join(
                f"{c['lhs']}{' ==' if c['kind'] == 'sameType' else ':'} {c['rhs']}" for c in link.get("swiftConstraints", [])
            )
            lines.add(f"conformance {path} | {protocol}" + (f" where {conditions}" if conditions else ""))
    return sorted(lines)


def path_of(line):
    """The symbol that a line is about."""
    return line.split(" | ")[0].split(" ", 1)[1]


def breaking(changelog):
    """The names that the changelog's unreleased section has in backticks under "Breaking"."""
    unreleased = re.search(r"^## Unreleased\n(.*?)(?=^## |\Z)", changelog, re.M | re.S)
    part = re.search(r"^### Breaking\n(.*?)(?=^### |\Z)", unreleased[1] if unreleased else "", re.M | re.S)
    return set(re.findall(r"`([^`]+)`", part[1])) if part else set()


def is_named(path, names):
    """Whether a symbol is named, or what it is part of."""
    return any(path == name or path.startswith(name + ".") for name in names)


def main(graphs, baseline, changelog, update):
    names = breaking(changelog.read_text())
    unnamed, news, gone = [], 0, 0
    today = {folder.name: lines_of(folder) for folder in sorted(graphs.iterdir())}
    for module, lines in today.items():
        if not lines:
            sys.exit(f"no public declaration of {module} was found")
        stored = baseline / f"{module}.txt"
        before = stored.read_text().splitlines() if stored.exists() else []
        missing = sorted(set(before) - set(lines))
        added = sorted(set(lines) - set(before))
        news, gone = news + len(added), gone + len(missing)
        for line in missing:
            if is_named(path_of(line), names):
                continue
            now = [new for new in added if path_of(new) == path_of(line)]
            unnamed.append(f"{module}: {line}\n" + ("".join(f"    now {new}\n" for new in now) or "    is gone\n"))
    for file in sorted(baseline.glob("*.txt")):
        if file.stem not in today:
            unnamed.append(f"{file.stem}: the module is gone\n")
    if unnamed:
        print("".join(unnamed), end="")
        sys.exit(
            f"{len(unnamed)} public declarations have gone or changed, and \"### Breaking\" under \"## Unreleased\" in "
            f"{changelog} does not name them: put each there in backticks, such as `{path_of(unnamed[0].split(': ', 1)[1])}`"
        )
    if update:
        for module, lines in today.items():
            (baseline / f"{module}.txt").write_text("\n".join(lines) + "\n")
    total = sum(len(lines) for lines in today.values())
    print(f"public declarations: {total}; new since the last release: {news}; gone or changed, and named: {gone}")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--update"]
    main(*map(pathlib.Path, arguments), update="--update" in sys.argv)
