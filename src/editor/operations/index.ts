export { registerOperations, type RegisteredOperations } from './register-operations.ts';
export type { OperationServices } from './services.ts';
