from __future__ import annotations

project = "aftercare"
author = "aftercare contributors"
copyright = author

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True
templates_path: list[str] = []

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "aftercare"
