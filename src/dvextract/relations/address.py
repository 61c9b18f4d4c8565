"""How pages address people: the words between a title and a name, as patterns over a `Skeleton`.

`ONE` is a form of address of one person, `CALLED` what may stand right before a name.
"""

ONE = (
    r"(?:đồng chí|đ/c|ông|bà|anh|chị|cô|chú|bác|em|cháu|cụ|già|má|ngài|đức|thầy giáo|cô giáo|thầy|luật sư|bác sĩ|"
    r"nhà báo|nhà văn|liệt s[ĩỹ]|vị|bạn|bố|mẹ|cố|tân|đại biểu|cử tri)"
)
_MANY = rf"(?:(?:các|hai|ba|bốn|những|\d+) {ONE}(?:, {ONE})*)"
CALLED = rf"(?:{_MANY} ?:? ?|{ONE}\.? ?){{0,2}}"
