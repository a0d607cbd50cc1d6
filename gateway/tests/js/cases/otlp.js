import otlp from '../../../njs/otlp.js';
import expect from '../expect.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const IDS = '|' + TRACE + '|' + SPAN + '|';
const line = (parent, end, took, status) => IDS + parent + '|' + end + '|' + took + '|GET|/api/ping|' + status + '|counter|https|the-request|ada|ok|HIT|\n';
const valueOf = (span, name) => span.attributes.filter((attribute) => attribute.key === name).map((attribute) => attribute.value)[0];

export default [
    ['a line is a span that ended when it was written', () => {
        const found = otlp.read(line('b7ad6b7169203331', '1790000000.123', '0.125', '200'));
        expect.equal(found.lost, 0);
        const span = found.spans[0];
        expect.equal([span.traceId, span.spanId, span.parentSpanId], [TRACE, SPAN, 'b7ad6b7169203331']);
        expect.equal([span.startTimeUnixNano, span.endTimeUnixNano], ['1789999999998000000', '1790000000123000000']);
        expect.equal([span.name, span.kind, span.status], ['GET /api/ping', 2, undefined]);
        expect.equal(valueOf(span, 'http.response.status_code'), { intValue: '200' });
        expect.equal(valueOf(span, 'quartet.cache'), { stringValue: 'hit' });
    }],
    ['one without a caller has no parent, and a failed one says so', () => {
        const span = otlp.read(line('', '1790000000.123', '0.000', '502')).spans[0];
        expect.equal([span.parentSpanId, span.status, span.startTimeUnixNano === span.endTimeUnixNano], [undefined, { code: 2 }, true]);
        expect.equal(valueOf(span, 'error.type'), { stringValue: '502' });
    }],
    ['what is empty is no attribute', () => {
        const span = otlp.read(IDS + '|1790000000.123|0.001|other||404||http|the-request||||\n').spans[0];
        expect.equal(span.name, 'HTTP');
        expect.equal(span.attributes.map((attribute) => attribute.key),
            ['http.request.method', 'http.response.status_code', 'url.scheme', 'quartet.request_id']);
    }],
    ['what is torn is lost, and what follows it on its line is not', () => {
        const whole = line('', '1790000000.123', '0.001', '200');
        const found = otlp.read(whole + IDS + '|17900' + whole + 'garbage\n' + whole);
        expect.equal([found.spans.length, found.lost], [3, 1]);
        expect.equal(found.spans[1].name, 'GET /api/ping');
    }],
    ['a document names the gateway', () => {
        const document = otlp.document(otlp.read(line('', '1790000000.123', '0.001', '200')).spans, 'one');
        const resource = document.resourceSpans[0].resource.attributes;
        expect.equal(resource[2], { key: 'service.instance.id', value: { stringValue: 'one' } });
        expect.equal(document.resourceSpans[0].scopeSpans[0].spans.length, 1);
    }],
];
