// The flow: touchpoints by stage, what follows what, and where it breaks off.
const NODE_W = 152, NODE_H = 42, CONVERTED = -1, OTHERS = -2;
const placesKept = new Map();

function edgesOf(per) {
  if (chosenPart) per = "journey";
  const steps = D.edges[per].map(row => ({ from: row[0], to: row[1], events: row[2], customers: row[3], mean: row[4], p50: row[5], p90: row[6] }));
  if (per === "visit") return steps;
  return steps.concat(D.edges.conversion.map(row => ({ from: row[0], to: CONVERTED, events: row[2], customers: row[3], mean: row[4], p50: row[5], p90: row[6] })));
}

// Columns by stage; where the catalogue says nothing of stages, by who mostly comes before whom.
function columnsOf(points, edges) {
  if (new Set(points.filter(point => point.stage).map(point => point.stage)).size > 1) {
    return [0, 1, 2, 3, 4, 5].map(stage => ({ title: stageName(stage), points: points.filter(point => point.stage === stage) }))
      .filter(column => column.points.length);
  }
  const counts = new Map(edges.map(edge => [edge.from + ">" + edge.to, edge.events]));
  const rank = point => {
    let before = 0, all = 0;
    for (const other of points) {
      const [on, back] = [counts.get(point.i + ">" + other.i) || 0, counts.get(other.i + ">" + point.i) || 0];
      before += on - back;
      all += on + back;
    }
    return (all ? -before / all : 0) + (point.exits + 1) * 1e-12;
  };
  const ranked = points.map(point => [rank(point), point]).sort((a, b) => a[0] - b[0] || a[1].i - b[1].i).map(pair => pair[1]);
  const count = Math.min(5, Math.max(1, Math.ceil(ranked.length / 2)));
  const columns = Array.from({ length: count }, () => ({ title: "", points: [] }));
  ranked.forEach((point, place) => columns[Math.floor(place * count / ranked.length)].points.push(point));
  return columns;
}

function placed(points, edges, width, key) {
  const columns = columnsOf(points, edges);
  const pitch = Math.max(NODE_W + 62, (width - NODE_W - 150) / Math.max(1, columns.length - 1 + .7));
  const kept = placesKept.get(key) || new Map();
  placesKept.set(key, kept);
  columns.forEach((column, x) => {
    // Who was there stays where it was; who is new comes below.
    column.points.sort((a, b) => (kept.get(a.name) ?? 1e3) - (kept.get(b.name) ?? 1e3) || b.touches - a.touches || a.i - b.i);
    column.points.forEach((point, y) => { kept.set(point.name, y); });
    column.x = x * pitch;
  });
  const tall = Math.max(...columns.map(column => column.points.length));
  const top = columns.some(column => column.title) ? 30 : 6;
  const rows = Math.max(tall, 3);
  const spots = new Map();
  columns.forEach((column, c) => column.points.forEach((point, place) => {
    const slack = (rows - column.points.length) / 2;
    spots.set(point.i, { x: column.x, y: top + (place + slack) * (NODE_H + 18), c });
  }));
  const last = columns[columns.length - 1];
  const height = top + rows * (NODE_H + 18) - 18;
  spots.set(CONVERTED, { x: last.x + pitch * .8, y: top + (height - top) / 2 - NODE_H / 2, c: columns.length });
  return { columns, spots, height, width: last.x + pitch * .8 + NODE_W };
}

// As much of a name as is so wide, in pixels.
let pen = null;
function fitted(text, width) {
  pen ||= document.createElement("canvas").getContext("2d");
  pen.font = "600 12px " + getComputedStyle(document.body).fontFamily;
  let shown = text.slice(0, 60);
  while (pen.measureText(shown === text ? text : shown + "…").width > width) shown = shown.slice(0, -1);
  return shown === text ? text : shown + "…";
}

const curveAt = (points, place, t, q = 1 - t) => q * q * q * points[place] + 3 * q * q * t * points[place + 2] + 3 * q * t * t * points[place + 4] + t * t * t * points[place + 6];
// How much all names have in common before they differ, up to a place where a word ends.
function leadOf(names) {
  let count = 0;
  while (names.length > 1 && names.every(name => name[count] && name[count] === names[0][count])) count++;
  const words = names.length ? names[0].slice(0, count).search(/[^_.\-\/ ]*$/) : 0;
  return words > 8 ? words : 0;
}
let restCount = 0;
const nameOf = i => i === CONVERTED ? W.conversion : i === OTHERS ? say(W.other, restCount) : P[i].name;
const shownAs = i => i < 0 ? h("span", { class: i === CONVERTED ? "up" : "sub" }, nameOf(i)) : open(P[i]);
const nameCol1 = (key, title, get = edge => edge[key]) => ({ key, title, get: edge => nameOf(get(edge)), show: edge => shownAs(get(edge)), l: true, w: true });

