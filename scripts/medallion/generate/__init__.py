"""Generated models and their YAML: `render(project)` and `write(files, root, check=False)`."""

from medallion.generate.render import render
from medallion.generate.write import Result, write

__all__ = ["Result", "render", "write"]
