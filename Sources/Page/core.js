// Elements, numbers, the state in the address, tables and what copies them.
const $ = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";

// Whatever is text becomes a text node: names are never read as markup.
function fill(node, kids) {
  for (const kid of kids.flat(9)) if (kid !== null && kid !== undefined && kid !== false) node.append(kid);
  return node;
}
function set(node, attributes) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "label") node.setAttribute("aria-label", value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) node.style.setProperty(key, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  return node;
}
// An element with its classes, as "div.card"; then its attributes, where it has any, and what is in it.
function made(node, classes, kids) {
  const attributes = kids[0] && kids[0].constructor === Object ? kids.shift() : null;
  if (classes.length) node.setAttribute("class", classes.join(" "));
  return fill(set(node, attributes), kids);
}
const h = (name, ...kids) => { const [tag, ...classes] = name.split("."); return made(document.createElement(tag), classes, kids); };
const s = (name, ...kids) => { const [tag, ...classes] = name.split("."); return made(document.createElementNS(SVG, tag), classes, kids); };

// ---- state

const DEFAULTS = { tab: "map", seg: "", on: "", vs: "", lang: "", theme: "", pt: "", col: "freq", per: "journey", np: "14", ne: "40", ch: "", days: "28", by: "", a: "", b: "", sort: "", co: "month", model: "6" };
let state = { ...DEFAULTS };
let D = null, P = [], W = WORDS.en, token = "";

function readState() {
  const found = new URLSearchParams(location.hash.slice(1));
  state = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS)) if (found.has(key)) state[key] = found.get(key);
}
function go(change, isStep) {
  Object.assign(state, change);
  const told = new URLSearchParams();
  for (const key of Object.keys(DEFAULTS)) if (state[key] !== DEFAULTS[key]) told.set(key, state[key]);
  const text = "#" + told;
  if (isStep) history.pushState(null, "", text); else history.replaceState(null, "", text);
  draw();
}
const lang = () => state.lang || ((navigator.language || "en").startsWith("es") ? "es" : "en");

// ---- numbers

const SIGNED = { signDisplay: "exceptZero" };
const formats = {};
function number(value, digits = 0, more) {
  if (value === null || value === undefined || !isFinite(value)) return "–";
  const key = lang() + digits + JSON.stringify(more || "");
  formats[key] ||= new Intl.NumberFormat(lang(), { maximumFractionDigits: digits, useGrouping: "always", ...more });
  return formats[key].format(value).replace("-", "−");
}
const tenths = value => number(value, 1, { minimumFractionDigits: 1 });
const part = (value, digits = 1) => number(value, digits, { style: "percent", minimumFractionDigits: digits });
const short = value => Math.abs(value) >= 1e5 ? number(value, 1, { notation: "compact" }) : number(value, Math.abs(value) < 10 && value % 1 ? 2 : 0);
// In a column of large amounts none has a fraction.
let isLarge = false;
function money(value) {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value), digits = size < 10 && size && !isLarge ? 2 : 0;
  return size >= 1e7 ? number(value, 1, { notation: "compact" }) : number(value, digits, { minimumFractionDigits: digits });
}
function time(us) {
  if (us === null || us === undefined) return "–";
  const seconds = us / 1e6;
  const [unit, size] = seconds < 1 ? ["ms", 1e-3] : seconds < 120 ? ["s", 1] : seconds < 7200 ? ["min", 60]
    : seconds < 172800 ? ["h", 3600] : ["d", 86400];
  const value = seconds / size;
  return number(value, value < 10 ? 1 : 0) + "\u00a0" + unit;
}
const many = (count, one, more) => number(count) + " " + (count === 1 ? one : more);
const say = (text, ...values) => text.replace(/\{(\d)\}/g, (_, place) => values[place]);
// A sentence with a node in it, so that names stand apart from the text's direction.
const sayWith = (text, ...values) => text.split(/(\{\d\})/).map(piece =>
  /^\{\d\}$/.test(piece) ? values[piece[1]] : piece);
const dated = (text, how) => new Date(text).toLocaleDateString(lang(), { timeZone: "UTC", ...how });
const date = text => dated(text, { day: "numeric", month: "short", year: "numeric" });
const monthOf = text => dated(text, { month: "short", year: "numeric" });
const shortDate = text => dated(text, { day: "numeric", month: "short" });

// ---- names

const stageName = stage => W.stages[stage] || "";
function name(point, most = 60) {
  const text = typeof point === "string" ? point : point.name;
  const shown = text.length > most ? text.slice(0, most - 1) + "…" : text;
  const pieces = shown.split(/(?<=[_.\-\/])/);
  return h("bdi.n", { title: text.length > most ? text.slice(0, 500) : null },
    pieces.map((piece, place) => place ? [h("wbr"), piece] : piece));
}
const open = (point, ...more) => h("button.link", { onclick: () => choose(point) }, name(point), ...more);
const choose = point => go({ tab: "flow", pt: point.name }, true);

