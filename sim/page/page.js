"use strict";
(() => {
const content = JSON.parse(document.getElementById("content").textContent);
const { layout, words, lessons } = content;
const SVG = "http://www.w3.org/2000/svg", DAY = 86400;
const $ = id => document.getElementById(id);
const still = matchMedia("(prefers-reduced-motion: reduce)");

// --- small things ----------------------------------------------------------------------------------
function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "html") made.innerHTML = value;  // only texts of this file
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter(each => each !== null));
  return made;
}

function s(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const sum = values => values.reduce((total, value) => total + value, 0);
const mean = values => sum(values) / values.length;
const spread = values => { const m = mean(values); return Math.sqrt(mean(values.map(x => (x - m) * (x - m)))); };
const plus = lists => Array.from(lists[0], (_, i) => sum(lists.map(each => each[i])));

function aligned(value) {
  if (Number.isNaN(value)) return "none";
  const size = Math.abs(value), digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function precise(value) { return typeof value === "string" ? value : String(+value.toPrecision(6)); }

function valueWords(control, value) {
  return typeof value === "string" ? value : `${precise(value)} ${control.unit}`.trim();
}

function seconds(length) {
  const parts = [["d", DAY], ["h", 3600], ["min", 60]].map(([unit, size]) => {
    const n = Math.floor(length / size); length -= n * size; return [n, unit];
  });
  const first = parts.findIndex(([n]) => n > 0);
  return first < 0 ? "less than a minute"
    : parts.slice(first, first + 2).filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(" ");
}

function dateOf(lesson, day) {
  const date = new Date(`${lesson.world_data.start}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + Math.floor(day));
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

function tell(text) { $("told").textContent = ""; setTimeout(() => { $("told").textContent = text; }, 30); }

// --- what is measured ------------------------------------------------------------------------------
const exit = name => words.exits.indexOf(name);
const per = (runs, read) => mean(runs.map(read));
const removals = run => run.totals.by_exit[exit("removed")] + run.totals.by_exit[exit("returned")];
const holdMean = run => run.totals.hold_room_s / (run.days * DAY);
const heldByDay = run => plus(run.held);
const STAGES = { bed: 4, docket: 9, seat: 14 };
const SETTLED = 60;
const NUMBERS = {
  one(runs, at) {
    const came = runs.map(run => plus(run.arrests));
    return [
      ["Days with exactly the average", "in 100", mean(came.map(days => 100 * days.filter(n => n === at.arrests).length / days.length))],
      ["Arrests, mean", "a day", mean(came.map(mean))],
      ["Spread of the days (standard deviation)", "people", mean(came.map(spread))],
      ["Most on a day", "people", mean(came.map(days => Math.max(...days)))],
      ["Held, mean", "people", per(runs, run => mean(heldByDay(run).slice(1)))],
      ["Spread of the number held", "people", spread(runs.flatMap(run => heldByDay(run).slice(SETTLED)))],
    ];
  },
  two(runs) {
    return [
      ["Wait for a bed, mean", "hours", per(runs, ({ waits }) => waits[STAGES.bed].seconds / waits[STAGES.bed].ended / 3600)],
      ["Longer than 12 hours in the hold room", "in 100", per(runs, ({ totals }) => 100 * totals.over_limit / totals.hold_room_stays)],
      ["In the hold room, mean", "people", per(runs, holdMean)],
      ["In a bed, mean", "people", per(runs, run => mean(heldByDay(run).slice(1)))],
    ];
  },
  three(runs) {
    return [
      ["In the hold rooms at the end", "people", per(runs, run => plus(run.hold).at(-1))],
      ["In the hold rooms, mean", "people", per(runs, holdMean)],
      ["Longer than 12 hours in a hold room", "people", per(runs, run => run.totals.over_limit)],
      ["Moved to the other area", "people", per(runs, run => run.totals.moved)],
      ["Displaced: released from a bed", "people", per(runs, run => run.totals.by_exit[exit("displaced")])],
      ["Released for lack of a bed", "people", per(runs, run => run.totals.by_exit[exit("no_bed")])],
      ["Removed", "people", per(runs, removals)],
    ];
  },
  four(runs) {
    return [
      ["Removed in the year", "people", per(runs, removals)],
      ["Released in the year", "people", per(runs, run => run.totals.exits - removals(run))],
      ["Stay of those who left, mean", "days", per(runs, ({ totals }) => totals.stay_s / totals.exits / DAY)],
      ["In beds at the end", "people", per(runs, run => heldByDay(run).at(-1))],
      ["In the hold room, mean", "people", per(runs, holdMean)],
      ["Wait for each hearing", "days", per(runs, ({ waits }) => waits[STAGES.docket].seconds / waits[STAGES.docket].ended / DAY)],
      ["Wait for a seat", "days", per(runs, ({ waits }) => waits[STAGES.seat].seconds / waits[STAGES.seat].ended / DAY)],
    ];
  },
};

// What pencil and paper say: products of what is set; the formulas come from Python or from compiled code.
const STAY = { three: 20 }, SITTING = 5 / 7;
const byPosition = (lesson, at, table) => table[lesson.controls.reduce((i, each) => i * each.values.length + each.values.indexOf(at[each.key]), 0)];
const THEORY = {
  one: { say(at) {
    const [day, held, beds] = byPosition(state.lesson, at, content.theory.one), people = at.arrests * 30;
    return `${at.arrests} a day × 30 days = ${aligned(people)} people held on average (Little’s law). The standard deviation of the days is ${aligned(day)}, or ${(100 * day / at.arrests).toFixed(0)} % of the average; that of the number held is ${aligned(held)}, or ${(100 * held / people).toFixed(0)} %. To have a bed for everybody on 19 nights in 20 takes ${aligned(beds)} beds, not ${aligned(people)}.`;
  } },
  two: { ask: at => ["line_wait", at.beds, Math.round(at.arrests * 1000), Math.round(at.stay * 1000)], say(at, { theory }) {
    const load = +(at.arrests * at.stay).toFixed(4), said = `${at.arrests} a day × ${at.stay} days = ${aligned(load)} people need a bed; there are ${at.beds}. `;
    if (theory < 0) return `${said}With no more beds than that there is no long run: the line keeps growing, fast or slowly.`;
    return `${said}In the long run the mean wait is ${aligned(24 * theory / 1000)} hours (Erlang C, 1917). Four months that start with 80 people are not the long run.`;
  } },
  three: { say(at, { runs }) {
    const load = at.arrests * STAY.three, leave = at.beds / STAY.three, more = at.arrests - leave;
    const balance = `North: ${at.arrests} a day × ${STAY.three} days = ${load} people need a bed; ${at.beds} beds become free at ${leave} a day, ${more > 0 ? `so ${+more.toFixed(2)} a day find none` : "so there are enough on average"}. `;
    if (at.rungs === "nobody can wait") {
      const lost = content.theory.three[`${at.beds} ${at.arrests}`], seen = 100 * per(runs, run => run.totals.by_exit[exit("no_bed")]) / per(runs, run => sum(run.arrests.map(each => sum([...each]))));
      return `${balance}If nobody can wait, Erlang B (1917) gives the share who find no bed: ${lost.toFixed(1)} in 100 of all people arrested; these runs, which start with 140 people in the north: ${seen.toFixed(1)}.`;
    }
    const waiting = per(runs, holdMean), came = per(runs, run => sum(run.arrests.map(each => sum([...each]))) / run.days);
    return `${balance}Little’s law: ${aligned(waiting)} people in the hold rooms ÷ ${came.toFixed(1)} arrests a day = ${aligned(waiting / came)} days there for each person arrested. The mean wait of those who got a bed is ${aligned(per(runs, ({ waits }) => waits[STAGES.bed].seconds / waits[STAGES.bed].ended / DAY))} days: people still waiting at the end are not in that mean.`;
  } },
  four: { say(at, { runs }) {
    const stay = per(runs, ({ totals }) => totals.stay_s / totals.exits / DAY), came = per(runs, run => sum(run.arrests.map(each => sum([...each]))) / run.days);
    return `Court: 10 × 55 % × 1.9 = 10.45 hearings a day are needed, somewhat fewer as people give up or leave on bond; ${at.judges} judges × 5 hearings × 5 ÷ 7 days = ${(at.judges * 5 * SITTING).toFixed(2)} can be held. Seats: at most 10 × 40 % = 4 people a day need a flight; there are ${at.seats} seats a day. Little’s law: ${came.toFixed(1)} arrests a day × a stay of ${aligned(stay)} days = ${aligned(came * stay)} people in custody, if as many leave as arrive. If fewer leave, the stays of those who left are the shorter ones, and the number keeps growing beyond this.`;
  } },
};

// --- charts ----------------------------------------------------------------------------------------
// A chart: {title, words, wide, x: [label, last], y, lines|bars, level, table}. `y` is the top of the axis: it grows
// when a lever is let go, never shrinks before a reset, and stands still while a lever moves.
const LINES = (key, title, read, more = {}) => ({ key, title, read, kind: "lines", ...more });
const BARS = (key, title, read, more = {}) => ({ key, title, read, kind: "bars", ...more });
const days = runs => runs[0].days;
const range = values => `${aligned(Math.min(...values))} to ${aligned(Math.max(...values))}`;

function counted(values, width, most) {
  const bins = new Array(most).fill(0);
  for (const value of values) bins[Math.min(Math.floor(value / width), most - 1)] += 1;
  return bins;
}

const CHARTS = {
  one: [
    BARS("days", "Arrests on each day of one run (people)", runs => plus(runs[0].arrests), {
      first: 1, level: (runs, at) => [at.arrests, `average ${at.arrests}`], xTitle: "day", byDay: true,
      words: runs => `One run of ${days(runs)} days: from ${range(plus(runs[0].arrests))} arrests a day.` }),
    BARS("spread", "How many days had how many arrests (days, all runs)", (runs, at) => {
      const found = counted(runs.flatMap(run => plus(run.arrests)), 1, 101); found.mark = at.arrests; return found;
    }, { first: 0, xTitle: "arrests on a day", room: 101, words: (runs, at) => {
      const all = runs.flatMap(run => plus(run.arrests)), exact = all.filter(n => n === at.arrests).length;
      return `Of ${all.length} days, ${exact} had exactly ${at.arrests} arrests (orange).`; } }),
    LINES("held", "People held at midnight (people)", runs => runs.map(heldByDay), { wide: true,
      words: runs => `${runs.length} runs, one of them thick: from ${range(runs.flatMap(run => heldByDay(run)))} people. The days jump; the number held drifts.` }),
  ],
  two: [
    LINES("line", "People waiting for a bed (people)", runs => runs.map(run => [...run.bed_line]), {
      words: runs => `The longest line at a midnight is ${Math.max(...runs.flatMap(run => [...run.bed_line]))}. Runs differ only by chance.` }),
    LINES("held", "People in beds (people)", runs => runs.map(heldByDay), { level: (_, at) => [at.beds, `${at.beds} beds`], floor: true,
      words: (runs, at) => `From ${range(runs.flatMap(run => heldByDay(run)))} people in ${at.beds} beds.` }),
    BARS("waits", "How long people waited for a bed (people, both runs)", runs => plus(runs.map(run => run.waits[STAGES.bed].bins)).slice(0, 41).map((n, i, all) => i < 40 ? n : n + sum(plus(runs.map(run => run.waits[STAGES.bed].bins)).slice(41))), {
      wide: true, first: 0, scale: 0.25, xTitle: "days (bars of 6 hours; the last has all longer waits)", words: runs => {
        const all = plus(runs.map(run => run.waits[STAGES.bed].bins)), total = sum(all);
        return `${total} people got a bed: ${all[0]} within 6 hours, ${all[0] + all[1]} within 12, ${sum(all.slice(4))} after more than a day.`; } }),
  ],
  three: [
    LINES("hold", "People in hold rooms, both areas (people)", runs => runs.map(run => plus(run.hold)), { wide: true,
      words: runs => `At the end ${aligned(per(runs, run => plus(run.hold).at(-1)))} people, mean of ${runs.length} runs. The places are meant for 40, for 12 hours.` }),
    LINES("held", "People in beds, both areas (people)", runs => runs.map(heldByDay), {
      level: runs => { const beds = sum(runs[0].beds.map(each => each[0])); return [beds, `${beds} beds`]; },
      words: runs => `From ${range(runs.flatMap(heldByDay))} people.` }),
    BARS("fates", "Of 100 people arrested, by the end", runs => {
      const arrests = per(runs, run => sum(run.arrests.map(each => sum([...each]))));
      const share = read => 100 * per(runs, read) / arrests;
      return [share(run => run.totals.moved), share(run => run.totals.by_exit[exit("displaced")]),
        share(run => run.totals.by_exit[exit("no_bed")]), share(removals)];
    }, { names: ["moved to the other area", "released from a bed for another", "released for lack of a bed", "removed"],
      most: 100, words: () => "People who were moved may also have been removed; some are still held." }),
  ],
  four: [
    LINES("held", "People in beds (people)", runs => runs.map(heldByDay), { level: (_, at) => [at.beds, `${at.beds} beds`],
      words: runs => `At the end ${aligned(per(runs, run => heldByDay(run).at(-1)))}, mean of ${runs.length} runs.` }),
    LINES("hold", "People in the hold room (people)", runs => runs.map(run => plus(run.hold)), {
      words: runs => `At the end ${aligned(per(runs, run => plus(run.hold).at(-1)))}; the room is meant for 20.` }),
    LINES("docket", "Waiting for a hearing (people)", runs => runs.map(run => [...run.docket]), {
      words: runs => `At the end ${aligned(per(runs, run => run.docket.at(-1)))}.` }),
    LINES("seats", "Waiting for a seat (people)", runs => runs.map(run => [...run.seat_line]), {
      words: runs => `At the end ${aligned(per(runs, run => run.seat_line.at(-1)))}.` }),
    BARS("stays", "How long? (in 100, bars of 15 days)", runs => {
      const left = plus(runs.map(run => run.totals.stay_bins)).slice(0, 26), here = plus(runs.map(run => run.totals.inside_bins)).slice(0, 26);
      const found = left.map(n => 100 * n / sum(left)); found.second = here.map(n => 100 * n / sum(here)); return found;
    }, { wide: true, first: 0, scale: 15, most: 50, xTitle: "days in custody", second: ["people who left: their whole stay", "people still here on the last night: their stay so far"],
      words: runs => `Those who left had stayed ${aligned(per(runs, ({ totals }) => totals.stay_s / totals.exits / DAY))} days on average. Ask everybody still here: ${aligned(per(runs, ({ totals }) => totals.inside_s / totals.inside / DAY))} days so far. A long stay is met on many nights, a short one on few: who is asked tonight is not who was arrested (the inspection paradox).` }),
  ],
};

function nice(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find(step => step * power >= value) * power;
}

function ticks(top) {
  const step = [1, 2, 2.5, 5, 10].map(k => k * 10 ** Math.floor(Math.log10(top / 4))).find(k => top / k <= 5);
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step);
}

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
    const height = 150, left = 46, right = width - 8, bottom = height - 36, topEdge = 22;
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
    this.values.slice(1).forEach(values => inside.append(line(values, "var(--blue)", 1, 0.45)));
    inside.append(line(this.values[0], "var(--blue)", 2.5, 1));
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
    const heads = kind === "lines" ? several.map((_, i) => `run ${i + 1}`) : this.spec.second ?? [this.spec.title];
    const step = kind === "lines" || this.spec.byDay ? 7 : 1, scale = this.spec.scale ?? 1, first = this.spec.first ?? 0;
    const rows = several[0].map((_, i) => i).filter(i => i % step === 0);
    this.table.replaceChildren(h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, names ? "" : this.spec.xTitle ?? "day"), heads.map(head => h("th", { scope: "col" }, head)))),
      h("tbody", {}, rows.map(i => h("tr", {}, h("th", { scope: "row" }, names ? names[i] : String((i + first) * scale)), several.map(values => h("td", {}, aligned(values[i]))))))));
  }
}

function text(value, x, y, anchor, kind = "") {
  return s("text", { x, y, "text-anchor": anchor, class: kind }, value);
}

// --- people who move -------------------------------------------------------------------------------
// Boxes are parts of the picture's width and height. `most` people fit; the size of a dot follows from the fullest box,
// so that equal areas mean equal numbers of people, whatever the levers say.
const code = { noted: words.noted, exited: words.exited, requested: words.requested };
const box = (label, stages, x, y, w, hh, most, more = {}) => ({ label, stages, x, y, w, h: hh, most, ...more });
const IN_BED = [6, 7, 8, 9, 10, 11, 12, 13, 14];
const SCENES = {
  one: { pace: 6, boxes: () => [
    box("arrested today|today", [], 0.02, 0.17, 0.2, 0.79, 130, { today: true }),
    box("held", [1, 2, 3, 4, ...IN_BED], 0.26, 0.17, 0.7, 0.79, 1250)] },
  two: { pace: 4, boxes: at => [
    box("line for a desk|line", [1], 0.02, 0.17, 0.1, 0.79, 30),
    box("desks", [2], 0.14, 0.17, 0.08, 0.79, 24, { places: at.desks }),
    box("hold room: waiting for a bed|hold room", [3, 4], 0.26, 0.17, 0.28, 0.79, 120),
    box("beds", IN_BED, 0.58, 0.17, 0.38, 0.79, 132, { places: at.beds })] },
  three: { pace: 4, boxes: at => [
    box("north: hold room|north: hold", [1, 2, 3, 4], 0.02, 0.12, 0.47, 0.47, 420, { area: 0, alarm: 20 }),
    box("north: beds", IN_BED, 0.53, 0.12, 0.45, 0.47, 265, { area: 0, places: at.beds }),
    box("south: hold room|south: hold", [1, 2, 3, 4], 0.02, 0.73, 0.47, 0.25, 60, { area: 1, alarm: 20 }),
    box("south: beds", IN_BED, 0.53, 0.73, 0.45, 0.25, 99, { area: 1, places: 90 }),
    box("on the road", [5], 0.4, 0.6, 0.2, 0.05, 8, { road: true })] },
  four: { pace: 12, boxes: () => [
    box("hold room|hold", [1, 2, 3, 4], 0.02, 0.17, 0.17, 0.79, 460, { alarm: 20 }),
    box("case filed|filed", [6, 7, 8], 0.21, 0.17, 0.13, 0.79, 220),
    box("court", [9, 10, 11], 0.36, 0.17, 0.28, 0.79, 800),
    box("travel document|papers", [12, 13], 0.66, 0.17, 0.16, 0.79, 420),
    box("seat", [14], 0.84, 0.17, 0.14, 0.79, 300)] },
};

class Scene {
  constructor(canvas, key) {
    this.canvas = canvas; this.key = key; this.context = canvas.getContext("2d"); this.day = 0; this.followed = -1;
  }

  load(run, at, keepDay) {
    this.run = run; this.at = at; this.log = run.log;
    this.n = run.log.row.reduce((most, row) => Math.max(most, row), 0) + 1;
    this.size(); this.rewind(); this.seek(keepDay, true);
  }

  size() {
    const { canvas } = this, dense = devicePixelRatio || 1;
    this.width = canvas.clientWidth; this.height = canvas.clientHeight;
    canvas.width = Math.round(this.width * dense); canvas.height = Math.round(this.height * dense);
    this.context.setTransform(dense, 0, 0, dense, 0, 0);
    this.boxes = SCENES[this.key].boxes(this.at).map(each => ({ ...each, left: each.x * this.width, top: each.y * this.height, wide: each.w * this.width, high: each.h * this.height, slots: [], free: [], count: 0 }));
    this.cell = Math.min(16, ...this.boxes.filter(each => !each.road).map(({ wide, high, most }) => {
      let cell = Math.sqrt(wide * high / most);
      while (Math.floor(wide / cell) * Math.floor(high / cell) < most) cell *= 0.99;
      return cell;
    }));
    for (const each of this.boxes) { each.columns = Math.max(1, Math.floor(each.wide / this.cell)); each.rows = Math.max(1, Math.floor(each.high / this.cell)); }
    const style = getComputedStyle(document.documentElement), read = name => style.getPropertyValue(name).trim();
    this.ink = { blue: read("--blue"), orange: read("--orange"), green: read("--green"), pink: read("--pink"), soft: read("--soft"), line: read("--line"), ink: read("--ink"), card: read("--card"), ghost: read("--ghost") };
    this.where = new Map();
    this.boxes.forEach((each, i) => { for (const stage of each.stages) for (const area of each.area === undefined ? [0, 1] : [each.area]) if (!this.where.has(stage * 2 + area)) this.where.set(stage * 2 + area, i); });
  }

  rewind() {
    this.next = 0; this.day = 0; this.in = new Int8Array(this.n).fill(-1); this.slot = new Int32Array(this.n);
    this.x = new Float32Array(this.n); this.y = new Float32Array(this.n); this.tx = new Float32Array(this.n); this.ty = new Float32Array(this.n);
    this.leaving = new Map(); this.today = []; this.counts = { moved: 0, over: 0, displaced: 0, no_bed: 0, removed: 0, released: 0 };
    this.stage = new Uint8Array(this.n);
    for (const each of this.boxes) { each.slots = []; each.free = []; each.count = 0; }
  }

  put(k, i, jump) {
    const old = this.in[k];
    if (old >= 0) { const from = this.boxes[old]; from.slots[this.slot[k]] = -1; from.free.push(this.slot[k]); from.free.sort((a, b) => b - a); from.count -= 1; }
    this.in[k] = i;
    if (i < 0) return;
    const to = this.boxes[i], slot = to.free.length ? to.free.pop() : to.slots.length;
    to.slots[slot] = k; this.slot[k] = slot; to.count += 1;
    const column = to.rows > 1 ? Math.floor(slot / to.rows) : slot, row = slot % to.rows;
    const beyond = column >= to.columns;
    this.tx[k] = to.left + (Math.min(column, to.columns - 1) + 0.5) * this.cell; this.ty[k] = to.top + ((beyond ? to.rows - 1 : row) + 0.5) * this.cell;
    if (old < 0) { this.x[k] = jump ? this.tx[k] : -10; this.y[k] = jump ? this.ty[k] : this.height * 0.55; }
    if (jump) { this.x[k] = this.tx[k]; this.y[k] = this.ty[k]; }
  }

  step(jump) {
    const { log } = this, i = this.next++, k = log.row[i], what = log.stage[i];
    if (what >= code.requested) return;
    if (what >= code.exited) {
      const reason = words.exits[what - code.exited], removed = reason === "removed" || reason === "returned";
      this.counts[removed ? "removed" : "released"] += 1;
      if (reason in this.counts && !removed) this.counts[reason] += 1;
      this.put(k, -1, jump); this.stage[k] = 0;
      if (!jump) this.leaving.set(k, { to: removed ? this.width + 12 : this.x[k], down: !removed, life: 1 });
      return;
    }
    if (what >= code.noted) { if (words.notes[what - code.noted] === "over_contract") this.counts.over += 1; return; }
    if (what === 5) this.counts.moved += 1;
    this.stage[k] = what;
    let target = this.where.get(what * 2 + Math.min(log.area[i], 1));
    if (target === undefined) return;
    if (this.boxes[0].today && log.t[i] >= 0) { if (this.in[k] < 0) { this.put(k, 0, jump); this.today.push(k); } return; }
    if (this.in[k] !== target) this.put(k, target, jump);
  }

  seek(day, jump) {
    if (day < this.day) { this.rewind(); jump = true; }
    const until = day * DAY, first = this.boxes[0].today;
    let midnight = Math.floor(this.day) + 1;
    while (this.next < this.log.t.length && this.log.t[this.next] < until) {
      if (first && this.log.t[this.next] >= midnight * DAY) { this.endOfDay(jump); midnight += 1; continue; }
      this.step(jump);
    }
    if (first && Math.floor(day) > Math.floor(this.day)) this.endOfDay(jump);
    this.day = day;
  }

  endOfDay(jump) { for (const k of this.today) if (this.in[k] === 0) this.put(k, 1, jump); this.today = []; }

  move(seconds) {
    const share = 1 - Math.exp(-seconds * 7 * Math.max(1, state.speed));
    for (let k = 0; k < this.n; k++) {
      if (this.in[k] < 0) continue;
      this.x[k] += (this.tx[k] - this.x[k]) * share; this.y[k] += (this.ty[k] - this.y[k]) * share;
    }
    for (const [k, each] of this.leaving) {
      each.life -= seconds * 1.6 * Math.max(1, state.speed); this.x[k] += (each.to - this.x[k]) * share; if (each.down) this.y[k] += seconds * 130;
      if (each.life <= 0) this.leaving.delete(k);
    }
  }

  draw() {
    const c = this.context, { ink, cell } = this, radius = Math.max(cell * 0.38, 1.2);
    c.clearRect(0, 0, this.width, this.height);
    c.font = `${this.width < 500 ? 13 : 14}px system-ui, sans-serif`;
    const words_ = [];
    for (const each of this.boxes) {
      if (each.road) continue;
      c.strokeStyle = each.alarm && each.count > each.alarm ? ink.orange : ink.line; c.lineWidth = 1.5;
      c.beginPath(); c.roundRect(each.left - 4, each.top - 4, each.wide + 8, each.high + 8, 8); c.stroke();
      if (each.places) {
        c.fillStyle = ink.line;
        for (let slot = 0; slot < each.places; slot++) {
          const column = Math.floor(slot / each.rows), row = slot % each.rows;
          if (column < each.columns) { c.beginPath(); c.roundRect(each.left + column * cell + cell * 0.1, each.top + row * cell + cell * 0.1, cell * 0.8, cell * 0.8, cell * 0.2); c.fill(); }
        }
      }
      const said = `${each.count}${each.places ? ` of ${each.places}` : ""}`;
      c.fillStyle = ink.soft; c.textAlign = "left"; c.textBaseline = "alphabetic";
      const label = this.fit(each.label, each.wide - c.measureText(said).width - 8);
      c.fillText(label, each.left - 3, each.top - 10);
      c.fillStyle = each.alarm && each.count > each.alarm ? ink.orange : ink.ink; c.textAlign = "right";
      c.font = c.font.replace(/^/, "bold "); c.fillText(said, each.left + each.wide + 3, each.top - 10); c.font = c.font.replace("bold ", "");
      words_.push(`${each.label.split("|")[0]} ${said}`);
    }
    const colours = [ink.blue, ink.blue];
    c.fillStyle = colours[0];
    c.beginPath();
    for (let k = 0; k < this.n; k++) if (this.in[k] >= 0) { c.moveTo(this.x[k] + radius, this.y[k]); c.arc(this.x[k], this.y[k], radius, 0, 6.2832); }
    c.fill();
    for (const [k, each] of this.leaving) {
      c.globalAlpha = Math.max(each.life, 0); c.fillStyle = each.down ? ink.green : ink.blue;
      c.beginPath(); c.arc(this.x[k], this.y[k], radius, 0, 6.2832); c.fill();
    }
    c.globalAlpha = 1;
    if (this.followed >= 0 && this.in[this.followed] >= 0) {
      c.strokeStyle = ink.orange; c.lineWidth = 3; c.beginPath(); c.arc(this.x[this.followed], this.y[this.followed], radius + 5, 0, 6.2832); c.stroke();
      c.fillStyle = ink.orange; c.beginPath(); c.arc(this.x[this.followed], this.y[this.followed], radius, 0, 6.2832); c.fill();
    }
    this.words = words_.join("; ");
  }

  fit(label, room) {
    return label.split("|").find(each => this.context.measureText(each).width <= room) ?? "";
  }
}

// --- state -----------------------------------------------------------------------------------------
const state = { lesson: null, at: {}, ghost: null, last: null, result: null, moving: false, playing: false, teaching: false, speed: 1, predictions: {}, skipped: {}, asked: 0, answered: 0, best: {}, kept: [] };
let scene = null, charts = [], clock = 0, measuring = [];
const worker = new Worker(URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" })));
worker.postMessage({ kind: "start", wasm: $("wasm").textContent, layout });
for (const lesson of lessons) worker.postMessage({ kind: "world", lesson: lesson.key, world: lesson.world_data });
for (const lesson of lessons) { delete lesson.world_data.data; delete lesson.world_data.tables; delete lesson.world_data.levers_; }

const defaults = lesson => Object.fromEntries(lesson.controls.map(control => [control.key, control.values[control.at]]));

function settingOf(lesson, at) {
  return lesson.world_data.levers.map(([names]) => names.reduce((index, name) => {
    const control = lesson.controls.find(each => each.key === name);
    return index * control.values.length + control.values.indexOf(at[name]);
  }, 0));
}

function ask() {
  state.asked += 1;
  worker.postMessage({ kind: "play", id: state.asked, lesson: state.lesson.key, setting: settingOf(state.lesson, state.at), theory: THEORY[state.lesson.key].ask?.(state.at) });
  pending.set(state.asked, { ...state.at });
}

const pending = new Map();
worker.onmessage = ({ data }) => {
  if (data.kind === "failed") { $("answer").textContent = `The engine failed: ${data.text}`; return; }
  if (data.kind === "progress") { $("date").textContent = `playing … ${data.done}`; return; }
  if (data.lesson !== state.lesson.key) return;
  const at = pending.get(data.id);
  for (const id of [...pending.keys()]) if (id <= data.id) pending.delete(id);
  state.result = { runs: data.runs, at, ms: data.ms, theory: data.theory, numbers: NUMBERS[state.lesson.key](data.runs, at) };
  state.answered = data.id;
  measuring.push(performance.now());
  if (!waitsToShow) { waitsToShow = true; setTimeout(() => { waitsToShow = false; if (state.result) showResult(); }, 0); }
};
let waitsToShow = false;
worker.onerror = event => { $("answer").textContent = `The engine failed: ${event.message}`; };

// --- the address -----------------------------------------------------------------------------------
function address() {
  const moved = state.lesson.controls.filter(control => state.at[control.key] !== control.values[control.at]);
  const parts = new URLSearchParams([["lesson", state.lesson.key], ...moved.map(control => [control.key, String(state.at[control.key])])]);
  if (state.skipped[state.lesson.key]) parts.set("skip", "yes");
  return `#${parts}`;
}

function keepAddress() { try { history.replaceState(null, "", address()); } catch { /* an address that cannot be changed here */ } }

// What an address says, where it is a position that there is; everything else is ignored and counted.
function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1)), lesson = lessons.find(each => each.key === parts.get("lesson")) ?? lessons[0];
  const at = defaults(lesson);
  let unknown = 0;
  for (const [key, value] of parts) {
    if (key === "lesson") { if (value !== lesson.key) unknown += 1; continue; }
    if (key === "skip") continue;
    const control = lesson.controls.find(each => each.key === key), found = control?.values.find(each => String(each) === value);
    if (found === undefined) unknown += 1; else at[key] = found;
  }
  return { lesson, at, unknown, skip: parts.get("skip") === "yes" };
}

