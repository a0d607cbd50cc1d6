"""python -m devtools.dashboards: write them."""

from devtools.dashboards import FOLDER, files

FOLDER.mkdir(parents=True, exist_ok=True)
for path, text in files().items():
    path.write_text(text)
