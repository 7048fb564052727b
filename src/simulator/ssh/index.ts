export { parseAuthorizedKeys } from './login.ts';
export { type RunningSsh, serveSsh, type SshSettings } from './server.ts';
