import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ExtractorProcess } from './extractor-process.js';
import { GatewayProcess } from './gateway-process.js';
import { NatsServer, type NatsUser } from './nats-server.js';
import { nodeCommand, ServiceProcess } from './service-process.js';

/** The registrar in a process of its own. */
export class RegistrarProcess extends ServiceProcess {
  /** Resolves once it listens. */
  static start(env: Record<string, string>): Promise<RegistrarProcess> {
    return new RegistrarProcess(nodeCommand(programOf('capture-registrar')), env).listening();
  }
}

/** The stub of session_manager in a process of its own. */
export class SessionManagerProcess extends ServiceProcess {
  /** Resolves once it listens. */
  static start(env: Record<string, string>): Promise<SessionManagerProcess> {
    return new SessionManagerProcess(nodeCommand(programOf('session-manager')), env).listening();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The new session of a user. */
  async begin(user_id: string): Promise<string> {
    return (await this.#post('start', { user_id })).session_id;
  }

  async end(user_id: string, session_id: string): Promise<void> {
    await this.#post('end', { user_id, session_id, end_time: now() });
  }

  async #post(verb: string, body: object): Promise<{ session_id: string }> {
    const answer = await fetch(`${this.url}/session_manager/sessions.${verb}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema_version: '1.0.1', record_id: randomUUID(), timestamp: now(), ...body }),
    });
    if (!answer.ok) throw new Error(`sessions.${verb} was answered with ${answer.status}`);
    return (await answer.json()) as { session_id: string };
  }
}

function now(): string {
  return new Date().toISOString();
}

function programOf(app: string): string {
  return fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url));
}

/** All that runs past one machine, each in a process of its own: two gateways, an extractor, the registrar, session_manager. */
export class ClusterSite {
  private constructor(
    readonly server: NatsServer,
    readonly sessions: SessionManagerProcess,
    readonly gateways: readonly [GatewayProcess, GatewayProcess],
    public registrar: RegistrarProcess,
  ) {}

  /** @param env what the gateways and the registrar are told besides */
  static async start(env: Record<string, string> = {}): Promise<ClusterSite> {
    const server = await NatsServer.start();
    const nats = (user: NatsUser) => ({ LANDMARK_FORWARDER: 'nats', NATS_URL: server.url(user) });
    const [sessions, registrar] = await Promise.all([
      SessionManagerProcess.start({ NATS_URL: server.url('session-manager') }),
      RegistrarProcess.start({ NATS_URL: server.url('capture-registrar'), ...env }),
      ExtractorProcess.startCounting(nats('landmark-extractor-0')),
    ]);
    const gateway = (user: NatsUser) =>
      GatewayProcess.start({ ...nats(user), SESSION_MANAGER_URL: sessions.url, ...env });
    const gateways = await Promise.all([gateway('camera-feed-0'), gateway('camera-feed-1')]);
    return new ClusterSite(server, sessions, gateways, registrar);
  }

  /** Another registrar. */
  async startRegistrar(): Promise<void> {
    this.registrar = await RegistrarProcess.start({ NATS_URL: this.server.url('capture-registrar') });
  }
}
