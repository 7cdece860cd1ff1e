// People who move, as the log says, one dot each.

const code = layout.codes;

function inks() {
  const style = getComputedStyle(document.documentElement), names = ["blue", "orange", "green", "pink", "soft", "line", "ink", "card", "ghost"];
  return Object.fromEntries(names.map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
}

// Give a canvas as many points as the screen shows of it: its width and height, and the colours of the page.
function fitted(context) {
  const { canvas } = context, { clientWidth: width, clientHeight: height } = canvas, dense = devicePixelRatio || 1;
  canvas.width = Math.round(width * dense); canvas.height = Math.round(height * dense);
  context.setTransform(dense, 0, 0, dense, 0, 0);
  return { width, height, ink: inks() };
}

class Scene {
  constructor(canvas, key) {
    this.canvas = canvas; this.key = key; this.context = canvas.getContext("2d"); this.day = 0; this.followed = -1;
    this.pace = SCENES[key].pace;
  }

  load(run, at, keepDay) {
    this.run = run; this.at = at; this.log = run.log;
    this.n = run.log.row.reduce((most, row) => Math.max(most, row), 0) + 1;
    this.size(); this.rewind(); this.seek(keepDay, true);
  }

  size() {
    Object.assign(this, fitted(this.context));
    this.boxes = SCENES[this.key].boxes(this.at).map(each => ({ ...each, left: each.x * this.width, top: each.y * this.height, wide: each.w * this.width, high: each.h * this.height, slots: [], free: [], count: 0 }));
    this.cell = Math.min(16, ...this.boxes.filter(each => !each.road).map(({ wide, high, most }) => {
      let cell = Math.sqrt(wide * high / most);
      while (Math.floor(wide / cell) * Math.floor(high / cell) < most) cell *= 0.99;
      return cell;
    }));
    for (const each of this.boxes) { each.columns = Math.max(1, Math.floor(each.wide / this.cell)); each.rows = Math.max(1, Math.floor(each.high / this.cell)); }
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
    c.fillStyle = ink.blue;
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
