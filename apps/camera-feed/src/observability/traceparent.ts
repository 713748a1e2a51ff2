import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';

/** Version 00 of W3C Trace Context: 32 and 16 hexadecimal digits and two for the flags, in lower case. */
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The trace of a request, by its header; null without a valid header. */
export function readTraceparent(header: string | string[] | undefined): SpanContext | null {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(String(header ?? '')) ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? context : null;
}

/** The header by which others go on with this trace; null for the context of no trace. */
export function writeTraceparent(context: SpanContext): string | null {
  if (!isSpanContextValid(context)) return null;
  const flags = context.traceFlags.toString(16).padStart(2, '0');
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}
