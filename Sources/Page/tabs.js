// One function a tab, each made anew from the figures and the state.
const point = index => P[index];
const conv = () => D.totals.has_value ? money : value => number(value, Math.abs(value) < 10 ? 1 : 0);
const worth = row => D.totals.has_value ? row.money : row.lost;
const MEASURES = {
  impressions: { get: a => a.impressions, show: short },
  reach: { get: a => a.reach_30d, show: short },
  cpm: { get: a => over(a.cost * 1000, a.impressions), show: money, isBad: true },
  bounce: { get: a => over(a.bounces, a.visits), show: part, isBad: true, of: a => a.visits },
  pages: { get: a => over(a.touches, a.visits), show: v => number(v, 2, { minimumFractionDigits: 2 }) },
  clicks: { get: a => a.clicks, show: short },
  ctr: { get: a => over(a.clicks, a.impressions), show: part },
  cpc: { get: a => over(a.cost, a.clicks), show: money, isBad: true },
  engagement: { get: a => over(a.visits - a.bounces, a.visits), show: part },
  conversion: { get: a => over(a.conversions, a.conversions + a.lost), show: part, of: a => a.conversions + a.lost },
  conversionsK: { get: a => a.conversions, show: short },
  sales: { get: a => a.sales, show: money },
  cpa: { get: a => over(a.cost, a.conversions), show: money, isBad: true },
  visitsK: { get: a => a.visits, show: short }
};
const over = (a, b) => b ? a / b : null;
const BY_STAGE = [["impressions", "reach", "cpm", "bounce", "pages"], ["visitsK", "clicks", "ctr", "cpc", "engagement"],
  ["conversion", "conversionsK", "sales", "cpa"]];
const COUNTS = ["touches", "visits", "bounces", "impressions", "clicks", "cost", "conversions", "lost", "sales"];

function sum(rows) {
  const all = Object.fromEntries(COUNTS.map(key => [key, 0]));
  for (const row of rows) for (const key of COUNTS) all[key] += row[key];
  all.reach_30d = rows.length ? rows[rows.length - 1].reach_30d : null;
  return all;
}
const isUsed = key => {
  const all = D.kpis.total;
  return { impressions: all.impressions, cpm: all.impressions && all.cost, ctr: all.impressions, clicks: all.clicks, cpc: all.clicks && all.cost,
    cpa: all.cost && all.conversions, sales: D.totals.has_value }[key] ?? true;
};
// The days of a period, and those of the one before it, as long. Who is lost is known once journey_gap is over: what
// compares the converted with the lost ends that much earlier.
function period(days, key) {
  const rows = D.kpis.days, known = key === "conversion" ? Math.floor((D.settings.reached_us - D.settings.journey_gap_us) / 864e8) - 1 : 1e9;
  const last = rows.length ? Math.max(rows[0].n, Math.min(rows[rows.length - 1].n, known)) : 0;
  const count = days === "all" ? 1e9 : +days;
  const now = rows.filter(row => row.n > last - count && row.n <= last), before = rows.filter(row => row.n <= last - count && row.n > last - 2 * count);
  const isWhole = rows.length && rows[0].n <= last - 2 * count + 1;
  return { now, before: isWhole && before.length ? before : null, last, count };
}
function sparkOf(key) {
  const { now, last, count } = period(state.days, key);
  if (!now.length) return null;
  const first = Math.max(now[0].n, last - count + 1), size = Math.max(1, Math.ceil((last - first + 1) / 60));
  const values = [];
  // The last day is not over.
  const end = now.length > 8 && D.settings.reached_us < (last + 1) * 864e8 ? last - size : last;
  for (let day = first; day <= end; day += size) {
    const rows = now.filter(row => row.n >= day && row.n < day + size);
    values.push(rows.length ? MEASURES[key].get(sum(rows)) : null);
  }
  return spark(values);
}
function tile(title, value, note, drawing, kind) {
  return h("div.tile", h("div.k", title), h("div.v", value), h("div", { class: "d " + (kind || "") }, note || ""), drawing);
}
function kpiTile(key) {
  const measure = MEASURES[key], { now, before, last } = period(state.days, key);
  const value = measure.get(sum(now)), past = before ? measure.get(sum(before)) : null;
  let note = state.days === "all" ? "" : W.nobefore, kind = "";
  if (past !== null && value !== null) {
    const isUp = value > past, isSame = measure.show(value) === measure.show(past);
    // What hardly moved is neither good nor bad.
    kind = Math.abs(value - past) < .05 * Math.abs(past) ? "" : isUp !== !!measure.isBad ? "up" : "down";
    note = (isSame ? "= " : isUp ? "↑ " : "↓ ") + say(W.before, measure.show(past));
  }
  return tile([W[key], key === "conversion" ? " · " + say(W.until, shortDate(last * 864e5)) : ""], value === null ? "–" : measure.show(value), note, sparkOf(key), kind);
}
const npsText = () => D.kpis.nps.score === null ? null : `${number(D.kpis.nps.score, 0, SIGNED)} ± ${number(1.96 * D.kpis.nps.standard_error, 0)}`;
function lastWhole(rows, key) { const known = rows.filter(row => row[key] !== null); return known.length ? known[known.length - 1][key] : null; }
// What has no day of its own, by stage.
function fixed(stage) {
  const clv = lastWhole(D.clv, "days_90"), churn = lastWhole(D.churn, "churn");
  return [[], [], [],
    [["touchesMedian", D.touches.median === null ? null : number(D.touches.median)], ["time", D.time.p50_us === null ? null : time(D.time.p50_us)]],
    [["repeat", D.kpis.repeat === null ? null : part(D.kpis.repeat)], ["csat", D.kpis.csat.score === null ? null : number(D.kpis.csat.score, 0) + " %"],
      ["churn", churn === null ? null : part(churn)], ["clv", clv === null ? null : money(clv)]],
    [["nps", npsText()]]][stage].filter(pair => pair[1] !== null);
}

