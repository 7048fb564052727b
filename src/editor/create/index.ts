export { registerCreate, type RegisterCreateServices } from './register-create.ts';
