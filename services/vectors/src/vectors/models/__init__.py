"""The models, which turn sentences into vectors; none of them knows of HTTP."""

import os

# A worker keeps one core busy; and the threads of a tokenizer would not survive gunicorn's fork.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# From 1.29 on onnxruntime tells its makers over the network what it is used for, unless this is set before its import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
