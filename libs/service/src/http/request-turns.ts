import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { beforeBody } from './before-body.js';

/** Requests of one connection that have no answer yet. Browsers, proxies and HTTP libraries send the next one after an answer. */
const MAX_PIPELINED = 10;

/**
 * Gives the requests of an HTTP server to its application in turn: one in each turn of the event loop, and one of each connection
 * before the second of any. One packet can hold thousands of requests, and Node.js by itself has all of them answered before it
 * reads a frame. A connection with more than 10 requests without an answer is closed.
 */
export class RequestTurns {
  /** Calls that wait, by connection; the connection whose turn is next comes first. */
  readonly #waiting = new Map<Socket, (() => void)[]>();
  readonly #unanswered = new WeakMap<Socket, number>();
  #isDue = false;

  constructor(server: Server) {
    const answerers = server.listeners('request');
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      this.#count(request, response);
      const answer = (): void => {
        for (const answerer of answerers) answerer.call(server, request, response);
      };
      this.#wait(request.socket, AsyncResource.bind(answer));
    });
    beforeBody(server, ({ socket }) => this.#mayAsk(socket));
  }

  #count({ socket }: IncomingMessage, response: ServerResponse): void {
    const add = (requests: number): void => {
      this.#unanswered.set(socket, (this.#unanswered.get(socket) ?? 0) + requests);
    };
    add(1);
    response.once('close', () => add(-1));
  }

  #mayAsk(socket: Socket): boolean {
    if ((this.#unanswered.get(socket) ?? 0) < MAX_PIPELINED) return true;
    this.#waiting.delete(socket);
    socket.destroy();
    return false;
  }

  #wait(socket: Socket, answer: () => void): void {
    const waiting = this.#waiting.get(socket);
    if (waiting) waiting.push(answer);
    else this.#waiting.set(socket, [answer]);
    this.#nextTurn();
  }

  #nextTurn(): void {
    if (this.#isDue || this.#waiting.size === 0) return;
    this.#isDue = true;
    setImmediate(() => this.#answerNext());
  }

  #answerNext(): void {
    this.#isDue = false;
    const [next] = this.#waiting;
    if (!next) return;
    const [socket, [answer, ...more]] = next;
    this.#waiting.delete(socket);
    if (more.length > 0) this.#waiting.set(socket, more);
    this.#nextTurn();
    answer?.();
  }
}
