"""Pages as portals of different systems serve them, around one invented article; what of them is article and what not.

`PORTALS` maps a system's name to its HTML. Sentences of `BODY` must come out as content, none of `FURNITURE` may.
"""

TITLE = "Hưng Sơn sơ kết công tác dân vận 6 tháng đầu năm"
LEAD = "Sáng 8/7, Ban Dân vận Tỉnh ủy Hưng Sơn tổ chức hội nghị sơ kết công tác dân vận 6 tháng đầu năm 2024."
BODY = (
    "Đồng chí Vừ A Páo, Ủy viên Ban Thường vụ, Trưởng Ban Dân vận Tỉnh ủy, chủ trì hội nghị.",
    "Theo báo cáo, toàn tỉnh xây dựng được 1.268 mô hình “Dân vận khéo”, trong đó 312 mô hình mới.",
    "Ban Dân vận Tỉnh ủy đã phối hợp với Hội Nông dân tỉnh vận động bà con hiến 12,5 ha đất làm đường.",
    "Phát biểu kết luận, đồng chí Vừ A Páo đề nghị các địa phương nắm chắc tình hình nhân dân vùng biên giới.",
)
CAPTION = "Quang cảnh hội nghị sơ kết"
FURNITURE = (
    "Mường Pảo ra quân làm đường giao thông nông thôn",
    "Nậm Hin họp bàn về nhà văn hóa bản",
    "Tổng biên tập: Đinh Khắc Mồi. Giấy phép số 12/GP-BTTTT. Ghi rõ nguồn khi phát hành lại thông tin từ trang này.",
    "Bài viết rất hay, tôi mong tỉnh tiếp tục quan tâm nhiều hơn nữa đến bà con vùng cao.",
    "Thủ tục hành chính",
)
OTHERS = "".join(
    f'<li><a href="/tin/{i}.html">{t}</a> <span>(07/07/2024)</span></li>' for i, t in enumerate(FURNITURE[:2])
)
FOOT = FURNITURE[2]
MENU = "".join(
    f'<li><a href="#{i}">{t}</a></li>'
    for i, t in enumerate(("Trang chủ", "Giới thiệu", "Tin tức", FURNITURE[4], "Liên hệ"))
)

WORDPRESS = f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{TITLE} - Báo Hưng Sơn</title>
<meta property="og:title" content="{TITLE}"><meta property="og:site_name" content="Báo Hưng Sơn điện tử">
<script type="application/ld+json">{{"@context":"https://schema.org","@graph":[{{"@type":"WebSite","name":"x"}},
{{"@type":"NewsArticle","headline":"{TITLE}","datePublished":"2024-07-08T09:40:00+00:00",
"author":{{"@type":"Person","name":"Hà Thu Lan"}}}}]}}</script><style>.a{{color:red}}</style></head>
<body class="single"><header><nav class="main-navigation"><ul>{MENU}</ul></nav></header>
<main><article class="post"><header class="entry-header"><h1 class="entry-title">{TITLE}</h1>
<div class="entry-meta"><span class="posted-on">08/07/2024 16:40</span> <span class="byline">Hà Thu Lan</span></div>
</header>
<div class="entry-content"><p><strong>{LEAD}</strong></p><figure class="wp-caption"><img src="a.jpg" alt="x">
<figcaption class="wp-caption-text">{CAPTION}</figcaption></figure><p>{BODY[0]}</p><p>{BODY[1]}</p>
<div class="related-posts"><h3>Tin liên quan</h3><ul>{OTHERS}</ul></div><p>{BODY[2]}</p><p>{BODY[3]}</p></div>
<div class="sharedaddy"><a href="#">Facebook</a> <a href="#">Zalo</a></div></article>
<div id="comments"><h3>Bình luận</h3><p>{FURNITURE[3]}</p></div></main>
<aside id="secondary"><h2>Tin mới</h2><ul>{OTHERS}</ul></aside><footer><p>{FOOT}</p></footer></body></html>"""

JOOMLA = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{TITLE}</title>
<meta name="author" content="Hà Thu Lan"></head><body><div id="wrapper"><ul class="menu nav">{MENU}</ul>
<div class="breadcrumb"><a href="/">Trang chủ</a> / <a href="/tin">Tin tức</a></div>
<div class="item-page"><h2 itemprop="name">{TITLE}</h2><dl class="article-info"><dd class="published">
<time datetime="2024-07-08T16:40:00+07:00" itemprop="datePublished">Được đăng: 08 Tháng 7 2024</time></dd>
<dd class="hits">Lượt xem: 1520</dd></dl><div itemprop="articleBody"><p>{LEAD}</p><p style="text-align:center">
<img src="a"></p>
<p>{BODY[0]}</p><p>{BODY[1]}</p><p>{BODY[2]}<br />{BODY[3]}</p></div>
<ul class="pager pagenav"><li><a href="#">Trước</a></li><li><a href="#">Tiếp</a></li></ul></div>
<div class="moduletable"><h3>Tin khác</h3><ul class="latestnews">{OTHERS}</ul></div><div id="footer">{FOOT}</div>
</div></body></html>"""