// --- predictions -----------------------------------------------------------------------------------
const UNITS = { h: 1, hour: 1, hours: 1, min: 1 / 60, minute: 1 / 60, minutes: 1 / 60, d: 24, day: 24, days: 24, week: 168, weeks: 168 };
function readPrediction(prediction, typed) {
  const found = /^\s*(\d[\d\s,]*(?:\.\d+)?|\.\d+)\s*([a-z%]*)[a-z\s%]*$/i.exec(typed);
  if (!found) return { error: "Type a number, for example 12." };
  let value = Number(found[1].replace(/[\s,]/g, "")), unit = found[2].toLowerCase();
  if (prediction.unit === "hours") {
    if (unit && !(unit in UNITS)) return { error: "Say hours or days, for example 12 hours or 2 days." };
    value *= UNITS[unit || "h"];
  } else if (unit && !prediction.unit.includes(unit.replace(/s$/, "")) && unit !== "%" && unit !== "in") return { error: `The answer counts ${prediction.unit}.` };
  if (value > prediction.most) return { error: `That is more than there can be: at most ${aligned(prediction.most)} ${prediction.unit}.` };
  return { value };
}

function asked(lesson) { return { ...defaults(lesson), ...lesson.prediction.at }; }
const same = (one, other) => Object.keys(one).every(key => one[key] === other[key]);

