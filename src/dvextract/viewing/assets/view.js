// Shows a run page by page. The data stand in script elements that no browser runs: JSON, deflated, base64, in chunks
// of pages that are decoded when first looked at. Words of the pages reach the document as text nodes only.
(() => {
  "use strict";

  const $ = (id) => document.getElementById(id);
  const HEIGHT = 52; // of an entry in the list of pages, as in the style sheet
  const KEPT = 24; // decoded chunks in memory
  const DATE = /^\d{4}(-\d{2}(-\d{2})?)?$/; // a year, month or day

  let index; // {labels, tags, per, tables, pages: [[doc_id, title, date, counts by label]]}
  let entities = []; // [entity_id, label, name, mentions, [pages]], most mentioned first
  let order = []; // entities by their number in the chunks
  let page; // the page that is shown, with its number
  let segments = []; // [start, end, node] of what can be lit
  let listed = []; // numbers of the pages that pass the filters
  let matches = null; // pages in which the query was found, null without a query
  let searching = 0;

  const state = { page: 0, mention: -1, labels: new Set(), entity: -1, from: "", to: "", q: "", furniture: false };

  // ---- elements -------------------------------------------------------------------------------------------------

  function h(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "class") node.className = value;
      else if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  }
  const words = (text, attributes = {}) => h("bdi", { lang: "vi", ...attributes }, String(text));
  const number = (n) => n.toLocaleString("en");

  // ---- data -----------------------------------------------------------------------------------------------------

  async function decoded(id) {
    const packed = atob($(id).textContent);
    const bytes = new Uint8Array(packed.length);
    for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  const chunks = new Map(); // number -> promise, the last used at the end
  function chunk(k) {
    const found = chunks.get(k) || decoded(`data-${k}`);
    chunks.delete(k);
    chunks.set(k, found);
    if (chunks.size > KEPT) chunks.delete(chunks.keys().next().value);
    return found;
  }

  async function pageAt(i) {
    const pages = await chunk(Math.floor(i / index.per));
    const found = pages[i % index.per];
    if (!found.ready) prepare(found);
    return found;
  }

  // The data count code points, JavaScript counts UTF-16 units: where they differ, offsets are moved once.
  function prepare(p) {
    p.ready = true;
    p.offsets = p.mentions.map(([start, end]) => `${start}–${end}`); // as the tables have them
    if (!/[\ud800-\udbff][\udc00-\udfff]/.test(p.text)) return;
    const at = [];
    let unit = 0;
    for (const character of p.text) {
      at.push(unit);
      unit += character.length;
    }
    at.push(unit);
    for (const rows of [p.blocks, p.mentions, ...p.facts.map((f) => f.spans)])
      for (const row of rows) [row[0], row[1]] = [at[row[0]], at[row[1]]];
  }

  // ---- search: as typed, or without accents when the query has none ------------------------------------------------

  const plain = new Map();
  function unaccented(c) {
    let found = plain.get(c);
    if (found === undefined) {
      found = c === "đ" || c === "Đ" ? "d" : c.normalize("NFD")[0].toLowerCase();
      plain.set(c, (found = found.length === 1 ? found : c));
    }
    return found;
  }
  // Both keep the length, so that a place in the folded text is the place in the text.
  const foldCase = (text) => text.replace(/[^\x00-\x60{-\x7f]|[A-Z]/g, (c) => (c.toLowerCase().length === 1 ? c.toLowerCase() : c));
  const foldAll = (text) => foldCase(text).replace(/[^\x00-\x7f]/g, unaccented);
  const folding = (query) => (/[^\x00-\x7f]/.test(query) ? foldCase : foldAll);
  const needle = (query) => folding(query)(query.normalize("NFC").trim());

  function hits(text, query) {
    const sought = needle(query);
    const found = [];
    if (!sought) return found;
    const folded = folding(query)(text);
    for (let at = folded.indexOf(sought); at >= 0; at = folded.indexOf(sought, at + sought.length))
      found.push([at, at + sought.length]);
    return found;
  }

  // Folded texts are kept: the first search decodes every page, the next ones none.
  const foldedBy = new Map([foldCase, foldAll].map((fold) => [fold, new Map()]));
  function foldedTexts(fold, k, pages) {
    const kept = foldedBy.get(fold);
    if (pages) kept.set(k, pages.map((p) => fold(p.text)));
    return kept.get(k);
  }

  async function search(query) {
    const mine = ++searching;
    state.q = query;
    if (!needle(query)) {
      matches = null;
      $("found").textContent = "";
      applied();
      return;
    }
    const fold = folding(query);
    const sought = needle(query);
    const found = new Set();
    index.pages.forEach(([id, title], i) => fold(`${id} ${title}`).includes(sought) && found.add(i));
    const last = Math.ceil(index.pages.length / index.per);
    for (let k = 0; k < last; k++) {
      const texts = foldedTexts(fold, k) || foldedTexts(fold, k, await chunk(k));
      if (mine !== searching) return; // another query has begun
      texts.forEach((text, i) => text.includes(sought) && found.add(k * index.per + i));
      if (k % 8 === 7) {
        $("found").textContent = `${number(found.size)} found, ${Math.round((100 * k) / last)} % searched`;
        await new Promise((resume) => setTimeout(resume));
      }
    }
    matches = found;
    $("found").textContent = `in ${number(found.size)} ${found.size === 1 ? "page" : "pages"}`;
    applied();
  }

  // ---- filters --------------------------------------------------------------------------------------------------

  function filtered() {
    const wanted = index.labels.map((_, i) => i).filter((i) => state.labels.has(i));
    const every = wanted.length === index.labels.length;
    const inEntity = state.entity >= 0 ? new Set(order[state.entity][4]) : null;
    const found = [];
    index.pages.forEach(([, , date, counts], i) => {
      if (!every && !wanted.some((label) => counts[label])) return;
      if (inEntity && !inEntity.has(i)) return;
      if (matches && !matches.has(i)) return;
      if ((state.from || state.to) && !date) return;
      if (state.from && date < state.from.slice(0, date.length)) return;
      if (state.to && date.slice(0, state.to.length) > state.to) return;
      found.push(i);
    });
    return found;
  }

  // The page that is shown stays unless the filters exclude it.
  function applied(keep = false) {
    listed = filtered();
    const active = [
      state.labels.size < index.labels.length,
      state.entity >= 0,
      Boolean(state.from || state.to),
      Boolean(needle(state.q)),
    ].filter(Boolean).length;
    $("active").textContent = active ? `· ${active} on` : "";
    $("count").textContent =
      listed.length === index.pages.length
        ? `${number(listed.length)} pages`
        : `${number(listed.length)} of ${number(index.pages.length)} pages`;
    [...$("labels").children].forEach((b, i) => b.setAttribute("aria-pressed", String(state.labels.has(i))));
    if (!keep && !listed.includes(state.page)) {
      if (listed.length) [state.page, state.mention] = [listed[0], -1];
    }
    show();
  }

  // ---- list of pages: only what is in view exists -------------------------------------------------------------------

  function list() {
    const box = $("list");
    $("spacer").style.height = `${listed.length * HEIGHT}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / HEIGHT) - 4);
    const last = Math.min(listed.length, Math.ceil((box.scrollTop + box.clientHeight) / HEIGHT) + 4);
    const had = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.page : undefined;
    const entries = [];
    for (let at = first; at < last; at++) {
      const i = listed[at];
      const [id, title, date, counts] = index.pages[i];
      const total = counts.reduce((a, b) => a + b, 0);
      const entry = h(
        "button",
        {
          type: "button",
          "data-page": i,
          "aria-current": i === state.page ? "page" : null,
          on: { click: () => go(i) },
        },
        h("b", {}, words(title || id)),
        h("small", {}, date ? h("time", {}, date) : "", words(id), h("i", { title: "mentions" }, number(total))),
      );
      entry.style.top = `${at * HEIGHT}px`;
      entries.push(entry);
    }
    $("spacer").replaceChildren(...entries);
    if (had !== undefined) entries.find((e) => e.dataset.page === had)?.focus({ preventScroll: true });
  }

  function intoView() {
    const at = listed.indexOf(state.page);
    const box = $("list");
    $("spacer").style.height = `${listed.length * HEIGHT}px`;
    if (at >= 0 && (at * HEIGHT < box.scrollTop || (at + 1) * HEIGHT > box.scrollTop + box.clientHeight))
      box.scrollTop = Math.max(0, at * HEIGHT - box.clientHeight / 2);
  }

  // ---- a page ---------------------------------------------------------------------------------------------------

  function go(i, mention = -1) {
    [state.page, state.mention] = [i, mention];
    show();
  }

  function step(by) {
    const at = listed.indexOf(state.page);
    const to = at < 0 ? (by > 0 ? listed.findIndex((i) => i > state.page) : listed.findLastIndex((i) => i < state.page)) : at + by;
    if (to >= 0 && to < listed.length) go(listed[to]);
  }

  let shown = -1;
  async function show() {
    const wanted = state.page;
    const none = !listed.length;
    const next = none ? null : await pageAt(wanted);
    if (wanted !== state.page || none !== !listed.length) return; // something else was asked for meanwhile
    page = next;
    const at = listed.indexOf(state.page);
    $("position").textContent = none ? "no page" : `${at < 0 ? "–" : number(at + 1)} / ${number(listed.length)}`;
    $("previous").disabled = none || at === 0;
    $("next").disabled = none || at === listed.length - 1;
    if (none) {
      $("text").replaceChildren(h("p", { class: "nothing", lang: "en" }, "No page passes these filters."));
      $("panel").replaceChildren();
      segments = [];
    } else {
      $("text").replaceChildren(article(page));
      panel(page);
      if (shown !== state.page) $("text").scrollTop = 0;
      if (state.mention >= 0) reveal(mentionNodes(state.mention)[0]);
      else if (state.entity >= 0) reveal(document.querySelector("mark.same"));
      else if (state.q) reveal(document.querySelector(".hit"));
    }
    shown = none ? -1 : state.page;
    intoView();
    list();
    remember();
  }

  function reveal(node) {
    if (node) node.scrollIntoView({ block: "nearest" });
  }

  function article(p) {
    const [id, , date] = index.pages[state.page];
    const root = h("article", { "aria-label": id });
    const where = h("div", { class: "where", lang: "en" }, words(id));
    if (date) where.append(h("span", {}, date));
    if (p.document.outlet) where.append(words(p.document.outlet));
    if (p.document.author) where.append(words(p.document.author));
    root.append(where);
    segments = [];
    const found = hits(p.text, state.q);
    const cuts = new Set();
    for (const rows of [p.blocks, p.mentions, found, ...p.facts.map((f) => f.spans)])
      for (const [start, end] of rows) cuts.add(start).add(end);
    const edges = [...cuts].sort((a, b) => a - b);
    const said = p.facts.filter((f) => f.table === "statements").map((f) => f.spans.at(-1)); // what was said stands last
    let furniture = null;
    let paragraph = null;
    let end = 0;
    let edge = 0;
    let mention = 0;
    for (const [start, stop, kind, content] of p.blocks) {
      const gap = p.text.slice(end, start);
      const newLine = paragraph === null || /[\n\r\u2028\u2029\x85]/.test(gap);
      if (content && (newLine || furniture)) {
        furniture = null;
        root.append((paragraph = h("p", { class: kind })));
      } else if (!content && (newLine || !furniture)) {
        const alone = newLine;
        if (alone && !furniture) {
          furniture = h("details", { class: "furniture", open: state.furniture }, h("summary", { lang: "en" }), h("div"));
          furniture.kinds = [];
          root.append(furniture);
        }
        if (alone) furniture.lastChild.append((paragraph = h("p", {}, h("small", { lang: "en" }, kind), h("span"))));
      } else if (!newLine) (furniture ? paragraph.lastChild : paragraph).append(gap);
      if (furniture) {
        furniture.kinds.push(kind);
        furniture.firstChild.textContent = `${furniture.kinds.length} ${furniture.kinds.length === 1 ? "line" : "lines"} of page furniture: ${[...new Set(furniture.kinds)].join(", ")}`;
      }
      let target = furniture ? paragraph.lastChild : paragraph;
      if (!content && !furniture) paragraph.append((target = h("span", { class: "aside", title: kind })));
      while (edge < edges.length && edges[edge] <= start) edge++;
      let from = start;
      let mark = null;
      let open = -1;
      while (from < stop) {
        const to = edge < edges.length && edges[edge] < stop ? edges[edge++] : stop;
        while (mention < p.mentions.length && p.mentions[mention][1] <= from) mention++;
        const m = mention < p.mentions.length && p.mentions[mention][0] <= from ? mention : -1;
        if (m !== open) {
          mark = m >= 0 ? marked(p, m) : null;
          open = m;
          if (mark) target.append(mark);
        }
        const classes = [];
        if (said.some(([a, b]) => a <= from && to <= b)) classes.push("said");
        if (found.some(([a, b]) => a <= from && to <= b)) classes.push("hit");
        const node = h("span", { class: classes.join(" ") }, p.text.slice(from, to));
        segments.push([from, to, node]);
        (mark || target).append(node);
        from = to;
      }
      end = stop;
    }
    if (!p.blocks.length) root.append(h("p", {}, p.text));
    return root;
  }

  function marked(p, i) {
    const [, , label, kind, value, entity] = p.mentions[i];
    const name = index.labels[label];
    const classes = [name];
    if (!state.labels.has(label)) classes.push("off");
    if (i === state.mention) classes.push("chosen");
    if (state.entity >= 0 && entity === state.entity) classes.push("same");
    const node = h("mark", {
      class: classes.join(" "),
      tabindex: state.labels.has(label) ? "0" : null,
      role: "button",
      "data-tag": index.tags[label],
      "data-mention": i,
      title: [name, kind, value].filter(Boolean).join(" · "),
      "aria-label": `${p.text.slice(p.mentions[i][0], p.mentions[i][1])}, ${name}`,
    });
    return node;
  }

  const mentionNodes = (i) => [...document.querySelectorAll(`mark[data-mention="${Number(i)}"]`)];

  function light(spans, on) {
    for (const [start, end, node] of segments)
      if (spans.some(([a, b]) => a <= start && end <= b)) node.classList.toggle("lit", on);
  }

  function unlight() {
    for (const [, , node] of segments) node.classList.remove("lit");
    document.querySelectorAll(".lit-by").forEach((node) => node.classList.remove("lit-by"));
  }

  // ---- the panel ------------------------------------------------------------------------------------------------

  const TITLES = {
    posts: "Posts",
    statements: "Statements",
    cooperations: "Cooperations",
    participations: "Participations",
    abbreviations: "Abbreviations",
  };

  function days(start, end) {
    return start || end ? h("span", { class: "badge" }, `${start || "…"} – ${end || "…"}`) : "";
  }

  const SENTENCES = {
    posts: (r) => [
      h("b", {}, words(r.person)),
      h("span", { class: "badge" }, r.status),
      days(r.start, r.end),
      h("br"),
      words(r.title),
      r.organisation ? h("small", {}, words(r.organisation)) : "",
    ],
    statements: (r) => [
      h("b", {}, words(r.speaker)),
      " ",
      h("em", {}, words(r.verb)),
      h("span", { class: "badge" }, r.mode),
      words(r.content, { class: "said-words" }),
    ],
    cooperations: (r) => [
      h("b", {}, words(r.organisation_a)),
      h("em", {}, " with "),
      h("b", {}, words(r.organisation_b)),
      days(r.start_date, r.end_date),
      r.programme ? h("small", {}, words(r.programme)) : "",
    ],
    participations: (r) => [
      h("b", {}, words(r.participant)),
      h("span", { class: "badge" }, r.role),
      h("small", {}, words(r.event)),
    ],
    abbreviations: (r) => [h("b", {}, words(r.short)), h("em", {}, " = "), words(r.long), h("span", { class: "badge" }, r.source)],
  };

  let pinned = null;

  function panel(p) {
    pinned = null;
    const open = new Map([...$("panel").querySelectorAll("details")].map((d) => [d.dataset.part, d.open]));
    const part = (name, title, count, ...children) =>
      h(
        "details",
        { class: name, "data-part": name, open: open.has(name) ? open.get(name) : name !== "about" },
        h("summary", {}, title, h("i", {}, count)),
        ...children,
      );
    const facts = [];
    for (const table of Object.keys(TITLES)) {
      const rows = p.facts.filter((f) => f.table === table);
      if (rows.length) facts.push(h("h3", {}, `${TITLES[table]} ${rows.length}`), h("ul", {}, ...rows.map((f) => h("li", {}, factButton(f)))));
    }
    if (!facts.length) facts.push(h("p", { class: "none" }, "No facts on this page."));
    const visible = p.mentions.map((m, i) => [m, i]).filter(([m]) => state.labels.has(m[2]));
    const lines = visible.map(([m, i]) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", "data-row": i, on: { click: () => choose(i, true) } },
          h("span", { class: `chip ${index.labels[m[2]]}` }, index.tags[m[2]]),
          h("span", {}, words(p.text.slice(m[0], m[1])), m[4] && m[4] !== p.text.slice(m[0], m[1]) ? h("span", { class: "value" }, " → ", words(m[4])) : ""),
        ),
      ),
    );
    const about = h("dl", { class: "rows" });
    for (const [name, value] of Object.entries(p.document)) if (value !== "" && value !== null) about.append(h("dt", {}, name), h("dd", {}, words(value)));
    const parts = [
      part("facts", "Facts", p.facts.length, ...facts),
      part("mentions", "Mentions", visible.length, h("ul", {}, ...lines)),
      part("about", "About this page", "", about),
    ];
    if (state.mention >= 0 && p.mentions[state.mention]) parts.unshift(card(p, state.mention));
    $("panel").replaceChildren(...parts);
  }

  function factButton(fact) {
    const rules = [...new Set(fact.spans.map((s) => s[2]).filter(Boolean))].join(", ");
    const button = h(
      "button",
      { type: "button", "aria-pressed": "false", title: rules ? `Rule: ${rules}` : null },
      ...SENTENCES[fact.table](fact.row),
      rules ? h("small", { class: "rule" }, rules) : "",
    );
    button.fact = fact;
    const on = () => {
      if (!pinned) light(fact.spans, true);
    };
    const off = () => {
      if (!pinned) unlight();
    };
    button.addEventListener("mouseenter", on);
    button.addEventListener("focus", on);
    button.addEventListener("mouseleave", off);
    button.addEventListener("blur", off);
    button.addEventListener("click", () => {
      const again = pinned === button;
      if (pinned) pinned.setAttribute("aria-pressed", "false");
      unlight();
      pinned = again ? null : button;
      if (pinned) {
        button.setAttribute("aria-pressed", "true");
        light(fact.spans, true);
        reveal(document.querySelector(".lit"));
      }
    });
    return button;
  }

  function card(p, i) {
    const [start, end, label, kind, value, entity, method, score] = p.mentions[i];
    const rows = h("dl", { class: "rows" });
    const add = (name, ...content) => rows.append(h("dt", {}, name), h("dd", {}, ...content));
    if (kind) add("kind", kind);
    if (value) add("value", words(value));
    const whole = entity >= 0 ? order[entity] : null;
    if (whole && whole[2] !== value) add("entity", words(whole[2]));
    add("found by", words(method), ` · ${Number(score).toFixed(3)}`);
    add("characters", p.offsets[i]);
    const root = h(
      "section",
      { class: `card ${index.labels[label]}`, "aria-label": "Selected mention" },
      h("span", { class: `chip ${index.labels[label]}` }, index.labels[label]),
      h("h2", {}, words(p.text.slice(start, end))),
      rows,
    );
    if (whole) {
      const pages = whole[4].length;
      const text = `Only this entity: ${number(whole[3])} ${whole[3] === 1 ? "mention" : "mentions"}, ${number(pages)} ${pages === 1 ? "page" : "pages"}`;
      root.append(
        state.entity === entity
          ? h("button", { type: "button", on: { click: () => only(-1) } }, "Show all entities again")
          : h("button", { type: "button", id: "only", on: { click: () => only(entity) } }, text),
      );
    }
    return root;
  }

  function choose(i, scroll = false) {
    state.mention = i;
    document.querySelectorAll("mark.chosen").forEach((node) => node.classList.remove("chosen"));
    const nodes = i >= 0 ? mentionNodes(i) : [];
    nodes.forEach((node) => node.classList.add("chosen"));
    panel(page);
    if (i >= 0) $("panel").scrollTop = 0;
    if (scroll && nodes[0]) {
      reveal(nodes[0]);
      nodes[0].focus({ preventScroll: true });
    }
    remember();
  }

  function walk(by) {
    if (!page) return;
    const visible = page.mentions.map((m, i) => [m, i]).filter(([m]) => state.labels.has(m[2])).map(([, i]) => i);
    if (!visible.length) return;
    const at = visible.indexOf(state.mention);
    const to = at < 0 ? (by > 0 ? 0 : visible.length - 1) : Math.min(Math.max(at + by, 0), visible.length - 1);
    choose(visible[to], true);
  }

  function only(entity) {
    state.entity = entity;
    $("entity").value = entity >= 0 ? order[entity][2] : "";
    applied();
  }

  function factsOf(i) {
    const [start, end] = page.mentions[i];
    return [...$("panel").querySelectorAll(".facts li > button")].filter((b) =>
      b.fact.spans.some(([a, z]) => a < end && start < z && b.fact.row && (b.fact.mentions.includes(i) || (start <= a && z <= end))),
    );
  }

  // ---- entities -------------------------------------------------------------------------------------------------

  let options = [];
  let option = -1;

  function suggest() {
    const typed = $("entity").value.trim();
    const sought = typed ? needle(typed) : "";
    const fold = folding(typed);
    options = [];
    for (const e of entities) {
      if (!sought || fold(e[2]).includes(sought)) options.push(e);
      if (options.length === 40) break;
    }
    option = -1;
    $("entities").replaceChildren(
      ...options.map((e, i) =>
        h(
          "li",
          { role: "option", id: `option-${i}`, "aria-selected": "false", on: { mousedown: (event) => (event.preventDefault(), take(i)) } },
          h("span", { class: `chip ${index.labels[e[1]]}` }, index.tags[e[1]]),
          words(e[2]),
          h("i", {}, number(e[3])),
        ),
      ),
    );
    opened(options.length > 0);
  }

  function opened(is) {
    $("entities").hidden = !is;
    $("entity").setAttribute("aria-expanded", String(is));
    if (!is) $("entity").removeAttribute("aria-activedescendant");
  }

  function take(i) {
    opened(false);
    only(options[i][5]);
  }

  function pick(by) {
    if ($("entities").hidden) suggest();
    if (!options.length) return;
    option = (option + by + options.length) % options.length;
    [...$("entities").children].forEach((li, i) => li.setAttribute("aria-selected", String(i === option)));
    $("entity").setAttribute("aria-activedescendant", `option-${option}`);
    $("entities").children[option].scrollIntoView({ block: "nearest" });
  }

  // ---- the address ----------------------------------------------------------------------------------------------

  let written = "";

  function remember() {
    const parts = new URLSearchParams();
    parts.set("page", index.pages[state.page][0]);
    if (state.mention >= 0) parts.set("mention", state.mention);
    if (state.labels.size < index.labels.length) parts.set("labels", index.labels.filter((_, i) => state.labels.has(i)).join(","));
    if (state.entity >= 0) parts.set("entity", order[state.entity][0]);
    for (const name of ["from", "to", "q"]) if (state[name]) parts.set(name, state[name]);
    written = `#${parts}`;
    if (location.hash !== written) {
      try {
        history.replaceState(null, "", written);
      } catch {
        location.hash = written; // a browser may forbid it for files
      }
    }
  }

  async function recall() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const named = (parts.get("labels") || "").split(",").map((name) => index.labels.indexOf(name));
    const known = named.filter((i) => i >= 0);
    state.labels = new Set(known.length ? known : index.labels.keys());
    state.entity = parts.has("entity") ? order.findIndex((e) => e && e[0] === parts.get("entity")) : -1;
    for (const name of ["from", "to"]) {
      const day = parts.get(name) || "";
      state[name] = DATE.test(day) ? day : "";
      $(name).value = state[name];
    }
    const at = index.pages.findIndex(([id]) => id === parts.get("page"));
    state.page = Math.max(0, at);
    const mention = Number.parseInt(parts.get("mention") ?? "-1", 10);
    state.mention = Number.isInteger(mention) ? mention : -1;
    $("query").value = parts.get("q") || "";
    $("entity").value = state.entity >= 0 ? order[state.entity][2] : "";
    if ($("query").value) {
      state.q = $("query").value;
      listed = filtered();
      await search(state.q);
    } else {
      state.q = "";
      matches = null;
      $("found").textContent = "";
      applied(at >= 0);
    }
  }

  // ---- light and dark -------------------------------------------------------------------------------------------

  const remembered = {
    get: () => {
      try {
        return localStorage.getItem("dvextract-theme");
      } catch {
        return null; // no storage for files in some browsers
      }
    },
    set: (value) => {
      try {
        localStorage.setItem("dvextract-theme", value);
      } catch {
        return; // the choice then holds until the page is closed
      }
    },
  };

  function theme(value) {
    document.documentElement.dataset.theme = value;
    $("theme").setAttribute("aria-pressed", String(value === "dark"));
    $("theme").textContent = value === "dark" ? "Light" : "Dark";
  }

  function otherTheme() {
    const value = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    theme(value);
    remembered.set(value);
  }

  // ---- events ---------------------------------------------------------------------------------------------------

  function toggleLabel(i) {
    if (state.labels.size === index.labels.length) state.labels = new Set([i]); // the first click shows one alone
    else if (state.labels.has(i)) state.labels.delete(i);
    else state.labels.add(i);
    if (!state.labels.size) state.labels = new Set(index.labels.keys());
    applied();
  }

  function clear() {
    state.labels = new Set(index.labels.keys());
    state.entity = -1;
    [state.from, state.to] = ["", ""];
    for (const id of ["entity", "from", "to", "query"]) $(id).value = "";
    for (const id of ["from", "to"]) $(id).setAttribute("aria-invalid", "false");
    search("");
  }

  function listen() {
    $("previous").addEventListener("click", () => step(-1));
    $("next").addEventListener("click", () => step(1));
    $("theme").addEventListener("click", otherTheme);
    $("print").addEventListener("click", () => window.print());
    $("help").addEventListener("click", () => $("keys").showModal());
    $("clear").addEventListener("click", clear);
    $("all").addEventListener("click", () => {
      state.labels = new Set(index.labels.keys());
      applied();
    });
    $("list").addEventListener("scroll", list, { passive: true });
    window.addEventListener("resize", list);
    window.addEventListener("hashchange", () => location.hash !== written && recall());
    for (const name of ["from", "to"])
      $(name).addEventListener("input", () => {
        const day = $(name).value.trim();
        const fits = !day || DATE.test(day);
        $(name).setAttribute("aria-invalid", String(!fits));
        if (!fits || state[name] === day) return;
        state[name] = day;
        applied();
      });
    let waiting;
    $("query").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => search($("query").value), 250);
    });
    $("search").addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(waiting);
      search($("query").value);
    });
    $("entity").addEventListener("input", () => {
      if (!$("entity").value && state.entity >= 0) only(-1);
      suggest();
    });
    $("entity").addEventListener("focus", suggest);
    $("entity").addEventListener("blur", () => opened(false));
    $("entity").addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") pick(event.key === "ArrowDown" ? 1 : -1);
      else if (event.key === "Enter" && options.length && !$("entities").hidden) take(Math.max(option, 0));
      else return;
      event.preventDefault();
    });
    const text = $("text");
    const of = (event) => event.target.closest("mark:not(.off)");
    text.addEventListener("click", (event) => {
      const mark = of(event);
      if (mark && !String(window.getSelection())) choose(Number(mark.dataset.mention));
    });
    const over = (event) => {
      const mark = of(event);
      if (mark && !pinned) factsOf(Number(mark.dataset.mention)).forEach((b) => b.classList.add("lit-by"));
    };
    text.addEventListener("mouseover", over);
    text.addEventListener("focusin", over);
    text.addEventListener("mouseout", () => pinned || unlight());
    text.addEventListener("focusout", () => pinned || unlight());
    document.addEventListener("keydown", keys);
  }

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
    if (event.target.matches("input")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const mark = event.target.closest("mark");
    if (mark && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      const i = Number(mark.dataset.mention);
      if (state.mention === i && page.mentions[i][5] >= 0) only(page.mentions[i][5]);
      else choose(i);
      return;
    }
    const actions = {
      n: () => step(1),
      p: () => step(-1),
      j: () => walk(1),
      k: () => walk(-1),
      "/": () => $("query").select(),
      e: () => $("entity").select(),
      d: otherTheme,
      "?": () => $("keys").showModal(),
      t: () => document.body.classList.toggle("tags"),
      f: () => {
        state.furniture = !state.furniture;
        document.querySelectorAll(".furniture").forEach((d) => (d.open = state.furniture));
      },
      Escape: () => {
        if (pinned) pinned.click();
        choose(-1);
      },
    };
    const digit = "1234567890".indexOf(event.key);
    if (event.key.length === 1 && digit >= 0 && digit < index.labels.length) toggleLabel(digit);
    else if (actions[event.key]) actions[event.key]();
    else return;
    event.preventDefault();
  }

  // ---- begin ----------------------------------------------------------------------------------------------------

  function labels() {
    const totals = index.labels.map((_, i) => index.pages.reduce((sum, p) => sum + p[3][i], 0));
    $("labels").replaceChildren(
      ...index.labels.map((name, i) =>
        h(
          "button",
          { type: "button", class: name, "aria-pressed": "true", title: `${name}, ${number(totals[i])} mentions (${(i + 1) % 10})`, on: { click: () => toggleLabel(i) } },
          h("b", {}, index.tags[i]),
          h("span", {}, name[0] + name.slice(1).toLowerCase()),
          h("i", {}, totals[i] < 10000 ? number(totals[i]) : `${Math.round(totals[i] / 1000)}k`),
        ),
      ),
    );
  }

  async function begin() {
    theme(remembered.get() || (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
    document.body.classList.add("tags");
    [index, entities] = await Promise.all([decoded("data-index"), decoded("data-entities")]);
    for (const e of entities) order[e[5]] = e;
    for (const e of entities) {
      let at = 0; // pages are stored as distances
      e[4] = e[4].map((distance) => (at += distance));
    }
    labels();
    if (window.matchMedia("(max-width: 860px)").matches) document.querySelector(".choices").open = false;
    listen();
    if (index.pages.length) await recall();
    else $("text").replaceChildren(h("p", { class: "nothing", lang: "en" }, "This run has no pages."));
    document.documentElement.dataset.ready = "true";
  }

  begin().catch((error) => {
    $("text").replaceChildren(h("p", { class: "nothing", lang: "en" }, `This page cannot be shown: ${error.message}`));
    throw error;
  });
})();
