/**
 * The connections that the application needs, by name. Each returns why it cannot be used, or null if it can. They are called
 * for every readiness check, so each must answer from memory.
 */
export type Connections = Readonly<Record<string, () => string | null>>;

/** Injection token of the {@link Connections}; an application without any provides none. */
export const CONNECTIONS = Symbol('CONNECTIONS');
