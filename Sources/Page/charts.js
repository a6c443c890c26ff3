// Small drawings: a line for a tile, bars, the emotional curve.
function spark(values, colour = "var(--acc)") {
  const known = values.filter(value => value !== null);
  if (known.length < 2) return null;
  const [low, high] = [Math.min(0, ...known), Math.max(...known)];
  const span = high - low || 1;
  let path = "", isDown = false;
  values.forEach((value, place) => {
    if (value === null) { isDown = false; return; }
    const x = place / (values.length - 1) * 200, y = 31 - (value - low) / span * 28;
    path += (isDown ? "L" : "M") + x.toFixed(1) + " " + y.toFixed(1);
    isDown = true;
  });
  return s("svg", { viewBox: "0 0 200 34", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("path", { d: "M0 32.5H200", class: "ax" }),
    s("path", { d: path, fill: "none", stroke: colour, "stroke-width": 1.6, "vector-effect": "non-scaling-stroke", "stroke-linejoin": "round" }));
}

function ticks(most, count = 4) {
  const rough = most / count || 1;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(factor => factor * size >= rough) * size;
  const made = [];
  for (let value = 0; value <= most * 1.0001; value += step) made.push(value);
  return made;
}

// Bars or a line over whole numbers; `marks` says which are of one kind.
function chart({ label, rows, x, y, show, colour, isLine, width }) {
  const [W1, H, left, bottom, top] = [width || 620, 230, 52, 26, 12];
  const most = Math.max(1e-12, ...rows.map(y));
  const scale = value => H - bottom - value / most * (H - bottom - top);
  const step = (W1 - left - 8) / Math.max(1, rows.length);
  const place = index => left + step * (index + .5);
  const every = Math.max(1, Math.ceil(rows.length / ((W1 - left) / 34)));
  const path = rows.map((row, index) => (index ? "L" : "M") + place(index).toFixed(1) + " " + scale(y(row)).toFixed(1)).join("");
  return s("svg", { viewBox: `0 0 ${W1} ${H}`, width: "100%", role: "img", "aria-label": label },
    ticks(most).map(value => [
      s("path.grid", { d: `M${left} ${scale(value)}H${W1 - 8}` }),
      s("text.s", { x: left - 8, y: scale(value) + 4, "text-anchor": "end" }, show(value))]),
    isLine ? s("path", { d: path, fill: "none", stroke: colour(), "stroke-width": 2, "stroke-linejoin": "round" })
      : rows.map((row, index) => s("rect", { x: place(index) - Math.min(11, step * .38), width: Math.min(22, step * .76),
          y: scale(y(row)), height: Math.max(y(row) > 0 ? 1 : 0, H - bottom - scale(y(row))), rx: 1.5, fill: colour(row) },
        s("title", `${x(row)}: ${show(y(row))}`))),
    s("path.ax", { d: `M${left} ${H - bottom + .5}H${W1 - 8}` }),
    rows.map((row, index) => index % every ? null :
      s("text.s", { x: place(index), y: H - 8, "text-anchor": "middle" }, x(row))));
}

// Values from −1 to 1, one for each stage, over `width` pixels.
function curve(values, width) {
  const H = 140, step = width / values.length;
  const y = value => H / 2 - value * 38;
  const points = values.map((value, place) => value === null ? null : [step * (place + .5), y(value), value]);
  const known = points.filter(point => point);
  let path = "";
  known.forEach(([x, y], place) => {
    if (!place) { path = `M${x} ${y}`; return; }
    const [x0, y0] = known[place - 1], middle = (x0 + x) / 2;
    path += `C${middle} ${y0} ${middle} ${y} ${x} ${y}`;
  });
  const told = values.map((value, place) => `${W.stages[place + 1]}: ${value === null ? "–" : number(value, 2, SIGNED)}`);
  return s("svg", { viewBox: `0 0 ${width} ${H}`, width, height: H, role: "img", "aria-label": W.emotion + ". " + told.join(", ") },
    s("path.ax", { d: `M0 ${H / 2}H${width}`, "stroke-dasharray": "2 4" }),
    s("text.s", { x: 10, y: 18 }, "+1"), s("text.s", { x: 10, y: H - 12 }, "−1"),
    s("text.s", { x: 10, y: H / 2 - 5 }, "0"),
    s("path", { d: path, fill: "none", stroke: "var(--neut)", "stroke-width": 2 }),
    known.map(([x, y, value]) => {
      const colour = value > .05 ? "var(--good)" : value < -.05 ? "var(--bad)" : "var(--neut)";
      return [s("circle", { cx: x, cy: y, r: 6, fill: colour, stroke: "var(--card)", "stroke-width": 2 }),
        s("text", { x, y: value > -.005 ? y - 13 : y + 23, "text-anchor": "middle", fill: colour, "font-weight": 600 },
          number(value, 2, SIGNED))];
    }));
}