// ---- headline

function headline() {
  if (!D.totals.touches) return [W.empty + "."];
  if (chosenPart && chosenPart.isNone) return [...sayWith(W.head.of, name(partLabel(chosenPart, true), 80)), W.nopart];
  if (!D.totals.lost && D.totals.converted) return [say(W.head.young, number(D.totals.converted), number(D.totals.customers), time(D.settings.journey_gap_us)), D.totals.customers === 1 ? " " + W.one : ""];
  if (!D.totals.converted) return [say(W.head.none, number(D.totals.customers), number(D.totals.visits))];
  const told = chosenPart ? [...sayWith(W.head.of, name(partLabel(chosenPart, true), 80))] : [], first = D.mend[0];
  if (first && first.lost >= .5) {
    told.push(...sayWith(D.totals.has_value && first.money > 0 ? W.head.money : W.head.conv, name(point(first.i), 80), number(first.lost, first.lost < 10 ? 1 : 0), money(first.money), part(first.drop_off)));
  } else told.push(say(W.head.fine, part(D.totals.converted / (D.totals.converted + D.totals.lost))));
  const change = chosenPart ? null : biggestChange();
  if (change) told.push(" ", ...sayWith(W.head[change.isUp ? "up" : "down"], change.point ? h("span", W.dropoff, " · ", name(change.point, 80)) : W[change.key], part(change.past), part(change.value), String(change.days)));
  if (D.totals.customers === 1) told.push(" ", W.one);
  return told;
}
// The share that moved furthest for how many it is of: a difference of two proportions in standard errors. Of touchpoints there
// are many, so that one has to stand out further.
function biggestChange() {
  let best = null;
  const compare = (found, [value, n], [past, m], least) => {
    if (n < 50 || m < 50) return;
    const both = (value * n + past * m) / (n + m), error = Math.sqrt(both * (1 - both) * (1 / n + 1 / m));
    const z = error ? Math.abs(value - past) / error : 0;
    if (z > least && (!best || z > best.z)) best = { ...found, value, past, z, isUp: value > past };
  };
  for (const days of [28, 7]) {
    for (const key of ["conversion", "bounce"]) {
      const { now, before } = period(days, key);
      if (!before) continue;
      const [a, b] = [sum(now), sum(before)];
      const measure = MEASURES[key];
      compare({ key, days }, [measure.get(a), measure.of(a)], [measure.get(b), measure.of(b)], 3);
    }
    const [now, before] = [false, true].map(isBefore => D.parts.find(row => row.by === null && row.days === days && row.isBefore === isBefore));
    if (now && before) {
      const past = pointsOf(before);
      for (const row of pointsOf(now)) compare({ point: row, days }, [row.drop_off, row.visits], [past[row.i].drop_off, past[row.i].visits], 4.5);
    }
    if (best) return best;
  }
  return best;
}

// ---- the journey map

