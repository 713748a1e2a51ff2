import 'reflect-metadata';
import { type CaptureResult, startCapture } from '@a3cp/capture-client';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { AppModule } from '../src/app.module.js';
import { frames } from './frames.js';

describe('the platform', () => {
  let app: INestApplication;
  let origin: string;

  before(async () => {
    app = await NestFactory.create(AppModule, { logger: false });
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
  });

  after(() => app.close());

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(origin + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.status === 204 ? null : response.json();
  }

  async function startSession(user_id: string): Promise<string> {
    return ((await call('POST', '/sessions', { user_id })) as { session_id: string }).session_id;
  }

  async function ticketFor(user_id: string, session_id: string): Promise<string> {
    return ((await call('POST', `/sessions/${session_id}/tickets`, { user_id })) as { ticket: string }).ticket;
  }

  function capture(user_id: string, session_id: string, ticket?: string): Promise<CaptureResult> {
    const url = `${origin.replace('http', 'ws')}/camera_feed_worker/capture`;
    return startCapture({ url, identity: { user_id, session_id }, ticket, source: frames(15), WebSocket }).result;
  }

  it('takes a capture, and pushes its result to its own gateway', async () => {
    const session_id = await startSession('alex');
    const watcher = new WebSocket(`${origin.replace('http', 'ws')}/results`);
    await once(watcher, 'open');
    watcher.send(JSON.stringify({ event: 'watch', data: 'alex' }));
    const pushed = once(watcher, 'message');

    const result = await capture('alex', session_id, await ticketFor('alex', session_id));
    assert.equal(result.kind, 'completed');
    assert.equal(result.frames, 15);

    const [message] = (await pushed) as [Buffer];
    const { capture_id, bytes } = result;
    assert.deepEqual(JSON.parse(message.toString()), {
      event: 'result',
      data: { capture_id, user_id: 'alex', frames: 15, bytes, complete: true },
    });
    watcher.terminate();
  });

  it('refuses a capture without a ticket', async () => {
    const result = await capture('alex', await startSession('alex'));
    assert.equal(result.kind, 'failed');
  });

  it('aborts a capture of a session that has ended', async () => {
    const session_id = await startSession('sam');
    const ticket = await ticketFor('sam', session_id);
    await call('DELETE', `/sessions/${session_id}`);
    const result = await capture('sam', session_id, ticket);
    assert.equal(result.kind, 'aborted');
    assert.equal(result.error_code, 'session_closed');
  });
});