SHAREPOINT = f"""<html><head><meta charset="utf-8"/><title>Chi tiết tin</title></head><body>
<form id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="{"x" * 3000}"/><div id="s4-workspace">
<div id="DeltaTopNavigation" class="ms-core-navigation"><ul>{MENU}</ul></div><div class="ms-webpart-zone">
<div class="ms-WPBody"><div class="title-news"><h1>{TITLE}</h1></div>
<div class="date-news">Thứ hai, 08/07/2024, 16:40 GMT+7</div>
<div class="intro-news">{LEAD}</div><div class="ms-rtestate-field"><div class="ExternalClass0A1B"><div>{BODY[0]}</div>
<div>\u200b{BODY[1]}</div><div style="text-align:justify"><span><span>{BODY[2]}</span></span></div>
<div>{BODY[3]}</div></div></div>
<div class="author-news"><b>Hà Thu Lan</b></div><div class="news-other"><b>Các tin khác</b><ul>{OTHERS}</ul></div>
</div></div>
<div class="footer-portal">{FOOT}</div></div></form></body></html>"""

TABLES = f"""<HTML><HEAD><TITLE>CONG THONG TIN DIEN TU</TITLE></HEAD><BODY><TABLE width=100%><TR><TD colspan=3>
<IMG src=banner.gif></TD></TR>
<TR><TD width=160 valign=top><TABLE><TR><TD><A href=#>Trang chủ</A></TD></TR><TR><TD><A href=#>{FURNITURE[4]}</A>
</TD></TR></TABLE></TD>
<TD valign=top><TABLE><TR><TD><SPAN class=tieude><B>{TITLE}</B></SPAN></TD></TR><TR>
<TD>Cập nhật: 08/07/2024 16:40</TD></TR>
<TR><TD><P>{LEAD}<P><TABLE align=center><TR><TD><IMG src=a.jpg></TD></TR><TR><TD><I>{CAPTION}</I></TD></TR></TABLE>
<P>{BODY[0]}<P>{BODY[1]}<P>{BODY[2]}<P>{BODY[3]}<P align=right><B>Hà Thu Lan</B></TD></TR>
<TR><TD><B>Các tin liên quan</B><UL>{OTHERS}</UL></TD></TR></TABLE></TD>
<TD width=180 valign=top><TABLE><TR><TD><B>Đọc nhiều</B></TD></TR><TR><TD><A href=#>{FURNITURE[1]}</A></TD></TR>
</TABLE></TD></TR>
<TR><TD colspan=3 align=center>{FOOT}</TD></TR></TABLE></BODY></HTML>"""

