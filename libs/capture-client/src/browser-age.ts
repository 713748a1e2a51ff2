/**
 * Whether the browser is too old for this library. It understands the browsers that docs/integration/client.md, "Browsers", names; of all it calls
 * unguarded they had `AbortSignal.throwIfAborted` last.
 */
export function isBrowserOutdated(): boolean {
  return typeof AbortSignal === 'undefined' || !('throwIfAborted' in AbortSignal.prototype);
}
