# SPDX-License-Identifier: BSD-3-Clause
"""Formulas as MathML, which browsers show without scripts and without a network."""

import html
import re
from xml.etree import ElementTree

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.errors import ExtensionError

# What docutils does not understand as TeX does, and what it does.
REPLACEMENTS = [
    (r"\\dots(?![a-z])", r"\\ldots"),
    (r"\\mathrel\{([+-])\}=", r"\\text{\1=}"),
    (r"\\([td]?frac)([0-9A-Za-z])([0-9A-Za-z])", r"\\\1{\2}{\3}"),
]
ACCENTS = "\N{MODIFIER LETTER MACRON}\N{SMALL TILDE}\N{MODIFIER LETTER CIRCUMFLEX ACCENT}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"


def put_indices_beside_accents(tree):
    """docutils puts the index of an accented letter below it."""
    for element in list(tree.iter(MATHML + "munderover")):
        letter, index, accent = element
        if accent.text in ACCENTS:
            element.tag = MATHML + "msub"
            element[:] = [ElementTree.Element(MATHML + "mover", accent="true"), index]
            element[0][:] = [letter, accent]


def space_functions(tree):
    """A thin space behind the name of a function, as in TeX; browsers ignore the mark that stands there."""
    for parent in tree.iter():
        for mark, operand in zip(parent, list(parent)[1:]):
            if mark.text == "\N{FUNCTION APPLICATION}" and operand.text != "(":
                mark.tag, mark.text = MATHML + "mspace", None
                mark.set("width", "0.17em")


def space_assignments(tree):
    """+= is a relation, no text."""
    for element in tree.iter():
        if element.text in ("+=", "-="):
            element.tag = MATHML + "mo"
            element.text = element.text.replace("-", "\N{MINUS SIGN}")


def to_mathml(formula, inline):
    for pattern, replacement in REPLACEMENTS:
        formula = re.sub(pattern, replacement, formula)
    try:
        text = tex2mathml(formula, inline=inline)
    except SyntaxError as error:
        raise ExtensionError(f"cannot show the formula {formula!r}: {error}") from error
    tree = ElementTree.fromstring(re.sub(r"&[A-Za-z]{5,};", lambda name: html.unescape(name[0]), text))
    put_indices_beside_accents(tree)
    space_functions(tree)
    space_assignments(tree)
    ElementTree.register_namespace("", MATHML[1:-1])
    return ElementTree.tostring(tree, encoding="unicode")


def visit_inline(writer, node):
    writer.body.append(to_mathml(node.astext(), inline=True))
    raise nodes.SkipNode


def visit_block(writer, node):
    writer.body.append(f'<div class="formula">{to_mathml(node.astext(), inline=False)}</div>\n')
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
