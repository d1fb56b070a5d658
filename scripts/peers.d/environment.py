"""What the comparison runs on: a throw-away Python environment, Debian's command-line tools, our own program."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Command-line tools, the Debian package of each, and how each says its version. Gambit has no package.
COMMANDS = {
    "glpsol": ("glpk-utils", ["glpsol", "--version"]),
    "clp": ("coinor-clp", ["clp", "-stop"]),
    "lrs": ("lrslib", ["lrs", os.devnull]),
    "lrsnash": ("lrslib", None),
    "gambit-lp": (None, ["gambit-lp", "--version"]),
}

# Libraries whose versions matter for the figures.
SHOWN = ("cvxpy", "ecos", "highspy", "nashpy", "numba", "numpy", "open-spiel", "pygambit", "quantecon", "scipy")

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "RAYON_NUM_THREADS")


@dataclass
class Environment:
    python: Path
    rust: Path
    problems: list = field(default_factory=list)

    def variables(self):
        return {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PEERS_RUST": str(self.rust)}

    def rust_lines(self, word):
        return subprocess.run([self.rust, word], check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()


def say(text):
    print(text, file=sys.stderr, flush=True)


def quiet(command, **options):
    """Whether a command succeeds, and what it printed."""
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    return done.returncode == 0, done.stdout


def prepare(folder):
    """Builds everything in `folder`; a part that cannot be had is a problem on the list, not an end."""
    say("building our side ...")
    environment = Environment(python=create(folder), rust=build("-p", "saddlepoint-solver", "--example", "peers"))
    say("installing the Python packages ...")
    install_python(environment)
    install_commands(environment)
    return environment


def build(*what):
    """The program that cargo builds, in the release profile."""
    command = ["cargo", "build", "--release", "--locked", "--quiet", "--message-format=json", *what]
    lines = subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
    programs = [message.get("executable") for message in map(json.loads, lines)]
    return Path([program for program in programs if program][-1])


def create(folder):
    python = Path(folder) / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return python


def install_python(environment):
    requirements = HERE / "requirements.txt"
    pip = [environment.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done, _ = quiet([*pip, "-r", requirements])
    if done:
        return
    # One by one, so that a package without a wheel for this machine is missed alone.
    for line in requirements.read_text().splitlines():
        if line and not line.startswith("#"):
            done, out = quiet([*pip, line])
            if not done:
                environment.problems.append(f"{line}: {(out.strip().splitlines() or ['not installed'])[-1]}")


def install_commands(environment):
    absent = sorted({package for name, (package, _) in COMMANDS.items() if package and not shutil.which(name)})
    if absent and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {', '.join(absent)} ...")
        options = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
        install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *absent]
        if not quiet(install, **options)[0]:
            quiet(["apt-get", "update", "--quiet"], **options)
            quiet(install, **options)
    for name, (package, _) in COMMANDS.items():
        if not shutil.which(name):
            source = f"Debian package {package}" if package else "no Debian package"
            environment.problems.append(f"{name}: not installed ({source})")


def machine(environment):
    """Hardware class and versions, for the record."""
    return {
        "record": "machine",
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "caches": caches(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions(environment),
        "problems": environment.problems,
    }


def cpu():
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or "unknown processor"

    def field_of(name):
        found = re.search(rf"^{name}\s*:\s*(.*)$", text, re.MULTILINE)
        return found.group(1).strip() if found else "?"

    widest = next((f for f in ("avx512f", "avx2", "avx") if re.search(rf"\b{f}\b", text)), "no AVX")
    return f"{field_of('model name')} (family {field_of('cpu family')}, model {field_of('model')}, {widest})"


def caches():
    found = []
    for folder in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        level, kind, size = ((folder / name).read_text().strip() for name in ("level", "type", "size"))
        if kind != "Instruction":
            found.append(f"L{level} {size}")
    return ", ".join(found)


def versions(environment):
    listed = quiet([environment.python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"])[1]
    start = listed.find("[")
    installed = {p["name"].lower().replace("_", "-"): p["version"] for p in json.loads(listed[start:].splitlines()[0])}
    found = {name: installed[name] for name in SHOWN if name in installed}
    found["Python"] = quiet([environment.python, "--version"])[1].split()[-1]
    for name, (_, command) in COMMANDS.items():
        if command and shutil.which(name):
            text = quiet(command, stdin=subprocess.DEVNULL)[1]
            number = re.search(r"\d+\.\d+[\w.]*", text)
            found[name] = number.group(0) if number else "unknown version"
    found.update(line.split(" ") for line in environment.rust_lines("versions"))
    found["rustc"] = quiet(["rustc", "--version"])[1].split()[1]
    return found