DIVS = f"""<!doctype html><html><head><meta charset="utf-8">
<title>{TITLE} | Cổng thông tin điện tử huyện Mường Pảo</title>
<meta name="dc.date" content="08/07/2024 16:40"></head><body><div class="x1"><div class="x2"><ul>{MENU}</ul></div>
</div>
<div class="x3"><div class="x4"><div class="x5"><div class="b1">{TITLE}</div><div class="b2">08/07/2024 16:40</div>
<div class="b3"><div>{LEAD}</div><div>{BODY[0]}</div><div>{BODY[1]}</div><div>{BODY[2]}</div><div>{BODY[3]}</div>
<div>Hà Thu Lan</div></div></div><div class="x6"><div>Tin cùng chuyên mục</div>{OTHERS}</div></div>
<div class="x7"><div class="x8">Đọc nhiều</div>{OTHERS}</div></div><div class="x9">{FOOT}</div></body></html>"""

PAPER = f"""<!doctype html><html><head><meta charset="utf-8"><title>{TITLE}</title>
<meta property="article:published_time" content="2024-07-08T16:40:00+07:00">
<meta property="article:author" content="Hà Thu Lan"></head>
<body><div class="container"><div class="box-menu"><ul>{MENU}</ul></div><div class="col-left">
<h1 class="detail-title">{TITLE}</h1>
<div class="detail-time">Thứ Hai, 16:40 08/07/2024</div><div class="fb-like">Chia sẻ</div>
<h2 class="detail-sapo">(BHS) - {LEAD}</h2>
<div class="detail-content" id="content-detail"><p>{BODY[0]}</p><div class="box-tinlienquan">
<a href="#">{FURNITURE[0]}</a></div>
<table class="picture"><tbody><tr><td class="pic"><img src="a.jpg"></td></tr><tr><td class="caption">{CAPTION}</td>
</tr></tbody></table>
<p>{BODY[1]}</p><p>{BODY[2]}</p><table border="1"><tr><td>Huyện</td><td>Mô hình</td></tr><tr><td>Mường Pảo</td>
<td>112</td></tr>
<tr><td>Nậm Hin</td><td>98</td></tr></table><p>{BODY[3]}</p><p style="text-align:right"><strong>Hà Thu Lan</strong>
</p></div>
<div class="detail-tags">Từ khóa: <a href="#">dân vận</a>, <a href="#">Hưng Sơn</a></div>
<div class="box-comment"><div class="cmt">{FURNITURE[3]}</div></div><div class="box-other"><h3>Tin khác</h3>
<ul>{OTHERS}</ul></div></div>
<div class="col-right"><div class="title-box">Tin nổi bật</div><h3><a href="#">{FURNITURE[1]}</a></h3>
<p>{FURNITURE[1]}, huyện Nậm Hin, \
bắt đầu từ câu chuyện chung tay của cả cộng đồng cư dân.</p></div></div><div class="foot-page">{FOOT}</div></body>
</html>"""

LIFERAY = f"""<html><head><meta charset="utf-8"><title>Tin tức - Cổng TTĐT huyện Nậm Hin</title></head><body>
<header id="banner"><h1 class="site-title"><a href="/">Cổng thông tin điện tử huyện Nậm Hin</a></h1><nav>
<ul>{MENU}</ul></nav>
</header><div class="portlet-boundary"><div class="journal-content-article"><div class="title-detail">{TITLE}</div>
<div class="time-detail"><i class="fa fa-clock"></i> 16:40 | 08/07/2024</div><div class="abstract">{LEAD}</div>
<div class="content-detail"><p style="text-align: justify;"><span><span>{BODY[0]}</span></span></p>
<p style="text-align:center"><img src="/a.jpg"/></p><p style="text-align:center"><em>{CAPTION}</em></p>
<p>{BODY[1]}</p>
<p>&nbsp;</p><p>{BODY[2]}</p><p>{BODY[3]}</p><p style="text-align: right;"><strong>Hà Thu Lan</strong></p></div>
</div></div>
<div class="portlet"><h3>Tin liên quan</h3><ul class="list-news">{OTHERS}</ul></div>
<div class="portlet-counter">Lượt truy cập: 12345</div><footer id="footer"><div>{FOOT}</div></footer></body></html>"""

