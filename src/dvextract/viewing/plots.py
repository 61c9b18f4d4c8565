"""The report's plots, drawn by matplotlib as SVG that takes its colours and fonts from the page around it.

matplotlib writes colours into style attributes, which the page's policy forbids and which know no dark side. So plots
are drawn in marker colours, and each is turned into an attribute with a CSS variable. Text stays text. Needs the extra
``report``.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import wraps
from importlib.util import find_spec
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import regex

from dvextract.document import LABELS
from dvextract.errors import UsageError
from dvextract.lexicon import tsv
from dvextract.lexicon.units import admin_units, split_type
from dvextract.viewing.overview import Named, Overview, province_today

STEPS = 5
PERIODS = 24
PAIRS = 26
MONTHS = 60
"""Months that are shown singly; of longer spans quarters, then years."""

_VARIABLES = (
    "ink",
    "soft",
    "line",
    "paper",
    "bar",
    *(f"map-{i}" for i in range(STEPS + 1)),
    *(label.lower() + suffix for label in LABELS for suffix in ("", "-tag")),
)
_MARKER = {name: f"#fe{i:02x}01" for i, name in enumerate(_VARIABLES)}
_NAME = {colour: name for name, colour in _MARKER.items()}
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_KEPT_STYLES = frozenset(
    [
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linejoin",
        "stroke-linecap",
        "stroke-dasharray",
        "opacity",
        "fill-opacity",
        "stroke-opacity",
        "text-anchor",
        "font-size",
        "font-weight",
        "font-style",
    ]
)
_FONT = regex.compile(r"(?:(italic|oblique) )?(?:(bold|[5-9]00) )?([\d.]+)px")
_DECIMALS = regex.compile(r"-?\d+\.\d+")
_BLANKS = regex.compile(r"\s+")
_REFERENCE = regex.compile(r"url\(#([^)]+)\)")
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "dvextract",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": _MARKER["ink"],
    "axes.labelcolor": _MARKER["soft"],
    "axes.edgecolor": _MARKER["line"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.color": _MARKER["line"],
    "ytick.color": _MARKER["line"],
    "xtick.labelcolor": _MARKER["soft"],
    "ytick.labelcolor": _MARKER["ink"],
    "ytick.left": False,
}


class _Canvas:
    """A figure and what to say when the pointer is on a part of it."""

    def __init__(self, name: str) -> None:
        import matplotlib as mpl
        from matplotlib.figure import Figure

        self.name = name
        self._rc = mpl.rc_context(_STYLE)
        self._rc.__enter__()
        self.figure: Any = Figure()
        self._tips: dict[str, str] = {}

    def tip(self, artist: Any, text: str) -> None:
        """Show ``text`` when the pointer is on ``artist``."""
        key = f"tip-{len(self._tips)}"
        artist.set_gid(key)
        self._tips[key] = text

    def svg(self, description: str) -> str:
        """The figure as an element of an HTML page."""
        target = io.StringIO()
        self.figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        self._rc.__exit__(None, None, None)
        return _themed(target.getvalue(), self.name, description, self._tips)


def _themed(svg: str, name: str, description: str, tips: Mapping[str, str]) -> str:
    """matplotlib's SVG without style attributes, metadata and needless identifiers, and with variables as colours."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"):
                parent.remove(child)
    used = {m for e in root.iter() for v in e.attrib.values() for m in _REFERENCE.findall(v)}
    used |= {e.attrib[_XLINK].removeprefix("#") for e in root.iter() if _XLINK in e.attrib}
    for element in root.iter():
        if element.tag != f"{{{_SVG}}}text":
            element.text = element.text if element.tag.endswith(("title", "tspan")) else None
        element.tail = None
        for key in ("d", "transform", "x", "y"):  # a tenth of a point is finer than any screen
            if number := element.get(key):
                element.set(key, _spare(number))
        for key, value in _styles(element.attrib.pop("style", "")):
            element.set(key, value)
        for key in ("fill", "stroke"):
            if (colour := element.get(key, "").lower()) in _NAME:
                element.set(key, f"var(--{_NAME[colour]})")
        if _XLINK in element.attrib:
            element.set("href", f"#{name}-{element.attrib.pop(_XLINK).removeprefix('#')}")
        if clip := element.get("clip-path"):
            element.set("clip-path", _REFERENCE.sub(rf"url(#{name}-\1)", clip))
        identifier = element.attrib.pop("id", "")
        if identifier in tips:
            title = ElementTree.Element(f"{{{_SVG}}}title")
            title.text = tips[identifier]
            element.insert(0, title)
        elif identifier in used:
            element.set("id", f"{name}-{identifier}")
    root.attrib.pop("version", None)
    root.set("class", name)
    root.set("role", "img")
    root.set("aria-label", description)
    for key in ("width", "height"):
        root.attrib.pop(key, None)
    return ElementTree.tostring(root, encoding="unicode")


