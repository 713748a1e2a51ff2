export { JsonBodyPipe } from './json-body.pipe.js';
export { refuseUnreadableBody, routesBelow } from './unreadable-body.js';
