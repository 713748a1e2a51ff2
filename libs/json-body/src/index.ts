export { JsonBodyPipe } from './json-body.pipe.js';
export { OwnServerModule } from './own-server.module.js';
export { refuseUnreadable, routesBelow } from './unreadable-request.js';
