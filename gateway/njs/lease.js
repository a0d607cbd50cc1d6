// One run at a time over all workers: a lease that its holder renews while it waits, so that it ends by itself soon
// after the holder was killed.

const LEASE = 1200;
const BEAT = 300;
const PATIENCE = 20;

/**
 * Run `work` unless it is under way somewhere; a promise of whether it ran. `work` gets a function to call before it
 * changes anything: it throws when the lease is lost, as it is to one who waited longer than PATIENCE beats.
 */
async function holding(name, owner, work) {
    const locks = ngx.shared.locks;
    if (!locks.add(name, owner, LEASE)) {
        return false;
    }
    let timer, beats;
    function stop() {
        // QuickJS throws when there is no such timer.
        if (timer !== undefined) {
            clearTimeout(timer);
            timer = undefined;
        }
    }
    function beat() {
        timer = undefined;
        beats += 1;
        if (beats <= PATIENCE && locks.get(name) === owner) {
            locks.set(name, owner, LEASE);
            timer = setTimeout(beat, BEAT);
        }
    }
    function renew() {
        if (locks.get(name) !== owner) {
            throw new Error('took too long');
        }
        stop();
        beats = 0;
        beat();
    }
    try {
        renew();
        await work(renew);
    } finally {
        stop();
        if (locks.get(name) === owner) {
            locks.delete(name);
        }
    }
    return true;
}

export default { holding };
