import { SESSIONS_CLOSED_PATH, SessionClosedDto } from '@a3cp/camera-feed/contract';
import { HealthModule } from '@a3cp/service/program';
import { LandmarkExtractorModule } from '@a3cp/landmark-extractor';
import { SessionManagerModule } from '@a3cp/session-manager';
import { Body, Controller, HttpCode, Module, Post, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type Answer, answers } from './answers.js';
import { dtoSchema } from './dto-schema.js';
import type { JsonSchema } from './json-schema.js';
import { readTypeSchemas } from './type-schema.js';

/** What the gateway answers before Nest's router, so that Nest does not know it. */
@Controller()
class SessionsClosedController {
  @Post(SESSIONS_CLOSED_PATH)
  @HttpCode(200)
  closed(@Body() _body: SessionClosedDto): void {
    // read by SwaggerModule, and never called
  }
}

@Module({ controllers: [SessionsClosedController] })
class GatewayModule {}

/** Every service's routes under one roof, to be read and never to listen. */
@Module({
  imports: [
    HealthModule,
    SessionManagerModule,
    LandmarkExtractorModule.forRoot({ landmark_threads: 0 }),
    GatewayModule,
  ],
})
class EveryRouteModule {}

/** `Authorization: Bearer`, or without it where the host has set no secret. */
const WITH_SECRET_IF_SET: readonly object[] = [{ secret: [] }, {}];

/** The operations that need `Authorization: Bearer`. A guard checks it, so Nest does not document it. */
const SECURITY: Readonly<Record<string, readonly object[]>> = {
  SessionsClosedController_closed: [{ secret: [] }],
  CapturesController_summary: WITH_SECRET_IF_SET,
  CapturesController_discard: WITH_SECRET_IF_SET,
  LandmarksController_landmarks: WITH_SECRET_IF_SET,
  LandmarksController_features: WITH_SECRET_IF_SET,
};

/** The values of the query `format`. The routes of landmarks check it themselves, so Nest does not document it. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  LandmarksController_landmarks: ['json'],
  LandmarksController_features: ['json', 'npy'],
};

/**
 * The OpenAPI 3 document of the HTTP that the stubs answer: routes as Nest knows them, bodies from their DTOs, answers from their
 * types. Throws an Error on a route whose answers are not described here.
 */
export async function openApiDocument(): Promise<object> {
  const app = await NestFactory.create(EveryRouteModule, { logger: false });
  const info = new DocumentBuilder()
    // the first version whose schemas are JSON Schema
    .setOpenAPIVersion('3.1.0')
    .setTitle('A3CP camera feed: HTTP')
    .setVersion('0.1.0')
    .setDescription(
      'What session_manager tells the gateway, the HTTP of the stubs of session_manager and of the landmark extractor, and the health of every service. The capture protocol itself is in asyncapi.json.',
    )
    .build();
  const { openapi, info: about, paths } = SwaggerModule.createDocument(app, info);
  await app.close();
  const told = answers(readTypeSchemas());
  const answered = Object.entries(paths).map(([path, operations]): [string, object] => [
    path,
    Object.fromEntries(
      Object.entries(operations as Readonly<Record<string, Operation>>).map(([method, operation]): [string, object] => [
        method,
        withAnswers(operation, told[operation.operationId]),
      ]),
    ),
  ]);
  const securitySchemes = { secret: { type: 'http', scheme: 'bearer' } };
  const components = { schemas: bodySchemas(), securitySchemes };
  return { openapi, info: about, paths: Object.fromEntries(answered), components };
}

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly object[];
}

function withAnswers(operation: Operation, told: Readonly<Record<string, Answer>> | undefined): object {
  if (!told) throw new Error(`no answers are told of ${operation.operationId}`);
  const responses = Object.entries(told).map(([status, { description, schema, besides }]): [string, object] => [
    status,
    { description, ...(schema && { content: { 'application/json': { schema }, ...besides } }) },
  ]);
  const values = FORMATS[operation.operationId];
  const format = { name: 'format', in: 'query', required: false, schema: { type: 'string', enum: values } };
  const parameters = values ? [...operation.parameters, format] : operation.parameters;
  const security = SECURITY[operation.operationId];
  return { ...operation, ...(security && { security }), parameters, responses: Object.fromEntries(responses) };
}

/** The schema of every body, under the name of its DTO, by which the routes refer to it. */
function bodySchemas(): Readonly<Record<string, JsonSchema>> {
  const controllers = [SessionManagerModule, GatewayModule].flatMap(
    (module) => Reflect.getMetadata('controllers', module) as Type<object>[],
  );
  const dtos = controllers.flatMap((controller) => {
    const prototype = controller.prototype as object;
    return Object.getOwnPropertyNames(prototype).flatMap(
      (method) => (Reflect.getMetadata('design:paramtypes', prototype, method) as Type<object>[] | undefined) ?? [],
    );
  });
  return Object.fromEntries(dtos.map((dto) => [dto.name, dtoSchema(dto)]));
}
