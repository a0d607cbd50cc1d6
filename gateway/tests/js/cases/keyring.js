import keyring from '../../../njs/keyring.js';
import expect from '../expect.js';
import keys from '../keys.js';

/** What keyring.js uses of a shared dict. It fails after `changes` of them, as when the worker is killed there. */
function makeZone(entries, changes) {
    const zone = { entries: Object.assign({}, entries), left: changes === undefined ? Infinity : changes };
    function change() {
        if (zone.left <= 0) {
            throw new Error('killed');
        }
        zone.left -= 1;
    }
    zone.get = (name) => zone.entries[name];
    zone.set = (name, value) => {
        change();
        expect.equal(typeof value, 'string');
        zone.entries[name] = value;
    };
    zone.delete = (name) => {
        change();
        delete zone.entries[name];
    };
    return zone;
}

const key = (kid) => keys.key('ES256', kid).then((made) => made.jwk);
const setOf = (jwks) => Buffer.from(JSON.stringify({ keys: jwks }));
const published = (zone) => JSON.parse(zone.get('jwks')).keys.map((jwk) => jwk.kid);
const remembered = (zone) => Object.keys(zone.entries).filter((name) => name.startsWith('key:')).sort();
const digest = (zone) => zone.get('source').split(' ').pop();

export default [
    ['a published set is in force, and confirmed by the digest of its document', async () => {
        const zone = makeZone();
        expect.equal(keyring.isConfirmed(zone, 5000), false);
        keyring.publish(zone, setOf([await key('a'), await key('b')]), 'ES256 RS256', 5000);
        expect.equal(published(zone), ['a', 'b']);
        expect.equal(remembered(zone), ['key:a', 'key:b']);
        expect.equal(keyring.isConfirmed(zone, 5500), true);
        expect.equal(keyring.isConfirmed(zone, 7500), false);
        expect.equal(keyring.confirm(zone, digest(zone), 'ES256 RS256', 8000), true);
        expect.equal(keyring.isConfirmed(zone, 8500), true);
    }],
    ['another document, none, and other algorithms are no confirmation', async () => {
        const zone = makeZone();
        expect.equal(keyring.confirm(zone, undefined, 'ES256', 1), false);
        keyring.publish(zone, setOf([await key('a')]), 'ES256', 5000);
        ['0', '', null, undefined, 7, {}].forEach((told) => expect.equal(keyring.confirm(zone, told, 'ES256', 6000), false));
        expect.equal(keyring.confirm(zone, digest(zone), 'ES256 RS256', 6000), false);
        expect.equal(zone.get('confirmed'), '5000');
    }],
    ['what is no key set changes nothing', async () => {
        const zone = makeZone();
        keyring.publish(zone, setOf([await key('a')]), 'ES256', 5000);
        const before = JSON.stringify(zone.entries);
        const secret = Object.assign({ d: 'AAAA' }, await key('b'));
        [Buffer.from(''), Buffer.from('{}'), setOf([]), setOf([secret])].forEach((bad) => {
            expect.throws(() => keyring.publish(zone, bad, 'ES256', 6000));
            expect.equal(JSON.stringify(zone.entries), before);
        });
    }],
    ['whenever the worker that publishes is killed, the next pull ends the tokens of a withdrawn key', async () => {
        const leaked = await key('leaked'), changed = await key('changed'), kept = await key('kept');
        const old = makeZone();
        keyring.publish(old, setOf([leaked, changed, kept]), 'ES256', 1000);
        const now = setOf([Object.assign({}, await key('another'), { kid: 'changed' }), kept]);
        for (let changes = 0; changes < 7; changes++) {
            const zone = makeZone(old.entries, changes);
            expect.throws(() => keyring.publish(zone, now, 'ES256', 2000));
            expect.equal(published(zone).includes('leaked') || zone.get('key:leaked') === undefined, true, 'killed after ' + changes);
            expect.equal(changes === 6 || digest(zone) === digest(old), true, 'source after ' + changes);
            zone.left = Infinity;
            keyring.publish(zone, now, 'ES256', 3000);
            expect.equal(published(zone), ['changed', 'kept']);
            expect.equal(remembered(zone), ['key:changed', 'key:kept']);
            expect.equal(zone.get('key:changed') === changed.x, false);
        }
    }],
];