function showAnswer() {
  const { lesson, result } = state, predicted = state.predictions[lesson.key];
  if (!result || predicted === undefined) { $("answer").textContent = ""; return; }
  const { unit } = lesson.prediction, isIt = same(asked(lesson), result.at);
  if (!isIt) { $("answer").textContent = `You predicted ${aligned(predicted)} ${unit}. To test it, set ${lesson.controls.filter(control => asked(lesson)[control.key] !== state.at[control.key]).map(control => `${control.label.toLowerCase()}: ${valueWords(control, asked(lesson)[control.key])}`).join(", ")}.`; return; }
  const found = result.numbers[0][2];
  const said = `You predicted ${aligned(predicted)} ${unit}; the runs show ${aligned(found)}.`;
  $("answer").textContent = hiddenNow() ? "" : said;
}

// --- the lesson ------------------------------------------------------------------------------------
function hiddenNow() { return state.teaching && $("charts").querySelector(".unplayed") !== null; }

function openLesson({ lesson, at, unknown = 0, skip = false }) {
  Object.assign(state, { lesson, at, ghost: null, last: null, result: null, playing: false, kept: [] });
  if (skip) state.skipped[lesson.key] = true;
  document.title = `${lesson.number}: ${lesson.title}`;
  for (const button of $("lessons").children) button.toggleAttribute("aria-current", false), button.dataset.key === lesson.key && button.setAttribute("aria-current", "page");
  $("picture").scrollTop = 0;
  buildControls(lesson);
  charts = CHARTS[lesson.key].map(spec => new Chart(spec, lesson));
  $("charts").replaceChildren(...charts.map(each => each.figure));
  buildMore(lesson);
  const ready = state.skipped[lesson.key] || state.predictions[lesson.key] !== undefined;
  $("begin").hidden = ready; $("play").hidden = !ready; $("controls").classList.toggle("waiting", !ready);
  $("begin").replaceChildren();
  if (!ready) buildBeginning(lesson); else begin();
  if (unknown) { tell("The address has settings this lesson does not know; they were left out."); $("controls").prepend(h("p", { class: "notice" }, "The address has settings this lesson does not know; they were left out.")); }
}

