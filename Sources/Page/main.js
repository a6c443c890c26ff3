// Drawing, keys, and the figures as they come.
const TABS = ["map", "flow", "variants", "seven", "attribution", "friction", "kpis", "retention", "actions", "quality"];
const LIVE = ["decisions", "engine"];
const tabs = () => D && !D.live ? TABS : TABS.concat(LIVE);
let heardAt = 0, isWaiting = false, told = null, customer = null, fault = "";

function readFigures(figures) {
  D = figures;
  if (!D) return;
  ALL = D.points.rows.map((row, i) => ({ i, ...Object.fromEntries(D.points.columns.map((column, place) => [column, row[place]])) }));
  const objects = part => part.rows.map(row => Object.fromEntries(part.columns.map((column, place) => [column, row[place]])));
  whole = { totals: D.totals, edges: D.edges, mend: objects(D.mend_first) };
  D.strengthen = objects(D.strengthen_first);
  D.kpis.days = objects(D.kpis.by_day).map(row => ({ ...row, n: Math.round(Date.parse(row.day) / 864e5) }));
  D.kpis.by = D.kpis.by_value.map(by => ({ name: by.name, rows: objects(by) }));
  D.parts = objects(D.parts);
  D.actions ||= [];
  D.churn = objects(D.churned);
  D.clv = objects(D.clv_by_cohort);
  D.variants.top = D.variants.rows.map(([count, error, converted, ...path]) => ({ count, error, converted, path }));
}

// ---- live

const asAdmin = () => ({ headers: { Authorization: "Bearer " + token } });
async function ask(path, options) {
  const answer = await fetch(path, { cache: "no-store", ...options });
  fault = answer.status === 401 ? W.refused : answer.status === 404 ? W.notfound : answer.ok ? "" : String(answer.status);
  return answer.ok ? answer.json() : null;
}
async function poll() {
  if (!document.hidden && !isWaiting) {
    isWaiting = true;
    try {
      const figures = await ask("journeys.json");
      if (figures) { const { engine } = D || {}; readFigures(figures); D.engine = engine; heardAt = Date.now(); }
      if (D && state.tab === "engine") {
        const rows = await ask("engine.json"), now = Date.now();
        if (rows) D.engine = rows.map(([name, value]) => [name, value, rateOf(name, value, now)]);
      }
      if (token && state.tab === "decisions") told = await ask("decisions.json", asAdmin());
      if (!isBusy()) draw();
    } catch { age(); }
    isWaiting = false;
  }
  setTimeout(poll, D ? 2000 : 400);
}
// How fast a count grew since it was last asked for, in seconds.
const counted = new Map();
function rateOf(name, value, now) {
  const before = counted.get(name);
  counted.set(name, { value, now });
  return before && /_total$/.test(name) ? (value - before.value) / (now - before.now) * 1e3 : null;
}
// Nobody's choice or selection is drawn anew under their hands.
const isBusy = () => /^(INPUT|SELECT)$/.test(document.activeElement.tagName) || String(getSelection()).length > 0 || $("keys").open;
function age() {
  const box = $("age");
  if (!box || !D || !D.live) return;
  const seconds = Math.round((Date.now() - heardAt) / 1000);
  box.textContent = say(seconds > 8 ? W.stale : W.live, seconds);
  box.className = "small num " + (seconds > 8 ? "down" : "sub");
}

