export { registerAddConnection } from './register-add-connection.ts';
