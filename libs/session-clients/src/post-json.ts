import http from 'node:http';
import https from 'node:https';

/** The status code and the text of an answer; `text` is null if the answer was longer than allowed. */
export interface Answer {
  readonly code: number;
  readonly text: string | null;
}

/** The codes of Node for a connection that the other side closed or reset. */
const RESET_CODES = ['ECONNRESET', 'EPIPE'];

/** The connection closed before a byte of the answer. */
class ResetError extends Error {}

/**
 * Posts JSON over a keep-alive connection and reads at most `max_bytes` of the answer. If the connection closes before a byte of
 * the answer, it sends the request once more on a new connection: servers can close an idle connection while a request is on its
 * way. So use it only for requests that may arrive twice. Follows no redirect.
 *
 * Rejects without a whole answer when `signal` aborts; `signal` covers both attempts.
 */
export async function postJson(url: URL, body: string, max_bytes: number, signal: AbortSignal): Promise<Answer> {
  const { request, globalAgent, Agent } = url.protocol === 'https:' ? https : http;
  const post = async (agent: http.Agent): Promise<Answer> => {
    const response = await send(request(url, { method: 'POST', headers: HEADERS, agent, signal }), body);
    return { code: response.statusCode ?? 0, text: await readText(response, max_bytes) };
  };
  return post(globalAgent).catch((error: unknown) => {
    if (!(error instanceof ResetError)) throw error;
    // the same proxy and certificates; the types of http.Agent leave its options out
    const { options } = globalAgent as https.Agent;
    return post(new Agent({ ...options, keepAlive: false }));
  });
}

const HEADERS = { 'content-type': 'application/json' };

/** Resolves with the head of the answer. */
function send(request: http.ClientRequest, body: string): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    let bytes_before = 0;
    request.once('socket', (socket) => (bytes_before = socket.bytesRead));
    request.once('response', resolve);
    // stays for the whole answer: a request without this listener ends the process when it fails
    request.on('error', (error: NodeJS.ErrnoException) => {
      const unanswered = (request.socket?.bytesRead ?? 0) === bytes_before;
      reject(unanswered && RESET_CODES.includes(error.code ?? '') ? new ResetError() : error);
    });
    request.end(body);
  });
}

/** The text of an answer. If it is too long, null, and its connection is closed. */
async function readText(response: http.IncomingMessage, max_bytes: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > max_bytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
