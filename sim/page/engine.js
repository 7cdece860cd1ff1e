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
    this.image = null; this.setting = null; this.keys = new Map();
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

  // The keys of all streams of a replication; made once, since they are the same whatever the setting.
  keysOf(replication) {
    if (!this.keys.has(replication)) {
      const { blocks, columns, years } = this.lesson.streams;
      const names = [...blocks.flatMap(block => columns.map(column => `${block}\x1f${column}`)), ...years];
      const view = new DataView(new ArrayBuffer(16 * names.length));
      names.forEach((name, i) => writeKey(view, 16 * i, `${replication}\x1f${name}`));
      this.keys.set(replication, new Uint8Array(view.buffer));
    }
    return this.keys.get(replication);
  }

  // Get ready to play: the world as it stands at first, and everybody's time of arrival.
  begin(setting, seed, replication, keepLog) {
    this.prepare(setting);
    const bytes = new Uint8Array(this.memory.buffer);
    bytes.set(this.image, this.first);
    bytes.set(this.keysOf(`${seed}\x1f${replication}`), this.tables.get("keys").at);
    new BigInt64Array(this.memory.buffer, this.words, this.startWords.length).set(this.startWords);
    new BigInt64Array(this.memory.buffer, this.draws, this.startDraws.length).set(this.startDraws);
    this.people = this.call("schedule", this.words, this.draws); this.day = 0;
    if (this.people < 0) throw new Error("more people may come than there is room for");
    this.fold = new Fold(this, keepLog);
  }

  // Play so many days more, and read what the log says of each.
  advance(days) {
    for (const end = Math.min(this.day + days, this.lesson.days); this.day < end; this.day++) {
      if (this.call("play_day", this.words, this.draws) !== 1) throw new Error("no room for so many people");
      this.fold.readDay();
    }
  }

  play(setting, seed, replication) {
    this.begin(setting, seed, replication, false);
    this.advance(this.lesson.days);
    return this.ended();
  }

  scalars64() { return new BigInt64Array(this.memory.buffer, this.words, this.scalars); }

  scalar(name) { return Number(this.scalars64()[this.layout.scalars.indexOf(name)]); }

  setScalar(name, value) { this.scalars64()[this.layout.scalars.indexOf(name)] = BigInt(value); }

  array32(name) { const { at, rows } = this.tables.get(name); return new Int32Array(this.memory.buffer, at, rows); }

  // A field of whole numbers of every step-th row of a table, from a row on.
  field(table, name, step = 1, start = 0) {
    const { at, size, rows } = this.tables.get(table), offset = name ? this.layout.columns[table][name] : 0;
    const source = new BigInt64Array(this.memory.buffer, at + offset), found = new Float64Array(Math.floor((rows - start - 1) / step) + 1);
    for (let i = 0; i < found.length; i++) found[i] = Number(source[(start + i * step) * size / 8]);
    return found;
  }

  // What is known of a run that has ended; in these worlds each area is one place.
  ended() {
    const { days, areas } = this.lesson, by = (table, name) => areas.map((_, area) => this.field(table, name, areas.length, area));
    return { days, areas, held: by("site_stocks", "in_bed"), hold: by("stocks", "hold_room"), beds: by("site_days", "operating"),
      contracted: by("site_days", "contracted"), arrests: by("area_days", "arrests"), goal: this.field("days", "goal").map(milli => milli / 1000),
      funded: this.field("days", "funded"), exhausted: this.scalar("exhausted_day"), events: this.scalar("n_events"), ...this.fold.end() };
  }
}
