// A chart with fixed axes, the run before as a ghost, words and a table.

function nice(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find(step => step * power >= value) * power;
}

function ticks(top) {
  const step = [1, 2, 2.5, 5, 10].map(k => k * 10 ** Math.floor(Math.log10(top / 4))).find(k => top / k <= 5);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step);
}

const STROKES = [["var(--blue)", ""], ["var(--orange)", "7 4"], ["var(--green)", "12 3 2 3"]];

class Chart {
  constructor(spec, lesson) {
    this.spec = spec; this.lesson = lesson; this.top = 0;
    this.svg = s("svg", { role: "img" });
    this.words = h("p");
    this.table = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table: ${spec.title}` });
    this.details = h("details", {}, h("summary", {}, "As a table"), this.table);
    this.details.addEventListener("toggle", () => this.fillTable());
    this.figure = h("figure", { class: spec.wide ? "wide answerable" : "answerable" }, h("figcaption", {}, spec.title), this.svg, this.words, this.details);
    this.cursor = s("line", { y1: 22, stroke: "var(--orange)", "stroke-width": 1.5, "stroke-dasharray": "2 3" });
  }

  highest(values) {
    const flat = values.flat ? values.flat() : values;
    return Math.max(...flat, ...(values.second ?? []), this.level?.[0] ?? 0);
  }

  // `loose`: the axis may grow, as no lever is being moved.
  show(runs, at, ghost, loose) {
    this.runs = runs; this.at = at; this.ghost = ghost;
    this.level = this.spec.level?.(runs, at) ?? null;
    this.values = this.spec.read(runs, at);
    this.before = ghost ? this.spec.read(ghost.runs, ghost.at) : null;
    if (loose || !this.top) this.top = this.spec.most ?? Math.max(this.top, nice(1.04 * this.highest(this.values)));
    this.words.textContent = this.spec.words(runs, at);
    this.svg.setAttribute("aria-label", `${this.spec.title}. ${this.words.textContent}`);
    this.draw();
    this.fillTable();
  }

  draw() {
    if (!this.values) return;
    const width = Math.max(this.svg.clientWidth || this.figure.clientWidth - 26, 200);
    if (this.spec.names) return this.drawNamed(width);
    const widest = Math.max(...ticks(this.top).map(tick => tick.toLocaleString("en-US").length));
    const left = Math.max(46, 14 + 8.2 * widest), right = width - 8, rows = this.keyRows(right - left), topEdge = 4 + 18 * rows.length;
    const height = 128 + topEdge, bottom = height - 36;
    const n = this.spec.kind === "lines" ? this.values[0].length : this.spec.room ?? this.values.length;
    const y = value => bottom - (bottom - topEdge) * value / this.top;
    const x = this.spec.kind === "lines" ? i => left + (right - left) * i / (n - 1) : i => left + (right - left) * i / n;
    this.x = this.spec.kind === "lines" ? x : this.spec.byDay ? i => x(Math.min(i, n)) : null;
    const parts = [s("clipPath", { id: `clip-${this.spec.key}` }, s("rect", { x: left, y: 0, width: right - left, height: bottom + 1 }))];
    for (const tick of ticks(this.top)) {
      parts.push(s("line", { x1: left, x2: right, y1: y(tick), y2: y(tick), stroke: "var(--line)" }));
      parts.push(text(tick.toLocaleString("en-US"), left - 6, y(tick) + 5, "end"));
    }
    const scale = this.spec.scale ?? 1, span = n * scale, last = this.spec.kind === "lines" ? n - 1 : span;
    for (const tick of ticks(last)) {
      const place = left + (right - left) * tick / last;
      if (place < right - 14) parts.push(text(tick.toLocaleString("en-US"), place, bottom + 16, "middle"));
    }
    parts.push(text(this.spec.xTitle ?? "day", right, height - 3, "end"));
    const inside = s("g", { "clip-path": `url(#clip-${this.spec.key})` });
    if (this.spec.kind === "lines") this.drawLines(inside, x, y); else this.drawBars(inside, x, y, bottom);
    if (this.level) {
      inside.append(s("line", { x1: left, x2: right, y1: y(this.level[0]), y2: y(this.level[0]), stroke: "var(--orange)", "stroke-width": 2, "stroke-dasharray": "7 4" }));
      parts.push(text(this.level[1], right, 13, "end", "strong"));
      parts.push(s("line", { x1: right - 8.2 * this.level[1].length - 34, x2: right - 8.2 * this.level[1].length - 10, y1: 9, y2: 9, stroke: "var(--orange)", "stroke-width": 2, "stroke-dasharray": "7 4" }));
    }
    if (this.before) parts.push(text("grey: the run before", left, 13, "start"));
    if (this.spec.second) this.legend(parts, left);
    if (this.spec.named) this.named(parts, left, right);
    this.cursor.setAttribute("y2", bottom);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.style.height = `${height}px`;
    this.svg.replaceChildren(...parts, inside, this.cursor);
    this.mark(this.day ?? 0);
  }

  drawLines(inside, x, y) {
    const path = values => values.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join("");
    const line = (values, stroke, wide, opacity) => s("path", { d: path(values), fill: "none", stroke, "stroke-width": wide, opacity, "stroke-linejoin": "round" });
    if (this.before) inside.append(line(this.before[0], "var(--ghost)", 2.5, 0.75));
    const { named } = this.spec;
    this.values.slice(1).forEach((values, i) => {
      const other = line(values, named ? STROKES[i + 1][0] : "var(--blue)", named ? 2 : 1, named ? 1 : 0.45);
      if (named) other.setAttribute("stroke-dasharray", STROKES[i + 1][1]);
      inside.append(other);
    });
    inside.append(line(this.values[0], "var(--blue)", 2.5, 1));
  }

  // Lines of the key: which named lines fit beside each other.
  keyRows(room) {
    const rows = [[]];
    let used = this.before ? 150 : 0;
    for (const [i, name] of (this.spec.named ?? []).entries()) {
      const wide = 42 + 7.4 * name.length;
      if (used > 0 && used + wide > room) { rows.push([]); used = 0; }
      rows.at(-1).push([i, used]); used += wide;
    }
    return rows;
  }

  named(parts, left, right) {
    this.keyRows(right - left).forEach((row, line) => row.forEach(([i, shift]) => {
      const x = left + shift, y = 13 + 18 * line;
      parts.push(s("line", { x1: x, x2: x + 22, y1: y - 4, y2: y - 4, stroke: STROKES[i][0], "stroke-width": 2.5, "stroke-dasharray": STROKES[i][1] }));
      parts.push(text(this.spec.named[i], x + 27, y, "start", "strong"));
    }));
  }

  drawBars(inside, x, y, bottom) {
    const wide = x(1) - x(0), gap = Math.min(1, wide / 5), pair = this.values.second;
    const bar = (i, value, fill, from = 0, share = 1) => s("rect", { x: x(i) + gap + from * wide, y: y(value), width: Math.max(wide * share - 2 * gap, 0.8), height: Math.max(bottom - y(value), 0), fill });
    this.values.forEach((value, i) => {
      inside.append(bar(i, value, i === this.values.mark ? "var(--orange)" : "var(--blue)", 0, pair ? 0.5 : 1));
      if (pair) inside.append(bar(i, pair[i], "var(--orange)", 0.5, 0.5));
    });
    if (this.before && !this.spec.byDay) {
      const path = this.before.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}L${x(i + 1).toFixed(1)} ${y(value).toFixed(1)}`).join("");
      inside.append(s("path", { d: path, fill: "none", stroke: "var(--ghost)", "stroke-width": 2 }));
    }
  }

  legend(parts, left) {
    const narrow = (this.svg.clientWidth || 700) < 560;
    this.spec.second.forEach((label, i) => {
      const x0 = narrow ? 130 : 230, y0 = 34 + i * 20;
      parts.push(s("rect", { x: x0, y: y0 - 11, width: 12, height: 12, fill: i ? "var(--orange)" : "var(--blue)" }));
      parts.push(text(narrow ? ["people who left", "people still here, so far"][i] : label, x0 + 18, y0, "start", "strong"));
    });
  }

  drawNamed(width) {
    const parts = [], row = 36, height = row * this.spec.names.length + 6, most = width - 60;
    this.spec.names.forEach((name, i) => {
      const at = i * row, length = most * Math.min(this.values[i], 100) / 100;
      parts.push(text(name, 0, at + 14, "start", "strong"));
      parts.push(s("rect", { x: 0, y: at + 19, width: Math.max(length, 1), height: 12, fill: "var(--blue)" }));
      if (this.before) parts.push(s("line", { x1: most * this.before[i] / 100, x2: most * this.before[i] / 100, y1: at + 16, y2: at + 34, stroke: "var(--ghost)", "stroke-width": 3 }));
      parts.push(text(aligned(this.values[i]), length + 8, at + 30, "start", "strong"));
    });
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.style.height = `${height}px`;
    this.svg.replaceChildren(...parts);
  }

  mark(day) {
    this.day = day;
    if (!this.x) { this.cursor.remove(); return; }
    const at = this.x(day);
    this.cursor.setAttribute("x1", at); this.cursor.setAttribute("x2", at);
  }

  fillTable() {
    if (!this.details.open || !this.values) return;
    const { names, kind } = this.spec, several = kind === "lines" ? this.values : this.values.second ? [this.values, this.values.second] : [this.values];
    const heads = kind === "lines" ? this.spec.named ?? several.map((_, i) => `run ${i + 1}`) : this.spec.second ?? [this.spec.title];
    const step = kind === "lines" || this.spec.byDay ? 7 : 1, scale = this.spec.scale ?? 1, first = this.spec.first ?? 0;
    const rows = several[0].map((_, i) => i).filter(i => i % step === 0);
    this.table.replaceChildren(tableOf([names ? "" : this.spec.xTitle ?? "day", ...heads],
      rows.map(i => [names ? names[i] : String((i + first) * scale), ...several.map(values => aligned(values[i]))])));
  }
}

function text(value, x, y, anchor, kind = "") {
  return s("text", { x, y, "text-anchor": anchor, class: kind }, value);
}
