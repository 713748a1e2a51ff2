export { JsonBodyPipe } from './json-body.pipe.js';
export { NoEchoModule } from './no-echo.module.js';
export { refuseUnreadable, routesBelow } from './unreadable-request.js';
