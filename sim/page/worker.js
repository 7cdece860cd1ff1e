// Plays what was asked for last: a wish that is overtaken before it is begun is never played.

let engine = null, opened = null, wanted = null, busy = false;
const worlds = new Map();

async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), each => each.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

function breath() { return new Promise(done => setTimeout(done, 0)); }

async function answer(wish) {
  if (opened !== wish.lesson) {
    const { world, data } = worlds.get(wish.lesson);
    engine.open(world, await data);
    opened = wish.lesson;
  }
  const runs = [], start = performance.now(), { days } = engine.lesson;
  const step = wish.whole ? days : Math.ceil(days / 40);
  for (let replication = 1; replication <= wish.replications; replication++) {
    const keepLog = replication === wish.shown && wish.log;
    engine.begin(wish.setting, wish.seed, replication, keepLog);
    for (let day = 0; day < days; day += step) {
      engine.advance(step);
      if (wish.whole) continue;
      postMessage({ kind: "progress", lesson: wish.lesson, id: wish.id, share: Math.min((day + step) / days, 1) });
      await breath();
      if (wanted) return;  // a newer wish has come
    }
    runs.push(engine.ended());
  }
  const beside = wish.beside.map(setting => engine.play(setting, wish.seed, 1));
  postMessage({ kind: "result", lesson: wish.lesson, id: wish.id, setting: wish.setting, runs, beside,
    ms: performance.now() - start, bytes: engine.memory.buffer.byteLength });
}

async function work() {
  if (busy || !engine) return;
  busy = true;
  while (wanted) {
    const wish = wanted;
    wanted = null;
    await breath();  // newer wishes are heard first
    if (wanted) continue;
    try { await answer(wish); } catch (error) { postMessage({ kind: "failed", text: String(error?.message ?? error) }); }
  }
  busy = false;
}

onmessage = async ({ data }) => {
  if (data.kind === "start") {
    const bytes = Uint8Array.from(atob(data.wasm), each => each.charCodeAt(0));
    engine = await Engine.start(bytes, data.layout);
  } else if (data.kind === "world") {
    const { data: text, ...world } = data.world;
    worlds.set(data.lesson, { world, data: unpacked(text) });
    return;
  } else wanted = data;
  work();
};