function flowGraph(width) {
  const edges = edgesOf(state.per), isVisit = state.per === "visit" && !chosenPart;
  const all = P.filter(point => point.touches > point.conversions || isVisit && point.touches);
  const ordered = [...all].sort((a, b) => b.touches - a.touches || a.i - b.i);
  const shown = ordered.slice(0, +state.np);
  const chosen = P.find(point => point.name === state.pt);
  if (chosen && all.includes(chosen) && !shown.includes(chosen)) shown.push(chosen);
  const rest = restCount = all.length - shown.length;
  if (rest > 0) {
    shown.push({ i: OTHERS, name: nameOf(OTHERS), stage: 0, touches: ordered.slice(+state.np).reduce((sum, point) => sum + point.touches, 0), exits: 0, visits: 0, money: 0, lost: 0, isRest: true });
  }
  const isShown = new Set(shown.map(point => point.i).concat(CONVERTED));
  const joined = new Map();
  for (const edge of edges) {
    const from = isShown.has(edge.from) ? edge.from : OTHERS, to = isShown.has(edge.to) ? edge.to : OTHERS;
    if (from === to) continue;
    const key = from + ">" + to;
    const known = joined.get(key);
    if (known) { known.events += edge.events; known.isSum = true; } else joined.set(key, { ...edge, from, to });
  }
  let steps = [...joined.values()].sort((a, b) => b.events - a.events);
  const hidden = steps.length - +state.ne;
  const near = chosen ? chosen.i : null;
  // What leads to a conversion is shown however seldom it is.
  let ends = 6;
  steps = steps.filter((step, place) => place < +state.ne || step.from === near || step.to === near || step.to === CONVERTED && ends-- > 0);
  const key = state.per + state.np;
  const { columns, spots, height, width: wide } = placed(shown, edges, width - 34, key);
  const most = Math.max(1, ...steps.map(step => step.events));
  // Where there are many, none covers the others.
  const thick = step => Math.max(1.2, step.events / most * Math.min(12, Math.max(3, 360 / steps.length)));
  const slow = steps.map(step => step.p50).filter(value => value > 0);
  const [fast, slowest] = [Math.log(Math.max(1, Math.min(...slow))), Math.log(Math.max(1, ...slow))];
  const colour = step => {
    if (state.col === "time" && step.p50 && !step.isSum) {
      const share = slowest > fast ? (Math.log(Math.max(1, step.p50)) - fast) / (slowest - fast) : 0;
      return `color-mix(in oklab,var(--bad) ${Math.round(share * 100)}%,var(--good))`;
    }
    if (step.to === CONVERTED && state.col !== "time") return "var(--good)";
    return spots.get(step.to).c < spots.get(step.from).c || state.col === "money" ? "var(--neut)" : "var(--acc)";
  };
  let deepest = height;
  const shapes = steps.map(step => {
    const [a, b] = [spots.get(step.from), spots.get(step.to)];
    let points;
    if (b.c > a.c) {
      const [x0, y0, x1, y1] = [a.x + NODE_W, a.y + NODE_H / 2, b.x, b.y + NODE_H / 2], bend = (x1 - x0) / 2;
      points = [x0, y0, x0 + bend, y0, x1 - bend, y1, x1, y1];
    } else if (b.c === a.c) {
      const x = a.x + NODE_W, bow = Math.min(52, 22 + Math.abs(a.y - b.y) / 5);
      const shift = a.y < b.y ? 5 : -5;
      points = [x, a.y + NODE_H / 2 + shift, x + bow, a.y + NODE_H / 2, x + bow, b.y + NODE_H / 2, x, b.y + NODE_H / 2 + shift];
    } else {
      const floor = height + 26 + (a.c - b.c) * 17;
      points = [a.x + NODE_W * .3, a.y + NODE_H, a.x + NODE_W * .3 - 8, floor, b.x + NODE_W * .7 + 8, floor, b.x + NODE_W * .7, b.y + NODE_H];
      for (const t of [.1, .3, .5, .7, .9]) deepest = Math.max(deepest, curveAt(points, 1, t) + 8);
    }
    const isNear = near !== null && (step.from === near || step.to === near);
    return { step, points, isNear, d: `M${points[0]} ${points[1]}C${points.slice(2).join(" ")}` };
  });
  const name1 = step => nameOf(step.from) + " → " + nameOf(step.to);
  const taken = [...spots.values()].map(spot => [spot.x, spot.y, spot.x + NODE_W, spot.y + NODE_H]);
  const labels = [];
  for (const shape of near === null ? shapes.slice(0, 14) : shapes.filter(shape => shape.isNear)) {
    const text = short(shape.step.events), size = text.length * 6.4 + 6;
    for (const t of [.5, .38, .62, .27, .73, .18, .82]) {
      const [x, y] = [0, 1].map(place => curveAt(shape.points, place, t)), box = [x - size / 2, y - 8, x + size / 2, y + 8];
      if (taken.some(other => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      labels.push(s("text.lb", { x, y: y + 4, "text-anchor": "middle", "aria-hidden": "true" }, text));
      break;
    }
  }
  const lead = leadOf(shown.filter(point => !point.isRest).map(point => point.name));
  const richest = Math.max(1e-9, ...shown.map(point => point.money ?? point.lost ?? 0));
  const nodes = shown.map(point => {
    const { x, y } = spots.get(point.i);
    const text = fitted(lead && !point.isRest ? "…" + point.name.slice(lead) : point.name, NODE_W - 22);
    const share = point.visits ? point.exits / point.visits : 0;
    const pick = () => { if (!point.isRest) go({ pt: state.pt === point.name ? "" : point.name }, true); };
    const tint = state.col === "money" ? Math.round((point.money ?? point.lost ?? 0) / richest * 38) : 0;
    return s("g", { class: "nd" + (point.name === state.pt ? " on" : "") + (state.ch && point.channel !== state.ch ? " dim" : ""), transform: `translate(${x} ${y})`, tabindex: point.isRest ? null : 0,
        role: point.isRest ? null : "button", "aria-pressed": point.isRest ? null : String(point.name === state.pt), "data-f": "n" + point.i,
        label: point.isRest ? null : `${point.name}: ${number(point.touches)} ${W.touches}, ${part(share)} ${W.lost}`,
        onclick: pick, onkeydown: event => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); } } },
      s("title", point.name),
      s("rect.b", { width: NODE_W, height: NODE_H, rx: 7 }),
      tint ? s("rect", { width: NODE_W, height: NODE_H, rx: 7, "fill-opacity": tint / 100, "--t": 1, class: "tint" }) : null,
      s("text", { x: 11, y: 17, "font-weight": 600, direction: "ltr", "unicode-bidi": "isolate" }, text),
      s("text.s", { x: 11, y: 32 }, number(point.touches)),
      share ? s("text.s", { x: NODE_W - 11, y: 32, "text-anchor": "end" }, part(share, 0)) : null,
      s("rect.x", { x: 7, y: NODE_H - 4, width: Math.max(0, (NODE_W - 14) * share), height: 3, rx: 1.5 }));
  });
  const end = spots.get(CONVERTED);
  const hasEnd = !isVisit;
  const svg = s("svg.flow", { width: Math.max(wide + 20, 320), height: deepest + 16, viewBox: `-10 0 ${Math.max(wide + 20, 320)} ${deepest + 16}`, role: "group", label: W.flow },
    columns.map(column => s("text.s", { x: column.x, y: 16, "font-weight": 600 }, column.title)),
    shapes.map(shape => s("path", { class: "e" + (near === null ? "" : shape.isNear ? " on" : " off"), d: shape.d, "stroke-width": thick(shape.step), stroke: colour(shape.step) },
      s("title", `${name1(shape.step)}: ${number(shape.step.events)}` + (shape.step.isSum ? "" : `, ${W.p50} ${time(shape.step.p50)}`)))),
    nodes,
    hasEnd ? s("g", { transform: `translate(${end.x} ${end.y})` },
      s("rect", { width: NODE_W, height: NODE_H, rx: 21, fill: "var(--good)" }),
      s("text", { x: NODE_W / 2, y: 18, "text-anchor": "middle", "font-weight": 600, class: "inv" }, W.conversion),
      s("text", { x: NODE_W / 2, y: 33, "text-anchor": "middle", class: "inv" }, number(D.totals.converted))) : null,
    labels);
  return { svg, steps, hidden: Math.max(0, hidden) };
}
