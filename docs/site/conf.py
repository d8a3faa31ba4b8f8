# SPDX-License-Identifier: BSD-3-Clause
"""Sphinx's settings for the site that the Markdown pages of docs/ make; see ../CMakeLists.txt."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "xgrad"
author = "the authors of xgrad"
copyright = "the authors of xgrad, BSD-3-Clause"
root_doc = "index"
exclude_patterns = ["site", "snippets"]

extensions = ["myst_parser", "contents", "mathml", "repository"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_url_schemes = ["http", "https", "mailto", "repository", "site"]
myst_dmath_allow_labels = False
suppress_warnings = ["myst.header"]  # a page may skip a level of headings

highlight_language = "none"
pygments_style = "friendly"
html_math_renderer = "mathml"
html_theme = "furo"
html_title = "xgrad"
html_static_path = ["site.css"]
# A font for formulas goes with the site where the builder has one; else the reader's own serves.
math_font = Path("/usr/share/texmf/fonts/opentype/public/lm-math/latinmodern-math.otf")
if math_font.exists():
    html_static_path.append(str(math_font))
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
