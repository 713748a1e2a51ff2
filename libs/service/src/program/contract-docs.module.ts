import { answerFirst } from '../http/first-answer.js';
import { HttpStatus, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIRECTORY = fileURLToPath(new URL('../../contract', import.meta.url));

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
};

/** The page is text and one style sheet of its own origin: a browser need run and load nothing else. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache',
};

/** One file of the contract, as it is served. */
interface ServedFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** `GET /docs`: the contract as a page to read, with the AsyncAPI and OpenAPI documents and the JSON Schemas beside it. */
@Module({})
export class ContractDocsModule {
  constructor(adapterHost: HttpAdapterHost) {
    const files = readContract();
    answerFirst(adapterHost, 'GET', [...files.keys()], (_request, response, path) => {
      const file = files.get(path);
      response.writeHead(HttpStatus.OK, file?.headers).end(file?.text);
    });
    // the links of the page are relative
    answerFirst(adapterHost, 'GET', ['/docs'], (_request, response) => {
      response.writeHead(HttpStatus.MOVED_PERMANENTLY, { Location: 'docs/' }).end();
    });
  }
}

/** The contract's files by their paths in a URL. */
function readContract(): Map<string, ServedFile> {
  const files = new Map<string, ServedFile>();
  for (const { parentPath, name } of readdirSync(DIRECTORY, { recursive: true, withFileTypes: true })) {
    const type = CONTENT_TYPES[extname(name)];
    if (type === undefined) continue;
    const path = join(parentPath, name);
    const file = { headers: { ...HEADERS, 'Content-Type': type }, text: readFileSync(path, 'utf8') };
    files.set(`/docs/${relative(DIRECTORY, path)}`, file);
    if (path === join(DIRECTORY, 'index.html')) files.set('/docs/', file);
  }
  return files;
}
