"""The models, which turn sentences into vectors; none of them knows of HTTP."""

import os

# A worker keeps one core busy; and the threads of a tokenizer would not survive gunicorn's fork.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
