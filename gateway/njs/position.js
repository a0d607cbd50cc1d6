// The position in auth's feed, and what was learned on the way, as the one entry `state` of the revocations' zone:
//
//   cursor   where to read on
//   floor    tokens with iat <= floor are dead (s)
//   synced   when the feed was last read to its end (ms of this machine's clock), 0 for never
//
// Every request reads it; splitting a line takes half as long as JSON.parse.

const LIFETIME = 30 * 86400 * 1000;

function read(zone) {
    const text = zone.get('state');
    if (text === undefined) {
        return { cursor: '0', floor: 0, synced: 0 };
    }
    const fields = text.split(' ');
    return { cursor: fields[0], floor: Number(fields[1]), synced: Number(fields[2]) };
}

function save(zone, position) {
    zone.set('state', position.cursor + ' ' + position.floor + ' ' + position.synced, LIFETIME);
}

export default { read, save };
