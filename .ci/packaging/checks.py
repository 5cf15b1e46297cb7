"""The checks of .ci/package-check: what is made is looked at as those see it who install it.

Each check is a function that raises `Fault` with what is wrong, or says what it has seen.
"""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / ".ci" / "packaging"

#: The terminals of Tests/EndToEndTests/AnyTerminalTests.swift.
TERMINALS = ["xterm-256color", "xterm", "screen", "tmux-256color", "linux", "vt100", "nobody-knows-this-one", "dumb"]

#: What the first lesson asks for.
WORDS = "A neighbour is about to change one house"

LIBRARIES = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libz.so.1"}
#: The loader is a part of the C library, and named by programs with variables of their own in each thread.
LOADERS = {"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}

#: The newest that machines with glibc 2.35 have, as manylinux_2_35 says.
NEWEST = {"GLIBC": (2, 35), "GLIBCXX": (3, 4, 30), "CXXABI": (1, 3, 13), "GCC": (12, 0, 0), "ZLIB": (1, 2, 9)}

RELEASES = {"bookworm": "Debian 12", "trixie": "Debian 13"}


class Fault(Exception):
    """What a check has found."""


def require(holds: bool, words: str) -> None:
    if not holds:
        raise Fault(words)


def run(*words: str | Path, fine: Sequence[int] = (0,), **options: Any) -> str:
    """What a program prints on either of its outputs; it is a fault if it fails."""
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.STDOUT)
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("timeout", 1800)
    done = subprocess.run([str(word) for word in words], text=True, errors="replace", **options)
    if done.returncode not in fine:
        raise Fault(f"{' '.join(str(w) for w in words[:6])}… ended with {done.returncode}: {(done.stdout or '')[-1500:].strip()}")
    return done.stdout or ""


