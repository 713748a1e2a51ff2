/**
 * Whether the browser is too old for this library, which supports those that docs/integration/client.md, "Browsers", names. Of
 * all that the library calls unguarded, they had `AbortSignal.throwIfAborted` last.
 */
export function isBrowserOutdated(): boolean {
  return typeof AbortSignal === 'undefined' || !('throwIfAborted' in AbortSignal.prototype);
}
