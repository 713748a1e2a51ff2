import type { CaptureClose, CaptureFrameMeta, CaptureOpen, ClientEvent } from '@a3cp/capture-domain';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { CaptureCloseDto } from './capture-close.dto.js';
import { CaptureFrameMetaDto } from './capture-frame-meta.dto.js';
import { CaptureOpenDto } from './capture-open.dto.js';
import { compileRules } from './compile-rules.js';
import type { ClientMessageDto } from './client-message.dto.js';
import { parseTimestamp } from './timestamp.js';

type Plain = Readonly<Record<string, unknown>>;

const COMMON = [
  'schema_version',
  'record_id',
  'capture_id',
  'user_id',
  'session_id',
  'timestamp',
  'modality',
  'source',
  'performer_id',
  'annotation',
] as const satisfies (keyof CaptureOpenDto)[];

const OPEN = [
  ...COMMON,
  'timestamp_start',
  'fps_target',
  'width',
  'height',
  'encoding',
] as const satisfies (keyof CaptureOpenDto)[];

const FRAME_META = [
  ...COMMON,
  'seq',
  'timestamp_frame',
  'byte_length',
] as const satisfies (keyof CaptureFrameMetaDto)[];

const isFrameMeta = compileRules(CaptureFrameMetaDto);

const CLOSE = [...COMMON, 'timestamp_end'] as const satisfies (keyof CaptureCloseDto)[];

/** Reads one text message. PROTOCOL.md, "Order of checks", 1 to 3. */
export function decodeMessage(text: Buffer, max_text_bytes: number): ClientEvent {
  if (text.length > max_text_bytes) {
    return schemaViolation(`text of ${text.length} bytes, limit ${max_text_bytes}`);
  }
  let plain: unknown;
  try {
    plain = JSON.parse(text.toString());
  } catch {
    return { type: 'malformed', cause: 'malformed_json', reason: 'text is not JSON' };
  }
  if (!isPlain(plain)) return schemaViolation('message must be an object');
  switch (plain['event']) {
    case 'capture.open':
      return decodeOpen(plain);
    case 'capture.frame_meta':
      return decodeFrameMeta(plain);
    case 'capture.close':
      return decodeClose(plain);
    default:
      return schemaViolation('event must be capture.open, capture.frame_meta or capture.close');
  }
}

function decodeOpen(plain: Plain): ClientEvent {
  const { annotation } = plain;
  const picked = { ...pick(plain, OPEN), ...(isPlain(annotation) && { annotation: pick(annotation, ['intent']) }) };
  const dto = plainToInstance(CaptureOpenDto, picked);
  const fault = schemaFault(dto);
  if (fault !== null) return schemaViolation(fault);
  const message: CaptureOpen = {
    schema_version: dto.schema_version,
    record_id: dto.record_id,
    capture_id: dto.capture_id,
    user_id: dto.user_id,
    session_id: dto.session_id,
    modality: dto.modality ?? null,
    timestamp_start: dto.timestamp_start,
    fps_target: dto.fps_target,
    width: dto.width,
    height: dto.height,
    encoding: dto.encoding,
    ...(dto.annotation && { annotation_intent: dto.annotation.intent }),
  };
  return { type: 'capture.open', message };
}

/** Comes with every frame, so it is spared class-transformer's walk, and class-validator unless there is a fault to name. */
function decodeFrameMeta(plain: Plain): ClientEvent {
  const dto = new CaptureFrameMetaDto();
  pick(plain, FRAME_META, dto);
  dto.timestamp = parseTimestamp(plain['timestamp']) as Date;
  dto.timestamp_frame = parseTimestamp(plain['timestamp_frame']) as Date;
  const fault = isFrameMeta(dto) ? null : schemaFault(dto);
  if (fault !== null) return schemaViolation(fault);
  const { record_id, capture_id, user_id = null, session_id = null, seq, timestamp_frame, byte_length } = dto;
  const message: CaptureFrameMeta = { record_id, capture_id, user_id, session_id, seq, timestamp_frame, byte_length };
  return { type: 'capture.frame_meta', message };
}

function decodeClose(plain: Plain): ClientEvent {
  const dto = plainToInstance(CaptureCloseDto, pick(plain, CLOSE));
  const fault = schemaFault(dto);
  if (fault !== null) return schemaViolation(fault);
  const { record_id, capture_id, user_id = null, session_id = null, timestamp_end } = dto;
  const message: CaptureClose = { record_id, capture_id, user_id, session_id, timestamp_end };
  return { type: 'capture.close', message };
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The named fields only, and no structure among them: what a client adds is neither walked nor kept. NaN stands for a
 * structure, since it passes no rule.
 */
function pick<Field extends string>(
  plain: Plain,
  fields: readonly Field[],
  picked: Partial<Record<Field, unknown>> = {},
): Partial<Record<Field, unknown>> {
  for (const field of fields) {
    const value = plain[field];
    picked[field] = typeof value === 'object' && value !== null ? NaN : value;
  }
  return picked;
}

function schemaFault(dto: ClientMessageDto): string | null {
  const [error] = validateSync(dto, { stopAtFirstError: true });
  return error ? firstMessage(error) : null;
}

function firstMessage({ constraints, children, property }: ValidationError): string {
  const [message] = Object.values(constraints ?? {});
  if (message !== undefined) return message;
  const [child] = children ?? [];
  return child ? `${property}.${firstMessage(child)}` : `${property} is not valid`;
}

function schemaViolation(reason: string): ClientEvent {
  return { type: 'malformed', cause: 'schema_violation', reason };
}
