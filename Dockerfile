# One target for each service: `docker build --target camera-feed .`; docs/services.md, "Images".
FROM node:24-slim AS manifests
WORKDIR /app
# Manifests come before sources, so that an edit of a source does not install packages again.
COPY package.json package-lock.json ./
COPY libs/capture-domain/package.json libs/capture-domain/
COPY libs/capture-protocol/package.json libs/capture-protocol/
COPY libs/landmark-forwarders/package.json libs/landmark-forwarders/
COPY libs/service/package.json libs/service/
COPY libs/session-clients/package.json libs/session-clients/
COPY apps/camera-feed/package.json apps/camera-feed/
COPY apps/capture-registrar/package.json apps/capture-registrar/
COPY apps/landmark-extractor/package.json apps/landmark-extractor/
COPY apps/session-manager/package.json apps/session-manager/

FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci
COPY tsconfig.base.json ./
COPY libs libs
COPY apps apps
# What does not run is deleted. A source map holds its source.
RUN npx tsc -b apps/camera-feed apps/capture-registrar apps/landmark-extractor apps/session-manager \
 && find libs apps \( -name node_modules -o -name src -o -name 'tsconfig*.json' -o -name .tsbuildinfo -o -name '*.d.ts' \
      -o -name '*.map' \) -prune -exec rm -r {} +

# npm also installs the optional peers of packages, because the lock file has them for development.
FROM manifests AS modules
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev -w apps/camera-feed -w apps/capture-registrar -w apps/session-manager \
 && cd node_modules && rm -r typescript @nestjs/swagger swagger-ui-dist es-toolkit @microsoft @scarf

FROM manifests AS modules-with-models
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev -w apps/landmark-extractor \
 && cd node_modules && rm -r typescript @nestjs/swagger swagger-ui-dist es-toolkit @microsoft @scarf

FROM node:24-slim AS service
# Decoders allocate on several threads. glibc would keep an arena for each, and what is free in them.
ENV NODE_ENV=production HOST=0.0.0.0 MALLOC_ARENA_MAX=2
WORKDIR /app
COPY LICENSE NOTICE ./
USER node
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

FROM service AS session-manager
COPY --from=modules /app ./
COPY --from=build /app/libs libs
COPY --from=build /app/apps/session-manager apps/session-manager
ENV PORT=3001
EXPOSE 3001
CMD ["node", "apps/session-manager/dist/main.js"]

FROM service AS landmark-extractor
COPY --from=modules-with-models /app ./
COPY --from=build /app/libs libs
COPY --from=build /app/apps/landmark-extractor apps/landmark-extractor
# A small young generation: its dead frames are collected sooner, and memory grows less under load.
ENV PORT=3002 NODE_OPTIONS=--max-semi-space-size=2
EXPOSE 3002
CMD ["node", "--expose-gc", "apps/landmark-extractor/dist/main.js"]

FROM service AS capture-registrar
COPY --from=modules /app ./
COPY --from=build /app/libs libs
COPY --from=build /app/apps/capture-registrar apps/capture-registrar
ENV PORT=3004
EXPOSE 3004
CMD ["node", "apps/capture-registrar/dist/main.js"]

FROM service AS camera-feed
COPY --from=modules /app ./
COPY --from=build /app/libs libs
COPY --from=build /app/apps/camera-feed apps/camera-feed
ENV PORT=3000
EXPOSE 3000
CMD ["sh", "apps/camera-feed/sealed.sh"]
