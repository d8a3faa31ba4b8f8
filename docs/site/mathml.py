# SPDX-License-Identifier: BSD-3-Clause
"""Formulas as MathML, which browsers show without scripts and without a network."""

import re

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import ExtensionError

# Commands that docutils does not know, by those that it does.
SYNONYMS = {"dots": r"\ldots", "mathrel": ""}


def known(command):
    return SYNONYMS.get(command[1], command[0])


def to_mathml(formula, inline):
    formula = re.sub(r"\\([a-zA-Z]+)", known, formula)
    try:
        return tex2mathml(formula, inline=inline)
    except SyntaxError as error:
        raise ExtensionError(f"cannot show the formula {formula!r}: {error}") from error


def visit_inline(writer, node):
    writer.body.append(to_mathml(node.astext(), inline=True))
    raise nodes.SkipNode


def visit_block(writer, node):
    writer.body.append(f'<div class="formula">{to_mathml(node.astext(), inline=False)}</div>\n')
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
