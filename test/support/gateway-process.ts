import { CAPTURE_PATHS } from '@a3cp/capture-protocol';
import { ServiceProcess } from './service-process.js';

/** A gateway in a process of its own. */
export class GatewayProcess extends ServiceProcess {
  /** Resolves once it listens. */
  static start(env: Record<string, string>): Promise<GatewayProcess> {
    return new GatewayProcess(ServiceProcess.spawn('camera-feed', env)).listening();
  }

  url(): string {
    return `ws://127.0.0.1:${this.port}${CAPTURE_PATHS[0]}`;
  }
}
