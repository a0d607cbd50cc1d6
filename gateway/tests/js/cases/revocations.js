import admission from '../../../njs/admission.js';
import position from '../../../njs/position.js';
import revocations from '../../../njs/revocations.js';
import expect from '../expect.js';

/** What revocations.js uses of a shared dict, with room for `capacity` keys. */
function makeZone(capacity) {
    const entries = {};
    const lifetimes = {};
    return {
        entries: entries,
        lifetimes: lifetimes,
        get: (key) => entries[key],
        set: (key, value, lifetime) => {
            expect.equal(typeof value, 'string');
            if (entries[key] === undefined && Object.keys(entries).length >= (capacity || 1000)) {
                throw new Error('full');
            }
            entries[key] = value;
            lifetimes[key] = lifetime;
        },
        clear: () => Object.keys(entries).forEach((key) => delete entries[key]),
    };
}

const page = (items, changes) => Object.assign({ now: 1000, items: items, next: '9.x', more: false, reset: false }, changes);
const event = (type, subject, value, times) => Object.assign(
    { id: 1, type: type, subject: subject, value: value === undefined ? null : value, created_at: 1000, expires_at: 4630 }, times);
const take = (zone, page, clock) => revocations.take(zone, position.read(zone).cursor, page, clock);
const fields = (token) => ['k', 'f', 5000, token.iat, token.ver, token.sid, token.sub, ''];
const dead = (zone, token) => admission.judge(zone, fields(Object.assign({ sub: 'u', sid: 's', ver: 0, iat: 900 }, token))).revoked;

