# SPDX-License-Identifier: BSD-3-Clause
"""The order of the pages. It stands here and not in them, so that a forge shows plain Markdown."""

import re
from pathlib import Path

CHAPTERS = {
    "Learn": ["start", "tutorial/README", "calculus", "coursework", "pitfalls", "using", "errors"],
    "Look up": ["ops/README", "networks", "cheat_sheets/README", "api"],
    "Understand": [
        "machinery",
        "adding_an_operation",
        "performance",
        "reading_a_plan",
        "compile_time",
        "compatibility",
        "design/README",
    ],
}

# What the site has and a forge does not.
ADDITIONS = {
    "api": "The site has them all with their sources: "
    "[classes and functions, as Doxygen lists them](site:api/index.html).\n",
}


def existing(folder, pages):
    return [page for page in pages if (folder / f"{page}.md").exists()]


def pages_of_folder(folder, readme):
    """The pages of a folder: first as its README.md mentions them, then the others by name."""
    named = existing(folder, dict.fromkeys(re.findall(r"\]\((\w+)\.md\)", readme)))
    others = sorted(path.stem for path in folder.glob("*.md"))
    return named + [page for page in others if page not in named and page != "README"]


def add_contents(app, docname, source):
    folder = Path(app.env.doc2path(docname)).parent
    chapters = CHAPTERS if docname == "index" else {}
    if docname.endswith("/README"):
        chapters = {"": pages_of_folder(folder, source[0])}
    for caption, pages in chapters.items():
        options = [":hidden:"] + ([f":caption: {caption}"] if caption else [])
        lines = ["", "", "```{toctree}", *options, "", *existing(folder, pages), "```", ""]
        source[0] += "\n".join(lines)
    if docname in ADDITIONS:
        source[0] += "\n" + ADDITIONS[docname]


def setup(app):
    app.connect("source-read", add_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
