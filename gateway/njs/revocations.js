// The revocations that auth's feed has told, in one zone together with the position in the feed: whatever loses one
// loses the other. `zone` is an njs shared dict, or anything with its get, set and clear.
//
//   state      the position (position.js)
//   s:<sid>    the session has ended
//   u:<sub>    the least `ver` that is alive; Infinity for a deleted user

import positions from './position.js';

const LEEWAY = 60;
const LONGEST_TOKEN = 3600;
// The clocks of auth's machines agree within a second.
const SKEW = 1;

/** Run `write`; where the zone is full, refuse every token issued up to `now` instead of forgetting a revocation. */
function hold(zone, position, now, write) {
    try {
        write();
    } catch (full) {
        position.floor = Math.max(position.floor, now + SKEW);
        zone.clear();
        positions.save(zone, position);
        write();
    }
}

function leastVersion(item) {
    if (item.type === 'user.deleted') {
        return Infinity;
    }
    if (!/^[0-9]{1,15}$/.test(item.value)) {
        throw new Error('user.revoked without a version');
    }
    return Number(item.value);
}

/** Seconds from `now`, the feed's clock, for which a token that `item` kills can still be presented. */
function lifetime(item, now) {
    const end = item.expires_at === null ? item.created_at + LONGEST_TOKEN : item.expires_at;
    return end + LEEWAY - now;
}

/**
 * All tokens issued up to a time are dead. Whatever was told until then speaks of such tokens only, and is forgotten:
 * after a restored backup the same users live on, at versions that the lost history may have ended.
 */
function raiseFloor(zone, position, item) {
    const floor = Number(item.value);
    if (floor > position.floor && floor >= item.created_at) {
        position.floor = floor;
        zone.clear();
        positions.save(zone, position);
    }
    position.floor = Math.max(position.floor, floor);
}

function apply(zone, position, now, item) {
    if (item.type === 'all.revoked') {
        if (!/^[0-9]{1,15}$/.test(item.value)) {
            throw new Error('all.revoked without a time');
        }
        raiseFloor(zone, position, item);
        return;
    }
    const prefix = { 'session.revoked': 's:', 'user.revoked': 'u:', 'user.deleted': 'u:' }[item.type];
    if (prefix === undefined) {
        return;
    }
    const seconds = lifetime(item, now);
    if (seconds <= 0) {
        return;
    }
    const key = prefix + item.subject;
    const value = prefix === 's:' ? 1 : leastVersion(item);
    if (Number(zone.get(key) || 0) <= value) {
        hold(zone, position, now, () => zone.set(key, String(value), seconds * 1000));
    }
}

function isNatural(value) {
    return Number.isSafeInteger(value) && value >= 0;
}

function check(page) {
    const good = isNatural(page.now) && Array.isArray(page.items)
        && typeof page.next === 'string' && /^[0-9]{1,15}(\.[\x21-\x7e]{1,100})?$/.test(page.next)
        && typeof page.more === 'boolean' && typeof page.reset === 'boolean'
        && page.items.every((item) => typeof item.type === 'string' && typeof item.subject === 'string' && item.subject !== ''
            && isNatural(item.created_at) && (item.expires_at === null || isNatural(item.expires_at)));
    if (!good) {
        throw new Error('not a page of the feed');
    }
}

/**
 * Take the page of the feed that follows `cursor` into the zone, at `clock` (ms). A page with `reset` starts the reading
 * again from 0 and drops nothing. Returns whether there is more to read now.
 */
function take(zone, cursor, page, clock) {
    check(page);
    const position = positions.read(zone);
    if (position.cursor !== cursor) {
        throw new Error('another page was taken meanwhile');
    }
    page.items.forEach((item) => apply(zone, position, page.now, item));
    position.cursor = page.reset ? '0' : page.next;
    const more = page.more || page.reset;
    position.synced = more ? position.synced : clock;
    hold(zone, position, page.now, () => positions.save(zone, position));
    return more;
}

export default { take };