function mendCards() {
  const cards = D.mend.filter(row => row.lost > 0).slice(0, 3).map((row, place) => h("div.card",
    h("div.name", h("span.rank", place + 1), open(point(row.i))),
    h("div.big", conv()(worth(row))), h("div.sub.small", D.totals.has_value ? W.lostmoney : W.lostconv),
    h("div.small", say(W.leave, part(row.drop_off), part(row.median))),
    h("div", { class: "small" + (row.won > 0 ? " won" : " sub") }, row.won > 0 ? say(W.won, conv()(D.totals.has_value ? row.money_won : row.won) + (D.totals.has_value ? "" : " " + W.conversions)) : W.wonnone)));
  if (!cards.length) return null;
  const columns = [nameCol(row => point(row.i)), col("stage", W.stage, row => point(row.i).stage, stageName, { l: true }),
    col("lost", W.lostc, 0, tenths), col("money", W.money, 0, money, { kind: "bar", colour: "var(--bad)" }),
    col("index", W.index, 0, tenths), col("drop_off", W.dropoff, 0, part),
    col("median", W.median, 0, part), col("won", "+", row => D.totals.has_value ? row.money_won : row.won, conv())];
  const strong = D.strengthen.length ? [h("h3.sub", W.strengthen), table("st", [nameCol(row => point(row.i)), col("effect", W.effect, 0, part),
    col("cost", W.cost, 0, money), col("per", W.percost, 0, value => number(value, 6), { kind: "bar", colour: "var(--good)" })], D.strengthen, W.strengthen)] : null;
  return part1(W.mend, W.d.mend, [copyButton(columns, D.mend, W.mend)], h("div.mend", cards),
    more(W.allranked, table("mend", columns, D.mend, W.mend), strong));
}

// The shares of positive, neutral and negative touches of a stage.
function sharesOf(stage) {
  const counts = [1, 2, 3].map(polarity => P.reduce((all, row) => all + (row.stage === stage && row.polarity === polarity ? row.touches : 0), 0));
  return [...counts.map(count => over(count, counts[0] + counts[1] + counts[2])), null];
}
function journeyMap() {
  const stages = [1, 2, 3, 4, 5];
  if (P.some(row => !row.stage && row.touches)) stages.push(0);
  const of = stage => P.filter(row => row.stage === stage && row.touches && (!state.ch || row.channel === state.ch)).sort((a, b) => b.touches - a.touches || a.i - b.i);
  const most = Math.max(1, ...P.map(row => row.touches));
  const chip = row => h("button.tp", { onclick: () => choose(row) },
    h("span.t", name(row), h("span.q", short(row.touches))),
    h("i", { "--v": row.touches / most, "--c": row.polarity === 3 ? "var(--bad)" : row.polarity === 1 ? "var(--good)" : "var(--acc)" }));
  const points = of => of.length > 9 ? [of.slice(0, 8).map(chip), more(say(W.other, of.length - 8), of.slice(8).map(chip))] : of.map(chip);
  const pains = stage => of(stage).filter(row => row.drop_off !== null && worth(row) > 0 || row.polarity === 3 || row.friction)
    .sort((a, b) => (worth(b) || 0) - (worth(a) || 0)).slice(0, 3)
    .map(row => h("li", open(row), h("small", !row.drop_off ? W.polarity[row.polarity] : `${part(row.drop_off)} ${W.lost}` + (worth(row) > 0 ? ` · ${conv()(worth(row))}${D.totals.has_value ? "" : " " + W.conversions}` : ""))));
  const notes = stage => of(stage).map(row => [row, D.notes[row.i]]).filter(pair => pair[1])
    .map(([row, note]) => h("li", h("bdi", note[lang()] || note.en || note.es), h("small", name(row))));
  const rules = stage => D.rules.filter(rule => rule.on.some(i => P[i].stage === stage)).slice(0, 6)
    .map(rule => h("li", name(rule.name), h("small", rule.actions.slice(0, 4).flatMap((action, place) => [place ? ", " : "→ ", name(action)]))));
  const counts = countsOf(chosenPart);
  const kpis = stage => {
    if (!stage) return null;
    const rows = (BY_STAGE[stage - 1] || []).filter(isUsed).map(key => { const value = MEASURES[key].get(counts); return [key, value === null ? "–" : MEASURES[key].show(value)]; })
      .concat(chosenPart ? [] : fixed(stage));
    return rows.length ? h("dl.kv", rows.map(([key, value]) => [h("dt", W[key]), h("dd", value)])) : h("span.sub", "–");
  };
  const feelings = stages.map(stage => {
    if (!stage) return null;
    const [plus, , minus, feeling] = chosenPart ? sharesOf(stage) : D.emotion[stage - 1];
    return feeling !== null ? feeling : plus === null ? null : plus - minus;
  });
  const width = Math.max(innerWidth <= 760 ? 1160 - 88 : 1060 - 112, ($("main").clientWidth || 1312) - 48 - 2 - 112);
  const row = (title, cell) => {
    const cells = stages.map(cell);
    return cells.some(kids => kids && (!Array.isArray(kids) || kids.length)) ? h("tr", h("th", { scope: "row" }, title), cells.map(kids => h("td", kids))) : null;
  };
  const list = make => stage => { const items = make(stage); return items.length ? h("ul", items) : null; };
  const hasStages = P.some(point => point.stage);
  const shown = hasStages ? h("div.scroll", { tabindex: 0, role: "region", label: W.map },
    h("table.jm", h("colgroup", h("col.h"), stages.map(() => h("col"))),
      h("thead", h("tr", h("td", h("span.vh", W.stage)), stages.map(stage => h("th", { scope: "col" }, stageName(stage),
        h("span.sub.num", many(of(stage).reduce((all, row) => all + row.touches, 0), W.touch, W.touches)))))),
      h("tbody",
        row(W.touchpoints, stage => points(of(stage))),
        feelings.some(value => value !== null) ? h("tr", h("th", { scope: "row" }, W.emotion),
          h("td.curve", { colspan: 5 }, curve(feelings.slice(0, 5), width * 5 / stages.length)), stages[5] === 0 ? h("td") : null) : null,
        row(W.pain, list(pains)), row(W.notes, list(notes)), row(W.kpis, kpis), row(W.rules, list(rules))))) : flat(chip);
  const columns = [nameCol(), col("stage", W.stage, 0, stageName, { l: true }), col("channel", W.channel, 0, value => value || "–", { l: true }), col("touches", W.touches, 0, number, { kind: "bar" }),
    col("customers", W.customers, 0, number), col("reach", W.reach, 0, number), col("cost", W.cost, 0, money),
    col("feeling", W.feeling, 0, value => number(value, 2)), col("exits", W.exits, 0, number), col("drop_off", W.dropoff, 0, part)];
  return part1(W.map, W.d.map, [copyButton(columns, P, W.map)], shown, more(W.table, table("pts", columns, P, W.touchpoints)));
}
const flat = chip => [h("p.lead", W.nostages), h("div.card.slim", P.filter(row => row.touches).sort((a, b) => b.touches - a.touches).map(chip))];
const periods = () => segments(W.period, "days", [["7", say(W.days, 7)], ["28", say(W.days, 28)], ["90", say(W.days, 90)], ["all", W.all]]);

