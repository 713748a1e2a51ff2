import { type SessionStatus, SessionValidator } from '@a3cp/capture-domain';

/** Many times what an answer needs; a longer one is none. */
const MAX_ANSWER_BYTES = 1_024;

/** Asks session_manager over HTTP. Whatever is not the answer of PROTOCOL.md, "Sessions", rejects. */
export class HttpSessionValidator extends SessionValidator {
  readonly #url: string;

  /**
   * @param session_manager_url http or https, with or without a slash at its end
   * @param timeout_ms for the whole answer, in milliseconds
   */
  constructor(
    session_manager_url: string,
    private readonly timeout_ms: number,
  ) {
    super();
    this.#url = `${session_manager_url.replace(/\/+$/, '')}/session_manager/sessions.validate`;
  }

  async validate(user_id: string, session_id: string): Promise<SessionStatus> {
    const { code, text } = await this.#ask(JSON.stringify({ user_id, session_id })).catch(() => {
      // what fetch says is left out: it may hold the URL, and with it whatever secret a host put there
      throw new Error('session_manager did not answer');
    });
    if (code !== 200) throw new Error(`session_manager answered ${code}`);
    const status = readStatus(text);
    if (status === null) throw new Error('session_manager answered without a status');
    return status;
  }

  async #ask(body: string): Promise<{ code: number; text: string | null }> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(this.timeout_ms),
    });
    // read also when it is of no use: an answer left unread would keep its connection
    return { code: response.status, text: await readAnswer(response) };
  }
}

/** The text of an answer; null if it is too long, and the rest of it is given up with its connection. */
async function readAnswer(response: Response): Promise<string | null> {
  // the global types leave open what a body yields
  const body = response.body as AsyncIterable<Uint8Array> | null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function readStatus(text: string | null): SessionStatus | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text ?? '');
  } catch {
    return null;
  }
  if (typeof answer !== 'object' || answer === null || !('status' in answer)) return null;
  const { status } = answer;
  return status === 'active' || status === 'closed' || status === 'invalid' ? status : null;
}
