"use strict";
/* The time line of the vCPUs by state, and stolen time as it was and as the area says. All charts show the same part
   of the time, [view.from, view.to] in ns from the beginning of their run. */

const view = { from: 0, to: 1, longest: 1, charts: [] };
const LEFT = 64, RIGHT = 10, BAR = 22, STEP = 30, CHART = 170, AXIS = 22;

function svg(name, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return node;
}

const commas = (number) => Math.round(number).toLocaleString("en-US");

function duration(ns) {
  const size = Math.abs(ns);
  if (size >= 1e9) return (ns / 1e9).toLocaleString("en-US", { maximumFractionDigits: 3 }) + " s";
  if (size >= 1e6) return (ns / 1e6).toLocaleString("en-US", { maximumFractionDigits: 3 }) + " ms";
  if (size >= 1e3) return (ns / 1e3).toLocaleString("en-US", { maximumFractionDigits: 3 }) + " µs";
  return commas(ns) + " ns";
}

function ticks(from, to, most) {
  const rough = (to - from) / most, power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) || 1;
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(at);
  return found;
}

class Chart {
  constructor(run, height, label) {
    this.run = run;
    this.height = height;
    this.node = svg("svg", { role: "img", "aria-label": label, tabindex: 0, height: height });
    this.dragged = null;
    view.charts.push(this);
    this.listen();
  }
  x(time) { return LEFT + (time - this.run.from - view.from) / (view.to - view.from) * (this.width - LEFT - RIGHT); }
  time(x) { return view.from + (x - LEFT) / (this.width - LEFT - RIGHT) * (view.to - view.from) + this.run.from; }
  draw() {
    this.width = Math.max(280, this.node.clientWidth || this.node.parentNode.clientWidth);
    this.node.replaceChildren();
    for (const at of ticks(view.from, view.to, this.width / 110)) {
      const x = this.x(at + this.run.from);
      this.node.append(svg("line", { class: "grid", x1: x, x2: x, y1: 0, y2: this.height - AXIS + 4 }));
      const anchor = x > this.width - 40 ? "end" : "middle";
      this.node.append(svg("text", { x: x, y: this.height - 6, "text-anchor": anchor }, duration(at)));
    }
    this.content();
    this.chosen = svg("rect", { class: "chosen", y: 0, height: this.height - AXIS, width: 0 });
    this.cursor = svg("line", { class: "cursor", y1: 0, y2: this.height - AXIS, visibility: "hidden" });
    this.node.append(this.chosen, this.cursor);
  }
  listen() {
    const at = (event) => event.clientX - this.node.getBoundingClientRect().left;
    this.node.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse") { this.dragged = at(event); this.node.setPointerCapture(event.pointerId); }
    });
    this.node.addEventListener("pointermove", (event) => {
      const x = at(event);
      showMoment(this.time(x) - this.run.from);
      if (this.dragged === null) return;
      this.chosen.setAttribute("x", Math.min(x, this.dragged));
      this.chosen.setAttribute("width", Math.abs(x - this.dragged));
    });
    this.node.addEventListener("pointerup", (event) => {
      const began = this.dragged, ended = at(event);
      this.dragged = null;
      if (began !== null && Math.abs(began - ended) > 6) {
        const times = [this.time(began) - this.run.from, this.time(ended) - this.run.from].sort((a, b) => a - b);
        show(times[0], times[1]);
      } else showMoment(this.time(ended) - this.run.from);
    });
    this.node.addEventListener("keydown", (event) => {
      const step = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", 0: "all" }[event.key];
      if (step) { zoom(step); event.preventDefault(); }
    });
  }
}

