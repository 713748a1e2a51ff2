import { DEFAULT_CAPTURE_LIMITS, NUMERIC_LIMITS } from '@a3cp/capture-domain';
import { CAPTURE_ERROR_CODES, CAPTURE_PATHS, CAPTURE_SUBPROTOCOL } from '@a3cp/capture-protocol';
import type { JsonSchema } from './json-schema.js';

/** Chapters of the page: the messages of each, by the name of their schema. */
const CHAPTERS: readonly { title: string; says: string; messages: readonly string[] }[] = [
  {
    title: 'What a client sends',
    says: 'capture.open first, a capture.frame_meta before every frame, capture.close last. Each is one JSON object as text; a frame is one JPEG as a binary message, directly after its capture.frame_meta.',
    messages: ['capture.open', 'capture.frame_meta', 'capture.close'],
  },
  {
    title: 'What the server says',
    says: 'Nothing while all is well, and capture.abort once if a capture fails.',
    messages: ['capture.abort'],
  },
  {
    title: 'What the server says to a client that asks for it',
    says: `Only to a client that offers the subprotocol ${CAPTURE_SUBPROTOCOL}.`,
    messages: ['capture.opened', 'capture.ack', 'capture.closed'],
  },
  {
    title: 'What the extractor is sent, and answers',
    says: 'The direct transport: one WebSocket for each capture. A frame is one binary message: a 16-bit big-endian length, direct.frame_header of so many bytes, the JPEG.',
    messages: ['direct.open', 'direct.frame_header', 'direct.end', 'direct.answer'],
  },
];

/** The contract as one page to read, which loads nothing but its style sheet. */
export function contractPage(schemas: ReadonlyMap<string, JsonSchema>, openapi: OpenApi): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A3CP camera feed: the contract</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<header>
<h1>A3CP camera feed: the contract</h1>
<p>One WebSocket carries one capture: a short window of camera frames that a client sends and the gateway streams, frame by
frame, to a landmark extractor. This page is made of the same schemas that machines read:
<a href="asyncapi.json">AsyncAPI</a> for the WebSockets, <a href="openapi.json">OpenAPI</a> for HTTP, and one
JSON Schema for each message. What they cannot say, such as order and time, is in PROTOCOL.md.</p>
<p>Connect to ${sentence(CAPTURE_PATHS.map(code))}; they behave alike.</p>
</header>
<main>
${CHAPTERS.map(({ title, says, messages }) => chapter(title, says, messages, schemas)).join('\n')}
<section>
<h2>Error codes</h2>
<p>The <code>error_code</code> of a <code>capture.abort</code> is one of ${sentence(CAPTURE_ERROR_CODES.map(code))}.</p>
</section>
<section>
<h2>Limits and timers</h2>
<p>As they are where a host configures nothing.</p>
${table(
  ['name', 'default'],
  NUMERIC_LIMITS.map((name) => [code(name), DEFAULT_CAPTURE_LIMITS[name].toLocaleString('en-US')]),
)}
</section>
<section>
<h2>HTTP</h2>
<p>What session_manager tells the gateway, the stubs of session_manager and of the landmark extractor, and the health of
every service.</p>
${table(['route', 'answers'], routes(openapi))}
</section>
</main>
</body>
</html>
`;
}

/** What the page reads of an OpenAPI document. */
export interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly responses: Readonly<Record<string, { readonly description: string }>> }>>
    >
  >;
}

function chapter(
  title: string,
  says: string,
  messages: readonly string[],
  schemas: ReadonlyMap<string, JsonSchema>,
): string {
  const parts = messages.map((name) => {
    const schema = schemas.get(name);
    if (!schema) throw new Error(`there is no schema of ${name}`);
    return `<h3 id="${name}">${name}</h3>
<p>${escaped(schema.description ?? '')} <a href="schemas/${name}.json">JSON Schema</a></p>
${(schema.anyOf ?? [schema]).map(fields).join('\n')}`;
  });
  return `<section>\n<h2>${title}</h2>\n<p>${escaped(says)}</p>\n${parts.join('\n')}\n</section>`;
}

function fields({ properties = {}, required = [] }: JsonSchema): string {
  const rows = Object.entries(properties).map(([field, schema]) => [
    code(field),
    valueOf(schema),
    required.includes(field) ? 'yes' : 'no',
    escaped(schema.description ?? ''),
  ]);
  return table(['field', 'value', 'required', 'what it is'], rows);
}

/** What a field may be, in a few words. */
function valueOf(schema: JsonSchema): string {
  const { type, enum: values, anyOf, maxLength, minimum } = schema;
  if ('const' in schema) return code(JSON.stringify(schema.const));
  if (values) return values.map((value) => code(JSON.stringify(value))).join(', ');
  if (anyOf) return anyOf.map(valueOf).join(', or ');
  if (schema.properties) return `object of ${sentence(Object.keys(schema.properties).map(code))}`;
  if (maxLength !== undefined) return `string of at most ${maxLength} characters`;
  if (minimum !== undefined) return `integer of at least ${minimum}`;
  return escaped(String(type));
}

function routes({ paths }: OpenApi): string[][] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { responses }]) => [
      code(`${method.toUpperCase()} ${path}`),
      Object.entries(responses)
        .map(([status, { description }]) => `${status}: ${escaped(description)}`)
        .join('<br>'),
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string => row.map((cell) => `<td>${cell}</td>`).join('');
  return `<table>
<thead><tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}
</tbody>
</table>`;
}

function sentence(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1) ?? ''}`;
}

function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
