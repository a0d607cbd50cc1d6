import assert from 'node:assert/strict';
import test from 'node:test';
import revocations from '../../njs/revocations.js';

class Zone extends Map {
    constructor(capacity = Infinity) {
        super();
        this.capacity = capacity;
        this.lifetimes = {};
    }

    set(key, value, lifetime) {
        assert.equal(typeof value, 'string');
        if (!this.has(key) && this.size >= this.capacity) {
            throw new Error('full');
        }
        this.lifetimes[key] = lifetime;
        return super.set(key, value);
    }
}

const page = (items, more = false, changes = {}) => ({ now: 1000, items, next: '9.x', more, reset: false, ...changes });
const event = (type, subject, value = null, times = {}) => ({ id: 1, type, subject, value, created_at: 1000, expires_at: 4630, ...times });
const take = (zone, ...rest) => revocations.take(zone, revocations.state(zone).cursor, ...rest);
const dead = (zone, token) => revocations.judge(zone, { sub: 'u', sid: 's', ver: 0, iat: 900, ...token }).revoked;

test('each kind of event ends its tokens', () => {
    const zone = new Zone();
    take(zone, page([event('session.revoked', 's1'), event('user.revoked', 'u1', '3'), event('user.deleted', 'u2', null, { expires_at: null }), event('user.renamed', 's', 'x')]), 5);
    assert.equal(dead(zone, { sid: 's1' }), true);
    assert.equal(dead(zone, { sub: 'u1', ver: 2 }), true);
    assert.equal(dead(zone, { sub: 'u1', ver: 3 }), false);
    assert.equal(dead(zone, { sub: 'u2', ver: 99 }), true);
    assert.equal(dead(zone, {}), false);
    assert.deepEqual(revocations.state(zone), { cursor: '9.x', floor: 0, synced: 5 });
    assert.equal(zone.lifetimes['s:s1'], (3630 + 60) * 1000);
});

test('synced is the end of the feed, and reset starts again without forgetting', () => {
    const zone = new Zone();
    assert.equal(take(zone, page([event('session.revoked', 's1')], true), 5), true);
    assert.equal(revocations.state(zone).synced, 0);
    assert.equal(take(zone, page([], false, { reset: true, next: '0' }), 6), true);
    assert.deepEqual(revocations.state(zone), { cursor: '0', floor: 0, synced: 0 });
    assert.equal(dead(zone, { sid: 's1' }), true);
});

test('the end of all tokens forgets what was told until then, and nothing told later', () => {
    const zone = new Zone();
    const told = [event('user.revoked', 'u1', '7'), event('user.deleted', 'u2'), event('session.revoked', 's1')];
    take(zone, page(told), 5);
    take(zone, page([event('all.revoked', '*', '1001'), event('session.revoked', 's2')]), 6);
    assert.equal(dead(zone, { iat: 1001 }), true);
    assert.equal(dead(zone, { iat: 1002, sub: 'u1', ver: 3 }), false);
    assert.equal(dead(zone, { iat: 1002, sub: 'u2' }), false);
    assert.equal(dead(zone, { iat: 1002, sid: 's2' }), true);
    take(zone, page([event('all.revoked', '*', '1001')]), 7);
    assert.equal(dead(zone, { iat: 1002, sid: 's2' }), true);
});

test('an end of tokens of long ago forgets nothing', () => {
    const zone = new Zone();
    take(zone, page([event('session.revoked', 's1'), event('all.revoked', '*', '950')]), 5);
    assert.equal(dead(zone, { iat: 950 }), true);
    assert.equal(dead(zone, { iat: 951, sid: 's1' }), true);
    assert.equal(dead(zone, { iat: 951 }), false);
});

test('a full zone raises the floor, wherever it fills up', () => {
    for (let capacity = 2; capacity < 6; capacity++) {
        const zone = new Zone(capacity);
        take(zone, page(['a', 'b', 'c', 'd', 'e'].map((sid) => event('session.revoked', sid))), 5);
        assert.equal(revocations.state(zone).floor, 1000);
        assert.equal(revocations.state(zone).cursor, '9.x');
        assert.equal(dead(zone, { iat: 1000 }), true);
        assert.equal(dead(zone, { iat: 1001 }), false);
    }
});

test('a page that is not one is refused before anything is taken', () => {
    for (const changes of [{ now: '1' }, { items: null }, { next: 'x' }, { next: undefined }, { more: 1 }, { reset: undefined }, { items: [{}] }]) {
        const zone = new Zone();
        assert.throws(() => revocations.take(zone, '0', { ...page([]), ...changes }, 5));
        assert.equal(zone.size, 0);
    }
});

test('a page that follows another cursor than that of the zone is not taken', () => {
    const zone = new Zone();
    take(zone, page([]), 5);
    const late = { ...page([event('session.revoked', 's1')]), next: '1.x' };
    assert.throws(() => revocations.take(zone, '0', late, 6));
    assert.equal(revocations.state(zone).cursor, '9.x');
    assert.equal(zone.has('s:s1'), false);
});