export default [
    ['each kind of event ends its tokens', () => {
        const zone = makeZone();
        take(zone, page([
            event('session.revoked', 's1'), event('user.revoked', 'u1', '3'), event('user.deleted', 'u2', null, { expires_at: null }),
            event('user.renamed', 's', 'x'),
        ]), 5);
        expect.equal(dead(zone, { sid: 's1' }), true);
        expect.equal(dead(zone, { sub: 'u1', ver: 2 }), true);
        expect.equal(dead(zone, { sub: 'u1', ver: 3 }), false);
        expect.equal(dead(zone, { sub: 'u2', ver: 99 }), true);
        expect.equal(dead(zone, {}), false);
        expect.equal(position.read(zone), { cursor: '9.x', floor: 0, synced: 5 });
        expect.equal(zone.lifetimes['s:s1'], (3630 + 60) * 1000);
    }],
    ['synced is the end of the feed, and reset starts again without forgetting', () => {
        const zone = makeZone();
        expect.equal(take(zone, page([event('session.revoked', 's1')], { more: true }), 5), true);
        expect.equal(position.read(zone).synced, 0);
        expect.equal(take(zone, page([], { reset: true, next: '0' }), 6), true);
        expect.equal(position.read(zone), { cursor: '0', floor: 0, synced: 0 });
        expect.equal(dead(zone, { sid: 's1' }), true);
    }],
    ['the end of all tokens forgets what was told until then, and nothing told later', () => {
        const zone = makeZone();
        take(zone, page([event('user.revoked', 'u1', '7'), event('user.deleted', 'u2'), event('session.revoked', 's1')]), 5);
        take(zone, page([event('all.revoked', '*', '1001'), event('session.revoked', 's2')]), 6);
        expect.equal(dead(zone, { iat: 1001 }), true);
        expect.equal(dead(zone, { iat: 1002, sub: 'u1', ver: 3 }), false);
        expect.equal(dead(zone, { iat: 1002, sub: 'u2' }), false);
        expect.equal(dead(zone, { iat: 1002, sid: 's2' }), true);
        take(zone, page([event('all.revoked', '*', '1001')]), 7);
        expect.equal(dead(zone, { iat: 1002, sid: 's2' }), true);
    }],
    ['an event without an end lives as long as the longest token, and one that is over is not kept', () => {
        const zone = makeZone();
        const over = { expires_at: 939 };
        take(zone, page([event('user.deleted', 'u1', null, { expires_at: null, created_at: 900 }), event('session.revoked', 's1', null, over)]), 5);
        expect.equal(zone.lifetimes['u:u1'], (900 + 3600 + 60 - 1000) * 1000);
        expect.equal(zone.get('s:s1'), undefined);
    }],
    ['after a reset the feed is read from its start, whatever the page says of the next', () => {
        const zone = makeZone();
        take(zone, page([], { reset: true, next: '7.x' }), 5);
        expect.equal(revocations.take(zone, '0', page([]), 6), false);
    }],
    ['an end of tokens of long ago forgets nothing', () => {
        const zone = makeZone();
        take(zone, page([event('session.revoked', 's1'), event('all.revoked', '*', '950')]), 5);
        expect.equal(dead(zone, { iat: 950 }), true);
        expect.equal(dead(zone, { iat: 951, sid: 's1' }), true);
        expect.equal(dead(zone, { iat: 951 }), false);
    }],
    ['a smaller version told later revives nothing, nor does any version a deleted user', () => {
        const zone = makeZone();
        take(zone, page([event('user.revoked', 'u1', '5'), event('user.revoked', 'u1', '2')]), 5);
        take(zone, page([event('user.deleted', 'u2'), event('user.revoked', 'u2', '7')]), 6);
        expect.equal(dead(zone, { sub: 'u1', ver: 4 }), true);
        expect.equal(dead(zone, { sub: 'u2', ver: 8 }), true);
    }],
    ['a full zone raises the floor, wherever it fills up', () => {
        for (let capacity = 2; capacity < 6; capacity++) {
            const zone = makeZone(capacity);
            take(zone, page(['a', 'b', 'c', 'd', 'e'].map((sid) => event('session.revoked', sid))), 5);
            expect.equal(position.read(zone).floor, 1001);
            expect.equal(position.read(zone).cursor, '9.x');
            expect.equal(dead(zone, { iat: 1001 }), true);
            expect.equal(dead(zone, { iat: 1002 }), false);
        }
    }],
    ['a page that is not one is refused before anything is taken', () => {
        [
            { now: '1' }, { now: -1 }, { items: null }, { items: {} }, { items: [{}] }, { items: [null] }, { items: [1] },
            { next: 'x' }, { next: undefined }, { next: 1.5 }, { next: '1.' }, { next: '1.a b' }, { more: 1 }, { reset: undefined },
        ].concat([{ type: 1 }, { subject: '' }, { subject: null }, { created_at: '1' }, { expires_at: undefined }, { expires_at: -1 }].map(
            (change) => ({ items: [event('session.revoked', 'good'), event('session.revoked', 's', null, change)] })
        )).forEach((changes) => {
            const zone = makeZone();
            expect.throws(() => revocations.take(zone, '0', page([], changes), 5), undefined, JSON.stringify(changes));
            expect.equal(Object.keys(zone.entries).length, 0);
        });
    }],
    ['a version or a time that is none ends the page', () => {
        [null, '', 'x', '-1', '1.5', '1e3', '9'.repeat(16)].forEach((value) => ['user.revoked', 'all.revoked'].forEach((type) => {
            const zone = makeZone();
            expect.throws(() => revocations.take(zone, '0', page([event(type, 'u', value)]), 5), undefined, type + ' ' + value);
            expect.equal(position.read(zone).cursor, '0');
        }));
    }],
    ['a page that follows another cursor than that of the zone is not taken', () => {
        const zone = makeZone();
        take(zone, page([]), 5);
        expect.throws(() => revocations.take(zone, '0', page([event('session.revoked', 's1')], { next: '1.x' }), 6));
        expect.equal(position.read(zone).cursor, '9.x');
        expect.equal(zone.get('s:s1'), undefined);
    }],
    ['a token whose claims are missing or no numbers is dead', () => {
        const zone = makeZone();
        take(zone, page([]), 5);
        [{ ver: undefined }, { iat: undefined }, { ver: 'x' }, { iat: 'x' }, { ver: NaN }].forEach((token) => expect.equal(dead(zone, token), true));
    }],
];
