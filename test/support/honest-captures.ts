import { CaptureSocketClient } from '@a3cp/testing';
import { readFileSync, writeFileSync } from 'node:fs';
import type { GatewayProcess } from './gateway-process.js';
import { jpegOf } from './jpeg.js';
import { type Verdict, verdictOf } from './verdict.js';

/** A camera's capture of so many pictures, 15 a second, by a user and a client of that name. */
export async function honestCapture(
  url: string,
  name: string,
  pictures: number,
  headers: Record<string, string> = {},
): Promise<Verdict> {
  const client = new CaptureSocketClient(url, [], headers);
  await client.opened;
  client.open({ user_id: name, capture_id: name });
  for (let seq = 1; seq <= pictures && client.socket.readyState === client.socket.OPEN; seq++) {
    client.frame(seq, jpegOf(20_000), { capture_id: name });
    await new Promise((clicked) => setTimeout(clicked, 1_000 / 15));
  }
  client.close({ capture_id: name });
  return verdictOf(client);
}

/** The most bytes that were resident in a process since it was last asked. */
export function peakMemoryOf({ pid }: GatewayProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
