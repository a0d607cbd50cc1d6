"""Node projects of the repository, installed as their lock files have them."""

import shutil
import subprocess
from pathlib import Path


def installed(project: Path, folder: Path) -> Path:
    """Copy a project into a folder and install its packages there; return the folder. RuntimeError with npm's words."""
    shutil.copytree(project, folder, dirs_exist_ok=True)
    install = ("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    result = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(result.stderr)
    return folder
