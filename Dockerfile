# One image for all services. A container is the gateway unless docker-compose.yml says otherwise.
FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json tsconfig.base.json ./
COPY libs libs
COPY apps apps
RUN npm ci \
 && npx tsc -b apps/camera-feed apps/session-manager apps/landmark-extractor apps/capture-registrar \
 && npm prune --omit=dev

FROM node:20-slim
# Decoders allocate on several threads. glibc would keep an arena for each, and what is free in them.
ENV NODE_ENV=production MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build /app /app
USER node
CMD ["sh", "apps/camera-feed/sealed.sh"]
