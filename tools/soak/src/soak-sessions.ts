import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './ledger.js';
import type { SessionFault } from './plan.js';

/** Longer than a gateway waits. PROTOCOL.md, "Timers". */
const LATE_MS = 2_500;
const SLOW_MS = 400;

interface Answer {
  readonly status: number;
  readonly body: string;
}

const says = (status: string): Answer => ({ status: 200, body: JSON.stringify({ status }) });
const BROKEN: Answer = { status: 500, body: '' };

/** The session_manager of a soak: every session is active, but for what its capture's plan says. docs/integration/sessions.md. */
export class SoakSessions {
  readonly #server: Server;
  /** How often each session was asked for. */
  readonly #asked = new Map<string, number>();

  private constructor(private readonly ledger: Ledger) {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(ledger: Ledger): Promise<SoakSessions> {
    const sessions = new SoakSessions(ledger);
    sessions.#server.listen(0, '127.0.0.1');
    await once(sessions.#server, 'listening');
    return sessions;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { session_id } = JSON.parse(await text(request)) as { session_id: string };
    const asked = (this.#asked.get(session_id) ?? 0) + 1;
    this.#asked.set(session_id, asked);
    const { status, body } = await answerFor(this.ledger.of(session_id).plan.session, asked);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }
}

async function answerFor(fault: SessionFault | null, asked: number): Promise<Answer> {
  switch (fault) {
    case null:
      return says('active');
    case 'says closed':
      return says('closed');
    case 'says invalid':
      return says('invalid');
    case 'answers 500':
      return BROKEN;
    case 'answers nonsense':
      return says('perhaps');
    case 'answers late':
      await sleep(LATE_MS);
      return says('active');
    case 'is slow':
      await sleep(SLOW_MS);
      return says('active');
    case 'closes meanwhile':
      return says(asked === 1 ? 'active' : 'closed');
    case 'fails once meanwhile':
      return asked === 2 ? BROKEN : says('active');
  }
}