class TimeLine extends Chart {
  constructor(run) {
    super(run, run.vcpus.length * STEP + AXIS, "Time line of the vCPUs by state: " + run.vcpus.map((vcpu) =>
      vcpu.name + " changes its state " + commas(vcpu.changes) + " times").join(", "));
  }
  content() {
    this.run.vcpus.forEach((vcpu, row) => {
      this.node.append(svg("text", { class: "label", x: 4, y: row * STEP + 18 }, vcpu.name));
      const columns = new Map(), right = this.width - RIGHT, states = vcpu.states;
      for (let index = Math.max(0, before(states.from, this.time(LEFT))); index < states.length; index++) {
        const x1 = Math.max(LEFT, this.x(states.from[index])), x2 = Math.min(right, this.x(states.until(index)));
        if (x1 >= right) break;
        if (x2 <= LEFT) continue;
        if (states.state[index] !== MIXED && x2 - x1 >= 1) this.bar(vcpu, row, index, x1, x2);
        else this.share(columns, states, index, x1, x2);
      }
      for (const [x, shares] of columns) this.stack(row, x, shares);
    });
  }
  bar(vcpu, row, index, x1, x2) {
    const from = vcpu.states.from[index], until = vcpu.states.until(index), state = STATES[vcpu.states.state[index]];
    const bar = svg("rect", { class: state, x: x1, y: row * STEP + 3, width: x2 - x1, height: BAR });
    bar.append(svg("title", {}, `${vcpu.name} ${state}, ${duration(until - from)} from ${commas(from)} ns`));
    this.node.append(bar);
  }
  /* What is thinner than a pixel, or has several states, goes into columns of a pixel, each state by its share. */
  share(columns, states, index, x1, x2) {
    const length = states.until(index) - states.from[index];
    for (let x = Math.floor(x1); x < x2; x++) {
      const part = Math.min(x2, x + 1) - Math.max(x1, x);
      if (!columns.has(x)) columns.set(x, [0, 0, 0, 0]);
      for (let state = 0; state < 4; state++) columns.get(x)[state] += part * states.share(index, state) / length;
    }
  }
  stack(row, x, shares) {
    const whole = shares.reduce((sum, share) => sum + share, 0);
    const words = STATES.map((state, index) => `${state} ${(100 * shares[index] / whole).toFixed(1)} %`).join(", ");
    let y = row * STEP + 3;
    shares.forEach((share, state) => {
      if (!share) return;
      const height = BAR * share / whole, part = svg("rect", { class: STATES[state], x, y, width: 1, height });
      part.append(svg("title", {}, `Several states within this column: ${words}`));
      this.node.append(part);
      y += height;
    });
  }
}

/* Of points in the order of x, those that can be seen: in each pixel the first, the last, the least and the greatest. */
function seen(points) {
  const kept = [];
  for (let begin = 0; begin < points.length;) {
    let end = begin, least = begin, most = begin;
    const column = Math.floor(points[begin][0]);
    for (; end < points.length && Math.floor(points[end][0]) === column; end++) {
      if (points[end][1] < points[least][1]) least = end;
      if (points[end][1] > points[most][1]) most = end;
    }
    for (const index of [...new Set([begin, least, most, end - 1])].sort((a, b) => a - b)) kept.push(points[index]);
    begin = end;
  }
  return kept;
}

const path = (points) => "M" + points.map(([px, py]) => px.toFixed(1) + " " + py.toFixed(1)).join("L");

