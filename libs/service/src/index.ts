export { CONNECTIONS, type Connections } from './connections.js';
export { BearerSecret } from './http/bearer-secret.js';
export { answerFirst, type FirstAnswer, readJsonBody, sendJson } from './http/first-answer.js';
export { JsonBodyPipe } from './http/json-body.pipe.js';
export { ignoreOtherUpgrades } from './http/other-upgrades.js';
export { OwnServerModule } from './http/own-server.module.js';
export { upgradeAnswerers, watchUpgrades } from './http/silent-upgrade-listeners.js';
export type { SocketLimits } from './http/socket-shares.js';
export { refuseUnreadable, routesBelow } from './http/unreadable-request.js';
