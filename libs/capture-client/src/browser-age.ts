/**
 * Whether the browser is too old for this library, which supports those that docs/integration/client.md, "Browsers", names. Of
 * the functions that the library calls without a check, `AbortSignal.throwIfAborted` is the newest in these browsers.
 */
export function isBrowserOutdated(): boolean {
  return typeof AbortSignal === 'undefined' || !('throwIfAborted' in AbortSignal.prototype);
}