function buildBeginning(lesson) {
  const { prediction } = lesson, input = h("input", { id: "guess", inputmode: "decimal", autocomplete: "off", "aria-describedby": "wrong" }), wrong = h("p", { id: "wrong", class: "error", role: "alert" });
  const go = event => {
    event.preventDefault();
    const read = readPrediction(prediction, input.value);
    if (read.error) { wrong.textContent = read.error; input.focus(); return; }
    state.predictions[lesson.key] = read.value; openPlay();
  };
  $("begin").append(...(lesson.key === "one" ? buildFollowed() : []), h("h2", {}, `Lesson ${lesson.number}: ${lesson.title}`), h("p", {}, h("b", {}, lesson.idea)), ...lesson.intro.map(each => h("p", { html: each })),
    h("form", { class: "prediction", onsubmit: go }, h("h3", {}, "Before you run it: what do you expect?"), h("p", {}, h("label", { for: "guess" }, prediction.question)),
      h("div", { class: "row" }, input, h("span", {}, prediction.unit), h("button", { class: "main", type: "submit" }, "Write it down")), wrong,
      h("div", { class: "row" }, h("button", { type: "button", onclick: () => { state.skipped[lesson.key] = true; openPlay(); } }, "Go on without a prediction"))));
}

// Four people of lesson four's world, step by step: guess before each step how long it takes.
function buildFollowed() {
  const { people, covers } = content.followed, names = ["the first person", "the second person", "the third person", "the fourth person"];
  const list = h("ul", { class: "journey" }), rest = h("p", { "aria-live": "polite" }), who = h("select", { id: "who" }, names.map((name, i) => h("option", { value: i }, name)));
  const next = h("button", { type: "button", class: "main" }, "Next step"), back = h("button", { type: "button" }, "Back");
  let step = 1;
  const show = () => {
    const { steps, says } = people[Number(who.value)], known = steps.slice(0, step), whole = step === steps.length;
    list.replaceChildren(...known.map(([when, what, lasts, share], i) => h("li", { class: i === known.length - 1 ? "now" : "" }, h("b", {}, `${when}: `), `The person ${what}.`, i < known.length - 1 && lasts ? h("b", {}, ` ${lasts}`) : "",
      whole && share ? h("span", { class: "share", style: `width: ${(100 * share).toFixed(1)}%` }) : null)));
    rest.textContent = whole ? says : step > 1 ? `${known.at(-1)[4]} since the arrest. The person does not know what comes next, or when.` : "";
    next.disabled = whole; back.disabled = step === 1;
  };
  who.addEventListener("change", () => { step = 1; show(); });
  next.addEventListener("click", () => { step += 1; show(); });
  back.addEventListener("click", () => { step -= 1; show(); });
  show();
  return [h("h2", {}, "First, one person"), h("p", {}, "Behind every number held are people. Before we count, follow one of them. The world is invented: one area, ten arrests a day, two judges, two removal routes. Guess before each step how long it takes."),
    h("div", { class: "prediction" }, h("div", { class: "row" }, h("label", { for: "who" }, "Follow"), who, next, back), list, rest, h("p", { class: "quiet" }, covers)),
    h("p", {}, "Four people, four outcomes. Which stage took longest? Hardly ever is it somebody working on the case: it is waiting, for a bed, a hearing or a document.")];
}

