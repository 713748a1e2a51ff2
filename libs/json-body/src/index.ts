export { BearerSecret } from './bearer-secret.js';
export { CONNECTIONS, type Connections } from './connections.js';
export { answerFirst, type FirstAnswer, readJsonBody, sendJson } from './first-answer.js';
export { JsonBodyPipe } from './json-body.pipe.js';
export { ignoreOtherUpgrades } from './other-upgrades.js';
export { upgradeAnswerers, watchUpgrades } from './silent-upgrade-listeners.js';
export { OwnServerModule } from './own-server.module.js';
export type { SocketLimits } from './socket-shares.js';
export { refuseUnreadable, routesBelow } from './unreadable-request.js';
