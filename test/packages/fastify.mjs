import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import console from 'node:console';
import { AppModule } from './dist/src/app.module.js';

// examples/platform on Fastify
const app = await NestFactory.create(AppModule, new FastifyAdapter());
app.useWebSocketAdapter(new WsAdapter(app));
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(`Listening on ${await app.getUrl()}`);
