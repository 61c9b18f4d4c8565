"""The body inside a title; each row a different place for its name to begin."""

import pytest

from dvextract.relations.bodies import body_in_title


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Phó Chủ tịch UBND tỉnh Hưng Sơn", "UBND tỉnh Hưng Sơn"),
        ("Trưởng ban Dân vận Tỉnh ủy", "ban Dân vận Tỉnh ủy"),  # the head word is the title's and the body's
        ("Tỉnh ủy viên", "Tỉnh ủy"),  # fused
        ("Phó Bí thư Thường trực Huyện ủy Mường Pảo", "Huyện ủy Mường Pảo"),  # "Thường trực" is the post's
        ("Phó Trưởng ban Thường trực Ban Tổ chức Tỉnh ủy", "Ban Tổ chức Tỉnh ủy"),
        ("Bộ trưởng Bộ Nội vụ", "Bộ Nội vụ"),
        ("Phó Tư lệnh Quân khu 2", "Quân khu 2"),
        ("Chi cục trưởng Chi cục Thủy sản", "Chi cục Thủy sản"),  # "cục trưởng" opens no name
        ("Giám đốc Sở", "Sở"),
        ("Giám đốc BV đa khoa huyện Mường Pảo", "BV đa khoa huyện Mường Pảo"),  # "khoa" is no department here
        ("Phó Chỉ huy trưởng nghiệp vụ Bộ Chỉ huy Quân sự tỉnh", "Bộ Chỉ huy Quân sự tỉnh"),
        ("Trưởng ban", ""),  # a bare head names nothing
        ("Trưởng bản Huổi Lưa", ""),  # a place
        ("Bí thư", ""),
        ("", ""),
        ("Phó Chủ tịch VCCI", "VCCI"),
        ("Chủ nhiệm VPCP", "VPCP"),
        ("Chủ tịch QH", "QH"),
        ("Chủ tịch UBTW MTTQ Việt Nam", "UBTW MTTQ Việt Nam"),
        ("Tổng giám đốc Sông Mun HMN", "Sông Mun HMN"),
        ("Phó Trưởng ban Ban Tuyên giáo Thành ủy", "Ban Tuyên giáo Thành ủy"),
        ("Trưởng ban BQL Khu kinh tế tỉnh", "BQL Khu kinh tế tỉnh"),
        ("Trưởng phòng Phòng chống ma túy", "phòng Phòng chống ma túy"),
        ("Bộ trưởng Giao thông Vận tải", "Giao thông Vận tải"),
        ("Bộ trưởng Sùng", ""),
        ("Anh hùng LLVTND", ""),
        ("bác sĩ CKII", ""),
        ("Bí thư TP Hưng Sơn", ""),
    ],
)
def test_body(title, body):
    assert body_in_title(title) == body