function openPlay() { $("begin").hidden = true; $("play").hidden = false; $("controls").classList.remove("waiting"); begin(); $("run").focus({ preventScroll: true }); }

function begin() {
  const { lesson } = state;
  $("idea").replaceChildren(h("b", {}, `${lesson.number}. ${lesson.title}.`), ` ${lesson.idea}`);
  $("day").max = String(lesson.world_data.days);
  scene = new Scene($("canvas"), lesson.key); clock = 0;
  $("ladder").hidden = lesson.key !== "three";
  state.playing = !still.matches && !state.teaching;
  keepAddress(); ask();
}

function buildControls(lesson) {
  const all = lesson.controls.map(control => buildControl(lesson, control));
  const reset = h("button", { type: "button", onclick: () => { state.at = defaults(lesson); state.ghost = null; state.last = null; for (const each of charts) each.top = 0; buildControls(lesson); state.loose = true; keepAddress(); ask(); } }, "Reset");
  const copy = h("button", { type: "button", onclick: copyResult }, "Copy this result");
  $("controls").replaceChildren(h("h2", {}, "What you can set"), ...all, h("div", { class: "row noprint" }, reset, copy), h("div", { class: "challenge", id: "challenge" }), h("h3", {}, "The same run in a terminal"), h("pre", { id: "command", tabindex: "0" }));
  showCommand(); showChallenge();
}

