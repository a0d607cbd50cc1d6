"""The models, which turn sentences into vectors; none of them knows of HTTP."""