TEASERS = "".join(
    f'<div class="item"><h3><a href="#">{FURNITURE[0]}</a></h3><p>{FURNITURE[0]}: huyện đã huy động sức dân số {i} làm '
    "đường, xây nhà văn hóa và giữ gìn vệ sinh môi trường bản làng suốt nhiều năm.</p></div>"
    for i in range(8)
)
STATED = '<meta property="article:published_time" content="2024-07-08T16:40:00+07:00">'
SHORT = f"""<html><head><meta charset="utf-8">
<meta property="og:title" content="{TITLE}">{STATED}<title>{TITLE}</title></head>
<body><div class="menu"><ul>{MENU}</ul></div><div class="main"><div class="left"><h1>{TITLE}</h1><div class="noidung">
<p>{LEAD} {" ".join(BODY)}</p></div><h4>Tin khác</h4><div class="list">{TEASERS}</div></div>
<div class="right">{TEASERS}</div>
</div><div>{FOOT}</div></body></html>"""

COMMENTS = "".join(f'<div class="cmt-item"><b>Bạn đọc {i}</b><p>{FURNITURE[3]}</p></div>' for i in range(12))
COMMENTED = f"""<html><head><meta charset="utf-8"><title>{TITLE}</title>{STATED}</head><body><article><h1>{TITLE}</h1>
<p class="lead">{LEAD}</p>{"".join(f"<p>{b}</p>" for b in BODY)}</article><section class="comment-list">
<h2>Ý kiến bạn đọc</h2>{COMMENTS}</section><p>{FOOT}</p></body></html>"""

BREAKS = f"""<HTML><BODY><CENTER><A HREF=/>Trang chủ</A> | <A HREF=/x>{FURNITURE[4]}</A></CENTER><HR><H2>{TITLE}</H2>
<FONT SIZE=2>Ngày đăng: 08/07/2024 16:40</FONT><BR><DIV ALIGN=justify>{LEAD}<BR><BR>{BODY[0]}<BR>{BODY[1]}<BR>
<BR>{BODY[2]}
<BR>{BODY[3]}</DIV><P ALIGN=right>Hà Thu Lan</P><HR><A HREF=1>{FURNITURE[0]}</A><BR><A HREF=2>{FURNITURE[1]}</A><HR>
<CENTER><FONT SIZE=1>{FOOT}</FONT></CENTER></BODY></HTML>"""

BUILDER = f"""<html><head><meta charset=utf-8>
<title>{TITLE}</title>{STATED}<meta name="author" content="Hà Thu Lan"></head><body>
<div class="elementor-widget-wrap"><ul class="elementor-nav-menu">{MENU}</ul></div><div class="elementor-section">
<div class="elementor-widget-wrap"><div class="elementor-widget elementor-widget-theme-post-title"><h1>{TITLE}</h1>
</div>
<div class="elementor-widget elementor-widget-theme-post-content"><div class="elementor-widget-container">
<p>{LEAD}</p>
{"".join(f"<p>{b}</p>" for b in BODY)}</div></div>
<div class="elementor-widget elementor-widget-posts">{OTHERS}</div></div>
</div><footer>{FOOT}</footer></body></html>"""

PRINTED = JOOMLA.replace('itemprop="articleBody"', 'id="divPrint"')

PORTALS = {
    "wordpress": WORDPRESS,
    "joomla": JOOMLA,
    "sharepoint": SHAREPOINT,
    "tables": TABLES,
    "divs": DIVS,
    "paper": PAPER,
    "liferay": LIFERAY,
    "short": SHORT,
    "comments": COMMENTED,
    "breaks": BREAKS,
    "builder": BUILDER,
    "printed": PRINTED,
}
