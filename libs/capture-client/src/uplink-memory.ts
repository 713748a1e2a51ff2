/** What captures have learnt of the network to each server. A page that keeps one lets each capture begin where the last ended. */
export class UplinkMemory {
  readonly #bytes_per_second = new Map<string, number>();

  /** Bytes a second to the server of this URL; Infinity if the network delayed no capture. */
  recall(url: string | URL): number {
    return this.#bytes_per_second.get(new URL(url).host) ?? Infinity;
  }

  remember(url: string | URL, bytes_per_second: number): void {
    this.#bytes_per_second.set(new URL(url).host, bytes_per_second);
  }
}
