"use strict";
/* The data of the page, out of the little text that they are packed in (columns.py, thinned.py). */

const STATES = ["running", "runnable", "blocked", "offline"], MIXED = 4;

function summed(steps) {
  let sum = 0;
  return Float64Array.from(steps, (step) => sum += step);
}

/* The last entry that begins at or before a time; -1: none. */
function before(times, at) {
  let low = 0, high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= at) low = middle + 1; else high = middle;
  }
  return low - 1;
}

/* The state of a vCPU. An entry has one state, or shares of several whose order is not known. */
class States {
  constructor({ from, end, state, shares }) {
    this.from = summed(from);
    this.end = end;
    this.state = Uint8Array.from(state, Number);
    this.length = state.length;
    let mixed = 0, stolen = 0;
    this.shares = Array.from(this.state, (each) => each === MIXED ? shares[mixed++] : null);
    this.stolen = new Float64Array(this.length + 1);
    for (let index = 0; index < this.length; index++) {
      this.stolen[index] = stolen;
      stolen += this.share(index, 1) + this.share(index, 3);
    }
    this.stolen[this.length] = stolen;
  }
  until(index) { return index + 1 < this.length ? this.from[index + 1] : this.end; }
  share(index, state) {
    if (this.shares[index]) return this.shares[index][state];
    return this.state[index] === state ? this.until(index) - this.from[index] : 0;
  }
  /* The least and the greatest that the stolen time can be at a time; null before the first state. */
  stolenAt(at) {
    const index = before(this.from, at);
    if (index < 0) return null;
    const begin = this.stolen[index], most = this.stolen[index + 1] - begin;
    return [begin + Math.max(0, Math.min(most, most - (this.until(index) - at))), begin + Math.min(most, at - this.from[index])];
  }
}

/* What a runstate area says. An entry is one value, or several between a least and a greatest, with the last one. */
class Told {
  constructor({ from, length, last, below, above }) {
    this.from = summed(from);
    this.until = this.from.map((time, index) => time + (length[index] ?? 0));
    this.last = summed(last);
    this.low = this.last.map((value, index) => value - (below[index] ?? 0));
    this.high = this.last.map((value, index) => value + (above[index] ?? 0));
  }
  at(time) {
    const index = before(this.from, time);
    if (index < 0) return null;
    return time < this.until[index] ? [this.low[index], this.high[index]] : [this.last[index], this.last[index]];
  }
}

class Updates {
  constructor({ from, length, kind, more, words, texts }) {
    this.from = summed(from);
    this.length = this.from.map((_, index) => length[index] ?? 0);
    this.count = this.from.map((_, index) => 1 + (more[index] ?? 0));
    this.arrived = Array.from(kind, (each) => each >= "2");
    this.leaving = Array.from(kind, (each) => each % 2 === 1);
    this.words = words.map((index) => texts[index]);
  }
}

class Table {
  constructor({ packed, texts, length, count, gap }, cells) {
    Object.assign(this, { texts, length, count, gap, cells });
    this.rows = length ? packed.split(";") : [];
    this.times = summed(this.rows.map((row) => parseInt(row, 10)));
    this.found = new Array(length);
  }
  /* The texts of a row; a number in them is written as it was. */
  row(index) {
    const [, ...packed] = this.rows[index].split(",");
    const numbers = packed.slice(this.cells);
    let used = 0;
    const back = (mark) => {
      const number = numbers[used++];
      return mark === "\x01" ? "0x" + number : mark === "\x02" ? number : number.replace(/\B(?=(\d{3})+$)/g, ",");
    };
    return packed.slice(0, this.cells).map((text) => this.texts[text]).map((text) =>
      Array.isArray(text) ? text[0] : text.replace(/[\x01\x02\x03]/g, back));
  }
  kind(index) {
    const text = this.texts[this.rows[index].split(",", 3)[2]];
    return typeof text === "string" && !/[\x01\x02\x03]/.test(text) ? text : this.row(index)[1];
  }
  /* What a search looks at, made when it is first looked at. */
  text(index) {
    return this.found[index] ??= `${commas(this.times[index])} ${this.row(index).join(" ")}`.toLowerCase();
  }
}

function unpack(run) {
  for (const vcpu of run.vcpus) {
    vcpu.states = new States(vcpu.states);
    vcpu.told = new Told(vcpu.told);
    vcpu.updates = new Updates(vcpu.updates);
  }
  run.calls = new Table(run.calls, 5);
  run.events = new Table(run.events, 3);
  return run;
}
