"use strict";
// The engine: a lesson's world written into WebAssembly's memory, people placed, the run played and measured.
// Nothing here knows what an entry means: tables, columns and the changes that a position makes come from Python.

class Engine {
  static ARRAYS = { i1: Int8Array, i2: Int16Array, i4: Int32Array, i8: BigInt64Array, u1: Uint8Array, u2: Uint16Array,
    u4: Uint32Array, f8: Float64Array };

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
    this.lesson = lesson; this.data = data; this.pools = new Map(); this.top = this.heap;
    this.result = this.take(64);
    this.words = this.take(8 * (lesson.scalars.length + lesson.tables.length));
    this.tables = new Map(lesson.tables.map(([name, rows, size, columns]) =>
      [name, { rows, size, columns, at: 0, bytes: rows * size }]));
    const fixed = lesson.tables.filter(each => each[3] !== null);
    this.first = this.align();
    for (const [name] of fixed) this.tables.get(name).at = this.take(this.tables.get(name).bytes);
    this.end = this.top;
    for (const [name, , , columns] of lesson.tables) {
      if (columns === null) this.tables.get(name).at = this.take(this.tables.get(name).bytes);
    }
    this.measures = Object.fromEntries(Object.entries(this.layout.measures).map(([name, kind]) => {
      const rows = { totals: 1, waits: 16, line_days: lesson.days + 1, visits: this.tables.get("people").rows }[name];
      return [name, { at: this.take(rows * kind.size), bytes: rows * kind.size, rows, ...kind }];
    }));
    const most = Math.max(...lesson.people.map(each => each.length));
    this.blocks = this.take(most * this.layout.block.size);
    this.factors = this.take(8 * lesson.days * most * 2);
    this.image = null; this.setting = null;
  }

  align() { return (this.top = (this.top + 63) & ~63); }

  take(bytes) {
    const at = this.align(); this.top = at + bytes;
    const missing = this.top + 65536 - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    return at;
  }

  // --- columns -----------------------------------------------------------------------------------
  array([offset, kind, n]) { return new Engine.ARRAYS[kind](this.data, offset, n); }

  write(at, size, offset, kind, rows, values) {
    const target = new Engine.ARRAYS[kind](this.memory.buffer, 0), width = target.BYTES_PER_ELEMENT;
    const wide = kind === "i8", listed = rows.length === 1 ? this.array(rows[0]) : null;
    const n = listed ? listed.length : rows[2], many = Array.isArray(values) ? this.array(values) : null;
    const convert = wide ? (value => BigInt(value)) : (value => Number(value));
    const one = many ? 0 : convert(values);
    const first = (at + offset) / width, stride = size / width;
    if (Number.isInteger(first) && Number.isInteger(stride)) {
      for (let i = 0; i < n; i++) {
        const row = listed ? Number(listed[i]) : rows[0] + i * rows[1];
        target[first + row * stride] = many ? convert(many[i]) : one;
      }
    } else throw new Error("a column that is not aligned");
  }

  fill(at, size, n, columns) {
    for (const [offset, kind, values] of columns) this.write(at, size, offset, kind, [0, 1, n], values);
  }

  // --- people --------------------------------------------------------------------------------------
  patchesOf(setting) {
    return this.lesson.levers.map(([, patches], i) => patches[setting[i]]);
  }

  // Rows of a replication's people at the positions that draw them differently; kept while those stay the same.
  pool(replication, patches) {
    const changes = patches.flatMap(([, , people]) =>
      people.filter(each => each[0] === "column" && each[1] === replication));
    let pool = this.pools.get(replication);
    if (!pool) {
      pool = this.lesson.people[replication].map(([block, n, people, stays, points]) => {
        const made = { block, n, people: this.take(n * this.layout.person), stays: this.take(n * this.layout.stay),
          points: 0, fresh: null, columns: [people, stays] };
        if (block) {
          const values = this.array(points);
          made.points = this.take(8 * values.length); made.nPoints = values.length;
          new Float64Array(this.memory.buffer, made.points, values.length).set(values);
        }
        return made;
      });
      this.pools.set(replication, pool);
    }
    for (const block of pool) {
      const own = changes.filter(each => each[2] === block.block), key = JSON.stringify(own);
      if (block.fresh === key) continue;
      const bytes = new Uint8Array(this.memory.buffer);
      bytes.fill(0, block.people, block.people + block.n * this.layout.person);
      bytes.fill(0, block.stays, block.stays + block.n * this.layout.stay);
      this.fill(block.people, this.layout.person, block.n, block.columns[0]);
      this.fill(block.stays, this.layout.stay, block.n, block.columns[1]);
      for (const [, , , which, offset, kind, rows, values] of own) {
        this.write(which ? block.stays : block.people, which ? this.layout.stay : this.layout.person, offset, kind,
          rows, values);
      }
      block.fresh = key;
    }
    return pool;
  }

  daily(at, values) {
    const days = this.lesson.days, target = new Float64Array(this.memory.buffer, at, days);
    if (Array.isArray(values)) target.set(this.array(values)); else target.fill(values);
    return at;
  }

  placeBlocks(replication, patches) {
    const pool = this.pool(replication, patches), said = patches.flatMap(each => each[2]);
    const last = (kind, test) => said.filter(each => each[0] === kind && test(each)).at(-1);
    pool.forEach((block, i) => {
      const [, , , , points, rate, factor] = this.lesson.people[replication][i];
      const row = new BigInt64Array(this.memory.buffer, this.blocks + i * this.layout.block.size, 7);
      const space = this.factors + 16 * this.lesson.days * i;
      let n = 0, rateAt = 0, factorAt = 0;
      if (block.block === 0) n = last("held", () => true)?.[1] ?? points;
      else {
        rateAt = this.daily(space, last("rate", each => each[1] === block.block)?.[2] ?? rate);
        factorAt = this.daily(space + 8 * this.lesson.days,
          last("factor", each => each[1] === replication)?.[2] ?? factor);
      }
      const fields = { n, people: block.people, stays: block.stays, points: block.points,
        n_points: block.nPoints ?? 0, rate: rateAt, factor: factorAt };
      this.layout.block.fields.forEach((name, j) => { row[j] = BigInt(fields[name]); });
    });
    return pool.length;
  }

  // --- a run ---------------------------------------------------------------------------------------
  prepare(setting) {
    const key = setting.join();
    if (this.setting === key) return;
    const patches = this.patchesOf(setting), { scalars } = this.lesson;
    new Uint8Array(this.memory.buffer).fill(0, this.first, this.end);
    for (const [name, rows, size, columns] of this.lesson.tables) {
      if (columns !== null) this.fill(this.tables.get(name).at, size, rows, columns);
    }
    for (const [, entries] of patches) {
      for (const [number, offset, kind, rows, values] of entries) {
        const table = this.tables.get(this.lesson.order[number]);
        this.write(table.at, table.size, offset, kind, rows, values);
      }
    }
    this.image = new Uint8Array(this.memory.buffer).slice(this.first, this.end);
    const words = [...scalars];
    for (const [changed] of patches) for (const [i, value] of changed) words[i] = value;
    this.startWords = BigInt64Array.from([...words, ...this.lesson.order.map(name => this.tables.get(name).at)],
      value => BigInt(value));
    this.patches = patches; this.setting = key;
  }

  call(name, ...values) {
    const status = this.functions[name](this.result, this.result + 8, ...values.map(BigInt));
    return status === 0 ? Number(new BigInt64Array(this.memory.buffer, this.result, 1)[0]) : -1;
  }

  play(setting, replication, keepLog) {
    this.prepare(setting);
    const n = this.placeBlocks(replication, this.patches);
    new Uint8Array(this.memory.buffer).set(this.image, this.first);
    new BigInt64Array(this.memory.buffer, this.words, this.startWords.length).set(this.startWords);
    if (this.call("place_people", this.words, this.blocks, n) !== 1) throw new Error("more people than were drawn");
    if (this.call("play_until", this.words, this.lesson.days * 86400, 1) !== 1) throw new Error("no room");
    return this.measured(keepLog);
  }

  scalar(name) {
    return Number(new BigInt64Array(this.memory.buffer, this.words, this.startWords.length)[this.layout.scalars[name]]);
  }

  column(at, size, offset, kind, n, step = 1, start = 0) {
    const source = new Engine.ARRAYS[kind](this.memory.buffer), width = source.BYTES_PER_ELEMENT;
    const found = new Float64Array(n), first = (at + offset) / width, stride = size / width;
    for (let i = 0; i < n; i++) found[i] = Number(source[first + (start + i * step) * stride]);
    return found;
  }

  measured(keepLog) {
    const { totals, waits, line_days: lines, visits } = this.measures, bytes = new Uint8Array(this.memory.buffer);
    for (const each of [totals, waits, lines, visits]) bytes.fill(0, each.at, each.at + each.bytes);
    const set = new BigInt64Array(this.memory.buffer, totals.at, 2);
    set[0] = BigInt(this.lesson.bin_s); set[1] = BigInt(this.lesson.wait_bin_s);
    this.call("measure", this.words, totals.at, waits.at, lines.at, visits.at);
    const { days, areas } = this.lesson, n = areas.length, found = { days, areas };
    const { columns } = this.layout;
    const by = (kind, field, rows) => areas.map((_, area) =>
      this.column(this.tables.get(kind).at, this.tables.get(kind).size, columns[kind][field], "i8", rows, n, area));
    found.held = by("site_stocks", "in_bed", days + 1);  // in these worlds each area is one place
    found.hold = by("stocks", "hold_room", days + 1);
    found.beds = by("site_days", "operating", days);
    found.arrests = by("area_days", "arrests", days);
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
    if (keepLog) found.log = this.log();
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
