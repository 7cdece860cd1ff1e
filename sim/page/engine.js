"use strict";
// The engine: a lesson's world written into WebAssembly's memory, people drawn, the run played and measured.
// Nothing here knows what an entry means: tables, columns and the changes that a position makes come from Python.

// SHA-256 (FIPS 180-4), whose first half is the key of a stream named by a text, as `sim.people.streams.key` has it.
const PRIMES = [], turned = (x, n) => x >>> n | x << 32 - n, fraction = x => x % 1 * 2 ** 32 | 0;
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every(prime => n % prime)) PRIMES.push(n);
const FIRST = PRIMES.slice(0, 8).map(n => fraction(Math.sqrt(n))), ROUNDS = PRIMES.map(n => fraction(Math.cbrt(n)));

function writeKey(view, at, text) {
  const bytes = new TextEncoder().encode(text), size = bytes.length + 72 & ~63, message = new DataView(new ArrayBuffer(size));
  new Uint8Array(message.buffer).set(bytes);
  message.setUint8(bytes.length, 0x80); message.setUint32(size - 4, 8 * bytes.length);
  const w = new Int32Array(64);
  let state = FIRST;
  for (let block = 0; block < size; block += 64) {
    for (let i = 0; i < 16; i++) w[i] = message.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = w[i - 16] + (turned(x, 7) ^ turned(x, 18) ^ x >>> 3) + w[i - 7] + (turned(y, 17) ^ turned(y, 19) ^ y >>> 10);
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + (e & f ^ ~e & g) + ROUNDS[i] + w[i] | 0;
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + one | 0; d = c; c = b; b = a; a = one + two | 0;
    }
    state = [a, b, c, d, e, f, g, h].map((x, i) => x + state[i] | 0);
  }
  for (let i = 0; i < 4; i++) view.setInt32(at + 4 * i, state[i]);
}

class Engine {
  static ARRAYS = { i1: Int8Array, i2: Int16Array, i4: Int32Array, i8: BigInt64Array, u1: Uint8Array, u2: Uint16Array,
    u4: Uint32Array, u8: BigUint64Array, f8: Float64Array };

  static async start(bytes, layout) {
    const memory = new WebAssembly.Memory({ initial: 32, maximum: 32768 });
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
    return new Engine(memory, instance.exports, layout);
  }

  constructor(memory, functions, layout) {
    this.memory = memory; this.functions = functions; this.layout = layout;
    this.heap = Number(functions.__heap_base.value); this.lesson = null;
  }

  // --- a lesson's memory ---------------------------------------------------------------------------
  open(lesson, data) {
    this.lesson = lesson; this.data = data; this.top = this.heap; this.arrays = new Map();
    this.result = this.take(64);
    this.scalars = this.layout.scalars.length; this.drawScalars = this.layout.draw_scalars.length;
    this.engineTables = lesson.tables.slice(0, this.layout.engine_tables); this.drawTables = lesson.tables.slice(this.layout.engine_tables);
    this.words = this.take(8 * (this.scalars + this.engineTables.length));
    this.draws = this.take(8 * (this.drawScalars + this.drawTables.length));
    this.tables = new Map(lesson.tables.map(([name, rows, size, columns]) =>
      [name, { rows, size, columns, at: 0, bytes: rows * size }]));
    this.first = this.align();
    for (const [name, , , columns] of lesson.tables) if (columns !== null) this.place(name);
    this.end = this.top;
    for (const [name, , , columns] of lesson.tables) if (columns === null) this.place(name);
    this.measures = Object.fromEntries(Object.entries(this.layout.measures).map(([name, kind]) => {
      const rows = { totals: 1, waits: 16, line_days: lesson.days + 1, visits: this.tables.get("times").rows }[name];
      return [name, { at: this.take(rows * kind.size), bytes: rows * kind.size, rows, ...kind }];
    }));
    this.image = null; this.setting = null;
  }

  place(name) { this.tables.get(name).at = this.take(this.tables.get(name).bytes); }

  align() { return (this.top = (this.top + 63) & ~63); }

  take(bytes) {
    const at = this.align(); this.top = at + bytes;
    const missing = this.top + 65536 - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    return at;
  }

