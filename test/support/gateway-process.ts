import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { fileURLToPath } from 'node:url';
import { nodeCommand, ServiceProcess } from './service-process.js';

const PROGRAM = fileURLToPath(new URL('../../apps/camera-feed/dist/service/main.js', import.meta.url));

/** A gateway in a process of its own. */
export class GatewayProcess extends ServiceProcess {
  /** Resolves once it listens. */
  static start(env: Record<string, string>): Promise<GatewayProcess> {
    return new GatewayProcess(nodeCommand(PROGRAM), env).listening();
  }

  /** The same with a limit on the files that it may open, its sockets among them. */
  static startWithOpenFiles(open_files: number, env: Record<string, string>): Promise<GatewayProcess> {
    return new GatewayProcess(nodeCommand(PROGRAM), env, open_files).listening();
  }

  url(): string {
    return `ws://127.0.0.1:${this.port}${CAPTURE_PATHS[0]}`;
  }
}
