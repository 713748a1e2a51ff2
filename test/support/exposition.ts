import { CameraFeedMetrics } from '@a3cp/camera-feed';
import type { INestApplication } from '@nestjs/common';

/** What an application tells Prometheus, read the way Prometheus reads it. */
export class Exposition {
  readonly #series: ReadonlyMap<string, number>;

  constructor(readonly text: string) {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    this.#series = new Map(
      lines.map((line): [string, number] => {
        const [, series = line, value] = /^(.*) (\S+)$/.exec(line) ?? [];
        return [series, Number(value)];
      }),
    );
  }

  static async of(app: INestApplication): Promise<Exposition> {
    return new Exposition(await app.get(CameraFeedMetrics).registry.metrics());
  }

  /** The value of a series, named without the prefix of the gateway: `captures_total{outcome="aborted",…}`. */
  value(series: string): number | undefined {
    return this.#series.get(`a3cp_camera_feed_${series}`);
  }

  /** The name of every metric, once. */
  get names(): string[] {
    return [...this.text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name);
  }

  /** Every series with a value above zero whose name begins so, named without the prefix. */
  counted(name: string): Record<string, number> {
    const start = `a3cp_camera_feed_${name}`;
    const found = [...this.#series].filter(([series, value]) => series.startsWith(start) && value > 0);
    return Object.fromEntries(found.map(([series, value]) => [series.slice(start.length), value]));
  }
}
