"""Lines that are nothing but a date are read in every form that pages print; other lines are left alone."""

import pytest

from dvextract.layout.dates import displayed
from dvextract.layout.lines import lines

SHOWN = [
    # (line, EDTF, why)
    ("Thứ Sáu, 29/03/2024, 03:46 [GMT+7]", "2024-03-29T03:46", "weekday, zone in brackets"),
    ("04:30 GMT+7, Thứ Ba, 27/9/2022", "2022-09-27T04:30", "time first"),
    ("Cập nhật lúc: 18:00 |22/05/2022", "2022-05-22T18:00", "bar without a space"),
    ("Thứ ba, 14 Tháng 2 2023 16:05", "2023-02-14T16:05", "month in words, no năm"),
    ("Ngày 05 tháng 8 năm 2012", "2012-08-05", "in full"),
    ("Thứ Năm, 18.4.2013 | 10:05", "2013-04-18T10:05", "dots"),
    ("15-11-2005", "2005-11-15", "hyphens"),
    ("2021-04-29 08:10", "2021-04-29T08:10", "year first"),
    ("7:45', 21/6/ 2018 (GMT+7)", "2018-06-21T07:45", "minute mark, stray blank"),
    ("12/09/2025 09:16:00 AM", "2025-09-12T09:16", "day first, with seconds"),
    ("9/4/2015 3:05:00 PM", "2015-09-04T15:05", "month first: English software, no leading zeros"),
    ("March 14, 2025", "2025-03-14", "English"),
    ("Ngày đăng: 18/10/2023 - Lượt xem: 77", "2023-10-18", "counter after it"),
    ("Đăng ngày: 09/12/2017. Chuyên mục: Bản làng", "2017-12-09", "a few words after it"),
    ("22/09/2020 17:30   Cỡ chữ  A-  A+", "2020-09-22T17:30", "share bar after it"),
    ("3 giờ trước", "", "shows no date but is one"),
]


@pytest.mark.parametrize(("line", "edtf", "why"), SHOWN)
def test_displayed(line, edtf, why):
    shown = displayed(lines(line)[0])
    assert shown is not None
    assert shown.edtf == edtf


OTHER = [
    ("Sáng 8/7/2024, xã Hua Sa họp dân", "a sentence"),
    ("Hua Sa, ngày 14 tháng 6 năm 2022", "a document's place and date"),
    ("31/02/2024", "no such day"),
    ("Cập nhật ngày 12/4/2020: Bản Huổi Lưa đã có thêm ba mươi căn nhà mới sau trận lũ.", "a sentence after a label"),
    ("0281.387.2020", "a telephone number"),
]


@pytest.mark.parametrize(("line", "why"), OTHER)
def test_other_lines(line, why):
    assert displayed(lines(line)[0]) is None
