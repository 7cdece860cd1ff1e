// The page: what is set and asked, the address, the lesson, results, and the clock that moves them.

// --- state -----------------------------------------------------------------------------------------
const state = { lesson: null, at: {}, ghost: null, last: null, result: null, moving: false, playing: false, teaching: false, speed: 1, predictions: {}, skipped: {}, asked: 0, answered: 0, best: {}, kept: [], seed: null, shown: 1, revealed: null, bytes: 0 };
let scene = null, charts = [], clock = 0, measuring = [];
const worker = new Worker(URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" })));
worker.postMessage({ kind: "start", wasm: $("wasm").textContent, layout });
for (const lesson of lessons) worker.postMessage({ kind: "world", lesson: lesson.key, world: lesson.world_data });
for (const lesson of lessons) { delete lesson.world_data.data; delete lesson.world_data.tables; }

const defaults = lesson => Object.fromEntries(lesson.controls.map(control => [control.key, control.values[control.at]]));

function settingOf(lesson, at) {
  return lesson.world_data.levers.map(([names]) => names.reduce((index, name) => {
    const control = lesson.controls.find(each => each.key === name);
    return index * control.values.length + control.values.indexOf(at[name]);
  }, 0));
}

// The nation takes seconds: it is played when a lever is let go.
const isSlow = lesson => lesson.key === "five";

function ask() {
  if (isSlow(state.lesson) && state.moving) return;
  const { lesson, at, seed, shown } = state;
  state.asked += 1;
  worker.postMessage({ kind: "play", id: state.asked, lesson: lesson.key, setting: settingOf(lesson, at), seed, replications: lesson.replications,
    beside: lesson.beside.map(each => settingOf(lesson, { ...defaults(lesson), ...each })), shown, log: !isSlow(lesson), whole: !isSlow(lesson) });
  pending.set(state.asked, { ...at, seed, shown });
}

function showBar(share) {
  $("bar").hidden = share === null;
  if (share === null) return;
  $("bar").setAttribute("aria-valuenow", String(Math.round(100 * share)));
  $("bar").style.backgroundSize = `${100 * share}% 100%`;
}

const pending = new Map();
worker.onmessage = ({ data }) => {
  if (data.kind === "failed") { $("answer").textContent = `The engine failed: ${data.text}`; return; }
  if (data.kind === "progress") { if (data.id === state.asked) showBar(data.share); return; }
  if (data.lesson !== state.lesson.key) return;
  const at = pending.get(data.id);
  if (data.id === state.asked) showBar(null);
  for (const id of [...pending.keys()]) if (id <= data.id) pending.delete(id);
  state.bytes = data.bytes; data.runs.beside = data.beside;
  state.result = { runs: data.runs, at, ms: data.ms, numbers: NUMBERS[state.lesson.key](data.runs, at) };
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
  if (state.seed !== state.lesson.world_data.seed) parts.set("seed", String(state.seed));
  if (state.shown !== 1) parts.set("run", String(state.shown));
  if (state.skipped[state.lesson.key]) parts.set("skip", "yes");
  return `#${parts}`;
}

function keepAddress() { try { history.replaceState(null, "", address()); } catch { /* an address that cannot be changed here */ } }

const MOST_SEED = 999_999_999;

// What an address says, where it is a position that there is; everything else is ignored and counted.
function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1)), lesson = lessons.find(each => each.key === parts.get("lesson")) ?? lessons[0];
  const at = defaults(lesson);
  let unknown = 0, seed = lesson.world_data.seed, shown = 1;
  const whole = (value, most) => /^\d{1,9}$/.test(value) && Number(value) >= 1 && Number(value) <= most ? Number(value) : null;
  for (const [key, value] of parts) {
    if (key === "lesson") { if (value !== lesson.key) unknown += 1; continue; }
    if (key === "skip") { if (value !== "yes") unknown += 1; continue; }
    if (key === "seed") { const found = whole(value, MOST_SEED); if (found === null) unknown += 1; else seed = found; continue; }
    if (key === "run") { const found = whole(value, lesson.replications); if (found === null) unknown += 1; else shown = found; continue; }
    const control = lesson.controls.find(each => each.key === key), found = control?.values.find(each => String(each) === value);
    if (found === undefined) unknown += 1; else at[key] = found;
  }
  return { lesson, at, unknown, seed, shown, skip: parts.get("skip") === "yes" };
}

