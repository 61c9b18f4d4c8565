"""A run over pages that formats trip on."""

import json

import pytest

from dvextract import run

AWKWARD = {
    "bieu-tuong": "👩‍👩‍👧 Ngày 8/7/2024, bà Hà Thị Miền 😀 dự Hội nghị sơ kết tại xã Pá Ngần 🇻🇳, tỉnh Sơn La.",
    "=1+1": '=HYPERLINK("http://a.vn") ngày 9/7/2024\r\n@SUM(A1)\r\n+84 ông Lò Văn Pâng\u2028họp ở tỉnh Sơn La',
    "../../ra ngoài": "Ngày 10/7/2024, Ban Dân vận Tỉnh ủy phối hợp với Hội Nông dân tỉnh họp\nsơ kết quý II/2024.",
    "A/b": "Ngày 11/7/2024 họp bản.",
    "a/B": "Ngày 12/7/2024 họp bản.",
}


@pytest.fixture(scope="session")
def awkward(tmp_path_factory):
    """The output folder of a run over `AWKWARD`."""
    folder = tmp_path_factory.mktemp("awkward")
    rows = (json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in AWKWARD.items())
    (folder / "p.jsonl").write_text("\n".join(rows), encoding="utf-8")
    run(folder / "p.jsonl", folder / "out", id_column="id")
    return folder / "out"