def _spare(numbers: str) -> str:
    return _BLANKS.sub(" ", _DECIMALS.sub(lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), numbers)).strip()


def _styles(style: str) -> Iterable[tuple[str, str]]:
    for rule in style.split(";"):
        key, _, value = (part.strip() for part in rule.partition(":"))
        if key == "font" and (m := _FONT.match(value)):
            found = (("font-style", m[1]), ("font-weight", m[2]), ("font-size", m[3]))
            yield from ((k, v) for k, v in found if v)
        elif key == "font-size":
            yield key, value.removesuffix("px")
        elif key in _KEPT_STYLES:
            yield key, value


def _drawn(draw: Callable[[Overview], str]) -> Callable[[Overview], str]:
    """Say which extra is missing when matplotlib or networkx is."""

    @wraps(draw)
    def guarded(found: Overview) -> str:
        for library in ("matplotlib", "networkx"):
            if find_spec(library) is None:
                raise UsageError(f"the report needs {library}: pip install 'dvextract[report]'")
        return draw(found)

    return guarded


@_drawn
def by_month(found: Overview) -> str:
    """Mentions of every label over time, a row of bars a label; empty when no page has a day."""
    steps, of = _steps(sorted(found.months))
    if not steps:
        return ""
    counts = {label: dict.fromkeys(steps, 0) for label in LABELS}
    for month, labels in found.months.items():
        for label, n in labels.items():
            counts[label][of(month)] += n
    canvas = _Canvas("months")
    canvas.figure.set_size_inches(9.6, 5.2)
    rows = canvas.figure.subplots(len(LABELS), 1, sharex=True)
    canvas.figure.subplots_adjust(left=0.15, right=0.93, top=0.995, bottom=0.07, hspace=0.28)
    for axes, label in zip(rows, LABELS, strict=True):
        values = list(counts[label].values())
        low = label.lower()
        there = [i for i, n in enumerate(values) if n]
        heights = [values[i] for i in there]
        bars = axes.bar(there, heights, width=0.82, color=_MARKER[low], edgecolor=_MARKER[f"{low}-tag"], linewidth=0.8)
        for bar, i in zip(bars, there, strict=True):
            canvas.tip(bar, f"{label}, {steps[i]}: {values[i]:,}")
        axes.set_ylim(0, max(values) * 1.08 or 1)
        axes.set_xlim(-0.6, max(len(steps), 12) - 0.4)
        axes.set_yticks([])
        axes.tick_params(axis="x", length=0)
        axes.text(-0.012, 0.08, label.capitalize(), transform=axes.transAxes, ha="right", va="bottom")
        axes.text(
            1.008,
            0.08,
            f"max {max(values):,}",
            transform=axes.transAxes,
            va="bottom",
            fontsize=8,
            color=_MARKER["soft"],
        )
    every = max(1, -(-len(steps) // 10))
    rows[-1].set_xticks(range(0, len(steps), every), steps[::every])
    return canvas.svg("Mentions by label over time; the same figures stand in the tables mentions and documents.")


def _steps(months: Sequence[str]) -> tuple[list[str], Callable[[str], str]]:
    """The steps of the time axis without a gap, and the step of a month."""
    if not months:
        return [], str
    (year, month), (last_year, last_month) = (tuple(map(int, m.split("-"))) for m in (months[0], months[-1]))
    count = 12 * (last_year - year) + last_month - month + 1
    every = [f"{(12 * year + month - 1 + i) // 12}-{(12 * year + month - 1 + i) % 12 + 1:02}" for i in range(count)]

    def quarter(m: str) -> str:
        return f"{m[:4]} Q{(int(m[5:7]) + 2) // 3}"

    of: Callable[[str], str] = (
        (lambda m: m) if count <= MONTHS else quarter if count <= 3 * MONTHS else (lambda m: m[:4])
    )
    return list(dict.fromkeys(map(of, every))), of


@_drawn
def periods(found: Overview) -> str:
    """The periods that pages speak of most, as bars from first to last day; empty when there is none."""
    most = sorted(found.periods.items(), key=lambda row: (-row[1], row[0]))[:PERIODS]
    if not most:
        return ""
    most.sort(key=lambda row: row[0], reverse=True)
    canvas = _Canvas("periods")
    canvas.figure.set_size_inches(9.6, 0.6 + 0.235 * len(most))
    axes = canvas.figure.subplots()
    canvas.figure.subplots_adjust(left=0.17, right=0.95, top=0.99, bottom=0.45 / (0.6 + 0.235 * len(most)))
    largest = max(n for _, n in most)
    for i, ((begins, ends, edtf), n) in enumerate(most):
        start, end = _year(begins), _year(ends) + 1 / 366
        bar = axes.barh(
            i,
            max(end - start, 0.04),
            left=start,
            height=0.28 + 0.5 * n / largest,
            color=_MARKER["time"],
            edgecolor=_MARKER["time-tag"],
            linewidth=0.8,
        )[0]
        canvas.tip(bar, f"{edtf}: {n:,} mentions")
        axes.text(max(end, start + 0.04) + 0.06, i, f"{n:,}", va="center", fontsize=8, color=_MARKER["soft"])
    axes.set_yticks(range(len(most)), [edtf for (_, _, edtf), _ in most])
    axes.set_ylim(-0.6, len(most) - 0.4)
    first, last = min(_year(b) for (b, _, _), _ in most), max(_year(e) for (_, e, _), _ in most)
    axes.set_xlim(first - 0.02 * (last - first) - 0.1, last + 0.04 * (last - first) + 0.2)
    axes.grid(axis="x", color=_MARKER["line"], linewidth=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_formatter(lambda year, _: f"{year:.0f}" if float(year).is_integer() else "")
    return canvas.svg("Periods that the pages speak of, from first to last day, with the number of mentions.")


def _year(day: str) -> float:
    d = date.fromisoformat(day)
    return d.year + (d.timetuple().tm_yday - 1) / 366


@_drawn
def ranks(found: Overview) -> str:
    """The most mentioned officials, bodies, places and phrases, four lists of bars."""
    panels = (("PERSON", "Officials"), ("ORGANISATION", "Bodies"), ("LOCATION", "Places"), ("PHRASE", "Phrases"))
    there = [(label, title, found.top[label]) for label, title in panels if found.top.get(label)]
    if not there:
        return ""
    canvas = _Canvas("ranks")
    rows = -(-len(there) // 2)
    longest = max(len(named) for _, _, named in there)
    canvas.figure.set_size_inches(9.6, rows * (0.55 + 0.36 * longest))
    grid = canvas.figure.subplots(rows, 2, squeeze=False)
    canvas.figure.subplots_adjust(left=0.01, right=0.99, top=0.965, bottom=0.01, wspace=0.05, hspace=0.12)
    for axes in list(grid.flat)[len(there) :]:
        axes.set_axis_off()
    for axes, (label, title, named) in zip(grid.flat, there, strict=False):
        _bars(canvas, axes, label, named, longest)
        axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color=_MARKER["ink"])
    return canvas.svg("The most mentioned officials, bodies, places and phrases.")


def _bars(canvas: _Canvas, axes: Any, label: str, named: Sequence[Named], longest: int) -> None:
    """Names above thin bars: long names need the whole width."""
    largest = max(n.mentions for n in named)
    low = label.lower()
    for i, n in enumerate(named):
        bar = axes.barh(
            i + 0.3, n.mentions, height=0.17, color=_MARKER[low], edgecolor=_MARKER[f"{low}-tag"], linewidth=0.8
        )[0]
        canvas.tip(bar, f"{n.name}: {n.mentions:,} mentions in {n.pages:,} pages" + (f"; {n.note}" if n.note else ""))
        axes.text(0, i - 0.1, _short(n.name, 52), va="center", fontsize=9)
        axes.text(largest * 1.06, i - 0.1, f"{n.mentions:,}", va="center", ha="right", color=_MARKER["soft"])
    axes.set_xlim(0, largest * 1.06)
    axes.set_ylim(longest - 0.5, -0.6)
    axes.set_axis_off()


def _short(name: str, width: int) -> str:
    return name if len(name) <= width else name[: width - 1].rstrip() + "…"


Ring = list[tuple[float, float]]


def _shapes() -> dict[str, list[Ring]]:
    """The rings of every province before 1 July 2025, by code."""
    return {
        code: [
            [(int(x) / 100, int(y) / 100) for x, y in (p.split(",") for p in ring.split(" "))]
            for ring in rings.split(";")
        ]
        for code, _, rings in tsv.rows("province_shapes.tsv")
    }


@_drawn
def maps(found: Overview) -> str:
    """Provinces by mentions, the 63 before 1 July 2025 beside the 34 since; empty when no place is known."""
    if not found.today:
        return ""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    units = admin_units()
    shapes = _shapes()
    old = {u.code: u for u in units.provinces if not u.valid_from}
    canvas = _Canvas("maps")
    canvas.figure.set_size_inches(9.6, 5.9)
    both = canvas.figure.subplots(1, 2)
    canvas.figure.subplots_adjust(left=0, right=1, top=0.955, bottom=0.075, wspace=0)
    sides = (
        (
            "63 provinces, pages before 1 July 2025",
            found.before,
            {c: [c] for c in shapes},
            {c: old[c].name for c in shapes},
        ),
        ("34 provinces, all pages", found.today, *_merged(shapes, old)),
    )
    limits = _limits([n for _, counts, _, _ in sides for n in counts.values()])
    for axes, (title, counts, parts, names) in zip(both, sides, strict=True):
        for code, members in parts.items():
            rings = [ring for m in members for ring in shapes[m]]
            vertices = [p for ring in rings for p in [*ring, ring[0]]]
            codes = [c for ring in rings for c in (Path.MOVETO, *[Path.LINETO] * (len(ring) - 1), Path.CLOSEPOLY)]
            n = counts.get(code, 0)
            colour = _MARKER[f"map-{sum(n >= limit for limit in limits)}"]
            patch = PathPatch(Path(vertices, codes), facecolor=colour, edgecolor=colour, linewidth=0.4)
            canvas.tip(patch, f"{names[code]}: {n:,} mentions")
            axes.add_patch(patch)
            edges = [p for edge in _outline(rings) for p in edge]
            outline = Path(edges, [Path.MOVETO, Path.LINETO] * (len(edges) // 2))
            axes.add_patch(PathPatch(outline, fill=False, edgecolor=_MARKER["paper"], linewidth=0.7))
        _name_most(axes, counts, parts, names, shapes)
        for name, points in _ISLANDS.items():
            xs, ys = zip(*points, strict=True)
            axes.scatter(xs, ys, s=2.5, color=_MARKER["soft"], linewidths=0)
            axes.annotate(
                name,
                (sum(xs) / len(xs), max(ys) + 0.4 if min(ys) > 12 else min(ys) - 0.45),
                ha="center",
                va="center",
                fontsize=7.5,
            )
        axes.set_title(title, fontsize=10, color=_MARKER["ink"])
        axes.set_xlim(98.4, 115.4)
        axes.set_ylim(7.8, 23.5)
        axes.set_aspect(1 / 0.96)  # a degree of longitude at 16 degrees north
        axes.set_axis_off()
    _legend(canvas, limits)
    return canvas.svg("Two maps of Viet Nam, provinces coloured by the number of mentions; the figures stand below.")


_ISLANDS = {
    "Hoàng Sa": ((111.20, 15.78), (111.60, 16.45), (111.62, 16.54), (111.76, 16.52), (112.34, 16.84), (112.73, 16.67)),
    "Trường Sa": ((111.92, 8.64), (112.92, 8.86), (113.83, 9.88), (114.27, 10.18), (114.33, 10.38), (114.48, 10.66)),
}
"""Longitude and latitude of some islands of the two archipelagos, which the borders of provinces leave out.

Rounded positions of Tri Tôn, Quang Ảnh, Hoàng Sa, Quang Hòa, Phú Lâm and Linh Côn, and of six from Trường Sa in the
south to the north of its archipelago; to mark where they are, not to measure."""

_NAMED = 8
_APART = 0.62
"""Degrees of latitude between two names."""


def _name_most(
    axes: Any,
    counts: Mapping[str, int],
    parts: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    shapes: Mapping[str, list[Ring]],
) -> None:
    """Names beside the map of the provinces with most mentions, each with a line to its middle."""
    most = sorted(counts, key=lambda c: (-counts[c], c))[:_NAMED]
    middles = {c: _middle(max((r for m in parts[c] for r in shapes[m]), key=_area)) for c in most}
    for east in (False, True):
        free = 99.0
        for code in sorted((c for c in most if (middles[c][0] > 106.3) is east), key=lambda c: -middles[c][1]):
            x, y = middles[code]
            free = min(y, free - _APART)
            axes.annotate(
                f"{split_type(names[code])[1]} {counts[code]:,}",
                (x, y),
                xytext=(110.0 if east else 101.5, free),
                ha="left" if east else "right",
                va="center",
                fontsize=8.5,
                arrowprops={"arrowstyle": "-", "color": _MARKER["soft"], "linewidth": 0.6, "shrinkA": 2, "shrinkB": 0},
            )


def _merged(shapes: Mapping[str, Any], old: Mapping[str, Any]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The old provinces that each of today's is made of, and the names of today's."""
    parts: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for code in shapes:
        now = province_today(old[code])
        parts.setdefault(now.code, []).append(code)
        names[now.code] = now.name
    return parts, names


def _limits(counts: Iterable[int]) -> list[int]:
    """Lower ends of classes that hold equally many provinces each, of those with any mention."""
    there = sorted(n for n in counts if n)
    return sorted({1, *(there[len(there) * i // STEPS] for i in range(1, STEPS))})


def _legend(canvas: _Canvas, limits: Sequence[int]) -> None:
    axes = canvas.figure.add_axes((0.3, 0.005, 0.4, 0.055))
    names = ["none", *(f"{a:,}–{b - 1:,}" if b - 1 > a else f"{a:,}" for a, b in pairwise(limits))]
    for i, name in enumerate([*names, f"{limits[-1]:,} +"]):
        axes.barh(1, 0.96, left=i, height=0.8, color=_MARKER[f"map-{i}"])
        axes.text(i + 0.48, 0.1, name, ha="center", va="center", fontsize=8, color=_MARKER["soft"])
    axes.set_xlim(0, STEPS + 1)
    axes.set_ylim(-0.4, 1.6)
    axes.set_axis_off()


def _outline(rings: Sequence[Ring]) -> list[Ring]:
    """The edges of rings that no two of them share."""
    edges: dict[tuple[Any, Any], int] = {}
    for ring in rings:
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
            key = (min(a, b), max(a, b))
            edges[key] = edges.get(key, 0) + 1
    return [[a, b] for (a, b), n in edges.items() if n == 1]


def _area(ring: Ring) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def _middle(ring: Ring) -> tuple[float, float]:
    """The centroid of a ring."""
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    whole = 3 * sum(cross)
    x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairs, cross, strict=True)) / whole
    y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairs, cross, strict=True)) / whole
    return x, y


@_drawn
def network(found: Overview) -> str:
    """Bodies that work together: a line a pair, as thick as it has pages; empty when there is no pair."""
    if not found.pairs:
        return ""
    import networkx as nx

    most = sorted(found.pairs.items(), key=lambda row: (-row[1], row[0]))[:PAIRS]
    graph: Any = nx.Graph()
    for (a, b), n in most:
        graph.add_edge(a, b, pages=n)
    places, width, height = _packed(graph)
    alone = {name for group in nx.connected_components(graph) if len(group) == 2 for name in group}
    canvas = _Canvas("network")
    canvas.figure.set_size_inches(9.6, max(2.6, 9.6 * height / width))
    axes = canvas.figure.subplots()
    canvas.figure.subplots_adjust(left=0, right=1, top=1, bottom=0)
    largest = most[0][1]
    for (a, b), n in most:
        (line,) = axes.plot(
            *zip(places[a], places[b], strict=True),
            color=_MARKER["organisation-tag"],
            linewidth=0.8 + 4 * n / largest,
            solid_capstyle="round",
            zorder=1,
            alpha=0.55,
        )
        canvas.tip(line, f"{a} and {b}: {n:,} pages")
    for name in graph:
        pages = sum(d["pages"] for _, _, d in graph.edges(name, data=True))
        x, y = places[name]
        dot = axes.scatter(
            [x],
            [y],
            s=28 + 60 * (pages / largest) ** 0.5,
            color=_MARKER["organisation"],
            edgecolors=_MARKER["organisation-tag"],
            linewidths=1.1,
            zorder=2,
        )
        canvas.tip(dot, f"{name}: {pages:,} pages with others")
        beside = name in alone
        text = "\n".join(textwrap.wrap(_short(name, 60), 30 if beside else 24))
        where = (
            {"x": x + 0.14, "y": y, "ha": "left", "va": "center"}
            if beside
            else {"x": x, "y": y - 0.12, "ha": "center", "va": "top"}
        )
        axes.text(s=text, fontsize=7.5, linespacing=1.15, zorder=3, **where)
    axes.set_xlim(0, width)
    axes.set_ylim(-height, 0)
    axes.set_axis_off()
    return canvas.svg("Bodies that work together; every pair stands in the list below.")


_WIDTH = 9.6


def _packed(graph: Any) -> tuple[dict[str, tuple[float, float]], float, float]:
    """Places of all bodies: each connected group laid out by springs, the groups on shelves, the largest first."""
    import networkx as nx

    places: dict[str, tuple[float, float]] = {}
    x = y = shelf = 0.0
    groups = sorted(nx.connected_components(graph), key=lambda g: (-len(g), min(g)))
    for group in groups:
        size = len(group)
        w, h = (2.4, 1.0) if size == 2 else (min(_WIDTH, 1.25 * size**0.85 + 1.2), 1.1 * size**0.72 + 0.9)
        if x and x + w > _WIDTH:
            x, y, shelf = 0.0, y + shelf, 0.0
        if size == 2:
            a, b = sorted(group)
            inner = {a: (0.0, 0.1), b: (0.0, 0.55)}
        else:
            raw = nx.spring_layout(_copied(graph, group), seed=11, k=2.2 / size**0.5, iterations=300, weight=None)
            inner = _fitted({n: (float(p[0]), float(p[1])) for n, p in raw.items()})
        for name, (u, v) in inner.items():
            places[name] = (x + 0.75 + u * (w - 1.5), -(y + 0.2 + v * (h - 0.8))) if size > 2 else (x + 0.25, -(y + v))
        x, shelf = x + w, max(shelf, h)
    return places, _WIDTH, y + shelf


def _copied(graph: Any, group: Iterable[str]) -> Any:
    """A group of a graph with nodes and edges in order: a view of it would have them in the order of their hashes."""
    import networkx as nx

    found: Any = nx.Graph()
    found.add_nodes_from(sorted(group))
    found.add_edges_from(sorted(tuple(sorted(edge)) for edge in graph.edges(group)))
    return found


def _fitted(places: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Places stretched to the unit square."""
    xs, ys = zip(*places.values(), strict=True)
    wide, high = max(xs) - min(xs) or 1, max(ys) - min(ys) or 1
    return {n: ((x - min(xs)) / wide, (y - min(ys)) / high) for n, (x, y) in places.items()}
