import { on } from 'node:events';
import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { loadHolisticModels } from './holistic-models.js';
import { type FrameLandmarks, HolisticTracker } from './holistic-tracker.js';
import type { ThreadAnswer, ThreadOrder } from './thread-messages.js';

// The program of a landmark thread. An error ends the thread, and its parent receives the error.
if (parentPort === null) throw new Error('This file is the program of a thread');
const port = parentPort;
const orders = on(port, 'message') as AsyncIterable<[ThreadOrder]>;
// A frame's acknowledgement must never wait for another's landmarks. Only on Linux is the priority the thread's own.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const models = await loadHolisticModels();
port.postMessage({ type: 'loaded' } satisfies ThreadAnswer);
const trackers = new Map<number, HolisticTracker>();

// one by one: the models' inputs are drawn over for each frame
for await (const [order] of orders) {
  if (order.type === 'release') {
    trackers.delete(order.tracker);
    continue;
  }
  const landmarks = await trackerOf(order.tracker).find(order.picture);
  port.postMessage({ type: 'found', id: order.id, landmarks } satisfies ThreadAnswer, buffersOf(landmarks));
}

function trackerOf(number: number): HolisticTracker {
  const tracker = trackers.get(number) ?? new HolisticTracker(models);
  trackers.set(number, tracker);
  return tracker;
}

function buffersOf({ pose, left_hand, right_hand, face }: FrameLandmarks): ArrayBuffer[] {
  const parts = [pose, left_hand, right_hand, face];
  return parts.flatMap((part) => (part === null ? [] : [part.buffer as ArrayBuffer]));
}
