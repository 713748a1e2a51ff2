export { ContractDocsModule } from './program/contract-docs.module.js';
export { HealthModule, type PeersFactory } from './program/health.module.js';
export { runProgram } from './program/run-program.js';
export { stopOnSignals } from './program/stop-on-signals.js';
export {
  type Environment,
  type ListenAddress,
  readInteger,
  readListenAddress,
  readSecret,
  readUrl,
  readVariables,
} from './program/variables.js';
