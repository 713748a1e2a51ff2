import { Cast, outgoing, readTranscripts, type Transcript } from '@a3cp/conformance';
import { fileURLToPath } from 'node:url';
import { decodeMessage } from '../../apps/camera-feed/src/dto/decode-message.js';

const TRANSCRIPTS = await readTranscripts(fileURLToPath(new URL('../transcripts', import.meta.url)));

const MAX_TEXT_BYTES = 16_384;

/** The messages of a client that have a schema. */
export const CLIENT_EVENTS = ['capture.open', 'capture.frame_meta', 'capture.close'];

/**
 * Transcripts whose refused message follows its schema, since JSON Schema has no words for the fault: a day that does not exist, and
 * the length of the text around the JSON.
 */
export const WITHOUT_WORDS = ['field-timestamp-day', 'limit-text'];

/** Whether the gateway takes the text for a message. */
export function isTaken(text: string): boolean {
  return decodeMessage(Buffer.from(text), MAX_TEXT_BYTES).type !== 'malformed';
}

/** Every message of a transcript's client that is JSON, and whether the gateway takes it. */
export function transcriptMessages(): { readonly name: string; readonly text: string; readonly taken: boolean }[] {
  return TRANSCRIPTS.flatMap((transcript) =>
    textsOf(transcript).map((text) => ({ name: transcript.name, text, taken: isTaken(text) })),
  );
}

function textsOf({ lines }: Transcript): string[] {
  const cast = new Cast('u1', 's1');
  return lines
    .flatMap((line) => ('client' in line ? outgoing(line, cast) : []))
    .flatMap((piece) => ('text' in piece && isJson(piece.text) ? [piece.text] : []));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
