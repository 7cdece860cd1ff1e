// What every part of the page uses: its content, elements, sums and words for numbers.

const content = JSON.parse(document.getElementById("content").textContent);
const { layout, words, lessons } = content;
const SVG = "http://www.w3.org/2000/svg", DAY = 86400;
const $ = id => document.getElementById(id);
const still = matchMedia("(prefers-reduced-motion: reduce)");

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

// A table by its heads and rows; the first cell of a row names it.
function tableOf(heads, rows, named = true) {
  const row = ([first, ...cells]) => h("tr", {}, named ? h("th", { scope: "row" }, first) : h("td", {}, first), cells.map(cell => h("td", {}, cell)));
  return h("table", {}, h("thead", {}, h("tr", {}, heads.map(head => h("th", { scope: "col" }, head)))), h("tbody", {}, rows.map(row)));
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

function valueWords(control, value) {
  return typeof value === "string" ? value : `${value.toLocaleString("en-US", { maximumSignificantDigits: 6 })} ${control.unit}`.trim();
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
