import { BrowserClient } from './browser-client.js';
import type { LaboratoryClient } from './client.js';
import type { Experiment } from './experiments.js';
import { NodeClient } from './node-client.js';
import { encode, jpegOf, signs } from './pictures.js';
import { type PlayedCapture, playCapture } from './played-capture.js';
import { LaboratoryStack } from './stack.js';

/** Captures at the same time: in Node a camera costs little, in Chromium it encodes. */
const NODE_LANES = 4;
const BROWSER_LANES = 1;

/** Of the pictures that Chromium's camera shows. */
const FILE_QUALITY = 90;

/** One client with its own stack, so that the gateway's buffer is that of one capture. */
interface Lane {
  readonly client: LaboratoryClient;
  readonly stack: LaboratoryStack;
}

/** Plays every capture of the experiments, some of them at the same time; `onPlayed` is called for each as it ends. */
export async function play(
  experiments: readonly Experiment[],
  browser: boolean,
  onPlayed: (capture: PlayedCapture) => void,
): Promise<Map<Experiment, PlayedCapture[]>> {
  const played = new Map(experiments.map((experiment): [Experiment, PlayedCapture[]] => [experiment, []]));
  const waiting = experiments.flatMap((experiment) => experiment.lines.map((line) => ({ experiment, line })));
  const lanes = await openLanes(browser, Math.min(waiting.length, browser ? BROWSER_LANES : NODE_LANES));
  try {
    await Promise.all(
      lanes.map(async ({ client, stack }) => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const capture = await playCapture(client, stack, next.line);
          played.get(next.experiment)?.push(capture);
          onPlayed(capture);
        }
      }),
    );
  } finally {
    await Promise.all(lanes.flatMap(({ client, stack }) => [client.close(), stack.stop()]));
  }
  return played;
}

async function openLanes(browser: boolean, count: number): Promise<Lane[]> {
  const pictures = await signs();
  const openClient = browser ? await browserOf(pictures) : await nodeOf(pictures);
  return Promise.all(
    Array.from({ length: count }, async (): Promise<Lane> => {
      const [client, stack] = await Promise.all([openClient(), LaboratoryStack.start()]);
      return { client, stack };
    }),
  );
}

async function browserOf(pictures: readonly Buffer[]): Promise<() => Promise<LaboratoryClient>> {
  const files = await Promise.all(pictures.map((picture) => jpegOf(picture, FILE_QUALITY)));
  return () => BrowserClient.launch(files);
}

async function nodeOf(pictures: readonly Buffer[]): Promise<() => Promise<LaboratoryClient>> {
  const encoded = await encode(pictures);
  return () => Promise.resolve(new NodeClient(encoded));
}