class StolenTime extends Chart {
  constructor(run, vcpu) {
    super(run, CHART + 24 + AXIS, `Stolen time of ${vcpu.name}: ${duration(vcpu.stolen)} by the scheduler's history, ` +
      `${vcpu.believed === null ? "nothing" : duration(vcpu.believed)} by its area; ${vcpu.lost} updates were lost.`);
    this.vcpu = vcpu;
  }
  content() {
    const vcpu = this.vcpu, from = this.time(LEFT), to = this.time(this.width - RIGHT);
    const real = (at) => vcpu.states.stolenAt(at), told = (at) => vcpu.told.at(at);
    const inside = (all) => { const begin = before(all, from) + 1; return Array.from(all.subarray(begin, before(all, to) + 1)); };
    const times = [...new Set([from, ...inside(vcpu.states.from), ...inside(vcpu.told.from), ...inside(vcpu.told.until),
      ...this.bends(from, to), to])]
      .sort((a, b) => a - b);
    const least = [], most = [], low = [], high = [], sure = [];
    for (const time of times) {
      const stolen = real(time), earlier = told(time - 1e-3), now = told(time);
      if (stolen) { least.push([time, stolen[0]]); most.push([time, stolen[1]]); }
      for (const each of [earlier, now]) {
        if (!each || (each === now && earlier && earlier[0] === now[0] && earlier[1] === now[1])) continue;
        low.push([time, each[0]]); high.push([time, each[1]]);
        if (stolen) sure.push([time, Math.min(each[1], stolen[0])]);
      }
    }
    const [floor, top] = ends([...least, ...most, ...low, ...high], 1);
    const y = (value) => 8 + (CHART - 16) * (1 - (value - floor) / (top - floor));
    for (const value of ticks(floor, top, 4)) {
      this.node.append(svg("line", { class: "grid", x1: LEFT, x2: this.width - RIGHT, y1: y(value), y2: y(value) }));
      this.node.append(svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, duration(value)));
    }
    const place = (points) => points.map(([time, value]) => [this.x(time), y(value)]), drawn = (points) => seen(place(points));
    if (sure.length) {
      const begin = this.x(sure[0][0]) - 0.01, above = drawn(least).filter(([x]) => x >= begin).reverse();
      this.node.append(svg("path", { class: "gap", d: path([...drawn(sure), ...above]) + "Z" }));
    }
    this.between(place(low), place(high), "told");
    this.between(place(least), place(most), "true");
    this.updates(from, to);
  }
  /* Where the bounds of entries of several states bend, if there are so few that it can be seen. */
  bends(from, to) {
    const states = this.vcpu.states, bends = [];
    const first = Math.max(0, before(states.from, from)), last = before(states.from, to);
    for (let index = first; index <= last && last - first < this.width; index++) {
      if (states.state[index] !== MIXED) continue;
      const stolen = states.stolen[index + 1] - states.stolen[index];
      bends.push(states.from[index] + stolen, states.until(index) - stolen);
    }
    return bends.filter((bend) => bend > from && bend < to);
  }
  /* A line where the value is known; where it lies between two that can be told apart, all that is between them. */
  between(low, high, kind) {
    const known = [[]], unknown = [];
    low.forEach((point, index) => {
      const next = Math.min(index + 1, low.length - 1), apart = (at) => low[at][1] - high[at][1] > 1.5;
      if (apart(index) || (apart(next) && low[next][0] > point[0])) {
        unknown.push([point, low[next], high[next], high[index]]);
        if (!apart(index)) known.at(-1).push(point);
        known.push([]);
      } else known.at(-1).push([point[0], (point[1] + high[index][1]) / 2]);
    });
    const bands = unknown.map((corners) => path(corners) + "Z").join(""), lines = known.filter((line) => line.length);
    if (bands) this.node.append(svg("path", { class: "unknown " + kind, d: bands }));
    if (lines.length) this.node.append(svg("path", { class: kind, d: lines.map((line) => path(seen(line))).join("") }));
  }
  /* A mark stands for all updates of its kind within two pixels. */
  updates(from, to) {
    const updates = this.vcpu.updates, marks = new Map();
    const begin = Math.max(0, before(updates.from, from)), end = before(updates.from, to);
    for (let index = begin; index <= end; index++) {
      if (updates.from[index] + updates.length[index] < from) continue;
      const arrived = updates.arrived[index], leaving = updates.leaving[index];
      const x = this.x(Math.max(from, updates.from[index])), key = `${Math.floor(x / 2)} ${arrived} ${leaving}`;
      const mark = marks.get(key);
      if (mark) mark.count += updates.count[index];
      else marks.set(key, { x, arrived, leaving, index, count: updates.count[index] });
    }
    for (const lost of [false, true]) for (const { x, arrived, leaving, index, count } of marks.values()) {
      if (arrived === lost) continue;
      const y = CHART + 6 + (leaving ? 0 : 10);
      const mark = arrived ? svg("circle", { class: "ok", cx: x, cy: y, r: 3.5 })
        : svg("path", { class: "lost", d: `M${x - 3.5} ${y - 3.5}l7 7m0-7l-7 7` });
      const words = `${commas(updates.from[index])} ns: ${arrived ? "" : "lost, "}${updates.words[index]}`;
      mark.append(svg("title", {}, count > 1 ? `${commas(count)} updates ${arrived ? "arrived" : "lost"}, the first at ${words}` : words));
      this.node.append(mark);
    }
  }
}

/* The least and the greatest value of points, which are at least so far apart. */
function ends(points, apart) {
  let least = Infinity, most = -Infinity;
  for (const [, value] of points) { least = Math.min(least, value); most = Math.max(most, value); }
  if (least === Infinity) least = 0;
  return [least, Math.max(most, least + apart)];
}

const between = ([least, most]) => least === most ? duration(least) : `${duration(least)} to ${duration(most)}`;

function show(from, to) {
  const least = 20, length = Math.max(least, Math.min(to - from, view.longest));
  view.from = Math.max(0, Math.min(from, view.longest - length));
  view.to = view.from + length;
  for (const chart of view.charts) chart.draw();
}

function zoom(step) {
  const length = view.to - view.from, middle = (view.from + view.to) / 2;
  if (step === "all") show(0, view.longest);
  else if (step === "in") show(middle - length / 4, middle + length / 4);
  else if (step === "out") show(middle - length, middle + length);
  else { const by = (step === "left" ? -1 : 1) * length / 4; show(view.from + by, view.to + by); }
}

/* A line through all charts, and in words what holds there. */
function showMoment(at) {
  const words = [`${duration(at)} after the beginning`], runs = new Set();
  for (const chart of view.charts) {
    const time = at + chart.run.from, x = chart.x(time), seen = at >= view.from && at <= view.to;
    for (const end of ["x1", "x2"]) chart.cursor.setAttribute(end, x);
    chart.cursor.setAttribute("visibility", seen ? "visible" : "hidden");
    if (chart.vcpu === undefined || runs.has(chart.vcpu)) continue;
    runs.add(chart.vcpu);
    const real = chart.vcpu.states.stolenAt(time), told = chart.vcpu.told.at(time);
    if (real !== null && told !== null)
      words.push(`${chart.run.title} ${chart.vcpu.name}: stolen ${between(real)}, by its area ${between(told)}`);
  }
  document.getElementById("readout").textContent = words.join(" · ");
}