class Board:
    """Says how each check went, and how many."""

    def __init__(self, only: str | None) -> None:
        self.only = re.compile(only) if only else None
        self.passed = self.failed = 0

    def check(self, name: str, body: Callable[[], str | None]) -> bool:
        if self.only and not self.only.search(name):
            return True
        try:
            said = body()
        except Fault as fault:
            self.failed += 1
            print(f"FAILED  {name}: {fault}", flush=True)
            return False
        except (OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
            self.failed += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
            return False
        self.passed += 1
        print(f"passed  {name}{': ' + said if said else ''}", flush=True)
        return True

    def close(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


class Artefacts:
    """What .ci/package has made, by kind."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder, self.scratch = folder, scratch

    def one(self, pattern: str) -> Path:
        found = [path for path in self.folder.glob(pattern) if "-debug." not in path.name or "debug" in pattern]
        require(len(found) == 1, f"{len(found)} files are called {pattern}")
        return found[0]

    @property
    def wheel(self) -> Path:
        return self.one("*.whl")

    @property
    def deb(self) -> Path:
        return self.one("*.deb")

    @property
    def tarball(self) -> Path:
        return self.one("townhall-*-linux-*.tar.gz")

    @property
    def image(self) -> Path:
        return self.one("*-oci-*.tar")

    @property
    def sbom(self) -> Path:
        return self.one("*.spdx.json")

    def unpacked(self) -> Path:
        """The tarball's folder, unpacked anew."""
        place = self.scratch / "tarball"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        run("tar", "-C", place, "-xf", self.tarball)
        return next(place.iterdir())

    def symbols(self) -> Path:
        place = self.scratch / "symbols"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        run("tar", "-C", place, "-xf", self.one("*-debug.tar.gz"))
        return next(place.rglob("*.debug"))


# The program.


def needs(program: Path) -> str:
    said = run("readelf", "-d", program)
    needed = set(re.findall(r"NEEDED.*\[(.*)\]", said))
    require(needed - LOADERS <= LIBRARIES, f"it needs {', '.join(sorted(needed - LIBRARIES - LOADERS))}")
    require("RUNPATH" not in said and "RPATH" not in said, "it names a folder of libraries")
    return ", ".join(sorted(needed))


def versions(program: Path) -> str:
    newest: dict[str, tuple[int, ...]] = {}
    for family, number in re.findall(r"\b([A-Z]+)_([0-9]+(?:\.[0-9]+)*)\)?", run("objdump", "-T", program)):
        version = tuple(map(int, number.split(".")))
        newest[family] = max(newest.get(family, ()), version)
    require("GLIBC" in newest, "it takes nothing from the C library")
    for family, version in newest.items():
        require(family in NEWEST, f"nobody knows {family}")
        require(version <= NEWEST[family], f"{family} {'.'.join(map(str, version))} is newer than glibc 2.35's machines have")
    return ", ".join(f"{family} {'.'.join(map(str, version))}" for family, version in sorted(newest.items()))


def build_id(path: Path) -> str:
    found = re.search(r"Build ID: ([0-9a-f]{16,})", run("readelf", "-n", path))
    return found[1] if found else ""


def stripped(program: Path, symbols: Path) -> str:
    sections = run("readelf", "-SW", program)
    require(".symtab" not in sections and ".debug_info" not in sections, "it is not stripped")
    ours, theirs = build_id(program), build_id(symbols)
    require(bool(ours), "it has no build id")
    require(ours == theirs, f"its build id is {ours}, that of the symbols {theirs or 'none'}")
    require(".debug_info" in run("readelf", "-SW", symbols), "the symbols are none")
    link = run("readelf", "--string-dump=.gnu_debuglink", program)
    require(symbols.name in link, "it does not say where its symbols are")
    one, other = debug_sums(program, symbols)
    run("cmp", one, other)
    return ours


def debug_sums(program: Path, symbols: Path) -> tuple[Path, Path]:
    """A copy of the program that is linked to the symbols anew: the sum of the symbols is in it, and has to be the same."""
    again = symbols.parent / "again"
    run("objcopy", "--remove-section=.gnu_debuglink", program, again)
    run("objcopy", f"--add-gnu-debuglink={symbols}", again)
    one, other = symbols.parent / "link-1", symbols.parent / "link-2"
    run("objcopy", "-O", "binary", "--only-section=.gnu_debuglink", "--set-section-flags", ".gnu_debuglink=alloc", program, one)
    run("objcopy", "-O", "binary", "--only-section=.gnu_debuglink", "--set-section-flags", ".gnu_debuglink=alloc", again, other)
    require(one.stat().st_size > 0, "it does not say where its symbols are")
    return one, other


def no_paths(program: Path, symbols: Path, artefacts: Artefacts) -> str:
    compiler = Path(shutil.which("swift") or "/usr/bin/swift").resolve().parents[2]
    places = [str(ROOT), str(artefacts.scratch), str(Path.home()) + "/"] + ([str(compiler)] if len(compiler.parts) > 2 else [])
    plain = artefacts.scratch / "symbols" / "plain.debug"
    run("objcopy", "--decompress-debug-sections", symbols, plain)
    looked = 0
    for path in [program, plain, *[p for p in artefacts.unpacked().rglob("*") if p.is_file()], artefacts.sbom]:
        data = path.read_bytes()
        for place in places:
            # The compiler's folder is in the debug information of its own libraries; a program has none of it.
            if path == plain and place == str(compiler):
                continue
            at = data.find(place.encode())
            require(at < 0, f"{path.name} holds {data[max(0, at - 20) : at + 120]!r}")
        looked += 1
    return f"{looked} files have none of {len(places)} folders"


# All of it.


def sums(artefacts: Artefacts) -> str:
    run("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS", cwd=artefacts.folder)
    listed = {line.split()[1] for line in (artefacts.folder / "SHA256SUMS").read_text().splitlines()}
    there = {path.name for path in artefacts.folder.iterdir()} - {"SHA256SUMS"}
    require(listed == there, f"not listed, or not there: {', '.join(listed ^ there)}")
    return f"{len(there)} files"


def twice(artefacts: Artefacts, words: list[str], epoch: str = "") -> str:
    """Everything is linked and packed once more, elsewhere and at another time."""
    other = artefacts.scratch / "again"
    time = {"SOURCE_DATE_EPOCH": epoch} if epoch else {}
    run(ROOT / ".ci" / "package", *words, "--out", other, cwd="/", env={**os.environ, **time})
    one, two = ((folder / "SHA256SUMS").read_text() for folder in (artefacts.folder, other))
    differ = set(one.splitlines()) ^ set(two.splitlines())
    require(not differ, "these differ: " + ", ".join(sorted({line.split()[1] for line in differ})))
    return f"{len(one.splitlines())} files are the same"


def sbom(artefacts: Artefacts, objects: Path, tools: Path | None) -> str:
    document = json.loads(artefacts.sbom.read_text())
    packages = document["packages"]
    comments = " ".join(package.get("comment", "") for package in packages)
    told = set(re.findall(r"[\w-]+", comments))
    modules = set(re.findall(r"/([\w-]+)\.build/", objects.read_text()))
    missing = {m for m in modules if m not in told and not (ROOT / "Sources" / m).is_dir()}
    require(not missing, f"it does not tell of {', '.join(sorted(missing))}")
    for package in packages:
        require(package["versionInfo"] not in ("", "unknown"), f"{package['name']} has no version")
    if tools:
        run(tools / "pyspdxtools", "-i", artefacts.sbom)
    notices = (artefacts.folder / "NOTICES").read_text()
    for package in packages:
        linked = any(r["relatedSpdxElement"] == package["SPDXID"] and r["relationshipType"] == "STATIC_LINK" for r in document["relationships"])
        require(not linked or package["name"] in notices, f"the notices do not tell of {package['name']}")
    return f"{len(packages) - 1} parts"


# The wheel, and its module.


def wheel_record(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        [record] = [name for name in names if name.endswith(".dist-info/RECORD")]
        rows = {row[0]: row for row in csv.reader(io.StringIO(archive.read(record).decode()))}
        require(set(rows) == set(names), "RECORD lists other files than there are")
        for name in names:
            if name == record:
                continue
            digest = base64.urlsafe_b64encode(hashlib.sha256(archive.read(name)).digest()).rstrip(b"=").decode()
            require(rows[name][1:] == [f"sha256={digest}", str(len(archive.read(name)))], f"{name} is another")
    return f"{len(names)} files"


def installed(artefacts: Artefacts, python: str) -> Path:
    """A fresh environment with the wheel in it, from nowhere else."""
    place = artefacts.scratch / "venv"
    shutil.rmtree(place, ignore_errors=True)
    run(python, "-m", "venv", place)
    run(place / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", artefacts.wheel)
    return place / "bin"


def wheel_runs(binaries: Path) -> str:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(binaries.parent)}
    said = run(binaries / "townhall", "--version", env=environment)
    require(run(binaries / "python", "-m", "townhall", "--version", env=environment) == said, "python -m townhall is another")
    version = run(binaries / "python", "-c", "import townhall; print(townhall.__version__)", env=environment)
    require(said.split() == ["townhall", version.strip()], f"the program is {said.strip()}, the module {version.strip()}")
    run(binaries / "python", "-m", "pip", "--disable-pip-version-check", "check")
    return said.strip()


def wheel_leaves_nothing(artefacts: Artefacts, python: str) -> str:
    binaries = installed(artefacts, python)
    place = binaries.parent
    run(binaries / "python", "-m", "pip", "--disable-pip-version-check", "uninstall", "--yes", "--quiet", "townhall")
    left = [str(path.relative_to(place)) for path in place.rglob("*townhall*")]
    require(not left, f"left behind: {', '.join(left)}")
    return "nothing is called townhall any more"


def variables() -> dict[str, str]:
    """An environment in which nothing of ours is found but what is named."""
    own = {**os.environ, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("TOWNHALL_TOWN", "TOWNHALL_PROGRAM", "PYTHONPATH"):
        own.pop(name, None)
    return own


def types(tools: Path, module: Path, scratch: Path) -> str:
    files = [module / "townhall", module / "example.py", module / "tests" / "test_townhall.py", module / "tests" / "peer.py"]
    words = ["--strict", "--python-version", "3.10", "--cache-dir", str(scratch / "mypy")]
    return run(tools / "mypy", *words, *files, env={**variables(), "MYPYPATH": str(module)}).strip()


def module_tests(binaries: Path, names: Sequence[str] = ()) -> str:
    tests = HERE / "python" / "tests" / "test_townhall.py"
    said = run(binaries / "python", "-W", "error", tests, *names, env=variables(), timeout=300)
    return next(line for line in said.splitlines() if line.startswith("Ran "))


def example(python: str, binaries: Path, script: str | Path) -> str:
    server = HERE / "python" / "tests" / "nanover_town.py"
    return run(python, server, binaries / "python", script, env=variables(), timeout=120).strip().splitlines()[-1]


# Pages and completions.


def lint_page(page: Path) -> str:
    said = run("mandoc", "-Tlint", page, fine=(0, 1, 2, 3, 4))
    require(not said, said)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "MANROFFSEQ": "", "MANWIDTH": "80"}
    done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", str(page)], env=environment, capture_output=True, text=True)
    require(done.returncode == 0 and not done.stderr, done.stderr)
    return f"{len(page.read_text().splitlines())} lines"


def page_is_whole(page: Path, program: Path) -> str:
    """Every verb and every option that the program tells of is in the page."""
    text = page.read_text().replace("\\-", "-")
    command = json.loads(run(program, "--experimental-dump-help"))["command"]
    verbs = options = 0

    def look(command: dict[str, Any], name: str) -> None:
        nonlocal verbs, options
        for verb in command.get("subcommands", []):
            if verb["commandName"] == "help":
                continue
            full = f"{name} {verb['commandName']}"
            require(f'"{full}"' in text or verb["commandName"] == "dashboard", f"{full} is not there")
            verbs += 1
            for argument in verb.get("arguments", []):
                for option in argument.get("names") or []:
                    require(f"\\fB{'-' if option['kind'] == 'short' else '--'}{option['name']}\\fR" in text, f"{full} --{option['name']} is not there")
                    options += 1
            look(verb, full)

    look(command, "townhall")
    return f"{verbs} verbs, {options} options"


def completions(folder: Path) -> str:
    scripts: dict[str, Path] = {
        "bash": folder / "share/bash-completion/completions/townhall",
        "zsh": folder / "share/zsh/site-functions/_townhall",
        "fish": folder / "share/fish/vendor_completions.d/townhall.fish",
    }
    for shell, script in scripts.items():
        run(shell, "-n", script)
    return ", ".join(scripts)


# The Debian package.


def lint_package(deb: Path) -> str:
    said = run("lintian", "--no-cfg", "--show-overrides", "--display-info", "--fail-on", "error,warning", deb, fine=(0, 2))
    lines = said.splitlines()
    faults = [line for line in lines if re.match("[EW]:", line)]
    require(not faults, "; ".join(faults))
    # What looks like words in the instructions of a program is no text of ours.
    infos = [line for line in lines if line.startswith("I:") and "spelling-error-in-binary" not in line]
    return "; ".join([line for line in lines if line.startswith("O:")] + infos) or "nothing"


def desktop_entry(deb: Path, scratch: Path) -> str:
    place = scratch / "deb"
    shutil.rmtree(place, ignore_errors=True)
    run("dpkg-deb", "-x", deb, place)
    [entry] = place.rglob("*.desktop")
    said = run("desktop-file-validate", entry)
    require(not said, said)
    return entry.name


# The image.


def image(path: Path, scratch: Path) -> str:
    """Follows the layout from its index to its layer, by digests, and runs what is in it as its user."""
    place = scratch / "image"
    shutil.rmtree(place, ignore_errors=True)
    (place / "root").mkdir(parents=True)
    run("tar", "-C", place, "-xf", path)

    def blob(described: dict[str, Any]) -> bytes:
        kind, digest = str(described["digest"]).split(":")
        data = (place / "blobs" / kind / digest).read_bytes()
        require(hashlib.sha256(data).hexdigest() == digest and len(data) == described["size"], f"{digest} is another")
        return data

    index = json.loads((place / "index.json").read_text())
    manifest = json.loads(blob(index["manifests"][0]))
    config = json.loads(blob(manifest["config"]))
    [layer] = manifest["layers"]
    data = gzip.decompress(blob(layer))
    require(config["rootfs"]["diff_ids"] == ["sha256:" + hashlib.sha256(data).hexdigest()], "its layer is another")
    user = config["config"]["User"]
    require(user.split(":")[0] not in ("", "0", "root"), "it runs as root")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(place / "root", filter="fully_trusted") if sys.version_info >= (3, 12) else archive.extractall(place / "root")
    entrypoint: list[str] = config["config"]["Entrypoint"]
    command = [*inside(place / "root", f"--userspec={user}"), *entrypoint]
    environment = dict(item.split("=", 1) for item in config["config"]["Env"])
    said = run(*command, "--version", env={**environment, "PATH": os.environ["PATH"]})
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--quiet"],
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "PATH": os.environ["PATH"]},
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            run(*command, "set", "a", "1", "--town", address, env={**environment, "PATH": os.environ["PATH"]})
            got = run(*command, "get", "a", "--town", address, env={**environment, "PATH": os.environ["PATH"]})
        finally:
            server.terminate()
    require(got.strip() == "1", f"a is {got}")
    screens(command, environment, TERMINALS[:1])
    return f"{said.strip()}, as {user}, {sum(1 for _ in (place / 'root').rglob('*'))} files"


# Screens, on machines without anything.


def inside(root: Path, *options: str) -> list[str]:
    """The words before a program that is to run with a folder as its machine.

    It has /proc, as everywhere: that is where Swift finds a program's arguments. It is mounted for that program alone.
    """
    script = 'mount -t proc proc "$0/proc" && exec chroot "$@"'
    return ["unshare", "--mount", "sh", "-c", script, str(root), *options, str(root)]


def screens(program: list[str], environment: dict[str, str], terminals: Sequence[str] = TERMINALS) -> str:
    times = []
    for terminal in terminals:
        variables = {**environment, "PATH": os.environ["PATH"]}
        try:
            said = run(sys.executable, HERE / "terminal.py", terminal, WORDS, *program, "tour", env=variables)
        except Fault as fault:
            raise Fault(f"{terminal}: {fault}") from None
        times += re.findall(r"^([0-9.]+) s", said)
    return f"{len(terminals)} terminals, the slowest after {max(times, key=float, default='?')} s"


class Machine:
    """A Debian of a folder's own, without Swift and without ncurses-term, made anew for each check from one base."""

    #: What the system's terminfo is found in.
    TERMINFO = ["lib/terminfo", "usr/lib/terminfo", "usr/share/terminfo", "etc/terminfo"]

    def __init__(self, release: str, scratch: Path) -> None:
        self.release, self.scratch = release, scratch
        self.base = scratch / "machines" / f"{release}-base"
        self.root = scratch / "machines" / release

    def make(self) -> str:
        """The base: the smallest Debian, and Python with its environments, for the wheel."""
        if not (self.base / "complete").exists():
            shutil.rmtree(self.base, ignore_errors=True)
            self.base.parent.mkdir(parents=True, exist_ok=True)
            mirror = run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages").split()[0]
            run("debootstrap", "--variant=minbase", "--include=python3-venv", self.release, self.base, mirror)
            (self.base / "complete").touch()
        require(not shutil.which("swift", path=str(self.base / "usr/bin")), "there is a Swift")
        require("ncurses-term" not in self.packages(self.base), "ncurses-term is there")
        return run("chroot", self.base, "cat", "/etc/debian_version").strip()

    def packages(self, root: Path) -> set[str]:
        return set(run("chroot", root, "dpkg-query", "-W", "-f=${Package}\n").split())

    def fresh(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        run("cp", "-a", "--reflink=auto", self.base, self.root)

    def run(self, *words: str | Path, **options: Any) -> str:
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        return run(*inside(self.root), *words, env=environment, **options)

    def put(self, path: Path) -> str:
        shutil.copy(path, self.root / "root" / path.name)
        return f"/root/{path.name}"

    def files(self) -> dict[str, str]:
        """Every file, with what tells that it was changed; not what apt and dpkg keep for themselves."""
        passed = ("var/lib/dpkg", "var/cache", "var/log", "var/lib/apt", "root/", "tmp/")
        found: dict[str, str] = {}
        for folder, names, files in os.walk(self.root):
            for name in names + files:
                path = os.path.join(folder, name)
                place = os.path.relpath(path, self.root)
                if place.startswith(passed):
                    continue
                status = os.lstat(path)
                is_folder = os.path.isdir(path) and not os.path.islink(path)
                found[place] = f"{status.st_mode:o} {status.st_uid} {'' if is_folder else status.st_size}"
        return found

    def look(self, program: str) -> str:
        environment = {"HOME": "/root", "LANG": "C.UTF-8"}
        words = [*inside(self.root), program]
        said = screens(words, environment)
        # The same where there is no terminfo at all: what is compiled in has to do.
        for place in self.TERMINFO:
            path = self.root / place
            if path.exists() and not path.is_symlink():
                path.rename(path.with_name("terminfo-away"))
        try:
            without = screens(words, environment)
        finally:
            for place in self.TERMINFO:
                away = (self.root / place).with_name("terminfo-away")
                if away.exists():
                    away.rename(self.root / place)
        return f"{said}; without terminfo {without}"

    def wheel(self, artefacts: Artefacts) -> str:
        self.fresh()
        self.run("python3", "-m", "venv", "/root/venv")
        self.run("/root/venv/bin/pip", "install", "--quiet", "--no-index", self.put(artefacts.wheel))
        self.run("/root/venv/bin/python", "-c", "import townhall\nwith townhall.serve() as t:\n t.set('a', 1)\n assert t.dump() == {'a': 1}")
        return self.look("/root/venv/bin/townhall")

    def deb(self, artefacts: Artefacts) -> str:
        self.fresh()
        package = self.put(artefacts.deb)
        before = self.files()
        self.run("apt-get", "install", "-qq", "-y", package)
        self.run("dpkg", "--verify", "townhall")
        added = len(self.files()) - len(before)
        require(added > 5, f"only {added} files came")
        said = self.look("/usr/bin/townhall")
        self.run("apt-get", "purge", "-qq", "-y", "townhall")
        after = self.files()
        changed = {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
        require(not changed, f"the purge leaves {', '.join(sorted(changed)[:10])}")
        require("townhall" not in self.packages(self.root), "dpkg still knows it")
        return f"{said}; {added} files came and went"

    def tarball(self, artefacts: Artefacts) -> str:
        self.fresh()
        self.run("tar", "-C", "/usr/local", "--strip-components=1", "-xf", self.put(artefacts.tarball))
        return self.look("/usr/local/bin/townhall")

    def clean(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)


def main(arguments: Any) -> int:
    scratch: Path = arguments.build / "check"
    scratch.mkdir(parents=True, exist_ok=True)
    artefacts = Artefacts(arguments.packages, scratch)
    if arguments.prove:
        import planted

        return planted.main(artefacts, arguments)
    board = Board(arguments.only)
    flavour = ["--plain"] if arguments.plain else []
    begin = time.monotonic()
    folder = artefacts.unpacked()
    program, symbols = folder / "bin" / "townhall", artefacts.symbols()

    board.check("the program needs no other libraries", lambda: needs(program))
    board.check("it runs on machines with glibc 2.35", lambda: versions(program))
    board.check("it is stripped, and known to its symbols by a build id", lambda: stripped(program, symbols))
    board.check("no folder of this machine is in it", lambda: no_paths(program, symbols, artefacts))
    board.check("SHA256SUMS are those of all files", lambda: sums(artefacts))

    tools = arguments.tools
    objects = arguments.build / "release" / "townhall.product" / "Objects.LinkFileList"
    board.check("the SBOM tells of all that is linked in", lambda: sbom(artefacts, objects, tools))
    board.check("the wheel's RECORD is right", lambda: wheel_record(artefacts.wheel))
    python = arguments.python
    board.check("pip takes the wheel away again", lambda: wheel_leaves_nothing(artefacts, python))
    binaries = scratch / "venv" / "bin"
    board.check("the wheel is installed from nowhere else", lambda: wheel_runs(installed(artefacts, python)))
    board.check("mypy --strict", lambda: types(tools, HERE / "python", scratch))
    board.check("the module's tests", lambda: module_tests(binaries))
    peer = HERE / "python" / "tests" / "peer.py"
    board.check("the notebook example on nanover-server", lambda: example(arguments.peer, binaries, peer))
    page = folder / "share/man/man1/townhall.1"
    board.check("man and mandoc have nothing to say of the page", lambda: lint_page(page))
    board.check("the page is whole", lambda: page_is_whole(page, program))
    board.check("the shells read the completions", lambda: completions(folder))
    board.check("lintian", lambda: lint_package(artefacts.deb))
    board.check("the desktop entry", lambda: desktop_entry(artefacts.deb, scratch))
    board.check("the image", lambda: image(artefacts.image, scratch))
    board.check(
        "eight terminals on this machine",
        lambda: screens([str(program)], {"HOME": str(scratch), "LANG": "C.UTF-8"}),
    )
    if not arguments.quick:
        board.check("two runs make equal bytes", lambda: twice(artefacts, [*flavour, *arguments.again]))
        for release, name in RELEASES.items():
            machine = Machine(release, scratch)
            if not board.check(f"{name}: a machine without Swift and ncurses-term", machine.make):
                continue
            board.check(f"{name}: wheel", lambda: machine.wheel(artefacts))
            board.check(f"{name}: deb", lambda: machine.deb(artefacts))
            board.check(f"{name}: tarball", lambda: machine.tarball(artefacts))
            machine.clean()
    print(f"after {time.monotonic() - begin:.0f} s")
    return board.close()