  // --- columns -----------------------------------------------------------------------------------
  // The numbers that begin there; with a lag they are kept as differences over that distance.
  array([offset, kind, n, lag]) {
    const kept = new Engine.ARRAYS[kind](this.data, offset, n);
    if (!lag) return kept;
    const found = Float64Array.from(kept, Number);
    for (let i = lag; i < n; i++) found[i] += found[i - lag];
    return found;
  }

  write(at, size, offset, kind, rows, values) {
    const target = new Engine.ARRAYS[kind](this.memory.buffer, 0), width = target.BYTES_PER_ELEMENT;
    const wide = kind === "i8", listed = rows.length === 1 ? this.array(rows[0]) : null;
    const n = listed ? listed.length : rows[2], many = Array.isArray(values) ? this.array(values) : null;
    const convert = wide ? (value => BigInt(value)) : (value => Number(value));
    const one = many ? 0 : convert(values);
    const first = (at + offset) / width, stride = size / width;
    for (let i = 0; i < n; i++) {
      const row = listed ? Number(listed[i]) : rows[0] + i * rows[1];
      target[first + row * stride] = many ? convert(many[i]) : one;
    }
  }

  // --- a run ---------------------------------------------------------------------------------------
  prepare(setting) {
    const key = setting.join();
    if (this.setting === key) return;
    const patches = this.lesson.levers.map(([, positions], i) => positions[setting[i]]);
    new Uint8Array(this.memory.buffer).fill(0, this.first, this.end);
    for (const [name, rows, size, columns] of this.lesson.tables) {
      for (const [offset, kind, values] of columns ?? []) this.write(this.tables.get(name).at, size, offset, kind, [0, 1, rows], values);
    }
    const values = [...this.lesson.scalars];
    for (const [changed, entries] of patches) {
      for (const [i, value] of changed) values[i] = value;
      for (const [number, offset, kind, rows, these] of entries) {
        const table = this.tables.get(this.lesson.tables[number][0]);
        this.write(table.at, table.size, offset, kind, rows, these);
      }
    }
    this.image = new Uint8Array(this.memory.buffer).slice(this.first, this.end);
    const addresses = tables => tables.map(([name]) => this.tables.get(name).at);
    this.startWords = this.numbers([...values.slice(0, this.scalars), ...addresses(this.engineTables)]);
    this.startDraws = this.numbers([...values.slice(this.scalars), ...addresses(this.drawTables)]);
    this.setting = key;
  }

  numbers(values) { return BigInt64Array.from(values, value => BigInt(value)); }

  call(name, ...values) {
    const status = this.functions[name](this.result, this.result + 8, ...values.map(BigInt));
    return status === 0 ? Number(new BigInt64Array(this.memory.buffer, this.result, 1)[0]) : -1;
  }

  // Get ready to play: the world as it stands at first, and everybody's time of arrival.
  begin(setting, seed, replication) {
    this.prepare(setting);
    const bytes = new Uint8Array(this.memory.buffer), { blocks, columns, years } = this.lesson.streams;
    bytes.set(this.image, this.first);
    new BigInt64Array(this.memory.buffer, this.words, this.startWords.length).set(this.startWords);
    new BigInt64Array(this.memory.buffer, this.draws, this.startDraws.length).set(this.startDraws);
    const names = [...blocks.flatMap(block => columns.map(column => `${block}\x1f${column}`)), ...years];
    const keys = new DataView(this.memory.buffer, this.tables.get("keys").at);
    names.forEach((name, i) => writeKey(keys, 16 * i, `${seed}\x1f${replication}\x1f${name}`));
    const { totals, waits, line_days: lines } = this.measures;
    for (const each of [totals, waits, lines]) bytes.fill(0, each.at, each.at + each.bytes);
    const set = new BigInt64Array(this.memory.buffer, totals.at, 2);
    set[0] = BigInt(this.lesson.bin_s); set[1] = BigInt(this.lesson.wait_bin_s);
    this.people = this.call("schedule", this.words, this.draws);
    if (this.people < 0) throw new Error("more people may come than there is room for");
    const { at, size } = this.measures.visits;
    bytes.fill(0, at, at + this.people * size);
  }

