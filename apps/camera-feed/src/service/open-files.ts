import type { CaptureLimits } from '@a3cp/capture-domain';

/** What the process needs beside its clients' connections: its own files, session_manager, NATS, spare sockets. */
const OTHER_FILES = 100;

/** How many files, sockets among them, the system lets this process open. */
export function openFilesLimit(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: number | string } } };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : Infinity;
}

/**
 * The limits, with no more connections than files can be opened: a connection may need a second socket, for its stream to the
 * extractor. An address keeps at most half of them.
 */
export function withinOpenFiles(limits: CaptureLimits, open_files: number): CaptureLimits {
  const most = Math.max(2, Math.floor((open_files - OTHER_FILES) / 2));
  if (limits.max_connections <= most) return limits;
  const of_address = Math.min(limits.max_connections_per_address, Math.floor(most / 2));
  return { ...limits, max_connections: most, max_connections_per_address: of_address };
}
