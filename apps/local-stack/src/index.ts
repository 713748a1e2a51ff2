export { LocalStackModule } from './local-stack.module.js';