// --- predictions -----------------------------------------------------------------------------------
const UNITS = { h: 1, hour: 1, hours: 1, min: 1 / 60, minute: 1 / 60, minutes: 1 / 60, d: 24, day: 24, days: 24, week: 168, weeks: 168 };
function readPrediction(prediction, typed) {
  const found = /^\s*((?:\d{1,3}(?:[,\s]\d{3})+|\d+)(?:\.\d*)?|\.\d+)\s*([a-z%]*)[a-z\s%]*$/i.exec(typed);
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

function openLesson({ lesson, at, unknown = 0, seed = lesson.world_data.seed, shown = 1, skip = false }) {
  Object.assign(state, { lesson, at, seed, shown, moving: false, ghost: null, last: null, result: null, playing: false, kept: [] });
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
  scene = isSlow(lesson) ? new Tiles($("canvas")) : new Scene($("canvas"), lesson.key); clock = 0;
  $("canvas").classList.toggle("tall", isSlow(lesson)); $("follow").hidden = isSlow(lesson);
  $("ladder").hidden = lesson.key !== "three";
  state.playing = !still.matches && !state.teaching;
  $("numbers").replaceChildren(isSlow(lesson) ? h("p", { class: "quiet" }, "A year of the nation is being played, person by person …") : "");
  keepAddress(); ask();
}

function buildControls(lesson) {
  const all = lesson.controls.map(control => buildControl(lesson, control));
  const reset = h("button", { type: "button", onclick: () => { Object.assign(state, { at: defaults(lesson), seed: lesson.world_data.seed, shown: 1, ghost: null, last: null }); for (const each of charts) each.top = 0; buildControls(lesson); state.loose = true; keepAddress(); ask(); } }, "Reset");
  const copy = h("button", { type: "button", onclick: copyResult }, "Copy this result");
  $("controls").replaceChildren(h("h2", {}, "What you can set"), ...all, buildChance(lesson), h("div", { class: "row noprint" }, reset, copy), h("div", { class: "challenge", id: "challenge" }), h("h3", {}, "The same run in a terminal"), h("pre", { id: "command", tabindex: "0" }));
  showCommand(); showChallenge();
}

// Chance: the seed of all draws, and which of the runs the picture shows.
function buildChance(lesson) {
  const again = () => { keepGhost(); state.loose = true; showCommand(); keepAddress(); ask(); };
  const seed = h("input", { id: "seed", type: "number", min: 1, max: MOST_SEED, step: 1, value: state.seed, onchange: () => {
    const value = Math.round(Number(seed.value));
    if (!(value >= 1 && value <= MOST_SEED)) { seed.value = String(state.seed); tell("A seed is a whole number from 1."); return; }
    state.seed = value; again();
  } });
  const next = h("button", { type: "button", onclick: () => { state.seed = state.seed % MOST_SEED + 1; seed.value = String(state.seed); again(); } }, "New seed");
  const run = h("select", { id: "shown", onchange: () => { state.shown = Number(run.value); keepAddress(); ask(); } },
    Array.from({ length: lesson.replications }, (_, i) => h("option", { value: i + 1, selected: i + 1 === state.shown }, `run ${i + 1}`)));
  return h("div", { class: "lever" }, h("div", { class: "row chance" }, h("label", { for: "seed" }, "Seed"), seed, next,
    lesson.replications > 1 ? h("label", { for: "shown" }, "Picture shows") : null, lesson.replications > 1 ? run : null));
}

function keepGhost() {
  if (state.result) state.ghost = { runs: state.result.runs, at: state.result.at, numbers: state.result.numbers };
}

function buildControl(lesson, control) {
  const id = `c-${control.key}`, output = h("output", { for: id }, valueWords(control, state.at[control.key]));
  const moved = (value, done) => {
    if (!state.moving) keepGhost();
    state.moving = !done; state.at = { ...state.at, [control.key]: value }; output.textContent = valueWords(control, value);
    showCommand(); state.loose = done; ask(); showAhead(); if (done) keepAddress();
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
  const seed = state.seed === lesson.world_data.seed ? [] : [`--seed ${state.seed}`];
  $("command").textContent = [`detsim run ${lesson.world} --reps ${lesson.replications}`, ...seed, ...sets].join(" \\\n  ");
}

function showChallenge() {
  const { lesson, result } = state, { challenge } = lesson, control = lesson.controls.find(each => each.key === challenge.least), best = state.best[lesson.key];
  const value = name => result.numbers.find(each => each[0] === name)[2];
  const used = at => control ? at[control.key] : -value(challenge.number), shown = (at, number) => control ? valueWords(control, at[control.key]) : `${aligned(number)}`;
  const parts = [h("p", {}, h("b", {}, "Challenge. "), challenge.text)];
  if (result && state.answered === state.asked && !state.moving && !hiddenNow()) {
    const number = value(challenge.number);
    const fixed = !challenge.others_fixed || lesson.controls.every(each => each.key === challenge.least || result.at[each.key] === each.values[each.at]);
    const limit = lesson.key !== "one" || result.at.arrests <= 20;
    const met = fixed && limit && (challenge.at_most === null || number <= challenge.at_most) && (challenge.at_least === null || number >= challenge.at_least) && (!challenge.none_of || value(challenge.none_of) === 0);
    // Without a lever to spare, the best is the one that comes closest.
    if ((met || !control) && (best === undefined || used(result.at) < best.value)) { state.best[lesson.key] = { value: used(result.at), number, at: { ...result.at } }; }
    const said = [`${challenge.number.toLowerCase()}: ${aligned(number)}`, ...(challenge.none_of ? [`${challenge.none_of.toLowerCase()}: ${aligned(value(challenge.none_of))}`] : [])];
    const why = fixed ? said.join("; ") : "other levers have moved";
    parts.push(h("p", { role: "status" }, met ? `Met, with ${shown(result.at, number)}.` : `Not met here (${why}).`));
  }
  const kept = state.best[lesson.key];
  if (kept) parts.push(h("p", {}, `Best so far: ${control ? valueWords(control, kept.value) : aligned(kept.number)}. `, h("button", { type: "button", onclick: () => { const { seed, shown, ...at } = kept.at; Object.assign(state, { at, seed, shown }); buildControls(lesson); keepAddress(); ask(); } }, "Show it")));
  $("challenge").replaceChildren(...parts);
}

async function copyResult() {
  const { lesson, result } = state;
  if (!result || hiddenNow()) { tell("There is no result to copy yet."); return; }
  const head = ["lesson", ...headsOf(lesson, result)];
  const row = [lesson.number, ...lesson.controls.map(each => result.at[each.key]), result.at.seed, ...result.numbers.map(each => each[2])];
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
  if (state.teaching && settled && state.revealed !== JSON.stringify(result.at)) { for (const each of document.querySelectorAll(".answerable")) each.classList.add("unplayed"); clock = 0; }
  else if (!state.teaching) reveal();
  const day = state.playing || still.matches ? Math.min(clock, lesson.world_data.days) : clock;
  scene.load(result.runs[result.at.shown - 1], result.at, day);
  if (still.matches && clock === 0 && !state.teaching) { clock = lesson.world_data.days; scene.seek(clock, true); }
  showDay(); showAnswer(); showChallenge(); showFollowed(true); showTheory(); showBinds();
  if (settled && !hiddenNow()) showEarlier();
}

const headsOf = (lesson, result) => [...lesson.controls.map(each => each.label), "seed", ...result.numbers.map(([label, unit]) => `${label} (${unit})`)];

// Results of levers that were let go, latest first.
function showEarlier() {
  const { lesson, result } = state, key = JSON.stringify(result.at);
  state.kept = [{ key, at: result.at, numbers: result.numbers }, ...state.kept.filter(each => each.key !== key)].slice(0, 30);
  const rows = state.kept.map(run => [...lesson.controls.map(each => valueWords(each, run.at[each.key])), String(run.at.seed), ...run.numbers.map(each => aligned(each[2]))]);
  document.querySelector("#earlier .scroll").replaceChildren(tableOf(headsOf(lesson, result), rows, false));
}

function showOutcome() { reveal(); showAnswer(); showChallenge(); }

function reveal() { for (const each of document.querySelectorAll(".unplayed")) each.classList.remove("unplayed"); if (state.result) state.revealed = JSON.stringify(state.result.at); }

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

// The rungs of lesson three, from the first on, and what is counted of each.
const RUNGS = [["wait", "wait now"], ["transfer", "moved"], ["over contract", "beds over contract"], ["displace", "displaced"], ["release", "released, no bed"]];
function showLadder() {
  const chosen = state.result.at.rungs, up = RUNGS.findIndex(each => each[0] === chosen), { counts, boxes } = scene;
  const waiting = boxes[0].count + boxes[2].count, said = [waiting, counts.moved, counts.over, counts.displaced, counts.no_bed];
  if ($("ladder").firstChild === null) $("ladder").append(h("p", {}, "The ladder"), h("ol"));
  const list = $("ladder").lastChild;
  if (!list.children.length) for (const [, counted_] of RUNGS) list.append(h("li", {}, h("span", {}, counted_), h("b")));
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
    h("div", { id: "binds", class: "answerable" }),
    h("div", { id: "follow" }, h("h3", {}, "One of these people"), h("p", {}, "Every dot is a person. Press the button, or a dot, to follow one from arrest to exit. People here are synthetic."),
      h("div", { class: "row noprint" }, h("button", { type: "button", onclick: () => follow(-1) }, "Follow somebody")), h("div", { id: "followed" })),
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
  if (!scene?.run || !scene.in) return;
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
  if (!scene || scene.followed < 0 || !scene.run || !scene.in) { place?.replaceChildren(); return; }
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

// What holds the nation's goal back, stage by stage.
function showBinds() {
  const { lesson, result } = state;
  if (!isSlow(lesson)) { $("binds").replaceChildren(); return; }
  const [run] = result.runs, { totals, waits } = run, goal = run.goal.at(-1), made = mean(run.interior.slice(-LAST));
  const wait = stage => aligned(waits[stage].seconds / waits[stage].ended / DAY), held = heldByDay(run).at(-1);
  const over = mean(Array.from({ length: run.days }, (_, day) => run.held.filter((each, area) => each[day + 1] > run.contracted[area][day]).length));
  const empty = mean(Array.from({ length: run.days }, (_, day) => sum(run.held.map((each, area) => Math.max(0, run.beds[area][day] - each[day + 1])))));
  const why = totals.cause < 0 ? "" : totals.cause < words.causes.length ? `, because ${words.causes[totals.cause]}` : ", mostly by the chance of those days";
  const missed = totals.missed_from < 0 ? "It counts as met at the end: the last four weeks are within 2 % of it."
    : `It is missed from ${dateOf(lesson, totals.missed_from)} to the end${why}.`;
  const spent = run.exhausted < 0 ? "" : ` The custody money of the fiscal year runs out on ${dateOf(lesson, run.exhausted)}; people remain held.`;
  const parts = [
    ["Goal. ", `The goal is ${aligned(goal)} arrests a day; in the last four weeks ${aligned(Math.round(made))} a day are made. ${missed}`],
    ["Beds. ", `${aligned(held)} people are held at the end, in ${aligned(bedsByDay(run).at(-1))} operating beds; Congress paid for ${aligned(run.funded.at(-1))}. On an average night ${aligned(Math.round(empty))} beds are empty while ${Math.round(over)} of ${run.areas.length} areas hold more than contracted.`],
    ["Cases and removals. ", `On average people wait ${wait(STAGES.docket)} days for a hearing. From order to removal takes ${aligned(totals.order_s / totals.ordered / DAY)} days, ${wait(STAGES.seat)} of them waiting for a seat.`],
    ["Money. ", `The year costs ${aligned(totals.cents / 1e11)} billion dollars: nights, arrests, hearings, seats.${spent}`],
  ];
  $("binds").replaceChildren(h("h3", {}, "What binds"), ...parts.map(([head, said]) => h("p", {}, h("b", {}, head), said)), areasAsTable(run));
}

// The tile map of the last night in words.
function areasAsTable(run) {
  const rows = run.areas.map((name, area) => {
    const people = run.held[area].at(-1), beds = run.beds[area].at(-1);
    return [name, aligned(people), aligned(beds), beds > 0 ? aligned(Math.round(100 * people / beds)) : "no beds"];
  });
  return h("details", {}, h("summary", {}, "The areas on the last night, as a table"), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Areas on the last night" },
    tableOf(["area", "people in beds", "operating beds", "people per 100 beds"], rows)));
}

// What theory says of a setting that takes seconds to play.
function showAhead() {
  const { ahead } = THEORY[state.lesson.key];
  if (ahead && state.result) $("theory").replaceChildren(h("b", {}, "Theory, before the run. "), ahead(state.at, state.result));
}

function showTheory() { $("theory").replaceChildren(h("b", {}, "Theory. "), THEORY[state.lesson.key].say(state.result.at, state.result)); }

// --- moving ----------------------------------------------------------------------------------------
let before = 0;
function frame(now) {
  const passed = Math.min((now - before) / 1000, 0.1);
  before = now;
  requestAnimationFrame(frame);
  if (!scene?.run || !state.result || document.hidden) return;
  const last = state.lesson.world_data.days;
  if (state.playing) {
    clock = Math.min(clock + passed * scene.pace * state.speed, last);
    scene.seek(clock, false);
    if (clock >= last) { state.playing = false; showOutcome(); }
    showFollowed(false);
  }
  if (state.playing || scene.leaving.size || scene.unsettled !== 0) { scene.move(passed); scene.unsettled = state.playing ? 1 : Math.max((scene.unsettled ?? 30) - 1, 0); showDay(); }
}

$("run").addEventListener("click", () => {
  if (!state.result) return;
  if (still.matches) { clock = clock >= state.lesson.world_data.days ? 0 : state.lesson.world_data.days; scene.seek(clock, true); if (clock) showOutcome(); showDay(); showFollowed(true); return; }
  if (clock >= state.lesson.world_data.days) { clock = 0; scene.rewind(); scene.seek(0, true); }
  state.playing = !state.playing; showDay();
});
$("speed").addEventListener("change", () => { state.speed = Number($("speed").value); });
$("day").addEventListener("input", () => { if (!state.result) return; clock = Number($("day").value); state.playing = false; scene.seek(clock, true); scene.unsettled = 0; if (clock >= state.lesson.world_data.days) showOutcome(); showDay(); showFollowed(true); });
$("canvas").addEventListener("click", event => {
  if (!scene.in) return;
  const { left, top } = $("canvas").getBoundingClientRect(), x = event.clientX - left, y = event.clientY - top;
  let best = -1, close = 200;
  for (let k = 0; k < scene.n; k++) if (scene.in[k] >= 0) { const far = (scene.x[k] - x) ** 2 + (scene.y[k] - y) ** 2; if (far < close) { best = k; close = far; } }
  if (best >= 0) follow(best);
});
$("teacher").addEventListener("click", () => {
  state.teaching = !state.teaching; $("teacher").setAttribute("aria-pressed", String(state.teaching)); document.body.classList.toggle("teaching", state.teaching);
  if (!state.teaching) reveal(); else { state.revealed = null; state.playing = false; clock = 0; }
  if (state.result) showResult();
});
function redrawScene() { if (scene?.run) { const day = scene.day; scene.size(); scene.rewind(); scene.seek(day, true); scene.draw(); } }
new ResizeObserver(() => { redrawScene(); for (const each of charts) each.draw(); }).observe($("picture"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawScene);
addEventListener("hashchange", () => openLesson(readAddress()));
document.querySelector(".skip").addEventListener("click", event => { event.preventDefault(); $("controls").focus(); });  // the address holds the lesson

for (const lesson of lessons) {
  $("lessons").append(h("button", { type: "button", "data-key": lesson.key, "aria-label": `Lesson ${lesson.number}: ${lesson.title}`, onclick: () => openLesson({ lesson, at: defaults(lesson) }) }, `${lesson.number} `, h("span", {}, lesson.short)));
}
globalThis.lessonPage = { state, ask, settingOf, readPrediction, readAddress, measuring, get scene() { return scene; }, get charts() { return charts; }, get clock() { return clock; } };
openLesson(readAddress());
requestAnimationFrame(frame);
