import { describe, expect, it } from '@jest/globals';
import { parseTranscript } from './transcript.js';

const HEAD = '{"title":"A capture","clauses":["Dialogues: 1"]}';

describe('parseTranscript', () => {
  it('given a head and lines, then it is a transcript of them', () => {
    const text = `${HEAD}\n{"client":"capture.open"}\n{"server":"close","code":1000,"on":"second"}\n`;
    expect(parseTranscript('a-capture', text)).toEqual({
      name: 'a-capture',
      title: 'A capture',
      clauses: ['Dialogues: 1'],
      lines: [{ client: 'capture.open' }, { server: 'close', code: 1000, on: 'second' }],
    });
  });

  it.each([
    ['', 'x:1 is not JSON'],
    ['{"title":"A capture"}', 'x:1 must have title and clauses'],
    [`${HEAD}\n{"client":"capture.open"}\nnothing`, 'x:3 is not JSON'],
    [`${HEAD}\n{"client":"capture.pause"}`, 'x:2 client cannot capture.pause'],
    [`${HEAD}\n{"client":"capture.open","wiht":{}}`, 'x:2 has wiht'],
    [`${HEAD}\n{"server":"close","status":1000}`, 'x:2 has status'],
    [`${HEAD}\n{"needs":{"weather":"fine"}}`, 'x:2 has weather'],
    [`${HEAD}\n{"needs":{"session":"closed"},"on":"second"}`, 'x:2 has on'],
    [`${HEAD}\n{"pass_ms":"long"}`, 'x:2 must be a number alone'],
    [`${HEAD}\n{"extractor":"close"}`, 'x:2 extractor cannot close'],
    [`${HEAD}\n{"title":"again"}`, 'x:2 begins with title'],
    [`${HEAD}\n{}`, 'x:2 begins with '],
  ])('given %j, then it throws and names the line', (text, fault) => {
    expect(() => parseTranscript('x', text)).toThrow(fault);
  });
});
