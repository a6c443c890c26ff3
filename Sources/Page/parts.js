// Some of the journeys: those of one value of `by`, those that ended in the latest days, or those of both. What the map, the
// flow and the friction say is of them then, as far as it is known of them.
const PARTED = ["map", "flow", "friction"];
let ALL = [], whole = null, chosenPart = null;

const valueOf = row => row.isOther ? "*" : row.value === null ? "" : String(row.value);
const labelOf = row => row.isOther ? W.rest : row.value === null ? W.none : String(row.value);
const partId = part => part.by === null ? "" : D.kpis.by[part.by].name + "=" + valueOf(part);
function partLabel(part, isInSentence) {
  const said = [];
  if (part.by !== null) {
    const by = D.kpis.by[part.by].name, text = (/^[\w.]+$/.test(by) ? by.split(".").pop() : by) + " = " + labelOf(part);
    said.push(isInSentence ? say(W.having, text) : text);
  }
  if (part.days) said.push(say(part.isBefore ? W.earlier : W.latest, part.days));
  return said.join(", ");
}
// The journeys of a value, in the days that were chosen; none where there are none of both, or there was no room to tell them.
function findPart(id) {
  const days = +state.on, known = D.parts.filter(part => !part.isBefore && partId(part) === id);
  const found = known.find(part => part.days === days);
  return found || !id && !days ? found : known.length ? { ...known[0], days, isNone: true, converted: 0, lost: 0, value_sum: 0, points: [], edges: [], hidden: [0, 0] } : null;
}

// The touchpoints with what is known of them in a part.
function pointsOf(part) {
  const found = new Map(part.points.map(row => [row[0], row])), mean = over(part.value_sum, part.converted);
  return ALL.map(row => {
    const [, visits, exits, lost, chance] = found.get(row.i) || [0, 0, 0, null, null];
    return { ...row, touches: visits, conversions: 0, visits, exits, lost, chance, drop_off: over(exits, visits), index: lost === null ? null : over(1000 * lost, visits),
      money: lost === null ? null : lost * mean, customers: null, reach: null, cost: null, feeling: null, loops: null, share_back: null, p90_us: null };
  });
}
// Touchpoints by what they lose, and what would be won at the median of their stage, the lower of two.
function mendOf(points, mean) {
  const rate = points.filter(row => row.visits);
  return rate.filter(row => row.exits && row.lost !== null).map(row => {
    const rates = rate.filter(other => other.stage === row.stage).map(other => other.drop_off).sort((a, b) => a - b);
    const median = rates[Math.floor((rates.length - 1) / 2)], won = row.drop_off > median ? row.lost * (row.drop_off - median) / row.drop_off : 0;
    return { i: row.i, lost: row.lost, money: row.money, index: row.index, drop_off: row.drop_off, median, won, money_won: won * mean };
  }).sort((a, b) => (b.money || 0) - (a.money || 0) || b.index - a.index || a.i - b.i);
}
// Shows what was chosen, by putting it in the place of the figures of all journeys.
function choosePart() {
  if (!D) return;
  const part = chosenPart = PARTED.includes(state.tab) && (state.seg || state.on) && findPart(state.seg) || null;
  const isShown = row => !state.ch || row.channel === state.ch;
  P = part ? pointsOf(part) : ALL;
  D.totals = part ? { ...whole.totals, converted: part.converted, lost: part.lost, value: part.value_sum } : whole.totals;
  const edge = ([from, to, events]) => [from, to, events, null];
  D.edges = part ? { visit: [], journey: part.edges.filter(row => row[1] >= 0).map(edge), conversion: part.edges.filter(row => row[1] < 0).map(edge), hidden: part.hidden } : whole.edges;
  D.mend = (part ? mendOf(P, over(part.value_sum, part.converted)) : whole.mend).filter(row => isShown(P[row.i]));
}
// What is measured of the chosen part as KPIs count it.
function countsOf(part) {
  if (!part) return { ...D.kpis.total, reach_30d: D.kpis.days.length ? D.kpis.days[D.kpis.days.length - 1].reach_30d : null };
  if (part.by === null) return sum(period(part.days, "").now);
  // Of a value's latest days no more is known than what journeys tell.
  if (part.days) return { conversions: part.converted, lost: part.lost, sales: part.value_sum };
  return D.kpis.by[part.by].rows.find(row => valueOf(row) === valueOf(part)) || sum([]);
}
const partChoices = () => D.parts.filter(part => part.by !== null && !part.days).map(part => [partId(part), partLabel(part)]);
function mapTools() {
  const channels = [...new Set(ALL.map(row => row.channel).filter(Boolean))].sort();
  return h("div.hd.pick", partTools(), channels.length > 1 ? chooser(W.channel, "ch", [["", W.allchannels], ...channels.map(channel => [channel, channel])]) : null);
}
function partTools() {
  if (!D.parts.length) return [];
  const values = partChoices(), spans = D.parts.filter(part => part.by === null && !part.isBefore), before = partBefore();
  return [values.length ? chooser(W.shown, "seg", [["", W.alljourneys], ...values]) : null,
    chooser(W.ended, "on", [["", W.ever], ...spans.map(part => [String(part.days), say(W.lately, part.days)])]),
    state.tab === "map" ? chooser(W.with, "vs", [["", W.nobody], ["*", W.alljourneys], before ? ["<", partLabel(before)] : null, ...values].filter(Boolean)) : null];
}

