import { CaptureSocketClient, terminateClients } from '@a3cp/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { GatewayProcess } from './support/gateway-process.js';
import { jpegOf } from './support/jpeg.js';
import { killServices } from './support/service-process.js';
import { Platform } from './support/platform.js';

const PROGRAM = new URL('../libs/service/dist/program.js', import.meta.url).href;
const MADE_UP = 'made-up';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly stack?: string;
}

let platform: Platform;

beforeEach(async () => {
  platform = await Platform.start();
});

afterEach(async () => {
  terminateClients();
  await killServices();
  await platform.stop();
});

it('in production the gateway says in JSON that it starts and stops, and nothing of captures', async () => {
  const gateway = await GatewayProcess.start(platform.env);
  const ids = { user_id: `${MADE_UP}-user`, session_id: `${MADE_UP}-session`, capture_id: `${MADE_UP}-capture` };
  const [whole, broken, odd] = await Promise.all(
    [1, 2, 3].map(() => CaptureSocketClient.connect(`${gateway.url()}?${MADE_UP}`)),
  );
  whole?.open(ids);
  whole?.frame(1, jpegOf(), { capture_id: ids.capture_id });
  whole?.close({ capture_id: ids.capture_id });
  broken?.open({ ...ids, capture_id: `${MADE_UP}-broken`, fps_target: 99 });
  odd?.text(MADE_UP);
  for (const client of [whole, broken, odd]) await client?.closed;
  const said = gateway.log.length;
  gateway.signal('SIGTERM');
  expect(await gateway.exited).toBe(0);

  const lines = gateway.log.map((line) => JSON.parse(line) as Line);
  expect(lines.slice(said).map(({ message }) => message)).toEqual([
    'Stopping: waiting for running captures',
    'Stopped',
  ]);
  expect(lines[said - 1]?.message).toMatch(/^Listening on /);
  expect(gateway.log.join('\n')).not.toContain(MADE_UP);
});

it('a wrong variable is one fatal line', async () => {
  await expect(GatewayProcess.start({ ...platform.env, PORT: 'none' })).rejects.toThrow(
    /"level":"fatal".*"message":"PORT must be a whole number/,
  );
});

it.each(['throw', 'await Promise.reject'])('an error that nobody caught (%s) is told by its place', async (how) => {
  const program = `
    import { runProgram } from '${PROGRAM}';
    await runProgram('Broken', async () => undefined);
    async function broken() { const error = new Error('${MADE_UP}\\n${MADE_UP} too'); ${how}(error); }
    setImmediate(() => void broken());`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number]>]);
  expect(code).toBe(1);
  const { level, message, stack } = JSON.parse(said) as Line;
  expect({ level, message }).toEqual({ level: 'fatal', message: 'Uncaught error' });
  expect(stack).toMatch(/^ +at broken /);
  expect(said).not.toContain(MADE_UP);
});