// ---- the others

function flowTab(width) {
  const { svg, steps, hidden } = flowGraph(width);
  const isCount = (id, key, text, most) => h("label.f", text, h("input", { type: "range", min: 1, max: Math.max(2, most), value: Math.min(most, +state[key]), "data-f": key, oninput: event => go({ [key]: event.target.value }) }), h("span.num", Math.min(most, +state[key])));
  const columns = [
    nameCol1("from", W.from), nameCol1("to", W.to),
    col("events", W.count, 0, number, { kind: "bar" }), col("customers", W.customers, step => step.isSum ? null : step.customers, value => number(value)),
    col("mean_us", W.mean, step => step.isSum ? null : step.mean, time), col("p50_us", W.p50 + " ≈", step => step.isSum ? null : step.p50, time), col("p90_us", W.p90 + " ≈", step => step.isSum ? null : step.p90, time)];
  const count = P.filter(row => row.touches).length;
  const legend = state.col === "time" ? [["var(--good)", W.p50 + " ↓"], ["var(--bad)", W.p50 + " ↑"]] : state.col === "money" ? [["var(--bad)", D.totals.has_value ? W.money : W.lostc]] : [["var(--acc)", "→"], ["var(--neut)", "←"], ["var(--good)", W.conversion]];
  const chosen = P.find(row => row.name === state.pt);
  return [part1(W.flow, W.d.flow, [partTools(), chosenPart ? null : segments(W.flow, "per", [["journey", W.perjourney], ["visit", W.pervisit]]), segments(W.colour, "col", [["freq", W.byfreq], chosenPart ? null : ["time", W.bytime], ["money", D.totals.has_value ? W.bymoney : W.lostc]].filter(Boolean)), copyButton(columns, steps, W.flow)],
    h("div.hd", isCount("np", "np", W.npoints, count), isCount("ne", "ne", W.nedges, steps.length + hidden)),
    h("div.scroll", { tabindex: 0, role: "region", label: W.flow }, h("div.pad", svg)),
    h("div.key", legend.map(([colour, text]) => h("span", h("i", { "--c": colour }), text)), h("span", h("i", { "--c": "var(--bad)" }), `${W.dropoff} (${W.exits} / ${W.seen})`)),
    chosen ? null : more(W.table, table("edges", columns, steps, W.flow)),
    D.edges.hidden[0] ? h("p.sub.small", say(W.hidden, number(D.edges.hidden[0]), number(D.edges.hidden[1]))) : null),
  chosen ? detail(chosen) : null];
}

