// Adds up the lines that nginx writes about requests (conf.d/metrics.conf), a few times a second in one worker. To count
// in each request itself would take as long as all that nginx does with it.
//
// Lines go to one of two files for ten seconds and then to the other, so that a file is emptied when nobody writes to it.

import fs from 'fs';

const FILES = ['counted.0', 'counted.1'];
const LARGEST_PART = 1048576;
const SETTLED = 3;
const BOUNDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, Infinity];

/** The whole lines from `offset` on, as far as they fit into one part, and where they end. */
function read(path, offset) {
    const file = fs.openSync(path, 'r');
    try {
        const size = fs.fstatSync(file).size;
        const start = offset > size ? 0 : offset;
        const part = Buffer.alloc(Math.min(size - start, LARGEST_PART));
        const length = part.length === 0 ? 0 : fs.readSync(file, part, 0, part.length, start);
        const end = part.subarray(0, length).lastIndexOf(10) + 1;
        return { text: part.toString('utf8', 0, end), end: start + end, rest: size - start - end };
    } finally {
        fs.closeSync(file);
    }
}

/** Seconds as nginx writes them; of several upstreams, together. */
function milliseconds(times) {
    const one = Number(times);
    const seconds = one >= 0 ? one : (times.match(/[0-9]+\.[0-9]+/g) || []).reduce((sum, time) => sum + Number(time), 0);
    return Math.round(seconds * 1000);
}

function take(sums, line) {
    function add(name, value) {
        sums[name] = (sums[name] || 0) + value;
    }
    function took(name, times) {
        const time = milliseconds(times);
        add(name + '|' + BOUNDS.find((bound) => time <= bound), 1);
        add(name + '|sum', time);
    }
    const fields = line.split('\t');
    const parts = fields[0].split('|');
    add(fields[0], 1);
    add('bytes', Number(fields[3]));
    took('request|' + parts[0] + '|' + parts[1], fields[1]);
    if (/[0-9]/.test(fields[2])) {
        took('upstream|' + parts[0], fields[2]);
    }
}

/** The sums of what `text` has lines of, by name. */
function sum(text) {
    const sums = {};
    text.split('\n').forEach((line) => {
        if (line !== '') {
            take(sums, line);
        }
    });
    return sums;
}

function count(zone, sums) {
    Object.keys(sums).forEach((name) => {
        try {
            zone.incr(name, sums[name], 0);
        } catch (full) {
            zone.incr('lost', 1, 0);
        }
    });
}

/** Read on in file `n`. Its position is saved before lines are counted: a worker killed in between counts too few. */
function readOn(zone, n, mayEmpty) {
    const path = process.env.RUN_DIR + '/' + FILES[n];
    const found = read(path, zone.get('position ' + n) || 0);
    zone.set('position ' + n, found.end);
    if (mayEmpty && found.text === '' && found.rest === 0 && found.end > 0) {
        fs.writeFileSync(path, '');
        zone.set('position ' + n, 0);
    }
    return found.text;
}

/** What is in the files when the gateway starts is of an earlier one. */
function begin(zone) {
    zone.add('lost', 0);
    FILES.forEach((name, n) => zone.set('position ' + n, fs.statSync(process.env.RUN_DIR + '/' + name).size));
}

function tally() {
    const zone = ngx.shared.counts;
    const now = Date.now() / 1000;
    if (zone.add('started', Date.now())) {
        begin(zone);
    }
    FILES.forEach((name, n) => {
        const writing = Math.floor(now / 10) % 2 === n;
        count(zone, sum(readOn(zone, n, !writing && now % 10 > SETTLED)));
    });
}

export default { sum, tally };