function decisionsTab() {
  const input = (text, key, type, then) => {
    const box = h("input.btn", { type, "data-f": key, autocomplete: type === "text" ? "off" : "new-password", label: text });
    return h("form.hd", { onsubmit: event => { event.preventDefault(); then(box.value.trim()); } }, h("label.f", text, box), h("button.btn", W.show));
  };
  if (!token || fault === W.refused) {
    return part1(W.decisions, null, null, h("p.lead", W.tokenwhy), input(W.token, "token", "password", async value => {
      token = value;
      told = await ask("decisions.json", asAdmin());
      if (fault) token = "";
      draw();
    }), fault ? h("p.down", { role: "alert" }, fault) : null);
  }
  const rows = told ? told.lines : [];
  const columns = [{ key: "time", title: W.hours, get: row => row.time, show: row => h("span.num", row.time.slice(0, 19).replace("T", " ")), l: true }, { key: "customer_id", title: W.customer, get: row => row.customer_id, show: row => h("button.link", { onclick: () => see(row.customer_id) }, name(String(row.customer_id))), l: true, w: true },
    { key: "moment", title: W.moment, get: row => row.moment, show: row => name(String(row.moment || "")), l: true }, { key: "action", title: W.action, get: row => row.action, show: row => row.action ? name(String(row.action)) : h("span.sub", String(row.suppressed || row.reason || "–")), l: true },
    { key: "line", title: W.detail, get: row => JSON.stringify(row), show: row => h("details", h("summary", "JSON"), h("pre", JSON.stringify(row, null, 1))), l: true, w: true }];
  const see = async id => {
    // The first answer may be that the engine is being asked.
    for (let turn = 0; turn < 20; turn++) {
      const seen = await ask("customers/" + encodeURIComponent(id) + ".json", asAdmin());
      customer = seen && { customer_id: id, ...seen };
      if (fault !== "503") break;
      await new Promise(done => setTimeout(done, 150));
    }
    draw();
  };
  return [part1(W.customer, null, null, input(W.customer, "customer", "text", see), fault ? h("p.down", { role: "alert" }, fault) : null, customer ? h("div.card", h("pre", JSON.stringify(customer, null, 2))) : null),
    part1(W.decisions, null, [copyButton(columns, rows)], rows.length ? table(null, columns, rows, W.decisions) : h("p.lead", W.nodecisions))];
}
function engineTab() {
  const rows = D.engine || [], columns = [{ key: "name", title: W.what, get: row => row[0], l: true, w: true }, col("value", W.howmany, row => row[1], value => number(value, Math.abs(value) < 10 ? 6 : 0)), col("rate", "/ s", row => row[2], value => number(value, 1))];
  return part1(W.engine, null, [copyButton(columns, rows)], table(null, columns, rows, W.engine));
}

// ---- drawing