function detail(row) {
  const edges = edgesOf(state.per);
  const side = (title, found, other) => {
    const all = chosenPart ? row.visits : found.reduce((sum, edge) => sum + edge.events, 0);
    const columns = [nameCol1("touchpoint", title, other),
      col("events", W.count, 0, number, { kind: "bar" }), col("share", W.share, edge => edge.events / all, part), col("p50_us", W.p50 + " ≈", edge => edge.p50, time), col("p90_us", W.p90 + " ≈", edge => edge.p90, time)];
    return table(null, columns, found.sort((a, b) => b.events - a.events).slice(0, 25), title);
  };
  const rules = D.rules.filter(rule => rule.on.includes(row.i));
  return part1(h("span", W.detail + ": ", name(row)), null, [h("button.btn", { onclick: () => go({ pt: "" }) }, W.close)],
    h("p.lead", [stageName(row.stage), row.channel, W.polarity[row.polarity], many(row.touches, W.touch, W.touches), row.customers === null ? null : many(row.customers, W.customer.toLowerCase(), W.customers)].filter(Boolean).join(" · "), row.visits ? [" · ", say(W.exitsat, number(row.exits), number(row.visits)), worth(row) > 0 ? ` (${conv()(worth(row))})` : ""] : null),
    h("div.two", side(W.before1, edges.filter(edge => edge.to === row.i), edge => edge.from), side(W.after1, edges.filter(edge => edge.from === row.i), edge => edge.to)),
    h("h3.gap", W.watch), rules.length ? h("ul", rules.map(rule => h("li", name(rule.name), rule.actions.length ? [" → ", rule.actions.slice(0, 6).flatMap((action, place) => [place ? ", " : "", name(action)])] : null))) : h("p.sub", W.nowatch));
}

function variantsTab() {
  const all = D.totals.converted + D.totals.lost, rows = D.variants.top;
  const text = row => row.path.map(i => P[i].name).concat(row.converted ? W.conversion : W.nothing).join(" > ");
  const columns = [{ key: "path", title: W.way, get: text, l: true, w: true, show: row => h("div.path", row.path.slice(0, 24).map(i => h("span", name(P[i], 34))), row.path.length > 24 ? h("span", "…") : null, h("span", { class: row.converted ? "ok" : "no" }, row.converted ? W.conversion : W.nothing)) },
    col("count", W.count, 0, number, { kind: "bar" }), col("share", W.share, row => over(row.count, all), part)];
  if (D.variants.error) columns.push(col("error", W.error, 0, number));
  return part1(W.variants, W.d.variants, [copyButton(columns, rows)], table("var", columns, rows, W.variants, { kind: "wide" }));
}

function sevenTab() {
  const { hazard, median, share_at_most_7: few } = D.touches;
  if (median === null) return part1(W.seven, W.d.seven, null, h("p.lead", W.sevennone));
  const rows = hazard.map(([n, reached, converted]) => ({ n, reached, converted, h: over(converted, reached) }));
  let left = 1;
  for (const row of rows) { left *= 1 - row.h; row.share = 1 - left; }
  const near = rows.filter(row => row.n <= 40), enough = near.filter(row => row.reached >= 20 || row.n < 3);
  const columns = [col("n", W.n, 0, number), col("reached", W.reached, 0, number), col("converted", W.converted, 0, number, { kind: "bar" }), col("hazard", W.hazardK, row => row.h, part), col("share", W.cumul, 0, part)];
  const half = innerWidth > 760 ? 620 : 420;
  return part1(W.seven, W.d.seven, [copyButton(columns, rows)], h("p.lead", say(W.sevenlead, number(median), part(few, 0))),
    h("div.two",
      h("div.card", h("h3", W.histo), chart({ label: W.histo, rows: near, x: row => row.n, y: row => row.converted, show: short, colour: row => row.n <= 7 ? "var(--acc)" : "var(--neut)", width: half })),
      h("div.card", h("h3", W.hazard), chart({ label: W.hazard, rows: enough, x: row => row.n, y: row => row.h, show: value => part(value, value < .1 ? 1 : 0), colour: row => row.n <= 7 ? "var(--acc)" : "var(--neut)", width: half }))),
    more(W.table, table("haz", columns, rows, W.seven)));
}

