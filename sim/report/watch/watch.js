(() => {
  "use strict";
  const root = document.currentScript.closest(".watch");
  const find = (what) => root.querySelector(what);
  const data = JSON.parse(find("script[type='application/json']").textContent);
  const quiet = matchMedia("(prefers-reduced-motion: reduce)");
  const count = (n) => n.toLocaleString("en-US");
  const draw = (parent, name, attributes = {}, text = "") => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return parent.appendChild(made);
  };
  const day = (ms) => new Intl.DateTimeFormat("en-GB",
    { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(ms));
  const lasting = (seconds) => {
    const units = [[Infinity, 86400, "d"], [86400, 3600, "h"], [3600, 60, "min"]];
    const parts = units.map(([above, size, unit]) => [Math.floor((seconds % above) / size), unit]);
    const first = parts.findIndex(([n]) => n);
    if (first < 0) return "less than a minute";
    return parts.slice(first, first + 2).filter(([n]) => n).map((part) => part.join(" ")).join(" ");
  };

  // A shape of size 1 for each key; the legend is drawn with the same.
  const SHAPES = {
    held: "M-.5 0A.5 .5 0 1 0 .5 0A.5 .5 0 1 0-.5 0Z",
    over: "M0-.6L.6 0L0 .6L-.6 0Z",
    bed: "M-.45-.45H.45V.45H-.45Z",
    road: "M-.5-.5L.55 0L-.5 .5Z",
    removed: "M-.38-.38L.42 0L-.38 .38Z",
    released: "M-.4 0A.4 .4 0 1 0 .4 0A.4 .4 0 1 0-.4 0Z",
    slot: "M-.45-.45H.45V.45H-.45Z",
    ring: "M-.95 0A.95 .95 0 1 0 .95 0A.95 .95 0 1 0-.95 0Z",
    full: "M-.6 0H.6",
    above: "M-.5-.5H.5V.5H-.5Z",
    level: "M-.5-.5H.5V.5H-.5Z",
  };
  const legend = () => {
    for (const svg of root.querySelectorAll(".watch-keys svg")) {
      const key = svg.dataset.key;
      draw(svg, "path", { d: SHAPES[key], class: key, transform: `translate(10 10) scale(${key === "ring" ? 8 : 12})`,
        "vector-effect": "non-scaling-stroke" });
    }
  };

  // --- the line: people by place ---------------------------------------------------------------------
  const line = (svg) => {
    const HOLD = new Set(["desk_line", "desk", "bed_line"]);
    const GONE = new Set(["removed", "released"]);
    const panels = data.panels.map((panel) => ({ ...panel }));
    const at = new Map(panels.map((panel) => [panel.place, panel]));
    const people = data.people.map(([moves, over, desk, bed]) => ({ moves, over, slots: { desk, bed } }));
    const most = Math.max(...panels.map((panel) => panel.peak));
    const nation = data.nation;
    const top = nation ? 52 : 34;
    const highest = nation ? Math.max(1, ...Object.values(nation).flat()) : 1;
    let cell = 10;
    const floor = draw(svg, "g");
    const crowd = draw(svg, "g");
    for (const person of people) {
      person.drawn = draw(crowd, "path", { class: "person hidden", "vector-effect": "non-scaling-stroke" });
      person.drawn.addEventListener("click", () => follow(people.indexOf(person)));
    }
    const ring = draw(crowd, "path", { d: SHAPES.ring, class: "ring hidden", "vector-effect": "non-scaling-stroke" });
    let followed = data.followed;
    let shown = 0;

    const time = (i) => Math.min(data.begins + i * data.tick, data.ends);
    const place = (person, now) => {
      person.place = -1;
      for (let m = 0; m < person.moves.length && person.moves[m] <= now; m += 2) {
        person.since = person.moves[m];
        person.place = person.moves[m + 1];
      }
    };
    const stand = (panel, x, y, width) => {
      panel.columns = Math.max(1, Math.floor((width - 16) / cell));
      const rows = Math.max(1, Math.ceil(panel.peak / panel.columns));
      Object.assign(panel, { x, y, height: top + rows * cell + 8, width });
      draw(floor, "rect", { class: "panel", x, y, width, height: panel.height, rx: 4 });
      draw(floor, "text", { x: x + 8, y: y + 21 }, panel.label);
      panel.counted = draw(floor, "text", { x: x + width - 8, y: y + 21, "text-anchor": "end", class: "strong" });
      if (nation) panel.bar = draw(floor, "rect", { class: "level", x: x + 8, y: y + 30, width: 0, height: 10 });
      if (panel.slots) {
        const outline = (_, n) => `M${spot(panel, n).map((v) => v - 0.36 * cell).join(" ")}h${0.72 * cell}v${0.72 * cell}h${-0.72 * cell}z`;
        draw(floor, "path", { class: "slot", d: Array.from({ length: panel.slots }, outline).join("") });
      }
      return y + panel.height + 10;
    };
    const spot = (panel, n) => [
      panel.x + 8 + (n % panel.columns + 0.5) * cell,
      panel.y + top + (Math.floor(n / panel.columns) + 0.5) * cell,
    ];
    const resize = (width) => {
      floor.replaceChildren();
      const wide = width >= 880;
      cell = most <= 250 ? 16 : most <= (wide ? 1000 : 500) ? 13 : 10;
      const column = (panel) => (panel.key === "bed" ? 1 : GONE.has(panel.key) ? 2 : 0);
      const share = panels.some((panel) => column(panel) === 0) ? [0.3, 0.44, 0.26] : [0, 0.6, 0.4];
      const below = [1, 1, 1];
      let y = 1;
      for (const panel of panels) {
        const c = column(panel);
        const x = share.slice(0, c).reduce((sum, one) => sum + one * width, 0);
        if (wide) below[c] = stand(panel, x + 1, below[c], share[c] * width - 12);
        else y = stand(panel, 1, y, width - 2);
      }
      const height = wide ? Math.max(...below) : y;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.style.height = `${height}px`;
    };
    const key = (person, panel, now) => {
      if (!HOLD.has(panel.key)) return panel.key;
      return person.over !== null && now > person.over ? "over" : "held";
    };
    const put = (person, name, x, y) => {
      const style = `${name} ${x} ${y}`;
      if (person.style === style) return;
      person.style = style;
      person.drawn.setAttribute("d", SHAPES[name] ?? "");
      person.drawn.setAttribute("class", `person ${name}`);
      person.drawn.style.transform = `translate(${x}px, ${y}px) scale(${cell * 0.8})`;
    };
    const show = (i) => {
      shown = i;
      const now = time(i);
      const lines = new Map(panels.map((panel) => [panel, []]));
      for (const person of people) {
        place(person, now);
        if (person.place >= 0) lines.get(at.get(person.place)).push(person);
        else put(person, "hidden", panels[0].x, panels[0].y + top);
      }
      for (const [panel, there] of lines) {
        there.sort((a, b) => a.since - b.since);
        there.forEach((person, n) => put(person, key(person, panel, now), ...spot(panel, person.slots[panel.key] ?? n)));
        panel.n = nation ? nation[panel.key][Math.floor((now - data.begins) / 86400)] : there.length;
        panel.counted.textContent = count(panel.n);
        panel.bar?.setAttribute("width", ((panel.width - 16) * panel.n) / highest);
      }
      const marked = people[followed];
      ring.setAttribute("class", marked && marked.place >= 0 ? "ring" : "ring hidden");
      if (marked) ring.style.transform = marked.drawn.style.transform;
    };
    const story = () => {
      const marked = people[followed];
      if (!marked) return "";
      if (marked.place < 0) return "The person with the ring: not yet arrested.";
      const panel = at.get(marked.place);
      const lasts = GONE.has(panel.key) ? "" : `, for ${lasting(time(shown) - marked.since)}`;
      return `The person with the ring: ${panel.words}${lasts}.`;
    };
    const says = () => {
      const now = time(shown);
      const held = people.filter((person) => person.place >= 0 && HOLD.has(at.get(person.place).key));
      const over = held.filter((person) => key(person, at.get(person.place), now) === "over").length;
      const late = data.limited && held.length ? `${count(over)} of ${count(held.length)}${nation ? " sampled people" : ""} in hold rooms are there longer than the limit.` : "";
      const where = `${panels.map((panel) => `${count(panel.n)} ${panel.words}`).join("; ")}.`;
      return { seen: [late, story()], told: [where, late, story()] };
    };
    const follow = (n) => {
      followed = n;
      refresh();
    };
    const next = () => {
      const now = time(shown);
      const held = (n) => people[n].place >= 0 && !GONE.has(at.get(people[n].place).key);
      const moving = (n) => people[n].moves.some((cell, i) => i % 2 === 0 && cell > now && cell <= data.ends);
      const order = people.map((_, n) => (followed + 1 + n) % people.length);
      follow(order.find((n) => held(n) && moving(n)) ?? order.find(held) ?? order[0]);
    };
    const clock = (i) => {
      const ms = Date.parse(data.start) + time(i) * 1000;
      return `${day(ms)}, ${new Date(ms).toISOString().slice(11, 16)}`;
    };
    return { last: Math.ceil((data.ends - data.begins) / data.tick), first: data.first, step: data.step, seconds: 60, resize, show, says, clock, next };
  };

  // --- the areas: a tile each, and the nation's line -------------------------------------------------
  const areas = (svg) => {
    const rows = 1 + Math.max(...data.areas.map((area) => area.row));
    const columns = 1 + Math.max(...data.areas.map((area) => area.column));
    const top = Math.max(...data.high, ...data.funded.filter((n) => n !== null)) * 1.05 || 1;
    const last = data.dates.length - 1;
    const clip = `watch-clip-${[...document.querySelectorAll(".watch")].indexOf(root)}`;
    const clock = (i) => day(Date.parse(data.dates[i]));
    let tiles = [];
    let cursor, grown, x, span;
    let shown = 0;

    const tile = (area, size, gap, height) => {
      const [left, upper] = [area.column * (size + gap), area.row * (height + gap)];
      const group = draw(svg, "g", { transform: `translate(${left} ${upper})` });
      const small = size < 60;
      const text = (y, kind, content = "") => draw(group, "text", { x: size / 2, y, "text-anchor": "middle", class: kind }, content);
      draw(group, "title", {}, area.name);
      draw(group, "rect", { class: "tile", width: size, height, rx: 3 });
      text(small ? 14 : 18, small ? "small strong" : "strong", area.code.slice(0, small ? 4 : 10));
      const part = (name) => draw(group, "rect", { class: name, x: 3, y: height - 12, width: 0, height: 8 });
      const bars = { level: part("level"), above: part("above") };
      const texts = { share: text(small ? 28 : 35, "small"), held: small ? null : text(51, "small") };
      if (area.beds.some((n) => n)) draw(group, "path", { class: "full", d: `M${3 + (size - 6) / 1.5} ${height - 15}v12` });
      return { area, small, width: size - 6, ...bars, ...texts };
    };
    const path = (values, y) => values.map((n, i) => (n === null ? "" : `${i && values[i - 1] !== null ? "L" : "M"}${x(i)} ${y(n)}`)).join("");
    const chart = (width, upper) => {
      const [left, height] = [58, 150];
      const y = (n) => upper + height - (n / top) * height;
      x = (i) => left + (i / Math.max(last, 1)) * (width - left - 2);
      const unit = 10 ** Math.floor(Math.log10(top));
      const gap = [unit / 2, unit, 2 * unit].find((n) => top / n <= 4) ?? 5 * unit;
      for (let n = 0; n <= top; n += gap) {
        draw(svg, "path", { class: "axis", d: `M${left} ${y(n)}H${width}` });
        draw(svg, "text", { class: "small", x: left - 6, y: y(n) + 4, "text-anchor": "end" }, count(n));
      }
      draw(svg, "text", { x: 0, y: upper - 12 }, data.funded.some((n) => n !== null)
        ? "People held (line), beds funded (dashes)" : "People held");
      const back = data.low.map((n, i) => `L${x(last - i)} ${y(data.low[last - i])}`).join("");
      const all = (parent) => {
        draw(parent, "path", { class: "band", d: path(data.high, y) + back + "Z" });
        draw(parent, "path", { class: "mean", d: path(data.held, y) });
      };
      draw(svg, "path", { class: "funded", d: path(data.funded, y) });
      all(draw(svg, "g", { class: "faint" }));
      grown = draw(draw(svg, "clipPath", { id: clip }), "rect", { x: left, y: upper, width: 0, height });
      all(draw(svg, "g", { "clip-path": `url(#${clip})` }));
      cursor = draw(svg, "path", { class: "full" });
      span = [upper, upper + height];
      draw(svg, "text", { class: "small", x: left, y: upper + height + 18 }, clock(0));
      draw(svg, "text", { class: "small", x: width, y: upper + height + 18, "text-anchor": "end" }, clock(last));
      return upper + height + 26;
    };
    const resize = (width) => {
      svg.replaceChildren();
      const gap = width < 600 ? 3 : 8;
      const size = Math.min(120, (width - gap * (columns - 1)) / columns);
      const height = size < 60 ? 46 : 72;
      tiles = data.areas.map((area) => tile(area, size, gap, height));
      const bottom = chart(width, rows * (height + gap) + 44);
      svg.setAttribute("viewBox", `0 0 ${width} ${bottom}`);
      svg.style.height = `${bottom}px`;
    };
    const share = (area, i) => (area.beds[i] ? area.held[i] / area.beds[i] : null);
    const percent = (part) => `${Math.round(part * 100)}%`;
    const show = (i) => {
      shown = i;
      for (const { area, small, width, level, above, share: text, held } of tiles) {
        const part = share(area, i);
        const reach = (n) => (Math.min(n ?? 0, 1.5) / 1.5) * width;
        const [full, all] = [reach(Math.min(part ?? 0, 1)), reach(part)];
        level.setAttribute("width", full);
        above.setAttribute("x", 3 + full);
        above.setAttribute("width", all - full);
        text.textContent = part === null ? (small ? "–" : "no beds") : percent(part);
        if (held) held.textContent = count(area.held[i] ?? 0);
      }
      grown.setAttribute("width", Math.max(0, x(i) - Number(grown.getAttribute("x"))));
      cursor.setAttribute("d", `M${x(i)} ${span[0]}V${span[1]}`);
    };
    const says = () => {
      const full = data.areas.filter((area) => share(area, shown) !== null);
      const most = full.reduce((a, b) => (a && share(a, shown) >= share(b, shown) ? a : b), null);
      const over = full.filter((area) => area.held[shown] > area.beds[shown]).length;
      const range = data.low[shown] < data.high[shown] ? ` (${data.covers}: ${count(data.low[shown])} to ${count(data.high[shown])})` : "";
      const seen = [
        `${count(data.held[shown])} people held${range}.`,
        most ? `${count(over)} of ${count(full.length)} areas with beds are above their contracted beds; ` +
          `fullest: ${most.code}, ${percent(share(most, shown))}.` : "",
      ];
      return { seen, told: seen };
    };
    return { last, step: 7, seconds: 40, resize, show, says, clock };
  };

  // --- the player ------------------------------------------------------------------------------------
  const stage = find(".watch-stage");
  const svg = find(".watch-stage svg");
  const [play, slider, speed] = ["[data-do=play]", "[data-do=time]", "[data-do=speed]"].map(find);
  const scene = { line, areas }[root.dataset.kind](svg);
  let [at, playing, part, before, spoken] = [0, false, 0, 0, 0];

  const refresh = () => {
    scene.show(at);
    const clock = scene.clock(at);
    const { seen, told } = scene.says();
    slider.value = at;
    slider.setAttribute("aria-valuetext", clock);
    find(".watch-clock").textContent = clock;
    find(".watch-now").replaceChildren(...seen.map((text) => Object.assign(document.createElement("span"), { textContent: text })));
    return `${clock}: ${told.join(" ")}`;
  };
  const go = (to, speaks = true) => {
    at = Math.max(0, Math.min(scene.last, to));
    const says = refresh();
    if (speaks) find(".watch-live").textContent = says;
  };
  const set = (on) => {
    playing = on;
    play.textContent = on ? "Pause" : "Play";
    stage.classList.toggle("glide", on);
    if (on && at >= scene.last) go(0);
    if (on) requestAnimationFrame((now) => { [before, part] = [now, 0]; frame(now); });
    else go(at);
  };
  const frame = (now) => {
    if (!playing) return;
    part += Math.min(now - before, 250) / 1000 * Number(speed.value) * scene.last / scene.seconds;
    before = now;
    const unit = quiet.matches ? scene.step : 1;
    const whole = Math.floor(part / unit) * unit;
    part -= whole;
    if (whole) go(at + whole, now - spoken > 5000 && (spoken = now) > 0);
    if (at >= scene.last) set(false);
    else requestAnimationFrame(frame);
  };
  const step = (by) => {
    if (playing) set(false);
    go((by > 0 ? Math.floor(at / scene.step) + 1 : Math.ceil(at / scene.step) - 1) * scene.step);
  };
  const doing = { play: () => set(!playing), first: () => go(0), back: () => step(-1), next: () => step(1), follow: () => scene.next() };
  root.addEventListener("click", (event) => doing[event.target.dataset?.do]?.());
  slider.max = scene.last;
  slider.addEventListener("input", () => { if (playing) set(false); go(Number(slider.value)); });
  stage.addEventListener("keydown", (event) => {
    const act = { " ": doing.play, ArrowRight: doing.next, ArrowLeft: doing.back, Home: doing.first, End: () => go(scene.last) }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  let width = 0;
  new ResizeObserver(() => {
    if (stage.clientWidth === width || !stage.clientWidth) return;
    width = stage.clientWidth;
    scene.resize(width);
    for (const drawn of svg.querySelectorAll(".person")) drawn.style.transition = "none";
    refresh();
    requestAnimationFrame(() => { for (const drawn of svg.querySelectorAll(".person")) drawn.style.transition = ""; });
  }).observe(stage);
  width = stage.clientWidth || 700;
  legend();
  scene.resize(width);
  go(scene.first ?? 0, false);
  if (root.dataset.playing === "yes" && !quiet.matches) set(true);
})();
