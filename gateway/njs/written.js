// Reads the lines that nginx writes about requests, so that nothing is done in the requests themselves: it would take as
// long as all that nginx does. A tick only starts a run, as in njs/pull.js; a run lets its worker serve requests between
// any two slices, and ends in time for njs, which frees no memory before.
//
// Lines of a kind go to one of two files for ten seconds and then to the other, so that a file is emptied when nobody
// writes to it.

import fs from 'fs';

const SLICE = 16384;
const SLICES = 64;
const SETTLED = 3;

/** Bytes of an open file, fewer at its end. */
function bytes(file, from, length) {
    const part = Buffer.alloc(length);
    return part.subarray(0, length === 0 ? 0 : fs.readSync(file, part, 0, length, from));
}

function pathOf(name) {
    return process.env.RUN_DIR + '/' + name;
}

/** The next slice of whole lines: {text, start, end, size}. One that is longer than a slice is torn: it has no text. */
function read(path, offset) {
    const file = fs.openSync(path, 'r');
    try {
        const size = fs.fstatSync(file).size;
        const start = offset > size ? 0 : offset;
        const part = bytes(file, start, Math.min(size - start, SLICE));
        const whole = part.lastIndexOf(10) + 1;
        const end = start + (whole === 0 && part.length === SLICE ? SLICE : whole);
        return { text: part.toString('utf8', 0, whole), start: start, end: end, size: size };
    } finally {
        fs.closeSync(file);
    }
}

/** Nobody writes to file `n`, nor has a buffer of lines for it. */
function isSettled(n) {
    const now = Date.now() / 1000;
    return Math.floor(now / 10) % 2 !== n && now % 10 > SETTLED;
}

/** About as many lines as the rest of a file has, by those of its next slice. */
function estimate(found) {
    const lines = found.text.split('\n').length - 1;
    return lines === 0 ? 1 : Math.ceil((found.size - found.start) * lines / found.text.length);
}

function empty(zone, name) {
    fs.writeFileSync(pathOf(name), '');
    zone.set('position of ' + name, 0);
}

/**
 * Read on in file `n` of a kind: {text, lost, more}, with the number of lines that were lost. Its position is saved before
 * the lines are used: a worker killed in between loses them.
 */
function readOn(zone, kind, n, largest) {
    const name = kind + '.' + n;
    const found = read(pathOf(name), zone.get('position of ' + name) || 0);
    if (found.size > largest) {
        empty(zone, name);
        return { text: '', lost: estimate(found), more: false };
    }
    if (found.end > found.start) {
        zone.set('position of ' + name, found.end);
        return { text: found.text, lost: found.text === '' ? 1 : 0, more: true };
    }
    if (found.size > 0 && isSettled(n)) {
        empty(zone, name);
        return { text: '', lost: found.size > found.end ? 1 : 0, more: false };
    }
    return { text: '', lost: 0, more: false };
}

/** What is in the files when the gateway starts is of an earlier one. */
function begin(zone, kind) {
    [0, 1].forEach((n) => {
        const name = kind + '.' + n;
        zone.set('position of ' + name, fs.statSync(pathOf(name)).size);
    });
}

async function readFile(r, kind, n, largest, renew, use) {
    try {
        for (let slices = 0; slices < SLICES; slices += 1) {
            renew();
            const part = readOn(ngx.shared.counts, kind, n, largest);
            if (await use(part) === false || !part.more) {
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, 1));
        }
    } catch (error) {
        // Once a minute, not four times a second.
        if (ngx.shared.locks.add('fault of ' + kind + '.' + n, error.message, 60000)) {
            r.warn(kind + '.' + n + ': ' + error.message);
        }
    }
}

/** Give `use` what was written since the last time, a slice at a time, until it answers false. */
async function readAll(r, kind, largest, renew, use) {
    await readFile(r, kind, 0, largest, renew, use);
    await readFile(r, kind, 1, largest, renew, use);
}

/** Add to a number; a full zone counts that as lost. */
function count(name, value) {
    try {
        ngx.shared.counts.incr(name, value, 0);
    } catch (full) {
        ngx.shared.counts.incr('lost', 1, 0);
    }
}

export default { begin, readAll, count };