function attributionTab() {
  const rows = P.filter(row => row.credits && (row.credits.some(value => value) )).concat(D.none.some(value => value) ? [{ name: W.none, credits: D.none, isNone: true }] : []);
  const chosen = +state.model, most = Math.max(...rows.flatMap(row => row.credits.slice(0, 6)), 1e-12);
  const columns = [{ key: "touchpoint", title: W.touchpoint, get: row => row.name, show: row => row.isNone ? h("span.sub", W.none) : open(row), l: true, w: true },
    ...W.models.map((title, place) => col("m" + place, title, row => row.credits[place], place === 6 ? tenths : money, { kind: "bar", most: place === 6 ? undefined : most, colour: place === 6 ? "var(--good)" : undefined,
      sum: rows => (place === 6 ? tenths : money)(rows.reduce((sum, row) => sum + (row.credits[place] || 0), 0)) })),
    col("removal", W.effect, 0, part)];
  columns[0].sum = () => D.totals.has_value ? W.value : W.conversions;
  const sorted = state.sort.startsWith("att.") ? rows : [...rows].sort((a, b) => (b.credits[chosen] || 0) - (a.credits[chosen] || 0));
  return [part1(W.attribution, say(W.d.attribution, time(D.settings.lookback_us)), [copyButton(columns, sorted)], table("att", columns, sorted, W.attribution)),
    D.channels.length ? part1(W.channels, W.d.channels, null, table("cht", [{ key: "channel", title: W.channel, get: row => row[0], show: row => name(row[0]), l: true }, col("time_us", W.hours, row => row[1], time, { kind: "bar" })], [...D.channels].sort((a, b) => b[1] - a[1]), W.channels, { kind: "slim" })) : null];
}

function frictionTab() {
  const rows = P.filter(row => row.visits).sort((a, b) => (worth(b) || 0) - (worth(a) || 0) || a.i - b.i);
  const columns = [nameCol(), col("stage", W.stage, 0, stageName, { l: true }), col("money", W.money, 0, money, { kind: "bar", colour: "var(--bad)" }), col("lost", W.lostc, 0, tenths), col("index", W.index, 0, tenths),
    col("exits", W.exits, 0, number), col("visits", W.seen, 0, number), col("drop_off", W.dropoff, 0, part, { kind: "bar", colour: "var(--bad)", most: 1 }), col("chance", W.chance, 0, part),
    col("loops", W.loops, 0, number), col("share_back", W.back, 0, part), col("p90_us", W.p90n + " ≈", 0, time), col("polarity", W.negative, row => row.polarity === 3 ? 1 : null, value => value ? h("span.down", "●") : "")];
  const matrix = D.stages.matrix, hasStages = matrix.some(row => row.some(value => value));
  const stageRows = matrix.map((counts, stage) => ({ stage: stage + 1, counts, all: counts.reduce((a, b) => a + b, 0) })).filter(row => row.all || D.stages.furthest[row.stage - 1]);
  const stageColumns = [{ key: "stage", title: W.from, get: row => stageName(row.stage), l: true }, ...[0, 1, 2, 3, 4].map(to => col("to" + (to + 1), stageName(to + 1), row => over(row.counts[to], row.all), value => part(value, 0), { kind: "heat", most: 1 })),
    col("furthest", W.furthest, row => D.stages.furthest[row.stage - 1], number), col("current", W.current, row => D.stages.current[row.stage - 1], number)];
  return [part1(W.friction, W.d.friction, [partTools(), copyButton(columns, rows)], table("fr", columns, rows, W.friction)),
    hasStages ? part1(W.stagesteps, W.d.stages, [copyButton(stageColumns, stageRows)], table(null, stageColumns, stageRows, W.stagesteps)) : null];
}

