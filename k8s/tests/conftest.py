from pathlib import Path

import pytest

from k8s.tests.rendering import Tree, copied


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The manifests with secrets of their own, in a folder apart."""
    return copied(Path(tmp_path_factory.mktemp("tree")))