function buildControl(lesson, control) {
  const id = `c-${control.key}`, output = h("output", { for: id }, valueWords(control, state.at[control.key]));
  const moved = (value, done) => {
    if (!state.moving && state.result) { state.ghost = { runs: state.result.runs, at: state.result.at, numbers: state.result.numbers }; }
    state.moving = !done; state.at = { ...state.at, [control.key]: value }; output.textContent = valueWords(control, value);
    showCommand(); state.loose = done; ask(); if (done) keepAddress();
  };
  let input;
  if (typeof control.values[0] === "string") {
    output.hidden = true;
    input = h("select", { id, onchange: () => moved(input.value, true) }, control.values.map(value => h("option", { value, selected: value === state.at[control.key] }, value)));
  } else {
    input = h("input", { id, type: "range", min: 0, max: control.values.length - 1, step: 1, value: control.values.indexOf(state.at[control.key]), "aria-valuetext": output.textContent,
      oninput: () => { moved(control.values[input.value], false); input.setAttribute("aria-valuetext", output.textContent); },
      onchange: () => { state.moving = false; state.loose = true; keepAddress(); ask(); } });
  }
  return h("div", { class: "lever" }, h("label", { for: id }, h("span", {}, control.label), output), input,
    h("details", {}, h("summary", {}, "What would I have to believe?"), h("p", { html: control.believe })));
}

function changed(lesson, at) {
  const sets = {};
  for (const control of lesson.controls) {
    if (at[control.key] !== control.values[control.at]) Object.assign(sets, control.sets[control.values.indexOf(at[control.key])]);
  }
  return sets;
}

function showCommand() {
  const { lesson, at } = state, quote = each => /^[\w.=/-]+$/.test(each) ? each : `'${each}'`;
  const sets = Object.entries(changed(lesson, at)).map(([path, value]) => `--set ${quote(`${path}=${value}`)}`);
  $("command").textContent = [`detsim run ${lesson.world} --reps ${lesson.replications}`, ...sets].join(" \\\n  ");
}