function kpiTab() {
  const stages = [1, 2, 3, 4, 5].map(stage => {
    const tiles = (BY_STAGE[stage - 1] || []).filter(isUsed).map(kpiTile).concat(fixed(stage).map(([key, value]) => tile(W[key], value, key === "nps" ? "n = " + number(D.kpis.nps.answers) : "")));
    return tiles.length ? h("div.stage", h("h3", stageName(stage)), h("div.tiles", tiles)) : null;
  });
  const keys = Object.keys(MEASURES).filter(key => key !== "reach" && isUsed(key));
  const shown = [part1(W.kpis, W.d.kpis, [periods()], stages)];
  if (D.kpis.by.length) {
    const by = D.kpis.by.find(by => by.name === state.by) || D.kpis.by[0];
    const columns = [{ key: by.name, title: by.name, get: labelOf, show: row => name(labelOf(row)), l: true }, ...keys.map(key => col(key, W[key], row => MEASURES[key].get(row), MEASURES[key].show, { kind: "bar" }))];
    const [a, b] = [by.rows.find(row => labelOf(row) === state.a) || by.rows[0], by.rows.find(row => labelOf(row) === state.b) || by.rows[1]];
    const choices = by.rows.map(row => [labelOf(row), labelOf(row)]);
    const pick = (title, key, now) => h("label.f", title, h("select.btn", { "data-f": key, onchange: event => go({ [key]: event.target.value }) }, choices.map(([value, text]) => h("option", { value, selected: labelOf(now) === value }, text))));
    shown.push(part1(h("span", W.by + " ", name(by.name)), null, [D.kpis.by.length > 1 ? chooser(W.by, "by", D.kpis.by.map(by => [by.name, by.name])) : null, copyButton(columns, by.rows, by.name)], table("by", columns, by.rows, W.by)));
    const pairs = b && keys.map(key => {
      const [x, y] = [MEASURES[key].get(a), MEASURES[key].get(b)];
      return { measure: W[key], key, x, y, difference: x && y !== null ? y / x - 1 : null };
    });
    const side = (key, row) => ({ key, title: labelOf(row), get: pair => pair[key], show: pair => MEASURES[pair.key].show(pair[key]) });
    if (b) shown.push(part1(W.compare, null, [pick(W.compare, "a", a), pick(W.with, "b", b)], table(null, [col("measure", W.measure, 0, String, { l: true }), side("x", a), side("y", b),
      col("difference", W.difference, 0, value => number(value, 0, { style: "percent", ...SIGNED }))], pairs, W.compare)));
  }
  const days = [...D.kpis.days].reverse(), columns = [{ key: "day", title: W.day, get: row => row.day, show: row => date(row.day), l: true }, ...["reach", ...keys].map(key => col(key, W[key], row => MEASURES[key].get(row), MEASURES[key].show))];
  shown.push(more(W.table + " · " + W.day, h("p.tools", copyButton(columns, days)), table("days", columns, days, W.day)));
  return shown;
}

function retentionTab() {
  const cohorts = D.retention[state.co] || [], wide = Math.max(0, ...cohorts.map(row => row[2].length)), most = Math.max(.001, ...cohorts.flatMap(row => row[2]));
  const columns = [{ key: "start", title: W.cohort, get: row => row[0], show: row => state.co === "month" ? monthOf(row[0]) : date(row[0]), l: true }, col("customers", W.newc, row => row[1], number),
    ...Array.from({ length: Math.min(wide, 14) }, (_, place) => col("p" + (place + 1), "+" + (place + 1), row => row[2][place], value => value === undefined || value === null ? "" : part(value, value < .1 ? 1 : 0), { kind: "heat", colour: "var(--good)", most }))];
  const churn = [{ key: "start", title: W.month, get: row => row.start, show: row => monthOf(row.start), l: true }, col("active", W.active, 0, number), col("silent", W.silent, 0, value => number(value)), col("churn", W.churn, 0, part, { kind: "bar", colour: "var(--bad)", most: 1 })];
  const clv = [{ key: "start", title: W.cohort, get: row => row.start, show: row => monthOf(row.start), l: true }, col("customers", W.newc, 0, number), ...[30, 90, 365].map(days => col("days_" + days, say(W.days, days), row => row["days_" + days], money))];
  return [part1(W.retention, W.d.retention, [segments(W.cohort, "co", [["day", W.day], ["week", W.week], ["month", W.month]]), copyButton(columns, cohorts)], cohorts.length ? table(null, columns, cohorts, W.retention, { kind: "co" }) : h("p.lead", W.sevennone)),
    h("div.two", D.churn.length ? part1(W.churn, W.d.churn, [copyButton(churn, D.churn)], table(null, churn, D.churn, W.churn)) : null, D.clv.length ? part1("CLV", W.d.clv, [copyButton(clv, D.clv)], table(null, clv, D.clv, "CLV")) : null)];
}

