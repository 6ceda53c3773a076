#!/usr/bin/env python3
"""Draws docs/cold-start.svg from bench/figures/cold-start.csv, with Python's standard library alone.

Writes the picture to standard output: scripts/draw-cold-start.py > docs/cold-start.svg. A test holds the committed picture to what this makes.
"""
import csv
import pathlib
from xml.sax.saxutils import escape

FIGURES = pathlib.Path(__file__).resolve().parent.parent / "bench" / "figures" / "cold-start.csv"
OURS = "StreamingLambda"

WIDTH = 750
LEFT = 290  # where the bars begin; their names end before it
UNIT = 48  # pixels for each multiple of the floor
LONGEST = 8  # a bar for more is broken off: in full length one would leave no room for the others
ROW = 30
TOP = 66

STYLE = """\
  <style>
    svg { color-scheme: light dark; font: 14px system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif }
    .page { fill: #ffffff; stroke: #d1d9e0 }
    .gap { fill: #ffffff }
    text { fill: #1f2328 }
    .small { font-size: 12px; fill: #59636e }
    .title, .ours { font-weight: 600 }
    .bar { fill: #afb8c1 }
    .our-bar { fill: #0969da }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; stroke: #3d444d }
      .gap { fill: #0d1117 }
      text { fill: #f0f6fc }
      .small { fill: #9198a1 }
      .bar { fill: #656c76 }
      .our-bar { fill: #4493f8 }
    }
  </style>"""


def read_figures():
    """The rows, the shortest bar first."""
    with FIGURES.open(newline="", encoding="utf-8") as file:
        return sorted(csv.DictReader(file), key=lambda row: float(row["ratio"]))


def draw_row(row, top):
    """A name, its bar and its figure."""
    ratio = float(row["ratio"])
    width = round(min(ratio, LONGEST) * UNIT)
    emphasis = ' class="ours"' if row["name"] == OURS else ""
    bar = "our-bar" if row["name"] == OURS else "bar"
    yield f'  <text{emphasis} x="{LEFT - 12}" y="{top + 19}" text-anchor="end">{escape(row["name"].replace("`", ""))}</text>'
    yield f'  <rect class="{bar}" x="{LEFT}" y="{top + 4}" width="{width}" height="20" rx="2" />'
    if ratio > LONGEST:
        x = LEFT + width - 40
        yield f'  <path class="gap" d="M{x} {top + 26} l8 -24 h8 l-8 24 z" />'
    yield f'  <text{emphasis} x="{LEFT + width + 8}" y="{top + 19}">{escape(row["ratio"])} x</text>'


def draw(rows):
    """The whole picture."""
    height = TOP + ROW * len(rows) + 36
    told = "; ".join(f"{row['name']}: {row['ratio']}" for row in rows).replace("`", "")
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    yield '     role="img" aria-labelledby="title description">'
    yield '  <title id="title">Cold start of streaming functions, as multiples of a minimal C program</title>'
    yield f'  <desc id="description">{escape(told)}.</desc>'
    yield STYLE
    yield f'  <rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6" />'
    yield '  <text class="title" x="20" y="30">Cold start, as a multiple of a minimal C program</text>'
    yield '  <text class="small" x="20" y="50">From the start of the process until it asks for its first event. Less is better.</text>'
    for index, row in enumerate(rows):
        yield from draw_row(row, TOP + ROW * index)
    yield f'  <text class="small" x="20" y="{height - 16}">November 2026, two virtual x64 processors with Linux, not on Lambda. From two runs, each beside the same C program.</text>'
    yield "</svg>"


if __name__ == "__main__":
    print("\n".join(draw(read_figures())))