function showChallenge() {
  const { lesson, result } = state, { challenge } = lesson, control = lesson.controls.find(each => each.key === challenge.least), best = state.best[lesson.key];
  const parts = [h("p", {}, h("b", {}, "Challenge. "), challenge.text)];
  if (result && state.answered === state.asked && !state.moving && !hiddenNow()) {
    const value = name => result.numbers.find(each => each[0] === name)[2], number = value(challenge.number);
    const fixed = !challenge.others_fixed || lesson.controls.every(each => each.key === challenge.least || result.at[each.key] === each.values[each.at]);
    const limit = lesson.key !== "one" || result.at.arrests <= 20;
    const met = fixed && limit && (challenge.at_most === null || number <= challenge.at_most) && (challenge.at_least === null || number >= challenge.at_least) && (!challenge.none_of || value(challenge.none_of) === 0);
    if (met && (best === undefined || result.at[challenge.least] < best.value)) { state.best[lesson.key] = { value: result.at[challenge.least], at: { ...result.at } }; }
    const said = [`${challenge.number.toLowerCase()}: ${aligned(number)}`, ...(challenge.none_of ? [`${challenge.none_of.toLowerCase()}: ${aligned(value(challenge.none_of))}`] : [])];
    const why = fixed ? said.join("; ") : "other levers have moved";
    parts.push(h("p", { role: "status" }, met ? `Met, with ${valueWords(control, result.at[challenge.least])}.` : `Not met here (${why}).`));
  }
  const kept = state.best[lesson.key];
  if (kept) parts.push(h("p", {}, `Best so far: ${valueWords(control, kept.value)}. `, h("button", { type: "button", onclick: () => { state.at = { ...kept.at }; buildControls(lesson); keepAddress(); ask(); } }, "Show it")));
  $("challenge").replaceChildren(...parts);
}

async function copyResult() {
  const { lesson, result } = state;
  if (!result || hiddenNow()) { tell("There is no result to copy yet."); return; }
  const head = ["lesson", ...lesson.controls.map(each => each.label), ...result.numbers.map(([label, unit]) => `${label} (${unit})`)];
  const row = [lesson.number, ...lesson.controls.map(each => result.at[each.key]), ...result.numbers.map(each => each[2])];
  const copied = `${head.join("\t")}\n${row.join("\t")}\n`;
  try { await navigator.clipboard.writeText(copied); } catch {
    const area = h("textarea", {}, copied); document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
  }
  state.copied = copied; tell("Copied: two rows for a spreadsheet.");
}

// --- results ---------------------------------------------------------------------------------------
function showResult() {
  const { lesson, result, ghost } = state, settled = state.answered === state.asked && !state.moving;
  for (const each of charts) each.show(result.runs, result.at, ghost, settled || state.loose);
  state.loose = false;
  $("numbers").replaceChildren(...result.numbers.map(([label, unit, value], i) => h("div", { class: "answerable" }, h("dt", {}, label),
    h("dd", {}, h("span", { class: "value" }, aligned(value)), " ", h("span", { class: "unit" }, unit), h("span", { class: "was" }, ghost ? `before: ${aligned(ghost.numbers[i][2])}` : "")))));
  if (state.teaching && settled && state.shown !== JSON.stringify(result.at)) { for (const each of document.querySelectorAll(".answerable")) each.classList.add("unplayed"); clock = 0; }
  else if (!state.teaching) reveal();
  const day = state.playing || still.matches ? Math.min(clock, lesson.world_data.days) : clock;
  scene.load(result.runs[0], result.at, day);
  if (still.matches && clock === 0 && !state.teaching) { clock = lesson.world_data.days; scene.seek(clock, true); }
  showDay(); showAnswer(); showChallenge(); showFollowed(true); showTheory();
  if (settled && !hiddenNow()) showEarlier();
}

// Results of levers that were let go, latest first.
function showEarlier() {
  const { lesson, result } = state, key = JSON.stringify(result.at);
  state.kept = [{ key, at: result.at, numbers: result.numbers }, ...state.kept.filter(each => each.key !== key)].slice(0, 30);
  const [first] = state.kept;
  document.querySelector("#earlier .scroll").replaceChildren(h("table", {},
    h("thead", {}, h("tr", {}, [...lesson.controls.map(each => each.label), ...first.numbers.map(([label, unit]) => `${label} (${unit})`)].map(head => h("th", { scope: "col" }, head)))),
    h("tbody", {}, state.kept.map(run => h("tr", {}, [...lesson.controls.map(each => valueWords(each, run.at[each.key])), ...run.numbers.map(each => aligned(each[2]))].map(cell => h("td", {}, cell)))))));
}

function reveal() { for (const each of document.querySelectorAll(".unplayed")) each.classList.remove("unplayed"); if (state.result) state.shown = JSON.stringify(state.result.at); }

function showDay() {
  const { lesson } = state, { days: last } = lesson.world_data;
  $("day").value = String(Math.floor(clock));
  $("day").setAttribute("aria-valuetext", dateOf(lesson, Math.min(clock, last - 1)));
  $("date").textContent = dateOf(lesson, Math.min(clock, last - 1));
  $("run").textContent = state.playing ? "Pause" : clock >= last ? "Again" : "Play";
  for (const each of charts) each.mark(clock);
  scene.draw();
  $("canvas").setAttribute("aria-label", `People on ${dateOf(lesson, Math.min(clock, last - 1))}: ${scene.words}.`);
  if (lesson.key === "three") showLadder();
}

const RUNGS = [["wait", "wait"], ["transfer", "transfer"], ["over contract", "over contract"], ["displace", "displace"], ["release", "release"]];
function showLadder() {
  const chosen = state.result.at.rungs, up = RUNGS.findIndex(each => each[0] === chosen), { counts, boxes } = scene;
  const waiting = boxes[0].count + boxes[2].count, said = [waiting, counts.moved, counts.over, counts.displaced, counts.no_bed];
  const words_ = ["wait now", "moved", "beds over contract", "displaced", "released, no bed"];
  if (chosen === "nobody can wait") { said[0] = waiting; }
  if ($("ladder").firstChild === null) $("ladder").append(h("p", {}, "The ladder"), h("ol"));
  const list = $("ladder").lastChild;
  if (!list.children.length) RUNGS.forEach((_, i) => list.append(h("li", {}, h("span", {}, words_[i]), h("b"))));
  [...list.children].forEach((item, i) => {
    const on = chosen === "nobody can wait" ? i === 4 : i <= up;
    item.classList.toggle("on", on); item.lastChild.textContent = on || i === 0 ? said[i] : "–"; item.classList.toggle("hit", on && said[i] > 0);
  });
}

