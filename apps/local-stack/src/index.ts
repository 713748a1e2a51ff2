export { LocalStackModule } from './local-stack.module.js';
export { servePage } from './page.js';
