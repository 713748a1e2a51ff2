// An extractor that decodes nothing, so that sixty captures leave a machine of two cores time for what is tested: the real
// worker of the NATS transport, in a process of its own, that says over HTTP what arrived as the reference extractor does.
import { SystemClock } from '@a3cp/capture-domain';
import { LandmarkExtractor, Nak } from '@a3cp/landmark-forwarders';
import { NatsExtractorWorker } from '@a3cp/landmark-forwarders/nats';
import { createServer } from 'node:http';
import process from 'node:process';

class CountingExtractor extends LandmarkExtractor {
  captures = new Map();

  async open({ capture_id }) {
    const summary = { capture_id, frame_count: 0, first_seq: 0, last_seq: 0, terminal: null };
    this.captures.set(capture_id, summary);
    return {
      frame: async ({ seq }) => {
        if (summary.terminal) throw new Nak('unknown_capture');
        if (seq !== summary.last_seq + 1) throw new Nak('bad_seq');
        summary.frame_count += 1;
        summary.first_seq ||= seq;
        summary.last_seq = seq;
      },
      end: async ({ event, error_code }) => {
        summary.terminal ??= { event, error_code };
      },
      lost: () => {
        summary.terminal ??= { event: 'capture.abort', error_code: 'gateway_lost' };
      },
    };
  }
}

const extractor = new CountingExtractor();
const worker = new NatsExtractorWorker(process.env['NATS_URL'], extractor, new SystemClock());
await worker.onApplicationBootstrap();

let stopping = false;
const server = createServer(({ url }, response) => {
  if (url === '/health/ready') {
    response.writeHead(stopping ? 503 : 200).end();
    return;
  }
  const summary = extractor.captures.get(url?.split('/').at(-1));
  response.writeHead(summary ? 200 : 404).end(JSON.stringify(summary ?? null));
});
process.on('SIGTERM', () => {
  stopping = true;
  worker.onModuleDestroy();
  void worker.beforeApplicationShutdown().then(() => process.exit(0));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`Listening on http://127.0.0.1:${server.address().port}\n`);
});