  measuresAt() { const { totals, waits, line_days: lines, visits } = this.measures; return [totals.at, waits.at, lines.at, visits.at]; }

  // Play so many days more. `keepLog`: the log stays in memory until the end.
  advance(days, keepLog) {
    const [totals, ...others] = this.measuresAt();
    if (this.call("play_days", this.words, this.draws, days, keepLog ? 0 : totals, ...others) !== 1) throw new Error("no room for so many people");
  }

  ended(keepLog) {
    const log = keepLog ? this.log() : null, [totals, waits, lines, visits] = this.measuresAt();
    if (keepLog) this.call("read", this.words, this.draws, totals, waits, lines, visits);
    this.call("finish", this.words, this.people, totals, lines, visits);
    return this.measured(log);
  }

  play(setting, seed, replication, keepLog) {
    this.begin(setting, seed, replication);
    this.advance(this.lesson.days, keepLog);
    return this.ended(keepLog);
  }

  scalar(name) {
    return Number(new BigInt64Array(this.memory.buffer, this.words, this.scalars)[this.layout.scalars.indexOf(name)]);
  }

  column(at, size, offset, kind, n, step = 1, start = 0) {
    const source = new Engine.ARRAYS[kind](this.memory.buffer), width = source.BYTES_PER_ELEMENT;
    const found = new Float64Array(n), first = (at + offset) / width, stride = size / width;
    for (let i = 0; i < n; i++) found[i] = Number(source[first + (start + i * step) * stride]);
    return found;
  }

  measured(log) {
    const { totals, waits, line_days: lines } = this.measures;
    const { days, areas } = this.lesson, n = areas.length, found = { days, areas };
    const { columns } = this.layout;
    const by = (kind, field, rows) => areas.map((_, area) =>
      this.column(this.tables.get(kind).at, this.tables.get(kind).size, columns[kind][field], "i8", rows, n, area));
    found.held = by("site_stocks", "in_bed", days + 1);  // in these worlds each area is one place
    found.hold = by("stocks", "hold_room", days + 1);
    found.beds = by("site_days", "operating", days);
    found.arrests = by("area_days", "arrests", days);
    const day = field => this.column(this.tables.get("days").at, this.tables.get("days").size, columns.days[field], "i8", days);
    found.goal = day("goal").map(milli => milli / 1000); found.funded = day("funded"); found.exhausted = this.scalar("exhausted_day");
    found.contracted = by("site_days", "contracted", days);
    for (const [name, [offset, kind]] of Object.entries(lines.fields)) {
      found[name] = this.column(lines.at, lines.size, offset, kind, days + 1);
    }
    found.totals = {};
    for (const [name, [offset, kind, count]] of Object.entries(totals.fields)) {
      const values = this.column(totals.at, Engine.ARRAYS[kind].BYTES_PER_ELEMENT, offset, kind, count);
      found.totals[name] = count === 1 ? values[0] : values;
    }
    found.waits = Array.from({ length: waits.rows }, (_, stage) => {
      const row = waits.at + stage * waits.size, [offset, kind, count] = waits.fields.bins;
      return { ended: this.column(row, 8, waits.fields.ended[0], "i8", 1)[0],
        seconds: this.column(row, 8, waits.fields.seconds[0], "i8", 1)[0],
        bins: this.column(row, 4, offset, kind, count) };
    });
    found.events = this.scalar("n_events");
    if (log) found.log = log;
    return found;
  }

  log() {
    const table = this.tables.get("log"), n = this.scalar("n_logged"), view = new DataView(this.memory.buffer, table.at);
    const log = { t: new Int32Array(n), row: new Int32Array(n), stage: new Uint8Array(n), area: new Int16Array(n) };
    const { t, row, stage, area } = this.layout.columns.log, size = table.size;
    for (let i = 0; i < n; i++) {
      const at = i * size;
      log.t[i] = view.getInt32(at + t, true); log.row[i] = view.getInt32(at + row, true);
      log.stage[i] = view.getUint8(at + stage); log.area[i] = view.getInt16(at + area, true);
    }
    return log;
  }
}
