import { asyncApiDocument } from './asyncapi.js';
import { messageSchemas } from './message-schemas.js';
import { openApiDocument } from './openapi.js';
import { contractPage, type OpenApi } from './page.js';

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** Everything in libs/service/contract that is made and not written, by its path there. */
export async function contractDocuments(): Promise<ReadonlyMap<string, string>> {
  const schemas = messageSchemas();
  const openapi = await openApiDocument();
  return new Map([
    ['asyncapi.json', json(asyncApiDocument(schemas))],
    ['openapi.json', json(openapi)],
    ['index.html', contractPage(schemas, openapi as OpenApi)],
    ...[...schemas].map(([name, schema]): [string, string] => [
      `schemas/${name}.json`,
      json({ $schema: DRAFT, ...schema }),
    ]),
  ]);
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
