export { registerHealthCommands } from './register-health-commands.ts';
export { HealthStatus } from './status-bar.ts';
