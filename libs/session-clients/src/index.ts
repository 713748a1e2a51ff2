export { HttpSessionValidator, type HttpSessionValidatorOptions } from './http-session-validator.js';
