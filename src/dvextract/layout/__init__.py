"""Dividing a page: lines to paragraphs, paragraphs to kinds of block, furniture to what the page says of itself.

`lines` splits and rejoins what was broken, `furniture` knows lines by their own words, `dates` reads displayed dates,
`division` decides by position among the other lines, `page` reads title, dates, outlet and author off the result.
"""
