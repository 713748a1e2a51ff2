import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';

const DIRECTORY = fileURLToPath(new URL('../contract', import.meta.url));

/** The page is text and one style sheet of its own origin: a browser need run and load nothing else. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * `GET /docs`: the contract as a page to read, with the AsyncAPI and OpenAPI documents and the JSON Schemas beside it, for a
 * Nest application on Express.
 */
@Module({})
export class ContractDocsModule implements OnModuleInit {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  onModuleInit(): void {
    this.adapterHost.httpAdapter.useStaticAssets(DIRECTORY, {
      prefix: '/docs',
      setHeaders: (response: ServerResponse) => {
        response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
        response.setHeader('x-content-type-options', 'nosniff');
      },
    });
  }
}
