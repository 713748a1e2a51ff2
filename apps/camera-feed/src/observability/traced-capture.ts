import type { CaptureEvent, CaptureState, CaptureWatch, Transition } from '@a3cp/capture-domain';
import { ROOT_CONTEXT, type Span, type SpanContext, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { verdictOf } from './capture-verdict.js';
import { writeTraceparent } from './traceparent.js';

/** Reports to the SDK that the host has installed; without an SDK it does nothing. */
const TRACER = trace.getTracer('@a3cp/camera-feed');

/**
 * One span for a capture, from its open until all its effects are done. It says how far the capture came and what ended it,
 * without identifiers.
 */
export class TracedCapture implements CaptureWatch {
  #span: Span | null = null;
  #traceparent: string | null = null;

  /** @param parent the trace that the client's request belongs to */
  constructor(private readonly parent: SpanContext | null) {}

  get traceparent(): string | null {
    return this.#traceparent;
  }

  stepped(event: CaptureEvent, before: CaptureState, step: Transition): void {
    if (before.phase === 'idle' && event.type === 'capture.open') this.#begin();
    // null also if nothing records the span, so that a frame costs one comparison
    if (this.#span !== null) this.#tell(this.#span, event, before, step);
  }

  #begin(): void {
    const context = this.parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, this.parent);
    const span = TRACER.startSpan('capture', { kind: SpanKind.SERVER }, context);
    this.#traceparent = writeTraceparent(span.spanContext());
    if (span.isRecording()) this.#span = span;
  }

  #tell(span: Span, event: CaptureEvent, before: CaptureState, step: Transition): void {
    const { state, effects } = step;
    if (before.phase === 'active') {
      if (before.accepted_frames === 0 && effects[0]?.type === 'forward') span.addEvent('first frame');
      if (state.phase === 'closing') span.addEvent('closing');
    } else if (state.phase === 'active') span.addEvent('opened');
    const verdict = verdictOf(event, before, step);
    if (verdict !== null) {
      const { outcome, error_code } = verdict;
      span.addEvent(outcome, { error_code });
      span.setAttributes({ outcome, error_code });
      if (outcome !== 'completed') span.setStatus({ code: SpanStatusCode.ERROR, message: error_code });
    }
    if (state.phase !== 'closed') return;
    span.setAttribute('frame_count', 'delivered_frames' in before ? before.delivered_frames : 0);
    span.end();
    this.#span = null;
  }
}
