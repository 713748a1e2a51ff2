/** Keeps the screen on while the camera is; a browser that cannot do so, or does not want to, lets it go dark. */
export class WakeLock {
  #is_wanted = false;
  #lock: WakeLockSentinel | null = null;

  constructor() {
    // the browser releases it when the page is hidden
    document.addEventListener('visibilitychange', () => void this.#take());
  }

  keep(is_wanted: boolean): void {
    if (is_wanted === this.#is_wanted) return;
    this.#is_wanted = is_wanted;
    if (is_wanted) void this.#take();
    else void this.#release();
  }

  async #take(): Promise<void> {
    if (!this.#isDue() || !('wakeLock' in navigator)) return;
    if (this.#lock && !this.#lock.released) return;
    try {
      this.#lock = await navigator.wakeLock.request('screen');
      // the camera may have gone off meanwhile
      if (!this.#isDue()) await this.#release();
    } catch {
      // a low battery, or a policy of the page
    }
  }

  #isDue(): boolean {
    return this.#is_wanted && !document.hidden;
  }

  async #release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = null;
    await lock?.release().catch(() => undefined);
  }
}