// What an action brings against doing nothing: what is said of it, and its bounds around nothing at all.
const VERDICTS = { works: "up", harms: "down", sample_ratio: "down" };
const inPoints2 = value => number(value * 100, 2, SIGNED);
const rangesOf = proof => [[W.difference, proof.difference], ["CUPED", proof.cuped.difference], [W.always, proof.always]].filter(pair => pair[1]);
const verdict = proof => h("span", { class: "small " + (VERDICTS[proof.verdict] || "sub") }, W.verdicts[proof.verdict]);
const actionName = proof => proof.action === "*" ? W.together : name(proof.action);
function proofCard(proof, most) {
  const ranges = rangesOf(proof), wide = innerWidth > 760 ? 600 : 320, middle = wide * .68, x = value => middle + value / most * wide * .3;
  // Nothing is coloured of which nothing is said.
  const colour = range => !VERDICTS[proof.verdict] ? "var(--neut)" : range.low > 0 ? "var(--good)" : range.high < 0 ? "var(--bad)" : "var(--neut)";
  return h("div.card", h("div.hd", h("h3", actionName(proof)), verdict(proof)),
    h("p.small", h("bdi", proof.sentence[lang()])),
    ranges.length ? s("svg", { viewBox: `0 0 ${wide} ${ranges.length * 32 + 32}`, width: "100%", role: "img", label: proof.sentence[lang()] },
      s("path.ax", { d: `M${middle} 8V${ranges.length * 32 + 12}`, "stroke-dasharray": "2 4" }), s("text.s", { x: middle, y: ranges.length * 32 + 28, "text-anchor": "middle" }, "0"),
      ranges.map(([title, range], place) => [s("text.s", { x: 0, y: place * 32 + 34 }, title),
        s("path", { d: `M${x(range.low)} ${place * 32 + 30}H${x(range.high)}`, stroke: colour(range), "stroke-width": 3, "stroke-linecap": "round" }),
        s("circle", { cx: x(range.value), cy: place * 32 + 30, r: 4.5, fill: colour(range), stroke: "var(--card)", "stroke-width": 1.5 }),
        s("text", { x: x(range.value), y: place * 32 + 20, "text-anchor": "middle", class: "s" }, inPoints2(range.value))])) : null);
}
function actionsTab() {
  const rows = D.actions;
  if (!rows.length) return part1(W.actions, W.d.actions, null, h("p.lead", D.live ? W.actlive : W.actnone));
  const most = Math.max(1e-6, ...rows.flatMap(row => rangesOf(row).flatMap(([, range]) => [Math.abs(range.low), Math.abs(range.high)])));
  const range = (key, title, get) => [["value", title], ["low", "≥"], ["high", "≤"]].map(([end, title]) => col(key + "_" + end, title, row => (get(row) || {})[end], inPoints2));
  const columns = [{ key: "action", title: W.action, get: row => row.action, show: actionName, l: true, w: true }, { key: "verdict", title: W.verdict, get: row => row.verdict, show: verdict, l: true },
    ...[["treatment", W.treated], ["control", W.control]].flatMap(([key, title]) => [col(key, title, row => row[key].customers, number), col(key + "_share", W.conversion, row => row[key].share, value => part(value, 2))]),
    ...range("difference", W.difference, row => row.difference), ...range("cuped", "CUPED", row => row.cuped.difference), ...range("always", W.always, row => row.always),
    col("lift", W.lift, 0, value => number(value, 1, { style: "percent", ...SIGNED })), col("money", W.moneyeach, row => (row.money || {}).value, value => number(value, 2, SIGNED)), col("waiting", W.waiting, 0, number), col("least_effect", W.least, 0, inPoints2), col("p", W.ratio, row => row.sample_ratio.p, value => number(value, 4))];
  return part1(W.actions, W.d.actions, [copyButton(columns, rows)], h("div.two", rows.slice(0, 12).map(row => proofCard(row, most))), h("div.gap"), table("act", columns, rows, W.actions));
}

function qualityTab() {
  const rows = Object.entries(D.quality), columns = [{ key: "what", title: W.what, get: row => W.q[row[0]] || row[0], l: true, w: true }, col("count", W.howmany, row => row[1], number), col("share", W.share, row => over(row[1], D.totals.events), part), { key: "meaning", title: W.meaning, get: row => W.qw[row[0] === "cost" ? "value" : row[0]] || W.uncounted, l: true, w: true }];
  const all = [["events", D.totals.events], ["touches", D.totals.touches], ["customers", D.totals.customers], ["visits", D.totals.visits], ["journeys", D.totals.converted + D.totals.lost + D.totals.open]];
  return [part1(W.quality, null, [copyButton(columns, rows)], h("div.tiles", all.map(([key, value]) => tile(W[key], number(value), key === "journeys" ? `${short(D.totals.converted)} ${W.converted.toLowerCase()} · ${short(D.totals.lost)} ${W.lost} · ${short(D.totals.open)} ${W.open}` : ""))), h("div.gap"), table(null, columns, rows, W.quality))];
}
