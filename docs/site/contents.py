# SPDX-License-Identifier: BSD-3-Clause
"""The order of the pages. It stands here and not in them, so that a forge shows plain Markdown."""

from pathlib import Path

CHAPTERS = {
    "index": {
        "Learn": ["start", "tutorial/README", "calculus", "coursework", "pitfalls"],
        "Look up": ["ops/README", "networks", "cheat_sheets/README", "api"],
        "Understand": ["machinery", "adding_an_operation", "performance", "reading_a_plan", "compatibility", "design/README"],
    },
    "tutorial/README": {
        "": [
            "1_first_gradient",
            "2_black_scholes",
            "3_logistic_regression",
            "4_gaussian_process",
            "5_pendulum",
            "6_hamiltonian_monte_carlo",
            "7_own_operation",
            "special_points",
        ]
    },
    "cheat_sheets/README": {"": ["pytorch", "numpy", "fastad"]},
    "design/README": {"": ["expressions", "batches_and_threads", "dependencies"]},
}

# What the site has and a forge does not.
ADDITIONS = {
    "api": "The site has them all with their sources: "
    "[classes and functions, as Doxygen lists them](site:api/index.html).\n",
}


def pages_of(folder, chapter):
    """The pages that exist; those of the folder that are not named come last, by name."""
    return [page for page in chapter if (folder / f"{page}.md").exists()]


def other_pages(folder, named):
    pages = sorted(path.stem for path in folder.glob("*.md"))
    return [page for page in pages if page not in named and page != "README"]


def add_contents(app, docname, source):
    folder = Path(app.env.doc2path(docname)).parent
    chapters = dict(CHAPTERS.get(docname, {}))
    if docname.endswith("/README"):
        named = [page for chapter in chapters.values() for page in chapter]
        chapters.setdefault("", [])
        chapters[""] = chapters[""] + other_pages(folder, named)
    for caption, chapter in chapters.items():
        lines = ["", "", "```{toctree}", ":hidden:", ":maxdepth: 2"]
        lines += [f":caption: {caption}"] if caption else []
        source[0] += "\n".join(lines + [""] + pages_of(folder, chapter) + ["```", ""])
    if docname in ADDITIONS:
        source[0] += "\n" + ADDITIONS[docname]


def setup(app):
    app.connect("source-read", add_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
