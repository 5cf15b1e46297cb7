"""Proves the checks: each is shown a fault that was planted for it, and has to find that."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checks
from checks import Artefacts, Fault, Machine, require, run


class Garden:
    def __init__(self, artefacts: Artefacts, arguments: Any) -> None:
        self.real, self.arguments = artefacts, arguments
        self.place = artefacts.scratch / "planted"
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        folder = artefacts.unpacked()
        self.folder = folder
        self.program, self.symbols = folder / "bin" / "townhall", artefacts.symbols()

    def path(self, name: str) -> Path:
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def script(self, name: str, text: str) -> list[str]:
        path = self.path(name)
        path.write_text("#!/bin/bash\n" + text)
        path.chmod(0o755)
        return [str(path)]

    def compiled(self, name: str, text: str, *options: str) -> Path:
        source, path = self.path(name + ".c"), self.path(name)
        source.write_text(text)
        run("cc", "-o", path, source, *options)
        return path

    def packages(self, *but: str) -> Artefacts:
        """A copy of all that was made."""
        folder = self.path("packages")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.real.folder, folder)
        for pattern in but:
            for path in folder.glob(pattern):
                path.unlink()
        return Artefacts(folder, self.real.scratch)

    def changed_wheel(self, name: str, change: Callable[[bytes], bytes]) -> Artefacts:
        """The wheel with one file changed, and RECORD left as it is."""
        packages = self.packages()
        path = packages.wheel
        with zipfile.ZipFile(path) as archive:
            files = [(info, archive.read(info)) for info in archive.infolist()]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for info, data in files:
                archive.writestr(info, change(data) if info.filename.endswith(name) else data)
        return packages

    def changed_deb(self, change: Callable[[Path], None]) -> Artefacts:
        packages = self.packages()
        root = self.path("deb")
        shutil.rmtree(root, ignore_errors=True)
        run("dpkg-deb", "-R", packages.deb, root)
        change(root)
        run("dpkg-deb", "--root-owner-group", "-Zxz", "-z0", "-b", root, packages.deb)
        return packages

    # Each of these ends in a fault, if all is well.

    def a_library_more(self) -> None:
        checks.needs(self.compiled("more", "#include <curses.h>\nint main() { initscr(); }", "-lncursesw", "-ltinfo"))

    def a_runpath(self) -> None:
        checks.needs(self.compiled("runpath", "int main() { }", "-Wl,-rpath,/opt/lib"))

    def a_newer_symbol(self) -> None:
        """The oldest that is refused is of the next glibc; a machine with an older one cannot plant it."""
        program = self.compiled("newer", "#include <stdlib.h>\nint main() { return arc4random() == 7; }")
        checks.versions(program)

    def symbols_in_the_program(self) -> None:
        checks.stripped(self.compiled("whole", "int main() { }", "-g", "-Wl,--build-id=sha1"), self.symbols)

    def symbols_of_another(self) -> None:
        other = self.compiled("townhall.debug", "int main() { }", "-g", "-Wl,--build-id=sha1")
        checks.stripped(self.program, other)

    def symbols_changed_later(self) -> None:
        other = self.path("later/townhall.debug")
        other.write_bytes(self.symbols.read_bytes() + b"\0")
        checks.stripped(self.program, other)

    def a_folder_in_the_program(self) -> None:
        path = self.path("folder")
        path.write_bytes(self.program.read_bytes() + f"{checks.ROOT}/Sources/a.swift".encode())
        checks.no_paths(path, self.symbols, self.real)

    def a_folder_in_the_symbols(self) -> None:
        path, planted = self.path("symbols.debug"), self.path("planted")
        planted.write_text(f"{checks.ROOT}/Sources/a.swift")
        run("objcopy", f"--add-section=.debug_planted={planted}", self.symbols, path)
        checks.no_paths(self.program, path, self.real)

    def a_byte_more(self) -> None:
        packages = self.packages()
        with packages.tarball.open("ab") as file:
            file.write(b"\0")
        checks.sums(packages)

    def a_file_without_a_sum(self) -> None:
        packages = self.packages()
        (packages.folder / "more").touch()
        checks.sums(packages)

    def a_part_that_is_not_told(self) -> None:
        packages = self.packages()
        document = json.loads(packages.sbom.read_text())
        document["packages"] = [p for p in document["packages"] if p["name"] != "swift-nio"]
        packages.sbom.write_text(json.dumps(document))
        checks.sbom(packages, self.arguments.build / "release/townhall.product/Objects.LinkFileList", None)

    def an_sbom_that_is_none(self) -> None:
        packages = self.packages()
        document = json.loads(packages.sbom.read_text())
        document["packages"][1]["licenseConcluded"] = "Some licence"
        packages.sbom.write_text(json.dumps(document))
        checks.sbom(packages, self.arguments.build / "release/townhall.product/Objects.LinkFileList", self.arguments.tools)

    def notices_that_lack_one(self) -> None:
        packages = self.packages()
        notices = packages.folder / "NOTICES"
        notices.write_text(notices.read_text().replace("ncurses", "curses"))
        checks.sbom(packages, self.arguments.build / "release/townhall.product/Objects.LinkFileList", None)

    def a_file_changed_in_the_wheel(self) -> None:
        checks.wheel_record(self.changed_wheel("_values.py", lambda data: data + b"\n").wheel)

    def a_module_of_another_version(self) -> None:
        wheel = self.changed_wheel("__init__.py", lambda data: data.replace(b"= version()", b'= "0.0"'))
        checks.wheel_runs(checks.installed(wheel, self.arguments.python))

    def a_module_that_reads_wrongly(self) -> None:
        wheel = self.changed_wheel("_values.py", lambda data: data.replace(b"base64.b64decode(fields[_MARK])", b"fields[_MARK]"))
        binaries = checks.installed(wheel, self.arguments.python)
        checks.module_tests(binaries, ["ValueTests"])

    def a_module_without_types(self) -> None:
        module = self.path("untyped")
        shutil.rmtree(module, ignore_errors=True)
        shutil.copytree(checks.HERE / "python", module)
        with (module / "townhall" / "_town.py").open("a") as file:
            file.write("\n\ndef forget(town):\n    return town.dump()\n")
        checks.types(self.arguments.tools, module, self.real.scratch)

    def an_example_that_fails(self) -> None:
        checks.example(self.arguments.peer, self.real.scratch / "venv" / "bin", self.script("peer.py", "raise SystemExit(3)\n")[0])

    def a_page_with_a_slip(self) -> None:
        page = self.path("slip.1")
        page.write_text((self.folder / "share/man/man1/townhall.1").read_text() + ".fi\n.UNKNOWN\n")
        checks.lint_page(page)

    def a_page_without_a_verb(self) -> None:
        page = self.path("short.1")
        page.write_text((self.folder / "share/man/man1/townhall.1").read_text().replace("townhall watch", "townhall see"))
        checks.page_is_whole(page, self.program)

    def a_completion_that_is_cut_off(self) -> None:
        folder = self.path("completions")
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        script = folder / "share/zsh/site-functions/_townhall"
        script.write_text(script.read_text()[:-400] + "\n{ ( if")
        checks.completions(folder)

    def a_package_without_its_licence(self) -> None:
        checks.lint_package(self.changed_deb(lambda root: (root / "usr/share/doc/townhall/copyright").unlink()).deb)

    def a_desktop_entry_without_a_name(self) -> None:
        def change(root: Path) -> None:
            entry = root / "usr/share/applications/townhall.desktop"
            entry.write_text(entry.read_text().replace("Name=Townhall\n", ""))

        checks.desktop_entry(self.changed_deb(change).deb, self.real.scratch)

    def a_blob_that_was_changed(self) -> None:
        path, place = self.path("image.tar"), self.path("image")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        run("tar", "-C", place, "-xf", self.real.image)
        smallest = min((place / "blobs/sha256").iterdir(), key=lambda blob: blob.stat().st_size)
        smallest.write_bytes(smallest.read_bytes() + b" ")
        run("tar", "-C", place, "-cf", path, ".")
        checks.image(path, self.real.scratch)

    def screens(self, name: str, text: str, terminals: list[str]) -> None:
        checks.screens(self.script(name, text), {"HOME": str(self.place), "PATIENCE": "5"}, terminals)

    def words_that_never_come(self) -> None:
        self.screens("silent", "read -rn1", ["xterm"])

    def a_terminal_left_raw(self) -> None:
        self.screens("raw", f"stty raw -echo; echo '{checks.WORDS}'; head -c1 >/dev/null", ["xterm"])

    def a_screen_left_up(self) -> None:
        self.screens("up", f"stty -icanon; printf '\\e[?1049h'; echo '{checks.WORDS}'; head -c1 >/dev/null; stty icanon", ["xterm"])

    def a_status_that_is_none(self) -> None:
        self.screens("status", f"stty -icanon; echo '{checks.WORDS}'; head -c1 >/dev/null; stty icanon; exit 3", ["vt100"])

    def a_dumb_terminal_that_is_drawn_on(self) -> None:
        self.screens("dumb", "printf '\\e[2Jno'; echo; exit 2", ["dumb"])

    def another_time(self) -> None:
        checks.twice(self.real, [*(["--plain"] if self.arguments.plain else []), *self.arguments.again], epoch="1000000000")

    def machine(self) -> Machine:
        machine = Machine("bookworm", self.real.scratch)
        machine.make()
        return machine

    def a_file_left_by_the_package(self) -> None:
        def change(root: Path) -> None:
            script = root / "DEBIAN" / "postinst"
            script.write_text("#!/bin/sh\ntouch /etc/townhall-was-here\n")
            script.chmod(0o755)

        self.machine().deb(self.changed_deb(change))

    def a_program_that_needs_terminfo(self) -> None:
        """It draws where the system knows the terminal, and fails where nothing does."""
        machine = self.machine()
        machine.fresh()
        program = machine.root / "usr" / "bin" / "needs-terminfo"
        program.write_text(
            "#!/bin/bash\n[ $TERM != dumb ] || { echo no; exit 2; }\n[ $TERM != nobody-knows-this-one ] || TERM=xterm\n"
            f"tput cup 0 0 >/dev/null || exit 1\nstty -icanon; echo '{checks.WORDS}'; head -c1 >/dev/null; stty icanon\n"
        )
        program.chmod(0o755)
        machine.look("/usr/bin/needs-terminfo")


def main(artefacts: Artefacts, arguments: Any) -> int:
    garden = Garden(artefacts, arguments)
    found = missed = 0
    slow = {"another_time", "a_file_left_by_the_package", "a_program_that_needs_terminfo"}
    for name, plant in vars(Garden).items():
        if name.startswith("_") or name in {"path", "script", "compiled", "packages", "changed_wheel", "changed_deb", "screens", "machine"}:
            continue
        if arguments.quick and name in slow or arguments.only and arguments.only not in name:
            continue
        try:
            plant(garden)
        except Fault as fault:
            found += 1
            print(f"found   {name.replace('_', ' ')}: {' '.join(str(fault).split())[-150:]}", flush=True)
        except subprocess.SubprocessError as error:
            missed += 1
            print(f"MISSED  {name.replace('_', ' ')}: {error}", flush=True)
        else:
            missed += 1
            print(f"MISSED  {name.replace('_', ' ')}", flush=True)
    shutil.rmtree(garden.place, ignore_errors=True)
    require(found + missed > 0, "nothing was planted")
    print(f"{found} found, {missed} missed")
    return 1 if missed else 0
