import { describe, expect, it } from '@jest/globals';
import { readTraceparent, writeTraceparent } from './traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('given the header of a request', () => {
  it.each(['00', '01', 'ff'])('when it names a trace with the flags %s, then the same goes on', (flags) => {
    const header = `00-${TRACE}-${SPAN}-${flags}`;
    const context = readTraceparent(header);
    expect(context).toMatchObject({ traceId: TRACE, spanId: SPAN, isRemote: true });
    expect(context && writeTraceparent(context)).toBe(header);
  });

  it.each([
    undefined,
    '',
    'a trace',
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-1`,
    ` 00-${TRACE}-${SPAN}-01`,
    [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`],
  ])('when it is %p, then it names none', (header) => {
    expect(readTraceparent(header)).toBeNull();
  });
});

it('given the context of no trace, when it is written, then there is no header', () => {
  expect(writeTraceparent({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 })).toBeNull();
});
