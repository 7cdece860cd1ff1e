// What each lesson shows: its numbers, what theory says beside them, the boxes that people move through, and its charts.

const exit = name => words.exits.indexOf(name);
const per = (runs, read) => mean(runs.map(read));
const removals = run => run.totals.by_exit[exit("removed")] + run.totals.by_exit[exit("returned")];
const holdMean = run => run.totals.hold_room_s / (run.days * DAY);
const heldByDay = run => plus(run.held);
const STAGES = { bed: 4, road: 5, docket: 9, seat: 14 };
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
      ["Moved to another site", "times", per(runs, ({ waits }) => waits[STAGES.road].ended)],
    ];
  },
  five([run]) {
    return [
      ["Arrests by officers, last 28 days", "a day", mean(run.interior.slice(-LAST))],
      ["Held at the end", "people", heldByDay(run).at(-1)],
      ["Removed in the year", "people", removals(run)],
      ["Released for lack of a bed", "people", run.totals.by_exit[exit("no_bed")]],
      ["Hold-room stays over the limit", "stays", run.totals.over_limit],
      ["Cost of what happens", "billion dollars", run.totals.cents / 1e11],
    ];
  },
};

// A mean over the last 28 days, of fewer at the start.
const LAST = 28;
function lately(values) {
  return values.map((_, i) => mean(values.slice(Math.max(0, i + 1 - LAST), i + 1)));
}

// What pencil and paper say: products of what is set; the formulas come from Python or from compiled code.
const STAY = { three: 20 }, SITTING = 5 / 7;
const flow = run => ({ came: sum(run.arrests.map(each => sum([...each]))) / run.days, stay: run.totals.stay_s / run.totals.exits / DAY });
const byPosition = (lesson, at, table) => table[lesson.controls.reduce((i, each) => i * each.values.length + each.values.indexOf(at[each.key]), 0)];
// Mean wait of all in M/M/s, in thousandths of a day, by the recursion of Erlang's loss formula; null: it grows without end.
function lineWait(servers, arrivals, stay) {
  const load = arrivals * stay;
  if (load >= servers) return null;
  let loss = 1;
  for (let n = 1; n <= servers; n++) loss = load * loss / (n + load * loss);
  return Math.floor(1000 * loss * servers / (servers - load + load * loss) / (servers / stay - arrivals)) / 1000;
}
const THEORY = {
  one: { say(at) {
    const [day, held, beds] = byPosition(state.lesson, at, content.theory.one), people = at.arrests * 30;
    return `${at.arrests} a day × 30 days = ${aligned(people)} people held on average (Little’s law). The standard deviation of the days is ${aligned(day)}, or ${(100 * day / at.arrests).toFixed(0)} % of the average; that of the number held is ${aligned(held)}, or ${(100 * held / people).toFixed(0)} %. To have a bed for everybody on 19 nights in 20 takes ${aligned(beds)} beds, not ${aligned(people)}.`;
  } },
  two: { say(at) {
    const load = +(at.arrests * at.stay).toFixed(4), said = `${at.arrests} a day × ${at.stay} days = ${aligned(load)} people need a bed; there are ${at.beds}. `, wait = lineWait(at.beds, at.arrests, at.stay);
    if (wait === null) return `${said}With no more beds than that there is no long run: the line keeps growing, fast or slowly.`;
    return `${said}In the long run the mean wait is ${aligned(24 * wait)} hours (Erlang C, 1917). Four months that start with 80 people are not the long run.`;
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
  five: { ahead(at, { runs: [run] }) {
    const { came, stay } = flow(run), made = sum([...run.interior]) / run.days, meets = came - made + at.goal;
    return `If officers made ${aligned(at.goal)} arrests a day, and not ${aligned(made)} as in the run before, and stays lasted as they did in it (${aligned(stay)} days), ${aligned(meets)} people a day would come into custody and ${aligned(meets * stay)} would be held in the long run (Little’s law). Whether officers, beds, judges and seats suffice is what the run shows.`;
  }, say(at, { runs: [run] }) {
    const { came, stay } = flow(run);
    return `Little’s law: ${aligned(came)} people a day come into custody × a stay of ${aligned(stay)} days = ${aligned(came * stay)} people in custody, if as many leave as arrive. Stays of people who left in the year are the shorter ones: those still held have been here ${aligned(run.totals.inside_s / run.totals.inside / DAY)} days so far. To hold the number where it was, 48,715, at this stay takes ${aligned(48715 / stay)} arrests a day.`;
  } },
};


// Boxes are parts of the picture's width and height. `most` people fit; the size of a dot follows from the fullest box,
// so that equal areas mean equal numbers of people, whatever the levers say.
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
    box("seat", [14], 0.84, 0.17, 0.14, 0.79, 300),
    box("on the road", [5], 0.4, 0.98, 0.2, 0.02, 8, { road: true })] },
};


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
    LINES("both", "A line that empties and one that does not (people waiting for a bed)", runs => runs.beside.map(run => [...run.bed_line]), {
      wide: true, named: ["95 beds: it empties", "80 beds: it does not"],
      words: runs => `Two people a day, 45 days each, all else as at the start. With 95 beds the longest line is ${Math.max(...runs.beside[0].bed_line)} and it empties again; with 80 beds ${runs.beside[1].bed_line.at(-1)} people wait at the end, and more every week.` }),
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
  five: [
    LINES("arrests", "Arrests by officers (a day, mean of the last 28 days)", ([run]) => [lately([...run.interior.slice(1)])], {
      level: ([run]) => [run.goal.at(-1), `goal ${aligned(run.goal.at(-1))}`],
      words: ([run]) => `From ${aligned(lately([...run.interior.slice(1)])[LAST])} after four weeks to ${aligned(mean(run.interior.slice(-LAST)))} at the end.` }),
    LINES("held", "People in beds at midnight (people)", ([run]) => [heldByDay(run), bedsByDay(run), [run.funded[0], ...run.funded]], {
      named: ["people held", "operating beds", "beds paid for"],
      words: ([run]) => `From ${aligned(heldByDay(run)[0])} to ${aligned(heldByDay(run).at(-1))} people, in ${aligned(bedsByDay(run).at(-1))} operating beds; Congress paid for ${aligned(run.funded.at(-1))}.` }),
    LINES("hold", "People in hold rooms at midnight (people)", ([run]) => [plus(run.hold)], {
      words: ([run]) => `At most ${aligned(Math.max(...plus(run.hold)))}, ${aligned(plus(run.hold).at(-1))} at the end.` }),
    LINES("exits", "Removed and released (people a day, mean of the last 28 days)", ([run]) => [lately([...run.removed.slice(1)]), lately([...run.released.slice(1)])], {
      named: ["removed", "released"],
      words: ([run]) => `At the end ${aligned(mean(run.removed.slice(-LAST)))} a day are removed and ${aligned(mean(run.released.slice(-LAST)))} released.` }),
  ],
};
const bedsByDay = run => { const beds = plus(run.beds); return [beds[0], ...beds]; };
