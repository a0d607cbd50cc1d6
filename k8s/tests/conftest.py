import json
from pathlib import Path

import pytest

from k8s.tests.rendering import CHOICES, DEPLOYABLE, Object, Tree, copied


@pytest.fixture(scope="session")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The manifests with secrets of their own, in a folder apart."""
    return copied(Path(tmp_path_factory.mktemp("tree")))


@pytest.fixture(scope="session")
def everything(tree: Tree) -> list[Object]:
    """Each different object of all that can be deployed, once."""
    found = [each for folder in DEPLOYABLE for each in tree.render(folder)]
    found += [each for components in CHOICES for each in tree.combine(components)]
    return [json.loads(text) for text in dict.fromkeys(json.dumps(each, sort_keys=True) for each in found)]
