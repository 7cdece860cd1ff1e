// The log of a run, read a day at a time: waits, stays, exits, and people on lines at each midnight.
// Definitions are those of `sim.measures`; codes and offsets come from Python.

const BINS = 60, DAY_SECONDS = 86400, NEVER = -1, NOT_IN_WINDOW = -2;
const binOf = (seconds, width) => Math.min(Math.floor(seconds / width), BINS - 1);
const dayOf = t => Math.floor(t / DAY_SECONDS) + 1;

class Fold {
  // `keepLog`: the rows are kept, for the page to move people by.
  constructor(engine, keepLog) {
    const { lesson, people, layout: { codes } } = engine, bins = () => new Float64Array(BINS), byDay = () => new Float64Array(lesson.days + 1);
    this.engine = engine; this.codes = codes;
    this.totals = { hold_room_s: 0, hold_room_stays: 0, over_limit: 0, exits: 0, stay_s: 0, order_s: 0, ordered: 0, inside: 0, inside_s: 0,
      stay_bins: bins(), inside_bins: bins(), by_exit: new Float64Array(16) };
    this.waits = Array.from({ length: 16 }, () => ({ ended: 0, seconds: 0, bins: bins() }));
    this.lines = { bed_line: byDay(), docket: byDay(), seat_line: byDay(), removed: byDay(), released: byDay(), interior: byDay() };
    this.log = keepLog ? { t: [], row: [], stage: [], area: [] } : null;
    this.stage = new Uint8Array(people);
    for (const name of ["since", "held", "ordered", "arrest"]) this[name] = new Int32Array(people);
    this.isInterior = new Uint8Array(people);
    const [first, n, source] = ["first", "n", "source"].map(field => engine.field("blocks", field));
    first.forEach((begin, b) => { if (source[b] < codes.interior) this.isInterior.fill(1, begin, begin + n[b]); });
    this.limits = engine.field("days", "hours_limit");
  }

  readDay() {
    const { engine, log } = this, n = engine.scalar("n_logged"), { at, size } = engine.tables.get("log"), { buffer } = engine.memory;
    const { t, row, stage, area } = engine.layout.columns.log, wide = size / 4;
    const words = new Int32Array(buffer, at, n * wide), bytes = new Uint8Array(buffer, at, n * size), shorts = new Int16Array(buffer, at, n * wide * 2);
    for (let i = 0; i < n; i++) {
      const when = words[i * wide + t / 4], person = words[i * wide + row / 4], what = bytes[i * size + stage];
      if (log) { log.t.push(when); log.row.push(person); log.stage.push(what); log.area.push(shorts[i * wide * 2 + area / 2]); }
      this.read(when, person, what);
    }
    engine.setScalar("n_logged", 0);
  }

  read(t, person, what) {
    const { codes, totals, stage, ordered } = this;
    if (what >= codes.noted && what < codes.exited || what >= codes.requested) return;
    const inHoldRoom = what >= codes.desk_line && what <= codes.bed_line;
    if (stage[person] === 0 && what < codes.exited) this.arrive(t, person, inHoldRoom);
    else if (stage[person] > 0) {
      const seconds = t - Math.max(this.since[person], 0), wait = this.waits[stage[person]];
      wait.ended += 1; wait.seconds += seconds; wait.bins[binOf(seconds, this.engine.lesson.wait_bin_s)] += 1;
      this.change(stage[person], t, -1);
      if (this.held[person] >= 0 && !inHoldRoom) this.leaveHoldRoom(person, t);
    }
    if (what >= codes.exited) { this.leave(t, person, what - codes.exited); return; }
    if (ordered[person] === NEVER && what >= codes.document && what <= codes.seat_line) ordered[person] = t >= 0 ? t : NOT_IN_WINDOW;
    stage[person] = what; this.since[person] = t;
    this.change(what, t, 1);
  }

  change(stage, t, by) {
    const { codes, lines } = this;
    const line = stage === codes.bed_line ? lines.bed_line : stage === codes.docket ? lines.docket : stage === codes.seat_line ? lines.seat_line : null;
    if (line) line[dayOf(t)] += by;
  }

  arrive(t, person, inHoldRoom) {
    this.arrest[person] = t >= 0 ? t : this.engine.array32("times")[person];
    this.held[person] = inHoldRoom ? t : NEVER;
    this.ordered[person] = NEVER;
    if (t >= 0 && this.isInterior[person]) this.lines.interior[dayOf(t)] += 1;
  }

  leaveHoldRoom(person, t) {
    const { totals } = this, since = this.held[person], seconds = t - since, limit = this.limits[Math.floor(since / DAY_SECONDS)];
    this.held[person] = NEVER;
    totals.hold_room_s += seconds; totals.hold_room_stays += seconds > 0 ? 1 : 0;
    if (limit >= 0 && limit < seconds) totals.over_limit += 1;
  }

  leave(t, person, reason) {
    const { codes, totals, lines } = this, stay = t - this.arrest[person];
    if (reason === codes.removed && this.ordered[person] >= 0) { totals.order_s += t - this.ordered[person]; totals.ordered += 1; }
    totals.exits += 1; totals.by_exit[reason] += 1;
    totals.stay_s += stay; totals.stay_bins[binOf(stay, this.engine.lesson.bin_s)] += 1;
    (codes.releases[reason] ? lines.released : lines.removed)[dayOf(t)] += 1;
    this.stage[person] = 0;
  }

  // What is known when the run has ended.
  end() {
    const { engine, totals, lines, stage } = this, end = engine.scalar("end"), { bin_s: width } = engine.lesson;
    for (let person = 0; person < stage.length; person++) {
      if (stage[person] === 0) continue;
      const stay = end - this.arrest[person];
      totals.inside += 1; totals.inside_s += stay; totals.inside_bins[binOf(stay, width)] += 1;
      if (this.held[person] >= 0) this.leaveHoldRoom(person, end);
    }
    for (const line of [lines.bed_line, lines.docket, lines.seat_line]) for (let day = 1; day < line.length; day++) line[day] += line[day - 1];
    totals.moved = total(engine.field("area_days", "moved_out")); totals.cents = total(engine.field("ledger"));
    this.judgeGoal(engine.field("days", "goal"));
    const { t, row, stage: stages, area } = this.log ?? {};
    const log = this.log ? { log: { t: Int32Array.from(t), row: Int32Array.from(row), stage: Uint8Array.from(stages), area: Int16Array.from(area) } } : {};
    return { ...lines, ...log, totals, waits: this.waits };
  }

  // Since when the mean of 28 days has stayed below the goal, and the largest cause of what is short from then on.
  judgeGoal(goal) {
    const { totals, codes, lines: { interior } } = this;
    let first = -1, asked = 0, done = 0;
    goal.forEach((wanted, day) => {
      const before = day - codes.goal_days;
      asked += Math.max(wanted, 0) - (before >= 0 ? Math.max(goal[before], 0) : 0);
      done += 1000 * (interior[day + 1] - (before >= 0 ? interior[before + 1] : 0));
      if (wanted < 0 || 100 * done >= (100 - codes.goal_percent) * asked) first = -1; else if (first < 0) first = day;
    });
    totals.missed_from = first; totals.cause = -1;
    if (first < 0) return;
    const short = ["short_of_officers", "short_of_pool", "short_by_throttle", "short_of_money"].map(name => total(this.engine.field("days", name).slice(first)));
    short.push(total(goal.slice(first)) - 1000 * total(interior.slice(first + 1)) - total(short));
    const most = Math.max(...short);
    if (most > 0) totals.cause = short.indexOf(most);
  }
}

const total = values => values.reduce((all, value) => all + value, 0);
