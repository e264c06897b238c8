"""Before anything is installed: is this Python new enough, and is Pango on the system?

WeasyPrint draws the pages with Pango, which comes from the system, not from the package index.
Where it is missing, Debian and Ubuntu get it with apt (as root, or by sudo without a password);
elsewhere this prints the one command and stops. Runs on the bare Python, so it is plain enough to
be parsed by an old one.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress

OLDEST = (3, 11)
LIBRARIES = {
    "GObject": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"),
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
}
"""The names under which WeasyPrint asks the system for them."""

DEBIAN_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
COMMANDS = {
    "Debian, Ubuntu": "sudo apt-get install " + " ".join(DEBIAN_PACKAGES),
    "Fedora": "sudo dnf install pango",
    "macOS": "brew install pango",
    "Windows": "pacman -S mingw-w64-ucrt-x86_64-pango   (in the MSYS2 shell)",
}
DLL_FOLDERS = "C:\\msys64\\ucrt64\\bin;C:\\msys64\\mingw64\\bin"


def loads(names: Sequence[str]) -> bool:
    """True if the system finds the library under one of its names."""
    stem = names[0].split(".so")[0][len("lib") :]
    for name in (*names, ctypes.util.find_library(stem)):
        with suppress(OSError):
            if name and ctypes.CDLL(name):
                return True
    return False


def missing() -> list[str]:
    """The libraries of the system that the pages need and that are not there."""
    if hasattr(os, "add_dll_directory"):
        for folder in os.getenv("WEASYPRINT_DLL_DIRECTORIES", DLL_FOLDERS).split(";"):
            with suppress(OSError):
                os.add_dll_directory(folder)
    return [name for name, names in LIBRARIES.items() if not loads(names)]


def install_with_apt(packages: Sequence[str]) -> bool:
    """Install Debian packages without a question; False where that is not possible."""
    if not shutil.which("apt-get"):
        return False
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and not shutil.which("sudo"):
        return False
    print("Installing with apt-get: " + " ".join(packages), flush=True)
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    return any(
        all(subprocess.call(step, stdout=subprocess.DEVNULL) == 0 for step in steps)
        for steps in ([install], [[*apt, "update"], install])
    )


def faults() -> Iterator[str]:
    """What must be mended before the set-up can begin, in sentences."""
    if sys.version_info < OLDEST:
        yield (
            f"Python {platform.python_version()} found, 3.11 or newer needed. Name another: "
            "make report PYTHON=python3.12"
        )
        return
    version = "{}.{}".format(*sys.version_info)
    if not importlib.util.find_spec("ensurepip") and not (
        install_with_apt(["python" + version + "-venv"])
    ):
        yield "This Python cannot make an environment. Run: sudo apt-get install python3-venv"
    if missing() and not (install_with_apt(DEBIAN_PACKAGES) and not missing()):
        lines = [f"  {system:<15} {command}" for system, command in COMMANDS.items()]
        yield "\n".join(
            [
                "The system lacks {}, which draws the pages.".format(", ".join(missing())),
                "Run the one command of your system, then make again:",
                *lines,
            ]
        )


if __name__ == "__main__":
    found = list(faults())
    for fault in found:
        print(fault, file=sys.stderr)
    sys.exit(1 if found else 0)