function head() {
  const mark = s("svg", { width: 22, height: 22, viewBox: "0 0 22 22", "aria-hidden": "true" }, s("path", { d: "M3 16C7 16 7 6 11 6s4 8 8 8", fill: "none", stroke: "var(--acc)", "stroke-width": 2.4, "stroke-linecap": "round" }), s("circle", { cx: 3, cy: 16, r: 2.6, fill: "var(--bad)" }), s("circle", { cx: 19, cy: 14, r: 2.6, fill: "var(--good)" }));
  const days = D && D.kpis.days, range = days && days.length ? (days.length > 1 ? shortDate(days[0].day) + " – " : "") + date(days[days.length - 1].day) : "";
  return [h("div.bar1", h("span.brand", mark, "journeyd"), h("span.sub.small.num", D ? [many(D.totals.customers, W.customer.toLowerCase(), W.customers), range].filter(Boolean).join(" · ") : ""),
    h("span.grow"), h("span", { id: "age", class: "sub small num", role: "status", "aria-live": "off" }),
    segments("Language", "lang", [["es", "ES"], ["en", "EN"]].map(([value, text]) => [value, h("span", { lang: value }, text)])), segments(W.theme, "theme", [["light", W.light], ["dark", W.dark], ["", W.auto]]),
    h("button.btn", { onclick: () => $("keys").showModal(), label: W.keys }, "?")),
  D ? h("h1", headline()) : null];
}
function draw() {
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.f : null;
  const scrolls = [...document.querySelectorAll(".scroll,.tabs")].map(box => box.scrollLeft);
  const opened = [...document.querySelectorAll("main details")].map(box => box.open);
  const before = $("main").dataset.tab;
  W = WORDS[lang()];
  document.documentElement.lang = lang();
  if (state.theme) document.documentElement.dataset.theme = state.theme; else delete document.documentElement.dataset.theme;
  if (!tabs().includes(state.tab)) state.tab = "map";
  document.title = `journeyd · ${W[state.tab]}`;
  firstTable = null;
  choosePart();
  const width = Math.max(320, ($("main").clientWidth || 1312) - (innerWidth <= 760 ? 32 : 48));
  const make = { map: () => [mapTools(), mendCards(), comparison(), journeyMap()], flow: () => flowTab(width), variants: variantsTab, seven: sevenTab, attribution: attributionTab, friction: frictionTab, kpis: kpiTab, retention: retentionTab, actions: actionsTab, quality: qualityTab, decisions: decisionsTab, engine: engineTab };
  const isEmpty = D && !D.totals.touches && !["quality", ...LIVE].includes(state.tab);
  const shown = state.lang || lang();
  $("head").replaceChildren(...fill(h("div"), head()).childNodes);
  for (const button of $("head").querySelectorAll("[data-f^=lang]")) button.setAttribute("aria-pressed", String(button.dataset.f === "lang" + shown));
  const list = h("div.tabs", { role: "tablist", label: "journeyd" }, tabs().map(tab => h("button", { role: "tab", id: "t-" + tab, "data-f": "t-" + tab, "aria-selected": String(tab === state.tab), "aria-controls": "panel", tabindex: tab === state.tab ? 0 : -1, onclick: () => go({ tab }, true) }, W[tab])));
  const panel = h("div", { role: "tabpanel", id: "panel", "aria-labelledby": "t-" + state.tab }, !D ? h("div.empty", W.soon) : isEmpty ? h("div.empty", h("h2", W.empty), h("p", W.emptywhy)) : make[state.tab]());
  $("main").replaceChildren(list, panel);
  $("main").dataset.tab = state.tab;
  $("foot").replaceChildren(D ? h("span", sayWith(W.foot, number(D.totals.events), h("bdi", D.conversion.types.slice(0, 5).map(type => type.slice(0, 60)).join(", "), D.conversion.chosen ? W.chosen : "")), D.settings.reached_us === null ? "" : " " + say(W.made, date(D.settings.reached_us / 1e3) + ", " + new Date(D.settings.reached_us / 1e3).toISOString().slice(11, 16) + " UTC.")) : "");
  keysDialog();
  if (before === state.tab) {
    document.querySelectorAll(".scroll,.tabs").forEach((box, place) => { if (scrolls[place]) box.scrollLeft = scrolls[place]; });
    document.querySelectorAll("main details").forEach((box, place) => { if (opened[place]) box.open = true; });
  } else {
    const selected = $("t-" + state.tab);
    list.scrollLeft = Math.max(0, selected.offsetLeft - list.offsetLeft - list.clientWidth / 2 + selected.offsetWidth / 2);
  }
  if (focused) { const again = document.querySelector(`[data-f="${CSS.escape(focused)}"]`); if (again) again.focus({ preventScroll: true }); }
  age();
}
function keysDialog() {
  const rows = [["← →, 1–9, 0", W.k.tabs], ["l", W.k.lang], ["t", W.k.theme], ["c", W.k.csv], ["?", W.k.help], ["Esc", W.k.esc]];
  const isOpen = $("keys").open;
  if (isOpen) return;
  $("keys").replaceChildren(h("h2", { id: "keys-title" }, W.keys), h("dl", rows.map(([key, what]) => [h("dt", h("kbd", key)), h("dd", what)])), h("form", { method: "dialog" }, h("button.btn", W.close)));
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || $("keys").open) return;
  const all = tabs(), place = all.indexOf(state.tab), isTab = event.target.getAttribute && event.target.getAttribute("role") === "tab";
  const to = tab => { go({ tab }, true); if (isTab) $("t-" + state.tab).focus(); event.preventDefault(); };
  if (isTab && event.key === "ArrowRight") return to(all[(place + 1) % all.length]);
  if (isTab && event.key === "ArrowLeft") return to(all[(place + all.length - 1) % all.length]);
  if (isTab && event.key === "Home") return to(all[0]);
  if (isTab && event.key === "End") return to(all[all.length - 1]);
  if (/^[0-9]$/.test(event.key)) { const tab = all[(+event.key + 9) % 10]; if (tab) to(tab); return; }
  if (event.key === "?") { $("keys").showModal(); event.preventDefault(); }
  if (event.key === "l") go({ lang: lang() === "es" ? "en" : "es" });
  if (event.key === "t") go({ theme: { "": "light", light: "dark", dark: "" }[state.theme] });
  if (event.key === "c" && firstTable) copy(csv(firstTable.columns, firstTable.rows));
  if (event.key === "Escape" && state.pt) go({ pt: "" });
}

function start() {
  document.body.append(fill(set(document.createElement("dialog"), { id: "keys", "aria-labelledby": "keys-title" }), []), h("div", { id: "toast", role: "status" }));
  readState();
  readFigures(JSON.parse($("figures").textContent));
  addEventListener("hashchange", () => { readState(); draw(); });
  addEventListener("popstate", () => { readState(); draw(); });
  addEventListener("keydown", onKey);
  let timer, last = innerWidth;
  addEventListener("resize", () => { clearTimeout(timer); timer = setTimeout(() => { if (innerWidth !== last) { last = innerWidth; draw(); } }, 120); });
  draw();
  if (!D) { poll(); setInterval(age, 1000); document.addEventListener("visibilitychange", age); }
}
start();
