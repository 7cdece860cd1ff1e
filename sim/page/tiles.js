// The nation: a tile for each area.

// A tile for each area, filled as far as its beds are; full to the top at one and a half times its operating beds.
class Tiles {
  constructor(canvas) {
    this.canvas = canvas; this.context = canvas.getContext("2d"); this.day = 0; this.pace = 20; this.leaving = new Map(); this.followed = -1; this.unsettled = 0;
  }

  load(run, at, day) { this.run = run; this.at = at; this.size(); this.seek(day); }

  rewind() {}

  seek(day) { this.day = day; }

  move() {}

  size() { Object.assign(this, fitted(this.context)); }

  share(area) {
    const day = Math.min(Math.floor(this.day), this.run.days - 1), beds = this.run.beds[area][day];
    return beds > 0 ? this.run.held[area][day + 1] / beds : null;
  }

  draw() {
    const { context: c, ink, run } = this, key = 46, wide = this.width / 8, high = (this.height - key) / 5, over = [];
    c.clearRect(0, 0, this.width, this.height);
    run.areas.forEach((name, area) => {
      const [row, column] = content.tiles[name], share = this.share(area);
      if (share !== null && Math.round(100 * share) > 100) over.push(`${name} ${Math.round(100 * share)}`);
      this.tile(column * wide + 2, key + row * high + 2, wide - 4, high - 4, name, share);
    });
    this.key(key);
    this.words = `people per 100 operating beds by area. More than 100 in ${over.length} of ${run.areas.length}: ${over.join(", ") || "none"}`;
  }

  tile(x, y, wide, high, name, share) {
    const { context: c, ink } = this, full = share !== null && Math.round(100 * share) > 100;
    c.fillStyle = ink.blue; c.globalAlpha = 0.42;
    const filled = high * Math.min((share ?? 0) / 1.5, 1);
    c.fillRect(x, y + high - filled, wide, filled);
    c.globalAlpha = 1; c.strokeStyle = full ? ink.orange : ink.ghost; c.lineWidth = full ? 3 : 1;
    c.strokeRect(x, y, wide, high);
    c.strokeStyle = ink.ghost; c.lineWidth = 1; c.setLineDash([3, 3]);
    c.beginPath(); c.moveTo(x, y + high / 3); c.lineTo(x + wide, y + high / 3); c.stroke(); c.setLineDash([]);
    c.fillStyle = ink.ink; c.textAlign = "center"; c.textBaseline = "middle";
    c.font = `${high < 56 ? 12 : 13}px system-ui, sans-serif`; c.fillText(name, x + wide / 2, y + high * 0.18);
    c.font = "bold 15px system-ui, sans-serif"; c.fillText(share === null ? "–" : String(Math.round(100 * share)), x + wide / 2, y + high * 0.68);
  }

  // What a tile says, and the scale of its filling.
  key() {
    const { context: c, ink } = this, narrow = this.width < 560, left = 8, wide = Math.min(150, this.width * 0.28), y = 24;
    c.textBaseline = "middle"; c.textAlign = "left"; c.fillStyle = ink.ink; c.font = "14px system-ui, sans-serif";
    c.fillText(narrow ? "people per 100 beds" : "people in beds per 100 operating beds, by area", left, 10);
    c.fillStyle = ink.blue; c.globalAlpha = 0.42; c.fillRect(left, y, wide, 10); c.globalAlpha = 1;
    c.strokeStyle = ink.ghost; c.lineWidth = 1; c.strokeRect(left, y, wide, 10);
    c.fillStyle = ink.soft; c.textAlign = "center"; c.font = "13px system-ui, sans-serif";
    for (const [value, place] of [[0, 0], [50, 1 / 3], [100, 2 / 3], [150, 1]]) {
      c.beginPath(); c.moveTo(left + wide * place, y); c.lineTo(left + wide * place, y + 10); c.stroke();
      if (value !== 0 || left > 10) c.fillText(String(value), left + wide * place, y + 18);
    }
    c.textAlign = "left"; c.strokeStyle = ink.orange; c.lineWidth = 3; c.strokeRect(left + wide + 24, y - 1, 18, 12);
    c.fillStyle = ink.ink; c.fillText("more people than beds", left + wide + 50, y + 6);
    if (!narrow) { c.fillStyle = ink.soft; c.fillText("dashed: as many as beds", left + wide + 230, y + 6); }
  }
}
