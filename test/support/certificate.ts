import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate for `localhost`, signed by itself only. */
export class Certificate {
  readonly #folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  readonly key = join(this.#folder, 'key.pem');
  readonly cert = join(this.#folder, 'cert.pem');
  /** Certificate and key in one file. */
  readonly both = join(this.#folder, 'both.pem');

  constructor() {
    const made = ['-nodes', '-keyout', this.key, '-out', this.cert, '-days', '1', '-subj', '/CN=test'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...made, '-addext', 'subjectAltName=DNS:localhost'], {
      stdio: 'ignore',
    });
    writeFileSync(this.both, `${this.pem}${readFileSync(this.key, 'utf8')}`);
  }

  get pem(): string {
    return readFileSync(this.cert, 'utf8');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