// Those of the days before the latest ones, as many.
const partBefore = () => D.parts.find(part => part.isBefore && part.days === +state.on);

// Two of them beside each other, of the same days.
function comparison() {
  const isAll = state.vs === "*" && !state.on;
  const other = !state.vs || isAll ? null : state.vs === "<" ? partBefore() : findPart(state.vs === "*" ? "" : state.vs);
  if (!other && !isAll) return null;
  const others = isAll ? ALL : pointsOf(other), b = isAll ? whole.totals : other, a = D.totals;
  const titles = [chosenPart ? partLabel(chosenPart) : W.alljourneys, isAll ? W.alljourneys : partLabel(other)];
  const rate = totals => over(totals.converted, totals.converted + totals.lost);
  const rows = P.map((row, i) => ({ row, other: others[i] })).filter(pair => pair.row.visits || pair.other.visits)
    .sort((x, y) => (worth(y.row) || 0) - (worth(x.row) || 0) || x.row.i - y.row.i);
  const side = (key, title, get, show, more) => [0, 1].map(place => col(key + "_" + (place ? "b" : "a"), [title, " ", h("span.ab", "AB"[place])], pair => get(place ? pair.other : pair.row), show, more));
  // Made anew for each table: a heading's mark can stand in one only.
  const columns = () => [nameCol(pair => pair.row), ...side("visits", W.seen, row => row.visits, number), ...side("drop_off", W.dropoff, row => row.drop_off, part),
    col("difference", W.difference, pair => pair.row.drop_off === null || pair.other.drop_off === null ? null : pair.row.drop_off - pair.other.drop_off, inPoints),
    ...side("worth", D.totals.has_value ? W.money : W.lostc, worth, conv(), { kind: "bar", colour: "var(--bad)", most: Math.max(1e-12, ...rows.flatMap(pair => [worth(pair.row) || 0, worth(pair.other) || 0])) })];
  return part1(W.compare, W.d.compare, [copyButton(columns(), rows, W.compare)],
    h("div.tiles.gap0", [[a, 0], [b, 1]].map(([totals, place]) => tile([h("span.ab", "AB"[place]), " ", name(titles[place])], rate(totals) === null ? "–" : part(rate(totals)), `${W.conversion} · ${number(totals.converted)} / ${number(totals.converted + totals.lost)}`))),
    table("cmp", columns(), rows.slice(0, 12), W.compare), rows.length > 12 ? more(W.allranked, table("cmp", columns(), rows, W.allranked)) : null);
}
const inPoints = value => number(value * 100, 1, SIGNED);
