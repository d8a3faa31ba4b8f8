# SPDX-License-Identifier: BSD-3-Clause
"""Links from the pages to other files of the repository. On a forge they lead to the file; on the
site they lead to a page that shows it."""

import html
import re
from pathlib import Path

from docutils import nodes

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
PAGES = {".md", ".svg", ".png"}  # what Sphinx itself follows links to, within DOCS

LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)\)")
LANGUAGES = {".cpp": "cpp", ".hpp": "cpp", ".py": "python", ".json": "json", ".cmake": "cmake"}


def is_page(path):
    return path.is_relative_to(DOCS) and path.suffix in PAGES


def mark_links(app, docname, source):
    """Turns a link to a file that is no page into `repository:<path>`."""
    folder = Path(app.env.doc2path(docname)).parent

    def mark(link):
        target = (folder / link[1]).resolve()
        if is_page(target) or not target.exists():
            return link[0]
        return f"](repository:{target.relative_to(ROOT)})"

    source[0] = LINK.sub(mark, source[0])
    # A forge wants ```math, Sphinx wants ```{math}.
    source[0] = source[0].replace("\n```math\n", "\n```{math}\n")


def resolve_links(app, doctree, docname):
    """Gives these links, and those to parts of the site that Sphinx does not make, their address."""
    here = app.builder.get_target_uri(docname)
    up = "../" * here.count("/")
    for reference in doctree.findall(nodes.reference):
        scheme, _, path = reference.get("refuri", "").partition(":")
        if scheme == "repository":
            app.repository_files.add(path)
            reference["refuri"] = f"{up}repository/{path}.html"
        elif scheme == "site":
            reference["refuri"] = up + path


def files_of(path):
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    return []


def show_files(app):
    """A page for every file that a link leads to, and for the files of a folder."""
    paths = {ROOT / name for name in app.repository_files}
    for folder in list(paths):
        paths.update(files_of(folder))
    for path in sorted(paths):
        name = str(path.relative_to(ROOT))
        if path.is_dir():
            items = (f'<li><a href="{path.name}/{file.name}.html">{file.name}</a></li>' for file in files_of(path))
            body = f"<ul>{''.join(items)}</ul>"
        else:
            language = LANGUAGES.get(path.suffix, "none")
            body = app.builder.highlighter.highlight_block(path.read_text(), language, linenos=False)
        title = html.escape(name)
        yield f"repository/{name}", {"title": title, "body": f"<h1>{title}</h1>{body}"}, "page.html"


def setup(app):
    app.repository_files = set()
    app.connect("source-read", mark_links)
    app.connect("doctree-resolved", resolve_links)
    app.connect("html-collect-pages", show_files)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