// --- one person ------------------------------------------------------------------------------------
function buildMore(lesson) {
  const predictions = h("textarea", { id: "class-numbers", "aria-label": "Predictions, one a line", placeholder: "12\n48\n2 days" });
  const drawn = h("div", { id: "class-drawn" });
  $("more").replaceChildren(
    h("h3", {}, "One of these people"), h("p", {}, "Every dot is a person. Press the button, or a dot, to follow one from arrest to exit. People here are synthetic."),
    h("div", { class: "row noprint" }, h("button", { type: "button", onclick: () => follow(-1) }, "Follow somebody")), h("div", { id: "followed" }),
    h("p", { id: "theory", class: "answerable" }),
    h("details", { id: "earlier" }, h("summary", {}, h("b", {}, "Earlier runs")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Earlier runs" })),
    h("details", {}, h("summary", {}, h("b", {}, "Discussion")), h("ol", {}, lesson.discussion.map(each => h("li", { html: each })))),
    h("details", {}, h("summary", {}, h("b", {}, "The class’s predictions")), h("p", {}, lesson.prediction.question, " Paste one prediction a line."), predictions,
      h("div", { class: "row" }, h("button", { type: "button", onclick: () => drawClass(lesson, predictions.value, drawn) }, "Draw them")), drawn),
    h("details", { id: "process" }, h("summary", {}, h("b", {}, "Read the process")), h("p", {}, "What happens to a person, in Python, as ", h("code", {}, "sim/pathway/person.py"), " has it: each ", h("code", {}, "yield"), " is a wait. The part where the person you follow is now is marked."),
      content.process.map(([name, source, stages]) => h("pre", { "data-stages": stages.join(" "), tabindex: "0" }, source))),
    h("details", {}, h("summary", {}, h("b", {}, "The world of this lesson")), ...lesson.intro.map(each => h("p", { html: each }))));
}

function drawClass(lesson, typed, place) {
  const read = typed.split(/\n|;/).map(each => each.trim()).filter(Boolean).map(each => readPrediction(lesson.prediction, each)), values = read.filter(each => each.error === undefined).map(each => each.value), bad = read.length - values.length;
  if (!values.length) { place.replaceChildren(h("p", { class: "error", role: "alert" }, "No line is a prediction.")); return; }
  const most = nice(Math.max(...values)), bins = counted(values, most / 12, 12);
  const chart = new Chart({ key: "class", title: `${values.length} predictions (people of the class)`, kind: "bars", read: () => bins, first: 0, scale: most / 12, xTitle: lesson.prediction.unit,
    words: () => `From ${range(values)} ${lesson.prediction.unit}; half are at most ${aligned([...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)])}.${bad ? ` ${bad} lines are no prediction and are left out.` : ""}` }, lesson);
  place.replaceChildren(chart.figure); chart.figure.classList.remove("answerable"); chart.show([], {}, null, true);
}

function follow(k) {
  if (!scene?.run) return;
  if (k < 0) {
    const inside = [...scene.in.keys()].filter(i => scene.in[i] >= 0);
    if (!inside.length) return;
    k = inside[(scene.followed + 1 + Math.floor(inside.length * 0.618)) % inside.length];
  }
  scene.followed = k; shownSteps = -1; showFollowed(true); scene.draw();
}

let shownSteps = -1;
function showFollowed(force) {
  const place = $("followed");
  if (!scene || scene.followed < 0 || !scene.run) { place?.replaceChildren(); return; }
  const { log, followed } = scene, now = scene.day * DAY, steps = [];
  for (let i = 0; i < log.t.length && log.t[i] < now; i++) if (log.row[i] === followed && log.stage[i] < code.requested && !(log.stage[i] >= code.noted && log.stage[i] < code.exited)) steps.push(i);
  if (!steps.length) { place.replaceChildren(h("p", {}, "This person has not been arrested yet.")); return; }
  if (!force && steps.length === shownSteps) return;
  shownSteps = steps.length;
  const items = steps.map((i, j) => {
    const t = log.t[i], until = j + 1 < steps.length ? log.t[steps[j + 1]] : now, gone = log.stage[i] >= code.exited;
    if (!gone && until - Math.max(t, 0) === 0) return null;
    const what = gone ? words.exit_words[log.stage[i] - code.exited] : words.stages[log.stage[i]];
    const when = t < 0 ? "held when the run began" : `day ${Math.floor(t / DAY) + 1}`;
    return h("li", { class: j === steps.length - 1 ? "now" : "" }, `${when}: ${what}${gone ? "" : `, ${j === steps.length - 1 ? "so far " : ""}${seconds(until - Math.max(t, 0))}`}`);
  });
  place.replaceChildren(h("ul", { class: "journey" }, items));
  const stage = scene.stage[followed];
  for (const each of document.querySelectorAll("#process pre")) each.classList.toggle("now", each.dataset.stages.split(" ").includes(String(stage)));
}

function showTheory() { $("theory").replaceChildren(h("b", {}, "Theory. "), THEORY[state.lesson.key].say(state.result.at, state.result)); }

// --- moving ----------------------------------------------------------------------------------------
let before = 0;
function frame(now) {
  const passed = Math.min((now - before) / 1000, 0.1);
  before = now;
  requestAnimationFrame(frame);
  if (!scene?.run || document.hidden) return;
  const last = state.lesson.world_data.days;
  if (state.playing) {
    clock = Math.min(clock + passed * SCENES[state.lesson.key].pace * state.speed, last);
    scene.seek(clock, false);
    if (clock >= last) { state.playing = false; reveal(); showAnswer(); showChallenge(); }
    showFollowed(false);
  }
  if (state.playing || scene.leaving.size || scene.unsettled !== 0) { scene.move(passed); scene.unsettled = state.playing ? 1 : Math.max((scene.unsettled ?? 30) - 1, 0); showDay(); }
}

$("run").addEventListener("click", () => {
  if (!state.result) return;
  if (still.matches) { clock = clock >= state.lesson.world_data.days ? 0 : state.lesson.world_data.days; scene.seek(clock, true); if (clock) reveal(); showDay(); showAnswer(); showChallenge(); showFollowed(true); return; }
  if (clock >= state.lesson.world_data.days) { clock = 0; scene.rewind(); scene.seek(0, true); }
  state.playing = !state.playing; showDay();
});
$("speed").addEventListener("change", () => { state.speed = Number($("speed").value); });
$("day").addEventListener("input", () => { clock = Number($("day").value); state.playing = false; scene.seek(clock, true); scene.unsettled = 0; if (clock >= state.lesson.world_data.days) { reveal(); showAnswer(); showChallenge(); } showDay(); showFollowed(true); });
$("canvas").addEventListener("click", event => {
  const { left, top } = $("canvas").getBoundingClientRect(), x = event.clientX - left, y = event.clientY - top;
  let best = -1, close = 200;
  for (let k = 0; k < scene.n; k++) if (scene.in[k] >= 0) { const far = (scene.x[k] - x) ** 2 + (scene.y[k] - y) ** 2; if (far < close) { best = k; close = far; } }
  if (best >= 0) follow(best);
});
$("teacher").addEventListener("click", () => {
  state.teaching = !state.teaching; $("teacher").setAttribute("aria-pressed", String(state.teaching)); document.body.classList.toggle("teaching", state.teaching);
  if (!state.teaching) reveal(); else { state.shown = null; state.playing = false; clock = 0; }
  if (state.result) showResult();
});
new ResizeObserver(() => { if (scene?.run) { const day = scene.day; scene.size(); scene.rewind(); scene.seek(day, true); scene.draw(); } for (const each of charts) each.draw(); }).observe($("picture"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { if (scene?.run) { const day = scene.day; scene.size(); scene.rewind(); scene.seek(day, true); scene.draw(); } });
addEventListener("hashchange", () => openLesson(readAddress()));

for (const lesson of lessons) {
  $("lessons").append(h("button", { type: "button", "data-key": lesson.key, "aria-label": `Lesson ${lesson.number}: ${lesson.title}`, onclick: () => openLesson({ lesson, at: defaults(lesson) }) }, `${lesson.number} `, h("span", {}, lesson.short)));
}
globalThis.lessonPage = { state, settingOf, readPrediction, readAddress, measuring, get scene() { return scene; }, get charts() { return charts; }, get clock() { return clock; } };
openLesson(readAddress());
requestAnimationFrame(frame);
})();