// ---- tables

let firstTable = null;
const mustQuote = /[",\r\n]/;
function csv(columns, rows) {
  const cell = value => {
    let text = value === null || value === undefined ? "" : String(value);
    if (/^[=@+]/.test(text)) text = "'" + text;
    return mustQuote.test(text) ? "\"" + text.replaceAll("\"", "\"\"") + "\"" : text;
  };
  return [columns.map(column => cell(column.key)), ...rows.map(row => columns.map(column => cell(column.get(row))))]
    .map(line => line.join(",")).join("\n") + "\n";
}
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = h("textarea.vh");
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  toast(W.copied);
}
let toastTimer;
function toast(text) {
  const box = $("toast");
  box.textContent = text;
  box.className = "on";
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.className = "", 1600);
}
const copyButton = (columns, rows, what) =>
  h("button.btn", { onclick: () => copy(csv(columns, rows)), label: W.csv + (what ? ": " + what : "") }, W.csv);

// Columns: { key, title, get, show, kind: "bar"|"heat", colour, l: left, w: wraps, sum }. `id` makes it sortable.
function table(id, columns, rows, label, options = {}) {
  firstTable ||= { columns, rows };
  const isSorted = id && state.sort.startsWith(id + ".");
  if (isSorted) {
    const [, key, way] = state.sort.split(".");
    const column = columns.find(column => column.key === key);
    if (column) {
      const sign = way === "up" ? 1 : -1;
      rows = [...rows].sort((a, b) => {
        const [x, y] = [column.get(a), column.get(b)];
        if (x === null || x === undefined) return 1;
        if (y === null || y === undefined) return -1;
        return sign * (typeof x === "string" ? x.localeCompare(y) : x - y);
      });
    }
  }
  const most = {}, large = new Set();
  for (const column of columns) {
    if (rows.some(row => column.get(row) >= 100)) large.add(column);
    if (column.kind) most[column.key] = column.most || Math.max(1e-12, ...rows.map(row => Math.abs(column.get(row) || 0)));
  }
  const heads = columns.map(column => {
    const sorted = isSorted && state.sort.split(".")[1] === column.key ? state.sort.split(".")[2] : null;
    const kind = (column.l ? "l " : "") + (column.w ? "w" : column.kind === "heat" ? "heat" : "");
    return h("th", { scope: "col", class: kind.trim() || null, "aria-sort": sorted ? (sorted === "up" ? "ascending" : "descending") : null },
      id ? h("button.sort", { onclick: () => go({ sort: `${id}.${column.key}.${sorted === "down" ? "up" : "down"}` }) }, column.title) : column.title);
  });
  const lines = rows.map(row => h("tr", columns.map((column, place) => {
    const value = column.get(row);
    isLarge = large.has(column);
    const isNone = value === null || value === undefined;
    const kind = [column.l ? "l" : "", column.w ? "w" : "", isNone ? "" : column.kind || ""].join(" ").trim();
    return h(place ? "td" : "th", {
      scope: place ? null : "row", class: kind || null,
      "--v": column.kind && !isNone ? Math.min(1, Math.abs(value) / most[column.key]) : null, "--c": column.colour || null
    }, column.show ? column.show(row) : isNone ? "–" : String(value));
  })));
  isLarge = false;
  const foot = columns.some(column => column.sum) ? h("tfoot", h("tr", columns.map((column, place) =>
    h(place ? "td" : "th", { scope: place ? null : "row" }, column.sum ? column.sum(rows) : "")))) : null;
  return h("div", { class: "scroll " + (options.kind || ""), tabindex: 0, role: "region", label },
    h("table", { class: options.kind || null }, h("thead", h("tr", heads)), h("tbody", lines), foot));
}
const col = (key, title, getter, show, more) => {
  const get = getter || (row => row[key]);
  return { key, title, get, show: show ? row => show(get(row)) : null, ...more };
};
const nameCol = (get = row => row, more) => ({ key: "touchpoint", title: W.touchpoint, get: row => get(row).name,
  show: row => open(get(row)), l: true, w: true, ...more });

// A heading with what belongs to it: definition, tools, the figure.
function part1(title, definition, tools, ...kids) {
  return h("section",
    h("div.hd", h("h2", title),
      definition && h("details.def", h("summary", W.definition), h("p", definition)),
      tools && h("div.tools", tools)),
    ...kids);
}
const more = (title, ...kids) => h("details.more", h("summary", title), ...kids);
function segments(label, key, choices) {
  return h("span.seg", { role: "group", label }, choices.map(([value, text]) =>
    h("button", { "aria-pressed": String(state[key] === value), onclick: () => go({ [key]: value }), "data-f": key + value }, text)));
}
function chooser(label, key, choices) {
  return h("label.f", label, h("select.btn", { "data-f": key, onchange: event => go({ [key]: event.target.value }) },
    choices.map(([value, text]) => h("option", { value, selected: state[key] === value }, text))));
}
