"""What is packed: the program with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

SUMMARY = "A terminal dashboard for the shared state of NanoVer and Narupa sessions"

#: What each architecture is called elsewhere: by Debian, and by OCI.
DEBIAN_NAMES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Product:
    version: str
    machine: str
    #: The time of everything, in seconds since 1970.
    epoch: int
    program: bytes
    debug: bytes
    manual: bytes
    bash: bytes
    zsh: bytes
    fish: bytes
    license: bytes
    notices: bytes
    sbom: bytes
    readme: bytes
    #: Who answers for the packages: a name and an address.
    maintainer: str
    summary: str = SUMMARY

    @property
    def architecture(self) -> str:
        return DEBIAN_NAMES[self.machine]

    def completions(self) -> dict[str, bytes]:
        """The completions, by where shells look for those of a package under /usr/local/share."""
        return {
            "bash-completion/completions/townhall": self.bash,
            "zsh/site-functions/_townhall": self.zsh,
            "fish/vendor_completions.d/townhall.fish": self.fish,
        }
