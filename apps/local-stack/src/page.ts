import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUILT_PAGE = fileURLToPath(new URL('../../capture-demo/dist/page/', import.meta.url));

/** Whose names change with their contents: a page that was loaded needs none of them from the network again. */
const ASSETS = join(BUILT_PAGE, 'assets/');

/** The headers of the page: it can talk to its own origin only, which for connect-src includes WebSockets. */
const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Serves apps/capture-demo, as `npm run build` leaves it, at `/`. */
export function servePage(app: NestExpressApplication): void {
  app.useStaticAssets(BUILT_PAGE, {
    setHeaders: (response: ServerResponse, path: string) => {
      for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
      if (path.startsWith(ASSETS)) response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
    },
  });
}
