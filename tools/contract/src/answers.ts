import type { JsonSchema } from './json-schema.js';

/** One answer of an operation. */
export interface Answer {
  readonly description: string;
  /** Of its JSON; an answer without one has no body. */
  readonly schema?: JsonSchema;
  /** What it may be instead of JSON: media type objects of OpenAPI by their media type. */
  readonly besides?: Readonly<Record<string, object>>;
}

const REFUSAL: JsonSchema = {
  type: 'object',
  properties: {
    statusCode: { type: 'integer' },
    message: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    error: { type: 'string' },
  },
  required: ['statusCode', 'message'],
};

/** The answers of each operation, by its status. What a 200 carries has a type in wire.ts. */
export function answers(
  typeSchema: (type: string) => JsonSchema,
): Readonly<Record<string, Readonly<Record<string, Answer>>>> {
  const session = typeSchema('Session');
  const ended: JsonSchema = {
    ...session,
    properties: { ...session.properties, end_time: { type: 'string', description: 'As it was sent.' } },
    required: [...(session.required ?? []), 'end_time'],
  };
  const indicator = (...values: string[]): JsonSchema => ({
    type: 'object',
    properties: { status: { enum: values }, message: { type: 'string' } },
    required: ['status'],
  });
  const indicators = (...values: string[]): JsonSchema => ({
    type: 'object',
    properties: { accepting: indicator(...values) },
  });
  const health = (...values: string[]): JsonSchema => ({
    type: 'object',
    properties: {
      status: { enum: values },
      info: indicators('up'),
      error: indicators('down'),
      details: indicators('up', 'down'),
    },
    required: ['status', 'details'],
  });
  const validity: JsonSchema = {
    type: 'object',
    properties: { status: typeSchema('SessionStatus') },
    required: ['status'],
  };
  const validities: JsonSchema = {
    type: 'object',
    properties: { statuses: { type: 'array', items: typeSchema('SessionStatus') } },
    required: ['statuses'],
  };
  const abortedCaptures: JsonSchema = {
    type: 'object',
    properties: { aborted_captures: { type: 'integer', minimum: 0 } },
    required: ['aborted_captures'],
  };
  const strings: JsonSchema = { type: 'array', items: { type: 'string' } };
  const done = (parts: Readonly<Record<string, JsonSchema>>): JsonSchema => {
    const properties = {
      capture_id: { type: 'string' },
      complete: { type: 'boolean', description: 'False if frames were left out.' },
      ...parts,
    };
    return { type: 'object', properties, required: Object.keys(properties) };
  };
  const landmarks = done({ frames: { type: 'array', items: typeSchema('FrameLandmarksMessage') } });
  const features = done({
    seq: { type: 'array', items: { type: 'integer', minimum: 1 } },
    timestamp_frame: strings,
    columns: strings,
    rows: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
  });
  const refusal = (description: string): Answer => ({ description, schema: REFUSAL });
  const BAD = refusal('The body breaks its schema.');
  const NOT_GIVEN = {
    401: refusal('The Authorization header does not have the secret of the host.'),
    403: refusal('Results are for pages of this origin and programs on this machine, or as the host decides.'),
    429: refusal('The capture or the user has its maximum of readers.'),
    503: refusal('The extractor has its maximum of readers.'),
  };
  const NO_LANDMARKS = {
    400: refusal('The format is unknown.'),
    404: refusal('No such capture in the last ten minutes, or landmarks are turned off.'),
    409: refusal('Not every frame is done.'),
    410: refusal('The landmarks were dropped for newer captures.'),
    ...NOT_GIVEN,
  };
  return {
    HealthController_live: { 200: { description: 'The process is alive.', schema: health('ok') } },
    HealthController_ready: {
      200: { description: 'The service is ready.', schema: health('ok') },
      503: { description: 'The service is stopping.', schema: health('error', 'shutting_down') },
    },
    SessionManagerController_start: {
      200: { description: "The user's active session, or a new one.", schema: session },
      400: BAD,
    },
    SessionManagerController_end: {
      200: { description: 'The session that ended.', schema: ended },
      400: BAD,
      403: refusal("The session is another user's."),
      404: refusal('There is no such session.'),
      409: refusal('The session was ended before.'),
    },
    SessionManagerController_validate: {
      200: { description: 'What the session is to the user.', schema: validity },
      400: BAD,
    },
    SessionManagerController_validateBatch: {
      200: { description: 'What each session is to its user, in the same order.', schema: validities },
      400: BAD,
    },
    SessionsClosedController_closed: {
      200: { description: 'How many captures of the session were aborted.', schema: abortedCaptures },
      400: BAD,
      401: refusal('The Authorization header does not bring the secret.'),
      404: refusal('The gateway has no such secret.'),
    },
    SessionManagerController_ticket: {
      200: {
        description: "A ticket for the user's active session, and until when it is good.",
        schema: typeSchema('IssuedTicket'),
      },
      400: BAD,
      404: refusal("The session is not the user's."),
      409: refusal('The session was ended before.'),
      501: refusal('The stub has no secret to sign with.'),
    },
    CapturesController_summary: {
      200: { description: 'What arrived of the capture.', schema: typeSchema('CaptureSummary') },
      404: refusal('No such capture in the last ten minutes.'),
      ...NOT_GIVEN,
    },
    CapturesController_discard: {
      204: { description: 'The capture is forgotten, with its landmarks.' },
      404: refusal('No such capture in the last ten minutes.'),
      409: refusal('The capture runs.'),
      ...NOT_GIVEN,
    },
    LandmarksController_landmarks: {
      200: {
        description: 'Landmarks as they are found, as events; with format=json all, when every frame is done.',
        schema: landmarks,
        besides: { 'text/event-stream': { schema: { type: 'string' } } },
      },
      ...NO_LANDMARKS,
    },
    LandmarksController_features: {
      200: {
        description: 'The feature matrix, when every frame is done; with format=npy as the file of a NumPy array.',
        schema: features,
        besides: { 'application/octet-stream': {} },
      },
      ...NO_LANDMARKS,
    },
  };
}
