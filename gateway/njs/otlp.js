// Spans as OTLP has them in JSON, of the lines that nginx writes about requests (conf.d/spans.conf). Pure.

const SERVER = 2;
const FAILED = 2;

// A line begins with what its parts are separated by, so that one that follows a torn one is found.
const WHOLE = /\|([0-9a-f]{32})\|([0-9a-f]{16})\|([0-9a-f]{16}|)\|([0-9]+\.[0-9]{3})\|([0-9]+\.[0-9]{3})\|([A-Z]+|other)\|([^|]*)\|([0-9]{3})\|([a-z]*)\|(https?)\|([A-Za-z0-9_-]{8,64})\|([^|]*)\|([a-z_]*)\|([A-Z]*)\|$/;

function attributes(values) {
    return Object.keys(values).filter((name) => values[name] !== '').map((name) => {
        const value = values[name];
        return { key: name, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } };
    });
}

function nanoseconds(milliseconds) {
    return String(milliseconds) + '000000';
}

function span(line) {
    const part = line.match(WHOLE);
    if (part === null) {
        return null;
    }
    const end = Math.round(Number(part[4]) * 1000);
    const method = part[6] === 'other' ? 'HTTP' : part[6];
    const status = Number(part[8]);
    const failed = status >= 500;
    const made = {
        traceId: part[1],
        spanId: part[2],
        name: part[7] === '' ? method : method + ' ' + part[7],
        kind: SERVER,
        startTimeUnixNano: nanoseconds(end - Math.round(Number(part[5]) * 1000)),
        endTimeUnixNano: nanoseconds(end),
        attributes: attributes({
            'http.request.method': method === 'HTTP' ? '_OTHER' : method,
            'http.route': part[7],
            'http.response.status_code': status,
            'url.scheme': part[10],
            'enduser.id': part[12],
            'error.type': failed ? part[8] : '',
            'quartet.request_id': part[11],
            'quartet.upstream': part[9],
            'quartet.auth': part[13],
            'quartet.cache': part[14].toLowerCase(),
        }),
    };
    if (part[3] !== '') {
        made.parentSpanId = part[3];
    }
    if (failed) {
        made.status = { code: FAILED };
    }
    return made;
}

/** {spans, lost}: those of whole lines, and the number of others. */
function read(text) {
    const lines = text.split('\n').filter((line) => line !== '');
    const spans = lines.map(span).filter((made) => made !== null);
    return { spans: spans, lost: lines.length - spans.length };
}

/** What a collector takes. */
function document(spans, instance) {
    const resource = { 'service.namespace': 'quartet', 'service.name': 'gateway', 'service.instance.id': instance };
    return {
        resourceSpans: [{
            resource: { attributes: attributes(resource) },
            scopeSpans: [{ scope: { name: 'quartet' }, spans: spans }],
        }],
    };
}

export default { read, document };
