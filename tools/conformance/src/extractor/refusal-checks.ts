import { greyJpeg } from '@a3cp/testing';
import { NotPlayable } from '../check.js';
import { Mismatch } from '../mismatch.js';
import type { ExtractorCheck } from './played-gateway.js';

/** How long an extractor may take to find a broken picture before it is said to look for none, milliseconds. */
const DECODE_MS = 5_000;

/** The header of a picture, and nothing behind it. */
const HEADER_BYTES = 90;

/** What an extractor must refuse, and what must still go afterwards. docs/integration/downstream.md, "Refusals". */
export const REFUSAL_CHECKS: readonly ExtractorCheck[] = [
  {
    name: 'a-gap',
    clause: 'bad_seq | a frame | seq is not the next one.',
    async play(gateway) {
      const stream = await gateway.accepted();
      stream.frame(2);
      await stream.receivesNak('bad_seq');
    },
  },
  {
    name: 'a-repeated-frame',
    clause: 'bad_seq | a frame | seq is not the next one.',
    async play(gateway) {
      const stream = await gateway.accepted();
      await stream.acknowledged(1);
      stream.frame(1);
      await stream.receivesNak('bad_seq');
    },
  },
  {
    name: 'another-length',
    clause: 'length_mismatch | a frame | byte_length is not the length of the JPEG.',
    async play(gateway) {
      const stream = await gateway.accepted();
      stream.frame(1, { byte_length: 1 });
      await stream.receivesNak('length_mismatch');
    },
  },
  {
    name: 'the-end-after-a-nak',
    clause: 'It does not break the stream: the extractor must still take the end and acknowledge it.',
    async play(gateway) {
      const stream = await gateway.accepted();
      stream.frame(2);
      await stream.receivesNak('bad_seq');
      await stream.ended(0, { event: 'capture.abort', error_code: 'forward_failed' });
    },
  },
  {
    name: 'a-broken-picture',
    clause:
      'frame_undecodable | a frame, or an earlier frame | A picture that the extractor owns turned out to be broken.',
    async play(gateway) {
      const stream = await gateway.accepted();
      stream.frame(1, { payload: greyJpeg(stream.capture.width, stream.capture.height, HEADER_BYTES) });
      const answers = [await stream.answer(DECODE_MS), await stream.answer(DECODE_MS)].filter((word) => word !== null);
      const said = answers.join(', then ');
      if (said === ACKNOWLEDGED) throw new NotPlayable('needs an extractor that finds broken pictures');
      if (said !== UNDECODABLE && said !== `${ACKNOWLEDGED}, then ${UNDECODABLE}`) {
        throw new Mismatch(`${UNDECODABLE}, in place of ${ACKNOWLEDGED} or after it`, said === '' ? 'nothing' : said);
      }
      await stream.ended(0, { event: 'capture.abort', error_code: 'forward_failed' });
    },
  },
];

const ACKNOWLEDGED = 'frame.ack with seq 1';
const UNDECODABLE = 'nak with code "frame_undecodable"';
